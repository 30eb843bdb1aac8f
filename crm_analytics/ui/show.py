"""The parts of a page: cards with a finding, a picture, and behind it the table, the download and the definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import theme
from crm_analytics.export import to_csv
from crm_analytics.metrics.catalogue import METRICS
from crm_analytics.query import rules
from crm_analytics.query.warehouse import Audience
from crm_analytics.ui import session
from crm_analytics.ui.shell import NOTED, inert
from crm_analytics.ui.tables import ROWS_ON_SCREEN as ROWS_ON_SCREEN  # part of what pages show, as all of these
from crm_analytics.ui.tables import percent as percent
from crm_analytics.ui.tables import rows as rows
from crm_analytics.ui.tables import short as short
from crm_analytics.ui.tables import table as table

if TYPE_CHECKING:
    import plotly.graph_objects as go

T = TypeVar("T")
#: Measures of the sales chart: label (it stands in links) -> column.
MEASURES = {"Revenue": "revenue", "Orders": "orders", "Customers": "customers", "Average order": "average_order_value"}

NO_FINDING = "Too little for a finding yet: a sentence takes at least 30 customers or orders in what it compares."
NOTHING_DRAWN = "There is nothing to draw yet: it takes more customers, or a longer past."
CUTOFFS = "What a score stands for. Equal values always get equal scores, so a score can stay empty."


def choice(
    label: str,
    known: Mapping[str, T],
    key: str,
    *,
    first: str | None = None,
    labelled: bool = False,
    wrap: bool | None = None,
) -> T:
    """What one of a few buttons stands for; its words are in the address. `first`: the one pressed before anybody chose."""
    pressed = st.segmented_control(
        label, list(known), key=key, bind="query-params", default=first or next(iter(known)), required=True, wrap=wrap,
        label_visibility="visible" if labelled else "collapsed",
    )  # fmt: skip
    return known[pressed]


def measure() -> str:
    """Which measure the sales chart shows."""
    return choice("Measure", MEASURES, "measure")


@contextmanager
def more(key: str, label: str) -> Iterator[bool]:
    """The rest of a page, closed until it is wanted; yields whether it is open."""
    opened = st.expander(label, key=key, on_change="rerun", bind="query-params")
    with opened:
        yield bool(opened.open)


def next_steps(*pages: tuple[str, str]) -> None:
    """Where to look next."""
    with st.container(horizontal=True, key="next_steps"):
        for page, label in pages:
            st.page_link(page, label=label, icon=":material/arrow_forward:")


@contextmanager
def card(key: str, title: str, finding: str | None = None) -> Iterator[None]:
    """A card with a heading and the sentence that says what it shows."""
    with st.container(border=True, key=f"card_{key}"):
        st.subheader(inert(title), anchor=False)  # a file may be called anything
        if finding:
            st.caption(inert(finding))
        yield


def nothing(what: str, needs: str | None = None) -> None:
    """An empty state: what is missing, and which file would light it up."""
    st.info(inert(what if needs is None else f"{what} It needs a file of {needs}."), icon=":material/inbox:")


def figure(
    drawn: go.Figure, key: str, alt: str | None, on_select: Callable[[], None] | None = None, *, scroll: bool = False
) -> Any:
    """A chart; with `on_select` a click on a part of it is kept under `key`."""
    if not drawn.data:
        nothing(NOTHING_DRAWN)
        return None
    if alt is None:
        st.caption(NO_FINDING)
    options: dict[str, Any] = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    with st.container(key=f"{key}_scroll" if scroll else f"{key}_box"):
        return st.plotly_chart(drawn, key=key, config=theme.CONFIG, alt=alt or NO_FINDING, **options)


def clicked(key: str) -> Any:
    """What was clicked in a chart drawn under `key`: the first value of the point's customdata, else None."""
    points = st.session_state.get(key, {}).get("selection", {}).get("points", [])
    if not points:
        return None
    custom = points[0].get("customdata")
    return custom[0] if isinstance(custom, list | tuple) else custom or points[0].get("id") or points[0].get("label")


def behind(
    metric: str,
    frame: pd.DataFrame,
    audience: Audience,
    key: str | None = None,
    *,
    table: bool = True,
    notes: bool = True,
    full: Callable[[], pd.DataFrame] | None = None,
    **knobs: object,
) -> None:
    """What stands behind a figure: its table, its download, and how it is computed.

    `full` computes what the download holds where the frame on the screen is only its beginning.
    """
    key = key or metric
    with st.container(horizontal=True, key=f"behind_{key}", gap="small"):
        if table:
            _table_behind(frame, key)
        st.download_button(
            "CSV", lambda: to_csv(full() if full else frame), f"{metric}_{audience.as_of}.csv", "text/csv",
            key=f"csv_{key}", icon=":material/download:", type="tertiary", on_click="ignore",
        )  # fmt: skip
        how = st.popover(
            "How is this computed?", icon=":material/function:", type="tertiary", key=f"how_{key}", on_change="rerun"
        )
        if how.open:
            with how:
                _definition(metric, audience, knobs)
                if noted := frame.attrs.get("notes"):
                    st.caption(inert(" ".join(noted)))
    if notes:
        _note(frame)


def _note(frame: pd.DataFrame) -> None:
    """What must be said beside a figure; what the page has said already stays with the definition."""
    said: set[str] = st.session_state.setdefault(NOTED, set())
    if fresh := [note for note in frame.attrs.get("notes", []) if note not in said]:
        st.caption(inert(" ".join(fresh)))
        said.update(fresh)


def _table_behind(frame: pd.DataFrame, key: str) -> None:
    looked = st.popover("Table", icon=":material/table_rows:", type="tertiary", key=f"table_{key}", on_change="rerun")
    if looked.open:
        with looked:
            table(frame, f"frame_{key}", height=320)


def _definition(name: str, audience: Audience, knobs: dict[str, object]) -> None:
    metric = METRICS[name]
    warehouse = session.warehouse()
    base = warehouse.base(audience.as_of)
    st.markdown(f"**{inert(name)}**  \n{inert(metric.words)}")
    parameters = {
        "as of": f"{audience.as_of:%Y-%m-%d}",
        "compared with": f"{audience.before:%Y-%m-%d}",
        "audience": rules.in_words(audience.rule),
        "activity window": f"{base.activity_window_days} days ({base.window_rule})",
        **{knob: str(value) for knob, value in knobs.items() if value is not None},
    }
    st.markdown("\n".join(f"- {inert(label)}: **{inert(value)}**" for label, value in parameters.items()))
    columns = pd.DataFrame([(each.name, each.about) for each in metric.columns], columns=["column", "what it is"])
    rows(columns, f"columns_{name}", height=220)
    for statement in metric.statements:
        text, values = warehouse.sql(statement, audience, **knobs)
        bound = "".join(f"-- ${place} = {value}\n" for place, value in sorted(values.items()))
        st.code(bound + text, language="sql", wrap_lines=True)


def number(
    label: str,
    value: str,
    *,
    change: float | None = None,
    points: float | None = None,
    against: str = "",
    trend: Any = None,
    about: str = "",
    neutral: bool = False,
) -> None:
    """A card with one number, its change (as a share, or in points of a share) against a named period, and how it went."""
    moved = (
        formats.change(change) if change is not None else f"{points * 100:+.1f} points" if points is not None else None
    )
    st.metric(
        inert(label),
        inert(value),
        moved,
        delta_color="off" if neutral else "normal",
        delta_description=against if moved else "no comparison" if against else None,
        chart_data=trend,
        chart_type="area",
        border=True,
        help=inert(about) or None,
    )
