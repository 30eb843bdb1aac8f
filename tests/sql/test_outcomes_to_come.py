"""As of a past day an answer or a conversion that is dated later has not come yet, in every statement that counts it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from crm_analytics.query import statements
from crm_analytics.query.rules import EVERYONE, Where, did
from crm_analytics.query.warehouse import Audience
from tests.metrics.loading import load_frame, rows_of

#: Statement -> what else it is told, and the column that counts the answers or conversions of Ann's contact.
COUNTED = {
    "programme_responses": ({"campaign": "K"}, "responded"),
    "attribution": ({"by": "campaign", "controls": "|", "from_orders": False, "window": 30, "half_life": 7}, "steps"),
}
SUMS = {
    "campaign_from": "K", "campaign_to": "K", "by": None, "attribute": None, "first_on": date(2024, 1, 1), "last_on": date(2024, 5, 1),
    "outcome_days": 30, "has_orders": True,
}  # fmt: skip


def test_what_is_dated_later_has_not_come_yet(base) -> None:
    warehouse = base([("ann", "2024-01-02", 5.0)])
    row = {"contact_id": "1", "customer_id": "ann", "campaign_id": "K", "channel": "email", "revenue": 50.0}
    days = {"contacted_at": "2024-03-01", "responded_at": "2024-03-20", "converted_at": "2024-03-20"}
    frame = pd.DataFrame([row | days]).astype(dict.fromkeys(days, "datetime64[us]"))
    load_frame(warehouse, "contacts", frame, import_id=2)
    eve = date(2024, 3, 19)
    audience = Audience(EVERYONE, eve, eve)
    for name, (knobs, column) in COUNTED.items():
        assert warehouse.read(f"metrics/{name}", audience, **knobs)[column].sum() == 0, name
    answered = did("contacted", [Where("responded", "is", True)])
    assert warehouse.read("metrics/audience_ids", Audience(answered, eve, eve)).empty
    for until, came in ((eve, 0), (date(2024, 3, 20), 1)):  # segments are of an earlier day than what counts
        found = warehouse.read("metrics/campaign_sums", audience, until=until, **SUMS)
        assert rows_of(found[~found["of_days"]], "responded", "converted", "revenue") == [(came, came, 50.0 * came)]


def test_whatever_reads_the_answers_of_contacts_asks_for_their_day() -> None:
    texts = {name: statements.text(name) for name in statements.names()}
    reads = {name for name, text in texts.items() if "FROM contacts" in text and "responded" in text}
    assert len(reads) > 8
    assert {name for name in reads if "responded_at" not in texts[name]} == set()
