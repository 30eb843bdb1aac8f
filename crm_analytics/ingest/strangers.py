"""Whether the customers of a file of events are known: numbers of one system mean nobody under the name of another."""

from __future__ import annotations

from crm_analytics.ingest.review import Review
from crm_analytics.schema import EVENTS

_FEW, _MOST = 0.1, 0.5  # shares of its customers: known so few under its source, and so many under another one


def strangers(found: Review) -> str | None:
    """Why the file should name another source; None where its customers are known, or no source knows them.

    A number with a source in front, as our exports write it, is known by itself. With one source numbers need no name.
    """
    if found.kind.name not in EVENTS or "customer_id" not in found.mapping.values():
        return None
    known = dict(
        found.session.rows(
            """WITH own AS (SELECT DISTINCT customer_id FROM staged WHERE customer_id IS NOT NULL),
            held AS (
                SELECT source, customer_id FROM core.customers WHERE customer_id IN (SELECT customer_id FROM own)
                UNION SELECT source, customer_id FROM core.orders WHERE customer_id IN (SELECT customer_id FROM own)
                UNION SELECT source, customer_id FROM core.order_lines WHERE customer_id IN (SELECT customer_id FROM own)
            )
            SELECT source, count(*) FROM held GROUP BY source
            UNION ALL SELECT '', count(*) FROM own"""
        )
    )
    customers = known.pop("")
    here, (most, name) = known.get(found.source, 0), max(((n, name) for name, n in known.items()), default=(0, ""))
    several = ("True",) in found.session.rows("SELECT value FROM workspace.meta WHERE name = 'several_sources'")
    if not several or here > _FEW * customers or most < _MOST * customers:
        return None
    return (
        f"Of its {customers:,} customers {here:,} are known under the source {found.source!r}, {most:,} under {name!r}: "
        "say that source, or the rows belong to nobody who buys."
    )
