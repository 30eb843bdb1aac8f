"""What can be asked of a field: the operators of its kind, with the words a person reads."""

from __future__ import annotations

import re

from crm_analytics.schema import CUSTOMER_FIELDS, HABIT_FIELDS, CustomerField

#: Columns of the customer files that are no field of ours are asked under this name.
ATTRIBUTES = "attributes."
#: Kept cluster models are asked under this name.
CLUSTERS = "clusters."
_ATTRIBUTE = re.compile(r"[^\W\d]\w{0,99}")

NUMERIC = frozenset({"money", "number", "integer"})
WORDED = frozenset({"id", "text", "category"})

#: Operators that take a whole number of days, an "n" in their words; counted from the as-of date.
RELATIVE = frozenset({"last_days", "days_ago", "next_days", "anniversary"})
#: Operators that take several values.
SEVERAL = frozenset({"in", "not_in", "between"})

_COMPARED = {
    "at_least": "is at least",
    "at_most": "is at most",
    "more_than": "is more than",
    "less_than": "is less than",
    "between": "is between",
}
_WORDS = {
    "is": "is",
    "is_not": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "is_empty": "is empty",
}

#: Operators by the meaning of the field.
OPERATORS: dict[str, dict[str, str]] = {
    "words": _WORDS,
    "numbers": {"is": "is", "is_not": "is not", **_COMPARED, "in": "is one of", "is_empty": "is empty"},
    "dates": {
        "is": "is",
        "at_least": "is on or after",
        "at_most": "is on or before",
        "between": "is between",
        "last_days": "is within the last n days",
        "days_ago": "is at least n days ago",
        "next_days": "is within the next n days",
        "anniversary": "has its day of the year within the next n days",
        "is_empty": "is empty",
    },
    "flags": {"is": "is", "is_empty": "is empty"},
    #: Text of a file, which is compared as a number where it is written as one.
    "attributes": {**_WORDS, **_COMPARED},
    #: Counts and sums of what customers did.
    "measures": {"at_least": "at least", "at_most": "at most", "is": "exactly", "more_than": "more than",
                 "less_than": "less than", "between": "between"},
}  # fmt: skip


def field_of(name: str) -> CustomerField | None:
    """The field of that name: a column of `customers`, a habit, a cluster, an attribute of the customer files; None if it is none."""
    return attribute_of(name) or cluster_of(name) or CUSTOMER_FIELDS.get(name) or HABIT_FIELDS.get(name)


def cluster_of(name: str) -> CustomerField | None:
    """The cluster in a kept model that is called so, None for another name: which ones there are, the warehouse knows."""
    model = name.removeprefix(CLUSTERS)
    if model == name or not 0 < len(model) <= 60 or not model.isprintable():
        return None
    return CustomerField(name, "category", "The cluster of a kept model that is nearest.")


def cluster_relation(name: str) -> str:
    """The relation of the clusters of a kept model: the database tells no capital letters in names, some models differ in them alone."""
    return f"clusters_{name.removeprefix(CLUSTERS).encode().hex()}"


def attribute_of(name: str) -> CustomerField | None:
    """The attribute of a file that is called so, None for another name: which ones there are, the warehouse knows."""
    attribute = name.removeprefix(ATTRIBUTES)
    if attribute == name or not _ATTRIBUTE.fullmatch(attribute):
        return None
    return CustomerField(name, "text", "A column of the file.", history=False)


def is_attribute(field: CustomerField) -> bool:
    """Whether the field is a column of the customer files that is no field of ours."""
    return field.name.startswith(ATTRIBUTES)


def label_of(field: CustomerField) -> str:
    """The field's name as a person reads it."""
    if is_attribute(field):
        return field.name.removeprefix(ATTRIBUTES).replace("_", " ").capitalize()
    if field.name.startswith(CLUSTERS):
        return f"Cluster of “{field.name.removeprefix(CLUSTERS)}”"
    return field.label


def operators_of(field: CustomerField) -> dict[str, str]:
    """The operators that make sense for a field, with their words."""
    if is_attribute(field):
        return OPERATORS["attributes"]
    if field.meaning in NUMERIC:
        return OPERATORS["numbers"]
    if field.meaning in WORDED:
        return OPERATORS["words"]
    return OPERATORS["flags" if field.meaning == "flag" else "dates"]


def typed_as(field: CustomerField, operator: str) -> CustomerField:
    """The field as the operator takes its values: an attribute is a number where it is compared."""
    if is_attribute(field) and operator in _COMPARED:
        return CustomerField(field.name, "number", field.about)
    return field
