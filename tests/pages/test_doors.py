"""Going to another page from code, where choices are tied to the address."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from crm_analytics.config import PROJECT

APP = """
import streamlit as st
st.text_input("Company", key="company", bind="query-params")
st.navigation([st.Page("first.py"), st.Page("second.py")]).run()
"""
FIRST = """
import streamlit as st
from crm_analytics.ui.shell import go_to
if st.button("On", key="on"):
    go_to("second.py")
"""


def test_another_page_opens_and_the_choices_stay(tmp_path: Path) -> None:
    for name, text in (
        ("app.py", APP),
        ("first.py", FIRST),
        ("second.py", "import streamlit as st\nst.write('There')"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    app = AppTest.from_file(str(tmp_path / "app.py"))
    app.query_params["company"] = "sample"
    app.run().button(key="on").click().run()
    assert not app.exception
    assert [each.value for each in app.markdown] == ["There"]
    assert app.session_state["company"] == "sample"


def test_nothing_goes_to_another_page_in_another_way() -> None:
    files = [PROJECT / "app.py", *PROJECT.glob("pages/*.py"), *PROJECT.glob("crm_analytics/**/*.py")]
    assert [each.name for each in files if "st.switch_page(" in each.read_text(encoding="utf-8")] == ["shell.py"]
