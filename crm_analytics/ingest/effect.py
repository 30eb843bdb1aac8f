"""What a load would do to the main figures, found by doing it and taking it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import store
from crm_analytics.ingest.review import Review
from crm_analytics.query import facts
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import preferences

#: Rows up to which the effect is worked out with the review; above it takes as long as the load itself.
TRIED_AT_ONCE = 200_000


@dataclass(frozen=True)
class Figures:
    """The whole base as of its latest day: net revenue, orders (purchases), buyers, share who bought on two days or more.

    `repurchase_rate` is None without buyers, `latest_on` without orders.
    """

    revenue: float
    orders: int
    buyers: int
    repurchase_rate: float | None
    latest_on: date | None


@dataclass(frozen=True)
class Effect:
    """The figures before and after; `vanished`: rows of the previous file of this kind and source that this one lacks.

    `vanished` is None where the two files have little in common, so that one does not follow the other.
    """

    before: Figures
    after: Figures
    vanished: int | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: {"effect": {"before", "after"}, "vanished"}; days as ISO text."""
        both = {name: asdict(figures) for name, figures in (("before", self.before), ("after", self.after))}
        for figures in both.values():
            figures["latest_on"] = figures["latest_on"].isoformat() if figures["latest_on"] else None
        return {"effect": both, "vanished": self.vanished}


class _TakenBack(Exception):
    """Ends the trial, so that its transaction leaves nothing."""


def effect(warehouse: Warehouse, review: Review) -> Effect:
    """Load what a review staged, compared with what holds now; read the figures, and roll it all back, unseen by others."""
    session = review.session
    with warehouse.duck.writing():
        before, vanished = _figures(session), _vanished(session, review)
        after = before
        try:
            with session.transaction():
                review.compared()
                store.insert(session, review.kind, 0, review.source)
                facts.refresh_orders(session, preferences.read(session))
                after = _figures(session)
                raise _TakenBack
        except _TakenBack:
            return Effect(before, after, vanished)


def _figures(session: Session) -> Figures:
    revenue, orders, latest = session.row(
        "SELECT CAST(coalesce(sum(net_amount), 0) AS DOUBLE), count(*) FILTER (is_purchase), max(ordered_on) FROM mart.orders"
    )
    buyers, again = session.row(
        "SELECT count(*), count(*) FILTER (days > 1) FROM (SELECT count(*) AS days FROM mart.purchase_days GROUP BY customer_id)"
    )
    return Figures(revenue, orders, buyers, again / buyers if buyers else None, latest)


def _vanished(session: Session, review: Review) -> int | None:
    """Rows that hold and that the last import of this kind and source brought or confirmed, without those of this file."""
    last = session.value(
        "SELECT max(import_id) FROM workspace.imports WHERE kind = $kind AND source = $source AND undone_at IS NULL",
        {"kind": review.kind.name, "source": review.source},
    )
    if last is None:
        return None
    rows, common = session.row(
        f"""SELECT count(*), count(*) FILTER (unit IN (SELECT unit FROM staged))
        FROM source.{review.kind.name} WHERE current AND import_id = $last""",
        {"last": last},
    )
    return rows - common if rows and common * 2 >= rows else None
