"""Saved segments on the page: which one is edited, saving, the table of all, how one grew and what it shares."""

from __future__ import annotations

from datetime import date

import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import segments as drawn
from crm_analytics.errors import CrmError
from crm_analytics.metrics.segments import flow as segments_flow
from crm_analytics.metrics.segments import saved as metrics
from crm_analytics.query import evaluation, membership, rules
from crm_analytics.query.rules import EVERYONE, Rule
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import jobs, session, show
from crm_analytics.ui.audience_draft import kept_of
from crm_analytics.ui.shell import inert
from crm_analytics.workspace import segments
from crm_analytics.workspace.segments import Saved

IN_FORCE = "The audience of all pages"
_NO_OTHER = "everybody else"
_CHOICE, _SAID = "begin_with", "segment_said"


def choose(warehouse: Warehouse) -> tuple[Saved | None, Rule]:
    """Which saved segment is looked at, and the rule that the builder begins with."""
    known = {each.segment: each for each in warehouse.entered(segments.listed)}
    kept_of(_CHOICE, [IN_FORCE, *known])
    anew = "A new segment" if session.audience().rule == rules.EVERYONE else IN_FORCE  # an example is shown of everyone
    name = st.selectbox(
        "Begin with", [IN_FORCE, *known], key=_CHOICE, width=330,
        format_func=lambda each: anew if each == IN_FORCE else each,
    )  # fmt: skip
    saved = known.get(name)
    if saved is None:
        return None, rules.unresolved(session.audience().rule)
    frozen = f" The list of {formats.day(saved.frozen_as_of)} is kept." if saved.frozen else ""
    st.caption(
        inert(
            f"Version {saved.version}, saved by {saved.who} on {saved.saved_at:%Y-%m-%d}. {saved.description}{frozen}"
        )
    )
    return saved, rules.from_json(saved.rule)


def as_saved(warehouse: Warehouse, saved: Saved | None, rule: Rule) -> Rule:
    """The saved segment itself where the rule is still its own; else the rule."""
    if saved is None or rules.to_json(rules.unresolved(rule)) != saved.rule:
        return rule
    with warehouse.duck.session() as reading:
        return membership.rule_of(reading, saved)


def save_button(warehouse: Warehouse, saved: Saved | None, rule: Rule, as_of: date) -> None:
    """The popover that saves the rule as a segment; what came of it is said once."""
    with st.popover("Save", icon=":material/save:", key="segment_save"):
        st.session_state.setdefault("segment_name", saved.segment if saved else "")
        if st.session_state.get("segment_of") != (saved.segment if saved else None):
            st.session_state["segment_of"] = saved.segment if saved else None
            st.session_state["segment_name"] = saved.segment if saved else ""
        st.text_input("Name", key="segment_name", max_chars=segments.LONGEST_NAME)
        st.text_input("What it is for", saved.description if saved else "", key="segment_description", max_chars=500)
        st.text_input("Who answers for it", saved.owner if saved else "", key="segment_owner", max_chars=80)
        st.toggle(
            "Keep the list of today's members", key="segment_frozen",
            help=f"A fixed list: who fits the rule on {formats.day(as_of)}. Without it the rule is asked each time.",
        )  # fmt: skip
        st.button("Save", key="segment_save_now", type="primary", on_click=_save, args=(saved, rule, as_of))
    kind, words = st.session_state.pop(_SAID, (None, ""))
    if kind == "saved":
        st.success(inert(words), icon=":material/check:")
    elif kind:
        st.warning(inert(words), icon=":material/report:")


def _save(saved: Saved | None, rule: Rule, as_of: date) -> None:
    name = str(st.session_state.get("segment_name") or "").strip()
    seen = saved.version if saved is not None and saved.segment == name else None
    frozen = as_of if st.session_state.get("segment_frozen") else None
    words = {part: str(st.session_state.get(f"segment_{part}") or "") for part in ("description", "owner")}
    try:
        made = membership.save(
            session.warehouse(),
            name,
            rule,
            session.who(),
            frozen_as_of=frozen,
            anew=frozen is not None,
            seen=seen,
            **words,
        )
    except CrmError as error:
        st.session_state[_SAID] = ("problem", str(error))
        return
    st.session_state[_SAID] = ("saved", f"“{made.segment}” is saved as version {made.version}.")
    st.session_state[_CHOICE] = made.segment


