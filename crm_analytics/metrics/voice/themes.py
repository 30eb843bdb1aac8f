"""What customers write about: the themes of their comments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.models.themes import ThemeModel
from crm_analytics.query.warehouse import Audience, Warehouse

#: Comments that themes are found in: the latest so many.
MOST_COMMENTS = 20_000
OTHER = "other"
_THEME_TYPES = {
    "theme": "str", "words": "str", "comments": "int64", "share": "float64", "bad_share": "float64",
    "example": "str", "more_examples": "str",
}  # fmt: skip


@kept
def comment_themes(
    warehouse: Warehouse, audience: Audience, *, themes: int | None = None, opinion: str | None = None
) -> pd.DataFrame:
    """What comments are about: themes by their words, how many comments each has, and the comments most like it.

    Words weighted by TF-IDF, grouped by non-negative matrix factorisation, seeded (models.themes). Of the latest
    20,000 comments; `opinion` keeps those of good, middling or bad scores. Empty below 30 comments.

    Columns
    -------
    theme : str            its three strongest words; "other" for comments with none of any theme's words
    words : str            its strongest words
    comments : int64       comments that are mostly of this theme
    share : float64        of all comments looked at
    bad_share : float64    of its comments with a score, those of detractors or dissatisfied customers; null without any
    example : str          the comment most like it; null for OTHER
    more_examples : str    two more, divided by a bar; null where there are no others
    """
    found = warehouse.read("metrics/comments", audience, limit=MOST_COMMENTS)
    if opinion:
        found = found[found["opinion"] == opinion]
    comments = [str(each) for each in found["comment"]]
    columns = ["theme", "words", "comments", "share", "bad_share", "example", "more_examples"]
    empty = pd.DataFrame({name: pd.Series(dtype=_THEME_TYPES[name]) for name in columns})
    try:
        fitted = ThemeModel(themes).fit(comments)
    except NotEnoughData as error:
        return notes.noted(empty, str(error))
    opinions = found["opinion"].to_numpy(dtype=object)
    rows = []
    for place in [*range(len(fitted.words)), -1]:
        mine = fitted.theme == place
        if not mine.any():
            continue
        scored = mine & (opinions != None) & ~pd.isna(opinions)  # noqa: E711 (an array, compared value by value)
        words = fitted.words[place] if place >= 0 else ()
        shown = fitted.examples(place, comments) if place >= 0 else ()
        rows.append(
            {
                "theme": ", ".join(words[:3]) or OTHER,
                "words": ", ".join(words),
                "comments": int(mine.sum()),
                "share": mine.mean(),
                "bad_share": (opinions[scored] == "bad").mean() if scored.any() else np.nan,
                "example": shown[0] if shown else None,
                "more_examples": " | ".join(shown[1:]) or None,
            }
        )
    frame = pd.DataFrame(rows, columns=columns).astype(_THEME_TYPES)
    order = frame.assign(last=frame["theme"] == OTHER).sort_values(["last", "comments", "theme"], ascending=[1, 0, 1])
    return notes.noted(
        order[columns].reset_index(drop=True), "Words decide: the same thing said in two languages is two themes."
    )


def themes_in_words(frame: pd.DataFrame) -> str | None:
    """The theme that most comments are about. Reads `comment_themes`."""
    named = frame[frame["theme"] != OTHER]
    if named.empty:
        return None
    row = named.iloc[0]
    return (
        f"The largest theme, {formats.share(row['share'])} of {formats.count(frame['comments'].sum())} comments: "
        f"{row['theme']}."
    )
