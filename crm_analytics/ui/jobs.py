"""Long work beside the page: one pool per process, progress on the screen, cancel, and nothing left of what was stopped."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from crm_analytics.engine.duck import Session
from crm_analytics.errors import Stopped
from crm_analytics.ui.shell import inert


@dataclass
class Job:
    """Work under way. `done` is in [0, 1]; `future` holds the result or the error."""

    title: str
    owner: str
    future: Future[Any] = field(default_factory=Future)
    done: float = 0.0
    message: str = ""
    started: float = field(default_factory=time.monotonic)
    session: Session | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def report(self, done: float, message: str) -> None:
        """Called by the work; raises `Stopped` once somebody pressed Cancel."""
        self.done, self.message = min(max(done, 0.0), 1.0), message
        if self.cancelled.is_set():
            raise Stopped(self.title)

    def cancel(self) -> None:
        """Ask the work to stop: at its next report, and in the statement that runs."""
        if self.future.done():
            return
        self.cancelled.set()
        if self.session is not None:
            self.session.stop()


class Jobs:
    """The process's jobs by their number."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="job")
        self._items: dict[str, Job] = {}

    def start(self, title: str, owner: str, work: Callable[[Job], Any], session: Session | None = None) -> str:
        """Run `work(job)` in the background; returns the job's number."""
        number, job = uuid.uuid4().hex, Job(title, owner, session=session)
        for old in [
            key for key, each in self._items.items() if each.future.done() and time.monotonic() - each.started > 3600
        ]:
            del self._items[old]
        self._items[number] = job

        def run() -> None:
            try:
                job.future.set_result(work(job))
            except BaseException as error:  # it is shown by whoever waits for the job
                job.future.set_exception(error)
            finally:
                if job.session is not None:
                    job.session.resume()  # a Cancel that no statement met must not stop the session's next use

        self._pool.submit(run)
        return number

    def get(self, number: str | None) -> Job | None:
        """A job, or None when it is unknown (the process was restarted)."""
        return self._items.get(number or "")

    def close(self) -> None:
        """Stop everything."""
        for job in self._items.values():
            job.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)


@st.cache_resource(show_spinner=False, on_release=lambda jobs: jobs.close())
def jobs() -> Jobs:
    """The process's jobs."""
    return Jobs()


def wait(key: str, meanwhile: Callable[[], None] | None = None) -> Any:
    """Show the job whose number is in the session under `key`; return its result once, or None while it runs.

    `meanwhile` draws below the progress what is known already. The job's own error is raised here, where the page can show it.
    """
    job = jobs().get(st.session_state.get(key))
    if job is None:
        st.session_state.pop(key, None)
        return None
    if not job.future.done():
        _watch(key, meanwhile)
        return None
    del st.session_state[key]
    return job.future.result()


def running(key: str) -> bool:
    """Whether the session waits for the job under `key`."""
    return jobs().get(st.session_state.get(key)) is not None


@st.fragment(run_every="0.4s")
def _watch(key: str, meanwhile: Callable[[], None] | None = None) -> None:
    job = jobs().get(st.session_state.get(key))
    if job is None or job.future.done():
        st.rerun()
    st.progress(job.done, text=inert(f"{job.title}: {job.message}" if job.message else job.title))
    st.button("Cancel", key=f"{key}_cancel", on_click=job.cancel, icon=":material/close:")
    if meanwhile is not None:
        meanwhile()
