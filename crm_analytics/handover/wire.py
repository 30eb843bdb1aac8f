"""Where a dashboard listens, and the lines that go to and fro: one JSON object each, of bounded length."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import tempfile
import threading
from pathlib import Path
from typing import Any

SOCKET = "handover.sock"
#: Names the socket where the data directory's own path is too long for one.
ADDRESS = "handover.address"
#: The shortest limit of the systems there are (macOS: 104 bytes with the closing zero; Linux: 108).
LONGEST_PATH = 103
REQUEST_BYTES = 1 << 20
REPLY_BYTES = 1 << 30
#: Seconds after which one who does not read is taken for gone, so that nobody waits for a stopped client.
PATIENCE = 20

AVAILABLE = hasattr(socket, "AF_UNIX") and os.name == "posix"


class Connection:
    """A connected socket that sends and receives objects. Sending is safe from several threads."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._sending = threading.Lock()
        self._received = bytearray()
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", PATIENCE, 0))

    def send(self, message: dict[str, Any]) -> None:
        """Send one object. Errors: OSError if the other side is gone, ValueError if it is too long for one line."""
        line = json.dumps(message, allow_nan=False).encode() + b"\n"
        if len(line) > REPLY_BYTES:
            raise ValueError(f"a line of {len(line):,} bytes is too long")
        with self._sending:
            self._socket.sendall(line)

    def receive(self, longest: int) -> dict[str, Any] | None:
        """The next object, None where the other side has hung up. Errors: ValueError for what is no such line."""
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > longest:
                raise ValueError("the line is too long")
            try:
                part = self._socket.recv(1 << 18)
            except ConnectionError:
                return None
            if not part:
                return None
            self._received += part
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        try:
            message = json.loads(line)
        except RecursionError as error:
            raise ValueError("the line is nested too deeply") from error
        if not isinstance(message, dict):
            raise ValueError("the line is no object")
        return message

    def wait_at_most(self, seconds: float | None) -> None:
        """How long `receive` waits for the next bytes (None: for ever); then it raises TimeoutError."""
        self._socket.settimeout(seconds)

    def end_sending(self) -> None:
        """Tell the other side that nothing more will come; what it sends can still be received."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def same_user(self) -> bool:
        """Whether the other process belongs to this user; where the system cannot say, the socket's mode decides."""
        if not hasattr(socket, "SO_PEERCRED"):
            return True
        told = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return bool(struct.unpack("3i", told)[1] == os.geteuid())

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def listening(folder: Path) -> tuple[socket.socket, Path]:
    """A socket on which the owner of the database in `folder` listens, and its path; only this user may connect.

    Who owns the database may remove the socket of an owner before it: that one is dead.
    """
    forget(folder)
    path = folder / SOCKET
    if len(os.fsencode(path)) > LONGEST_PATH:
        path = Path(tempfile.mkdtemp(prefix="crm-analytics-")) / SOCKET
        named = folder / ADDRESS
        named.touch(mode=0o600)
        named.write_bytes(os.fsencode(path))
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(opened.fileno(), 0o600)  # before it has a name, so that there is no moment between
        opened.bind(str(path))
        path.chmod(0o600)
        opened.listen(16)
    except BaseException:
        opened.close()
        raise
    return opened, path


def connected(folder: Path) -> Connection | None:
    """A connection to who listens for `folder`, None if nobody does."""
    if not AVAILABLE:
        return None
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.connect(str(_place(folder)))
    except OSError:
        opened.close()
        return None
    connection = Connection(opened)
    if connection.same_user():
        return connection
    connection.close()
    return None


def forget(folder: Path) -> None:
    """Remove the socket of `folder` and what names it."""
    place = _place(folder)
    place.unlink(missing_ok=True)
    if place.parent != folder:
        with contextlib.suppress(OSError):
            place.parent.rmdir()
        (folder / ADDRESS).unlink(missing_ok=True)


def _place(folder: Path) -> Path:
    try:
        named = Path(os.fsdecode((folder / ADDRESS).read_bytes()))
    except OSError:
        return folder / SOCKET
    return named if named.name == SOCKET and named.is_absolute() else folder / SOCKET
