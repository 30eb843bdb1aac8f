"""Churn: who is about to leave, what is it worth, and is the list better than one by silence alone?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import survival as staying  # noqa: E402  (the guard comes first)
from crm_analytics.charts import value as worth  # noqa: E402
from crm_analytics.metrics.value import churn, survival, value_totals  # noqa: E402
from crm_analytics.ui import churn as parts  # noqa: E402
from crm_analytics.ui import doors, session, shell, show  # noqa: E402

warehouse = doors.entered(orders=True)
audience, currency, days = session.audience(), session.currency(), parts.horizon()
if not parts.ready(warehouse, audience, days):
    st.stop()
totals = value_totals.value_totals(warehouse, audience, days=days)
parts.numbers(totals)

left, right = st.columns([3, 2])
cells = value_totals.risk_map(warehouse, audience, days=days)
finding = value_totals.risk_map_in_words(cells, currency)
with left, show.card("risk_map", "Value and risk: what to do with whom", finding):
    if cells.empty:
        show.nothing("No map yet: it takes a churn risk and a residual value.")
    else:
        show.figure(worth.risk_bubbles(cells, currency=currency), "risk_bubbles", finding)
    show.behind("risk_map", cells, audience, days=days)
scores = churn.churn_evaluation(warehouse, audience, days=days)
lists = churn.churn_lists(warehouse, audience, days=days)
finding = churn.lists_in_words(lists, scores, currency)
with right, show.card("churn_lists", "Better than a plain list?", finding):
    if lists.empty:
        show.nothing("Not known yet: a score must be checked on a later part of the past.")
    else:
        parts.caught(lists, finding)
    show.behind("churn_lists", lists, audience, days=days)

with show.card("customer_value", "Most value at risk", value_totals.totals_in_words(totals, currency)):
    parts.ranked(warehouse, audience, days)

with show.card("survival", "How long customers stay"):
    by = parts.grouped()
    curves = survival.survival(warehouse, audience, by=by)
    finding = survival.survival_in_words(curves, audience.as_of)
    show.figure(staying.survival_curves(curves), "survival_curves", finding)
    if finding:
        st.caption(shell.inert(finding))
    show.behind("survival", curves, audience, by=by)

with show.more("more_churn", "More: how far can this be trusted, what would a list pay?") as opened:
    if opened:
        parts.trust(warehouse, audience, days)

show.next_steps(("pages/pareto.py", "Who brings the money?"), ("pages/segments.py", "Which segments are they in?"))
