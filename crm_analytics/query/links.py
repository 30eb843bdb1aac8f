"""Audiences that links name: a rule under the digest of its content."""

from __future__ import annotations

import json
from datetime import datetime

from crm_analytics.engine.duck import Duck
from crm_analytics.query.rules import Rule, digest, from_json, to_json


class Links:
    """The rules of links. A page asks at every rerun, and what a name stands for never changes."""

    def __init__(self, duck: Duck) -> None:
        self._duck = duck
        self._known: dict[str, Rule] = {}

    def keep(self, rule: Rule, who: str) -> str:
        """Store a rule; its name, which a link can carry without personal data."""
        name = digest(rule)
        values = {
            "name": name,
            "rule": json.dumps(to_json(rule), ensure_ascii=False),
            "who": who,
            "now": datetime.now(),
        }
        with self._duck.writing(), self._duck.session() as session:
            session.do("INSERT OR IGNORE INTO workspace.audiences VALUES ($name, $rule, $who, $now)", values)
        return name

    def rule(self, name: str) -> Rule | None:
        """The rule that a link names, or None."""
        if (known := self._known.get(name)) is not None:
            return known
        with self._duck.session() as session:
            found = session.rows("SELECT rule FROM workspace.audiences WHERE hash = $name", {"name": name})
        if not found:
            return None
        rule = self._known[name] = from_json(found[0][0])
        return rule

    def forget(self) -> None:
        """Read them again."""
        self._known.clear()
