"""What the pages open with is what is prepared: they ask the database nothing, but for lists of customers."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_analytics.config import Settings
from crm_analytics.errors import Stopped
from crm_analytics.metrics import opening
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import jobs, session
from crm_analytics.ui.jobs import Job
from tests.pages.conftest import bring_in, orders_csv
from tests.pages.test_campaigns_page import contacts_csv

Open = Callable[..., AppTest]
#: Statements that give lists of customers.
LISTS = {"metrics/customers", "metrics/today"}
ANSWERS = "customer id,answered on,score,question kind,agent\n" + "".join(
    f"C{n:03},2025-0{1 + n % 4}-10,{n % 11},nps,{('Ann', 'Bo')[n % 2]}\n" for n in range(80)
)


def prepared(data: Path) -> int:
    warehouse = Warehouse.open(Settings(data))
    frames = opening.prepare(warehouse, lambda share, what: None).frames
    warehouse.close()
    return frames


def test_a_page_asks_nothing_of_a_prepared_base(open_app: Open, loaded: Callable[[str], Path], tmp_path: Path) -> None:
    shutil.copyfile(loaded(orders_csv()), Settings(tmp_path / "data").database)
    assert prepared(tmp_path / "data") > 20
    assert not open_app(page="pages/overview.py").exception
    assert session.warehouse().unprepared == set()


@pytest.mark.slow
def test_no_page_asks_more_than_lists_of_customers(open_app: Open, tmp_path: Path) -> None:
    bring_in(tmp_path / "data", contacts_csv(customers=60), "contacts.csv")
    bring_in(tmp_path / "data", ANSWERS, "answers.csv")
    bring_in(tmp_path / "data", orders_csv(60), "orders.csv")
    assert prepared(tmp_path / "data") > 40
    for page in ("overview", "segments", "pareto", "voice", "today", "campaigns", "quality", "audience"):
        app = open_app(page=f"pages/{page}.py")
        assert not app.exception
        assert session.warehouse().unprepared <= LISTS, page
        st.cache_resource.clear()


def test_preparing_shows_how_far_it_is_and_can_be_cancelled(open_app: Open) -> None:
    app = open_app(page="pages/data.py")
    going, stopped = threading.Event(), threading.Event()

    def work(job: Job) -> None:
        going.set()
        try:
            while True:
                job.report(0.5, "sales")
                time.sleep(0.01)
        except Stopped:
            stopped.set()
            raise

    app.session_state["preparing_job"] = jobs.jobs().start("Preparing the pages", "the test", work)
    assert going.wait(20)
    app.run()
    app.button(key="preparing_job_cancel").click().run()
    assert stopped.wait(20)
    app.run()
    assert not app.exception
    assert "preparing_job" not in app.session_state
