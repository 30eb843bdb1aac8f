"""The pages of identity and quality: full, empty, a band chosen, a decision made and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from crm_analytics.ui import session
from tests.conftest import bring_in as load_into
from tests.pages.conftest import bring_in, orders_csv, said

Open = Callable[..., AppTest]
PEOPLE = (
    "customer_id,first_name,last_name,email,birth_date\n"
    "C001,Ann,Lee,ann@x.org,1980-03-10\nC002,Anne,Lee,ann@x.org,1980-03-10\nC003,Bob,Ray,bob@y.org,1990-07-01\n"
)


def button(app: AppTest, key: str):
    return next(each for each in app.button if each.key == key)


def test_a_band_is_accepted_and_taken_back(open_app: Open, tmp_path) -> None:
    bring_in(tmp_path / "data", PEOPLE, "customers.csv")
    app = open_app(orders_csv(40, 200), decisions="true", page="pages/identity.py")
    assert not app.exception
    assert "takes the base from" in said(app) or "want a look" in said(app)
    sides = next(table.value for table in app.table if "Field" in table.value)
    assert list(sides.columns) == ["Field", "C001", "C002"]
    assert "Probability that both are one person" in said(app)
    button(app, "accept_pair").click().run()
    assert not app.exception
    assert button(app, "split_pair").label == "Split again"
    button(app, "undo_act").click().run()
    assert not app.exception
    assert button(app, "accept_pair").label == "One person"
    app.multiselect(key="set_fields").set_value(["email"]).run()
    app.multiselect(key="set_priority_email").set_value(["main"])
    next(each for each in app.button if each.label == "Save").click().run()
    assert not app.exception
    assert session.warehouse().preferences.field_priority == {"email": ("main",)}
    large = tmp_path / "large.csv"
    large.write_text(
        f"order id,customer id,order date,amount\nz1,C001,2024-01-01,6{'0' * 13}\nz2,C002,2024-01-02,6{'0' * 13}\n"
    )
    load_into(session.warehouse(), large)
    button(app, "accept_pair").click().run()  # together they are more than one amount can be
    assert not app.exception
    assert [each.value.split("\\")[0] for each in app.warning] == ["Amounts come to more than 99,999,999,999,999"]
    assert button(app, "accept_pair").label == "One person"
    app.run()
    assert not app.warning


@pytest.mark.parametrize("page", ["identity", "quality"])
def test_nothing_is_loaded(open_app: Open, page: str) -> None:
    app = open_app(page=f"pages/{page}.py")
    assert not app.exception
    assert not app.error


def test_identity_without_customers_says_what_is_needed(open_app: Open) -> None:
    app = open_app(orders_csv(20, 100), page="pages/identity.py")
    assert not app.exception
    assert any("customers with names" in each.value for each in app.info)


def test_quality(open_app: Open, tmp_path) -> None:
    bring_in(tmp_path / "data", PEOPLE, "customers.csv")
    app = open_app(orders_csv(40, 200), page="pages/quality.py")
    assert not app.exception
    assert "none of 3 rows has a known consent" in said(app)
    assert [metric.label for metric in app.metric][:2] == ["Data score", "Orders without a customer"]
