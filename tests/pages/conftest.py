"""Each page by AppTest on real small databases, filled through the real way in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from crm_analytics.config import DATA_VARIABLE, PROJECT, Settings
from crm_analytics.engine.duck import Duck
from crm_analytics.ingest import load, review
from crm_analytics.ingest.recognise import recognise
from crm_analytics.query.warehouse import Warehouse


def orders_csv(customers: int = 120, days: int = 500) -> str:
    """Orders of customers who buy at different paces, some of whom stop; made by arithmetic, so always the same."""
    lines = ["order_id,customer_id,order_date,amount,country"]
    number = 0
    for customer in range(customers):
        pace = 9 + (customer * 7) % 60
        stops = days if customer % 4 else days // 3
        for day in range((customer * 13) % 200, stops, pace):
            number += 1
            amount = 10 + (customer * 37 + day) % 90 + (200 if customer < 12 else 0)
            country = ("France", "Germany", "Spain")[customer % 3]
            lines.append(f"A{number},C{customer:03},{date(2024, 1, 1) + timedelta(days=day)},{amount}.50,{country}")
    return "\n".join(lines) + "\n"


def bring_in(data: Path, text: str, name: str = "orders.csv") -> None:
    """Load a file the way the command line does."""
    path = data.parent / name
    path.write_text(text, encoding="utf-8")
    warehouse = Warehouse.open(Settings(data))
    try:
        session = warehouse.duck.open_session()
        found = recognise(session, path, name)
        reviewed = review.review(session, found, review.proposed(found), today=date(2026, 1, 1))
        load.load(warehouse, reviewed, path, "the test")
        session.close()
    finally:
        warehouse.close()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Callable[[str | None], Path]:
    """A function that gives the database with a file of orders in it (an empty one without), each loaded once."""
    known: dict[str | None, Path] = {None: empty_database}

    def database(text: str | None) -> Path:
        if text not in known:
            data = tmp_path_factory.mktemp("loaded") / "data"
            data.mkdir()
            shutil.copyfile(empty_database, Settings(data).database)
            bring_in(data, text or "")
            known[text] = Settings(data).database
        return known[text]

    return database


@pytest.fixture
def open_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded: Callable[[str | None], Path]
) -> Iterator[Callable[..., AppTest]]:
    """A function that starts the app on a database with the given file (or on what is there, empty at first).

    It begins on the page as a deep link does, on Overview without one.
    """
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(loaded(None), Settings(data).database)
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    # the app has no components of other packages, and to look for some in all that is installed takes longer than a page
    monkeypatch.setattr(BidiComponentManager, "discover_and_register_components", lambda *_, **__: None)

    def start(text: str | None = None, page: str | None = None, **parameters: str) -> AppTest:
        if text is not None and any(tmp_path.glob("*.csv")):  # on top of what the test has loaded
            bring_in(data, text)
        elif text is not None:
            shutil.copyfile(loaded(text), Settings(data).database)
        app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        return (app.switch_page(page) if page else app).run()

    yield start
    st.cache_resource.clear()


def asked_again(app: AppTest) -> int:
    """How many sessions of the database a rerun of the page opens where nothing has changed."""
    opened, through = [], Duck.open_session
    app.run()  # the first run has made relations and tables: that is a change
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Duck, "open_session", lambda *given, **named: opened.append(1) or through(*given, **named))
        app.run()
    return len(opened)


def headings(app: AppTest) -> list[str]:
    """What stands over the columns of all tables of the page."""
    configs = [json.loads(table.proto.columns or "{}") for table in app.dataframe]
    return [each["label"] for columns in configs for each in columns.values() if each.get("label")]


def said(app: AppTest) -> str:
    """All words on the page."""
    parts = [*app.caption, *app.markdown, *app.subheader, *app.info, *app.warning, *app.error, *app.title, *app.success]
    return "\n".join(str(part.value) for part in parts)
