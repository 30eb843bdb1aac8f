"""What is done with a file on its way in, in jobs beside the page: read, compared, mended, loaded. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crm_analytics.errors import BadInput, CrmError
from crm_analytics.ingest import load, review
from crm_analytics.ingest.contents import called_void, contents, nobody_known, unsure_customer
from crm_analytics.ingest.effect import TRIED_AT_ONCE, effect
from crm_analytics.ingest.glimpse import glimpse
from crm_analytics.ingest.meant import as_before
from crm_analytics.ingest.recognise import Recognition, recognise
from crm_analytics.ingest.remapping import remap, reread
from crm_analytics.ingest.repairs import NO_REPAIRS, Repairs
from crm_analytics.ingest.review import DEFAULT_SOURCE
from crm_analytics.ingest.strangers import strangers
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui.jobs import Job
from crm_analytics.ui.uploads import Choice, Reading, Upload

#: The reason of a meaning that was a guess until a person had it reviewed.
CONFIRMED = "confirmed by you"


def examine(upload: Upload, warehouse: Warehouse, job: Job, sheet: str | None = None, *, anew: bool = False) -> None:
    """Recognise a file and, where its meaning is clear enough, compare every row with what is loaded.

    What was decided of an earlier file with the same headers holds, except `anew`.
    """
    try:
        chosen = {"sheet": sheet} if sheet else None
        upload.review = upload.problem = None
        upload.repairs, upload.recalled, upload.decided, upload.corrects = NO_REPAIRS, None, False, None
        if sheet is None and upload.recognition is None:
            upload.first = glimpse(upload.session, upload.path, upload.name, date.today())
        upload.recognition = recognise(
            upload.session, upload.path, upload.name, overrides=chosen, progress=job.report, today=date.today()
        )
        mapping = review.proposed(upload.recognition)
        if not anew and (known := as_before(upload.session, upload.recognition)):
            upload.recalled, upload.recognition, mapping = known, known.recognition, known.mapping
            upload.source, upload.repairs = known.source, known.repairs
            upload.corrects = known.corrects
        _compare_as_mended(upload, warehouse, mapping, job)
    except CrmError as error:
        upload.problem = error


def examine_again(upload: Upload, warehouse: Warehouse, choice: Choice, job: Job) -> None:
    """The same with the meaning that a person gave."""
    try:
        upload.recognition = _as_chosen(upload, choice)
        upload.source, upload.recalled, upload.decided = choice.source, None, True
        _compare_as_mended(upload, warehouse, choice.mapping, job)
    except CrmError as error:
        upload.review, upload.problem = None, error


def _as_chosen(upload: Upload, choice: Choice) -> Recognition:
    """The file as a person says it is read: what was changed is chosen, what was left but was not sure is confirmed."""
    known = _known(upload)
    kind = choice.kind if choice.kind != known.kind else None
    found = remap(known, kind=kind, date_order=choice.date_order, decimal=choice.decimal)
    changed = {column: name for column, name in choice.mapping.items() if found.mapping[column].field != name}
    found = remap(found, mapping=changed)
    left = [column for column, guess in found.mapping.items() if guess.field and guess.confidence <= review.SURE]
    agreed = {column: replace(found.mapping[column], confidence=1.0, reason=CONFIRMED) for column in left}
    if found.kind_confidence <= review.SURE:
        found = replace(found, kind_confidence=1.0, kind_reason=CONFIRMED)
    return replace(found, mapping=found.mapping | agreed)


def _known(upload: Upload) -> Recognition:
    if upload.recognition is None:
        raise BadInput("it has not been recognised.", file=upload.name, cure="Drop it again.")
    return upload.recognition


def _compare(upload: Upload, warehouse: Warehouse, mapping: dict[str, str | None], job: Job) -> None:
    job.report(0.7, "comparing with what is loaded")
    upload.review = review.review(
        upload.session, _known(upload), mapping, upload.source, today=date.today(), repairs=upload.repairs,
        corrects=upload.corrects.import_id if upload.corrects else None,
    )  # fmt: skip
    upload.contents, upload.effect, upload.problem = contents(upload.review), None, None
    upload.voids, upload.overtaken = called_void(upload.review), False
    _look_for_customers(upload, upload.review)
    if upload.contents is not None and upload.review.loads_anything and upload.review.rows_read <= TRIED_AT_ONCE:
        job.report(0.9, "trying what the load does to the figures")
        upload.effect = effect(warehouse, upload.review)


def _look_for_customers(upload: Upload, reviewed: review.Review) -> None:
    """Whether its customers are those that are loaded now."""
    upload.strange = strangers(reviewed)
    upload.unknown = None if upload.strange else nobody_known(reviewed)


def _compare_as_mended(upload: Upload, warehouse: Warehouse, mapping: dict[str, str | None], job: Job) -> None:
    """Compare; where the repairs cannot be used with these meanings or values, without them, and that is said."""
    try:
        _compare(upload, warehouse, mapping, job)
    except BadInput as error:
        if not upload.repairs:
            raise
        upload.repairs = NO_REPAIRS
        _compare(upload, warehouse, mapping, job)
        upload.problem = error


def mend(upload: Upload, warehouse: Warehouse, repairs: Repairs, reading: Reading, job: Job) -> None:
    """Review again with repairs and another way of reading; as before where they cannot be used."""
    before = upload.recognition, upload.repairs, upload.review
    try:
        if upload.review is not None and upload.recognition is not None:
            upload.recognition = reread(upload.recognition, reading.date_order, reading.decimal)
            upload.repairs |= repairs
            _compare(upload, warehouse, upload.review.mapping, job)
            upload.decided = True
    except CrmError as error:
        upload.recognition, upload.repairs, upload.review = before
        if upload.review is not None:
            _compare(upload, warehouse, upload.review.mapping, job)
        upload.problem = error


def compare_again(upload: Upload, warehouse: Warehouse, job: Job) -> None:
    """Compare anew where a file was loaded, or taken back, since; the effect is worked out again where it was known."""
    if upload.review is not None:
        upload.overtaken = True
        job.report(0.2, "comparing with what is loaded")
        tried, upload.effect = upload.effect is not None, None
        upload.review = upload.review.compared()
        _look_for_customers(upload, upload.review)
        if tried:
            try_load(upload, warehouse, job)


def try_load(upload: Upload, warehouse: Warehouse, job: Job) -> None:
    """Work out what the load does to the figures."""
    if upload.review is not None:
        job.report(0.2, "trying what the load does to the figures")
        upload.effect = effect(warehouse, upload.review)


def bring_in(upload: Upload, warehouse: Warehouse, who: str, job: Job, *, as_reviewed: bool = True) -> None:
    """Load what was reviewed; `as_reviewed`: only if nothing was loaded or taken back since, else compare again."""
    if upload.review is None:
        raise BadInput("it has not been reviewed yet.", file=upload.name, cure="Review it first.")
    with warehouse.duck.writing():  # two windows may have pressed Load at once
        if as_reviewed and not upload.review.comparison.holds(upload.session):
            compare_again(upload, warehouse, job)
            return
        job.report(0.2, "loading and refreshing the figures")
        decided = upload.decided or bool(doubts(upload))
        upload.made = load.load(warehouse, upload.review, upload.path, who, decided=decided)


def doubts(upload: Upload) -> list[str]:
    """What a person should look at before the file is loaded."""
    if upload.recognition is None:
        return []
    customer = None if upload.recalled else unsure_customer(upload.recognition)
    against = upload.recalled.doubts if upload.recalled else ()
    return [*against, *review.unsure(upload.recognition), *(each for each in (customer, upload.strange) if each)]


def forget(upload: Upload, warehouse: Warehouse, who: str, job: Job) -> None:
    """Forget what was decided of earlier files and read this one without it."""
    if upload.recalled is not None and upload.recalled.remembered is not None:
        load.forget(warehouse, upload.recalled.remembered, who)
    upload.source = DEFAULT_SOURCE
    examine(upload, warehouse, job, anew=True)
