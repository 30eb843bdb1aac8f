"""Preferences: kept, checked, and in force for every figure at once."""

from __future__ import annotations

import pytest

from crm_analytics.errors import BadValue
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.preferences import RFM_GRID, RFM_SEGMENTS, Preferences
from tests.conftest import bring_in

LINES = """order_id,customer_id,order_date,product_id,quantity,unit_price
1,a,2024-01-02,x,1,10
1,a,2024-01-02,POST,1,4
2,a,2024-02-02,x,1,10
3,b,2024-06-02,x,2,10
4,c,2024-05-02,post,1,5
"""


@pytest.fixture
def loaded(warehouse, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text(LINES)
    bring_in(warehouse, path)
    return warehouse


def revenue(warehouse: Warehouse) -> float:
    return float(warehouse.read("metrics/statuses", warehouse.audience())["revenue"].sum())


def test_a_change_gives_a_new_data_version_and_new_figures(loaded):
    version, before = loaded.data_version, loaded.base(loaded.latest())
    assert (revenue(loaded), before.activity_window_days) == (49, 365)
    after = loaded.set_preferences("the test", exclude_services=True, activity_window_days=60)
    assert loaded.preferences == after == Preferences(60, 3, True)
    assert loaded.data_version != version
    assert revenue(loaded) == 40
    base = loaded.base(loaded.latest())
    assert (base.activity_window_days, base.window_rule) == (60, "set by hand")
    loaded.set_preferences("the test", activity_window_days=None, exclude_services=False)
    assert loaded.base(loaded.latest()) == before
    assert revenue(loaded) == 49


def test_they_outlive_the_process(loaded, settings):
    loaded.set_preferences("the test", loyal_purchase_days=2)
    loaded.close()
    again = Warehouse.open(settings)
    assert again.preferences.loyal_purchase_days == 2
    again.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"activity_window_days": 0},
        {"activity_window_days": 3651},
        {"loyal_purchase_days": 0},
        {"loyal_purchase_days": 1001},
    ],
)
def test_values_out_of_range_change_nothing(loaded, changes):
    version = loaded.data_version
    with pytest.raises(BadValue, match=next(iter(changes))):
        loaded.set_preferences("the test", **changes)
    assert (loaded.data_version, loaded.preferences) == (version, Preferences())


def test_every_cell_of_the_grid_has_a_listed_name():
    assert [len(row) for row in RFM_GRID] == [5] * 5
    assert {name for row in RFM_GRID for name in row} == set(RFM_SEGMENTS) - {"Prospects"}
