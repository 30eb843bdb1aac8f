"""What answers the verbs: the warehouse of a data directory, or the dashboard that has it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from crm_analytics.config import Settings
from crm_analytics.errors import DatabaseBusy


@contextmanager
def opened(data: Path | None, *, to_write: bool = False) -> Iterator[Callable[..., dict[str, Any]]]:
    """What answers a verb on a data directory: this process, or the dashboard that has its database open.

    It is called with verb, arguments, and where there is somebody to talk to `report` and `ask`.
    """
    from crm_analytics.handover import client, requests
    from crm_analytics.verbs import Work

    settings = Settings.read(data)
    with ExitStack() as held:
        try:
            warehouse = held.enter_context(closing(_warehouse(settings, to_write)))
            busy = None
        except DatabaseBusy as error:
            busy = error

        def perform(
            verb: str, report: Callable[..., None] = _unheard, ask: Callable[..., bool] = refuse, **arguments: Any
        ) -> dict[str, Any]:
            if busy:
                return client.asked(settings, busy, verb, arguments, report, ask)
            return requests.answer(warehouse, verb, arguments, Work(report, ask))

        yield perform


def _warehouse(settings: Settings, to_write: bool) -> Any:
    """The warehouse of a data directory. Where there is none yet, only writing makes one."""
    from crm_analytics.engine.duck import Duck
    from crm_analytics.query.upgrade import prepare
    from crm_analytics.query.warehouse import Warehouse

    if to_write or settings.database.exists():
        return Warehouse.open(settings)
    duck = Duck(None)
    prepare(duck)
    return Warehouse(duck, settings)


def _unheard(share: float, what: str) -> None:
    """Progress that nobody watches."""


def refuse(report: dict[str, Any], doubts: list[str]) -> bool:
    """Without somebody to ask, what is doubtful is not loaded."""
    return False
