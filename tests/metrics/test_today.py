"""The list of a day: reasons for each block, drafts in a sandbox, and the one clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from crm_analytics.errors import BadValue
from crm_analytics.metrics.campaigns import today as listed
from crm_analytics.metrics.campaigns.today_drafts import DRAFTS, FIELDS, checked
from crm_analytics.metrics.catalogue import METRICS, compute
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import exports
from tests.conftest import filled, in_memory
from tests.metrics.loading import load_frame, load_orders

DAY = date(2024, 3, 31)
NAMES = ["$name {0.__class__} %s", "=cmd()|' /C calc'!A1", "<b>Eve</b>"]


def fill(opened: Warehouse) -> None:
    load_orders(opened, [("a", "2024-03-31", 10.0), ("b", "2023-03-31", 20.0)])
    born = pd.Series([date(1980, 3, 31)] * 3)
    load_frame(
        opened, "customers", pd.DataFrame({"customer_id": ["a", "b", "c"], "name": NAMES, "born_on": born}), import_id=2
    )


@pytest.fixture
def warehouse(tmp_path):
    opened = in_memory(tmp_path, filled(fill))
    yield opened
    opened.close()


def test_drafts_are_filled_and_nothing_in_a_name_acts(warehouse) -> None:
    audience = warehouse.audience()
    found = compute(
        warehouse, "today", audience, day="2024-03-31", trigger="birthday", template="Hi $name, $$5 for ${first_name}."
    )
    assert found["trigger"].unique().tolist() == ["birthday"]
    drafts = dict(zip(found["customer_id"], found["draft"], strict=True))
    assert drafts["a"] == "Hi $name {0.__class__} %s, $5 for $name."
    assert drafts["c"] == "Hi <b>Eve</b>, $5 for <b>Eve</b>."
    assert "Nothing is sent by this software." in found.attrs["notes"]
    counts = listed.triggers(listed.today(warehouse, warehouse.audience(), day=DAY)).set_index("trigger")
    assert counts.loc["birthday"].tolist() == [3, 3, 0]
    assert counts.loc["anniversary"].tolist() == [1, 1, 0]
    assert counts.index.tolist() == list(listed.TRIGGERS)


@pytest.mark.parametrize("template", ["$password", "${name.__class__}", "$name[0]$", "$Name", "x" * 2001, "{name}$"])
def test_a_template_reaches_its_fields_and_nothing_else(template: str) -> None:
    with pytest.raises(BadValue, match="template cannot be"):
        checked(template)
    with pytest.raises(BadValue, match="template cannot be"):
        METRICS["today"].knobs["template"].read("template", template)


def test_every_trigger_has_a_draft_of_known_fields() -> None:
    assert set(DRAFTS) == set(listed.TRIGGERS)
    assert [checked(text) for text in DRAFTS.values()] == list(DRAFTS.values())
    assert "first_name" in FIELDS


def test_blocks_are_said_and_caps_hold_at_once(warehouse) -> None:
    wishes = pd.DataFrame({"customer_id": ["a", "b", "c"], "channel": "email", "consent": ["yes", "yes", "unknown"]})
    load_frame(warehouse, "consents", wishes, import_id=3)
    at = pd.to_datetime(["2024-03-20", "2024-03-20"]).astype("datetime64[us]")
    contacts = pd.DataFrame(
        {"contact_id": ["1", "2"], "campaign_id": "K", "customer_id": ["a", "b"], "channel": "email"}
    )
    load_frame(warehouse, "contacts", contacts.assign(contacted_at=at, arm=["A", "Kontrollgruppe"]), import_id=4)
    warehouse._state = replace(
        warehouse._state, loaded=warehouse.loaded | {"consents"}
    )  # loading without a file leaves no import behind
    audience = warehouse.audience()
    birthdays = listed.today(warehouse, audience, day=DAY, trigger="birthday").set_index("customer_id")
    assert birthdays["blocked_by"].to_dict() == {
        "a": pytest.approx(float("nan"), nan_ok=True),
        "b": "control group until 2024-04-19",
        "c": "no consent to any channel",
    }
    assert birthdays["draft"].isna().to_dict() == {"a": False, "b": True, "c": True}
    with warehouse.duck.session() as session:
        exports.set_cap(session, "email", 1, "the test")
    again = listed.today(warehouse, audience, day=DAY, trigger="birthday").set_index("customer_id")
    assert again.loc["a", "blocked_by"] == "contact cap: 1 in 30 days by email"
    words = listed.today_in_words(listed.today(warehouse, audience, day=DAY), DAY)
    assert "3 customers have an occasion; 0 may be contacted" in words
    assert "control group (2)" in words


def test_old_data_are_warned_about_and_the_clock_is_the_default(warehouse) -> None:
    audience = warehouse.audience()
    later = listed.today(warehouse, audience, day=date(2024, 4, 10))
    assert later.attrs["notes"][0].startswith("The data end 10 days before 10 Apr 2024")
    sent = pd.DataFrame(
        {"contact_id": ["1"], "campaign_id": "K", "customer_id": "a", "channel": "email", "unsubscribed": True}
    )
    load_frame(warehouse, "contacts", sent.assign(contacted_at=pd.Timestamp("2024-03-20").as_unit("us")), import_id=3)
    fresh = listed.today(warehouse, audience, day=DAY)
    assert not any("The data end" in note for note in fresh.attrs["notes"])
    assert set(fresh["blocked_by"].dropna()) == {"unsubscribed or complained"}  # no consents are loaded
    days = (datetime.now().date() - audience.as_of).days
    assert f"The data end {days:,} days before" in listed.today(warehouse, audience).attrs["notes"][0]


def test_the_calendar_has_a_first_day(warehouse) -> None:
    first = date(1, 1, 3)
    assert listed.today(warehouse, warehouse.audience(as_of=first), day=first).empty
