"""Numbers as words."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_analytics import formats

WRITERS = [formats.money, formats.count, formats.share, formats.days, formats.change, formats.day, formats.month]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NaT, pd.NA])
def test_absent_is_a_dash(write, nothing):
    assert write(nothing) == "–"


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        (1_324_000, None, "1.32M"),
        (1_324_000, "USD", "$1.32M"),
        (1_324_000, "$", "$1.32M"),
        (1_324_000, "EUR", "EUR 1.32M"),
        (9_747_747.93, "GBP", "GBP 9.75M"),
        (13_240, None, "13.2k"),
        (132_400, None, "132k"),
        (999_960, None, "1.00M"),
        (999, None, "999"),
        (999.4, None, "999.40"),
        (12.5, "USD", "$12.50"),
        (0, "USD", "$0"),
        (-5_300, "USD", "−$5.30k"),
        (2.5e9, None, "2.50B"),
    ],
)
def test_money(value, currency, words):
    assert formats.money(value, currency) == words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (formats.count(6641), "6,641"),
        (formats.count(-3), "−3"),
        (formats.count(-0.2), "0"),
        (formats.share(0.746), "74.6%"),
        (formats.share(0.746, 0), "75%"),
        (formats.days(182), "182 days"),
        (formats.days(1), "1 day"),
        (formats.p_value(0.0004), "< 0.001"),
        (formats.p_value(0.0394), "0.039"),
        (formats.size(47_900), "47.9 kB"),
        (formats.size(3_600_000), "3.6 MB"),
        (formats.counted(1, "customer"), "1 customer"),
        (formats.counted(6641, "customer"), "6,641 customers"),
        (formats.change(0.046), "+4.6%"),
        (formats.change(-0.004), "−0.4%"),
        (formats.change(0.00001), "0.0%"),
        (formats.day(date(2011, 12, 9)), "9 Dec 2011"),
        (formats.month(date(2011, 12, 1)), "Dec 2011"),
        (formats.period_name(date(2011, 10, 1), "quarter"), "Q4 2011"),
        (formats.period_name(date(2011, 1, 1), "year"), "2011"),
        (formats.period_name(date(2011, 12, 5), "week"), "week of 5 Dec 2011"),
        (formats.period_name(pd.Timestamp("2011-12-05"), "day"), "5 Dec 2011"),
    ],
)
def test_words(words, expected):
    assert words == expected
