"""Overview: how does the business stand, and do customers come back?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import base, interpurchase, retention, sales, tree  # noqa: E402  (the guard comes first)
from crm_analytics.metrics.sales import diagnosis as diagnosed  # noqa: E402
from crm_analytics.metrics.sales import retention as returning  # noqa: E402
from crm_analytics.metrics.sales import sales as sold  # noqa: E402
from crm_analytics.metrics.sales import tree as levers  # noqa: E402
from crm_analytics.ui import doors, forecast, numbers, programme, session, show  # noqa: E402

warehouse = doors.entered(orders=True)
audience, currency = session.audience(), session.currency()
evolution = sold.sales(warehouse, audience, period="month")
numbers.business(warehouse, audience, evolution)

day = audience.as_of
left, right = st.columns([3, 2])
finding = sold.sales_in_words(evolution, currency=currency)
with left, show.card("sales", "Sales evolution", finding):
    measure = show.measure()
    earlier = sold.earlier(evolution)
    columns = sales.sales_columns(evolution, earlier, measure=measure, currency=currency, height=520)
    show.figure(columns, "sales_columns", finding)
    show.behind("sales", evolution, audience, period="month")
with right:
    now = diagnosed.statuses(warehouse, audience)
    finding = diagnosed.statuses_in_words(now, day)
    with show.card("statuses", "Status of the base", finding):
        show.figure(base.status_bar(now), "status_bar", finding)
        show.behind("statuses", now, audience)
    diagnosis = diagnosed.diagnosis(warehouse, audience)
    with show.card("diagnosis", "Diagnosis", diagnosed.diagnosis_in_words(diagnosis, currency)):
        numbers.diagnosis_facts(warehouse, audience, diagnosis)
        show.behind("diagnosis", diagnosis, audience, notes=False)

matrix = returning.retention(warehouse, audience, period="month")
with show.card("retention", "Retention by cohort", returning.retention_in_words(matrix)):
    show.figure(
        retention.retention_heatmap(matrix), "retention_heatmap", returning.retention_in_words(matrix), scroll=True
    )
    if (matrix["cohort_customers"] < retention.FEW_CUSTOMERS).any():
        st.caption(f"Grey: cohorts of fewer than {retention.FEW_CUSTOMERS} customers, whose shares are mostly chance.")
    show.behind("retention", matrix, audience, period="month")

programme.open_measures(warehouse, audience)
with show.more("more_overview", "More: what is to come, why did revenue move, when do they come back?") as opened:
    if opened:
        forecast.card(warehouse, audience)
        moved = levers.sales_tree(warehouse, audience)
        finding = levers.sales_tree_in_words(moved, currency)
        with show.card("sales_tree", "Why did revenue move?", finding):
            show.figure(tree.sales_tree_waterfall(moved, currency), "sales_tree_waterfall", finding)
            show.behind("sales_tree", moved, audience)
        left, right = st.columns(2)
        again = returning.repurchase(warehouse, audience)
        finding = returning.repurchase_in_words(again, day)
        with left, show.card("repurchase", "Time to the second purchase", finding):
            show.figure(retention.repurchase_curve(again), "repurchase_curve", finding)
            show.behind("repurchase", again, audience)
        gaps = returning.interpurchase(warehouse, audience)
        finding = returning.interpurchase_in_words(gaps, diagnosis)
        with right, show.card("interpurchase", "Days between purchases", finding):
            window = warehouse.base(day).activity_window_days
            show.figure(interpurchase.interpurchase_columns(gaps, window), "interpurchase", finding)
            show.behind("interpurchase", gaps, audience)

show.next_steps(
    ("pages/segments.py", "Who are they? The segments"),
    ("pages/pareto.py", "Who brings the money? The pareto customers"),
)
