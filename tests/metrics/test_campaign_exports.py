"""Campaign files as other systems write them, loaded without a hand: the same difference as in the raw file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crm_analytics.ingest import load
from crm_analytics.ingest.recognise import recognise
from crm_analytics.metrics.catalogue import compute
from crm_analytics.query.controls import control_arms
from tests.conftest import TODAY, bring_in, in_memory

TREATED = np.arange(120) % 4 > 0
BOUGHT = np.where(TREATED, np.arange(120) % 3 > 0, np.arange(120) % 5 == 0)
SENT = TODAY - timedelta(days=40)


def day(after: int, form: str = "%Y-%m-%d") -> np.ndarray:
    """The day of who bought, so many days after the contact; blank for the others."""
    return np.where(BOUGHT, (SENT + timedelta(days=after)).strftime(form), "")


def words(flags: np.ndarray, yes: str, no: str) -> np.ndarray:
    return np.where(flags, yes, no)


def exports() -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the file, and of its campaign -> the treated arm as it is called there, and the columns."""
    customer, sent = [f"C{n:03}" for n in range(120)], SENT.isoformat()
    bought = BOUGHT.astype(int)
    return {
        "s-25": ("A", {"Profile ID": customer, "Campaign ID": "s-25", "Variation": words(TREATED, "A", "Holdout"),
                       "Sent At": sent, "converted_at": day(3)}),
        "early": ("A", {"user_id": customer, "campaign_id": "early", "ab_group": words(TREATED, "A", "control"),
                        "sent_at": sent, "converted_at": day(-2)}),
        "never": ("A", {"user_id": customer, "campaign_id": "never", "ab_group": words(TREATED, "A", "control"),
                        "sent_at": sent, "converted_at": np.where(BOUGHT, day(2), "0000-00-00")}),
        "Spring": ("test", {"customer_id": customer, "campaign": "Spring", "group": words(TREATED, "test", "control"),
                            "contact_date": sent, "purchase_date": day(0, "%d/%m/%Y")}),
        "control": ("0", {"user_id": customer, "is_control": 1 - TREATED, "assigned_at": sent, "converted": bought}),
        "Win back": ("False", {"external_id": customer, "canvas_name": "Win back", "holdout": ~TREATED, "first_send": sent,
                               "conversions": bought}),
        "criteo": ("1", {"f0": np.linspace(10, 26, 120), "treatment": TREATED.astype(int), "conversion": bought, "exposure": 0}),
        "log": ("all", {"user_id": customer * 2, "campaign_id": "log", "event_type": ["sent"] * 120 + ["open"] * 120, "timestamp": sent}),
        "es": ("Tratamiento", {"id_cliente": customer, "grupo": words(TREATED, "Tratamiento", "Control"),
                               "convertido": words(BOUGHT, "Sí", "No")}),
        "fr": ("test", {"id_client": customer, "groupe": words(TREATED, "test", "témoin"), "acheté": words(BOUGHT, "oui", "non")}),
        "pt": ("Não", {"id_cliente": customer, "grupo_de_controle": words(TREATED, "Não", "Sim"), "comprou": words(BOUGHT, "Sim", "Não")}),
        "de": ("nein", {"Kundennummer": customer, "Kontrollgruppe": words(TREATED, "nein", "ja"), "gekauft": words(BOUGHT, "ja", "nein")}),
        "ru": ("тест", {"ID клиента": customer, "группа": words(TREATED, "тест", "контрольная"), "купил": words(BOUGHT, "да", "нет")}),
    }  # fmt: skip


@pytest.mark.parametrize(
    "names", [("s-25", "early", "control"), pytest.param(tuple(exports()), marks=pytest.mark.slow)]
)
def test_the_difference_of_the_raw_file(names: tuple[str, ...], tmp_path: Path) -> None:
    warehouse, files = in_memory(tmp_path), {name: exports()[name] for name in names}
    for name, (_, columns) in files.items():
        path = tmp_path / f"{name}.csv"
        pd.DataFrame(columns).to_csv(path, index=False)
        assert bring_in(warehouse, path).kind == "contacts", name
    found = compute(warehouse, "campaign_lift", warehouse.audience())
    notes = found.attrs["notes"]
    found = found[found["outcome"] == "converted"].set_index("campaign_id")
    assert found["arm"].to_dict() == {name: arm for name, (arm, _) in files.items()}
    no = len(BOUGHT) - BOUGHT.sum()
    problems = {
        "early": f"{BOUGHT.sum()} outcomes are dated before the contact that they are counted for",
        "never": f"{no} of 120 rows of “never.csv” were rejected: those left are not those drawn",
    }
    if "log" in names:
        assert any("“event_type” of “log.csv” is not read" in note for note in notes)
        problems["log"] = "no control group: who responds is not who was moved"
    spoilt = found[found["difference"].isna()]
    assert spoilt["verdict"].to_dict() == {
        name: f"cannot tell: {why}" for name, why in problems.items() if name in names
    }
    alone = {"s-25": "holdout", "early": "control", "never": "control", "control": "1", "Win back": "true", "pt": "sim"}
    controls = control_arms(warehouse, warehouse.audience(), by_campaign=True)
    assert all(f"|{name}={alone[name]}|".lower() in controls for name in alone if name in names)
    assert "|control=0|" not in controls
    usual = control_arms(warehouse, warehouse.audience())  # with their campaigns only where an arm means two things
    assert usual == ("|1|control|holdout|" if len(names) == 3 else controls)
    caused = BOUGHT[TREATED].mean() - BOUGHT[~TREATED].mean()
    assert found["difference"].drop(spoilt.index).to_numpy() == pytest.approx(caused)
    load.undo(warehouse, 1, "the test")
    left = control_arms(warehouse, warehouse.audience(), by_campaign=True)
    assert left == controls.replace(f"|{names[0]}={alone[names[0]]}|".lower(), "|")
    warehouse.close()


def test_orders_of_groups_of_customers_stay_orders(tmp_path: Path) -> None:
    days, money, whose = [f"{SENT}"] * 40, 10.5 + np.arange(40), np.arange(40) % 9
    files: list[dict[str, object]] = [
        {"customer_id": whose, "segment": "gold", "purchase_date": days, "amount": money},
        {"order_id": range(700, 740), "customer_id": whose, "purchased_at": days, "amount": money, "group": "b", "campaign": "tv"},
        {"Kundennummer": whose, "Kaufdatum": days, "Umsatz": money, "Gruppe": "b"},
    ]  # fmt: skip
    warehouse, path = in_memory(tmp_path), tmp_path / "file.csv"
    for columns in files:
        pd.DataFrame(columns).to_csv(path, index=False)
        with warehouse.duck.session() as session:
            assert recognise(session, path, path.name).kind == "orders"
    warehouse.close()
