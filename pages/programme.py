"""Programme: is the plan kept, and does it work?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics import formats  # noqa: E402  (the guard comes first)
from crm_analytics.ui import doors, programme, programme_editor, programme_more, session, shell, show  # noqa: E402

warehouse = doors.entered(orders=True)
audience = session.audience()
plan = programme.chosen(warehouse)
if plan is None:
    programme_editor.first_plan(warehouse)
else:
    values = plan.values
    span = f"{formats.day(values['valid_from'])} to {formats.day(values['valid_to'])}"
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="programme_head"
    ):
        with st.container(width="stretch", gap=None):
            st.subheader(shell.inert(values["name"]), anchor=False)
            st.caption(shell.inert(" · ".join(each for each in (values["promise"], span, values["owner"]) if each)))
        programme.printed(warehouse, audience, plan)

    programme.numbers(warehouse, audience, plan)
    programme.objectives(warehouse, audience, plan)
    left, right = st.columns([3, 2])
    with left:
        programme.actions(warehouse, audience, plan)
        programme.corrective_measures(warehouse, audience, plan)
    with right:
        programme.steps(warehouse, audience, plan)

    with show.more("more_edit", "Edit the plan") as opened:
        if opened:
            programme_editor.editor(warehouse, plan)
            programme_editor.files(warehouse, plan)

    with show.more("more_programme", "More: what came of the actions, the gap, members, the market") as opened:
        if opened:
            programme_more.results(warehouse, audience, plan)
            programme_more.chain(warehouse, audience, plan)
            programme_more.effect(warehouse, audience, plan)
            programme_more.background(warehouse, audience, plan)

show.next_steps(
    ("pages/overview.py", "How does the business stand?"), ("pages/segments.py", "Whom should the next action reach?")
)
