"""Audience: who is meant, what sets them apart, and how do they get into a list?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from dataclasses import replace  # noqa: E402  (the guard comes first)

from crm_analytics.ui import (  # noqa: E402
    builder,
    doors,
    export_members,
    segments_clusters,
    segments_profile,
    segments_saved,
    session,
    show,
)
from crm_analytics.ui.audience_draft import Draft  # noqa: E402

warehouse = doors.entered()
audience = session.audience()
left, right = st.columns([3, 2])
with left, show.card("builder", "Who is meant"):
    saved, beginning = segments_saved.choose(warehouse)
    rule = builder.editor(warehouse, Draft("page"), beginning, audience)
    if rule is not None:
        with st.container(horizontal=True):
            st.button(
                "Make them the audience of all pages", key="page_apply", icon=":material/filter_alt:",
                on_click=builder.take, args=(segments_saved.as_saved(warehouse, saved, rule),),
            )  # fmt: skip
            segments_saved.save_button(warehouse, saved, rule, audience.as_of)
with right:
    segments_saved.table(warehouse, audience)

if rule is not None:
    chosen = replace(audience, rule=segments_saved.as_saved(warehouse, saved, rule))
    left, right = st.columns([3, 2])
    with left:
        segments_profile.apart(warehouse, chosen)
    with right:
        segments_profile.most_typical(warehouse, chosen)
    with show.more("export_more", "Export these customers") as opened:
        if opened:
            export_members.card(warehouse, chosen)
            export_members.earlier(warehouse)
    with show.more(
        "segments_more", "More: how it grew, who came and went, what segments share, any measure, clusters"
    ) as opened:
        if opened:
            left, right = st.columns([3, 2])
            with left:
                segments_saved.over_time(warehouse, saved, chosen)
            with right:
                segments_saved.overlap(warehouse, audience)
            segments_saved.flow(warehouse, saved, chosen)
            segments_profile.measures(warehouse, chosen)
            segments_clusters.card(warehouse, chosen)
            segments_clusters.kept(warehouse, audience)

show.next_steps(
    ("pages/segments.py", "Segments by recency, frequency and value"), ("pages/overview.py", "How the business stands")
)
