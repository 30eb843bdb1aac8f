"""The page of a day: the list, its message, and with nothing to say."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import bring_in, orders_csv, said

Open = Callable[..., AppTest]


def test_the_list_of_a_day(open_app: Open, tmp_path) -> None:
    people = "customer_id,first_name,birth_date\nC001,Ann,1980-03-10\nC002,Bob,1990-07-01\n"
    bring_in(tmp_path / "data", people, "customers.csv")
    app = open_app(orders_csv(), today_day="2025-03-10", more_today="true", page="pages/today.py")
    assert not app.exception
    assert not app.error
    listed = next(frame.value for frame in app.dataframe if "draft" in frame.value)
    assert ("birthday", "C001") in set(zip(listed["trigger"], listed["customer_id"], strict=True))
    assert "customers have an occasion" in said(app)
    app.text_area[0].set_value("Hello $first_name").run()
    listed = next(frame.value for frame in app.dataframe if "draft" in frame.value)
    assert "Hello Ann" in set(listed["draft"])
    app.text_area[0].set_value("Hello {name}").run()
    assert "{name} goes out as written; what is filled in here: $name" in said(app).replace("\\", "")
    app.text_area[0].set_value("Hello $password").run()
    assert not app.exception
    assert any("template cannot be" in warning.value for warning in app.warning)


def test_nothing(open_app: Open) -> None:
    app = open_app(page="pages/today.py")
    assert not app.exception
    assert "Load my orders" in said(app)


def test_too_little(open_app: Open) -> None:
    app = open_app(
        "customer,date,amount\nA,2025-01-03,10\nB,2025-01-09,5\n", today_day="2025-01-20", page="pages/today.py"
    )
    assert not app.exception
    assert any("The data end 11 days before 20 Jan 2025" in warning.value for warning in app.warning)
    assert "Nobody has an occasion on 20 Jan 2025" in said(app)
