"""The forecast on Overview, and the corrective measures that are open."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from crm_analytics.config import DATA_VARIABLE, Settings
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.verbs import plan as verbs_plan
from tests.pages.conftest import said
from tests.pages.test_programme import ORDERS, load_plan


def test_too_short_a_history_says_how_long_it_must_be(open_app):
    app = open_app(ORDERS, more_overview="true")
    assert not app.exception
    assert "A forecast needs at least 24 complete months" in said(app).replace("\\", "")


def test_open_measures_stand_on_overview(open_app, tmp_path):
    open_app(ORDERS)
    st.cache_resource.clear()  # lets the database go
    load_plan(tmp_path)
    warehouse = Warehouse.open(Settings(Path(os.environ[DATA_VARIABLE])))
    path = tmp_path / "measures.csv"
    path.write_text("measure_id,what,why,due_on\nM1,call them,behind,2025-04-30\n", encoding="utf-8")
    verbs_plan.load_plan(warehouse, [(path, path.name)], "ann")
    warehouse.close()
    app = open_app()
    assert not app.exception
    assert "of 1 corrective measure: 1 late" in said(app).replace("\\", "")
