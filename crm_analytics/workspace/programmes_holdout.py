"""Who is held out of a programme: drawn at random, once and for good, so that its effect can be measured."""

from __future__ import annotations

from datetime import datetime

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue
from crm_analytics.workspace.programmes import audit


def held_out(session: Session, programme_id: str) -> int:
    """How many customers are held out of a programme."""
    asked = "SELECT count(*) FROM workspace.programme_holdouts WHERE programme_id = $id"
    return int(session.value(asked, {"id": programme_id}))


def draw_holdout(session: Session, programme_id: str, share: float, seed: int, who: str) -> int:
    """Hold out a random share of all customers from a programme, once and for good; how many. Errors: BadValue."""
    if not 0 < share < 0.5:
        raise BadValue("share", share, "a share above 0 and below 0.5")
    if held_out(session, programme_id):
        raise BadValue("the hold-out group", programme_id, "one draw: it is frozen, so that it stays comparable")
    session.do(
        """INSERT INTO workspace.programme_holdouts
        SELECT $id, customer_id, $share, $who, $now FROM (SELECT DISTINCT customer_id FROM mart.purchase_days)
        WHERE customer_id IS NOT NULL
            AND (hash(customer_id || '/' || $id || '/' || CAST($seed AS VARCHAR)) % 1000000) < $share * 1000000""",
        {"id": programme_id, "share": share, "seed": seed, "who": who, "now": datetime.now()},
    )
    drawn = held_out(session, programme_id)
    audit(session, who, "hold-out drawn", f"{programme_id}: {drawn:,} customers, {share:.1%}")
    return drawn


def everyone_held_out(session: Session) -> list[str]:
    """The customers whom any programme leaves alone, by id."""
    found = session.rows("SELECT DISTINCT customer_id FROM mart.programme_holdouts ORDER BY customer_id")
    return [customer for (customer,) in found]
