"""What the identity page is made of: looking for pairs, deciding on them, and taking decisions back."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import identity as drawn
from crm_analytics.identity import evidence, found
from crm_analytics.identity.bands import BANDS, NO, REVIEW, SURE
from crm_analytics.metrics.data import duplicates as metrics
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import label_of_column
from crm_analytics.ui import jobs, session, show
from crm_analytics.ui.shell import acting, complain, inert
from crm_analytics.workspace import identity
from crm_analytics.workspace.identity import ACCEPT, REFUSE, SPLIT, Record

_JOB = "linking_job"
WORDS = {SURE: "Sure", REVIEW: "To review", NO: "Rather two"}
#: The fields of a record that are shown side by side.
_FIELDS = ("name", "first_name", "last_name", "born_on", "email", "phone", "street", "house_number", "address_2",
           "postal_code", "city", "region", "country")  # fmt: skip


def ready(warehouse: Warehouse) -> bool:
    """Whether the pairs are known; else they are looked for, in the background where that takes long."""
    if found.is_fresh(warehouse):
        return True
    if found.records(warehouse) < found.LONG_FROM:
        with st.spinner("Comparing the records of customers …"):
            found.refresh(warehouse)
        return True
    if not jobs.running(_JOB):
        reading = warehouse.duck.open_session()

        def work(job: jobs.Job) -> None:
            try:
                found.refresh(warehouse, job.report, reading)
            finally:
                reading.close()

        st.session_state[_JOB] = jobs.jobs().start("Comparing the records of customers", "the page", work, reading)
    jobs.wait(_JOB)
    return found.is_fresh(warehouse)


def who() -> str:
    """The name that decisions are kept under, the same as for imports and segments of this browser."""
    st.text_input("Your name, kept with each decision", key="who", max_chars=60)
    return session.who()


def band() -> str:
    """Which band is looked at; in the address."""
    label = st.segmented_control(
        "Band", list(WORDS.values()), key="band", bind="query-params", default=WORDS[SURE], required=True
    )
    return next(each for each in BANDS if WORDS[each] == label)


def offer(warehouse: Warehouse, audience: Audience, chosen: str, name: str) -> str | None:
    """Accept a whole band at once, with what that would do; returns the finding."""
    effect = metrics.duplicate_effect(warehouse, audience, band=chosen)
    finding = metrics.effect_in_words(effect)
    if finding is None:
        st.caption("No pair of this band is left to decide.")
        return None
    st.markdown(f"**{show.inert(finding)}**")
    if chosen != NO:
        count = int(effect["pairs"].iloc[0])
        st.button(
            f"Accept these {formats.count(count)} pairs", key="accept_band", type="primary", icon=":material/merge:",
            on_click=decide, args=("band", warehouse, metrics.undecided(warehouse, chosen), ACCEPT, name),
        )  # fmt: skip
        complain("band")
    show.behind("duplicate_effect", effect, audience, band=chosen)
    return finding


def decide(
    place: str, warehouse: Warehouse, pairs: list[tuple[Record, Record, float | None]], decision: str, name: str
) -> None:
    """Write one act; every figure is made anew with it."""
    with acting(place), warehouse.changing() as writing:
        identity.decide(writing, pairs, decision, name, datetime.now())


def undo(warehouse: Warehouse, act: int, name: str) -> None:
    """Take an act back."""
    with acting("acts"), warehouse.changing() as writing:
        identity.undo(writing, act, name, datetime.now())


def one_pair(warehouse: Warehouse, frame: pd.DataFrame, chosen: int, name: str) -> None:
    """One pair: both records side by side, the waterfall of the evidence, and the decision."""
    known = found.read(warehouse)
    names = found.own_id(warehouse)
    ids = frame["customer_ids"].iloc[chosen]
    for row in known.pairs.itertuples():
        left, right = (row.left_source, row.left_id), (row.right_source, row.right_id)
        if [names(left), names(right)] == ids:
            break
    else:
        return
    steps = evidence.steps(row.levels, row.bits, row.household, known.start_bits)
    one, other = found.values(warehouse, left), found.values(warehouse, right)
    sides = pd.DataFrame(
        {
            "Field": [label_of_column(each) for each in _FIELDS],
            ids[0]: [one.get(each) for each in _FIELDS],
            ids[1]: [other.get(each) for each in _FIELDS],
        }
    )
    show.short(sides[sides[ids].notna().any(axis=1)], "sides", as_written=True)
    why = frame["evidence"].iloc[chosen]
    said = f"Probability that both are one person: {formats.share(row.probability, 2)}. {why[:1].upper()}{why[1:]}."
    st.caption(inert(said))
    show.figure(drawn.waterfall(steps), "waterfall", said)
    pair = [(left, right, float(row.probability))]
    held = frame["decision"].iloc[chosen] == ACCEPT
    with st.container(horizontal=True, key="deciding"):
        if held:
            _button("Split again", "split", warehouse, pair, SPLIT, name)
        else:
            _button("One person", "accept", warehouse, pair, ACCEPT, name)
            _button("Two persons", "refuse", warehouse, pair, REFUSE, name)
    complain("pair")


def _button(
    label: str,
    key: str,
    warehouse: Warehouse,
    pair: list[tuple[Record, Record, float | None]],
    decision: str,
    name: str,
) -> None:
    icon = ":material/merge:" if decision == ACCEPT else ":material/call_split:"
    st.button(label, key=f"{key}_pair", icon=icon, on_click=decide, args=("pair", warehouse, pair, decision, name))


def acts(warehouse: Warehouse, name: str) -> None:
    """What was decided, the newest first, and the way back."""
    with warehouse.duck.session() as reading:
        made = identity.acts(reading)
    if not made:
        st.caption("Nothing has been decided yet.")
        return
    frame = pd.DataFrame([(each.act, each.decision, each.pairs, each.who, each.decided_at, each.undone_at) for each in made],
                         columns=["act", "decision", "pairs", "who", "decided_at", "undone_at"])  # fmt: skip
    show.rows(frame, "acts", row_height=30)
    holding = [each for each in made if each.undone_at is None]
    if holding:
        with st.container(horizontal=True, vertical_alignment="bottom", key="undoing"):
            act = st.selectbox("Decision", [each.act for each in holding], key="act_chosen")
            st.button("Take back", key="undo_act", icon=":material/undo:", on_click=undo, args=(warehouse, act, name))
    complain("acts")


def audience(warehouse: Warehouse) -> Audience:
    """The audience of the bar, or everybody where no order is loaded."""
    return session.audience() or warehouse.audience()
