"""Overview: how does the business stand, and do customers come back?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import base, interpurchase, retention, sales  # noqa: E402  (the guard comes first)
from crm_analytics.metrics import diagnosis as diagnosed  # noqa: E402
from crm_analytics.metrics import retention as returning  # noqa: E402
from crm_analytics.metrics import sales as sold  # noqa: E402
from crm_analytics.metrics.summary import statuses, statuses_in_words  # noqa: E402
from crm_analytics.ui import numbers, session, show  # noqa: E402

warehouse = session.warehouse()
if not warehouse.has_orders:
    show.welcome()
    st.stop()

audience, currency = session.audience(), session.currency()
evolution = sold.sales(warehouse, audience, period="month")
numbers.business(warehouse, audience, evolution)

left, right = st.columns([3, 2])
with left, show.card("sales", "Sales evolution", sold.sales_in_words(evolution)):
    measure = st.segmented_control(
        "Measure", list(show.MEASURES), key="measure", bind="query-params", default="Revenue", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    drawn = sales.sales_columns(evolution, measure=show.MEASURES[measure], currency=currency)
    show.figure(drawn, "sales_columns", sold.sales_in_words(evolution))
    show.behind("sales", evolution, audience, period="month")
with right:
    base_now = statuses(warehouse, audience)
    with show.card("statuses", "Status of the base", statuses_in_words(base_now, warehouse.base(audience.as_of))):
        show.figure(
            base.status_bar(base_now), "status_bar", statuses_in_words(base_now, warehouse.base(audience.as_of))
        )
        show.table(base_now, "statuses_table")
        show.behind("statuses", base_now, audience)
    diagnosis = diagnosed.diagnosis(warehouse, audience)
    with show.card("diagnosis", "Diagnosis", diagnosed.diagnosis_in_words(diagnosis)):
        show.behind("diagnosis", diagnosis, audience)

matrix = returning.retention(warehouse, audience, period="month")
with show.card("retention", "Retention by cohort", returning.retention_in_words(matrix)):
    show.figure(
        retention.retention_heatmap(matrix), "retention_heatmap", returning.retention_in_words(matrix), scroll=True
    )
    show.behind("retention", matrix, audience, period="month")

with show.more("more_overview", "More: when do they come back?") as opened:
    if opened:
        left, right = st.columns(2)
        again = returning.repurchase(warehouse, audience)
        with left, show.card("repurchase", "Time to the second purchase", returning.repurchase_in_words(again)):
            show.figure(retention.repurchase_curve(again), "repurchase_curve", returning.repurchase_in_words(again))
            show.behind("repurchase", again, audience)
        gaps = returning.interpurchase(warehouse, audience)
        window = warehouse.base(audience.as_of).activity_window_days
        with right, show.card("interpurchase", "Days between purchases", returning.interpurchase_in_words(gaps)):
            show.figure(
                interpurchase.interpurchase_columns(gaps, window),
                "interpurchase",
                returning.interpurchase_in_words(gaps),
            )
            show.behind("interpurchase", gaps, audience)

show.next_steps(
    ("pages/segments.py", "Who are they? The segments"),
    ("pages/pareto.py", "Who brings the money? The pareto customers"),
)
