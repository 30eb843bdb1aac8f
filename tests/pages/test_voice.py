"""The page on the voice of the customer: full, with answers alone, with too little, and with nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import bring_in, headings, orders_csv, said

Open = Callable[..., AppTest]


def answers_csv(customers: int = 120) -> str:
    """One recommendation each, by arithmetic; a comment with every second one."""
    lines = ["answer_id,survey,customer_id,question,kind,answered_at,score,comment,agent,market"]
    for n in range(customers):
        comment = ("delivery was late again", "friendly advice in the shop", "prices went up")[n % 3] if n % 2 else ""
        lines.append(
            f"A{n},after order,C{n:03},recommend,nps,2025-0{1 + n % 4}-11 10:00:00,{(n * 7) % 11},{comment},"
            f"{('Eve', 'Ken')[n % 2]},{('US', 'UK')[n % 2]}"
        )
    return "\n".join(lines) + "\n"


def test_full(open_app: Open, tmp_path) -> None:
    bring_in(tmp_path / "data", answers_csv(), "survey_answers.csv")
    app = open_app(orders_csv(), voice_by="market", more_voice="true", page="pages/voice.py")
    assert not app.exception
    assert not app.error
    words = said(app)
    # of 120 scores (7 n mod 11): 22 times 9 or 10, 76 times 0 to 6
    assert r"Net promoter score −45\.0" in words
    assert "By market, " in words
    assert "The largest theme" in words
    assert "No case is loaded" in words
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    groups = next(chart for chart in charts if chart["data"][0].get("error_x"))
    assert sorted(groups["data"][0]["y"]) == ["UK", "US"]
    assert headings(app)
    assert all(each == each[:1].upper() + each[1:] for each in headings(app))  # in sentence case, on every table


def test_too_little(open_app: Open, tmp_path) -> None:
    bring_in(tmp_path / "data", answers_csv(2), "survey_answers.csv")  # answers alone, without any orders
    app = open_app(more_voice="true", page="pages/voice.py")
    assert not app.exception
    assert not app.error
    assert "Too little for a finding yet" in said(app)


def test_orders_alone_say_which_file_lights_it_up(open_app: Open) -> None:
    app = open_app(orders_csv(20, 200), page="pages/voice.py")
    assert not app.exception
    assert "survey answers" in said(app)


def test_answers_newer_than_the_latest_order_are_announced(open_app: Open, tmp_path) -> None:
    bring_in(tmp_path / "data", answers_csv(2), "survey_answers.csv")  # of January and February 2025
    app = open_app("order_id,customer_id,order_date,total\n1,C000,2024-12-20,5\n", page="pages/voice.py")
    assert not app.exception
    assert "There are answers to 11 Feb 2025; this page looks at 20 Dec 2024" in said(app)
