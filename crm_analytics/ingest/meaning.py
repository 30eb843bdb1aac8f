"""What the columns mean: which kind of table a file holds and which field each column gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crm_analytics.ingest.alike import holds_sums, most_alike, named, opposed, possible
from crm_analytics.ingest.choosing import CLEAR, OF_A_PERSON, USUAL_FITTING, choose
from crm_analytics.ingest.claims import UNCERTAIN, USUAL, Claim, find_claims
from crm_analytics.ingest.doubts import NAMED, doubt, doubt_of_kind
from crm_analytics.ingest.fitting import fit
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.leftovers import left_over
from crm_analytics.ingest.presets import Preset, find_preset, meant_by
from crm_analytics.ingest.sold import are_sales, is_bought, is_of_advertising, is_of_campaigns
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS, Kind

#: What has a number of its own and is no person.
_EVENTS = ("orders", "invoices", "cases", "interactions", "survey_answers")
_SUMS = frozenset(("amount", "total_amount"))
_FEWEST_ROWS = 20  # from which a number that never repeats says that the rows are customers
_BY_VALUES = 0.6  # at most, without a header
_KIND_IN_DOUBT = 0.9  # at most, where what the kind needs is not called as usual


@dataclass(frozen=True)
class Guess:
    """What a column means: a field or None, confidence in [0, 1], and the reason in words."""

    field: str | None
    confidence: float
    reason: str


@dataclass(frozen=True)
class Meaning:
    """The kind of table, and one guess per column, in order."""

    kind: str | None
    confidence: float
    reason: str
    mapping: dict[str, Guess]


def find_meaning(formats: Mapping[str, Format], rows: int, *, header: bool, kind: str | None = None) -> Meaning:
    """The meaning of the columns (`kind` is said): confidence is above 0.9 only for a usual name with fitting values."""
    if not header:
        return _by_values(formats, rows, kind)
    preset = find_preset(formats)
    if preset is not None and kind in (None, preset.kind):
        return _by_preset(preset, formats, rows)
    drafts = {each.name: _map(each, formats, rows) for each in KINDS.values()}
    if kind is not None:
        return Meaning(kind, 1.0, "chosen by you", _filled(KINDS[kind], drafts[kind], formats, rows))
    best = {name: _best_by_field(draft) for name, draft in drafts.items()}
    sold = {
        each.field: formats[name]
        for name, each in drafts["orders"].items()
        if each.field and each.confidence >= USUAL_FITTING
    }
    reported = is_of_campaigns({name: each.field for name, each in drafts["contacts"].items()}, formats)
    if reported or are_sales(sold, [field for field, score in best["contacts"].items() if score >= CLEAR], rows):
        del best["contacts"]
    come_back = _come_back(drafts["orders"], formats, rows)
    chosen, reason = choose(best, _repeated(drafts["order_lines"], formats, rows), come_back=come_back)
    spent = not KINDS["costs"].missing({field for field, score in best["costs"].items() if score >= CLEAR})
    advertised = chosen not in ("campaigns", "costs") and is_of_advertising(formats, _best_by_field(drafts["contacts"]))
    if advertised and spent:
        chosen, reason = "costs", "it tells how often advertisements were shown, and what they cost"
    bought = spent and chosen in ("orders", "order_lines", "invoices") and is_bought(formats, best["orders"])
    if bought:
        chosen, reason = "costs", "its rows name suppliers and no customers"
    clear = {field for field, score in best["orders"].items() if score >= CLEAR}
    paid = clear >= {"customer_id", "total_amount"} and not OF_A_PERSON & best["customers"].keys()
    told = come_back or best["orders"].get("order_id", 0.0) > CLEAR  # that they bought
    if chosen is None or (
        chosen == "customers" and (paid or (told and clear & _SUMS) or clear >= {"order_id", "total_amount"})
    ):
        fuller = {name: _filled(KINDS[name], drafts[name], formats, rows) for name in drafts}
        better = {name: _best_by_field(draft) for name, draft in fuller.items()}
        chosen, reason = choose(better, _repeated(fuller["order_lines"], formats, rows), come_back=come_back)
    lone = _one_row_each(drafts["customers"], formats, rows) if chosen is None and rows >= _FEWEST_ROWS else None
    if lone:
        first = Meaning("customers", 0.6, lone, drafts["customers"])
    else:
        first = _judged(chosen, reason, drafts, best, formats, rows, unsure=advertised or bought, come_back=come_back)
    return first if bought else _second(first, drafts, best, formats, rows, come_back=come_back)


def _judged(
    chosen: str | None,
    reason: str,
    drafts: Mapping[str, Mapping[str, Guess]],
    best: Mapping[str, Mapping[str, float]],
    formats: Mapping[str, Format],
    rows: int,
    *,
    unsure: bool,
    come_back: bool,
    why: str = "",
) -> Meaning:
    """The meaning as this kind; `unsure` (`why`, if known), or where it may be another one, nothing is sure."""
    if chosen is None:
        none = {column: Guess(None, 0.0, "no kind of table was recognised") for column in formats}
        return Meaning(None, 0.0, reason, none)
    mapping = _filled(KINDS[chosen], drafts[chosen], formats, rows)
    given = _best_by_field(mapping)
    certain = min(max(given.get(field, 0.0) for field in group) for group in KINDS[chosen].requires)
    called = {name: {column: (each.field, each.confidence) for column, each in drafts[name].items()} for name in drafts}
    other = doubt_of_kind(chosen, {column: each.field for column, each in mapping.items()}, called, formats, rows)
    if chosen == "customers" and not other:
        again = "customers stand in several rows, so its rows may be what they did" if come_back else ""
        other = again or _may_be_events(best, bool(_one_row_each(drafts["customers"], formats, rows)), formats)
    if other or certain < USUAL_FITTING or unsure:
        return _doubted(Meaning(chosen, certain, reason, mapping), other or why)
    return Meaning(chosen, round(certain, 2), reason, mapping)


def _second(
    first: Meaning,
    drafts: Mapping[str, Mapping[str, Guess]],
    best: Mapping[str, Mapping[str, float]],
    formats: Mapping[str, Format],
    rows: int,
    *,
    come_back: bool,
) -> Meaning:
    """The meaning after a second opinion: by what exports with such columns mostly are, where the kind is in doubt."""
    fields = named(best)
    called = {column for draft in drafts.values() for column, each in draft.items() if each.confidence >= NAMED}
    among = possible(best, len(called)) - ({"customers"} if come_back else set())
    if first.kind in ("orders", "order_lines") and best["orders"].get("total_amount", 0.0) >= USUAL_FITTING:
        among = {kind for kind in among if holds_sums(kind, best[kind])}
    sure = first.kind is not None and first.confidence > _KIND_IN_DOUBT
    kind = (opposed if sure else most_alike)(fields, first.kind, among)
    if kind in (None, first.kind):
        return first
    reason = f"files with such columns mostly hold {_said(kind)}"
    why = f"the rows could be {_said(first.kind)}, too" if first.kind else ""
    return _judged(kind, reason, drafts, best, formats, rows, unsure=True, come_back=come_back, why=why)


def _said(kind: str) -> str:
    return kind.replace("_", " ")


def _doubted(meaning: Meaning, why: str) -> Meaning:
    """The meaning where its kind may be another one; `why` is said of it, if known."""
    mapping = {column: _in_doubt(each, why) for column, each in meaning.mapping.items()}
    reason = f"{meaning.reason}; but {why}" if why else meaning.reason
    return Meaning(meaning.kind, round(min(meaning.confidence, _KIND_IN_DOUBT), 2), reason, mapping)


def _in_doubt(guess: Guess, why: str) -> Guess:
    """The guess where the kind itself is in doubt; `why` is said of it, if known."""
    reason = f"{guess.reason}; {why}" if why and guess.field else guess.reason
    return replace(guess, confidence=min(guess.confidence, _KIND_IN_DOUBT), reason=reason)


def _filled(kind: Kind, draft: Mapping[str, Guess], formats: Mapping[str, Format], rows: int) -> dict[str, Guess]:
    """The draft, with the fields that no name gives and that one column only can be."""
    found = left_over(kind, {column: each.field for column, each in draft.items()}, formats, rows)
    return {column: Guess(*found[column]) if column in found else each for column, each in draft.items()}


def _by_preset(preset: Preset, formats: Mapping[str, Format], rows: int) -> Meaning:
    """The meaning of a vendor's export: what its documentation says, the other columns by their names."""
    kind = KINDS[preset.kind]
    mapping: dict[str, Guess] = {}
    for column, guess in _map(kind, formats, rows).items():
        known, field = meant_by(preset, column)
        if known:
            sure = USUAL if field and fit(kind.field(field), formats[column])[0] > UNCERTAIN else UNCERTAIN
            mapping[column] = Guess(field, sure if field else 0.0, f"a column of the export {preset.name}")
        elif guess.field in preset.fields.values():
            mapping[column] = Guess(None, 0.0, f"another column of the export {preset.name} gives {guess.field}")
        else:
            mapping[column] = guess
    return Meaning(preset.kind, USUAL, f"it has the columns of the export {preset.name}", mapping)


