"""The parts of a page: cards with a finding, a picture, and behind it the table, the download and the definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import theme
from crm_analytics.export import to_csv
from crm_analytics.metrics.catalogue import METRICS
from crm_analytics.query import rules
from crm_analytics.query.warehouse import Audience
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.ui import session
from crm_analytics.ui.shell import NOTED, inert

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Rows of a customer list that are sent to the screen; the download has them all.
ROWS_ON_SCREEN = 1000


#: Measures of the sales chart: label (it stands in links) -> column.
MEASURES = {"Revenue": "revenue", "Orders": "orders", "Customers": "customers", "Average order": "average_order_value"}

NO_FINDING = "Too little for a finding yet: a sentence takes at least 30 customers or orders in what it compares."
NOTHING_DRAWN = "There is nothing to draw yet: it takes more customers, or a longer past."
CUTOFFS = "What a score stands for. Equal values always get equal scores, so a score can stay empty."


def measure() -> str:
    """Which measure the sales chart shows; in the address."""
    label = st.segmented_control(
        "Measure", list(MEASURES), key="measure", bind="query-params", default="Revenue", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    return MEASURES[label]


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


def facts(rows: list[tuple[str, str, str]], dates: tuple[str, str]) -> None:
    """Short facts under each other: name, value now, value then."""
    frame = pd.DataFrame(rows, columns=["figure", "now", "then"])
    config = {
        "figure": st.column_config.TextColumn("As of"),
        "now": st.column_config.TextColumn(dates[0], alignment="right"),
        "then": st.column_config.TextColumn(dates[1], alignment="right"),
    }
    st.dataframe(frame, hide_index=True, column_config=config, row_height=30)


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


def table(frame: pd.DataFrame, key: str, *, height: int | str = "auto", order: list[str] | None = None) -> None:
    """A table with units in its columns; of a long one the first rows, and how many there are."""
    columns = _columns(frame)
    shown = _rounded(frame.head(ROWS_ON_SCREEN), columns).round(dict.fromkeys(_MONEY & set(frame.columns), 2))
    st.dataframe(
        shown,
        hide_index=True,
        height=height,
        column_config=columns,
        column_order=order,
        key=key,
        placeholder=" ",
    )
    if len(frame) > len(shown):
        st.caption(f"The first {len(shown):,} of {len(frame):,} rows; the download has them all.")


def rows(frame: pd.DataFrame, key: str, *, config: Mapping[str, Any] | None = None, **options: Any) -> None:
    """A table whose cells are written out already, under headings like those of every other table."""
    given = {name: (config or {}).get(name) or st.column_config.Column() for name in frame.columns}
    headed = {name: {**each, "label": _written(each.get("label") or name)} for name, each in given.items()}
    st.dataframe(_rounded(frame, headed), hide_index=True, key=key, column_config=headed, **options)


def _rounded(frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The shares rounded to what their columns show: Streamlit cuts off what is more, of a number above 1 in binary digits."""
    names = [name for name, each in columns.items() if (each.get("type_config") or {}).get("format") == "percent"]
    shares = frame[names].astype("float64").round(3)
    return frame.assign(**shares.where(shares.abs() <= 1, shares * (1 + 1e-15)))


def heading(name: str) -> str:
    """What stands over a column: words, the first with a capital, and names as their field writes them."""
    return CUSTOMER_FIELDS[name].label if name in CUSTOMER_FIELDS else _written(name)


def _written(name: str) -> str:
    words = [_WRITTEN.get(word, word) for word in _ENDS.get(name, name).replace("_", " ").split(" ")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


#: Columns that are the ends of an interval, and words that are not written in small letters.
_ENDS = MappingProxyType({"low_95": "95%, from", "high_95": "95%, to", "low_80": "80%, from", "high_80": "80%, to"})
_WRITTEN = MappingProxyType(
    {"nps": "NPS", "csat": "CSAT", "rfm": "RFM", "roi": "ROI", "abc": "ABC", "id": "ID", "hhi": "HHI", "mase": "MASE"}
)


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


def percent(label: str | None = None, about: str | None = None) -> Any:
    """How a table shows a share: with one decimal in each row, as sentences do."""
    return st.column_config.NumberColumn(label, format="percent", step=0.001, help=about)


_MONEY = {
    "revenue", "monetary", "amount", "margin", "average_order_value", "revenue_12m", "revenue_before_12m", "gross_revenue",
}  # fmt: skip

_UNITS: tuple[tuple[tuple[str, ...], Callable[[str], Any]], ...] = (
    (("_share", "share", "_rate", "survival", "csat"), percent),
    (("_on", "period_start", "cohort", "as_of"), lambda label: st.column_config.DateColumn(label, format="YYYY-MM-DD")),
    (
        tuple(sorted(_MONEY)),
        lambda label: st.column_config.NumberColumn(label, format="localized", step=0.01, help="in the reporting currency"),
    ),
)  # fmt: skip

#: What has an interval in shares; it stands before the ends. Of all else they are in its own unit: points, money, a scale.
_SHARES = {"share", "on_time_share", "top_20_share", "hit_rate", "response_rate", "observed", "survival", "csat"}

#: Whole numbers that are names: nobody writes 2,026 for a year.
_NOT_COUNTED = frozenset(("year", "seed", "version", "import_id", "order_id", "case_id"))


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    names = [str(name) for name in frame.columns]
    measured = names[: names.index("low_95")] if "low_95" in names else []
    ends = () if _SHARES.isdisjoint(measured) else ("low_95", "high_95")
    found = {}
    for name in names:
        label, unit = heading(name), "share" if name in ends else name
        for endings, make in _UNITS:
            if unit in endings or any(unit.endswith(ending) for ending in endings if ending.startswith("_")):
                found[name] = make(label)
                break
        else:
            counts = pd.api.types.is_integer_dtype(frame[name]) and name not in _NOT_COUNTED
            found[name] = (
                st.column_config.NumberColumn(label, format="localized") if counts else st.column_config.Column(label)
            )
    return found
