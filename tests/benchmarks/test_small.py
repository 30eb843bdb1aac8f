"""The benchmarks run at a small size, and every way gives the same answers (else they raise)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.__main__ import PARTS, run
from benchmarks.company import Size
from benchmarks.measure import BY_HAND, Different, Line, same, shown
from crm_analytics.metrics.catalogue import METRICS


@pytest.mark.parametrize(
    ("customers", "parts"),
    [
        (500, ("Metrics",)),
        pytest.param(
            2_000, ("Import", "Marts", "Metrics", "Questions", "One more day", "Saved segments"), marks=pytest.mark.slow
        ),
    ],
)
def test_parts_run_and_compare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], customers: int, parts: tuple[str, ...]
) -> None:
    assert set(parts) <= set(PARTS)
    lines = run(tmp_path, Size("smallest", customers, 1, 1, customers), parts)
    assert all(line.ours >= 0 for line in lines)
    measured = {line.name.split(",")[0] for line in lines if line.name.endswith("everyone, cold") and line.rivals}
    assert measured <= set(METRICS)
    assert {"diagnosis", "sales", "retention", "rfm", "pareto", "customers"} <= measured
    said = capsys.readouterr().out
    assert all(f"## {part}" in said for part in parts)


def test_answers_that_differ_are_not_compared() -> None:
    one = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    same("equal", one, one.astype({"a": float}))
    with pytest.raises(Different, match="column a"):
        same("other number", one, one.assign(a=[1, 3]))
    with pytest.raises(Different, match="column b"):
        same("other word", one, one.assign(b=["y", None]))
    with pytest.raises(Different, match="x 2"):
        same("other rows", one, one.head(1))


def test_a_line_says_whether_its_goals_are_met() -> None:
    line = Line("a thing", 2.0, {BY_HAND: 1.0}, goal=3.0, goal_ratio=1.3)
    assert line.ratio(BY_HAND) == 2.0
    assert line.met is False
    assert Line("another", 2.0, goal=3.0).met is True
    assert Line("a third", 2.0).met is None
    assert "**no**" in shown([line], goals_hold=True)
    assert "**no**" not in shown([line], goals_hold=False)