def _best_by_field(draft: Mapping[str, Guess]) -> dict[str, float]:
    return {guess.field: guess.confidence for guess in draft.values() if guess.field}


def _repeated(draft: Mapping[str, Guess], formats: Mapping[str, Format], rows: int) -> set[str]:
    """The fields whose values stand in several rows; in a short file, all."""
    return {
        each.field
        for column, each in draft.items()
        if each.field and (rows < _FEWEST_ROWS or formats[column].distinct < formats[column].filled)
    }


def _may_be_events(best: Mapping[str, Mapping[str, float]], one_each: bool, formats: Mapping[str, Format]) -> str:
    """Why rows that tell of persons may be what they did: they have a number of their own, or a day of no name where
    no number says that each is a customer (`one_each`); empty without a doubt."""
    for kind in _EVENTS:
        if best[kind].get(KINDS[kind].unit[-1], 0.0) > 0.9:
            return f"its rows have a number as {kind.replace('_', ' ')} have, and may be what customers did"
    dated = [column for column, form in formats.items() if form.kind == "date" and concepts(column) == ("date",)]
    return f"{dated[0]!r} does not say of what, so its rows may be what customers did" if dated and not one_each else ""


def _come_back(draft: Mapping[str, Guess], formats: Mapping[str, Format], rows: int) -> bool:
    """Whether those who are told apart by a number or an address stand in several rows."""
    whose = [
        formats[column] for column, each in draft.items() if each.field == "customer_id" and each.confidence >= CLEAR
    ]
    return rows >= _FEWEST_ROWS and any(form.distinct < 0.9 * form.filled for form in whose)


