"""The rule builder: conditions in groups, each of which can be turned round, on native widgets.

The draft is a list of groups in the browser session; `Apply` makes a rule of it, stores the rule under its digest and
puts that in the address.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from crm_analytics import formats
from crm_analytics.errors import BadRule
from crm_analytics.query import rules
from crm_analytics.query.rules import EVERYONE, All, Any_, Not, Rule, Where
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS, CustomerField
from crm_analytics.ui import session
from crm_analytics.ui.shell import inert

JOINS = {"all of": All, "any of": Any_}
IS_NOT = "is not so that"
_DRAFT = "draft"

State = dict[str, Any]


def popover(warehouse: Warehouse, rule: Rule, as_of: date) -> None:
    """The button that says who the audience is, and behind it the builder."""
    everyone = rule == EVERYONE
    label = "Everyone" if everyone else f"{formats.count(size(warehouse, rule, as_of))} customers"
    opened = st.popover(
        label,
        icon=":material/group:" if everyone else ":material/filter_alt:",
        key="audience_popover",
        on_change="rerun",
    )
    if not opened.open:
        forget()  # Streamlit drops the state of widgets that are not drawn
        return
    with opened:
        st.caption("The figures of every page are about")
        st.markdown(f"**{inert(rules.in_words(rule))}**")
        _editor(warehouse, rule, as_of)


def size(warehouse: Warehouse, rule: Rule, as_of: date) -> int:
    """Customers whom the rule selects."""
    return int(warehouse.read("metrics/audience_size", Audience(rule, as_of, as_of))["customers"][0])


def forget() -> None:
    """Start the next draft from the rule in force."""
    st.session_state.pop(_DRAFT, None)


# --- the draft ------------------------------------------------------------------------------------------------------


def _draft(rule: Rule) -> State:
    """The draft of this session, made from the rule in force where there is none."""
    if st.session_state.get(_DRAFT, {}).get("of") != rules.digest(rule):
        draft: State = {"of": rules.digest(rule), "next": 0, "groups": []}
        joined, groups = _split(rule)
        st.session_state["rule_join"] = joined
        for negated, inner_join, conditions in groups or [(False, "all of", [None])]:
            _add_group(draft, negated, inner_join, conditions)
        st.session_state[_DRAFT] = draft
    return st.session_state[_DRAFT]


def _split(rule: Rule) -> tuple[str, list[tuple[bool, str, list[Where | Not | None]]]]:
    """A rule as join and groups of conditions; a shape that the builder cannot show starts empty."""
    if rule == EVERYONE:
        return "all of", []
    rule_join, members = _members(rule)
    groups = []
    for member in members:
        negated = isinstance(member, Not) and not isinstance(member.rule, Where)
        join, conditions = _members(member.rule if negated else member)  # type: ignore[union-attr]
        if not all(
            isinstance(each, Where) or (isinstance(each, Not) and isinstance(each.rule, Where)) for each in conditions
        ):
            return "all of", []
        groups.append((negated, join, conditions))
    if all(len(conditions) == 1 and not negated for negated, _, conditions in groups):
        return "all of", [(False, rule_join, [conditions[0] for _, _, conditions in groups])]
    return rule_join, groups


def _members(rule: Rule) -> tuple[str, list[Any]]:
    for join, kind in JOINS.items():
        if isinstance(rule, kind):
            return join, list(rule.rules)
    return "all of", [rule]


def _add_group(draft: State, negated: bool, join: str, conditions: list[Where | Not | None]) -> None:
    number = _number(draft)
    group: State = {"id": number, "conditions": []}
    st.session_state[f"rule_{number}_negated"] = negated
    st.session_state[f"rule_{number}_join"] = join
    draft["groups"].append(group)
    for condition in conditions:
        _add_condition(draft, group, condition)


def _add_condition(draft: State, group: State, condition: Where | Not | None) -> None:
    number = _number(draft)
    group["conditions"].append(number)
    negated = isinstance(condition, Not)
    inner = condition.rule if isinstance(condition, Not) else condition
    st.session_state[f"rule_{number}_not"] = negated
    st.session_state[f"rule_{number}_field"] = inner.field if isinstance(inner, Where) else "segment"
    if isinstance(inner, Where):
        st.session_state[f"rule_{number}_operator"] = inner.operator
        _put_value(number, inner)


def _put_value(number: int, where: Where) -> None:
    value = where.value
    if where.operator == "between":
        st.session_state[f"rule_{number}_low"], st.session_state[f"rule_{number}_high"] = map(_shown, value)
    elif where.operator == "in":
        st.session_state[f"rule_{number}_several"] = list(value)
    elif where.operator != "is_empty":
        st.session_state[f"rule_{number}_value"] = _shown(value)


def _shown(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _number(draft: State) -> int:
    draft["next"] += 1
    return int(draft["next"])


# --- the editor -----------------------------------------------------------------------------------------------------


def _editor(warehouse: Warehouse, rule: Rule, as_of: date) -> None:
    draft = _draft(rule)
    if len(draft["groups"]) > 1:
        st.segmented_control("Groups that must hold", list(JOINS), key="rule_join", required=True)
    for group in draft["groups"]:
        with st.container(border=True, key=f"rule_group_{group['id']}"):
            _group(warehouse, draft, group, as_of)
    with st.container(horizontal=True):
        st.button(
            "Add a group",
            key="rule_add_group",
            icon=":material/add_box:",
            on_click=_add_group,
            args=(draft, False, "all of", [None]),
        )
        st.button("Everyone", key="rule_clear", icon=":material/group:", on_click=_clear)
        st.button("Apply", key="rule_apply", type="primary", icon=":material/check:", on_click=_apply, args=(draft,))
    if problem := st.session_state.pop("rule_problem", None):
        st.warning(inert(problem))
    st.caption("A condition is never true for a missing value; “not” turns a condition into its exact opposite.")


def _group(warehouse: Warehouse, draft: State, group: State, as_of: date) -> None:
    number = group["id"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control("Conditions that must hold", list(JOINS), key=f"rule_{number}_join", required=True)
        st.toggle("Not", key=f"rule_{number}_negated", help="Everyone for whom this group does not hold.")
        if len(draft["groups"]) > 1:
            st.button(
                "Remove the group",
                key=f"rule_{number}_drop",
                icon=":material/delete:",
                on_click=draft["groups"].remove,
                args=(group,),
            )
    for condition in group["conditions"]:
        _condition(warehouse, group, condition, as_of)
    st.button(
        "Add a condition",
        key=f"rule_{number}_add",
        icon=":material/add:",
        type="tertiary",
        on_click=_add_condition,
        args=(draft, group, None),
    )


def _condition(warehouse: Warehouse, group: State, number: int, as_of: date) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"rule_row_{number}"):
        name = st.selectbox(
            "Field",
            list(CUSTOMER_FIELDS),
            key=f"rule_{number}_field",
            format_func=lambda each: CUSTOMER_FIELDS[each].label,
            width=165,
        )
        field = CUSTOMER_FIELDS[name]
        words = rules.operators_of(field)
        if st.session_state.get(f"rule_{number}_operator") not in words:
            st.session_state[f"rule_{number}_operator"] = "is"
        operator = st.selectbox(
            "Condition", list(words), key=f"rule_{number}_operator", format_func=words.__getitem__, width=160
        )
        _value(warehouse, field, operator, number, as_of)
        st.toggle("Not", key=f"rule_{number}_not")
        if len(group["conditions"]) > 1:
            st.button(
                "Remove",
                type="tertiary",
                key=f"rule_{number}_remove",
                icon=":material/close:",
                on_click=group["conditions"].remove,
                args=(number,),
            )


def _value(warehouse: Warehouse, field: CustomerField, operator: str, number: int, as_of: date) -> None:
    key = f"rule_{number}_value"
    if operator == "is_empty":
        return
    if operator == "between":
        for end, label in (("low", "From"), ("high", "To")):
            _scalar(field, f"rule_{number}_{end}", label, as_of)
    elif operator == "last_days":
        _keep_type(key, int)
        st.number_input("Days", 0, 36500, key=key, step=1, width=120)
    elif operator == "in":
        known = [value for value in warehouse.choices(field.name, as_of) if isinstance(value, str)]
        chosen = st.session_state.get(f"rule_{number}_several", [])
        st.multiselect(
            "Values",
            list(dict.fromkeys([*known, *chosen])),
            key=f"rule_{number}_several",
            accept_new_options=True,
            width=200,
        )
    elif field.meaning == "category" and operator in ("is", "is_not"):
        known = [str(value) for value in warehouse.choices(field.name, as_of)]
        held = st.session_state.get(key)
        _keep_type(key, str)
        st.selectbox(
            "Value",
            list(dict.fromkeys([*known, *([held] if isinstance(held, str) else [])])),
            key=key,
            accept_new_options=True,
            width=165,
        )
    else:
        _scalar(field, key, "Value", as_of)


def _scalar(field: CustomerField, key: str, label: str, as_of: date) -> None:
    if field.meaning == "flag":
        _keep_type(key, bool)
        st.selectbox(label, [True, False], key=key, format_func=lambda each: "yes" if each else "no", width=120)
    elif field.meaning in rules.NUMERIC:
        _keep_type(key, (int, float))
        if st.session_state.get(key) is not None:
            st.session_state[key] = float(st.session_state[key])
        st.number_input(label, value=None, key=key, width=150)
    elif field.meaning == "date":
        _keep_type(key, date)
        st.session_state.setdefault(key, as_of)
        st.date_input(label, min_value=date(1900, 1, 1), key=key, format="YYYY-MM-DD", width=150)
    else:
        _keep_type(key, str)
        st.text_input(label, key=key, max_chars=1000, width=165)


def _keep_type(key: str, kind: Any) -> None:
    """Forget a value that another field left behind."""
    held = st.session_state.get(key)
    if held is not None and (not isinstance(held, kind) or (isinstance(held, bool) and kind is not bool)):
        del st.session_state[key]


# --- from the draft to the rule -------------------------------------------------------------------------------------


def _apply(draft: State) -> None:
    try:
        rule = _rule_of(draft)
    except BadRule as error:
        st.session_state["rule_problem"] = str(error)
        return
    st.session_state["audience"] = session.warehouse().keep_audience(rule, session.who())
    forget()


def _clear() -> None:
    st.session_state["audience"] = ""
    forget()


def _rule_of(draft: State) -> Rule:
    groups = [_group_rule(group) for group in draft["groups"]]
    return groups[0] if len(groups) == 1 else JOINS[st.session_state["rule_join"]](tuple(groups))


def _group_rule(group: State) -> Rule:
    number = group["id"]
    conditions = tuple(_condition_rule(each) for each in group["conditions"])
    inner = conditions[0] if len(conditions) == 1 else JOINS[st.session_state[f"rule_{number}_join"]](conditions)
    return Not(inner) if st.session_state.get(f"rule_{number}_negated") else inner


def _condition_rule(number: int) -> Rule:
    state = st.session_state
    field, operator = state[f"rule_{number}_field"], state[f"rule_{number}_operator"]
    if operator == "between":
        value: Any = [state.get(f"rule_{number}_low"), state.get(f"rule_{number}_high")]
    elif operator == "in":
        value = state.get(f"rule_{number}_several")
    else:
        value = state.get(f"rule_{number}_value")
    made = rules.where(field, operator, value)
    return Not(made) if state.get(f"rule_{number}_not") else made
