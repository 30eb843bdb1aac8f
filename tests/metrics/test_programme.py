"""Plans from file to figure: loading, versions, edits of two people at once, frozen baselines, past days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics.config import PROJECT
from crm_analytics.errors import BadInput, BadValue, UnknownName
from crm_analytics.ingest import load
from crm_analytics.metrics.campaigns.campaigns import campaigns
from crm_analytics.metrics.metric import columns_of
from crm_analytics.metrics.programme.chain import chain_in_words, programme_chain, programme_gap
from crm_analytics.metrics.programme.effect import programme_holdout
from crm_analytics.metrics.programme.history import changes_in_words, programme_changes
from crm_analytics.metrics.programme.money import programme_budget
from crm_analytics.metrics.programme.programme import actions, objectives, written
from crm_analytics.metrics.programme.results import action_results, results_in_words
from crm_analytics.metrics.programme.steps import corrective_measures, programme_steps
from crm_analytics.metrics.sales.diagnosis import diagnosis, diagnosis_figure
from crm_analytics.query.outgoing import Wish, prepare, record
from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui.sample_plan import load_sample_plan
from crm_analytics.verbs import plan as verbs_plan
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace.programmes import Change
from tests.conftest import bring_in, in_memory
from tests.metrics.loading import load_frame, load_orders

SAMPLE = PROJECT / "data" / "sample"
#: 40 customers, each of whom buys once a month for the same amount: 1,180 a month.
CUSTOMERS, A_MONTH = 40, 1180.0


def orders(first: str, months: int) -> list[tuple[str, str, float]]:
    return [
        (f"c{c}", f"{month}-{1 + c % 28:02}", 10.0 + c)
        for month in pd.period_range(first, periods=months, freq="M")
        for c in range(CUSTOMERS)
    ]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Orders from January 2023 to June 2025."""
    opened = in_memory(tmp_path_factory.mktemp("data"))
    load_orders(opened, orders("2023-01", 30))
    yield opened
    opened.close()


@pytest.fixture
def warehouse(loaded: Warehouse) -> Warehouse:
    """The orders, without any plan."""
    with loaded.duck.session() as session:
        for table in ("plan_rows", "programme_holdouts"):
            session.do(f"DELETE FROM workspace.{table}")
    return loaded


def write(folder: Path, name: str, *lines: str) -> tuple[Path, str]:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, name


