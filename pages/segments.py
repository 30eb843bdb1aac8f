"""Segments: who buys recently, often and much, and who is drifting away?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics import formats  # noqa: E402  (the guard comes first)
from crm_analytics.charts import rfm as drawn  # noqa: E402
from crm_analytics.metrics.segments import rfm  # noqa: E402
from crm_analytics.ui import doors, grid, habits, lists, session, show  # noqa: E402

warehouse = doors.entered(orders=True)
audience, currency = session.audience(), session.currency()
segments = rfm.rfm(warehouse, audience)
finding = rfm.rfm_in_words(segments, audience.as_of)
left, right = st.columns([3, 2])
with left, show.card("rfm", "Segments by recency, frequency and value", finding):
    click = lists.pick("segment", "rfm_treemap")
    show.figure(drawn.rfm_treemap(segments, currency=currency), "rfm_treemap", finding, click)
    show.behind("rfm", segments, audience)
cells = rfm.rfm_grid(warehouse, audience)
finding = rfm.rfm_grid_in_words(cells, audience.as_of)
with right, show.card("rfm_grid", "The rule: recency by frequency and value", finding):
    show.figure(drawn.rfm_grid(cells), "rfm_grid", finding, lists.pick("segment", "rfm_grid"))
    show.behind("rfm_grid", cells, audience)

lists.card(warehouse, audience, "segment", "Segment", list(segments["segment"]))

with show.more("more_segments", "More: cut-offs, and who moved") as opened:
    if opened:
        moved = rfm.rfm_migration(warehouse, audience)
        finding = rfm.rfm_migration_in_words(moved, audience.before, audience.as_of)
        with show.card("migration", f"Who moved since {formats.day(audience.before)}", finding):
            heatmap = drawn.rfm_migration_heatmap(moved, currency=currency)
            show.figure(heatmap, "rfm_migration", finding, scroll=True)
            show.behind("rfm_migration", moved, audience)
        left, right = st.columns([2, 3])
        cutoffs = rfm.rfm_cutoffs(warehouse, audience)
        with left, show.card("cutoffs", "Cut-offs in days, purchases and money", show.CUTOFFS):
            show.table(cutoffs, "cutoffs_table", height="content")
            show.behind("rfm_cutoffs", cutoffs, audience)
        with right, show.card("migration_flow", "The same as a flow, from left to right", finding):
            show.figure(drawn.rfm_migration_flow(moved, height=560), "rfm_flow", finding, scroll=True)

with show.more("more_habits", "More: channels, payment and discounts") as opened:
    if opened:
        habits.cards(warehouse, audience)

with show.more("edit_rule", "Edit the rule: names, cut-offs, schemes of others") as opened:
    if opened:
        grid.editor(warehouse, audience)

show.next_steps(("pages/pareto.py", "Who brings the money?"), ("pages/overview.py", "Back to how the business stands"))
