"""Files on their way in: what the browser sent, what was recognised, what loading would do."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, CrmError
from crm_analytics.ingest import archives, review
from crm_analytics.ingest.contents import Contents
from crm_analytics.ingest.dates import Order
from crm_analytics.ingest.effect import Effect
from crm_analytics.ingest.recall import Recalled
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.repairs import NO_REPAIRS, Repairs
from crm_analytics.ingest.review import DEFAULT_SOURCE
from crm_analytics.ingest.voids import Voids
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import jobs, session
from crm_analytics.ui.jobs import Job
from crm_analytics.workspace.imports import Import

#: Files that may wait for a decision in one browser window.
AT_ONCE = 40
#: And in all of them; the oldest gives way.
WAITING = 3 * AT_ONCE


@dataclass
class Upload:
    """One file. Its rows are staged in `session` until it is loaded or dropped; `problem` says why it cannot be.

    `recalled`: it is read as was decided of an earlier one; `decided`: a person has said how this one is read;
    `corrects`: the import whose rejected rows it holds; `first`: what its first rows say while the others are read;
    `strange`: why its customers may be those of another source; `unknown`: that none of them is known at all;
    `voids`: what it calls some of its orders, cancelled or refunded; `changed`: the screen's meanings are not those reviewed;
    `overtaken`: something was loaded or taken back since it was reviewed, and it was compared again;
    `working`: the job that works on it, or did last.
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
    overtaken: bool = False
    working: Future[Any] | None = None

    def close(self) -> None:
        """Forget the staged rows and the temporary copy, as soon as no job works on them: a load goes on to its end."""
        if self.working is None:
            self._forget()
        else:
            self.working.add_done_callback(lambda _: self._forget())

    def _forget(self) -> None:
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
    job = jobs.jobs().get(running)
    upload.working = job.future if job else None
    return job
