"""What the columns mean: which kind of table a file holds and which field each column gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from crm_analytics.ingest.alike import holds_sums, likelihoods, named, possible
from crm_analytics.ingest.choosing import CLEAR, OF_A_PERSON, USUAL_FITTING, choose
from crm_analytics.ingest.claims import UNCERTAIN, USUAL
from crm_analytics.ingest.doubts import NAMED, doubt_of_kind
from crm_analytics.ingest.drafts import FEWEST_ROWS, Drafts, Guess, best_by_field, draft_as, drafted
from crm_analytics.ingest.fitting import fit
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.presets import Preset, find_preset, meant_by
from crm_analytics.ingest.sold import is_bought, is_of_advertising
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS

#: What has a number of its own and is no person.
_EVENTS = ("orders", "invoices", "cases", "interactions", "survey_answers")
_SOLD = ("orders", "order_lines")
_PAID = ("amount", "total_amount", "unit_price")
_SUMS = frozenset(("amount", "total_amount"))
_BY_VALUES = 0.6  # at most, without a header
_KIND_IN_DOUBT = 0.9  # at most, where what the kind needs is not called as usual
_ANY = 0.2  # how likely a kind has to be where the first opinion has none,
_SURE_OF_ANOTHER = 0.5  # and where it was sure of that
_RIVAL = 0.06  # how likely another kind may be at most where one that was sure stays so


@dataclass(frozen=True)
class Meaning:
    """The kind of table, and one guess per column, in order. `likely`: where the kind is in doubt, what it may be, the likeliest first."""

    kind: str | None
    confidence: float
    reason: str
    mapping: dict[str, Guess]
    likely: tuple[str, ...] = ()


def find_meaning(
    formats: Mapping[str, Format], rows: int, *, header: bool, kind: str | None = None, said: Collection[str] = ()
) -> Meaning:
    """The meaning of the columns (`kind` is chosen): confidence is above 0.9 only for a usual name with fitting values.

    `said`: the kinds that the file's name speaks of, which tell where the columns leave a doubt.
    """
    if not header:
        return _by_values(formats, rows, kind)
    preset = find_preset(formats)
    if preset is not None and kind in (None, preset.kind):
        return _by_preset(preset, formats, rows)
    drafts = drafted(formats, rows)
    return Meaning(kind, 1.0, "chosen by you", drafts.filled(kind)) if kind is not None else _by_names(drafts, said)


def _by_names(drafts: Drafts, said: Collection[str]) -> Meaning:
    """The meaning as the kind that the names, and then the values, speak for."""
    formats, rows, by_kind, best, come_back = drafts.formats, drafts.rows, drafts.by_kind, drafts.best, drafts.come_back
    chosen, reason = choose(best, _repeated(by_kind["order_lines"], formats, rows), come_back=come_back)
    spent = not KINDS["costs"].missing({field for field, score in best["costs"].items() if score >= CLEAR})
    advertised = chosen not in ("campaigns", "costs") and is_of_advertising(formats, best_by_field(by_kind["contacts"]))
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
        for known in (False, True):  # names that say a field only once the kind is known count where nothing else does
            fuller = {name: drafts.filled(name, known=known) for name in by_kind}
            better = {name: best_by_field(draft) for name, draft in fuller.items()}
            chosen, reason = choose(better, _repeated(fuller["order_lines"], formats, rows), come_back=come_back)
            if chosen is not None and not (known and chosen == "customers"):
                break
            chosen = None  # whose list it is must be told by persons
    lone = _one_row_each(by_kind["customers"], formats, rows) if chosen is None and rows >= FEWEST_ROWS else None
    if lone:
        first = Meaning("customers", 0.6, lone, dict(by_kind["customers"]))
    else:
        first = _judged(drafts, chosen, reason, unsure=advertised or bought)
    likely = _likelihoods(drafts, first, said)
    found = first if bought else _second(drafts, first, said, likely)
    if found.confidence > _KIND_IN_DOUBT:
        return found
    kinds = [found.kind] if found.kind else []
    return replace(found, likely=tuple(dict.fromkeys((*kinds, *likely))))


def _judged(drafts: Drafts, chosen: str | None, reason: str, *, unsure: bool, why: str = "") -> Meaning:
    """The meaning as this kind; `unsure` (`why`, if known), or where it may be another one, nothing is sure."""
    formats, rows = drafts.formats, drafts.rows
    if chosen is None:
        none = {column: Guess(None, 0.0, "no kind of table was recognised") for column in formats}
        return Meaning(None, 0.0, reason, none)
    mapping = drafts.filled(chosen)
    given = best_by_field(mapping)
    certain = min(max(given.get(field, 0.0) for field in group) for group in KINDS[chosen].requires)
    called = {
        name: {column: (each.field, each.confidence) for column, each in draft.items()}
        for name, draft in drafts.by_kind.items()
    }
    other = doubt_of_kind(chosen, {column: each.field for column, each in mapping.items()}, called, formats, rows)
    if chosen == "customers" and not other:
        again = "customers stand in several rows, so its rows may be what they did" if drafts.come_back else ""
        one_each = _one_row_each(drafts.by_kind["customers"], formats, rows) is not None
        other = again or _may_be_events(drafts.best, one_each, formats)
    if other or certain < USUAL_FITTING or unsure:
        return _doubted(Meaning(chosen, certain, reason, mapping), other or why)
    return Meaning(chosen, round(certain, 2), reason, mapping)


def _likelihoods(drafts: Drafts, first: Meaning, said: Collection[str]) -> dict[str, float]:
    """Kind -> how likely it is, the likeliest first. Rows that are paid are of no kind without an amount, whatever the file is called."""
    best = drafts.best
    if first.kind in _SOLD and max(map(best[first.kind].get, _PAID, (0.0,) * len(_PAID))) >= USUAL_FITTING:
        said = [kind for kind in said if kind in best and holds_sums(kind, best[kind])]
    return likelihoods(drafts.formats, named(best), first.kind, sure=first.confidence > _KIND_IN_DOUBT, said=said)


def _second(drafts: Drafts, first: Meaning, said: Collection[str], likely: Mapping[str, float]) -> Meaning:
    """The meaning after a second opinion: by what exports with such columns, and so called, mostly are."""
    best, sure = drafts.best, first.confidence > _KIND_IN_DOUBT
    called = {column for draft in drafts.by_kind.values() for column, each in draft.items() if each.confidence >= NAMED}
    among = possible(best, len(called))
    kind = next((each for each in likely if each in among or each == first.kind), first.kind)
    least = _SURE_OF_ANOTHER if sure else 0.0 if first.kind else _ANY
    told = sure and first.kind in _SOLD  # orders from their lines, by what repeats
    if kind in (None, first.kind) or likely[kind] < least or (told and kind in _SOLD):
        others = (each for each in likely if each == kind or not (told and each in _SOLD))
        against = next(each for each in others if each != first.kind)
        if not sure or likely[against] <= _RIVAL:
            return first
        return _doubted(first, f"files with such columns often hold {_in_words(against)}")
    reason = f"files with such columns{' and such a name' if kind in said else ''} mostly hold {_in_words(kind)}"
    why = f"the rows could be {_in_words(first.kind)}, too" if first.kind else ""
    found = _judged(drafts, kind, reason, unsure=True, why=why)
    return found if first.kind or any(each.field for each in found.mapping.values()) else first


def _in_words(kind: str) -> str:
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


def _by_preset(preset: Preset, formats: Mapping[str, Format], rows: int) -> Meaning:
    """The meaning of a vendor's export: what its documentation says, the other columns by their names."""
    kind = KINDS[preset.kind]
    mapping: dict[str, Guess] = {}
    for column, guess in draft_as(kind, formats, rows).items():
        known, field = meant_by(preset, column)
        if known:
            sure = USUAL if field and fit(kind.field(field), formats[column])[0] > UNCERTAIN else UNCERTAIN
            mapping[column] = Guess(field, sure if field else 0.0, f"a column of the export {preset.name}")
        elif guess.field in preset.fields.values():
            mapping[column] = Guess(None, 0.0, f"another column of the export {preset.name} gives {guess.field}")
        else:
            mapping[column] = guess
    return Meaning(preset.kind, USUAL, f"it has the columns of the export {preset.name}", mapping)


