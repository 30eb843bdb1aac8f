"""Lengths, the guard of pages, and what must not be in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted(PROJECT.glob("pages/*.py"))
PYTHON = [PROJECT / "app.py", *PAGES, *sorted(PROJECT.glob("crm_analytics/**/*.py"))]

GUARD = re.compile(
    r'\A""".*?"""\n\nimport streamlit as st\n\nfrom crm_analytics\.ui\.shell import require_app\n\nrequire_app\(\)\n',
    re.S,
)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def kept_files() -> list[Path]:
    """The files of the repository; in a copy without history, those of its folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [PROJECT / name for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()]
    folders = ("crm_analytics", "pages", "tests", "docs", "benchmarks", "static", ".ci", ".streamlit")
    inside = [path for folder in folders for path in (PROJECT / folder).rglob("*") if path.is_file()]
    return [*PROJECT.glob("*.*"), *(path for path in inside if "__pycache__" not in path.parts)]


def test_the_app_and_its_pages_are_short() -> None:
    assert PAGES
    assert lines(PROJECT / "app.py") <= 60
    assert {path.name: lines(path) for path in PAGES if lines(path) > 80} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_begins_with_the_guard(page: Path) -> None:
    assert GUARD.match(page.read_text(encoding="utf-8")), "docstring, streamlit, require_app, require_app()"


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_nothing_runs_what_users_give(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # put together here, so that this file does not hold what it looks for
    for word in ("unsafe_allow" + "_html", "pickle", "marshal", "shelve"):
        assert word not in text, f"{word} lets foreign text act"
    assert not re.search(r"(?<![\w.])(?:eval|exec)\(", text)


def _said(function: ast.FunctionDef, beside: dict[str, ast.FunctionDef]) -> str:
    """The text of a function and of those of its file that it calls by their names."""
    called = {each.id for each in ast.walk(function) if isinstance(each, ast.Name)} & beside.keys() - {function.name}
    others = {name: each for name, each in beside.items() if name != function.name}
    return "\n".join([ast.unparse(function), *(_said(beside[name], others) for name in sorted(called))])


def test_callbacks_that_reach_the_database_keep_their_error_for_the_page() -> None:
    # they run before app.py, which could not catch it
    trees = {path: ast.parse(path.read_text("utf-8")) for path in [*PAGES, *PROJECT.glob("crm_analytics/ui/*.py")]}
    functions = {
        path: {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        for path, tree in trees.items()
    }
    wrong, safe = [], []
    for path, tree in trees.items():
        given = [
            word.value
            for word in ast.walk(tree)
            if isinstance(word, ast.keyword) and word.arg in ("on_click", "on_change")
        ]
        for callback in given:
            if isinstance(callback, ast.Constant | ast.Lambda):
                continue
            name, of_other = ast.unparse(callback).rpartition(".")[2], isinstance(callback, ast.Attribute)
            homes = [each for each in functions if name in functions[each] and (of_other or each == path)]
            said = "\n".join(_said(functions[home][name], functions[home]) for home in homes)
            if not homes or ("warehouse" in said and "acting(" not in said and "except CrmError" not in said):
                wrong.append(f"{path.name}: {ast.unparse(callback)}")
            elif "acting(" in said:
                safe.append(name)
    assert len(safe) >= 10
    assert wrong == []


def test_no_machine_no_leftovers() -> None:
    where_we_are = re.compile(r"/(?:home|root|Users|work|private|mnt)/\w|[A-Z]:\\\\?Users")
    left_open = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]))
    wrong = {}
    for path in kept_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path.suffix == ".csv":  # exports of an invented company: no text of ours
            continue
        if path != Path(__file__) and (found := where_we_are.search(text) or left_open.search(text)):
            wrong[path.relative_to(PROJECT).as_posix()] = found.group()
    assert wrong == {}


def test_no_module_without_a_subject() -> None:
    vague = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "tools"}
    assert [path for path in PYTHON if path.stem in vague] == []


# --- settings -------------------------------------------------------------------------------------------------------


def test_streamlit_keeps_to_this_machine() -> None:
    config = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] in ("127.0.0.1", "localhost")
    assert config["server"]["headless"] is True
    assert config["client"]["showErrorDetails"] in ("none", False)


def test_every_palette_has_ten_colours() -> None:
    """With another number Streamlit falls back to colours of Plotly's own."""
    theme = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    for scheme in ("light", "dark"):
        for palette in ("chartCategoricalColors", "chartSequentialColors", "chartDivergingColors"):
            assert len(set(theme[scheme][palette])) == 10, f"{scheme}: {palette}"


def test_nothing_is_fetched_from_elsewhere() -> None:
    served = [PROJECT / "static/app.css", PROJECT / "static/icon.svg", PROJECT / ".streamlit/config.toml"]
    for path in served:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "//" not in re.sub(r"/\*.*?\*/", "", text, flags=re.S).replace("http://127.0.0.1", ""), path.name


# --- packages -------------------------------------------------------------------------------------------------------


def plain(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement).group().lower().replace("_", "-")  # type: ignore[union-attr]


def test_constraints_pin_every_dependency_without_an_address() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (PROJECT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "[" not in text, "pip takes no extras in constraints"
    assert not [line for line in text.splitlines() if line.startswith("-")]
    pinned = {plain(line) for line in text.splitlines() if line}
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    assert {plain(each) for each in wanted} <= pinned
    assert "index" not in project.get("tool", {}).get("uv", {})


def test_there_is_no_lock_file() -> None:
    assert "uv.lock" in (PROJECT / ".gitignore").read_text(encoding="utf-8").split()
    assert PROJECT / "uv.lock" not in kept_files()


def test_warnings_are_errors_and_the_default_run_is_parallel() -> None:
    options = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert options["filterwarnings"][0] == "error"
    assert "-n 2" in options["addopts"]
