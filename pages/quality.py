"""Quality: how far can these figures be trusted, and what to mend first?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import quality as drawn  # noqa: E402  (the guard comes first)
from crm_analytics.metrics.data import quality as metrics  # noqa: E402
from crm_analytics.metrics.data import scores  # noqa: E402
from crm_analytics.ui import doors, quality, session, show  # noqa: E402

warehouse = doors.entered()
audience = session.audience()
currency = session.currency()

found = metrics.data_quality(warehouse, audience)
if found.empty:
    quality.nothing()
    st.stop()
sources = metrics.data_sources(warehouse, audience)
quality.totals(warehouse, found, sources)

finding = metrics.quality_in_words(found, currency)
with show.card("mend", "What to mend first", finding):
    if finding:
        show.figure(drawn.mend_bars(found, currency=currency), "mend_bars", finding)
    else:
        show.nothing("No revenue hangs on a value that is missing or suspicious.", None)
    show.behind("data_quality", found, audience)

with show.card(
    "sources", "Sources", "Each source and table: its share of valid values, and the latest day that it speaks of."
):
    show.table(sources.rename(columns={"score": "valid_share"}), "sources_table")
    show.behind("data_sources", sources, audience, table=False)

history = metrics.data_imports(warehouse, audience)
finding = metrics.imports_in_words(history)
with show.card("accepted", "Import by import", finding):
    show.figure(drawn.accepted_bars(history), "accepted_bars", finding)
    if trend := metrics.trend_in_words(history):
        show.figure(drawn.score_lines(history), "score_lines", trend)
        st.caption(show.inert(trend))
    show.behind("data_imports", history, audience)

past = scores.data_scores(warehouse, audience)
if finding := scores.scores_in_words(past):
    with show.card("scores", "The data score over time", finding):
        show.figure(drawn.base_score_line(past), "base_score_line", finding)
        show.behind("data_scores", past, audience)

with show.more("every_column", "Every column"), show.card("columns", "Every column", None):
    show.table(found, "columns_table", height=420)

show.next_steps(("pages/identity.py", "Which records are the same person?"), ("pages/data.py", "Load a corrected file"))
