"""What is kept of one person besides what happened: the records, the saved segments, the control groups."""

from __future__ import annotations

import pandas as pd

from crm_analytics.engine.duck import Session

_RECORDS = """
SELECT o.source, o.customer_id AS record, i.file, o.line, i.imported_at
FROM core.customers AS o
LEFT JOIN mart.people AS p ON p.source = o.source AND p.source_id = o.customer_id
LEFT JOIN workspace.imports AS i ON i.import_id = o.import_id
WHERE o.customer_id IN (SELECT own_id FROM mart.own_ids WHERE customer_id = $customer) AND coalesce(
    p.customer_id,
    CASE WHEN (SELECT value = 'True' FROM workspace.meta WHERE name = 'several_sources') THEN o.source || ':' || o.customer_id
    ELSE o.customer_id END
) = $customer
ORDER BY o.source, o.customer_id, o.line
"""
_SEGMENTS = """
SELECT DISTINCT segment, from_on, to_on, reason, left_because
FROM mart.segment_members
WHERE customer_id = $customer
ORDER BY to_on IS NOT NULL, from_on DESC, segment
"""
_CONTROL = """
SELECT e.campaign_id, e.campaign_name, e.segment, e.as_of, e.exported_at
FROM workspace.exports AS e
WHERE e.export_id IN (SELECT export_id FROM mart.export_members WHERE customer_id = $customer AND arm = 'control')
ORDER BY e.exported_at DESC, e.export_id
"""


def records(session: Session, customer: str) -> pd.DataFrame:
    """The rows of customer files that are this person: source, record (its id there), file, line, imported_at."""
    return _frame(session, _RECORDS, customer, ["source", "record", "file", "line", "imported_at"])


def segments(session: Session, customer: str) -> pd.DataFrame:
    """Saved segments the person is or was in: segment, from_on, to_on (null while inside), reason, left_because."""
    return _frame(session, _SEGMENTS, customer, ["segment", "from_on", "to_on", "reason", "left_because"])


def control_groups(session: Session, customer: str) -> pd.DataFrame:
    """Exports that left the person out for comparison: campaign_id, campaign_name, segment, as_of, exported_at."""
    return _frame(session, _CONTROL, customer, ["campaign_id", "campaign_name", "segment", "as_of", "exported_at"])


def _frame(session: Session, statement: str, customer: str, columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(session.rows(statement, {"customer": customer}), columns=columns)
