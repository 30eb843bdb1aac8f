"""Each page by AppTest on real small databases, filled through the real way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_analytics.config import DATA_VARIABLE, PROJECT, Settings
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


@pytest.fixture
def open_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """A function that starts the app on a database with the given file (or on an empty one)."""
    data = tmp_path / "data"
    monkeypatch.setenv(DATA_VARIABLE, str(data))

    def start(text: str | None = None, **parameters: str) -> AppTest:
        if text is not None:
            bring_in(data, text)
        app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    yield start
    st.cache_resource.clear()


def said(app: AppTest) -> str:
    """All words on the page."""
    parts = [*app.caption, *app.markdown, *app.subheader, *app.info, *app.warning, *app.error, *app.title, *app.success]
    return "\n".join(str(part.value) for part in parts)
