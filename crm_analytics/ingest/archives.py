"""Files that are packed: gzip and ZIP, taken apart within bounds."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from crm_analytics.errors import BadInput

MOST_ENTRIES = 1_000
MOST_BYTES = 4 << 30  # of everything in an archive, unpacked
MOST_RATIO = 200  # unpacked to packed; exports of text stay below 50
RATIO_FROM = 64 << 20  # unpacked bytes from which the ratio counts: small files of blanks pack well
#: How the names of mapping files end, which are written beside what they speak of.
MAPPING = ".mapping.json"
_CHUNK = 1 << 20

GZIP, ZIP, EMPTY_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"
_PIECES = "Unpack it and load the files inside in pieces."
_UNPACK = "Unpack it, then load the file inside."
#: What a ZIP archive is when it holds a folder or a file of this name: (name, what it is, cure).
_DOCUMENTS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "In Excel choose Save as, Excel Workbook (.xlsx) or CSV UTF-8."),
    ("word/", "a Word document", "Ask the source system for a CSV export of the same figures."),
    ("ppt/", "a PowerPoint presentation", "Ask the source system for a CSV export of the same figures."),
    ("content.xml", "an OpenDocument file", "Save it as .xlsx or as CSV in UTF-8."),
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One file to be read: where its bytes are, the name it is reported by, and the packing it came out of.

    What is written about it goes beside `beside`: the file itself, or a name next to the archive that holds it.
    """

    path: Path
    name: str
    beside: Path
    packed: str | None = None


def each_file(given: Iterable[Path]) -> Iterator[Part]:
    """Every file of files, folders and archives, one after the other; unpacked ones live until the next is asked for.

    A folder gives the files in it and its sub-folders in the order of their names, but for hidden ones and mappings. An
    archive that cannot be unpacked is given as it is: who reads it is told why. Errors: BadInput for an empty folder.
    """
    for part in [part for path in given for part in _listed(path)]:
        with ExitStack() as held:
            try:
                parts = held.enter_context(unpacked(part.path, part.name))
            except BadInput:
                parts = []
            yield from parts if len(parts) > 1 else [part]


def _listed(path: Path) -> list[Part]:
    if not path.is_dir():
        return [Part(path, path.name, path)]
    below = sorted((each.relative_to(path) for each in path.rglob("*") if each.is_file()), key=lambda each: each.parts)
    below = [each for each in below if not any(name.startswith(".") for name in each.parts)]
    found = [Part(path / each, each.as_posix(), path / each) for each in below if not each.name.endswith(MAPPING)]
    if not found:
        raise BadInput("the folder holds no file.", file=str(path), cure="Name the folder that holds the exports.")
    return found


def is_workbook(path: Path, name: str) -> bool:
    """Whether a ZIP archive is an Excel workbook (.xlsx). Errors: BadInput for other documents of that form."""
    names = [each.filename for each in _directory(path, name)]
    for start, what, cure in _DOCUMENTS:
        if any(each.startswith(start) for each in names):
            raise BadInput(f"this is {what}, which cannot be read.", file=name, cure=cure)
    return "xl/workbook.xml" in names


def is_packed(path: Path, name: str) -> bool:
    """Whether a file is an archive of files, told by its content."""
    with path.open("rb") as file:
        head = file.read(4)
    return head.startswith((GZIP, EMPTY_ZIP)) or (head == ZIP and not is_workbook(path, name))


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[list[Part]]:
    """The files of an archive, in the order of their names; of a file that is no archive, itself.

    Unpacked files live until the context ends. Errors: BadInput for archives that are damaged, locked, too large, or
    hold archives, each naming the entry.
    """
    if not is_packed(path, name):
        yield [Part(path, name, path)]
        return
    with tempfile.TemporaryDirectory(prefix="crm-analytics-") as folder:
        with path.open("rb") as file:
            found = _gunzipped(file, path, name, Path(folder)) if file.read(2) == GZIP else None
        parts = [found] if found else _unzipped(path, name, Path(folder))
        for part in parts:
            if is_packed(part.path, part.name):
                raise BadInput("it holds a further archive.", file=part.name, cure=_UNPACK)
        yield parts


