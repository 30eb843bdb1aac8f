"""The verb of the parameters: shown, changed, refused."""

from __future__ import annotations

import json

from click.testing import CliRunner

from crm_analytics.cli import main


def run(tmp_path, *arguments: str):
    return CliRunner().invoke(main, ["settings", *arguments, "--data", str(tmp_path / "data")])


def test_settings_are_shown_and_changed(tmp_path) -> None:
    assert "loyal_purchase_days = 3" in run(tmp_path).output
    changed = run(tmp_path, "loyal_purchase_days=5", "activity_window_days=90", "rfm_look_back_months=6", "--json")
    assert changed.exit_code == 0
    assert json.loads(changed.output)["settings"]["loyal_purchase_days"] == 5
    back = run(tmp_path, "activity_window_days=default", 'field_priority={"email": ["shop"], "address": ["till"]}')
    assert 'field_priority = {"email": ["shop"], "address": ["till"]}' in back.output
    assert "activity_window_days = null" in back.output
    assert "loyal_purchase_days = 5" in back.output
    assert "rfm_look_back_months = 6" in back.output


def test_what_makes_no_sense_changes_nothing(tmp_path) -> None:
    for wrong in (
        "loyal_purchase_days=0",
        "rfm_look_back_months=0",
        "loyal=3",
        "rfm_grid=[1]",
        'field_priority={"mail": ["shop"]}',
        'exclude_services="perhaps"',
        "loyal_purchase_days=many",
    ):
        refused = run(tmp_path, wrong)
        assert refused.exit_code == 1, wrong
    assert run(tmp_path, "loyal_purchase_days").exit_code == 2
    assert "loyal_purchase_days = 3" in run(tmp_path).output