def _one_row_each(draft: Mapping[str, Guess], formats: Mapping[str, Format], rows: int) -> str | None:
    """Why a file with a customer number and nothing else that is known is still one of customers."""
    for column, guess in draft.items():
        if guess.field == "customer_id" and guess.confidence > 0.9 and formats[column].distinct == rows:
            return f"every row has its own {column!r}; nothing else in it is known"
    return None


def _map(kind: Kind, formats: Mapping[str, Format], rows: int) -> dict[str, Guess]:
    claims = find_claims(kind, formats, rows)
    fields: set[str] = set()
    mapping: dict[str, Guess] = {}
    for claim in claims:
        if claim.field in fields or claim.column in mapping:
            continue
        fields.add(claim.field)
        mapping[claim.column] = _settled(claim, claims, kind, formats)
    taken = {claim.column: claim for claim in reversed(claims)}
    return {column: mapping.get(column) or _unmapped(taken.get(column)) for column in formats}


def _unmapped(claim: Claim | None) -> Guess:
    if claim is None:
        return Guess(None, 0.0, "no field is called so, or the values do not fit")
    return Guess(None, 0.0, f"another column fits {claim.field} better")


def _settled(claim: Claim, claims: Sequence[Claim], kind: Kind, formats: Mapping[str, Format]) -> Guess:
    """The claim as a guess, less certain where another column, the values or the kind leave a doubt."""
    score, reason, form = claim.score, claim.reason, formats[claim.column]
    rivals = [
        each
        for each in claims
        if each.field == claim.field and each.column != claim.column and each.exact and each.score > score - 0.1
    ]
    if rivals and claim.rank > 0:
        score, reason = min(score, UNCERTAIN), f"{reason}; {rivals[0].column!r} could be meant too"
    if form.ambiguous:
        score, reason = min(score, UNCERTAIN), f"{reason}; {form.why}"
    if why := doubt(kind.name, claim.field, claim.column, formats):
        score, reason = min(score, UNCERTAIN), f"{reason}; {why}"
    return Guess(claim.field, round(score, 2), reason)


def _by_values(formats: Mapping[str, Format], rows: int, kind: str | None) -> Meaning:
    """A proposal without a header: a person must confirm it."""
    found: dict[str, Guess] = {}
    if kind in (None, "orders"):
        found = _orders_by_values(formats)
    mapping = {column: found.get(column, Guess(None, 0.0, "there is no header to go by")) for column in formats}
    fields = {guess.field for guess in found.values()}
    if kind is not None:
        return Meaning(kind, 1.0, "chosen by you", mapping)
    if {"ordered_at", "amount"} <= fields:
        return Meaning("orders", 0.5, "no header; there are dates and amounts", mapping)
    nothing = {column: Guess(None, 0.0, "there is no header to go by") for column in formats}
    return Meaning(None, 0.0, "no header, and the values alone do not tell what the file holds", nothing)


def _orders_by_values(formats: Mapping[str, Format]) -> dict[str, Guess]:
    found: dict[str, Guess] = {}
    dated = [column for column, form in formats.items() if form.kind == "date"]
    if dated:
        sure = _BY_VALUES if len(dated) == 1 else 0.4
        found[dated[0]] = Guess(
            "ordered_at", sure, "the only column of dates" if len(dated) == 1 else "the first column of dates"
        )
    numbers = {column: form for column, form in formats.items() if form.kind == "number"}
    if amounts := [column for column, form in numbers.items() if form.decimals and not form.ends_in_zero]:
        found[amounts[-1]] = Guess("amount", 0.55, "numbers with decimals")
    few = [c for c, form in numbers.items() if not form.decimals and form.distinct <= max(20, 0.02 * form.filled)]
    if few and few[-1] not in found:
        found[few[-1]] = Guess("units", 0.45, "whole numbers with few different values")
    for column, form in formats.items():
        if (
            column not in found
            and form.kind in ("number", "text")
            and not form.decimals
            and form.distinct > 1
            and form.words < 0.5
        ):
            found[column] = Guess("customer_id", 0.5, "the first column of codes")
            break
    return found
