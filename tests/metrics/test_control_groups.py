"""Which arm was left alone, where a file's header or a further file could turn it round."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics.metrics.campaigns.sums import Costs, campaigns_of
from crm_analytics.query.controls import control_arms, means_control
from tests.conftest import TODAY, bring_in, in_memory
from tests.metrics.loading import load_frame


@pytest.mark.parametrize(
    ("arms", "control"),
    [("yes no", "yes"), ("1 0", "1"), ("t f", "t"), ("Y N", "Y"), ("s n", "s"), ("o non", "o"), ("x", "x"), ("x no", "x"), ("T C", "C"),
     ("1 ctrl", "ctrl"), ("yes contrôle", "contrôle"), ("t n", ""), ("t", ""), ("s a", ""), ("x y", ""), ("no A", ""), ("A B", "")],
)  # fmt: skip
def test_whom_a_column_headed_control_group_means(arms: str, control: str) -> None:
    assert means_control(arms.split(), "control_group") == control.split()


def test_a_later_file_without_arms_leaves_the_control_group_as_it_was(tmp_path: Path) -> None:
    warehouse, path, day = in_memory(tmp_path), tmp_path / "drawn.csv", TODAY - timedelta(days=40)
    drawn = {"customer_id": range(40), "campaign_id": "k", "control_group": ["yes", "no"] * 20, "contact_date": day}
    pd.DataFrame(drawn | {"converted": ["no", "yes"] * 20}).to_csv(path, index=False)
    assert bring_in(warehouse, path).kind == "contacts"
    called_back = {"contact_id": ["1", "2"], "customer_id": ["0", "1"], "campaign_id": "k", "direction": "in"}
    load_frame(warehouse, "contacts", pd.DataFrame(called_back | {"contacted_at": pd.Timestamp(day).as_unit("us")}), 2)
    (campaign,) = campaigns_of(warehouse, warehouse.audience(), "k", Costs())
    assert campaign.control.name == "yes"
    assert control_arms(warehouse, warehouse.audience(), by_campaign=True) == "||k=yes|"
    warehouse.close()
