"""What each kind of table would make of the columns of a file, by their names and whether the values fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_analytics.ingest.choosing import CLEAR, USUAL_FITTING
from crm_analytics.ingest.claims import UNCERTAIN, Claim, find_claims
from crm_analytics.ingest.doubts import doubt
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.leftovers import left_over
from crm_analytics.ingest.sold import are_sales, is_of_campaigns
from crm_analytics.schema import KINDS, Kind

_WEAK = 0.65  # below, a column may give way to one that is called so once the kind is known
FEWEST_ROWS = 20  # from which values that repeat, or never do, say what the rows are


@dataclass(frozen=True)
class Guess:
    """What a column means: a field or None, confidence in [0, 1], and the reason in words."""

    field: str | None
    confidence: float
    reason: str


@dataclass(frozen=True)
class Drafts:
    """What the columns of a file would be as each kind of table, by their names."""

    formats: Mapping[str, Format]
    rows: int
    by_kind: Mapping[str, Mapping[str, Guess]]
    best: Mapping[str, Mapping[str, float]]  # kind -> field -> confidence, of the kinds that it may be
    come_back: bool  # customers stand in several rows

    def filled(self, kind: str, *, known: bool = True) -> dict[str, Guess]:
        """The draft of a kind, with the fields that no name gives and that one column only can be.

        `known`: the rows are of this kind, so names that say a field only then count; they do not where kinds are compared.
        """
        draft = self.by_kind[kind]
        given = {column: each.field for column, each in draft.items()}
        weak = {
            column for column, each in draft.items() if each.confidence < _WEAK or self.formats[column].kind == "empty"
        }
        found = left_over(KINDS[kind], given, self.formats, self.rows, weak=weak, known=known)
        taken = {field for field, _, _ in found.values()}
        none = Guess(None, 0.0, "another column is called so where the rows are of this kind")
        return {
            column: Guess(*found[column]) if column in found else none if each.field in taken else each
            for column, each in draft.items()
        }


def drafted(formats: Mapping[str, Format], rows: int) -> Drafts:
    """The columns as each kind of table; contacts are out where the rows clearly are sales or sums of a campaign."""
    drafts = {each.name: draft_as(each, formats, rows) for each in KINDS.values()}
    best = {name: best_by_field(draft) for name, draft in drafts.items()}
    sold = {
        each.field: formats[name]
        for name, each in drafts["orders"].items()
        if each.field and each.confidence >= USUAL_FITTING
    }
    reported = is_of_campaigns({name: each.field for name, each in drafts["contacts"].items()}, formats)
    if reported or are_sales(sold, [field for field, score in best["contacts"].items() if score >= CLEAR], rows):
        del best["contacts"]
    return Drafts(formats, rows, drafts, best, _come_back(drafts["orders"], formats, rows))


def draft_as(kind: Kind, formats: Mapping[str, Format], rows: int) -> dict[str, Guess]:
    """The columns as one kind of table: each field goes to the column that fits it best."""
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


def best_by_field(draft: Mapping[str, Guess]) -> dict[str, float]:
    """The confidence by field that a draft gives."""
    return {guess.field: guess.confidence for guess in draft.values() if guess.field}


def _come_back(draft: Mapping[str, Guess], formats: Mapping[str, Format], rows: int) -> bool:
    """Whether those who are told apart by a number or an address stand in several rows."""
    whose = [
        formats[column] for column, each in draft.items() if each.field == "customer_id" and each.confidence >= CLEAR
    ]
    return rows >= FEWEST_ROWS and any(form.distinct < 0.9 * form.filled for form in whose)
