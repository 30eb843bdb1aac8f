"""Pareto: how much of the revenue hangs on how few customers, and who are they?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import pareto as drawn  # noqa: E402  (the guard comes first)
from crm_analytics.metrics import pareto  # noqa: E402
from crm_analytics.metrics.customers import customers  # noqa: E402
from crm_analytics.ui import lists, numbers, session, show  # noqa: E402

warehouse = session.warehouse()
if not warehouse.has_orders:
    show.welcome()
    st.stop()

audience, currency = session.audience(), session.currency()
found = pareto.pareto(warehouse, audience)
numbers.concentration(found)

curve = pareto.pareto_curve(warehouse, audience)
finding = pareto.pareto_in_words(found)
left, right = st.columns([3, 2])
with left, show.card("pareto_curve", "Concentration of revenue", finding):
    if curve.empty:
        show.nothing("No customer of this audience has bought for more than was returned.")
    else:
        row = found.iloc[0]
        show.figure(
            drawn.pareto_curve(curve, row["top_20_share"], row["customers_for_80_share"]), "pareto_curve", finding
        )
    show.behind("pareto_curve", curve, audience)
with right:
    classes = pareto.abc(warehouse, audience)
    with show.card("abc", "Classes A, B and C", pareto.abc_in_words(classes)):
        picked = lists.pick("abc_class", "abc_columns")
        show.figure(
            drawn.abc_columns(classes, currency=currency), "abc_columns", pareto.abc_in_words(classes), on_select=picked
        )
        show.behind("abc", classes, audience)

chosen = lists.chosen("abc_class", "Class", ["A", "B", "C"])
people = customers(warehouse, audience, abc_class=chosen)
with show.card(
    "pareto_customers",
    f"Class {chosen}" if chosen else "All customers by revenue",
    lists.people_in_words(people, chosen),
):
    lists.people(people, "pareto_people", "abc_class", chosen)
    show.behind("customers", people, audience, key="pareto_list", abc_class=chosen)

with show.card("pareto_all", "The figures behind", None):
    show.table(found, "pareto_table")
    show.behind("pareto", found, audience)

show.next_steps(
    ("pages/segments.py", "Which of them are drifting away?"), ("pages/overview.py", "Back to how the business stands")
)
