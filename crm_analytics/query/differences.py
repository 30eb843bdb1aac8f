"""Purchase days and sums kept up with some orders: only what differs is written."""

from __future__ import annotations

from crm_analytics.engine.duck import Session
from crm_analytics.query.tables import put_temporary

#: What purchase days and sums are made of.
COUNTED = "customer_no, customer_id, ordered_on, is_purchase, net_amount"


def refresh_days(session: Session) -> None:
    """Take out the purchase days that are no more or have another place among the customer's, and put in the new ones."""
    session.do(f"CREATE OR REPLACE TEMP TABLE orders_after AS FROM unchanged UNION ALL SELECT {COUNTED} FROM fresh")
    put_temporary(session, "days_after", "tables/purchase_days", {"orders": "temp.orders_after"}, {})
    session.do(
        """CREATE OR REPLACE TEMP TABLE days_before AS
        SELECT rowid AS row, d.* FROM mart.purchase_days AS d SEMI JOIN affected AS a ON a.customer_no = d.customer_no"""
    )
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


def refresh_sums(session: Session) -> None:
    """Take from the sums what the affected customers were in them by, and add what they are.

    Of customers whose first purchase day stays only what changed is counted, of the others everything.
    """
    session.do(
        "CREATE OR REPLACE TEMP TABLE moved AS "
        "SELECT customer_no FROM gone WHERE day_no = 1 UNION SELECT customer_no FROM come WHERE day_no = 1"
    )
    for when, days, changed, orders in (
        ("before", "(SELECT * EXCLUDE (row) FROM days_before)", "(SELECT * EXCLUDE (row) FROM gone)", "stale"),
        ("after", "days_after", "come", "fresh"),
    ):
        session.do(
            f"""CREATE OR REPLACE TEMP TABLE counted_days AS
            SELECT * FROM {days} WHERE day_no = 1 OR customer_no IN (SELECT customer_no FROM moved)
            UNION SELECT * FROM {changed}"""
        )
        session.do(
            f"""CREATE OR REPLACE TEMP TABLE counted_orders AS
            SELECT {COUNTED} FROM {orders} UNION ALL SELECT * FROM unchanged SEMI JOIN moved USING (customer_no)"""
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
