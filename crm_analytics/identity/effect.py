"""What decisions would do to the figures, before they are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.query import people
from crm_analytics.query.marts import several_sources
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import identity
from crm_analytics.workspace.identity import ACCEPT, Decided, Record


@dataclass(frozen=True)
class Base:
    """The base under some decisions: records of customers, persons they are, buyers, and those with two purchase days."""

    records: int
    persons: int
    buyers: int
    repeat_buyers: int

    @property
    def repurchase_rate(self) -> float | None:
        """Buyers with at least two purchase days among all; None without buyers."""
        return self.repeat_buyers / self.buyers if self.buyers else None


def of_accepting(
    warehouse: Warehouse, as_of: date, pairs: Sequence[tuple[Record, Record, float | None]]
) -> tuple[Base, Base]:
    """The base as it is, and as it would be were these pairs accepted."""
    with warehouse.duck.session() as session:
        several = several_sources(session)
        held = {(each.left, each.right): each for each in identity.holding(session)}
        now = people.redirects(session, people.joined(held.values()), several)
        for one, other, probability in pairs:
            left, right = sorted((one, other))
            held[left, right] = Decided(left, right, ACCEPT, probability)
        then = people.redirects(session, people.joined(held.values()), several)

        def own(record: Record) -> str:
            return f"{record[0]}:{record[1]}" if several else record[1]

        moved = {now.get(record, own(record)): then.get(record, own(record)) for record in now.keys() | then.keys()}
        records = int(session.value("SELECT count(*) FROM core.customers"))
        return (
            Base(records, records - len(now), *_buyers(session, as_of, {})),
            Base(records, records - len(then), *_buyers(session, as_of, moved)),
        )


def _buyers(session: Session, as_of: date, moved: dict[str, str]) -> tuple[int, int]:
    """Buyers, and those with two purchase days, where some customers are others."""
    session.do("CREATE OR REPLACE TEMP TABLE moved (customer_id VARCHAR, person VARCHAR)")
    if moved:
        columns = zip(("customer_id", "person"), zip(*moved.items(), strict=True), strict=True)
        session.append("moved", pa.table({name: pa.array(values, pa.string()) for name, values in columns}))
    buyers, repeat = session.row(
        """SELECT count(*), count(*) FILTER (WHERE days >= 2) FROM (
            SELECT coalesce(m.person, d.customer_id) AS person, count(DISTINCT d.ordered_on) AS days
            FROM mart.purchase_days AS d LEFT JOIN moved AS m ON m.customer_id = d.customer_id
            WHERE d.ordered_on <= $as_of GROUP BY 1)""",
        {"as_of": as_of},
    )
    return int(buyers), int(repeat)
