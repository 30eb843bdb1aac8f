"""Lists of values as people paste them."""

from __future__ import annotations

import pytest

from crm_analytics.ui.audience_draft import listed


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        ("a\nb\r\nc", ["a", "b", "c"]),
        ('"a"; b;;b\tc, d', ["a", "b", "c", "d"]),
        ("  Ünï \n\n🙂", ["Ünï", "🙂"]),
    ],
)
def test_values_are_parted_and_each_comes_once(text: str, values: list[str]) -> None:
    assert listed(text) == values
