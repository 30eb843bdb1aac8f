"""Orders that their file itself calls cancelled, refunded or failed: nothing leaves them out, so it is said."""

from __future__ import annotations

from crm_analytics.ingest.contents import VALUE
from crm_analytics.ingest.review import Review
from crm_analytics.ingest.shapes import YES, literal

#: How such words begin, in the languages of the vocabulary.
_BEGIN = (
    "cancel|refund|returned|void|failed|declin|reject|charge.?back|storn|erstatte|fehlgeschl|abgelehnt|abgebroch|retourn"
    "|annul|rembours|échou|echou|refus|anulad|reembols|devuelt|devolu|devolv|fallid|rechaz|estorn|recusad"
    "|отмен|возвра|возврат|отклон"
)
_SAYS = f"(^|[ _-])({_BEGIN})"
_DENIES = "^(not|no|non|nicht|não|nao|не|un|never)[ _-]"
_STATES = 20  # a column with more values holds no state


def undone(found: Review) -> str | None:
    """What to look at where a column that is no field says of orders above 0 that they came to nothing; None without one.

    Where several columns say so, the one that says it of most rows is named.
    """
    if found.kind.name not in VALUE:
        return None
    value, told = VALUE[found.kind.name], []
    for number, (column, form) in enumerate(found.recognition.formats.items()):
        if found.mapping.get(column) or not form.filled:
            continue
        if form.kind == "flag":
            header = f"regexp_matches({literal(column.lower())}, {literal(_SAYS)})"
            says = f"{header} AND lower(c{number}) IN ({', '.join(map(literal, ('1', *YES)))})"
        elif form.kind == "text" and form.distinct <= _STATES:
            says = f"regexp_matches(lower(c{number}), {literal(_SAYS)}) AND NOT regexp_matches(lower(c{number}), {literal(_DENIES)})"
        else:
            continue
        rows, amount, words = found.session.row(
            f"""SELECT count(*), CAST(sum({value}) AS DOUBLE), list_sort(list_distinct(list(c{number})))
                FROM (SELECT line, c{number} FROM cells WHERE {says}) JOIN staged USING (line) WHERE {value} > 0"""
        )
        told.append((rows, amount, column, words))
    rows, amount, column, words = max(told, key=lambda each: each[0], default=(0, None, "", []))
    if not rows:
        return None
    listed = " or ".join(repr(each) for each in words[:4])
    return (
        f"{column!r} says {listed} of {rows:,} rows, {amount:,.2f} together. They count as bought like all others: "
        "take them out of the file first if your system does not count them."
    )
