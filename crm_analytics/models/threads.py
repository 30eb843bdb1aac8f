"""Numbers on one thread: threads that wait for each other cost four times the work, and more beside other work."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from functools import cache
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """While it is open the libraries that compute with arrays use one thread each."""
    return _pools("sklearn" in sys.modules).limit(limits=1)


@cache
def _pools(learning: bool) -> Any:
    """The thread pools of the libraries loaded by now: to look for them takes longer than a prediction.

    Those that learn bring their own, and are loaded late: with them it is looked again.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
