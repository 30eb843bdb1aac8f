"""Control groups: which arms of campaigns were left alone, and who is in a group that is still compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import imports
from crm_analytics.workspace.campaign_plans import entered

#: Orders from the wave's day through this day count, for treated and control alike.
OUTCOME_DAYS = 30
_NAMES = frozenset(
    ("0", "f", "false", "n", "no", "non", "nein", "none", "nada", "nothing", "nichts", "not", "sem", "sin", "ohne", "kein", "keine",
     "nobody", "c", "ctrl", "ctl", "psa", "off", "нет", "без")
)  # fmt: skip
#: What a column headed “control group” says of who is in it.
_YES = frozenset(
    ("yes", "y", "true", "t", "1", "x", "ja", "j", "wahr", "si", "sí", "s", "verdadero", "sim", "verdadeiro", "oui", "o", "vrai", "да",
     "истина")
)  # fmt: skip
#: Words beside “control” in a header that names both groups: its values say which.
_OTHER_GROUP = ("test", "target", "treat", "versuch", "prueba", "traitement", "tratam")
_BEGINS = re.compile(
    r"(no|not|do[ _-]?not|don.?t|non|sin|sem|sans|ohne|kein|keine|без|не)[ _-]|"
    r"un(treated|contacted|exposed)|hold[ _-]?out|hold[ _-]?back|placebo|baseline"
)
_CONTAINS = re.compile(r"control|kontroll|controle|contrôle|témoin|temoin|holdout|контрол")


def is_control(name: str) -> bool:
    """Whether an arm's name says that it was left alone: control, no, none, hold-out, 0, Kontrollgruppe, sin contacto, ..."""
    plain = name.strip().lower()
    return plain in _NAMES or bool(_BEGINS.match(plain) or names_control(plain))


def names_control(words: str) -> bool:
    """Whether words in lower case speak of a control group."""
    return bool(_CONTAINS.search(words))


def is_control_column(header: object) -> bool:
    """Whether a column is headed “control group” and the like: then yes is the control group."""
    plain = str(header or "").lower().replace("_", " ")
    return (names_control(plain) or "hold out" in plain) and not any(word in plain for word in _OTHER_GROUP)


def means_control(arms: Iterable[str], header: object) -> list[str]:
    """Those of a campaign's arms that were left alone: the yes of a column headed so, else by their names."""
    arms = list(arms)
    said = [arm for arm in arms if is_control_column(header) and arm.lower() in _YES]
    return said or [arm for arm in arms if is_control(arm)]


def control_arms(warehouse: Warehouse, audience: Audience, *, by_campaign: bool = False) -> str:
    """The arms that were left alone, as the statements on contacts take them, in lower case: |control|no|.

    Those told by hand, else the yes of a column headed “control group”, else those called so. Where an arm was left alone
    in one campaign and not in another, or `by_campaign`: ||k1=control|k2=no|, which takes longer to look up.
    """

    def make() -> pd.DataFrame:
        arms = warehouse.read("metrics/contact_arms", audience)
        with warehouse.duck.session() as session:
            headers = {each.import_id: _arm_column(each.mapping) for each in imports.listed(session)}
        by_hand = {name.lower(): each.control_arm for name, each in warehouse.entered(entered).items()}
        alone: list[bool] = []
        for campaign, rows in arms.groupby("campaign_id", sort=False):
            told = by_hand.get(str(campaign).lower())
            header = headers.get(rows["last_import"].max())
            names = means_control(rows.loc[rows["is_named"], "arm"], header) if told is None else [told.lower()]
            alone += rows["arm"].isin(names).tolist()
        return arms.assign(alone=pd.Series(alone, index=arms.index, dtype=bool))

    arms = warehouse.keep("control_arms", audience, make)
    left = arms[arms["alone"]]
    shared = set(left["arm"]) & set(arms.loc[~arms["alone"], "arm"])
    if by_campaign or shared or not left["is_named"].all():
        return "|".join(["|", *(left["campaign_id"].str.lower() + "=" + left["arm"]), ""])
    return "|".join(["", *sorted(set(left["arm"])), ""])


def _arm_column(mapping: Mapping[str, Mapping[str, Any]]) -> str | None:
    return next((header for header, guess in mapping.items() if guess.get("field") == "arm"), None)


def running(warehouse: Warehouse, audience: Audience) -> set[str]:
    """Customers of a control group that still runs: of a campaign by the day of the audience, of an export by today's."""
    window = timedelta(days=OUTCOME_DAYS)
    found = warehouse.read(
        "metrics/running_controls", audience, since=audience.as_of - window, controls=control_arms(warehouse, audience)
    )
    with warehouse.duck.session() as session:
        exported = session.rows(
            """SELECT DISTINCT m.customer_id FROM mart.export_members AS m
            JOIN workspace.exports AS e ON e.export_id = m.export_id
            WHERE m.arm = 'control' AND CAST(e.exported_at AS DATE) >= $since""",
            {"since": date.today() - window},
        )
    return {*found["customer_id"], *(customer for (customer,) in exported)}
