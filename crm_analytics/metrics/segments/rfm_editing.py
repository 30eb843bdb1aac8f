"""What another RFM grid, or other thresholds, would change before they are saved."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.preferences import PROSPECTS, Grid, Preferences
from crm_analytics.workspace.schemes import SCHEMES

DEFAULT = "The default grid"
SCHEME_NAMES = (DEFAULT, *(scheme.name for scheme in SCHEMES))


def rfm_preview(warehouse: Warehouse, audience: Audience, *, scheme: str = DEFAULT) -> pd.DataFrame:
    """Who would move if the grid of a published scheme took the place of the one in force; nothing is saved.

    Cells that the scheme does not name keep the name in force. The scores stay as they are.

    Columns
    -------
    from_segment : str    segment in force
    to_segment : str      segment under the scheme
    customers : int64     buyers who would go from the one to the other
    revenue : float64     their net revenue, money
    """
    preferences = warehouse.preferences
    grid = filled(grid_of(scheme), preferences.rfm_grid)
    return moved(warehouse, audience, replace(preferences, rfm_grid=grid))


def rfm_schemes(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """RFM schemes as others publish them, and what each leaves out: combinations of scores without or with several names.

    Columns
    -------
    scheme : str             name
    about : str              what kind of rule it is
    combinations : int64     combinations of the three scores
    unassigned : int64       of them, those that no group names
    overlapping : int64      of them, those that several groups name
    unreachable : str        groups that no customer can be in, since an earlier one always fits
    """
    rows = [
        (each.name, each.about, len(each.codes()), each.unassigned, each.overlapping, ", ".join(each.unreachable))
        for each in SCHEMES
    ]
    columns = ["scheme", "about", "combinations", "unassigned", "overlapping", "unreachable"]
    words = dict.fromkeys(("scheme", "about", "unreachable"), "str")
    return notes.noted(pd.DataFrame(rows, columns=columns).astype(words))


def grid_of(scheme: str) -> tuple[tuple[str | None, ...], ...]:
    """The grid of a published scheme, None in cells that it does not name; the default grid by its own name."""
    if scheme == DEFAULT:
        return Preferences().rfm_grid
    return next(each for each in SCHEMES if each.name == scheme).grid()


def filled(grid: tuple[tuple[str | None, ...], ...], other: Grid) -> Grid:
    """The grid with the other's names where it has none."""
    return tuple(
        tuple(name or own for name, own in zip(row, rest, strict=True)) for row, rest in zip(grid, other, strict=True)
    )


def moved(warehouse: Warehouse, audience: Audience, wanted: Preferences) -> pd.DataFrame:
    """Buyers by their segment in force and under other preferences; columns as `rfm_preview`."""
    frame = scores(warehouse, audience, wanted)
    fm = (frame["f_score"] + frame["m_score"] + 1) // 2
    names = [wanted.rfm_grid[r - 1][at - 1] for r, at in zip(frame["r_score"], fm, strict=True)]
    frame = frame.assign(
        from_segment=frame["segment"].astype("str"), to_segment=pd.Series(names, frame.index, dtype="str")
    )
    sums = frame.groupby(["from_segment", "to_segment"], as_index=False)[["customers", "revenue"]].sum().round(4)
    return notes.noted(sums.astype({"customers": "int64", "revenue": "float64"}), notes.look_back(warehouse))


def scores(warehouse: Warehouse, audience: Audience, wanted: Preferences) -> pd.DataFrame:
    """Buyers by segment in force and scores under preferences: segment, r_score, f_score, m_score, customers, revenue."""
    return warehouse.read("metrics/rfm_preview", audience, **wanted.scoring)


def never_reached(frame: pd.DataFrame, wanted: Preferences) -> tuple[list[str], list[str]]:
    """Names of the grid that no score can reach, and scores that nobody has. Reads `scores`."""
    fm = (frame["f_score"] + frame["m_score"] + 1) // 2
    reached = {wanted.rfm_grid[r - 1][at - 1] for r, at in zip(frame["r_score"], fm, strict=True)}
    empty = [
        f"{name} {score}"
        for name, column in (("recency", "r_score"), ("frequency", "f_score"), ("monetary", "m_score"))
        for score in range(1, 6)
        if score not in set(frame[column])
    ]
    return [name for name in wanted.segment_names if name not in reached and name != PROSPECTS], empty


def preview_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """How many would move, with what revenue. Reads `rfm_preview`."""
    count = int(frame["customers"].sum())
    if count == 0:
        return None
    moving = frame[frame["from_segment"] != frame["to_segment"]]
    if moving.empty:
        return f"None of {formats.count(count)} buyers would move."
    return (
        f"{formats.count(moving['customers'].sum())} of {formats.count(count)} buyers would move to another segment "
        f"({formats.share(moving['customers'].sum() / count)}), with {formats.money(moving['revenue'].sum(), currency)} of net revenue."
    )
