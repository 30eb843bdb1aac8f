"""Words of files and of people are shown as they are: what Streamlit reads as Markdown is ours or `inert`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SHOWING = [PROJECT / "app.py", *sorted(PROJECT.glob("pages/*.py")), *sorted(PROJECT.glob("crm_analytics/ui/*.py"))]

#: Calls whose first argument is Markdown of any kind, and those whose label we write: only what is put into it is looked at.
BODIES = {"caption", "error", "header", "info", "markdown", "subheader", "success", "title", "toast", "warning"}
LABELS = {
    "button", "checkbox", "choice", "date_input", "download_button", "expander", "form_submit_button", "metric", "multiselect",
    "number_input", "pills", "popover", "radio", "segmented_control", "select_slider", "selectbox", "slider", "text_area",
    "text_input", "toggle",
}  # fmt: skip
#: What gives back no mark of Markdown, or nothing that two of would enclose: two amounts of dollars are a formula.
PLAIN = {"inert", "spoken", "change", "count", "counted", "share", "size", "day", "len", "_rows"}
#: Markdown that is put together of inert parts elsewhere, and titles of our own.
OURS = {
    "_in_words(upload.contents, review.currency)",
    "page.title",
    "shell.state_of(warehouse)",
    "row.number",
    "row.step",
    "label.lower()",
}


def harmless(node: ast.AST, known: dict[str, list[ast.AST]]) -> bool:
    """Whether an expression holds no word of a file or a person that is not inert; `known` are assignments of the function."""
    match node:
        case ast.Constant():
            return True
        case ast.JoinedStr(values=parts) | ast.BoolOp(values=parts):
            return all(harmless(each, known) for each in parts)
        case ast.FormattedValue(value=value, format_spec=form):
            return form is not None or harmless(value, known)
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
            return harmless(one, known) and harmless(other, known)
        case ast.GeneratorExp(elt=each) | ast.ListComp(elt=each):
            return harmless(each, known)
        case ast.Call(func=ast.Attribute(attr="join"), args=[whole]):
            return harmless(whole, known)
        case ast.Call(func=ast.Name(id="map"), args=[each, _]):
            return ast.unparse(each).endswith("inert")
        case ast.Call(func=called) if ast.unparse(called).split(".")[-1] in PLAIN:
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.isupper():
            return True
        case ast.Subscript(value=ast.Name(id=name)) if name.isupper():
            return True
        case ast.Name(id=name) if name in known:
            return all(harmless(each, known) for each in known[name])
    return ast.unparse(node) in OURS


def assigned(tree: ast.AST) -> dict[str, list[ast.AST]]:
    """Name -> what is assigned to it; a name that a loop or a pair of names gives is not known."""
    found: dict[str, list[ast.AST]] = {}
    for each in ast.walk(tree):
        match each:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                found.setdefault(name, []).append(value)
    return found


def unsafe(source: str) -> list[str]:
    """Expressions that Streamlit would read as Markdown though words of others can be in them."""
    tree, found = ast.parse(source), {}
    # the innermost function comes last, and what it assigns is what its calls mean
    for scope in [tree, *(each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))]:
        known = assigned(scope)
        for call in ast.walk(scope):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if call.func.attr not in BODIES | LABELS | {"progress"}:
                continue
            whole = call.func.attr in BODIES
            asked = [(each, whole) for each in call.args[:1]]
            asked += [
                (each.value, True) for each in call.keywords if call.func.attr == "progress" and each.arg == "text"
            ]
            asked += [(each, True) for each in call.args[1:3] if call.func.attr == "metric" and call.args]
            asked += [(each.value, False) for each in call.keywords if each.arg == "help"]
            for each, all_of_it in asked:
                told = all_of_it or isinstance(each, ast.JoinedStr)
                found[each.lineno, each.col_offset] = ast.unparse(each) if told and not harmless(each, known) else ""
    return [each for each in found.values() if each]


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_markdown_is_ours_or_inert(path: Path) -> None:
    assert unsafe(path.read_text(encoding="utf-8")) == []


def test_words_of_others_are_found() -> None:
    assert unsafe("st.caption(finding)") == ["finding"]
    assert unsafe("st.progress(0.5, text=title)") == ["title"]
    assert unsafe("st.button(f'Take {value}', help=f'{field} is ours')") == ["f'Take {value}'", "f'{field} is ours'"]
    assert unsafe("st.metric('Profit', 'x', f'{formats.money(low)} to {formats.money(high)}')")
    assert unsafe("def a():\n    said = f'**{inert(name)}**'\n    st.markdown(said)") == []
