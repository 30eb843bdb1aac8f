"""Control groups: which arms of campaigns were left alone, and who is in a group that is still compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from crm_analytics.query.rules import EVENTS, EVERYONE, Did, Rule, walk
from crm_analytics.query.rules.events import LEFT_ALONE
from crm_analytics.workspace import imports
from crm_analytics.workspace.campaign_plans import entered

if TYPE_CHECKING:  # the door reads it
    from crm_analytics.query.warehouse import Audience, Warehouse

#: Orders from the wave's day through this day count, for treated and control alike.
OUTCOME_DAYS = 30
_NAMES = frozenset(
    ("0", "f", "false", "n", "no", "non", "nein", "none", "nada", "nothing", "nichts", "not", "sem", "sin", "ohne", "kein", "keine",
     "nobody", "off", "нет", "без")
)  # fmt: skip
#: Short for control in any column: no word for no, which in a column headed “control group” is the other group.
_SHORT = frozenset(("c", "ctrl", "ctl", "psa"))
#: What a column headed “control group” says of who is in it.
_YES = frozenset(
    ("yes", "y", "true", "t", "1", "x", "ja", "j", "wahr", "si", "sí", "s", "verdadero", "sim", "verdadeiro", "oui", "o", "vrai", "да",
     "истина")
)  # fmt: skip
#: Yes in one letter may stand for something else (T for test, S for sent): it is yes beside a no that goes with it.
_LETTERS = {"t": frozenset(("f",)), **dict.fromkeys("xyjso", _NAMES)}
#: Words beside “control” in a header that names both groups: its values say which.
_OTHER_GROUP = ("test", "target", "treat", "versuch", "prueba", "traitement", "tratam")
_BEGINS = re.compile(
    r"(no|not|do[ _-]?not|don.?t|non|sin|sem|sans|ohne|kein|keine|без|не)[ _-]|"
    r"un(treated|contacted|exposed)|hold[ _-]?out|hold[ _-]?back|placebo|baseline"
)
_CONTAINS = re.compile(r"control|kontroll|controle|contrôle|témoin|temoin|holdout|контрол")


def is_control(name: str) -> bool:
    """Whether an arm's name says that it was left alone: control, no, none, hold-out, 0, Kontrollgruppe, sin contacto, ..."""
    return name.strip().lower() in _NAMES or _is_called_control(name)


def _is_called_control(name: str) -> bool:
    """Whether a name speaks of a control group under whatever header."""
    plain = name.strip().lower()
    return plain in _SHORT or bool(_BEGINS.match(plain) or names_control(plain))


def names_control(words: str) -> bool:
    """Whether words in lower case speak of a control group."""
    return bool(_CONTAINS.search(words))


def is_control_column(header: object) -> bool:
    """Whether a column is headed “control group” and the like: then yes is the control group."""
    plain = str(header or "").lower().replace("_", " ")
    return (names_control(plain) or "hold out" in plain) and not any(word in plain for word in _OTHER_GROUP)


def means_control(arms: Iterable[str], header: object) -> list[str]:
    """Those of a campaign's arms that were left alone, by their names; in a column headed so, else its yes.

    There a no is the other group, and none is better than the wrong one where a yes may stand for something else.
    """
    arms = list(arms)
    if not is_control_column(header):
        return [arm for arm in arms if is_control(arm)]
    said = [arm for arm in arms if arm.lower() in _YES]
    others = {arm.lower() for arm in arms} - _YES
    sure = all(
        others <= _LETTERS[letter] and (others or letter == "x")
        for letter in map(str.lower, said)
        if letter in _LETTERS
    )
    return [arm for arm in arms if _is_called_control(arm)] or (said if sure else [])


def control_arms(warehouse: Warehouse, audience: Audience, *, by_campaign: bool = False) -> str:
    """The arms that were left alone, as the statements on contacts take them, in lower case: |control|no|.

    Those told by hand, else the yes of a column headed “control group”, else those called so. Where an arm was left alone
    in one campaign and not in another, or `by_campaign`: ||k1=control|k2=no|, which takes longer to look up.
    """

    everyone = replace(audience, rule=EVERYONE, before=audience.as_of)

    def make() -> pd.DataFrame:
        arms = warehouse.read("metrics/contact_arms", everyone)
        with warehouse.duck.session() as session:
            headers = {file: _arm_column(mapping) for file, mapping in imports.mappings(session, "contacts").items()}
        by_hand = {name.lower(): each.control_arm for name, each in warehouse.entered(entered).items()}
        arms["alone"] = pd.Series(_alone(arms, headers, by_hand), index=arms.index, dtype=bool)
        left = arms[arms["alone"]]
        each = "|".join(["|", *(left["campaign_id"].str.lower() + "=" + left["arm"]), ""])
        apart = set(left["arm"]) & set(arms.loc[~arms["alone"], "arm"]) or not left["is_named"].all()
        return pd.DataFrame({"each": [each], "any": [each if apart else "|".join(["", *sorted(set(left["arm"])), ""])]})

    return str(warehouse.keep("control_arms", everyone, make)["each" if by_campaign else "any"].iloc[0])


def beside(warehouse: Warehouse, rule: Rule, as_of: date) -> dict[str, object]:
    """What a rule reads beside its own values: the arms that were left alone, where it asks who was contacted."""
    place = f"${LEFT_ALONE}"
    if not any(isinstance(each, Did) and place in EVENTS[each.event].holds for each in walk(rule)):
        return {}
    return {LEFT_ALONE: control_arms(warehouse, warehouse.audience(EVERYONE, as_of))}


def _alone(arms: pd.DataFrame, headers: Mapping[int, str | None], by_hand: Mapping[str, str | None]) -> list[bool]:
    """Of each arm, in the order of campaigns, whether it was left alone."""
    alone: list[bool] = []
    for campaign, group in groupby(arms.itertuples(index=False), key=lambda row: str(row.campaign_id)):
        rows = list(group)
        files = [int(row.arms_import) for row in rows if not pd.isna(row.arms_import)]
        header = headers.get(max(files)) if files else None
        told = by_hand.get(campaign.lower())
        names = means_control([row.arm for row in rows if row.is_named], header) if told is None else [told.lower()]
        alone += [row.arm in names for row in rows]
    return alone


def _arm_column(mapping: Mapping[str, Mapping[str, Any]]) -> str | None:
    return next((header for header, guess in mapping.items() if guess.get("field") == "arm"), None)


def running(warehouse: Warehouse, audience: Audience, today: date) -> set[str]:
    """Customers of a control group that still runs: of a campaign by the day of the audience, of an export by `today`."""
    window = timedelta(days=OUTCOME_DAYS)
    found = warehouse.read(
        "metrics/running_controls", audience, since=audience.as_of - window, controls=control_arms(warehouse, audience)
    )
    with warehouse.duck.session() as session:
        exported = session.rows(
            """SELECT DISTINCT m.customer_id FROM mart.export_members AS m
            JOIN workspace.exports AS e ON e.export_id = m.export_id
            WHERE m.arm = 'control' AND CAST(e.exported_at AS DATE) >= $since""",
            {"since": today - window},
        )
    return {*found["customer_id"], *(customer for (customer,) in exported)}
