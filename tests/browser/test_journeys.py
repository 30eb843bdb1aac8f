"""The main journeys: a link as the first request; a file from the drop zone to figures, filter, audience and undo."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crm_analytics.config import PROJECT
from tests.pages.conftest import bring_in, orders_csv

Serve = Callable[[Path], str]


def settled(page: Any) -> None:
    """Wait until the script has run and nothing on the page is old."""
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-script-state="notRunning"]', state="attached", timeout=60_000
    )
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton],[data-testid=stAppSkeleton],[data-stale=\"true\"]')",
        timeout=60_000,
    )


def go(page: Any, group: str, name: str) -> None:
    """Open a page from the menu of its group."""
    page.get_by_test_id("stTopNavSection").filter(has_text=group).first.click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=name).first.click()


@pytest.fixture
def page(chromium: Any) -> Any:
    """A fresh window that refuses to ask anybody but this machine, and remembers who it was asked to ask."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    opened = context.new_page()
    opened.strangers = []

    def only_here(route: Any) -> None:
        if "//127.0.0.1:" in route.request.url or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            opened.strangers.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    yield opened
    context.close()


def test_a_link_is_the_first_request_and_a_click_on_a_segment_filters_the_list(
    page: Any, serve: Serve, tmp_path: Path
) -> None:
    bring_in(tmp_path / "data", orders_csv())
    address = serve(tmp_path / "data")
    page.goto(address + "/segments?compared=Quarter")
    page.get_by_role("heading", name="Segments", exact=True).wait_for(timeout=60_000)
    settled(page)
    assert page.get_by_test_id("stTopNavSection").filter(has_text="Understand").first.is_visible()
    assert "compared=Quarter" in page.url
    assert page.get_by_text("Everyone").first.is_visible()
    page.wait_for_selector(".st-key-rfm_treemap .main-svg", timeout=60_000)
    page.wait_for_timeout(1000)
    tile = page.locator(".st-key-rfm_treemap g.slice").nth(1).bounding_box()
    page.mouse.move(tile["x"] + tile["width"] / 2, tile["y"] + tile["height"] / 2)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.mouse.up()
    page.get_by_role("button", name="the audience of all pages").wait_for(timeout=60_000)
    assert "list_segment=" in page.url
    page.goto(address + "/overview?measure=Orders")  # the first page, which has the bare address, under its name
    page.get_by_role("heading", name="Overview", exact=True).wait_for(timeout=60_000)


def test_a_file_goes_in_is_seen_filtered_and_taken_back(page: Any, serve: Serve, tmp_path: Path) -> None:
    text = orders_csv()
    rows = len(text.splitlines()) - 1
    page.goto(serve(tmp_path / "data") + "/data")
    page.get_by_role("heading", name="Data", exact=True).wait_for(timeout=60_000)
    page.locator("input[type=file]").set_input_files(
        [{"name": "orders.csv", "mimeType": "text/csv", "buffer": text.encode()}]
    )
    load = page.get_by_role("button", name=f"Load {rows:,} rows")
    load.wait_for(timeout=60_000)
    load.click()
    page.get_by_text("Loaded as import 1").wait_for(timeout=60_000)
    page.get_by_role("link", name="See how the business stands").click()
    page.get_by_role("heading", name="Overview", exact=True).wait_for(timeout=60_000)
    settled(page)
    page.wait_for_selector(".js-plotly-plot .main-svg")

    go(page, "Understand", "Segments")
    page.get_by_role("heading", name="Segments", exact=True).wait_for(timeout=60_000)
    settled(page)
    page.get_by_role("radio", name="Champions").or_(
        page.get_by_role("button", name="Champions", exact=True)
    ).first.click()
    take = page.get_by_role("button", name="the audience of all pages")
    take.wait_for(timeout=60_000)
    take.click()
    page.wait_for_url("**audience=*", timeout=60_000)
    link = page.url
    settled(page)

    other = page.context.new_page()
    other.goto(link)
    other.get_by_role("heading", name="Segments", exact=True).wait_for(timeout=60_000)
    settled(other)
    assert other.get_by_test_id("stPopover").filter(has_text="customers").count() == 1
    other.close()

    go(page, "Data", "Data")
    page.get_by_role("button", name="Undo").wait_for(timeout=60_000)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Let it hold again").wait_for(timeout=60_000)
    assert page.strangers == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("empty.csv", marks=pytest.mark.slow),
        pytest.param("picture.csv", marks=pytest.mark.slow),
        pytest.param("header.csv", marks=pytest.mark.slow),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(page: Any, serve: Serve, tmp_path: Path, name: str) -> None:
    content = {
        "empty.csv": b"",
        "picture.csv": b"\x89PNG\r\n\x1a\n" + gzip.compress(b"x" * 500),
        "header.csv": b"customer,date,amount\n",
    }
    page.goto(serve(tmp_path / "data") + "/data")
    page.get_by_role("heading", name="Data", exact=True).wait_for(timeout=60_000)
    page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content[name]}])
    warning = page.get_by_test_id("stAlert").filter(has_text=name)
    warning.wait_for(timeout=60_000)
    assert page.get_by_role("button", name=re.compile(r"^Load \d")).count() == 0