def _repeated(draft: Mapping[str, Guess], formats: Mapping[str, Format], rows: int) -> set[str]:
    """The fields whose values stand in several rows; in a short file, all."""
    return {
        each.field
        for column, each in draft.items()
        if each.field and (rows < FEWEST_ROWS or formats[column].distinct < formats[column].filled)
    }


def _may_be_events(best: Mapping[str, Mapping[str, float]], one_each: bool, formats: Mapping[str, Format]) -> str:
    """Why rows that tell of persons may be what they did: they have a number of their own, or a day of no name where
    no number says that each is a customer (`one_each`); empty without a doubt."""
    for kind in _EVENTS:
        if best[kind].get(KINDS[kind].unit[-1], 0.0) > 0.9:
            return f"its rows have a number as {kind.replace('_', ' ')} have, and may be what customers did"
    dated = [column for column, form in formats.items() if form.kind == "date" and concepts(column) == ("date",)]
    return f"{dated[0]!r} does not say of what, so its rows may be what customers did" if dated and not one_each else ""


def _one_row_each(draft: Mapping[str, Guess], formats: Mapping[str, Format], rows: int) -> str | None:
    """Why a file with a customer number and nothing else that is known is still one of customers."""
    for column, guess in draft.items():
        if guess.field == "customer_id" and guess.confidence > 0.9 and formats[column].distinct == rows:
            return f"every row has its own {column!r}; nothing else in it is known"
    return None


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
