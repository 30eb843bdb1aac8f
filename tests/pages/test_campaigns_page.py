"""The page on campaigns by AppTest: full, with orders alone, without a control group, with too little, costs entered, a plan kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_analytics.metrics.campaigns.planning import campaign_plans
from crm_analytics.metrics.campaigns.sums import stated
from crm_analytics.ui import session
from crm_analytics.workspace import campaign_plans as stored
from crm_analytics.workspace.campaign_plans import Entered
from tests.pages.conftest import asked_again, bring_in, orders_csv, said

Open = Callable[..., AppTest]


def contacts_csv(control: bool = True, customers: int = 240, arm: str = "<b>A</b>") -> str:
    """Two campaigns by arithmetic; every third customer is control."""
    lines = ["contact_id,campaign_id,customer_id,arm,channel,contact_date,sent,delivered,responded"]
    for campaign, day in (("K1", "2025-01-06"), ("K2", "2025-03-10")):
        for n in range(customers):
            alone = control and n % 3 == 0
            responded = int(n % 7 == 0 and not alone)
            treated = int(not alone)
            lines.append(
                f"{campaign}-{n},{campaign},C{n:03},{'control' if alone else arm},email,{day},{treated},{treated},{responded}"
            )
    return "\n".join(lines) + "\n"


def test_full(open_app: Open, tmp_path: Path) -> None:
    bring_in(tmp_path / "data", contacts_csv(), "contacts.csv")
    app = open_app(orders_csv(240), more_campaign="true", more_credit="true", campaign="K1", page="pages/campaigns.py")
    assert not app.exception
    assert not app.error
    words = said(app)
    assert "2 of 2 campaigns left a control group alone" in words
    assert r"K1\. " in words
    assert "160 customers against 80" in words
    assert "160 were sent something" in words
    assert "Profit and return need the cost of the goods, or the value of a conversion, and of a contact" in words
    assert "By day 30 after the contact" in words
    assert r"Responded\:" in words
    assert "over email" in words
    assert "No costs are loaded" in words
    assert r"\<b\>A\</b\>" in words  # what stands in the file is shown as text
    table = next(frame.value for frame in app.dataframe if "95% interval" in frame.value)
    assert set(table["outcome"]) == {"responded", "converted", "revenue"}
    assert len(app.get("plotly_chart")) >= 4
    assert asked_again(app) == 0
    app.switch_page("pages/quality.py").run()
    assert not app.exception
    assert asked_again(app) == 0


def test_nothing_loaded_offers_the_doors(open_app: Open) -> None:
    app = open_app(page="pages/campaigns.py")
    assert not app.exception
    assert "Load my orders" in said(app) or "Nothing has been loaded yet" in said(app)


def test_orders_alone_say_which_file_lights_the_page_up(open_app: Open) -> None:
    app = open_app(orders_csv(), page="pages/campaigns.py")
    assert not app.exception
    assert "It needs a file of contacts" in said(app)


def test_contacts_after_the_last_order_are_said_to_be_there(open_app: Open, tmp_path: Path) -> None:
    bring_in(tmp_path / "data", contacts_csv(customers=6), "contacts.csv")
    app = open_app("customer,date,amount\nA,2024-01-03,10\nB,2024-01-09,5\n", page="pages/campaigns.py")
    assert not app.exception
    assert "Contacts are loaded, but up to 9 Jan 2024 none is with a customer" in said(app)


def test_contacts_alone_without_a_control_group_or_a_day(open_app: Open) -> None:
    text = contacts_csv(control=False, arm="everybody").replace("2025-01-06", "").replace("2025-03-10", "")
    app = open_app(text, more_pressure="true", page="pages/campaigns.py")
    assert not app.exception
    assert r"No contact has a day\: how often somebody was contacted is not known" in said(app)
    assert "orders after them are counted from the first day of their campaign" in said(app)
    assert "what one caused cannot be told" in said(app)
    assert "no control group" in said(app)


def test_costs_are_entered_and_a_plan_is_kept(open_app: Open, tmp_path: Path) -> None:
    bring_in(tmp_path / "data", contacts_csv(), "contacts.csv")
    app = open_app(orders_csv(240), more_plan="true", page="pages/campaigns.py")
    fields = {field.label: field for field in app.number_input}
    fields["Value of a conversion"].set_value(30.0)
    next(button for button in app.button if button.label == "Save costs").click().run()
    assert not app.exception
    warehouse = session.warehouse()
    assert stated(warehouse)["K2"].value_per_conversion == 30.0
    with warehouse.duck.session() as opened, opened.transaction():  # in another window meanwhile
        stored.enter(opened, "K2", Entered(value_per_conversion=40.0, version=1), "somebody")
    next(field for field in app.number_input if field.label == "Value of a conversion").set_value(9.0)
    next(button for button in app.button if button.label == "Save costs").click().run()
    assert "nothing was overwritten" in said(app)
    assert next(field.value for field in app.number_input if field.label == "Value of a conversion") == 40.0
    app.number_input(key="plan_value").set_value(25.0).run()
    assert "Expected profit" in said(app)
    next(field for field in app.text_input if field.label == "Name of the plan").set_value("Spring")
    next(field for field in app.text_input if field.label == "Campaign id, once it has one").set_value("K2")
    next(button for button in app.button if button.label == "Keep this plan").click().run()
    assert not app.exception
    assert "Planned (“Spring”): +" in said(app).replace("\\", "")
    (plan,) = campaign_plans(warehouse, warehouse.audience()).to_dict("records")
    assert (plan["name"], plan["campaign_id"]) == ("Spring", "K2")


@pytest.mark.parametrize("text", ["customer,date,amount\nA,2025-01-03,10\nB,2025-01-09,5\n"])
def test_too_little_is_calm(open_app: Open, tmp_path: Path, text: str) -> None:
    bring_in(tmp_path / "data", contacts_csv(customers=6), "contacts.csv")
    app = open_app(text, page="pages/campaigns.py")
    assert not app.exception
    assert not app.error


def test_two_amounts_of_dollars_are_no_formula() -> None:
    def page() -> None:
        import pandas as pd

        from crm_analytics.ui import campaigns

        row = {
            "targeted": 100,
            "control": 10,
            "cost": 50.0,
            "roi": 2.0,
            "roi_kind": "incremental",
            "incremental_revenue": 1.0,
        }
        profit = {"incremental_profit": 2300.0, "profit_low_95": 1200.0, "profit_high_95": 3400.0}
        campaigns.headline(pd.Series({**row, **profit}), "USD")

    caused = AppTest.from_function(page).run().metric[2]
    assert (caused.label, caused.delta) == ("Profit caused", r"\$1\.20k to \$3\.40k")
