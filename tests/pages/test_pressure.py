"""The parts of the campaigns page about contacts and next time: with a trial too small, without days, and full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from streamlit.testing.v1 import AppTest

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
    app = open_app(orders_csv(), more_next="true", more_pressure="true").switch_page("pages/campaigns.py").run()
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
