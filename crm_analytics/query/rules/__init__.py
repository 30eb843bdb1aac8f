"""The segment algebra: frozen rules over the fields of a customer and what a customer did, as JSON, in words, as SQL.

A condition is never true for a missing value (except `is_empty`); `Not` is its exact complement.
"""

from crm_analytics.query.rules.events import EVENTS, Event
from crm_analytics.query.rules.fields import (
    ATTRIBUTES,
    CLUSTERS,
    NUMERIC,
    OPERATORS,
    RELATIVE,
    SEVERAL,
    WORDED,
    cluster_relation,
    field_of,
    label_of,
    operators_of,
    typed_as,
)
from crm_analytics.query.rules.reading import did, from_json, where
from crm_analytics.query.rules.sql import condition
from crm_analytics.query.rules.tree import (
    DEEPEST,
    EVERYONE,
    MOST_CONDITIONS,
    MOST_LISTED,
    All,
    Any_,
    Did,
    InSegment,
    Listed,
    Not,
    Rule,
    Where,
    digest,
    resolved,
    segments_named,
    to_json,
    unresolved,
    walk,
)
from crm_analytics.query.rules.words import in_words, said

__all__ = [
    "ATTRIBUTES", "CLUSTERS", "DEEPEST", "EVENTS", "EVERYONE", "MOST_CONDITIONS", "MOST_LISTED", "NUMERIC", "OPERATORS", "RELATIVE",
    "SEVERAL", "WORDED", "All", "Any_", "Did", "Event", "InSegment", "Listed", "Not", "Rule", "Where", "cluster_relation", "condition",
    "did", "digest", "field_of", "from_json", "in_words", "label_of", "operators_of", "resolved", "said", "segments_named", "to_json",
    "typed_as", "unresolved", "walk", "where",
]  # fmt: skip
