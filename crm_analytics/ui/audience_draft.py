"""A rule under construction: a tree of nodes in the browser session, whose answers are the state of widgets.

A node is a group, a condition on a field, a condition on what customers did (whose own conditions hang below it), a
saved segment, or a fixed part: a rule of a shape that the builder shows as its sentence only.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from crm_analytics.query import rules
from crm_analytics.query.rules import EVERYONE, All, Any_, Did, InSegment, Not, Rule, Where

#: Word of a group -> its rule. The words stand in the session only.
JOINS = {"all of": All, "any of": Any_}
#: Groups in groups in groups.
DEEPEST = 3
#: The first day that a calendar offers.
DAYS = date(1900, 1, 1)

Node = dict[str, Any]


class Draft:
    """The draft of one builder of this session; `prefix` keeps the widgets of several builders apart."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._held = f"{prefix}_draft"

    # --- state ------------------------------------------------------------------------------------------------------

    def key(self, node: Node, part: str) -> str:
        """The key of a widget of a node."""
        return f"{self.prefix}_{node['id']}_{part}"

    def get(self, node: Node, part: str) -> Any:
        """What a widget of a node holds."""
        return st.session_state.get(self.key(node, part))

    def put(self, node: Node, part: str, value: Any) -> None:
        """Let a widget of a node hold a value; only before it is drawn."""
        st.session_state[self.key(node, part)] = value

    @property
    def root(self) -> Node:
        """The outermost group."""
        return st.session_state[self._held]["root"]

    def begin(self, rule: Rule) -> None:
        """Show this rule, unless its draft is under way already.

        Streamlit drops the state of widgets that were not drawn: then the last whole draft is shown again.
        """
        held = st.session_state.get(self._held)
        if held is None or held["of"] != rules.digest(rule):
            self._fill(rule, rules.digest(rule))
        elif self.key(held["root"], "join") not in st.session_state:
            self._fill(held["whole"], held["of"])

    def keep(self, rule: Rule) -> None:
        """Note the rule that the draft stands for while it is whole."""
        st.session_state[self._held]["whole"] = rule

    def forget(self) -> None:
        """Begin anew from the rule in force."""
        st.session_state.pop(self._held, None)

    def _fill(self, rule: Rule, of: str) -> None:
        st.session_state[self._held] = {"of": of, "next": 0, "whole": rule}
        st.session_state[self._held]["root"] = self._group(*_unwrapped(rule), level=1)

    def _new(self, kind: str, **more: Any) -> Node:
        held = st.session_state[self._held]
        held["next"] += 1
        return {"id": held["next"], "kind": kind, "children": [], **more}

    # --- from a rule to nodes ---------------------------------------------------------------------------------------

    def _group(self, negated: bool, rule: Rule, level: int) -> Node:
        node = self._new("group")
        join = "any of" if isinstance(rule, Any_) and rule.rules else "all of"
        members = rule.rules if isinstance(rule, All | Any_) and rule != EVERYONE and rule.rules else (rule,)
        self.put(node, "join", join)
        self.put(node, "not", negated)
        if rule == EVERYONE:
            node["children"].append(self.condition())
        else:
            node["children"] += [self._node(each, level + 1) for each in members]
        return node

    def _node(self, rule: Rule, level: int) -> Node:
        negated, inner = _unwrapped(rule)
        match inner:
            case Where():
                node = self._new("field")
                self._put_where(node, inner)
            case Did(event, conditions, measure, operator, value):
                node = self._new("did")
                for part, held in (("event", event), ("measure", measure), ("operator", operator)):
                    self.put(node, part, held)
                self._put_value(node, operator, value)
                for each in conditions:
                    node["children"].append(child := self._new("of_event"))
                    self._put_where(child, each)
            case InSegment(name):
                node = self._new("segment")
                self.put(node, "segment", name)
            case All(members) | Any_(members) if members and level <= DEEPEST:
                return self._group(negated, inner, level)
            case _:
                return self._new("fixed", rule=rule)
        self.put(node, "not", negated)
        return node

    def _put_where(self, node: Node, where: Where) -> None:
        self.put(node, "field", where.field)
        self.put(node, "operator", where.operator)
        self._put_value(node, where.operator, where.value)

    def _put_value(self, node: Node, operator: str, value: Any) -> None:
        if operator == "between":
            self.put(node, "low", _shown(value[0]))
            self.put(node, "high", _shown(value[1]))
        elif isinstance(value, tuple):
            self.put(node, "several", [_shown(each) for each in value])
        elif value is not None:
            self.put(node, "value", _shown(value))

    # --- new nodes --------------------------------------------------------------------------------------------------

    def condition(self) -> Node:
        """A new condition on a field."""
        node = self._new("field")
        self.put(node, "field", "segment")
        self.put(node, "operator", "is")
        return node

    def add(self, parent: Node, kind: str) -> None:
        """Add a node of a kind to a group, or a condition to what customers did."""
        if kind == "field":
            node = self.condition()
        elif kind == "group":
            node = self._new("group")
            self.put(node, "join", "any of" if self.get(parent, "join") == "all of" else "all of")
            node["children"].append(self.condition())
        else:
            node = self._new(kind)
        parent["children"].append(node)

    def remove(self, parent: Node, node: Node) -> None:
        """Take a node out of its group."""
        parent["children"].remove(node)

    # --- from nodes to a rule ---------------------------------------------------------------------------------------

    def rule(self) -> Rule:
        """The rule that the draft says; `BadRule` where a value is missing or does not fit."""
        return rules.from_json(rules.to_json(self._rule(self.root)))

    def _rule(self, node: Node) -> Rule:
        match node["kind"]:
            case "group":
                inside = tuple(self._rule(each) for each in node["children"])
                made: Rule = inside[0] if len(inside) == 1 else JOINS[self.get(node, "join") or "all of"](inside)
            case "field":
                made = rules.where(self.get(node, "field"), self.get(node, "operator"), self._value(node))
            case "did":
                asked = [
                    {
                        "field": self.get(each, "field"),
                        "operator": self.get(each, "operator"),
                        "value": self._value(each),
                    }
                    for each in node["children"]
                ]
                limit = {part: self.get(node, part) for part in ("measure", "operator")}
                made = rules.did(self.get(node, "event"), asked, value=self._value(node), **limit)
            case "segment":
                made = InSegment(self.get(node, "segment") or "")
            case _:
                return node["rule"]
        return Not(made) if self.get(node, "not") else made

    def _value(self, node: Node) -> Any:
        match self.get(node, "operator"):
            case "is_empty":
                return None
            case "between":
                return [self.get(node, "low"), self.get(node, "high")]
            case "in" | "not_in":
                return self.get(node, "several")
        return self.get(node, "value")


def _unwrapped(rule: Rule) -> tuple[bool, Rule]:
    return (True, rule.rule) if isinstance(rule, Not) else (False, rule)


def _shown(value: Any) -> Any:
    """A value as the widgets hold it."""
    return float(value) if isinstance(value, Decimal) else value


def listed(text: str) -> list[str]:
    """The values of a pasted list or a file: one a line, or parted by semicolons, commas or tabs; each once."""
    parts = text.replace("\r", "\n")
    for mark in (";", "\t", ","):
        parts = parts.replace(mark, "\n")
    return list(dict.fromkeys(part.strip().strip('"') for part in parts.split("\n") if part.strip().strip('"')))


def kept_type(key: str, kind: Any) -> None:
    """Forget a value that another field left behind."""
    held = st.session_state.get(key)
    if held is not None and (not isinstance(held, kind) or (isinstance(held, bool) and kind is not bool)):
        del st.session_state[key]


def kept_of(key: str, options: list[str], otherwise: str | None = None) -> None:
    """Let a choice hold one of its options: the first, or another, where it holds none."""
    if options and st.session_state.get(key) not in options:
        st.session_state[key] = otherwise if otherwise in options else options[0]
