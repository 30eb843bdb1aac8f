"""Which orders go, and purchase days and sums kept up with those that come and go: only what differs is written."""

from __future__ import annotations

from crm_analytics.engine.duck import Session
from crm_analytics.query.tables import put_temporary

#: What purchase days and sums are made of.
COUNTED = "customer_no, ordered_on, is_purchase, net_amount"
_DAY = "customer_no, ordered_on, day_no, gap_days"


def find_stale(session: Session, several: bool) -> None:
    """Make `stale`, the orders to be taken out.

    Where every version of the touched orders is of one import and holds, that import brought them all: none of them was there.
    """
    all_new = session.value(
        """SELECT count(DISTINCT import_id) = 1 AND bool_and(current) FROM (
            SELECT import_id, current FROM versions_orders UNION ALL SELECT import_id, current FROM versions_order_lines)"""
    )
    session.do("CREATE OR REPLACE TEMP TABLE known AS SELECT * FROM touched WHERE NOT $all_new", {"all_new": all_new})
    known_as = "CASE WHEN t.customer = '' THEN '' ELSE t.source || ':' || t.customer END" if several else "t.customer"
    by_day = f"t.source = o.source AND {known_as} = coalesce(o.customer_id, '') AND t.day = o.ordered_on"
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE stale AS
        SELECT o.rowid AS row, {COUNTED} FROM mart.orders AS o SEMI JOIN known AS t ON t.source = o.source AND t.order_id = o.order_id
        UNION ALL SELECT o.rowid AS row, {COUNTED} FROM mart.orders AS o SEMI JOIN known AS t ON {by_day} WHERE o.order_id IS NULL"""
    )


def refresh_days(session: Session) -> None:
    """Take out the purchase days that are no more or have another place among the customer's, and put in the new ones.

    The orders that stay are read of customers only of whom some go: those of all others are in their purchase days.
    """
    _read_unchanged(session, "stale")
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE days_before AS
        SELECT rowid AS row, {_DAY} FROM mart.purchase_days SEMI JOIN affected USING (customer_no)"""
    )
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE orders_after AS
        SELECT * FROM (
            SELECT {COUNTED} FROM unchanged UNION ALL SELECT {COUNTED} FROM fresh
            UNION ALL SELECT customer_no, ordered_on, TRUE, NULL FROM days_before ANTI JOIN stale USING (customer_no)
        ) JOIN affected USING (customer_no)"""
    )
    put_temporary(session, "days_after", "tables/purchase_days", {"orders": "temp.orders_after"}, {})
    same = (
        "d.customer_no = e.customer_no AND d.ordered_on = e.ordered_on AND d.day_no = e.day_no "
        "AND d.gap_days IS NOT DISTINCT FROM e.gap_days"
    )
    session.do(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT d.* FROM days_before AS d ANTI JOIN days_after AS e ON {same}"
    )
    session.do(
        f"CREATE OR REPLACE TEMP TABLE come AS SELECT d.* FROM days_after AS d ANTI JOIN days_before AS e ON {same}"
    )
    session.do("DELETE FROM mart.purchase_days WHERE rowid IN (SELECT row FROM gone)")
    session.do("INSERT INTO mart.purchase_days SELECT * FROM come ORDER BY customer_no, ordered_on")


def _read_unchanged(session: Session, customers: str) -> None:
    """Make `unchanged`: the orders that stay of the customers in a temporary table."""
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE unchanged AS
        SELECT {COUNTED} FROM (SELECT rowid AS row, {COUNTED} FROM mart.orders SEMI JOIN {customers} USING (customer_no))
        ANTI JOIN stale USING (row)"""
    )


def refresh_sums(session: Session) -> None:
    """Take from the sums what the affected customers were in them by, and add what they are.

    Of customers whose first purchase day stays only what changed is counted, of the others everything.
    """
    session.do(
        "CREATE OR REPLACE TEMP TABLE moved AS "
        "SELECT customer_no FROM gone WHERE day_no = 1 UNION SELECT customer_no FROM come WHERE day_no = 1"
    )
    _read_unchanged(session, "moved")
    for when, changed, orders in (("before", "gone", "stale"), ("after", "come", "fresh")):
        session.do(
            f"""CREATE OR REPLACE TEMP TABLE counted_days AS
            SELECT {_DAY} FROM days_{when} WHERE day_no = 1 OR customer_no IN (SELECT customer_no FROM moved)
            UNION SELECT {_DAY} FROM {changed}"""
        )
        session.do(
            f"""CREATE OR REPLACE TEMP TABLE counted_orders AS
            SELECT {COUNTED} FROM {orders} UNION ALL SELECT * FROM unchanged"""
        )
        parts = {"orders": "temp.counted_orders", "purchase_days": "temp.counted_days"}
        put_temporary(session, f"cohorts_{when}", "tables/cohort_days", parts, {})
    measures = ("week_customers", "month_customers", "quarter_customers", "orders", "revenue")
    summed = ", ".join(f"sum({each}) AS {each}" for each in measures)
    less = ", ".join(f"-{each} AS {each}" for each in measures)
    differing = " OR ".join(f"sum({each}) <> 0" for each in measures)
    keys = "first_order_on, ordered_on"
    same_keys = "d.first_order_on = s.first_order_on AND d.ordered_on = s.ordered_on"
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE difference AS SELECT {keys}, {summed}
        FROM (SELECT * FROM cohorts_after UNION ALL SELECT {keys}, {less} FROM cohorts_before) GROUP BY ALL HAVING {differing}"""
    )
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE fresh_sums AS SELECT {keys}, {summed}
        FROM (SELECT * FROM mart.cohort_days AS s SEMI JOIN difference AS d ON {same_keys} UNION ALL FROM difference)
        GROUP BY ALL HAVING sum(orders) > 0"""
    )
    session.do(f"DELETE FROM mart.cohort_days AS s USING difference AS d WHERE {same_keys}")
    session.do("INSERT INTO mart.cohort_days SELECT * FROM fresh_sums")