def table(warehouse: Warehouse, audience: Audience) -> None:
    """All saved segments with size, revenue and how they changed."""
    everyone = Audience(EVERYONE, audience.as_of, audience.before)
    frame = metrics.segments(warehouse, everyone)
    with show.card("saved_segments", "Saved segments", metrics.segments_in_words(frame)):
        if frame.empty:
            show.nothing("No segment is saved yet. Build a rule and press Save.")
            return
        order = ["saved segment", "customers", "customers_before", "revenue_share", "revenue", "rule_in_words", "owner"]
        show.table(frame.rename(columns={"segment": "saved segment"}), "saved_segments", order=order)
        show.behind("segments", frame, everyone, table=False)


def over_time(warehouse: Warehouse, saved: Saved | None, audience: Audience) -> None:
    """How the saved segment grew; month ends that are not evaluated yet are evaluated as a job."""
    with show.card("segment_history", "How it grew"):
        if saved is None or saved.frozen:
            show.nothing(
                "A fixed list does not change." if saved else "Choose a saved segment above to see how it grew."
            )
            return
        job = f"history_{saved.segment}_{saved.rule_version}_{audience.as_of}_{warehouse.data_version}"
        if st.session_state.get("history_of") != job:
            st.session_state["history_of"] = job

            def work(running: jobs.Job) -> bool:
                evaluation.history(warehouse, saved, metrics.MONTHS, audience.as_of, running.report)
                return True

            st.session_state["history_job"] = jobs.jobs().start("Evaluating month ends", session.who(), work)
        if jobs.running("history_job") and jobs.wait("history_job") is None:
            return
        everyone = Audience(EVERYONE, audience.as_of, audience.before)
        frame = metrics.segment_history(warehouse, everyone, segment=saved.segment)
        finding = metrics.segment_history_in_words(frame)
        if finding:
            st.caption(inert(finding))
        show.figure(drawn.segment_history_lines(frame), "segment_history", finding)
        show.behind("segment_history", frame, everyone, segment=saved.segment)


def flow(warehouse: Warehouse, saved: Saved | None, audience: Audience) -> None:
    """Who went into the saved segment and out of it, or between it and another one, since a day."""
    with show.card("segment_flow", "Who came, who went"):
        if saved is None:
            show.nothing("Choose a saved segment above to see who came into it and who left it.")
            return
        with warehouse.duck.session() as reading:
            others = [each.segment for each in segments.listed(reading) if each.segment != saved.segment]
        with st.container(horizontal=True):
            kept_of("flow_other", [_NO_OTHER, *others])
            other = st.selectbox("Between it and", [_NO_OTHER, *others], key="flow_other", width=230)
            since = st.date_input("Since", audience.before, max_value=audience.as_of, key="flow_since", width=150)
        everyone = Audience(EVERYONE, audience.as_of, since)
        knobs = {"segment": saved.segment, "other": None if other == _NO_OTHER else other}
        frame = segments_flow.segment_flow(warehouse, everyone, **knobs)
        finding = segments_flow.segment_flow_in_words(frame, everyone, warehouse.currency)
        if finding:
            st.caption(inert(finding))
        if frame.empty:
            show.nothing("Nobody was in it on either day.")
        else:
            show.figure(drawn.segment_flow(frame, saved.segment, knobs["other"]), "segment_flow", finding, scroll=True)
        show.behind("segment_flow", frame, everyone, **knobs)


def overlap(warehouse: Warehouse, audience: Audience) -> None:
    """What the saved segments share."""
    frame = metrics.segment_overlap(warehouse, audience)
    most = frame[frame["segment"] != frame["other"]].nlargest(1, "share_of_segment")
    finding = None
    if len(most):
        row = most.iloc[0]
        finding = (
            f"{formats.share(row['share_of_segment'])} of “{row['segment']}” "
            f"({formats.count(row['customers'])} customers) are in “{row['other']}” too."
        )
    with show.card("segment_overlap", "What they share", finding):
        if frame["segment"].nunique() < 2:
            show.nothing("It takes two saved segments to share customers.")
        else:
            show.figure(drawn.overlap_heatmap(frame), "segment_overlap", finding, scroll=True)
        show.behind("segment_overlap", frame, audience)