@pytest.fixture
def plan(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    files = [
        write(tmp_path, "programme.csv", "programme_id,name,valid_from,valid_to,budget", "P,Closer,2025-01-01,2025-12-31,1000"),
        write(
            tmp_path, "objectives.csv", "objective_id,metric,target_kind,target,direction,due_on",
            "O1,revenue,change,0.10,up,2025-12-31", "O2,repurchase_rate,absolute,0.9,up,2025-12-31",
            "O3,revenue,change,0.0,up,2025-03-31", "O4,warmth,absolute,1,up,2025-12-31",
        ),
        write(
            tmp_path, "actions.csv", "action_id,kind,scheduled_on,executed_on,budget,actual_cost,campaign_id,objectives",
            "A1,regular,2025-02-01,2025-02-03,100,120,,O1", "A2,regular,2025-06-27,,200,,K9,O1;O2",
        ),
    ]  # fmt: skip
    verbs_plan.load_plan(warehouse, files, "ann")
    return warehouse


def test_the_sample_plan_loads_and_loads_again(warehouse: Warehouse) -> None:
    files = [(SAMPLE / f"{name}.csv", f"{name}.csv") for name in ("actions", "objectives", "programme")]
    made = verbs_plan.load_plan(warehouse, files, "ann")
    assert {kind: count["new"] for kind, count in made["rows"].items()} == {
        "programme": 1,
        "objectives": 5,
        "actions": 12,
    }
    assert len(actions(warehouse, warehouse.audience())) == 12
    again = verbs_plan.load_plan(warehouse, files, "ann")
    assert all(count["same"] == count["read"] for count in again["rows"].values())


def test_an_export_loads_again_unchanged(plan: Warehouse, tmp_path: Path) -> None:
    made = verbs_plan.export_plan(plan, tmp_path / "out", None)
    files = [(tmp_path / "out" / f"{name}.csv", f"{name}.csv") for name in made["rows"]]
    again = verbs_plan.load_plan(plan, files, "bob")
    assert {kind: count["same"] for kind, count in again["rows"].items()} == made["rows"]
    book = tmp_path / "out" / "plan.xlsx"
    change(plan, 1, "ann", name="=1+1", owner="007")
    assert verbs_plan.export_plan(plan, book, "P")["rows"] == made["rows"]
    again = verbs_plan.load_plan(plan, [(book, "plan.xlsx")], "bob")
    assert {kind: count["same"] for kind, count in again["rows"].items()} == made["rows"]


def test_a_workbook_loads_by_its_sheets(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        row = {
            "programme_id": "P",
            "name": "Closer",
            "valid_from": pd.Timestamp("2025-01-01"),
            "valid_to": pd.Timestamp("2025-12-31"),
        }
        pd.DataFrame([row]).to_excel(book, sheet_name="programme", index=False)
        task = {
            "task_id": "T1",
            "kind": "training",
            "what": "greeting",
            "due_on": pd.Timestamp("2025-02-01"),
            "attended": 9,
        }
        pd.DataFrame([task]).to_excel(book, sheet_name="Tasks", index=False)
    made = verbs_plan.load_plan(warehouse, [(path, "plan.xlsx")], "ann")
    assert {kind: count["new"] for kind, count in made["rows"].items()} == {"programme": 1, "tasks": 1}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("O9,revenue,much,up,2025-12-31", "target of objective"),
        ("O9,revenue,0.1,sideways,2025-12-31", "one of up, down, hold"),
        ("O9,revenue,0.1,up,11/12/2025", "YYYY-MM-DD"),
        ("O9,,0.1,up,2025-12-31", "metric of objective"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_loaded(plan: Warehouse, tmp_path: Path, row: str, said: str) -> None:
    file = write(
        tmp_path, "objectives.csv", "objective_id,metric,target,direction,due_on", "O8,orders,5,up,2025-12-31", row
    )
    with pytest.raises(BadInput, match=said) as caught:
        verbs_plan.load_plan(plan, [file], "ann")
    assert caught.value.line == 3
    assert "O8" not in set(objectives(plan, plan.audience())["objective"])


def test_days_and_words_as_people_write_them(plan: Warehouse, tmp_path: Path) -> None:
    rows = [
        "A1,Regular,11/05/2025",
        "A2,REGULAR,25/05/2025",
        "A3,regular,05.11.2025",
        "A4,regular,5 Nov 2025",
        "A5,regular,2025/11/05",
        'A6,regular,"Nov 5, 2025"',
        "A7,regular,05-Nov-2025",
    ]
    verbs_plan.load_plan(plan, [write(tmp_path, "actions.csv", "action_id,kind,scheduled_on", *rows)], "ann")
    found = actions(plan, plan.audience())
    assert found["scheduled_on"].dt.strftime("%d.%m.").tolist() == ["11.05.", "25.05.", *["05.11."] * 5]
    assert set(found["kind"]) == {"regular"}
    rows = ["A1,regular,11/05/2025", "A2,regular,31.11.2025", "A3,often,05.11.2025"]
    with pytest.raises(BadInput, match=r"line 2: .*11/05/2025.* line 3: .*31\.11\.2025.* line 4: .*often"):
        verbs_plan.load_plan(plan, [write(tmp_path, "actions.csv", "action_id,kind,scheduled_on", *rows)], "ann")


def test_figures_of_the_plan_by_hand(plan: Warehouse) -> None:
    found = objectives(plan, plan.audience(as_of=date(2025, 6, 28))).set_index("objective")
    revenue = found.loc["O1"]
    assert revenue["baseline"] == 12 * A_MONTH
    assert revenue["target"] == pytest.approx(12 * A_MONTH * 1.1)
    assert revenue["actual"] == 6 * A_MONTH
    # by last year's season half of the year is over when the orders of June are in
    assert revenue["expected_to_date"] == pytest.approx(6 * A_MONTH * 1.1)
    assert revenue["progress_share"] == pytest.approx(0.0)
    assert revenue["state"] == "off track"
    assert revenue["judged_by"] == "forecast"
    assert found.loc["O2", ["baseline", "actual", "state"]].tolist() == [1.0, 1.0, "on track"]
    assert found.loc["O3", ["actual", "target", "state"]].tolist() == [3 * A_MONTH, 3 * A_MONTH, "met"]
    assert found.loc["O4", "state"] == "not measured"
    assert found.loc["O4", "lacks"] == "there is no figure named warmth"


def test_the_whole_year_is_projected_month_by_month(plan: Warehouse) -> None:
    revenue = objectives(plan, plan.audience(as_of=date(2025, 5, 31))).set_index("objective").loc["O1"]
    assert revenue["projected"] == pytest.approx(12 * A_MONTH, rel=0.01)


def test_money_and_time(plan: Warehouse) -> None:
    whole = programme_budget(plan, plan.audience(as_of=date(2025, 6, 28))).iloc[0]
    assert whole[["budget", "planned_to_date", "spent", "variance"]].tolist() == [1000.0, 300.0, 120.0, -180.0]
    assert whole["elapsed_share"] == pytest.approx(179 / 365)


# --- versions -------------------------------------------------------------------------------------------------------


def change(warehouse: Warehouse, seen: int, who: str, row_id: str = "A1", **values: object) -> list[plans.PlanRow]:
    """Somebody's edit of an action, begun on the version `seen`."""
    with warehouse.duck.session() as session:
        began = plans.history(session, "actions", "P", row_id)[seen - 1]
        with session.transaction():
            return plans.save(session, "P", [Change("actions", row_id, began.values | values, seen)], who)


def test_two_edits_at_once_are_brought_together(plan: Warehouse) -> None:
    change(plan, 1, "ann", owner="Ann")
    change(plan, 1, "bob", budget=90.0)
    with plan.duck.session() as session:
        versions = plans.history(session, "actions", "P", "A1")
    assert [(row.version, row.who, row.values["owner"], row.values["budget"]) for row in versions] == [
        (1, "ann", None, 100.0), (2, "ann", "Ann", 100.0), (3, "bob", "Ann", 90.0),
    ]  # fmt: skip


def test_a_figure_of_unknown_unit_is_not_rounded_to_one() -> None:
    assert [written(each, "count") for each in (0.8, 12.0, 54_321.7)] == ["0.8", "12", "54,322"]


def test_two_edits_of_one_field_are_told_and_nothing_is_overwritten(plan: Warehouse) -> None:
    change(plan, 1, "ann", budget=80.0)
    with pytest.raises(BadValue, match=r"ann set it to 80\.0"):
        change(plan, 1, "bob", budget=90.0, owner="Bob")
    with plan.duck.session() as session:
        (row,) = [row for row in plans.rows(session, "actions", "P") if row.row_id == "A1"]
        assert (row.values["budget"], row.values["owner"]) == (80.0, None)
        with pytest.raises(BadValue, match="version 2, which ann saved"), session.transaction():
            plans.save(session, "P", [Change("actions", "A1", None, 1)], "bob")


def test_a_removed_row_keeps_its_history(plan: Warehouse) -> None:
    with plan.duck.session() as session:
        with session.transaction():
            plans.save(session, "P", [Change("actions", "A2", None, 1)], "ann")
        assert [row.row_id for row in plans.rows(session, "actions", "P")] == ["A1"]
        assert [row.removed for row in plans.history(session, "actions", "P", "A2")] == [False, True]


def test_a_state_by_hand_needs_a_reason_and_keeps_it(plan: Warehouse) -> None:
    with pytest.raises(BadValue, match="a reason beside it"):
        change(plan, 1, "ann", "A2", state_by_hand="done")
    change(plan, 1, "ann", "A2", state_by_hand="done", reason="the letters went out")
    row = actions(plan, plan.audience()).set_index("action").loc["A2"]
    assert (row["state"], row["reason"]) == ("done", "the letters went out")


def test_an_action_that_repeats_becomes_actions(plan: Warehouse) -> None:
    made = change(
        plan, 1, "ann", "A2", scheduled_on=date(2025, 1, 31), repeats_every="month", repeats_until=date(2025, 4, 30)
    )
    assert [(row.row_id, str(row.values["scheduled_on"])) for row in made] == [
        ("A2", "2025-01-31"), ("A2/2", "2025-02-28"), ("A2/3", "2025-03-31"), ("A2/4", "2025-04-30"),
    ]  # fmt: skip


def test_changes_since_the_approval(plan: Warehouse) -> None:
    assert programme_changes(plan, plan.audience()).empty
    verbs_plan.approve(plan, "P", "ann")
    assert programme_changes(plan, plan.audience()).empty
    change(plan, 1, "bob", budget=90.0)
    found = programme_changes(plan, plan.audience())
    assert found[["row", "field", "approved", "now", "who"]].values.tolist() == [
        ["A1", "budget", "100.0", "90.0", "bob"]
    ]


def test_the_plan_of_a_past_day_is_that_of_the_day(plan: Warehouse) -> None:
    change(plan, 1, "ann", budget=80.0)
    with plan.duck.session() as session:
        for version, day in ((1, "2025-02-01"), (2, "2025-05-01")):
            session.do(
                f"UPDATE workspace.plan_rows SET saved_at = TIMESTAMP '{day} 09:00:00' WHERE row_id = 'A1' AND version = {version}"
            )

    def budget(day: date | None) -> float:
        return actions(plan, plan.audience(as_of=day)).set_index("action").loc["A1", "budget"]

    assert [budget(date(2025, 3, 1)), budget(date(2025, 5, 1)), budget(None)] == [100.0, 80.0, 80.0]


# --- frozen values --------------------------------------------------------------------------------------------------


def test_a_baseline_stays_when_its_import_is_undone(tmp_path: Path) -> None:
    warehouse = in_memory(tmp_path)
    for name, first in (("before.csv", "2024-01"), ("since.csv", "2025-01")):
        lines = [f"{customer},{day},{amount}" for customer, day, amount in orders(first, 2)]
        path, _ = write(tmp_path, name, "customer_id,order_date,amount", *lines)
        bring_in(warehouse, path)
    files = [
        write(tmp_path, "programme.csv", "programme_id,name,valid_from,valid_to", "P,Closer,2025-01-01,2025-02-28"),
        write(
            tmp_path,
            "objectives.csv",
            "objective_id,metric,target_kind,target,due_on",
            "O1,orders,change,0.1,2025-01-31",
        ),
    ]
    verbs_plan.load_plan(warehouse, files, "ann")
    assert objectives(warehouse, warehouse.audience())["baseline"].tolist() == [CUSTOMERS]
    load.undo(warehouse, 1, "ann")
    undone = objectives(warehouse, warehouse.audience())
    assert undone["baseline"].tolist() == [CUSTOMERS]
    notes = " ".join(undone.attrs["notes"])
    assert "The baseline of O1 stays as frozen" in notes
    assert "40 orders of 1,180.00 then, 0 orders of 0.00 on data loaded since" in notes
    assert verbs_plan.freeze(warehouse, "P", "ann") == []
    load.redo(warehouse, 1, "ann")
    assert "stays as frozen" not in " ".join(objectives(warehouse, warehouse.audience()).attrs["notes"])
    warehouse.close()


def test_figures_of_the_past_say_that_data_came_since(plan: Warehouse) -> None:
    with plan.duck.session() as session:
        session.do(
            "INSERT OR REPLACE INTO workspace.imports (import_id, kind, source, file, sha256, bytes, rows_read, new, same, changed, "
            "rejected, mapping, report, who, imported_at) VALUES (1, 'orders', 'main', 'o.csv', '', 0, 0, 0, 0, 0, 0, '{}', "
            "'{\"problems\": []}', 'ann', TIMESTAMP '2025-07-01 08:00:00')"
        )
    notes = objectives(plan, plan.audience(as_of=date(2025, 3, 31))).attrs["notes"]
    assert any("computed on data loaded since" in note for note in notes)


def test_another_figure_asks_for_another_baseline(plan: Warehouse) -> None:
    with plan.duck.session() as session:
        (row,) = [row for row in plans.rows(session, "objectives", "P") if row.row_id == "O1"]
        with session.transaction():
            plans.save(session, "P", [Change("objectives", "O1", row.values | {"metric": "orders"}, 1)], "ann")
    found = objectives(plan, plan.audience()).set_index("objective").loc["O1"]
    assert found["baseline"] == 12 * CUSTOMERS
    assert pd.isna(found["baseline_frozen_at"])
    assert verbs_plan.freeze(plan, "P", "ann") == ["O1"]


# --- chain, steps, measures -----------------------------------------------------------------------------------------


def test_the_chain_says_what_is_not_proven(plan: Warehouse) -> None:
    found = programme_chain(plan, plan.audience())
    own = found[found["objective"] == "O1"].set_index("part")
    assert own.loc["action", "evidence"].tolist() == ["no linked campaign", "not executed"]
    assert own.loc["all actions", "evidence"] == "0 of 2 actions have a measured effect"
    assert own.loc["movement", "effect"] == pytest.approx(0.0)
    assert pd.isna(own.loc["not explained", "effect"])
    assert found.loc[(found["objective"] == "O3") & (found["part"] == "action")].empty


def test_the_parts_of_the_gap_add_up(plan: Warehouse) -> None:
    found = programme_gap(plan, plan.audience(as_of=date(2025, 6, 28)))
    own = found[found["objective"] == "O1"]
    assert own["effect"].sum() == pytest.approx(own["gap"].iloc[0])
    assert own.set_index("lever").loc["growth wanted to date", "effect"] == pytest.approx(-0.1 * 6 * A_MONTH)


def test_steps_say_what_is_missing(plan: Warehouse) -> None:
    steps = programme_steps(plan, plan.audience()).set_index("number")
    assert list(steps.index) == list(range(1, 11))
    assert "market figures" in steps.loc[1, "missing"]
    assert "O4: there is no figure named warmth" in steps.loc[5, "missing"]
    assert steps.loc[9, "missing"] == "the plan is not approved"
    verbs_plan.approve(plan, "P", "ann")
    assert programme_steps(plan, plan.audience()).set_index("number").loc[9, "state"] == "done"


def test_a_corrective_measure_keeps_its_figure_and_shows_the_next(plan: Warehouse, tmp_path: Path) -> None:
    file = write(
        tmp_path, "measures.csv", "measure_id,what,why,objective_id,figure,figure_on,due_on",
        "M1,call them,revenue is behind,O1,2000,2025-02-28,2025-04-30",
    )  # fmt: skip
    verbs_plan.load_plan(plan, [file], "ann")
    row = corrective_measures(plan, plan.audience(as_of=date(2025, 6, 28))).iloc[0]
    assert row[["state", "figure", "actual", "effect"]].tolist() == ["late", 2000.0, 6 * A_MONTH, 6 * A_MONTH - 2000]
    early = corrective_measures(plan, plan.audience(as_of=date(2025, 2, 28))).iloc[0]
    assert early["state"] == "open"
    assert pd.isna(early["effect"])


def test_the_hold_out_is_drawn_once(plan: Warehouse) -> None:
    made = verbs_plan.hold_out(plan, None, 0.3, 7, "ann")
    assert 0 < made["customers"] < CUSTOMERS
    with pytest.raises(BadValue, match="frozen"):
        verbs_plan.hold_out(plan, None, 0.3, 8, "ann")
    found = programme_holdout(plan, plan.audience())
    assert (found["treated_customers"] + found["control_customers"] == CUSTOMERS).all()
    assert found["difference_low_95"].isna().all()  # fewer than 30 buyers on a side
    # an export leaves them out and says so; asked for, they are in it
    out = prepare(plan, plan.audience(), Wish(), date.today())
    assert (len(out.frame), out.held_out, out.members) == (CUSTOMERS - made["customers"], made["customers"], CUSTOMERS)
    assert f"{made['customers']} are held out of a programme" in out.in_words
    assert record(plan, plan.audience(), Wish(), out, "ann").held_out == made["customers"]
    assert len(prepare(plan, plan.audience(), Wish(with_held_out=True), date.today()).frame) == CUSTOMERS


def test_a_plan_of_another_name_is_named(plan: Warehouse) -> None:
    with pytest.raises(UnknownName, match="programme"):
        objectives(plan, plan.audience(), programme="Q")
    assert len(objectives(plan, plan.audience(), programme="Closer")) == 4


def test_the_sample_plan_has_its_history(warehouse: Warehouse) -> None:
    load_sample_plan(warehouse, SAMPLE)
    load_sample_plan(warehouse, SAMPLE)  # once is enough
    with warehouse.duck.session() as session:
        versions = plans.history(session, "actions", "PR1", "A04")
        assert plans.approved_at(session, "PR1") < versions[1].saved_at
        by_hand = {path.stem: len(pd.read_csv(path)) for path in (SAMPLE / "plan").iterdir()}
        assert {kind: len(plans.rows(session, kind)) for kind in by_hand} == by_hand
        april = {
            row.row_id: row.values["executed_on"] for row in plans.rows(session, "actions", known_on=date(2026, 4, 10))
        }
    assert [(row.saved_at.date(), row.who, row.values["status"]) for row in versions] == [
        (date(2025, 12, 8), "C. Moreau", "planned"), (date(2026, 4, 14), "C. Moreau", "done"),
    ]  # fmt: skip
    assert (april["A03"], april["A04"]) == (date(2026, 3, 9), None)
    moved = programme_changes(warehouse, warehouse.audience())
    assert set(moved["part"]) == {"result"}
    assert "0 fields of the plan have changed since; " in changes_in_words(moved)


def test_actions_beside_what_their_campaign_brought(tmp_path: Path) -> None:
    warehouse = in_memory(tmp_path)
    buyers = orders("2025-01", 4)
    load_orders(warehouse, buyers + [(f"c{c}", "2025-04-30", 50.0) for c in range(0, 40, 4)])
    arms = pd.DataFrame(
        {"customer_id": [f"c{c}" for c in range(40)], "arm": ["control", "A"] * 20, "campaign_id": "K9"}
    )
    treated = arms["arm"].eq("A")
    told = {"sent": treated, "delivered": treated & (arms.index < 30), "responded": treated & (arms.index < 6)}
    contacts = arms.assign(contacted_at=pd.Timestamp("2025-04-29"), **told).astype(dict.fromkeys(told, "boolean"))
    contacts.loc[contacts.index > 35, "delivered"] = pd.NA  # of two treated it is not known: three were not reached
    load_frame(warehouse, "contacts", contacts)
    files = [
        write(tmp_path, "programme.csv", "programme_id,name,valid_from,valid_to", "P,Closer,2025-01-01,2025-12-31"),
        write(
            tmp_path, "actions.csv",
            "action_id,kind,scheduled_on,executed_on,budget,actual_cost,campaign_id,planned_reach,expected_response,expected_revenue",
            "A1,regular,2025-04-29,2025-04-29,100,120,K9,20,0.25,500", "A2,regular,2025-05-29,,100,,K9,20,0.25,500",
        ),
    ]  # fmt: skip
    verbs_plan.load_plan(warehouse, files, "ann")
    audience = warehouse.audience()
    done, planned = actions(warehouse, audience).to_dict("records")
    assert (done["planned_reach"], done["reached"], done["expected_response"]) == (20, 17, 0.25)
    assert done["response"] == 3 / 17
    assert pd.isna(planned["response"])
    assert pd.isna(planned["reached"])
    whole = campaigns(warehouse, audience).iloc[0]
    assert (whole["responded"], whole["delivered"]) == (3, 15)
    (row,) = action_results(warehouse, audience).to_dict("records")
    assert (row["action"], row["cost_variance"], row["response"]) == ("A1", 20.0, 3 / 17)
    assert row["caused_revenue"] == pytest.approx(whole["incremental_revenue"])
    # ten of the control group bought for 50 more, nobody of the twenty treated
    assert row["caused_revenue"] == pytest.approx(-500.0, abs=25)
    said = results_in_words(action_results(warehouse, audience), "EUR")
    assert said.startswith("1 action is executed, for EUR 120, EUR 20 more than planned; ")
    assert "0 of 1 with a known response reached the one expected" in said
    two_actions_of_one_campaign_cause_its_effect_once(warehouse, tmp_path, row["caused_revenue"])
    warehouse.close()


def two_actions_of_one_campaign_cause_its_effect_once(warehouse: Warehouse, folder: Path, effect: float) -> None:
    files = [
        write(folder, "actions.csv", "action_id,kind,scheduled_on,executed_on,campaign_id", "A3,regular,2025-04-29,2025-04-29,K9"),
        write(folder, "objectives.csv", "objective_id,metric,target_kind,target,due_on", "O1,revenue,change,0.1,2025-12-31"),
    ]  # fmt: skip
    verbs_plan.load_plan(warehouse, files, "ann", "P")
    results = action_results(warehouse, warehouse.audience())
    assert results["caused_revenue"].tolist() == [effect, effect]
    said = results_in_words(results)
    assert "2 are measured against a control group (of 1 campaign, each counted once): " in said
    assert f"{effect:,.0f}".replace("-", "") in said
    total = programme_chain(warehouse, warehouse.audience()).set_index("part").loc["all actions"]
    assert total["effect"] == pytest.approx(effect)
    assert total["evidence"] == "2 of 3 actions have a measured effect (of 1 campaign, each counted once)"
    what_campaigns_prove_is_told_in_its_own_unit(warehouse, folder)


def what_campaigns_prove_is_told_in_its_own_unit(warehouse: Warehouse, folder: Path) -> None:
    named = ("orders", "repurchase_rate", "new_customers", "nps", "gini")
    rows = [f"O{number},{name},absolute,0.5,2025-12-31,0," for number, name in enumerate(named, 2)]
    rows.append("O7,revenue,absolute,9999,2025-12-31,0,loyal customers")
    path = write(folder, "objectives.csv", "objective_id,metric,target_kind,target,due_on,baseline,segment", *rows)
    verbs_plan.load_plan(warehouse, [path], "ann", "P")
    audience = warehouse.audience()
    chain = programme_chain(warehouse, audience)
    found = {key: part.iloc[0] for key, part in chain.groupby(["objective", "part"])}
    # ten of twenty in the control group bought, none of the twenty treated: ten buyers fewer, all of whom knew the company
    for objective, who in (("O2", "additional buyers"), ("O3", "additional buyers who had bought before")):
        total = found[objective, "all actions"]
        assert (total["effect"], total["effect_unit"]) == (pytest.approx(-10), "customers")
        assert total["effect_low_95"] < -10 < total["effect_high_95"] < 0
        assert found[objective, "action"]["evidence"] == f"{who}, against a control group of 20"
        assert pd.isna(found[objective, "not explained"]["effect"])
    assert ". In the days after them the actions brought -10 additional buyers (95%: " in chain_in_words(
        chain, "O2", "EUR", audience.as_of
    ).replace("\u2212", "-")
    for objective, why in (
        ("O4", "the campaign K9 was for nobody who had not bought before"),
        ("O5", "no campaign measures the net promoter score: it is asked in surveys, not seen in orders"),
        ("O6", "no campaign measures gini"),
        ("O7", "the campaign is measured among everyone, the objective is of a segment"),
    ):
        assert found[objective, "action"]["evidence"] == why
        assert pd.isna(found[objective, "all actions"]["effect"])
        assert pd.isna(found[objective, "not explained"]["effect"])


def test_one_figure_of_the_diagnosis_is_the_same_alone(plan: Warehouse) -> None:
    for rule in (EVERYONE, where("is_loyal", "is", True), where("status", "is", "prospect")):
        audience = plan.audience(rule)
        whole = diagnosis(plan, audience).iloc[0]
        names = [each.name for each in columns_of(diagnosis) if each.dtype.startswith(("int", "float"))]
        alone = [diagnosis_figure(plan, audience, name) for name in names]
        assert alone == pytest.approx([float(whole[name]) for name in names], nan_ok=True)
