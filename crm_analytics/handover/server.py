"""The side of the dashboard: while it has the database open, it answers what the command line asks."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crm_analytics import __version__, screen
from crm_analytics.engine.duck import Session
from crm_analytics.errors import CrmError, DatabaseUnusable, Stopped
from crm_analytics.handover import wire
from crm_analytics.handover.requests import answer
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.verbs import Work

#: Requests worked on at once; one more is sent away.
MOST_REQUESTS = 16
#: Seconds after which one who has connected and asks nothing is sent away.
FIRST_LINE = 10
#: Seconds after which one who waits for another change is told so.
SOON = 0.3

_log = logging.getLogger(__name__)


class Conversation:
    """One request: progress and questions go out while it is worked on; if the asker hangs up, the work is stopped."""

    def __init__(self, connection: wire.Connection) -> None:
        self._connection = connection
        self._answers: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stopping = threading.Lock()
        self._session: Session | None = None
        self._gone = False
        self._waiting = False

    def work(self) -> Work:
        """What a verb is given to speak with the asker."""
        return Work(self.report, self.ask, self.stoppable, self.turn)

    def listen(self) -> None:
        """Take answers until the asker hangs up."""
        with contextlib.suppress(OSError, ValueError):
            while (line := self._connection.receive(wire.REQUEST_BYTES)) is not None:
                self._answers.put(line.get("answer") is True)
        self.hang_up()

    def hang_up(self) -> None:
        """Stop the work: at its next report, and in the statement that runs. Who only waits is free at once."""
        with self._stopping:
            self._gone = True
            if self._waiting:
                with contextlib.suppress(OSError):
                    self._connection.send(_told(Stopped("The work")))
            if self._session is not None:
                self._session.stop()
        self._answers.put(False)

    def report(self, share: float, what: str) -> None:
        """Tell the asker; `Stopped` if there is none any more."""
        self._go_on()
        try:
            self._connection.send({"progress": [share, what]})
        except OSError as error:
            raise Stopped("The work") from error

    def ask(self, report: dict[str, Any], doubts: list[str]) -> bool:
        """Ask whether to load a doubtful file, and wait for the answer."""
        self._go_on()
        self._connection.send({"ask": [report, doubts]})
        said = self._answers.get()
        self._go_on()
        return said

    @contextmanager
    def stoppable(self, session: Session) -> Iterator[None]:
        """Meanwhile a hang-up interrupts this session."""
        with self._stopping:
            self._session = session
            if self._gone:
                session.stop()
        try:
            yield
        finally:
            with self._stopping:
                self._session = None
                session.resume()

    @contextmanager
    def turn(self, warehouse: Warehouse) -> Iterator[None]:
        """The right to write; whoever has to wait for it is told."""
        waiting = threading.Timer(SOON, self._say_waiting)
        waiting.daemon = True
        waiting.start()
        try:
            self._waiting = True
            with warehouse.duck.writing():
                with self._stopping:
                    self._waiting = False
                waiting.cancel()
                self._go_on()
                yield
        finally:
            waiting.cancel()

    def _say_waiting(self) -> None:
        with contextlib.suppress(CrmError):
            self.report(0.0, "waiting: another change of the data is under way")

    def _go_on(self) -> None:
        if self._gone:
            raise Stopped("The work")


class Served:
    """A warehouse that answers the command line, until it is closed. Without Unix sockets it is a warehouse alone."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._open: dict[Conversation, threading.Thread] = {}
        self._closing = False
        atexit.register(self.close)  # Streamlit ends without releasing what it keeps
        if not wire.AVAILABLE or warehouse.duck.path is None:
            return
        try:
            self._socket, path = wire.listening(warehouse.settings.data_dir)
        except OSError as error:  # a file system without sockets: the pages work all the same
            _log.warning("The command line cannot be served beside this dashboard: %s", error)
            return
        self._socket.settimeout(0.5)
        self._listener = threading.Thread(target=self._accept, args=(self._socket,), name=f"serve {path}", daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Listen no more, stop what was asked for, and let the database go; a second time does nothing."""
        atexit.unregister(self.close)
        self._closing = True
        if self._socket is not None:
            wire.forget(self.warehouse.settings.data_dir)  # while the database is still ours
            with contextlib.suppress(OSError):  # wakes the listener where the system allows it, else it wakes by itself
                self._socket.shutdown(socket.SHUT_RDWR)
            self._listener.join(wire.PATIENCE)
            self._socket.close()
            with self._lock:
                left = dict(self._open)
            for conversation in left:
                conversation.hang_up()
            for thread in left.values():
                thread.join(wire.PATIENCE)
            self._socket = None
        self.warehouse.close()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connected, _ = listening.accept()
            except TimeoutError:
                if self._closing:
                    return
                continue
            except OSError:  # shut down
                return
            connected.settimeout(None)
            connection = wire.Connection(connected)
            conversation = Conversation(connection)
            thread = threading.Thread(target=self._serve, args=(connection, conversation), daemon=True)
            with self._lock:
                full = len(self._open) >= MOST_REQUESTS
                if not full:
                    self._open[conversation] = thread
                    thread.start()
            if full:
                connection.close()

    def _serve(self, connection: wire.Connection, conversation: Conversation) -> None:
        try:
            with contextlib.suppress(OSError):  # nobody is there to be told
                connection.send(self._reply(connection, conversation))
        finally:
            connection.close()
            with self._lock:
                del self._open[conversation]

    def _reply(self, connection: wire.Connection, conversation: Conversation) -> dict[str, Any]:
        try:
            verb, arguments = self._request(connection)
            threading.Thread(target=conversation.listen, daemon=True).start()
            return {"reply": answer(self.warehouse, verb, arguments, conversation.work())}
        except CrmError as error:
            return _told(error)
        except OSError as error:
            return {"error": "CrmError", "message": screen.system_error(error)}
        except Exception as error:
            _log.exception("A request of the command line failed")
            return {"error": "CrmError", "message": f"The dashboard failed at this: {type(error).__name__}: {error}"}

    def _request(self, connection: wire.Connection) -> tuple[str, dict[str, Any]]:
        path = self.warehouse.settings.database
        if not connection.same_user():
            raise DatabaseUnusable(path, "the dashboard that holds it belongs to another user.", "Ask as that user.")
        connection.wait_at_most(FIRST_LINE)
        try:
            asked = connection.receive(wire.REQUEST_BYTES) or {}
        except (ValueError, TimeoutError) as error:
            raise DatabaseUnusable(path, f"this is no request ({error}).", "Use the command line.") from error
        connection.wait_at_most(None)
        if asked.get("version") != __version__:
            theirs = f"this command line is of crm-analytics {str(asked.get('version'))[:40]}, the dashboard"
            raise DatabaseUnusable(
                path, f"{theirs} that holds it (process {os.getpid()}) of {__version__}.", "Restart the dashboard."
            )
        verb, arguments = asked.get("verb"), asked.get("arguments")
        if not (isinstance(verb, str) and isinstance(arguments, dict)):
            raise DatabaseUnusable(path, "the request has no verb or no arguments.", "Use the command line.")
        return verb, arguments


def _told(error: CrmError) -> dict[str, Any]:
    return {"error": type(error).__name__, "message": str(error)}
