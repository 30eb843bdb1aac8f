"""From bytes to a character encoding, or to a refusal of what is not a text file."""

from __future__ import annotations

import codecs
from itertools import pairwise
from pathlib import Path

from crm_analytics.errors import BadInput
from crm_analytics.ingest.evidence import Evidence

_CHUNK = 1 << 20
_HEAD = 1 << 16
_LONGEST_LINE = 16  # chunks without any line break

_SAVE_AS_CSV = "Open it in its own program and save it as CSV, then load that file."
_UNPACK = "Unpack it, then load the file inside."
#: First bytes of files that are often given the wrong ending: (bytes, what it is, cure).
_SIGNATURES = (
    (
        b"PK\x03\x04",
        "an Excel workbook (.xlsx) or a ZIP archive",
        "In Excel choose Save as, CSV UTF-8; unpack an archive first.",
    ),
    (b"PK\x05\x06", "an empty ZIP archive", _UNPACK),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", _SAVE_AS_CSV),
    (b"%PDF", "a PDF document", "Ask the source system for a CSV export of the same figures."),
    (b"{\\rtf", "a Rich Text document", _SAVE_AS_CSV),
    (b"\x89PNG", "a picture (PNG)", "Choose the CSV file."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Choose the CSV file."),
    (b"GIF8", "a picture (GIF)", "Choose the CSV file."),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"PAR1", "a Parquet file", _SAVE_AS_CSV),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV, then load that file."),
)
#: Byte order marks, the longer first (UTF-32 begins like UTF-16).
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\f\r\x1a\x1b\x1f")
_NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


def find_encoding(path: Path, name: str, asked: str | None = None) -> tuple[str, Evidence]:
    """The encoding of a file, by its name in Python, and the reason.

    Errors: BadInput (empty, not text, unknown encoding).
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    _refuse_what_is_not_text(head, name)
    if asked:
        try:
            return codecs.lookup(asked).name, Evidence("encoding", asked, "chosen by you")
        except LookupError:
            raise BadInput(
                f"there is no encoding {asked!r}.", file=name, cure="Take utf-8, cp1252, utf-16 or another known name."
            ) from None
    for mark, encoding, words in _MARKS:
        if head.startswith(mark):
            return encoding, Evidence("encoding", words, "the file begins with its byte order mark")
    if wide := _utf16_by_nuls(head):
        return wide, Evidence("encoding", wide.upper(), "every second byte is NUL, as in UTF-16 without a mark")
    _refuse_controls(head, name)
    if _is_utf8(path, name):
        return "utf-8", Evidence("encoding", "UTF-8", "the whole file is valid UTF-8")
    return _eight_bits(path, name)


def _refuse_what_is_not_text(head: bytes, name: str) -> None:
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise BadInput(
            "the file is empty.", file=name, cure="Export it again; the export may have been cut short.", line=1
        )
    for start, what, cure in _SIGNATURES:
        if head.startswith(start):
            raise BadInput(f"this is {what}, not a CSV text file.", file=name, cure=cure, line=1)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        cure = (
            "Sign in where it comes from and export it again; a table that was saved as a page Excel can save as CSV."
        )
        raise BadInput("this is a web page (HTML), not a CSV text file.", file=name, cure=cure, line=1)


def _refuse_controls(head: bytes, name: str) -> None:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > 0.02 * len(head) + 2:
        raise BadInput(
            f"this is not a text file: {controls:,} of its first {len(head):,} bytes are control characters.",
            file=name, cure="Choose a CSV export; pictures, archives and workbooks cannot be read.", line=1,
        )  # fmt: skip


def _utf16_by_nuls(head: bytes) -> str | None:
    pairs = len(head) // 2
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > 0.4 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


def _is_utf8(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    unbroken = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            unbroken = 0 if b"\n" in chunk or b"\r" in chunk else unbroken + 1
            if unbroken >= _LONGEST_LINE:
                raise BadInput("a line is longer than 16 MB.", file=name, cure="Export it with one row per line.")
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _eight_bits(path: Path, name: str) -> tuple[str, Evidence]:
    """Which encoding a file has that is not valid UTF-8 throughout."""
    valid = invalid = high = runs = undefined = first = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                valid += 1
            except UnicodeDecodeError:
                invalid += 1
                first = first or number
                undefined += len(line) - len(line.translate(None, _NOT_IN_CP1252))
                marks = [byte > 127 for byte in line[:400]]
                high += sum(marks)
                runs += sum(a and b for a, b in pairwise(marks))
    if valid:
        why = (
            f"{valid:,} lines hold valid UTF-8 characters; {invalid:,} lines (first: {first:,}) do not and are rejected"
        )
        return "utf-8", Evidence("encoding", "UTF-8", why, sure=False)
    if runs > 0.6 * high:  # Cyrillic words are runs of high bytes; in Western text they stand alone
        why = "the file is not UTF-8 and its words are runs of bytes above 127, as in Cyrillic text"
        return "cp1251", Evidence("encoding", "Windows-1251", why, sure=False)
    if undefined:
        raise BadInput(
            "the characters of this line are neither UTF-8 nor Windows-1252.", file=name, line=first,
            cure="Save the file as UTF-8, or name its encoding.",
        )  # fmt: skip
    why = f"{invalid:,} lines are not valid UTF-8 and all bytes exist in Windows-1252"
    return "cp1252", Evidence("encoding", "Windows-1252", why)
