"""Files on their way in: what the browser sent, what was recognised, what loading would do."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from crm_analytics.engine.duck import Session
from crm_analytics.errors import CrmError
from crm_analytics.ingest import load, review
from crm_analytics.ingest.recognise import Recognition, recognise, remap
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui.jobs import Job
from crm_analytics.workspace.imports import Import

#: Files that may wait for a decision at once; the oldest gives way.
WAITING = 24


@dataclass
class Upload:
    """One file. Its rows are staged in `session` until it is loaded or dropped; `problem` says why it cannot be."""

    name: str
    path: Path
    session: Session
    recognition: Recognition | None = None
    review: review.Review | None = None
    problem: CrmError | None = None
    made: Import | None = None
    choices: dict[str, Any] = field(default_factory=dict)

    def close(self) -> None:
        """Forget the staged rows and the temporary copy."""
        self.session.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


class Uploads:
    """The process's files on their way in, by number."""

    def __init__(self) -> None:
        self._items: dict[str, Upload] = {}

    def take(self, warehouse: Warehouse, sent: Any) -> str:
        """Copy what the browser sent to disk, in pieces; returns the upload's number."""
        number = uuid.uuid4().hex
        folder = warehouse.settings.data_dir / "incoming" / number
        folder.mkdir(parents=True)
        path = folder / "upload"
        sent.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(sent, target, 1 << 20)
        while len(self._items) >= WAITING:
            self.drop(next(iter(self._items)))
        self._items[number] = Upload(sent.name, path, warehouse.duck.open_session())
        return number

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


# --- work done in jobs: no st.* below this line -----------------------------------------------------------------------


def examine(upload: Upload, job: Job) -> None:
    """Recognise a file and, where its meaning is clear enough, compare every row with what is loaded."""
    try:
        upload.recognition = recognise(upload.session, upload.path, upload.name, progress=job.report)
        _compare(upload, review.proposed(upload.recognition), job)
    except CrmError as error:
        upload.problem = error


def examine_again(
    upload: Upload, kind: str, mapping: dict[str, str | None], orders: dict[str, str], source: str, job: Job
) -> None:
    """The same with the meaning that a person gave: kind, field of each column, order of day and month."""
    assert upload.recognition is not None
    try:
        upload.recognition = remap(upload.session, upload.recognition, kind=kind, mapping=mapping, date_order=orders)
        upload.choices["source"] = source
        _compare(upload, mapping, job)
    except CrmError as error:
        upload.review, upload.problem = None, error


def _compare(upload: Upload, mapping: dict[str, str | None], job: Job) -> None:
    assert upload.recognition is not None
    job.report(0.7, "comparing with what is loaded")
    source = upload.choices.get("source", review.DEFAULT_SOURCE)
    upload.review = review.review(upload.session, upload.recognition, mapping, source, today=date.today())
    upload.problem = None


def bring_in(upload: Upload, warehouse: Warehouse, who: str, job: Job) -> None:
    """Load what was reviewed."""
    assert upload.review is not None
    job.report(0.2, "loading and refreshing the figures")
    upload.made = load.load(warehouse, upload.review, upload.path, who)
