"""The side of the command line: a request to the dashboard that has the database open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_analytics import __version__, errors
from crm_analytics.config import Settings
from crm_analytics.errors import CrmError, DatabaseBusy, DatabaseUnusable
from crm_analytics.handover import wire


def asked(
    settings: Settings, busy: DatabaseBusy, verb: str, arguments: dict[str, Any],
    report: Callable[[float, str], None], ask: Callable[[dict[str, Any], list[str]], bool],
) -> dict[str, Any]:  # fmt: skip
    """The reply of the dashboard to a verb. An interrupt stops the work there and waits until nothing of it is left.

    Errors: `busy` if the database's owner does not listen; DatabaseUnusable if it ends meanwhile; those of the verb.
    """
    connection = wire.connected(settings.data_dir)
    if connection is None:
        raise busy
    try:
        connection.send({"version": __version__, "verb": verb, "arguments": arguments})
        interrupted = False
        while True:
            try:
                line = _received(connection, settings)
                if "progress" in line:
                    report(*line["progress"])
                elif "ask" in line:
                    connection.send({"answer": ask(*line["ask"])})
                elif "error" in line:
                    if interrupted and line["error"] == "Stopped":
                        raise KeyboardInterrupt
                    raise _error(line)
                else:
                    return line["reply"]
            except KeyboardInterrupt:
                if interrupted:
                    raise
                interrupted = True
                connection.end_sending()
    except ConnectionError as error:
        raise _ended(settings) from error
    finally:
        connection.close()


def _received(connection: wire.Connection, settings: Settings) -> dict[str, Any]:
    try:
        line = connection.receive(wire.REPLY_BYTES)
    except ValueError as error:
        why = f"the dashboard that holds it gave no proper reply ({error})."
        raise DatabaseUnusable(settings.database, why, "Restart the dashboard, then try again.") from error
    if line is None:
        raise _ended(settings)
    return line


def _ended(settings: Settings) -> DatabaseUnusable:
    return DatabaseUnusable(
        settings.database,
        "the dashboard that held it ended in the middle of the work.",
        "All of it was done or nothing: `crm-analytics imports` tells which.",
    )


def _error(line: dict[str, Any]) -> CrmError:
    """The error as it was raised there, without its facts: of its class, with its message."""
    kind = getattr(errors, str(line["error"]), CrmError)
    if not (isinstance(kind, type) and issubclass(kind, CrmError)):
        kind = CrmError
    error = kind.__new__(kind)
    Exception.__init__(error, str(line["message"]))
    return error
