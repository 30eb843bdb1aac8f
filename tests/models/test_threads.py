"""Libraries on one thread: whoever goes last gives them their threads back."""

from __future__ import annotations

from crm_analytics.models.threads import _pools, one_thread


def _threads() -> list[int]:
    return [each["num_threads"] for each in _pools(False).select(user_api="blas").info()]


def test_two_inside_at_once_leave_the_threads_as_they_were() -> None:
    """In the order in which two threads of the server may come and go: the first to come goes first."""
    with _pools(False).limit(limits=2, user_api="blas"):
        before, first, second = _threads(), one_thread(), one_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert set(_threads()) == {1}
        second.__exit__(None, None, None)
        assert _threads() == before
