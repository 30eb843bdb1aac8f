"""Numbers on one thread: threads that wait for each other cost four times the work, and more beside other work."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

_lock = threading.Lock()
#: How many are inside by now, the pools that are limited for them, and the limits, which the last to go takes back.
_inside = 0
_limited: list[Any] = []
_limits = ExitStack()


@contextmanager
def one_thread() -> Iterator[None]:
    """While it is open the libraries that compute with arrays use one thread each.

    Linear algebra has one limit for the whole process: the first to come sets it, the last to go takes it back. OpenMP has one
    for each thread that calls it: everybody sets their own.
    """
    global _inside
    pools = _pools("sklearn" in sys.modules)
    with _lock:
        _inside += 1
        if pools not in _limited:
            _limited.append(pools)
            _limits.enter_context(pools.limit(limits=1, user_api="blas"))
    try:
        with pools.limit(limits=1, user_api="openmp"):
            yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _limited.clear()
                _limits.close()


@cache
def _pools(learning: bool) -> Any:
    """The thread pools of the libraries loaded by now: to look for them takes longer than a prediction.

    Those that learn bring their own, and are loaded late: with them it is looked again.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
