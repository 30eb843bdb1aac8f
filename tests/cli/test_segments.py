"""Saved segments and exports from the command line."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pytest

from crm_analytics.metrics.value import value
from crm_analytics.workspace import exports
from tests.cli.conftest import Run, said, written

REPEAT = '{"field": "orders", "operator": "at_least", "value": 2}'


@pytest.fixture
def loaded(run: Run, orders) -> Run:
    run("import", orders)
    return run


def test_a_segment_is_saved_listed_shown_and_put_away(loaded: Run) -> None:
    made = said(loaded("segments", "save", "Repeat", REPEAT, "--owner", "Ann", "--description", "Twice.", "--json"))
    assert (made["segment"], made["version"], made["owner"]) == ("Repeat", 1, "Ann")
    assert "Repeat (version 1, Ann): Orders is at least 2" in loaded("segments").stdout
    assert [each["segment"] for each in said(loaded("segments", "--json"))["segments"]] == ["Repeat"]
    reply = said(loaded("show", "customers", "--segment", "Repeat", "--format", "json"))
    assert [row["customer_id"] for row in reply["rows"]] == ["anna"]
    assert reply["segment"]["in_segment"] == "Repeat"
    assert said(loaded("show", "segments", "--format", "json"))["rows"][0]["customers"] == 1
    members = said(loaded("show", "segment_members", "--set", "segment=Repeat", "--format", "json"))["rows"]
    assert [row["customer_id"] for row in members] == ["anna"]
    assert "archived" in loaded("segments", "archive", "Repeat").stdout
    assert "No segment is saved yet" in loaded("segments").stdout


def test_the_second_saver_is_told_and_a_circle_refused(loaded: Run) -> None:
    loaded("segments", "save", "Repeat", REPEAT)
    again = loaded("segments", "save", "Repeat", REPEAT)
    assert again.exit_code == 1
    assert "nothing was overwritten" in again.stderr
    assert said(loaded("segments", "save", "Repeat", REPEAT, "--seen", "1", "--json"))["version"] == 2
    circle = loaded("segments", "save", "Repeat", '{"not": {"in_segment": "Repeat"}}', "--seen", "2")
    assert circle.exit_code == 1
    assert "circle" in circle.stderr


def test_members_are_exported_without_formulas_and_the_record_is_kept(loaded: Run, tmp_path) -> None:
    for form in ("csv", "xlsx", "parquet"):
        out = tmp_path / f"members.{form}"
        made = said(loaded("export", '{"all": []}', out, "--columns", "customer_id,revenue", "--json"))
        assert (made["exported"], made["control"], made["form"]) == (3, 0, form)
        if form == "csv":
            text = out.read_text("utf-8-sig")
            assert "'=cmd|' /C calc'!A0" in text
        elif form == "xlsx":
            sheet = openpyxl.load_workbook(out).active
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert all(cell.data_type in ("s", "n") for cell in cells)
            assert "'=cmd|' /C calc'!A0" in [cell.value for cell in cells]
        else:
            assert set(pd.read_parquet(out)["customer_id"]) == {"anna", "bert", "=cmd|' /C calc'!A0"}
    refused = loaded("export", '{"all": []}', tmp_path / "members.csv")
    assert refused.exit_code == 1
    assert "is there already" in refused.stderr
    assert loaded("export", '{"all": []}', tmp_path / "members.doc").exit_code == 1


def test_scores_are_kept_for_segments(loaded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    few = loaded("score")
    assert few.exit_code == 1
    assert "customers with a value or a risk" in few.stderr
    found = pd.DataFrame({"customer_id": ["anna"], "action": ["watch"], "churn_probability": [0.5], "value": [9.0]})
    monkeypatch.setattr(value, "scored", lambda *asked: found.assign(value_at_risk=4.5))
    assert "of 1 customers are kept as of 2024-03-21" in loaded("score", "--as-of", "2024-03-21").stdout
    asked = ("customers", "--segment", '{"field": "action", "operator": "is", "value": "watch"}', "--format", "json")
    assert [row["customer_id"] for row in said(loaded("show", *asked))["rows"]] == ["anna"]


def test_consent_cap_and_control_group_decide_who_goes_out(loaded: Run, tmp_path, data) -> None:
    written(tmp_path / "consents.csv", "customer_id,channel,consent\nanna,email,yes\nbert,email,no\n")
    loaded("import", tmp_path / "consents.csv")
    out = tmp_path / "out.csv"
    made = said(loaded("export", '{"all": []}', out, "--channel", "email", "--campaign", "Hello", "--json"))
    assert (made["members"], made["exported"], made["no_consent"]) == (3, 1, 2)
    assert [line.split(",")[0] for line in out.read_text("utf-8-sig").splitlines()[1:]] == ["anna"]
    asked = ("export", '{"all": []}', out, "--channel", "email", "--replace", "--json")
    assert said(loaded(*asked, "--unknown-consents", "--with-held-out"))["exported"] == 2
    assert said(loaded("caps", "E-Mail", "3", "--json")) == {"contact_caps": {"E-Mail": 3}}
    assert said(loaded("caps", "e-mail", "--json")) == {
        "contact_caps": {}
    }  # a channel counts once, however it is written
    assert said(loaded("caps", "email", "0", "--json")) == {"contact_caps": {"email": 0}}
    assert said(loaded(*asked))["over_cap"] == 1
    assert said(loaded("caps", "email", "--json")) == {"contact_caps": {}}
    drawn = (*asked[:3], "--control", "0.34", "--replace", "--json")
    kept = [
        said(loaded(*drawn, *more)) for more in ((), ("--with-held-out",))
    ]  # with the first group the same is drawn
    assert [(each["exported"], each["control"]) for each in kept] == [(2, 1), (2, 1)]
    with_running = said(loaded(*asked[:3], "--replace", "--json"))
    assert (with_running["exported"], with_running["held_out"]) == (2, 1)
    assert "1 are in a control group that still runs" in with_running["in_words"]
    from crm_analytics.config import Settings
    from crm_analytics.query.warehouse import Warehouse

    warehouse = Warehouse.open(Settings(data))
    with warehouse.duck.session() as session:
        first, second = (exports.arms(session, each["export_id"]) for each in kept)
        acts = session.rows("SELECT what FROM workspace.audit WHERE act = 'export' ORDER BY done_at")
        campaigns = session.rows("SELECT campaign_id, campaign_name, channel FROM core.campaigns ORDER BY ALL")
    warehouse.close()
    assert first == second
    assert sorted(first.values()) == ["control", "treated", "treated"]
    assert acts[0] == ("export 1 of everyone: 1 customers as csv, 0 as control group, campaign EXPORT-1",)
    # the last two had a control group, which is there to be compared with
    assert campaigns == [("EXPORT-1", "Hello", "email"), ("EXPORT-4", "Export 4", None), ("EXPORT-5", "Export 5", None)]
    assert json.loads(json.dumps(kept))
