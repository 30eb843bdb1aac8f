"""Who was in saved segments on one day and is on another, as sums over the pairs of what they were and are."""

from __future__ import annotations

import pandas as pd

from crm_analytics.engine.duck import Session
from crm_analytics.query import membership
from crm_analytics.query.rules import Rule
from crm_analytics.query.warehouse import Audience, Warehouse

_SUMS = """
SELECT p.was_known, a.customer_id IS NOT NULL, b.customer_id IS NOT NULL, c.customer_id IS NOT NULL, d.customer_id IS NOT NULL,
    count(*), sum(p.revenue_12m)
FROM flow_people AS p
LEFT JOIN flow_one_before AS a ON a.customer_id = p.customer_id
LEFT JOIN flow_other_before AS b ON b.customer_id = p.customer_id
LEFT JOIN flow_one_now AS c ON c.customer_id = p.customer_id
LEFT JOIN flow_other_now AS d ON d.customer_id = p.customer_id
GROUP BY ALL
ORDER BY ALL"""


def flow(warehouse: Warehouse, audience: Audience, one: Rule, other: Rule) -> pd.DataFrame:
    """Sums of the audience's customers: was_known, in_one_before, in_other_before, in_one, in_other, customers, revenue.

    `was_known`: a customer already on the earlier day; revenue is that of the 12 months to the later day.
    """
    names = ["was_known", "in_one_before", "in_other_before", "in_one", "in_other", "customers", "revenue"]
    with warehouse.duck.writing(), warehouse.duck.session() as session:  # no import in between: all of one state
        _put(session, "people", warehouse.sql("metrics/segment_flow", audience))
        for name, rule in (("one", one), ("other", other)):
            _put(session, f"{name}_before", membership.ids(warehouse, rule, audience.before))
            _put(session, f"{name}_now", membership.ids(warehouse, rule, audience.as_of))
        return pd.DataFrame(session.rows(_SUMS), columns=names)


def _put(session: Session, name: str, query: membership.Query) -> None:
    session.do(f"CREATE OR REPLACE TEMP TABLE flow_{name} AS {query[0]}", query[1])
