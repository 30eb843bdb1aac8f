"""What the command line can be asked: each verb is one function from a request to a reply of plain data."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.recognise import Progress
from crm_analytics.query.warehouse import Warehouse

#: Asked with the report and the doubts before a doubtful file is loaded.
Ask = Callable[[dict[str, Any], list[str]], bool]


@dataclass(frozen=True)
class Work:
    """A piece of work as its asker sees it.

    `report` is told of progress and raises `Stopped` once the asker has gone; `stoppable`: meanwhile a session can be
    interrupted; `turn`: the right to write, for which one may have to wait.
    """

    report: Progress
    ask: Ask
    stoppable: Callable[[Session], AbstractContextManager[object]] = nullcontext
    turn: Callable[[Warehouse], AbstractContextManager[object]] = nullcontext
