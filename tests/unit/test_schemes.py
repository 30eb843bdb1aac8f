"""Published schemes: as many gaps and overlaps as counted elsewhere, and a grid with one name in every cell that is named."""

from __future__ import annotations

import pytest

from crm_analytics.metrics.segments.rfm_editing import SCHEME_NAMES, filled, grid_of
from crm_analytics.workspace.preferences import RFM_GRID, Preferences
from crm_analytics.workspace.schemes import SCHEMES, Group, Scheme

BY_NAME = {scheme.name: scheme for scheme in SCHEMES}


@pytest.mark.parametrize(
    ("name", "codes", "unassigned", "overlapping", "unreachable"),
    [
        ("R package rfm 0.3.0", 125, 10, 58, ("Can't Lose",)),
        ("PyMC-Marketing", 64, 18, 0, ()),
        ("Quartile rules in order", 64, 0, 63, ("New", "Promising")),
    ],
)
def test_gaps_as_counted_elsewhere(name, codes, unassigned, overlapping, unreachable) -> None:
    scheme = BY_NAME[name]
    assert (len(scheme.codes()), scheme.unassigned, scheme.overlapping, scheme.unreachable) == (
        codes, unassigned, overlapping, unreachable,
    )  # fmt: skip


@pytest.mark.parametrize("name", SCHEME_NAMES)
def test_every_scheme_can_be_saved(name: str) -> None:
    grid = filled(grid_of(name), RFM_GRID)
    assert Preferences(rfm_grid=grid).checked().rfm_grid == grid


def test_cells_without_a_name_keep_the_other_one() -> None:
    half = Scheme("half", "", 5, (Group("Best", ((4, 5), (4, 5), (4, 5))),))
    assert half.unassigned == 125 - 8
    grid = filled(half.grid(), RFM_GRID)
    assert grid[4] == ("New", "Potential Loyalists", "Potential Loyalists", "Best", "Best")
    assert grid[0] == RFM_GRID[0]


def test_fewer_levels_are_reached_by_rounding_up() -> None:
    halves = Scheme("halves", "", 2, (Group("Low", ((1, 1), (1, 2), (1, 2))), Group("High", ((2, 2), (1, 2), (1, 2)))))
    assert [row[0] for row in halves.grid()] == ["Low", "Low", "High", "High", "High"]
