"""What tables write their columns as."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics.ui import tables


@pytest.mark.parametrize(
    ("columns", "percent"),
    [
        (["gap", "low_95", "high_95"], []),  # on a scale, though every end lies within 1
        (["outcome", "difference", "low_95", "high_95", "advised_share"], ["advised_share"]),  # money beside rates
        (["nps", "low_95", "high_95", "response_rate"], ["response_rate"]),
        (["days", "share", "low_95", "high_95"], ["share", "low_95", "high_95"]),
        (["on_time_share", "overdue_amount", "low_95", "high_95"], ["on_time_share", "low_95", "high_95"]),
        (["csat", "low_95", "high_95"], ["csat", "low_95", "high_95"]),
    ],
)
def test_ends_of_an_interval_are_percent_beside_the_share_that_they_are_of(
    columns: list[str], percent: list[str]
) -> None:
    found = tables._columns(pd.DataFrame(0.4, [0], columns))
    shown = {name: each.get("type_config") or {} for name, each in found.items()}
    assert [name for name, how in shown.items() if how.get("format") == "percent"] == percent
    assert {shown[name]["step"] for name in percent} <= {0.001}  # as many decimals in each row: 50.0% under 33.3%
    assert [found[end]["label"] for end in ("low_95", "high_95")] == ["95%, from", "95%, to"]


def test_whole_numbers_have_thousands_and_years_have_none() -> None:
    found = tables._columns(pd.DataFrame({"rows": [16519], "year": [2026], "name": ["a"]}))
    shown = {name: (each.get("type_config") or {}).get("format") for name, each in found.items()}
    assert shown == {"rows": "localized", "year": None, "name": None}


def test_a_cell_of_a_short_table_is_written_as_its_column_shows_it() -> None:
    row = {
        "name": "a",
        "orders": 1234,
        "revenue": -1234.5,
        "csat": 0.4567,
        "hours": 7.25,
        "born": date(1984, 3, 12),
        "left": None,
    }
    columns = tables._columns(pd.DataFrame([row]))
    written = [tables._cell(value, columns[name]) for name, value in row.items()]
    assert written == ["a", "1,234", "−1,234.50", "45.7%", "7.2", "1984-03-12", "–"]


def test_shares_are_rounded_to_what_is_shown() -> None:
    frame = pd.DataFrame({"share": [0.8457, 0.7910, None, 1.0012], "gap": 0.8457})
    shown = tables._rounded(frame, tables._columns(frame))
    assert (shown["share"].dropna() * 1000).astype(int).tolist() == [846, 791, 1001]  # Streamlit cuts off
    assert shown["gap"].eq(0.8457).all()
