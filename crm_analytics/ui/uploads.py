"""Files on their way in: what the browser sent, what was recognised, what loading would do."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, CrmError
from crm_analytics.ingest import archives, load, review
from crm_analytics.ingest.contents import Contents, called_void, contents, nobody_known, unsure_customer
from crm_analytics.ingest.dates import Order
from crm_analytics.ingest.effect import TRIED_AT_ONCE, Effect, effect
from crm_analytics.ingest.glimpse import glimpse
from crm_analytics.ingest.meant import as_before
from crm_analytics.ingest.recall import Recalled
from crm_analytics.ingest.recognise import Recognition, recognise, remap, reread
from crm_analytics.ingest.repairs import NO_REPAIRS, Repairs
from crm_analytics.ingest.review import DEFAULT_SOURCE
from crm_analytics.ingest.strangers import strangers
from crm_analytics.ingest.voids import Voids
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import jobs, session
from crm_analytics.ui.jobs import Job
from crm_analytics.workspace.imports import Import

#: Files that may wait for a decision in one browser window.
AT_ONCE = 40
#: And in all of them; the oldest gives way.
WAITING = 3 * AT_ONCE
#: The reason of a meaning that was a guess until a person had it reviewed.
CONFIRMED = "confirmed by you"


@dataclass
class Upload:
    """One file. Its rows are staged in `session` until it is loaded or dropped; `problem` says why it cannot be.

    `recalled`: it is read as was decided of an earlier one; `decided`: a person has said how this one is read;
    `corrects`: the import whose rejected rows it holds; `first`: what its first rows say while the others are read;
    `strange`: why its customers may be those of another source; `unknown`: that none of them is known at all;
    `voids`: what it calls some of its orders, cancelled or refunded; `changed`: the screen's meanings are not those reviewed.
    """

    name: str
    path: Path
    session: Session
    recognition: Recognition | None = None
    review: review.Review | None = None
    contents: Contents | None = None
    effect: Effect | None = None
    problem: CrmError | None = None
    made: Import | None = None
    source: str = DEFAULT_SOURCE
    repairs: Repairs = NO_REPAIRS
    recalled: Recalled | None = None
    decided: bool = False
    corrects: Import | None = None
    first: Recognition | None = None
    strange: str | None = None
    unknown: str | None = None
    voids: Voids | None = None
    changed: bool = False

    def close(self) -> None:
        """Forget the staged rows and the temporary copy."""
        self.session.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


@dataclass(frozen=True)
class Choice:
    """What a person says of a file: its kind, the field of each column, and how ambiguous columns are read."""

    kind: str
    mapping: dict[str, str | None]
    date_order: dict[str, str]
    decimal: dict[str, str]
    source: str


@dataclass(frozen=True)
class Reading:
    """How a person says that columns are read: the order of day and month, the decimal mark."""

    date_order: dict[str, Order] = field(default_factory=dict)
    decimal: dict[str, str] = field(default_factory=dict)


class Uploads:
    """The process's files on their way in, by number."""

    def __init__(self) -> None:
        self._items: dict[str, Upload] = {}

    def take(self, warehouse: Warehouse, sent: Any) -> list[tuple[str, Upload]]:
        """Copy what the browser sent to disk, in pieces; returns each upload with its number: one, or those of an archive."""
        if not self._items:  # what a process that was killed left behind holds people's data
            shutil.rmtree(warehouse.settings.data_dir / "incoming", ignore_errors=True)
        path = self._room(warehouse)
        sent.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(sent, target, 1 << 20)
        try:
            with archives.unpacked(path, sent.name) as parts:
                if 1 < len(parts) <= WAITING:  # of more, the reader says that they are too many
                    moved = [(Path(shutil.move(part.path, self._room(warehouse))), part.name) for part in parts]
                    shutil.rmtree(path.parent)
                    return [self._keep(warehouse, *each) for each in moved]
        except BadInput:  # whoever reads it is told why it cannot be unpacked
            pass
        return [self._keep(warehouse, path, sent.name)]

    def _room(self, warehouse: Warehouse) -> Path:
        folder = warehouse.settings.data_dir / "incoming" / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder / "upload"

    def _keep(self, warehouse: Warehouse, path: Path, name: str) -> tuple[str, Upload]:
        """An upload of a file that is in a room of its own."""
        while len(self._items) >= WAITING:
            self.drop(next(iter(self._items)))
        number = path.parent.name
        self._items[number] = Upload(name, path, warehouse.duck.open_session())
        return number, self._items[number]

    def get(self, number: str | None) -> Upload | None:
        """An upload, or None when it was dropped."""
        return self._items.get(number or "")

    def drop(self, number: str) -> None:
        """Forget an upload."""
        if upload := self._items.pop(number, None):
            upload.close()

    def close(self) -> None:
        """Forget them all."""
        for number in list(self._items):
            self.drop(number)


@st.cache_resource(show_spinner=False, on_release=lambda uploads: uploads.close())
def uploads() -> Uploads:
    """The process's files on their way in."""
    return Uploads()


def begin(number: str, upload: Upload, title: str, work: Callable[[Job], Any]) -> Job | None:
    """Start work on a file as a job that its card waits for."""
    running = jobs.jobs().start(title, session.who(), work, upload.session)
    st.session_state[f"job_{number}"] = running
    return jobs.jobs().get(running)


# --- work done in jobs: no st.* below this line -----------------------------------------------------------------------


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
    found = remap(upload.session, known, kind=kind, date_order=choice.date_order, decimal=choice.decimal)
    changed = {column: name for column, name in choice.mapping.items() if found.mapping[column].field != name}
    found = remap(upload.session, found, mapping=changed)
    left = [column for column, guess in found.mapping.items() if guess.field and guess.confidence <= review.SURE]
    agreed = {column: replace(found.mapping[column], confidence=1.0, reason=CONFIRMED) for column in left}
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
    upload.contents, upload.effect, upload.strange = contents(upload.review), None, strangers(upload.review)
    upload.unknown = None if upload.strange else nobody_known(upload.review)
    upload.problem, upload.voids = None, called_void(upload.review)
    if upload.contents is not None and upload.review.loads_anything and upload.review.rows_read <= TRIED_AT_ONCE:
        job.report(0.9, "trying what the load does to the figures")
        upload.effect = effect(warehouse, upload.review)


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
        job.report(0.2, "comparing with what is loaded")
        tried, upload.effect = upload.effect is not None, None
        upload.review = upload.review.compared()
        if tried:
            try_load(upload, warehouse, job)


def try_load(upload: Upload, warehouse: Warehouse, job: Job) -> None:
    """Work out what the load does to the figures."""
    if upload.review is not None:
        job.report(0.2, "trying what the load does to the figures")
        upload.effect = effect(warehouse, upload.review)


def bring_in(upload: Upload, warehouse: Warehouse, who: str, job: Job) -> None:
    """Load what was reviewed."""
    if upload.review is None:
        raise BadInput("it has not been reviewed yet.", file=upload.name, cure="Review it first.")
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
