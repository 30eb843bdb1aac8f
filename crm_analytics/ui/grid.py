"""The RFM editor: which name stands in which cell, what a score stands for, and who would move before it is saved."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import pandas as pd
import streamlit as st

from crm_analytics.charts import rfm as drawn
from crm_analytics.errors import BadValue
from crm_analytics.metrics import notes
from crm_analytics.metrics.segments import rfm, rfm_editing
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show
from crm_analytics.ui.shell import acting, complain, inert
from crm_analytics.workspace.preferences import LONGEST_NAME, RFM_SEGMENTS, Cutoffs, Preferences

IN_FORCE = "The grid in force"
_FM = [f"FM {score}" for score in range(1, 6)]
_STEPS = ["score 2", "score 3", "score 4", "score 5"]


def editor(warehouse: Warehouse, audience: Audience) -> None:
    """Edit, look at who would move, save."""
    with show.card("rfm_editor", "Edit the rule", "Nothing changes before you save: below stands who would move."):
        start = st.selectbox("Begin with", [IN_FORCE, *rfm_editing.SCHEME_NAMES], key="grid_scheme", width=320)
        grid = _grid(warehouse, start)
        fixed = st.toggle(
            "Fixed cut-offs", warehouse.preferences.rfm_cutoffs is not None, key="grid_fixed",
            help="Scores by thresholds in days, purchases and money. Without it they are fifths of the base.",
        )  # fmt: skip
        cutoffs = _cutoffs(warehouse, audience) if fixed else None
        try:
            wanted = replace(warehouse.preferences, rfm_grid=grid, rfm_cutoffs=cutoffs).checked()
        except BadValue as error:
            st.warning(inert(str(error)), icon=":material/report:")
            return
        _preview(warehouse, audience, wanted)
        _save(warehouse, wanted)
    schemes = rfm_editing.rfm_schemes(warehouse, audience)
    with show.card(
        "rfm_schemes",
        "What others publish",
        "Each as its rule stands; our grid takes the cells with frequency = money.",
    ):
        show.table(schemes, "schemes_table")
        show.behind("rfm_schemes", schemes, audience, table=False)


def _grid(warehouse: Warehouse, start: str) -> tuple[tuple[str, ...], ...]:
    """The grid as edited, R 5 on top as in the picture."""
    now = warehouse.preferences.rfm_grid
    chosen = now if start == IN_FORCE else rfm_editing.grid_of(start)
    gaps = sum(name is None for row in chosen for name in row)
    if gaps:
        st.caption(f"{gaps:d} cells have no name in that scheme: they keep the name in force.")
    filled = rfm_editing.filled(chosen, now)
    own = st.text_input(
        "A name of your own", key="grid_name", max_chars=LONGEST_NAME, help="Then choose it in a cell."
    ).strip()
    names = dict.fromkeys([*RFM_SEGMENTS[:-1], *(name for row in filled for name in row), *([own] if own else [])])
    frame = pd.DataFrame(filled[::-1], columns=_FM, index=[f"R {score}" for score in range(5, 0, -1)])
    config = {name: st.column_config.SelectboxColumn(name, options=list(names), required=True) for name in _FM}
    edited = st.data_editor(
        frame, column_config=config, key=f"grid_cells_{start}_{warehouse.data_version}", width="stretch", row_height=38
    )
    return tuple(tuple(str(name) for name in row) for row in edited[_FM].to_numpy()[::-1])


def _cutoffs(warehouse: Warehouse, audience: Audience) -> Cutoffs | None:
    """Thresholds as edited; they begin with those in force, else with the bounds of the fifths."""
    frame = _thresholds(warehouse, audience)
    config = {name: st.column_config.NumberColumn(name, required=True) for name in _STEPS}
    edited = st.data_editor(frame, column_config=config, key=f"grid_cutoffs_{warehouse.data_version}", width="stretch")
    rows = edited[_STEPS].astype(float).to_numpy()
    return Cutoffs(
        tuple(int(each) for each in rows[0]),
        tuple(int(each) for each in rows[1]),
        tuple(round(float(each), 2) for each in rows[2]),
    )


def _thresholds(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    known = warehouse.preferences.rfm_cutoffs
    if known is not None:
        rows = [known.recency, known.frequency, known.monetary]
    else:
        bounds = rfm.rfm_cutoffs(warehouse, replace(audience, rule=EVERYONE)).set_index(["measure", "score"])
        rows = []
        for measure, side in (("recency", "high"), ("frequency", "low"), ("monetary", "low")):
            steps = bounds.loc[measure, side].reindex([2, 3, 4, 5]).bfill().ffill().fillna(0)
            rows.append([float(each) for each in steps])
    span = notes.counted(warehouse)
    of = f" of {span}" if span else ""
    labels = ["last purchase at most … days ago", f"purchase days{of} at least", f"net revenue{of} at least"]
    return pd.DataFrame([[float(each) for each in row] for row in rows], columns=_STEPS, index=labels)


def _preview(warehouse: Warehouse, audience: Audience, wanted: Preferences) -> None:
    moved = rfm_editing.moved(warehouse, audience, wanted)
    finding = rfm_editing.preview_in_words(moved, session.currency())
    if finding is None:
        show.nothing("Nobody of this audience has bought: there is nobody to move.")
        return
    st.markdown(f"**{inert(finding)}**")
    if noted := moved.attrs["notes"]:
        st.caption(inert(" ".join(noted)))
    nowhere, empty = rfm_editing.never_reached(
        rfm_editing.scores(warehouse, replace(audience, rule=EVERYONE), wanted), wanted
    )
    if nowhere:
        st.caption(inert(f"Names that nobody has with these scores: {', '.join(nowhere)}."))
    if empty:
        st.caption(inert(f"Scores that nobody has: {', '.join(empty)}."))
    if (moved["from_segment"] != moved["to_segment"]).any():
        matrix = copy(drawn.rfm_migration_heatmap(moved, currency=session.currency()))  # figures are shared
        matrix.update_xaxes(title_text="segment under this rule").update_yaxes(title_text="segment in force")
        show.figure(matrix, "grid_preview", finding, scroll=True)
        show.table(moved[moved["from_segment"] != moved["to_segment"]], "grid_moves", height=220)


def _save(warehouse: Warehouse, wanted: Preferences) -> None:
    now, usual = warehouse.preferences, Preferences()
    with st.container(horizontal=True):
        st.button(
            "Save the rule", key="grid_save", type="primary", icon=":material/save:", on_click=_keep, args=(wanted,),
            disabled=(wanted.rfm_grid, wanted.rfm_cutoffs) == (now.rfm_grid, now.rfm_cutoffs),
        )  # fmt: skip
        if (now.rfm_grid, now.rfm_cutoffs) != (usual.rfm_grid, usual.rfm_cutoffs):
            st.button(
                "Back to the default rule", key="grid_reset", icon=":material/undo:", on_click=_keep, args=(usual,)
            )
    complain("grid")


def _keep(wanted: Preferences) -> None:
    """A callback: the rule is saved before the page is drawn anew."""
    with acting("grid"):
        session.warehouse().set_preferences(session.who(), rfm_grid=wanted.rfm_grid, rfm_cutoffs=wanted.rfm_cutoffs)
        st.session_state["grid_scheme"] = IN_FORCE
        st.session_state["grid_fixed"] = wanted.rfm_cutoffs is not None
