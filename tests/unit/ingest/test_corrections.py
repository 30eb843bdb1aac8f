"""The reject file comes back corrected: read as its import, and what of it is in is known."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from crm_analytics.ingest import load, rejects
from crm_analytics.ingest.corrections import corrected
from crm_analytics.ingest.recognise import recognise, remap
from crm_analytics.ingest.repairs import Repairs
from crm_analytics.ingest.review import proposed, review
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import imports
from crm_analytics.workspace.imports import Import

TODAY = date(2026, 1, 1)
ROWS = (
    "no;who;when;worth;units;note\n1;A;01/02/2024;1,50;x;fine\n2;=1+1;02/03/2024;-2,x;1;\"a;b\"\n3;C;03/04/2024;many;2;\n"
    "4;D;soon;4,50;3;\n5;E;05/06/2024;5,50\n6;F;06/07/2024;6,50;4;\n7;G;07/08/2024;-7,50;5;\n"
)  # fmt: skip
MEANT = {
    "no": "order_id",
    "who": "customer_id",
    "when": "ordered_at",
    "worth": "amount",
    "units": "units",
    "note": None,
}


def reject_file(warehouse: Warehouse, made: Import) -> pd.DataFrame:
    with warehouse.duck.session() as session:
        text = rejects.of_import(session, made)
    return pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)


def test_corrected_rows_go_in_as_those_of_their_import(warehouse: Warehouse, tmp_path: Path) -> None:
    path, back = tmp_path / "orders.csv", tmp_path / "corrected.csv"
    path.write_text(ROWS)
    with warehouse.duck.session() as session:
        read = remap(
            session, recognise(session, path, path.name), kind="orders", mapping=MEANT, date_order={"when": "MDY"}
        )
        found = review(session, read, MEANT, "till", today=TODAY, repairs=Repairs(frozenset({"units"})))
        first = load.load(warehouse, found, path, "anna")
    assert (first.new, first.rejected) == (3, 4)
    sheet = reject_file(warehouse, first)
    assert list(sheet) == [*MEANT, *rejects.OWN]
    assert sheet["rejected_because"].tolist() == [
        "worth: not a number", "worth: not a number", "when: not a date as the others are written",
        "too few fields (4 where 6 are expected)",
    ]  # fmt: skip
    assert (sheet.loc[0, "who"], sheet.loc[0, "note"]) == ("'=1+1", "a;b")
    assert sheet.loc[3, "rejected_text"] == "5;E;05/06/2024;5,50"
    assert set(sheet.loc[3, list(MEANT)]) == {""}

    sheet.loc[0, ["worth", "units"]] = ["-2,25", "x"]
    sheet.loc[2, "when"] = "04/05/2024"
    sheet.to_csv(back, index=False)
    with warehouse.duck.session() as session:
        known = corrected(session, recognise(session, back, back.name))
        assert (known.corrects.import_id, known.source, known.words) == (1, "till", "as in import 1")
        found = review(session, known.recognition, known.mapping, known.source, today=TODAY, repairs=known.repairs)
        assert (found.new, found.rejected) == (2, 2)
        second = load.load(warehouse, found, back, "anna", corrects=known.corrects.import_id)
        rows = session.rows(
            "SELECT order_id, customer_id, ordered_at, CAST(amount AS DOUBLE), units, source FROM core.orders WHERE import_id = 2"
        )
        assert sorted(rows) == [
            ("2", "=1+1", datetime(2024, 2, 3), -2.25, None, "till"),
            ("4", "D", datetime(2024, 4, 5), 4.5, 3.0, "till"),
        ]
        assert [(each.corrects, each.corrected) for each in imports.listed(session)] == [(None, 2), (1, 0)]
    assert reject_file(warehouse, first)["no"].tolist() == ["3", ""], "what has come in is not asked for again"
    load.undo(warehouse, second.import_id, "anna")
    with warehouse.duck.session() as session:
        assert imports.one(session, 1).corrected == 0
        assert corrected(session, recognise(session, path, path.name)) is None


def test_a_reject_file_of_what_was_never_loaded_is_a_file_like_any_other(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    path.write_text(
        "order id,customer id,date,amount,rejected_because,rejected_from\n1,A,2024-01-02,5,x,line 2 of 0123456789ab\n"
    )
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name)
        assert corrected(session, found) is None
        assert review(session, found, proposed(found), today=TODAY).new == 1
