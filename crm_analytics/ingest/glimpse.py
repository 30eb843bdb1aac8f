"""A first look at a large file: its first rows recognised at once, while the whole of it is still being read."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.errors import CrmError
from crm_analytics.ingest import archives
from crm_analytics.ingest.recognise import Recognition, recognise

LARGE = 8_000_000  # bytes from which the whole of a file is not read at once
_HEAD = 250_000  # bytes of the first look: some thousand rows


def glimpse(session: Session, path: Path, name: str, today: date) -> Recognition | None:
    """The first rows of a large text file, recognised as if they were the whole; None for small and for other files.

    Whatever it says is of these rows only: formats and meanings are decided over every row afterwards. Leaves in the
    session what `recognise` leaves.
    """
    if path.stat().st_size < LARGE:
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD)
    whole = head[: head.rfind(b"\n") + 1]
    if not whole or b"\0" in whole or head.startswith((archives.ZIP, archives.GZIP, b"PAR1")):
        return None
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "head"
        first.write_bytes(whole)
        try:
            return recognise(session, first, name, today=today)
        except CrmError:
            return None  # the whole file says what is wrong, with its line
