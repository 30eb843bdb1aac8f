"""The group that an export left out is the control group of the campaign made from it, whoever was contacted in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm_analytics.ingest import export_campaign
from crm_analytics.metrics.catalogue import compute
from crm_analytics.query import outgoing
from crm_analytics.query.outgoing import Wish
from crm_analytics.workspace import exports
from tests.conftest import TODAY, bring_in

PEOPLE = [f"c{place}" for place in range(12)]


def written(path, header: str, rows: list[tuple]) -> object:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def test_the_group_left_out_is_the_control_group(warehouse, tmp_path) -> None:
    orders = [(f"o{each}", each, "2025-06-01", 10) for each in PEOPLE]
    bring_in(warehouse, written(tmp_path / "orders.csv", "order_id,customer_id,order_date,amount", orders), "shop")
    more = written(tmp_path / "more.csv", "order_id,customer_id,order_date,amount", [("x", "other", "2025-01-01", 5)])
    bring_in(warehouse, more, "mail")  # ids have their source in front from now on
    asked = warehouse.audience()
    wish = Wish(control_share=0.25, seed=7, campaign="2024-11-29")
    made = outgoing.prepare(warehouse, asked, wish, TODAY)
    kept = outgoing.record(warehouse, asked, wish, made, "the test")
    export_campaign.create(warehouse, kept, "the test", TODAY)
    with warehouse.duck.session() as session:
        arms = exports.arms(session, kept.export_id)
        named = "SELECT DISTINCT campaign_name FROM source."
        assert [session.rows(f"{named}{kind}") for kind in ("campaigns", "contacts")] == [[("2024-11-29",)]] * 2
    control = [each for each, arm in arms.items() if arm == "control"]
    treated = [each for each, arm in arms.items() if arm == "treated"]
    again = outgoing.prepare(warehouse, asked, Wish(), TODAY)
    assert (again.members, again.compared, set(again.treated)) == (13, 3, set(treated))
    assert "3 are in a control group that still runs" in again.in_words
    assert outgoing.record(warehouse, asked, Wish(), again, "the test").held_out == 3
    assert len(outgoing.prepare(warehouse, asked, Wish(with_held_out=True), TODAY).treated) == 13
    # six of the treated were contacted in the end; the others count with them
    own = [each.removeprefix("shop:") for each in treated if not each.startswith("mail:")][:6]
    day = kept.exported_at.date() + timedelta(days=1)
    contacts = [(kept.campaign_id, each, day) for each in own]
    bring_in(
        warehouse, written(tmp_path / "sent.csv", "campaign_id,customer_id,contact_date", contacts), "shop", today=day
    )
    later = [("n1", own[0], day, 30), ("n2", own[1], day + timedelta(days=3), 20)]
    later += [("n3", control[-1].removeprefix("shop:"), day + timedelta(days=2), 15)]
    path = written(tmp_path / "later.csv", "order_id,customer_id,order_date,amount", later)
    bring_in(warehouse, path, "shop", today=day + timedelta(days=60))
    frame = compute(
        warehouse, "campaign_lift", warehouse.audience(as_of=day + timedelta(days=60)), campaign=kept.campaign_id
    )
    row = frame[frame["outcome"] == "revenue"].iloc[0]
    assert (row["treated_customers"], row["control_customers"]) == (len(treated), len(control)) == (10, 3)
    assert row["treated_mean"] == pytest.approx(50 / len(treated))
    assert row["control_mean"] == pytest.approx(15 / len(control))
    assert (row["arm"], row["control_arm"], row["control_contacted"]) == ("treated", "control", 0)
