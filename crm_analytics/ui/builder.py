"""The rule builder: conditions in groups in groups, each of which can be turned round, on native widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from crm_analytics import formats
from crm_analytics.errors import CrmError
from crm_analytics.metrics.value.scoring import asked_in_words
from crm_analytics.query import choices, membership, rules
from crm_analytics.query.rules import EVERYONE, Rule, Where
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CustomerField
from crm_analytics.ui import session
from crm_analytics.ui.audience_draft import DEEPEST, JOINS, Draft, Node, kept_of
from crm_analytics.ui.audience_values import asked, number
from crm_analytics.ui.shell import acting, inert
from crm_analytics.workspace import segments

_BAR = Draft("rule")


@dataclass(frozen=True)
class Builder:
    """What the parts of one builder share."""

    warehouse: Warehouse
    draft: Draft
    audience: Audience


def popover(warehouse: Warehouse, rule: Rule, as_of: date) -> None:
    """The button that says who the audience is, and behind it the builder."""
    everyone = rule == EVERYONE
    label = "Everyone" if everyone else formats.counted(size(warehouse, rule, as_of), "customer")
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
        made = editor(warehouse, _BAR, rule, Audience(EVERYONE, as_of, as_of))
        with st.container(horizontal=True):
            st.button("Everyone", key="rule_clear", icon=":material/group:", on_click=_clear)
            st.button(
                "Apply", key="rule_apply", type="primary", icon=":material/check:", on_click=take, args=(made,),
                disabled=made is None,
            )  # fmt: skip


def size(warehouse: Warehouse, rule: Rule, as_of: date) -> int:
    """Customers whom the rule selects."""
    return int(warehouse.read("metrics/audience_size", Audience(rule, as_of, as_of))["customers"][0])


def forget() -> None:
    """Start the next draft of the bar from the rule in force."""
    _BAR.forget()


@acting("audience")
def take(rule: Rule | None) -> None:
    """A callback: the rule becomes the audience of all pages."""
    if rule is not None:
        st.session_state["audience"] = session.warehouse().links.keep(rule, session.who())
        forget()


def _clear() -> None:
    st.session_state["audience"] = ""
    forget()


def editor(warehouse: Warehouse, draft: Draft, rule: Rule, audience: Audience) -> Rule | None:
    """Draw the builder, beginning with `rule`; what it says now, ready to be asked, or None while that is no rule."""
    draft.begin(rule)
    _group(Builder(warehouse, draft, audience), draft.root, None, 1)
    try:
        said = draft.rule()
        draft.keep(said)
        found = membership.resolve(warehouse, said)
        _live(warehouse, found, audience)
    except CrmError as error:
        st.caption(f":material/edit: {inert(str(error))}")
        return None
    return found


def _live(warehouse: Warehouse, rule: Rule, audience: Audience) -> None:
    """What the rule says and whom it finds, while it is edited."""
    day = Audience(rule, audience.as_of, audience.before)
    whole = warehouse.read("metrics/segment_size", Audience(EVERYONE, audience.as_of, audience.before)).iloc[0]
    found = warehouse.read("metrics/segment_size", day).iloc[0]
    currency = warehouse.currency
    share = found["customers"] / whole["customers"] if whole["customers"] else None
    brings = found["revenue"] / whole["revenue"] if whole["revenue"] and whole["revenue"] > 0 else None
    margin = f", margin {formats.money(found['margin'], currency)}" if found["margin"] == found["margin"] else ""
    revenue = (
        f" · revenue {formats.money(found['revenue'] if found['customers'] else 0, currency)} ({formats.share(brings)})"
    )
    st.markdown(
        f"**{formats.counted(found['customers'], 'customer')}** ({formats.share(share)})"
        f"{inert(revenue + margin) if warehouse.has_orders else ''}"
    )
    st.caption(inert(rules.in_words(rule)))
    if scoring := asked_in_words(warehouse, rule):
        st.caption(inert(scoring))
    if missing := _missing(warehouse, rule, audience):
        st.caption(inert(f"Nothing is known of {missing}. A condition is never true for a missing value; “not” is."))


def _missing(warehouse: Warehouse, rule: Rule, audience: Audience) -> str:
    """How many customers lack each field that the rule asks."""
    fields = {each.field for each in rules.walk(rule) if isinstance(each, Where) and each.operator != "is_empty"}
    told = []
    for name in sorted(each for each in fields if rules.field_of(each) is not None):
        count = size(warehouse, rules.where(name, "is_empty"), audience.as_of)
        field = rules.field_of(name)
        if count and field is not None:
            told.append(f"{rules.label_of(field)} for {formats.counted(count, 'customer')}")
    return ", ".join(told)


# --- groups ---------------------------------------------------------------------------------------------------------


def _group(builder: Builder, node: Node, parent: Node | None, level: int) -> None:
    draft = builder.draft
    with st.container(border=True, key=draft.key(node, "box")):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = "Conditions that must hold" if level == 1 else "Of this group"
            st.segmented_control(label, list(JOINS), key=draft.key(node, "join"), required=True)
            st.toggle("Not", key=draft.key(node, "not"), help="Everyone for whom this group does not hold.")
            _remove(draft, node, parent, "Remove the group")
        for child in node["children"]:
            _DRAWN[child["kind"]](builder, child, node, level + 1)
        _add(builder, node, level)


def _add(builder: Builder, node: Node, level: int) -> None:
    offered = {"field": "Condition", "did": "What they did", "segment": "Saved segment", "group": "Group"}
    if level >= DEEPEST:
        del offered["group"]
    if not builder.warehouse.entered(segments.listed):
        del offered["segment"]
    with st.container(horizontal=True, gap="small"):
        for kind, label in offered.items():
            st.button(
                label, key=builder.draft.key(node, f"add_{kind}"), icon=":material/add:", type="tertiary",
                on_click=builder.draft.add, args=(node, kind), help=f"Add: {label.lower()}",
            )  # fmt: skip


def _remove(draft: Draft, node: Node, parent: Node | None, label: str = "Remove") -> None:
    if parent is not None and (len(parent["children"]) > 1 or parent["kind"] == "did"):
        st.button(
            label, type="tertiary", key=draft.key(node, "remove"), icon=":material/close:", on_click=draft.remove,
            args=(parent, node),
        )  # fmt: skip


def _fixed(builder: Builder, node: Node, parent: Node, level: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(inert(rules.in_words(node["rule"])))
        _remove(builder.draft, node, parent)


def _segment(builder: Builder, node: Node, parent: Node, level: int) -> None:
    names = [each.segment for each in builder.warehouse.entered(segments.listed)]
    with st.container(horizontal=True, vertical_alignment="bottom", key=builder.draft.key(node, "row")):
        if names:
            kept_of(builder.draft.key(node, "segment"), names)
            st.selectbox("Saved segment", names, key=builder.draft.key(node, "segment"), width=330)
        else:
            st.caption("No segment is saved yet.")
        st.toggle("Not", key=builder.draft.key(node, "not"))
        _remove(builder.draft, node, parent)


# --- conditions -----------------------------------------------------------------------------------------------------


def _field(builder: Builder, node: Node, parent: Node, level: int) -> None:
    def values(field: CustomerField) -> list[Any]:
        return choices.values(builder.warehouse, field.name, builder.audience)

    with st.container(horizontal=True, vertical_alignment="bottom", key=builder.draft.key(node, "row")):
        asked(builder.draft, builder.audience.as_of, node, choices.fields(builder.warehouse), values)
        st.toggle("Not", key=builder.draft.key(node, "not"))
        _remove(builder.draft, node, parent)


def _did(builder: Builder, node: Node, parent: Node, level: int) -> None:
    draft, known = builder.draft, choices.events(builder.warehouse)
    if (held := rules.EVENTS.get(str(draft.get(node, "event")))) is not None:
        known[held.name] = held  # what a file that is undone brought stays in its rule
    with st.container(border=True, key=draft.key(node, "deed")):
        with st.container(horizontal=True, vertical_alignment="bottom", key=draft.key(node, "row")):
            kept_of(draft.key(node, "event"), list(known))
            name = st.selectbox(
                "What they did", list(known), key=draft.key(node, "event"), width=190,
                format_func=lambda each: known[each].words,
            )  # fmt: skip
            if name is None:
                return
            event = known[name]
            kept_of(draft.key(node, "measure"), list(event.measures))
            measure = st.selectbox(
                "Counted", list(event.measures), key=draft.key(node, "measure"), width=110,
                format_func={"times": "times", "amount": "money", "units": "pieces"}.__getitem__,
            )  # fmt: skip
            words = rules.OPERATORS["measures"]
            kept_of(draft.key(node, "operator"), list(words))
            operator = st.selectbox(
                "How many", list(words), key=draft.key(node, "operator"), width=120, format_func=words.__getitem__
            )
            for part in ("low", "high") if operator == "between" else ("value",):
                st.session_state.setdefault(draft.key(node, part), 1)
                label = {"low": "From", "high": "To", "value": "Number"}[part]
                number(draft.key(node, part), label, whole=measure == "times", width=110)
            st.toggle("Not", key=draft.key(node, "not"))
            _remove(draft, node, parent)
        fields = choices.event_fields(builder.warehouse, event)

        def values(field: CustomerField) -> list[Any]:
            return choices.event_values(builder.warehouse, event, field.name, builder.audience)

        for child in node["children"]:
            with st.container(horizontal=True, vertical_alignment="bottom", key=draft.key(child, "row")):
                asked(draft, builder.audience.as_of, child, fields, values)
                _remove(draft, child, node)
        st.button(
            "Which, and when", key=draft.key(node, "add_of_event"), icon=":material/add:", type="tertiary",
            on_click=draft.add, args=(node, "of_event"), help="Only those events count that meet all of these conditions.",
        )  # fmt: skip


_DRAWN: dict[str, Callable[[Builder, Node, Node, int], None]] = {
    "group": _group,
    "field": _field,
    "did": _did,
    "segment": _segment,
    "fixed": _fixed,
}
