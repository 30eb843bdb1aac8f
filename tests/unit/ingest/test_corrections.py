"""The reject file comes back corrected: read as its import, and what of it is in is known."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics.ingest import load, rejects
from crm_analytics.ingest.corrections import corrected
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.remapping import remap
from crm_analytics.ingest.repairs import Repairs
from crm_analytics.ingest.review import Review, proposed, review
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
    mark = ";" if b"rejected_because;" in text else ","  # where numbers have decimal commas
    return pd.read_csv(io.BytesIO(text), sep=mark, dtype=str, keep_default_na=False)


def test_corrected_rows_go_in_as_those_of_their_import(warehouse: Warehouse, tmp_path: Path) -> None:
    path, back = tmp_path / "orders.csv", tmp_path / "corrected.csv"
    path.write_text(ROWS)
    with warehouse.duck.session() as session:
        read = remap(recognise(session, path, path.name), kind="orders", mapping=MEANT, date_order={"when": "MDY"})
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
    with warehouse.duck.session() as session:
        assert rejects.of_import(session, first).startswith(
            b"\xef\xbb\xbfno;who;when;worth;units;note;rejected_because;"
        )
    sheet.to_csv(back, index=False, sep=";")
    with warehouse.duck.session() as session:
        known = corrected(session, recognise(session, back, back.name))
        assert (known.corrects.import_id, known.source, known.words) == (1, "till", "as in import 1")
        found = review(
            session, known.recognition, known.mapping, known.source, today=TODAY, repairs=known.repairs, corrects=1
        )
        assert (found.new, found.rejected) == (2, 2)
        second = load.load(warehouse, found, back, "anna")
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


def bring(warehouse: Warehouse, path: Path, text: str, *, dry_run: bool = False) -> Import | Review:
    """Load, or only review, a file or a reject file that comes back."""
    path.write_text(text)
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name)
        if (known := corrected(session, found)) is None:
            return load.load(warehouse, review(session, found, proposed(found), today=TODAY), path, "anna")
        number = known.corrects.import_id
        read = review(session, known.recognition, known.mapping, known.source, today=TODAY, corrects=number)
        return read if dry_run else load.load(warehouse, read, path, "anna")


def lines_of(warehouse: Warehouse, order: str) -> list[tuple]:
    columns = "customer_id, CAST(ordered_at AS DATE), product_id, CAST(unit_price AS DOUBLE), channel"
    with warehouse.duck.session() as session:
        return session.rows(
            f"SELECT {columns} FROM core.order_lines WHERE order_id = $order ORDER BY product_id", {"order": order}
        )


HEAD = "order_id,customer_id,order_date,product_id,quantity,unit_price,@channel\n"
LINES = (
    "1,A,31/01/2024,P0,1,10.5,web\n1,,,P1,1,abc,-\n1,,,P2,1,def,-\n2,B,01/02/2024,P0,1,1.5,web\n3,C,soon,P0,1,3.5,-\n"
    "4,C,05/02/2024,P0,1,1,web\n5,C,06/02/2024,P0,1,1,web\n"
)
ORDER = [("A", date(2024, 1, 31), f"P{place}", price, "web") for place, price in enumerate((10.5, 20.0, 30.0))]


def test_corrected_lines_join_their_orders_and_what_is_rejected_again_stays_tied_to_its_file(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "lines.csv"
    first = bring(warehouse, path, HEAD + LINES)
    other = bring(
        warehouse, path, f"{HEAD}6,D,17/02/2024,P0,1,1,web\n7,D,18/02/2024,P0,1,1,web\n8,D,19/02/2024,P0,1,ghi,shop\n"
    )
    sheets = [reject_file(warehouse, each) for each in (first, other)]
    assert list(sheets[0]["'@channel"]) == ["'-", "'-", "'-"]
    both = pd.concat(sheets).to_csv(index=False).replace("abc", "20").replace("soon", "late")
    again = bring(warehouse, path, both)
    assert (again.corrects, again.new, again.changed, again.rejected) == (1, 0, 1, 3)
    assert lines_of(warehouse, "1") == ORDER[:2], "the order keeps the line that is loaded"
    left = [reject_file(warehouse, each)["order_id"].tolist() for each in (first, other)]
    assert left == [["1", "3"], ["8"]], "a row that names the other file corrects that one"

    sheet = reject_file(warehouse, again)
    assert list(sheet) == list(sheets[0])
    assert sheet[rejects.FROM].tolist() == [
        *(f"line {line} of {first.sha256[:12]}" for line in (4, 6)), f"line 4 of {other.sha256[:12]}"
    ]  # fmt: skip
    text = sheet.to_csv(index=False).replace("def", "30").replace("late", "02/03/24").replace("ghi", "1")
    bring(warehouse, path, text)
    assert lines_of(warehouse, "1") == ORDER
    assert lines_of(warehouse, "3") == [("C", date(2024, 3, 2), "P0", 3.5, None)]
    assert lines_of(warehouse, "8") == [("D", date(2024, 2, 19), "P0", 1.0, "shop")]
    with warehouse.duck.session() as session:
        assert [each.corrected for each in imports.listed(session)] == [3, 1, 3, 0]


@pytest.mark.slow  # four loads; that lines join their orders is tested without them
def test_a_line_is_corrected_twice_and_undone(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    sheet = reject_file(warehouse, bring(warehouse, path, HEAD + LINES))
    one, other = (sheet[sheet["product_id"] == product].to_csv(index=False) for product in ("P1", "P2"))
    bring(warehouse, path, one.replace("abc", "20"))
    bring(warehouse, path, other.replace("def", "30"))
    assert lines_of(warehouse, "1") == ORDER
    assert bring(warehouse, path, one.replace("abc", "20"), dry_run=True).same == 1
    again = bring(warehouse, path, one.replace("abc", "25"))
    assert [price for _, _, _, price, _ in lines_of(warehouse, "1")] == [10.5, 25, 30]
    load.undo(warehouse, again.import_id, "anna")
    assert lines_of(warehouse, "1") == ORDER
