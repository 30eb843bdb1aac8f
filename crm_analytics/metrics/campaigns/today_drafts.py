"""Drafts of messages: a template with a fixed list of fields, filled for each customer. Nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from types import MappingProxyType

import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadValue

#: What a draft is filled with. There is nothing else that a template can reach.
FIELDS = ("name", "first_name", "reason", "segment", "last_order", "channel")
LONGEST = 2_000  # letters of a template
_NOBODY = "customer"
ALLOWED = (
    f"up to {LONGEST:,} letters with the fields {', '.join('$' + name for name in FIELDS)}, and $$ for a dollar sign"
)

#: The draft of each trigger where none is given.
DRAFTS: Mapping[str, str] = MappingProxyType(
    {
        "birthday": "Dear $first_name, happy birthday! A small present waits for you with your next order.",
        "anniversary": "Dear $first_name, thank you for the years since your first purchase. We are glad that you are here.",
        "overdue": "Dear $first_name, we have not seen you since $last_order. Is there anything we can do for you?",
        "declining": "Dear $first_name, we miss you. Tell us what we could do better.",
        "complaint resolved": "Dear $first_name, your complaint is settled as far as we know. Are you content with how it ended?",
        "segment left": "Dear $first_name, you were one of our best customers, and we would like you to stay one.",
    }
)


class _Draft(Template):
    """Only names in small letters; no expression, no attribute, no index."""

    idpattern = r"(?a:[a-z_]+)"
    braceidpattern = r"(?a:[a-z_]+)"
    flags = 0


def checked(template: object) -> str:
    """The template, or `BadValue` where it names a field that there is not, or is too long."""
    template = str(template)
    draft = _Draft(template)
    if len(template) > LONGEST or not draft.is_valid() or set(draft.get_identifiers()) - set(FIELDS):
        raise BadValue("template", template[:80], ALLOWED)
    return template


def drafted(frame: pd.DataFrame, template: str | None) -> list[str | None]:
    """The draft for each row of `today`, null for those that are blocked; `template` goes before the trigger's own.

    What a customer is called is data: it is put into the text and never read as a part of the template.
    """
    given = _Draft(checked(template)) if template else None
    own = {trigger: _Draft(text) for trigger, text in DRAFTS.items()}
    return [
        None if isinstance(row.blocked_by, str) else (given or own[row.trigger]).substitute(_fields(row))
        for row in frame.itertuples()
    ]


def _fields(row: object) -> dict[str, str]:
    known = {name: getattr(row, name) for name in ("name", "reason", "segment", "channel")}
    texts = {name: value if isinstance(value, str) else "" for name, value in known.items()}
    name = " ".join(texts["name"].split())
    return texts | {
        "name": name or _NOBODY,
        "first_name": name.split(" ")[0] if name else _NOBODY,
        "last_order": formats.day(row.last_order_on),  # type: ignore[attr-defined]
    }
