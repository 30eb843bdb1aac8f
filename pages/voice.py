"""Voice: what do customers say, do they mean it, and what happens when something goes wrong?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import voice as drawn  # noqa: E402  (the guard comes first)
from crm_analytics.metrics.voice import loyalty, service, voice  # noqa: E402
from crm_analytics.ui import doors, session, show  # noqa: E402
from crm_analytics.ui import voice as chosen  # noqa: E402

warehouse = doors.entered()
audience, currency = session.audience(), session.currency()
if not warehouse.loaded & {"survey_answers", "cases", "deliveries"}:
    show.nothing(
        "Nobody has answered and nothing went wrong, as far as is loaded.", f"{voice.SURVEYS} or {service.CASES}"
    )
    st.stop()

chosen.newer(warehouse, audience)
chosen.headline(warehouse, audience)
kind = chosen.score()
score, title = (voice.nps, "net promoter score") if kind == "nps" else (voice.csat, "share of satisfied customers")
left, right = st.columns([3, 2])
with left, show.card("voice_time", "How it goes", voice.score_in_words(score(warehouse, audience))):
    span = chosen.span()
    evolution = score(warehouse, audience, by=span)
    show.figure(
        drawn.score_over_time(evolution, kind, title),
        "score_over_time",
        voice.score_in_words(score(warehouse, audience)),
    )
    show.behind(kind, evolution, audience, f"{kind}_{span}", by=span)
with right, show.card("voice_groups", "Who says what"):
    by = chosen.group(warehouse)
    groups = score(warehouse, audience, by=by)
    finding = voice.score_by_in_words(groups, by)
    if finding:
        st.caption(show.inert(finding))
    show.figure(drawn.score_by_group(groups, kind, title), "score_by_group", finding)
    show.behind(kind, groups, audience, f"{kind}_by", by=by)

left, right = st.columns([2, 3])
cells = loyalty.loyalty_matrix(warehouse, audience)
finding = loyalty.loyalty_in_words(cells)
with left, show.card("loyalty_matrix", "Attitude and behaviour", finding):
    if cells["customers"].sum():
        show.figure(drawn.loyalty_cells(cells), "loyalty_cells", finding)
    else:
        show.nothing("No answer is of a customer whose orders are loaded.", f"orders, beside {voice.SURVEYS}")
    show.behind("loyalty_matrix", cells, audience)
cases = service.service(warehouse, audience)
with right, show.card("service", "Service and who comes back", service.service_in_words(cases)):
    if cases.empty:
        show.nothing("No case is loaded.", service.CASES)
    else:
        show.short(cases, "service", order=chosen.CASE_COLUMNS)
    show.behind("service", cases, audience, table=False)

with show.more("more_voice", "More: comments, perception, what detractors buy, deliveries") as opened:
    if opened:
        chosen.more(warehouse, audience, currency)

show.next_steps(("pages/segments.py", "Which segments are they?"), ("pages/overview.py", "Back to the overview"))
