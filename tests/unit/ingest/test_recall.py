"""A file with the headers of an earlier one is read as a person decided of that, unless its values speak against it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.load import forget, load
from crm_analytics.ingest.mapping_file import MappingFile
from crm_analytics.ingest.meant import Intake, meant
from crm_analytics.ingest.recall import Recalled, recall
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.remapping import remap
from crm_analytics.ingest.repairs import Repairs
from crm_analytics.ingest.review import review, unsure
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import mappings

TODAY = date(2026, 1, 1)
HEAD = "ref;who;when;worth\n"
MEANT = {"ref": "order_id", "who": "customer_id", "when": "ordered_at", "worth": "amount"}
UNCLEAR = "1;A;02/03/2024;1,50\n2;B;04/05/2024;2,50\n3;C;06/07/2024;3,50\n4;C;07/07/2024;free\n"


def decide(warehouse: Warehouse, path: Path) -> None:
    path.write_text(HEAD + UNCLEAR)
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name)
        read = remap(found, kind="orders", mapping=MEANT, date_order={"when": "MDY"})
        mended = Repairs(values={"worth": {"free": "0"}})
        load(warehouse, review(session, read, MEANT, "till", today=TODAY, repairs=mended), path, "anna", decided=True)


def recalled(warehouse: Warehouse, path: Path, rows: str, **more: str) -> tuple[Recalled | None, list[tuple]]:
    path.write_text(HEAD + rows)
    with warehouse.duck.session() as session:
        known = recall(session, recognise(session, path, path.name), **more)
        if known is None:
            return None, []
        review(session, known.recognition, known.mapping, known.remembered.source, today=TODAY, repairs=known.repairs)
        return known, session.rows("SELECT order_id, ordered_at, CAST(amount AS DOUBLE) FROM typed ORDER BY line")


def test_the_next_file_is_read_as_decided(warehouse: Warehouse, tmp_path: Path) -> None:
    decide(warehouse, tmp_path / "march.csv")
    path = tmp_path / "april.csv"
    known, rows = recalled(warehouse, path, "9;D;03/04/2024;9,00\n10;E;05/06/2024;free\n")
    assert rows == [("9", datetime(2024, 3, 4), 9.0), ("10", datetime(2024, 5, 6), 0.0)]
    assert (known.mapping, known.remembered.source, known.doubts) == (MEANT, "till", ())
    assert unsure(known.recognition) == []
    assert known.recognition.mapping["when"].reason.startswith("as anna decided on ")

    against, rows = recalled(warehouse, path, "9;D;13/04/2024;9.00\n10;E;05/06/2024;8.50\n")
    assert rows[1] == ("10", datetime(2024, 6, 5), 8.5), "what the values say for sure is not read otherwise"
    assert len(against.doubts) == 2
    assert "the month first, as anna decided on" in against.doubts[0]
    assert "a decimal comma" in against.doubts[1]
    words, _ = recalled(warehouse, path, "9;D;03/04/2024;a lot\n10;E;05/06/2024;much\n11;F;05/06/2024;9,50\n")
    assert ["its values are no numbers now" in each for each in words.doubts] == [True]

    usual = "9;D;03/04/2024;9,00\n10;E;05/06/2024;1,00\n"
    assert recalled(warehouse, path, usual, source="shop") == (None, [])
    assert recalled(warehouse, path, usual, kind="customers") == (None, [])
    forget(warehouse, known.remembered, "anna")
    assert recalled(warehouse, path, usual) == (None, [])
    with warehouse.duck.session() as session:
        assert mappings.listed(session) == []
        assert session.value("SELECT count(*) FROM workspace.audit WHERE act = 'forget mapping'") == 1


def test_values_outweigh_what_was_decided_though_a_stray_one_speaks_for_it(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    decide(warehouse, tmp_path / "march.csv")
    path = tmp_path / "april.csv"
    strayed = "1;D;13/04/2024;9.00\n2;E;14/04/2024;8.50\n3;E;05/06/2024;7.50\n4;E;04/15/2024;7,50\n"
    against, rows = recalled(warehouse, path, strayed)
    assert rows[2] == ("3", datetime(2024, 6, 5), 7.5)
    assert [each.partition(" was read")[0] for each in against.doubts] == ["when", "worth"]
    assert len(unsure(against.recognition)) == 2
    again, _ = recalled(warehouse, path, strayed.replace("14/04", "04/14").replace("13/04", "04/13").replace(".", ","))
    assert (again.doubts, unsure(again.recognition)) == ((), []), "a stray one against what was decided is rejected"
    (ids,) = recalled(warehouse, path, "2024-03-01;D;03/04/2024;9,00\n2024-03-02;E;05/06/2024;1,00\n")[0].doubts
    assert ids.endswith("but its values look otherwise now, such as 2024-03-01.")

    with warehouse.duck.session() as session:
        path.write_text(HEAD + strayed)
        said = MappingFile(date_order={"when": "DMY"}, decimal={"worth": "."})
        known = meant(session, recognise(session, path, path.name), Intake(TODAY, "anna", cells=said))
        assert (known.remembered is not None, known.doubts, unsure(known.found)) == (True, (), [])


@pytest.mark.parametrize(
    ("cells", "said"), [("02/03/2024;1.50", {"date_order": {"date": "MDY"}}), ("2024-02-03;1.500", {"decimal": {"amount": "."}})]
)  # fmt: skip
def test_an_answer_leaves_no_guess(
    session: Session, tmp_path: Path, cells: str, said: dict[str, dict[str, str]]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"order id;customer id;date;amount\n1;A;{cells}\n2;B;{cells}\n")
    found = recognise(session, path, path.name)
    assert unsure(found) != []
    known = meant(session, found, Intake(TODAY, "anna", cells=MappingFile(**said), anew=True))
    assert unsure(known.found) == []
