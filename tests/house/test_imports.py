"""Arrows point down, and each library has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

#: Rooms of the ground floor: they import nothing above it.
GROUND = {"errors", "config", "schema", "formats", "export"}
_QUERY = {"engine", "workspace", *GROUND}

#: Room -> the rooms it may import, itself aside.
MAY_IMPORT = {
    **{room: set() for room in ("errors", "config", "formats")},
    "export": {"errors"},
    "schema": {"errors"},
    "engine": GROUND,
    "workspace": {"engine", *GROUND},
    "query": _QUERY,
    "ingest": {"query", *_QUERY},
    "models": GROUND,
    "metrics": {"identity", "models", "query", *_QUERY},
    "charts": GROUND,
    "sample": {"engine", *GROUND},
    "backup": {"query", *_QUERY},
    "identity": {"query", *_QUERY},
    "report": {"charts", "metrics", "query", *_QUERY},
    "handover": {"backup", "screen", "verbs", "metrics", "ingest", "query", *_QUERY},
    "ui": {"verbs", "handover", "identity", "report", "charts", "metrics", "ingest", "sample", "query", *_QUERY},
    "pages": {"identity", "ui", "charts", "metrics", "ingest", *GROUND},
    "app": {"ui", *GROUND},
    "verbs": {"identity", "report", "metrics", "ingest", "query", *_QUERY},
    "screen": {"verbs", *GROUND},
    "cli": {
        "handover",
        "identity",
        "report",
        "backup",
        "verbs",
        "screen",
        "metrics",
        "ingest",
        "sample",
        "query",
        *_QUERY,
    },
}

#: Library -> the rooms that may import it.
HOMES = {
    "streamlit": {"app", "pages", "ui"},
    "plotly": {"charts"},
    "duckdb": {"engine"},
    "pyspark": {"engine"},
    "sqlglot": {"engine", "query"},
    "sklearn": {"models"},
    "scipy": {"models"},
    "statsmodels": {"models"},
    "phonenumbers": {"identity", "metrics"},
    "reportlab": {"report"},
    "xlsxwriter": {"export"},
    "click": {"cli", "screen"},
}


def sources() -> list[Path]:
    return [PROJECT / "app.py", *sorted(PROJECT.glob("pages/*.py")), *sorted(PROJECT.glob("crm_analytics/**/*.py"))]


def room_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return parts[1] if parts[0] == "crm_analytics" else parts[0]


def modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            if node.module == "crm_analytics":
                yield from (f"crm_analytics.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def only_for_types(tree: ast.AST) -> set[str]:
    """Modules imported under `if TYPE_CHECKING`, which never run."""
    blocks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {name for block in blocks for name in modules(block)}


def test_there_is_something_to_look_at() -> None:
    assert {room_of(path) for path in sources()} >= {
        "app",
        "pages",
        "ui",
        "charts",
        "metrics",
        "query",
        "engine",
        "cli",
    }


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_a_file_imports_only_what_lies_below_it(path: Path) -> None:
    room, tree = room_of(path), ast.parse(path.read_text(encoding="utf-8"))
    if path.name == "__init__.py" and room == "__init__":
        assert not list(modules(tree))
        return
    wrong = []
    for name in set(modules(tree)) - only_for_types(tree):
        top, _, rest = name.partition(".")
        if top == "crm_analytics":
            other = rest.split(".")[0]
            if other not in {room, "__version__"} | MAY_IMPORT[room]:
                wrong.append(name)
        elif top in HOMES and room not in HOMES[top]:
            wrong.append(name)
    assert not wrong, f"{room} may not import {', '.join(sorted(wrong))}"


def test_the_command_line_starts_without_streamlit_and_pandas() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PROJECT.glob("crm_analytics/cli/*.py")]
    at_the_top = {
        name.split(".")[0]
        for tree in trees
        for node in tree.body
        if not isinstance(node, ast.FunctionDef)
        for name in modules(node)
    }
    assert "click" in at_the_top
    assert not at_the_top & {"streamlit", "pandas", "duckdb", "pyarrow", "plotly", "numpy"}


def test_the_arrows_have_no_circle() -> None:
    done: set[str] = set()
    left = dict(MAY_IMPORT)
    while left:
        free = {room for room, below in left.items() if below - {room} <= done}
        assert free, f"these rooms import each other: {sorted(left)}"
        done |= free
        left = {room: below for room, below in left.items() if room not in free}
