"""Totals that a report writes among its rows: they are no rows, and counting them would count everything twice."""

from __future__ import annotations

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.layout import Layout
from crm_analytics.ingest.shapes import literal

_TOTAL = (
    r"(?i)(?:grand|sub|net|report|overall|sum)?[ -]?totals?(?:es|is)?(?: +(?:general|geral|g[eé]n[eé]ral|amount|sum|rows|[0-9]+))?"
    r"|summe|gesamt(?:summe|betrag)?|zwischensumme|insgesamt|suma(?: total)?|soma|somme|sous-total|итого|всего"
)
_MOST_SHARE = 0.05  # of the rows: where more begin so, the word is a value
_BLANK_SHARE = 1 / 3  # of the cells of such a row, at least


def totals_apart(session: Session, layout: Layout) -> int:
    """Move rows that are totals from the table raw to broken, and return how many.

    Such a row begins with a word for a total, alone in its cell, and leaves cells blank that other rows fill.
    """
    width = len(layout.columns)
    if width < 3:
        return 0
    least = _BLANK_SHARE * width
    cells = [f"nullif(trim(c{number}), '')" for number in range(width)]
    blanks = " + ".join(f"(({cell}) IS NULL)::INTEGER" for cell in cells)
    total = f"regexp_full_match(rtrim(coalesce({', '.join(cells[:3])}), ' :.'), {literal(_TOTAL)})"
    # what is blank sorts before every sign: that is cheap to ask, and few rows have many such cells
    low = " + ".join(f"((c{number} >= '!') IS NOT TRUE)::INTEGER" for number in range(width))
    test = f"CASE WHEN {low} >= {least} THEN {blanks} >= {least} AND {total} ELSE FALSE END"
    found, rows = session.row(f"SELECT (SELECT count(*) FROM raw WHERE {test}), (SELECT count(*) FROM raw)")
    if not found or (found > _MOST_SHARE * rows and found > 1):
        return 0
    texts = ", ".join(f"coalesce(c{number}, '')" for number in range(width))
    session.do(
        f"INSERT INTO broken SELECT line, concat_ws($delimiter, {texts}), 'a total, not a row' FROM raw WHERE {test}",
        {"delimiter": layout.delimiter},
    )
    session.do(f"DELETE FROM raw WHERE {test}")
    return int(found)
