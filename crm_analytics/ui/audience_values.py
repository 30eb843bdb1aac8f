"""A condition on the screen: its field, its operator and the widgets that hold its value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from crm_analytics.query import rules
from crm_analytics.schema import CustomerField
from crm_analytics.ui.audience_draft import DAYS, Draft, Node, kept_of, kept_type, listed


def asked(
    draft: Draft,
    as_of: date,
    node: Node,
    fields: dict[str, CustomerField],
    values: Callable[[CustomerField], list[Any]],
) -> None:
    """Field, operator and value of a condition; `values` gives the known ones of a field."""
    held = rules.field_of(str(draft.get(node, "field")))
    if held is not None and "." in held.name:
        fields = {**fields, held.name: held}  # an attribute of a file that is undone stays in its rule
    kept_of(draft.key(node, "field"), list(fields))
    name = st.selectbox(
        "Field", list(fields), key=draft.key(node, "field"), width=165, on_change=_of_another, args=(draft, node, fields),
        format_func=lambda each: rules.label_of(fields[each]) if each != "on" else "Day",
    )  # fmt: skip
    field = fields[name]
    words = rules.operators_of(field)
    kept_of(draft.key(node, "operator"), list(words), "last_days" if name == "on" else "is")
    operator = st.selectbox(
        "Condition", list(words), key=draft.key(node, "operator"), format_func=words.__getitem__, width=170
    )
    _value(draft, as_of, node, rules.typed_as(field, operator), operator, values)


def _of_another(draft: Draft, node: Node, fields: dict[str, CustomerField]) -> None:
    """A callback: a value that was chosen for another field says nothing of this one; numbers are seldom asked exactly."""
    for part in ("value", "low", "high", "several"):
        st.session_state.pop(draft.key(node, part), None)
    if fields[draft.get(node, "field")].meaning in rules.NUMERIC and draft.get(node, "operator") == "is":
        draft.put(node, "operator", "at_least")


def _value(
    draft: Draft,
    as_of: date,
    node: Node,
    field: CustomerField,
    operator: str,
    values: Callable[[CustomerField], list[Any]],
) -> None:
    key = draft.key(node, "value")
    if operator == "is_empty":
        return
    if operator == "between":
        for part, label in (("low", "From"), ("high", "To")):
            _scalar(field, draft.key(node, part), label, as_of)
    elif operator in rules.RELATIVE:
        kept_type(key, int)
        st.session_state.setdefault(key, 30)
        st.number_input("Days", 0, 36500, key=key, step=1, width=120)
    elif operator in rules.SEVERAL:
        _several(draft.key(node, "several"), field, values(field))
    elif field.meaning == "category" and operator in ("is", "is_not"):
        known, held = [str(value) for value in values(field)], st.session_state.get(key)
        kept_type(key, str)
        if held is None and known:
            st.session_state[key] = known[0]  # said, or the browser goes on showing what was chosen for another field
        more = [held] if isinstance(held, str) else []
        st.selectbox("Value", list(dict.fromkeys([*known, *more])), key=key, accept_new_options=True, width=165)
    else:
        _scalar(field, key, "Value", as_of)


def _several(key: str, field: CustomerField, known: list[Any]) -> None:
    """A choice of values, or a list that is pasted or comes from a file."""
    chosen = [str(each) for each in st.session_state.get(key) or []]
    st.session_state[key] = chosen
    options = list(dict.fromkeys([*(str(value) for value in known), *chosen]))
    st.multiselect("Values", options, key=key, accept_new_options=True, width=200)
    with st.popover("List", icon=":material/content_paste:", key=f"{key}_list"):
        st.text_area("Paste a list: one value a line", key=f"{key}_pasted")
        st.file_uploader("Or take it from a text file", ["txt", "csv"], key=f"{key}_file", max_upload_size=5)
        st.button("Take these", key=f"{key}_take", on_click=_take_list, args=(key,))


def _take_list(key: str) -> None:
    file = st.session_state.get(f"{key}_file")
    text = file.getvalue().decode("utf-8-sig", errors="replace") if file is not None else ""
    st.session_state[key] = listed(f"{st.session_state.get(f'{key}_pasted') or ''}\n{text}")[: rules.MOST_LISTED]


def _scalar(field: CustomerField, key: str, label: str, as_of: date) -> None:
    if field.meaning == "flag":
        kept_type(key, bool)
        st.session_state.setdefault(key, True)
        st.selectbox(label, [True, False], key=key, format_func=lambda each: "yes" if each else "no", width=120)
    elif field.meaning in rules.NUMERIC:
        number(key, label, whole=field.meaning == "integer", width=150)
    elif field.meaning == "date":
        kept_type(key, date)
        st.session_state.setdefault(key, as_of)
        st.date_input(label, min_value=DAYS, key=key, format="YYYY-MM-DD", width=150)
    else:
        kept_type(key, str)
        st.session_state.setdefault(key, "")
        st.text_input(label, key=key, max_chars=1000, width=165)


def number(key: str, label: str, *, whole: bool, width: int) -> None:
    """A number; a whole one is written without decimals unless it has some."""
    kept_type(key, (int, float))
    held = st.session_state.setdefault(key, None)
    whole = whole and (held is None or float(held).is_integer())
    if held is not None:
        st.session_state[key] = int(held) if whole else float(held)
    st.number_input(label, value=None, step=1 if whole else None, key=key, width=width)