@contextmanager
def only_file(path: Path, name: str) -> Iterator[Part]:
    """The one file that is meant. Errors: BadInput for an archive of several, naming them."""
    with unpacked(path, name) as parts:
        if len(parts) > 1:
            names = ", ".join(each.name.removeprefix(f"{name}/") for each in parts[:5])
            raise BadInput(
                f"the archive holds {len(parts):,} files ({names}{', ...' if len(parts) > 5 else ''}).", file=name,
                cure="Unpack it and choose its files together, or give it to `crm-analytics import`.",
            )  # fmt: skip
        yield parts[0]


def _gunzipped(file: IO[bytes], path: Path, name: str, folder: Path) -> Part:
    file.seek(0)
    target = folder / "0"
    try:
        with gzip.open(file) as source:
            _copy(source, target, path.stat().st_size, 0, name)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(
            f"the gzip file is damaged or cut short ({error}).", file=name, cure="Fetch or export it again."
        ) from error
    with target.open("rb") as inner:
        if inner.read(262)[257:] == b"ustar":
            raise BadInput("this is a tar archive.", file=name, cure=_UNPACK)
    return Part(target, name, path, "gzip")


def _unzipped(path: Path, name: str, folder: Path) -> list[Part]:
    entries = sorted((each for each in _directory(path, name) if _is_meant(each)), key=lambda each: each.filename)
    if not entries:
        raise BadInput("this is an empty ZIP archive.", file=name, cure="Export it again.")
    if len(entries) > MOST_ENTRIES:
        what = f"the archive holds {len(entries):,} files; at most {MOST_ENTRIES:,} are taken at once."
        raise BadInput(what, file=name, cure=_PIECES)
    parts, written = [], 0
    with zipfile.ZipFile(path) as archive:
        for number, entry in enumerate(entries):
            called = f"{name}/{entry.filename}"
            _refuse_bad_entry(entry, called)
            target = folder / str(number)  # never under the name that the archive gives
            try:
                with archive.open(entry) as source:
                    written = _copy(source, target, path.stat().st_size, written, called)
            except BadInput:  # a ValueError too
                raise
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
                what = f"this entry of the archive cannot be unpacked ({error})."
                raise BadInput(what, file=called, cure="Pack it again as an ordinary ZIP archive.") from error
            beside = path.with_name(f"{path.name}.{entry.filename.replace('/', '.')[-100:]}")
            parts.append(Part(target, called, beside, "ZIP"))
    return parts


def _directory(path: Path, name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise BadInput(
            f"this begins like an Excel workbook (.xlsx) or a ZIP archive but is damaged or cut short ({error}).",
            file=name, cure="Fetch or export it again.",
        ) from error  # fmt: skip
    for each in entries:
        each.filename = each.filename.replace("\\", "/")  # as some programs on Windows part folders
    return entries


def _is_meant(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file that somebody put there, and not one that a system left behind."""
    parts = PurePosixPath(entry.filename).parts
    hidden = any(each.startswith(".") and each != ".." for each in parts)
    if entry.filename.endswith("/"):  # `is_dir` fails in Python 3.11 where there is no name
        return False
    return not ("__MACOSX" in parts or hidden or parts[-1:] in (("Thumbs.db",), ("desktop.ini",)))


def _refuse_bad_entry(entry: zipfile.ZipInfo, called: str) -> None:
    at = PurePosixPath(entry.filename)
    if not at.parts or at.is_absolute() or ".." in at.parts or ":" in at.parts[0]:
        raise BadInput("the name of this entry leads out of the archive.", file=called, cure="Pack the files again.")
    if entry.flag_bits & 0x1:
        raise BadInput("this entry is locked by a password.", file=called, cure="Unpack it, then load the files.")


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, packed: int, before: int, name: str) -> int:
    """Unpack one file; the size that counts is what comes out, not what the archive says of it."""
    written = before
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > MOST_BYTES:
                raise BadInput(f"unpacked it is larger than {MOST_BYTES >> 30} GB.", file=name, cure=_PIECES)
            if written > RATIO_FROM and written > MOST_RATIO * packed:
                what = f"unpacked it is more than {MOST_RATIO} times as large as packed, which no export is."
                raise BadInput(what, file=name, cure="Unpack it yourself if you trust it, then load the file inside.")
            try:
                file.write(chunk)
            except OSError as error:
                what = f"there is no room to unpack it ({error.strerror})."
                raise BadInput(what, file=name, cure="Free space in the folder for temporary files.") from error
    return written
