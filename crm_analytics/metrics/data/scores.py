"""How good the data was after each load, as it was counted then."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.engine.duck import Session
from crm_analytics.metrics import notes
from crm_analytics.query import quality_scores
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import imports

#: The least change of a share of valid values that is named, and how many columns are.
LEAST_CHANGE = 0.005
MOST_NAMED = 3
_HOW = {"import": "with {}", "undo": "when {} was taken back", "redo": "when {} came to hold again"}

#: Of each column rows, and those of them without a value or with a suspicious one.
Columns = dict[str, tuple[int, int]]


def data_scores(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The score of the whole base after each load, undo and redo, as it was counted then, and what changed it.

    The score is that of the page: the mean over tables of the mean share of valid values of their columns, each table
    and each column alike. Over everybody, whatever the audience. Nothing is known of loads before the first that was kept,
    and a base with a table of more than 2,000,000 rows is not counted after a load (a note says so).

    Columns
    -------
    scored_at : datetime64[us]    right after the load
    act : str                     import, undo or redo
    import_id : int64             of which import
    source : str                  its source
    table : str                   its kind of table
    file : str                    its file
    score : float64               of the whole base, in [0, 1]; null where nothing is loaded any more
    before : float64              the score before; null for the first
    table_score : float64         of the source's table; null where nothing of it is left
    table_before : float64        the same before; null where it was not loaded
    changed : str                 the columns whose share of valid values changed most, in words; null where none did
    """
    return warehouse.entered(_frame).copy(deep=False)


def _frame(session: Session) -> pd.DataFrame:
    kept, made = quality_scores.kept(session), {each.import_id: each for each in imports.listed(session)}
    tables: dict[tuple[str, str], Columns] = {}
    rows, before = [], None
    for (at, import_id, act), counted in groupby(kept, key=lambda each: each[:3]):
        earlier = dict(tables)
        _put(tables, [each[3:] for each in counted])
        of = made[import_id]
        place, score = (of.source, of.kind), _mean([_score(each) for each in tables.values()])
        own, own_before = (_score(each.get(place, {})) for each in (tables, earlier))
        said = _changed(earlier, tables) if rows else None
        rows.append((at, act, import_id, of.source, of.kind, of.file, score, before, own, own_before, said))
        before = score
    columns = ["scored_at", "act", "import_id", "source", "table", "file", "score", "before", "table_score", "table_before",
               "changed"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    numbers = dict.fromkeys(("score", "before", "table_score", "table_before"), "float64")
    texts = dict.fromkeys(("act", "source", "table", "file", "changed"), "str")
    too_large = f"A table has more than {quality_scores.MOST_ROWS:,} rows: the score is not counted after each load, only on this page."
    whole = frame.astype({"scored_at": "datetime64[us]", "import_id": "int64", **numbers, **texts})
    return notes.noted(whole, too_large if quality_scores.too_large(session) else None)


def _put(tables: dict[tuple[str, str], Columns], counted: list[tuple[str, str, str, int, int, int]]) -> None:
    """What was counted takes the place of what was known of the same tables; one without rows is gone."""
    for place in {each[:2] for each in counted}:
        tables.pop(place, None)
    for source, kind, column, rows, missing, suspicious in counted:
        if rows:
            tables.setdefault((source, kind), {})[column] = (rows, missing + suspicious)


def _score(columns: Columns) -> float:
    return _mean([_share(each) for each in columns.values()])


def _share(counted: tuple[int, int]) -> float:
    rows, wrong = counted
    return 1 - wrong / rows


def _mean(shares: list[float]) -> float:
    known = [each for each in shares if not np.isnan(each)]
    return float(np.mean(known)) if known else np.nan


def _changed(earlier: dict[tuple[str, str], Columns], now: dict[tuple[str, str], Columns]) -> str | None:
    """The columns whose share of valid values moved most, tables that came, and tables that went."""
    said = [f"{_of(place)} is new" for place in now.keys() - earlier.keys()]
    said += [f"{_of(place)} is gone" for place in earlier.keys() - now.keys()]
    moved = []
    for place in now.keys() & earlier.keys():
        for column in now[place].keys() & earlier[place].keys():
            was, became = _share(earlier[place][column]), _share(now[place][column])
            if abs(became - was) >= LEAST_CHANGE:
                words = f"{column.replace('_', ' ')} of {_of(place)} {formats.share(was, 1)} to {formats.share(became, 1)} valid"
                moved.append((-abs(became - was), words))
    return "; ".join([*sorted(said), *(words for _, words in sorted(moved)[:MOST_NAMED])]) or None


def _of(place: tuple[str, str]) -> str:
    source, kind = place
    return f"{kind.replace('_', ' ')} of {source}"


def scores_in_words(frame: pd.DataFrame) -> str | None:
    """What the last load did to the score of the whole base, and through which columns. Reads `data_scores`."""
    if len(frame) < 2:
        return None
    last = frame.iloc[-1]
    how = _HOW[last["act"]].format(last["file"])
    if np.isnan(last["score"]) or np.isnan(last["before"]):
        return None
    if abs(last["score"] - last["before"]) < LEAST_CHANGE:
        return f"The data score stayed at {formats.share(last['score'], 1)} {how}."
    way = "fell" if last["score"] < last["before"] else "rose"
    moved = f"The data score {way} from {formats.share(last['before'], 1)} to {formats.share(last['score'], 1)} {how}"
    return f"{moved}: {last['changed']}." if isinstance(last["changed"], str) else f"{moved}."
