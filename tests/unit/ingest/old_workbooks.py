"""Workbooks as Excel 97 to 2003 wrote them (.xls), by hand: BIFF8 records in a compound file, the least that is read.

Record numbers and layouts: Microsoft, [MS-XLS] 2.4; the compound file: [MS-CFB] 2.2 to 2.6.
"""

from __future__ import annotations

import struct

_SECTOR, _LEAST = 512, 4096  # a shorter stream would stand in the small sectors
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def workbook(sheet: str, table: list[list[object]]) -> bytes:
    """One sheet of texts, numbers, (number,) for a day as Excel counts it, None for no cell."""
    cells = b"".join(
        _cell(row, column, value) for row, values in enumerate(table) for column, value in enumerate(values)
    )
    size = struct.pack("<IIHHH", 0, len(table), 0, max(map(len, table)), 0)
    body = _begin(0x0010) + _record(0x0200, size) + cells + _record(0x000A)
    start = _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200)) + _style(0) + _style(14)
    name = sheet.encode("latin-1")
    place = len(start) + 4 + 8 + len(name) + 4  # behind the record of the sheet and the end
    listed = _record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name)
    return _compound(start + listed + _record(0x000A) + body)


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _begin(what: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, what, 0, 0, 0, 0))


def _style(number_format: int) -> bytes:
    return _record(0x00E0, struct.pack("<HH", 0, number_format) + bytes(16))


def _cell(row: int, column: int, value: object) -> bytes:
    if value is None:
        return b""
    if isinstance(value, str):
        return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))
    number, style = (value[0], 1) if isinstance(value, tuple) else (value, 0)
    return _record(0x0203, struct.pack("<HHHd", row, column, style, number))


def _compound(stream: bytes) -> bytes:
    """The stream `Workbook` as a file: header, table of sectors, directory, then its sectors."""
    stream = stream.ljust(max(_LEAST, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    follows = [_TABLE, _END, *range(3, 2 + len(stream) // _SECTOR), _END]
    follows += [_FREE] * (_SECTOR // 4 - len(follows))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, _LEAST, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    directory = (
        _entry("Root Entry", 5, 1, _END, 0)
        + _entry("Workbook", 2, _FREE, 2, len(stream))
        + _entry("", 0, _FREE, 0, 0) * 2
    )
    return header + struct.pack("<128I", *follows) + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = f"{name}\0".encode("utf-16-le") if name else b""
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(text), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
