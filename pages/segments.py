"""Segments: who buys recently, often and much, and who is drifting away?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import rfm as drawn  # noqa: E402  (the guard comes first)
from crm_analytics.metrics import rfm  # noqa: E402
from crm_analytics.metrics.customers import customers  # noqa: E402
from crm_analytics.ui import lists, session, show  # noqa: E402

warehouse = session.warehouse()
if not warehouse.has_orders:
    show.welcome()
    st.stop()

audience, currency = session.audience(), session.currency()
segments = rfm.rfm(warehouse, audience)
finding = rfm.rfm_in_words(segments)
left, right = st.columns([3, 2])
with left, show.card("rfm", "Segments by recency, frequency and value", finding):
    picked = lists.pick("segment", "rfm_treemap")
    show.figure(drawn.rfm_treemap(segments, currency=currency), "rfm_treemap", finding, on_select=picked)
    show.behind("rfm", segments, audience)
with right, show.card("rfm_grid", "The rule: recency by frequency and value", rfm.GRID_IN_WORDS):
    cells = rfm.rfm_grid(warehouse, audience)
    picked = lists.pick("segment", "rfm_grid")
    show.figure(drawn.rfm_grid(cells), "rfm_grid", rfm.GRID_IN_WORDS, on_select=picked)
    show.behind("rfm_grid", cells, audience)

chosen = lists.chosen("segment", "Segment", [name for name in segments["segment"]])
people = customers(warehouse, audience, segment=chosen)
with show.card("segment_customers", chosen or "All customers", lists.people_in_words(people, chosen)):
    lists.people(people, "segment_people", "segment", chosen)
    show.behind("customers", people, audience, key="segment_list", segment=chosen)

with show.more("more_segments", "More: cut-offs, and who moved") as opened:
    if opened:
        left, right = st.columns([2, 3])
        cutoffs = rfm.rfm_cutoffs(warehouse, audience)
        with left, show.card("cutoffs", "Cut-offs in days, purchases and money", rfm.rfm_cutoffs_in_words(cutoffs)):
            show.table(cutoffs, "cutoffs_table", height=562)
            show.behind("rfm_cutoffs", cutoffs, audience)
        moved = rfm.rfm_migration(warehouse, audience)
        with (
            right,
            show.card("migration", f"Who moved since {audience.before:%Y-%m-%d}", rfm.rfm_migration_in_words(moved)),
        ):
            show.figure(
                drawn.rfm_migration_heatmap(moved, currency=currency),
                "rfm_migration",
                rfm.rfm_migration_in_words(moved),
                scroll=True,
            )
            show.behind("rfm_migration", moved, audience)

show.next_steps(("pages/pareto.py", "Who brings the money?"), ("pages/overview.py", "Back to how the business stands"))