@pytest.mark.slow
def test_a_file_without_a_header_goes_in_once_its_columns_have_a_meaning(
    page: Any, serve: Serve, tmp_path: Path
) -> None:
    cdnow = PROJECT.parent / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
    if not cdnow.exists():
        pytest.skip(f"{cdnow.name} is not on this machine")
    page.goto(serve(tmp_path / "data") + "/data")
    page.get_by_role("heading", name="Data", exact=True).wait_for(timeout=60_000)
    page.locator("input[type=file]").set_input_files(str(cdnow))
    again = page.get_by_role("button", name="Review with these meanings")
    again.wait_for(timeout=60_000)
    settled(page)
    wanted = {
        "column_1": "customer",
        "column_2": "(kept as attribute)",
        "column_3": "ordered at",
        "column_4": "units",
        "column_5": "amount",
    }
    for column, meaning in wanted.items():
        box = page.get_by_role("combobox", name=f"Meaning of {column}")
        if box.input_value() == meaning:
            continue
        box.click()
        page.get_by_role("option", name=meaning, exact=True).click()
        settled(page)
    again.click()
    page.get_by_text("Reviewing CDNOW_sample.txt").wait_for(timeout=60_000)
    page.get_by_text("Reviewing CDNOW_sample.txt").wait_for(state="hidden", timeout=60_000)
    settled(page)
    load = page.get_by_role("button", name="Load 6,919 rows")
    load.wait_for(timeout=60_000)
    load.click()
    page.get_by_text("Loaded as import 1: 6,919 new").wait_for(timeout=60_000)
    go(page, "Understand", "Pareto")
    page.get_by_text("2,349 customers").first.wait_for(timeout=60_000)


@pytest.mark.slow
def test_half_a_million_lines_go_in_through_the_page_and_nothing_is_lost(
    page: Any, serve: Serve, tmp_path: Path
) -> None:
    parquet = PROJECT.parent / "shared" / "data" / "online_retail" / "online_retail.parquet"
    if not parquet.exists():
        pytest.skip(f"{parquet.name} is not on this machine")
    export = tmp_path / "online_retail.csv"
    pd.read_parquet(parquet).to_csv(export, index=False)
    page.goto(serve(tmp_path / "data") + "/data")
    page.get_by_role("heading", name="Data", exact=True).wait_for(timeout=60_000)
    page.locator("input[type=file]").set_input_files(str(export))
    load = page.get_by_role("button", name="Load 541,909 rows")
    load.wait_for(timeout=240_000)
    load.click()
    page.get_by_text("Loaded as import 1: 541,909 new, 0 same, 0 changed, 0 rejected rows").wait_for(timeout=120_000)
    page.get_by_role("link", name="See how the business stands").click()
    page.get_by_role("heading", name="Overview", exact=True).wait_for(timeout=60_000)
    page.get_by_text("4,338 customers bought").wait_for(timeout=60_000)


@pytest.mark.slow
def test_a_rule_is_built_and_shared(page: Any, serve: Serve, tmp_path: Path) -> None:
    bring_in(tmp_path / "data", orders_csv())
    page.goto(serve(tmp_path / "data") + "/pareto")
    page.get_by_role("heading", name="Pareto", exact=True).wait_for(timeout=60_000)
    settled(page)
    page.get_by_role("button", name="Everyone").click()
    page.get_by_role("button", name="Apply").wait_for(timeout=60_000)
    field = page.get_by_role("combobox", name="Field")
    field.click()
    field.fill("Country")
    page.get_by_role("option", name="Country", exact=True).click()
    settled(page)
    page.wait_for_timeout(1000)  # the count beside the rule arrives, and would close an open list
    settled(page)
    page.get_by_role("combobox", name="Value").click()
    page.get_by_role("option", name="Spain", exact=True).click()
    settled(page)
    page.get_by_text("Not", exact=True).last.click()
    settled(page)
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**audience=*", timeout=60_000)
    settled(page)
    rows = [line.split(",") for line in orders_csv().splitlines()[1:]]
    others = len({row[1] for row in rows if row[4] != "Spain"})
    shared = page.context.new_page()
    shared.goto(page.url)
    shared.get_by_role("button", name=f"{others} customers").wait_for(timeout=60_000)
    shared.close()


@pytest.mark.slow
def test_how_a_figure_is_computed_is_told(page: Any, serve: Serve, tmp_path: Path) -> None:
    bring_in(tmp_path / "data", orders_csv())
    page.goto(serve(tmp_path / "data") + "/pareto")
    page.get_by_role("heading", name="Pareto", exact=True).wait_for(timeout=60_000)
    settled(page)
    page.get_by_role("button", name="How is this computed?").first.click()
    page.get_by_text("The concentration of revenue in one row").wait_for(timeout=60_000)
    page.get_by_text("activity window:").wait_for()
    page.get_by_text("-- $as_of = ").first.wait_for()


@pytest.mark.slow
def test_several_files_are_loaded_in_their_order_by_one_button(page: Any, serve: Serve, tmp_path: Path) -> None:
    head, *rows = orders_csv().splitlines()
    half = len(rows) // 2
    parts = {"january.csv": rows[: half + 50], "february.csv": rows[half:]}
    page.goto(serve(tmp_path / "data") + "/data")
    page.get_by_role("heading", name="Data", exact=True).wait_for(timeout=60_000)
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "text/csv", "buffer": "\n".join([head, *lines]).encode()}
            for name, lines in parts.items()
        ]
    )
    everything = page.get_by_role("button", name="Load all 2 files")
    everything.wait_for(timeout=60_000)
    everything.click()
    page.get_by_text(f"Loaded as import 1: {half + 50:,} new").wait_for(timeout=60_000)
    page.get_by_text(f"Loaded as import 2: {len(rows) - half - 50:,} new, 50 same").wait_for(timeout=60_000)
