"""What the command line does with the parameters of the business: show those in force, change some."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.preferences import Preferences, typed

_NAMES = tuple(each.name for each in fields(Preferences))


def in_force(warehouse: Warehouse) -> dict[str, Any]:
    """The parameters in force as plain data, with the activity window that they give."""
    found = {"settings": asdict(warehouse.preferences)}
    if warehouse.has_orders:
        base = warehouse.base(warehouse.latest())
        found["activity_window"] = {"days": base.activity_window_days, "rule": base.window_rule}
    return found


def change(warehouse: Warehouse, given: dict[str, str], who: str) -> dict[str, Any]:
    """Change parameters given as text: JSON, or `default` for what holds without a choice. What is then in force.

    Errors: UnknownName, BadValue; then nothing is changed.
    """
    changes = {name: _read(name, value) for name, value in given.items()}
    if changes:
        warehouse.set_preferences(who, **changes)
    return in_force(warehouse)


def _read(name: str, value: str) -> Any:
    if name not in _NAMES:
        raise UnknownName("setting", name, _NAMES)
    if value == "default":
        return getattr(Preferences(), name)
    try:
        return typed(name, json.loads(value))
    except (ValueError, TypeError, AttributeError) as error:
        raise BadValue(name, value, "a value as JSON, or default") from error
