"""The parts of the campaigns page about contacts and next time: with a trial too small, without days, and full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from time import sleep

import pytest
from streamlit.testing.v1 import AppTest

from crm_analytics.ui import session
from crm_analytics.workspace.segments import listed
from tests.pages.conftest import bring_in, orders_csv, said

Open = Callable[..., AppTest]


def contacts_csv(customers: int = 120) -> str:
    """Four waves to everyone, a week apart, by arithmetic; every third customer is left alone in the last."""
    lines = ["contact_id,campaign_id,customer_id,arm,channel,contact_date,responded,unsubscribed"]
    for wave in range(4):
        day = date(2024, 12, 1) + timedelta(days=7 * wave)
        for n in range(customers):
            arm = "control" if wave == 3 and n % 3 == 0 else "A"
            lines.append(
                f"T{wave}-{n},K{wave},C{n:03},{arm},{('email', 'sms')[n % 2]},{day},{int((n + wave) % 9 == 0)},{int(n % 40 == wave)}"
            )
    return "\n".join(lines) + "\n"


def test_contacts_on_the_page(open_app: Open, tmp_path) -> None:
    bring_in(tmp_path / "data", contacts_csv(), "contacts.csv")
    app = open_app(orders_csv(), more_next="true", more_pressure="true", page="pages/campaigns.py")
    assert not app.exception
    assert not app.error
    words = said(app)
    assert "Uplift (conversions" in words.replace("\\", "")
    assert "inside the same RFM cells" in words
    assert "conversions worth" in words
    assert "Comparing without a control group" in words
    assert any(
        '"advised cap"' in chart.proto.spec or "respond, same RFM cell" in chart.proto.spec
        for chart in app.get("plotly_chart")
    )


def trial_csvs(customers: int = 1500) -> tuple[str, str]:
    """Buyers of half a year; half of them contacted on 3 March, which moves those who bought lately. By arithmetic."""
    orders = ["customer_id,order_date,amount", "C9999,2025-04-01,30"]
    contacts = ["contact_id,campaign_id,customer_id,arm,contact_date,converted"]
    for n in range(customers):
        recency = 1 + n * 7 % 180
        orders.append(f"C{n:04},{date(2025, 3, 3) - timedelta(days=recency)},{20 + n % 9}")
        treated = n // 2 % 2
        converted = int(n % 5 == 0 or (treated and recency <= 60 and n % 3 > 0))
        contacts.append(f"T{n},K1,C{n:04},{'A' if treated else 'control'},2025-03-03,{converted}")
    return "\n".join(orders) + "\n", "\n".join(contacts) + "\n"


@pytest.mark.slow
def test_the_customers_of_today_are_ranked_and_kept(open_app: Open, tmp_path) -> None:
    orders, contacts = trial_csvs()
    bring_in(tmp_path / "data", contacts, "contacts.csv")
    app = open_app(orders, more_next="true", page="pages/campaigns.py")
    app.number_input(key="uplift_value").set_value(20.0).run()
    app.number_input(key="uplift_cost").set_value(1.0).run()
    app.button(key="uplift_rank").click().run()
    for _ in range(100):
        if any(button.key == "uplift_keep" for button in app.button):
            break
        sleep(0.2)
        app.run()
    assert not app.exception
    assert "customers are ranked" in said(app)
    assert "Learned from campaign K1" in said(app).replace("\\", "")
    app.text_input(key="uplift_name").set_value("To be moved").run()
    app.button(key="uplift_keep").click().run()
    assert not app.exception
    assert "Kept" in " ".join(each.value for each in app.success)
    with session.warehouse().duck.session() as opened:
        assert "To be moved" in [each.segment for each in listed(opened)]
