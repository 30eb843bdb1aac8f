"""Pareto: how much of the revenue hangs on how few customers, and who are they?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import pareto as drawn  # noqa: E402  (the guard comes first)
from crm_analytics.metrics.value import pareto, pareto_watch  # noqa: E402
from crm_analytics.ui import doors, lists, numbers, pareto_more, session, show  # noqa: E402

warehouse = doors.entered(orders=True)
audience, currency = session.audience(), session.currency()
found = pareto.pareto(warehouse, audience)
numbers.concentration(warehouse, audience, found)
show.behind("pareto", found, audience)

curve = pareto.pareto_curve(warehouse, audience)
finding = pareto.pareto_in_words(found, audience.as_of)
left, right = st.columns([3, 2])
with left, show.card("pareto_curve", "Concentration of revenue", finding):
    if curve.empty:
        show.nothing("No customer of this audience has bought for more than was returned.")
    else:
        marks = found["top_20_share"][0], found["customers_for_80_share"][0]
        show.figure(drawn.pareto_curve(curve, *marks), "pareto_curve", finding)
        if words := pareto_watch.range_in_words(spread := pareto_watch.pareto_range(warehouse, audience)):
            st.caption(show.inert(words))
            show.behind("pareto_range", spread, audience, table=False)
    show.behind("pareto_curve", curve, audience)
classes = pareto.abc(warehouse, audience)
finding = pareto.abc_in_words(classes, audience.as_of)
with right, show.card("abc", "Classes A, B and C", finding):
    show.figure(
        drawn.abc_columns(classes, currency=currency), "abc_columns", finding, lists.pick("abc_class", "abc_columns")
    )
    show.behind("abc", classes, audience)

pareto_more.tiers(warehouse, audience)
lists.card(warehouse, audience, "abc_class", "Class", list(pareto.CLASSES))

for key, label, draw in (
    ("more_movers", "More: who moved, who comes into the top 20% and who leaves it", pareto_more.movers),
    ("more_profit", "More: profit by customer and by product line", pareto_more.profits),
    ("more_offers", "More: what is bought together, and what to offer next", pareto_more.offering),
):
    with show.more(key, label) as opened:
        if opened:
            draw(warehouse, audience)

show.next_steps(
    ("pages/segments.py", "Which of them are drifting away?"), ("pages/overview.py", "Back to how the business stands")
)
