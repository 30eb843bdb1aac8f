"""Tables with units in their columns: long ones that scroll, short ones that break their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from numbers import Number
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.metrics.catalogue import METRICS
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.ui.shell import inert

#: Rows of a customer list that are sent to the screen; the download has them all.
ROWS_ON_SCREEN = 1000
#: Pixels of a row of a data frame, and of what else it is high.
_ROW, _HEAD = 35, 40


def table(frame: pd.DataFrame, key: str, *, height: int | str = "auto", order: list[str] | None = None) -> None:
    """A table with units in its columns; of a long one the first rows, and how many there are."""
    columns = _columns(frame)
    shown = _rounded(frame.head(ROWS_ON_SCREEN), columns).round(dict.fromkeys(_MONEY & set(frame.columns), 2))
    tall = len(shown) * _ROW + _HEAD
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if isinstance(height, int) and tall < height else height,  # no empty rows below the last
        column_config=columns,
        column_order=order,
        key=key,
        placeholder=" ",
    )
    if len(frame) > len(shown):
        st.caption(f"The first {len(shown):,} of {len(frame):,} rows; the download has them all.")


def short(frame: pd.DataFrame, key: str, *, order: list[str] | None = None, as_written: bool = False) -> None:
    """A table of few rows that breaks its lines where it is narrow: no column is out of sight, on a phone neither.

    `as_written`: the headings are no names of columns but somebody's own, and stand as they are.
    """
    shown = frame[order] if order else frame
    columns = _columns(shown)
    cells = {
        inert(name if as_written else each["label"]): [inert(_cell(value, each)) for value in shown[name]]
        for name, each in columns.items()
    }
    with st.container(key=f"short_{key}"):
        st.table(pd.DataFrame(cells), hide_index=True, border="horizontal")


def _cell(value: Any, column: Mapping[str, Any]) -> str:
    """A cell as its column would show it."""
    how = column.get("type_config") or {}
    if pd.isna(value):
        return formats.NONE
    if how.get("format") == "percent":
        return formats.share(value)
    if not isinstance(value, Number):
        return str(value)
    return f"{value:,.{2 if how.get('step') else 1 if isinstance(value, float) else 0}f}".replace("-", formats.MINUS)


def rows(frame: pd.DataFrame, key: str, *, config: Mapping[str, Any] | None = None, **options: Any) -> None:
    """A table whose cells are words or written out already, under headings like those of every other table."""
    numbers = frame.select_dtypes("number")
    given = {name: st.column_config.Column() for name in frame.columns} | _columns(numbers) | dict(config or {})
    headed = {name: {**given[name], "label": _written(given[name].get("label") or name)} for name in frame.columns}
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


def percent(label: str | None = None, about: str | None = None) -> Any:
    """How a table shows a share: with one decimal in each row, as sentences do."""
    return st.column_config.NumberColumn(label, format="percent", step=0.001, help=about)


def _in_money() -> frozenset[str]:
    """The columns that are amounts of money wherever a metric gives them."""
    said: dict[str, list[bool]] = {}
    for metric in METRICS.values():
        for each in metric.columns:
            if each.dtype == "float64":
                said.setdefault(each.name, []).append(bool(re.search(r"(^|, )money(?!\w|,? or\b)", each.about)))
    return frozenset(name for name, found in said.items() if all(found))


#: `value` and `score`, which in other frames may be anything, stand on the screen under names of their own.
_MONEY = _in_money() | {"residual_value", "expected_margin", "value_to_customers"}

_UNITS: tuple[tuple[tuple[str, ...], Callable[[str], Any]], ...] = (
    (("_share", "share", "_rate", "_probability", "probability", "p_alive", "chance", "survival", "csat"), percent),
    (("_on", "period_start", "cohort", "as_of"), lambda label: st.column_config.DateColumn(label, format="YYYY-MM-DD")),
    (
        tuple(sorted(_MONEY)),
        lambda label: st.column_config.NumberColumn(label, format="localized", step=0.01, help="in the reporting currency"),
    ),
    (("low", "high"), lambda label: st.column_config.NumberColumn(label, format="localized")),
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
