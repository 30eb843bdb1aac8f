"""Each metric as somebody would write it for this one question, in one statement over the same marts.

The statements read c (the audience's rows of `customers`), o (its orders) and d (its purchase days) up to $as_of.
The columns they have are compared with ours; where ours has more, its cost holds those too.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

MOST_ROWS = 100


@dataclass(frozen=True)
class Plan:
    """keys: columns that name a row. `filled`: ours also has rows in which this column is 0."""

    keys: tuple[str, ...]
    sql: str
    filled: str | None = None


RELATIONS = """
WITH c AS (SELECT * FROM {customers} WHERE {chosen}),
o AS (SELECT * FROM mart.orders WHERE ordered_on <= $as_of AND {orders_of}),
d AS (SELECT * FROM mart.purchase_days WHERE ordered_on <= $as_of AND {days_of}),
b AS (SELECT * FROM {before} WHERE {chosen_before})
"""

_TOP = f" ORDER BY revenue DESC NULLS LAST, customer_id LIMIT {MOST_ROWS}"

PLANS = MappingProxyType(
    {
        "diagnosis": Plan(
            (),
            """SELECT n.*, g.*, round(r.later / nullif(n.spent, 0), 12) AS repurchase_sales_share, i.*
            FROM (SELECT count(*) AS customers, count(*) FILTER (orders > 0) AS buyers, sum(revenue) AS spent,
                count(*) FILTER (purchase_days >= 2) AS repeat_buyers, count(*) FILTER (is_loyal) AS loyal_customers,
                count(*) FILTER (status = 'new') AS new, count(*) FILTER (status = 'active') AS active,
                count(*) FILTER (status = 'declining') AS declining, count(*) FILTER (status = 'lapsed') AS lapsed,
                count(*) FILTER (status = 'prospect') AS prospects FROM c) AS n,
            (SELECT count(*) FILTER (is_purchase) AS orders, sum(net_amount) AS revenue,
                sum(service_amount) AS service_revenue, count(*) FILTER (is_purchase AND customer_id IS NULL) AS guest_orders
                FROM o) AS g,
            (SELECT sum(net_amount) FILTER (o.ordered_on > c.first_order_on) AS later FROM o JOIN c USING (customer_no)) AS r,
            (SELECT sum(gap_days / (c.purchase_days - 1)) / sum(1 / (c.purchase_days - 1)) AS mean_interpurchase_days
                FROM d JOIN c USING (customer_no) WHERE gap_days IS NOT NULL) AS i""",
        ),
        "statuses": Plan(("status",), "SELECT status, count(*) AS customers, sum(revenue) AS revenue FROM c GROUP BY status"),
        "summary": Plan(
            (),
            """SELECT sum(net_amount) AS revenue, count(*) FILTER (is_purchase) AS orders,
                count(DISTINCT customer_id) FILTER (is_purchase) AS customers FROM o WHERE ordered_on > $before""",
        ),
        "sales": Plan(
            ("period_start",),
            """SELECT date_trunc('month', o.ordered_on) AS period_start, sum(net_amount) AS revenue,
                count(*) FILTER (is_purchase) AS orders, sum(o.units) AS units,
                count(DISTINCT o.customer_id) FILTER (is_purchase) AS customers,
                count(DISTINCT o.customer_id) FILTER (is_purchase AND o.ordered_on = c.first_order_on) AS new_customers
            FROM o LEFT JOIN c USING (customer_no) GROUP BY 1""",
            filled="revenue",
        ),
        "retention": Plan(
            ("cohort", "age"),
            """SELECT date_trunc('month', c.first_order_on) AS cohort, date_diff('month', c.first_order_on, d.ordered_on) AS age,
                count(DISTINCT customer_no) AS customers
            FROM d JOIN c USING (customer_no) GROUP BY 1, 2""",
            filled="customers",
        ),
        "repurchase": Plan(
            ("days",),
            """, e AS (SELECT gap_days AS n, count(*) AS back FROM d WHERE day_no = 2 GROUP BY 1),
            g AS (SELECT date_diff('day', first_order_on, $as_of::DATE) AS n, count(*) AS gone
                FROM c WHERE orders > 0 AND purchase_days = 1 GROUP BY 1),
            n AS (SELECT days, coalesce(back, 0) AS back, coalesce(gone, 0) AS gone FROM (SELECT unnest(range(731)) AS days)
                LEFT JOIN e ON e.n = days LEFT JOIN g ON g.n = days),
            r AS (SELECT days, back, sum(back) OVER w AS bought_again,
                (SELECT count(*) FROM c WHERE orders > 0) - (sum(back) OVER w - back) - (sum(gone) OVER w - gone) AS at_risk
                FROM n WINDOW w AS (ORDER BY days)),
            s AS (SELECT days, at_risk, bought_again,
                1 - product(1 - coalesce(back / nullif(at_risk, 0), 0)) OVER (ORDER BY days) AS share FROM r)
            SELECT days, share, at_risk, bought_again FROM s WHERE days BETWEEN 1 AND
                (SELECT max(date_diff('day', first_order_on, $as_of::DATE)) FROM c)""",
        ),
        "interpurchase": Plan(
            ("days_from",),
            """SELECT (gap_days - 1) // 7 * 7 AS days_from, count(*) AS intervals,
                sum(1 / (c.purchase_days - 1)) / sum(sum(1 / (c.purchase_days - 1))) OVER () AS weighted_share
            FROM d JOIN c USING (customer_no) WHERE gap_days IS NOT NULL GROUP BY 1""",
            filled="intervals",
        ),
        "rfm": Plan(
            ("segment",),
            """SELECT segment, count(*) AS customers, sum(revenue) AS revenue, median(recency_days) AS median_recency_days,
                median(purchase_days) FILTER (orders > 0) AS median_frequency,
                median(revenue::DOUBLE) FILTER (orders > 0) AS median_monetary FROM c GROUP BY segment""",
        ),
        "rfm_grid": Plan(
            ("r_score", "fm_score"),
            """SELECT r_score, fm_score, count(*) AS customers, sum(revenue) AS revenue
            FROM c WHERE orders > 0 GROUP BY ALL""",
            filled="customers",
        ),
        "rfm_cutoffs": Plan(
            ("measure", "score"),
            """SELECT 'recency' AS measure, r_score AS score, count(*) AS customers FROM c WHERE orders > 0 GROUP BY 2
            UNION ALL SELECT 'frequency', f_score, count(*) FROM c WHERE orders > 0 GROUP BY 2
            UNION ALL SELECT 'monetary', m_score, count(*) FROM c WHERE orders > 0 GROUP BY 2""",
            filled="customers",
        ),
        "rfm_customers": Plan(
            ("customer_id",),
            "SELECT customer_id, recency_days, r_score, f_score, m_score, fm_score, segment FROM c" + _TOP,
        ),
        "rfm_migration": Plan(
            ("from_segment", "to_segment"),
            """SELECT coalesce(p.segment, 'Not yet a customer') AS from_segment, c.segment AS to_segment, count(*) AS customers,
                sum(c.revenue_12m) AS revenue FROM c LEFT JOIN {before} AS p USING (customer_no) GROUP BY ALL""",
        ),
        "customers": Plan(
            ("customer_id",),
            """SELECT * FROM c JOIN (SELECT * EXCLUDE (customer_id, is_stated, gender, country, channel) FROM mart.profiles)
            USING (customer_no)""" + _TOP,
        ),
        "pareto": Plan(
            (),
            """, r AS (SELECT revenue, row_number() OVER (ORDER BY revenue DESC) AS place, count(*) OVER () AS n,
                sum(revenue) OVER (ORDER BY revenue DESC ROWS UNBOUNDED PRECEDING) AS reached, sum(revenue) OVER () AS total
                FROM c WHERE orders > 0 AND revenue > 0)
            SELECT count(*) AS customers, sum(revenue) AS revenue,
                sum(revenue) FILTER (5 * (place - 1) < n)::DOUBLE / sum(revenue)::DOUBLE AS top_20_share,
                1 + count(*) FILTER (reached * 100 < total * 80) AS customers_for_80,
                2 * sum((n + 1 - place) * revenue::DOUBLE) / (max(n) * sum(revenue)::DOUBLE) - (max(n) + 1) / max(n) AS gini
            FROM r""",
        ),
        "pareto_curve": Plan(
            ("customers",),
            """, r AS (SELECT row_number() OVER w AS place, count(*) OVER () AS n,
                sum(revenue) OVER (w ROWS UNBOUNDED PRECEDING)::DOUBLE / sum(revenue) OVER ()::DOUBLE AS revenue_share
                FROM c WHERE orders > 0 AND revenue > 0 WINDOW w AS (ORDER BY revenue DESC))
            SELECT place AS customers, revenue_share FROM r WHERE place IN (SELECT unnest($places::BIGINT[]))""",
        ),
        "abc": Plan(
            ("class",),
            """SELECT abc_class AS class, count(*) AS customers, sum(revenue) AS revenue
            FROM c WHERE orders > 0 AND revenue > 0 GROUP BY ALL""",
        ),
    }
)  # fmt: skip
