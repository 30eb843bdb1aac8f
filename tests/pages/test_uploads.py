"""Files on their way in: archives fall apart into files, of a workbook the sheet can be chosen."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import Future
from datetime import datetime

from crm_analytics.ingest import load
from crm_analytics.ingest.repairs import Repairs
from crm_analytics.ingest.review import proposed
from crm_analytics.ui import jobs, session
from crm_analytics.ui.jobs import Job
from crm_analytics.ui.upload_jobs import bring_in, doubts, examine, examine_again, forget, mend
from crm_analytics.ui.uploads import Choice, Reading, Uploads
from crm_analytics.workspace import mappings
from crm_analytics.workspace.mappings import Remembered
from tests.conftest import bring_in as load_into
from tests.unit.ingest import workbooks

ORDERS = "order id,customer id,date,amount\n1,A,2024-01-01,10\n2,B,2024-01-02,20\n"
PEOPLE = "customer id,name,email\nA,Ann,ann@example.com\n"


class Sent(io.BytesIO):
    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def examined(warehouse, upload, **more):
    examine(upload, warehouse, Job("Reading", "a test", session=upload.session), **more)
    return upload


def settled(app, key):
    """The first selectbox with a key that begins so, once no job runs behind the page."""
    ((number,),) = app.session_state["uploads"].values()
    while f"job_{number}" in app.session_state:
        jobs.jobs().get(app.session_state[f"job_{number}"]).future.exception(timeout=30)
        app.run()
    return next(each for each in app.selectbox if each.key.startswith(key))


def test_an_archive_gives_each_of_its_files(warehouse) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("upload", ORDERS)
        archive.writestr("deep/people.csv", PEOPLE)
    uploads = Uploads()
    taken = uploads.take(warehouse, Sent("exports.zip", content.getvalue()))
    kinds = {upload.name: examined(warehouse, upload).recognition.kind for _, upload in taken}
    assert {name.rpartition("/")[2]: kind for name, kind in kinds.items()} == {
        "upload": "orders",
        "people.csv": "customers",
    }
    assert all(uploads.get(number) is upload for number, upload in taken)
    assert [each.review.new for _, each in taken if each.name.endswith("upload")] == [2]
    uploads.close()
    assert list((warehouse.settings.data_dir / "incoming").iterdir()) == []


def test_of_a_workbook_another_sheet_can_be_read(warehouse, tmp_path) -> None:
    orders = [["order id", "customer id", "date", "amount"], ["1", "A", "2024-01-01", 10], ["2", "B", "2024-01-02", 20]]
    people = [["customer id", "name", "email"], ["A", "Ann", "ann@example.com"]]
    sheets = {"Orders": workbooks.rows(orders), "People": workbooks.rows(people)}
    path = workbooks.write(tmp_path / "book.xlsx", sheets)
    uploads = Uploads()
    ((_, upload),) = uploads.take(warehouse, Sent("book.xlsx", path.read_bytes()))
    found = examined(warehouse, upload).recognition
    assert (found.kind, found.layout.sheet, found.layout.sheets) == ("orders", "Orders", ("Orders", "People"))
    found = examined(warehouse, upload, sheet="People").recognition
    assert (found.kind, found.layout.sheet) == ("customers", "People")
    uploads.close()


def test_a_repair_that_cannot_be_used_leaves_the_review_as_it_was(warehouse) -> None:
    uploads, job = Uploads(), Job("Reviewing", "a test")
    ((_, upload),) = uploads.take(warehouse, Sent("orders.csv", (ORDERS + "3,C,2024-01-03,free\n").encode()))
    assert examined(warehouse, upload).review.rejected == 1
    mend(upload, warehouse, Repairs(values={"amount": {"free": "gratis"}}), Reading(), job)
    assert "'gratis' in place of 'free'" in str(upload.problem)
    assert (upload.review.rejected, bool(upload.repairs)) == (1, False)
    mend(upload, warehouse, Repairs(values={"amount": {"free": "0"}}), Reading(), job)
    assert (upload.problem, upload.review.rejected, upload.review.new) == (None, 0, 3)
    upload.working = Future()
    uploads.close()
    assert upload.path.exists(), "taken out of the field while a job works on it"
    upload.working.set_result(None)
    assert not upload.path.exists()


def test_a_file_is_read_as_the_one_before_until_that_is_forgotten(warehouse) -> None:
    text = "order id,customer id,date,amount\n1,A,02/01/2024,10\n2,B,03/01/2024,20\n"
    uploads, job = Uploads(), Job("Reading", "a test")
    ((_, first),) = uploads.take(warehouse, Sent("first.csv", text.encode()))
    assert examined(warehouse, first).review is None, "day or month first: nobody can tell"
    mapping = {column: guess.field for column, guess in first.recognition.mapping.items()}
    examine_again(first, warehouse, Choice("order_lines", mapping, {}, {}, "main"), job)
    examine_again(first, warehouse, Choice("orders", mapping | {"amount": None}, {"date": "MDY"}, {}, "main"), job)
    read = {column: guess.reason for column, guess in first.recognition.mapping.items()}
    assert read["amount"] == "chosen by you", "this was changed by hand, the others were left"
    assert "usual name" in read["order id"]
    examine_again(first, warehouse, Choice("orders", mapping, {"date": "MDY"}, {}, "main"), job)
    bring_in(first, warehouse, "anna", job)
    ((_, second),) = uploads.take(warehouse, Sent("second.csv", text.replace("1,A", "3,A").encode()))
    assert examined(warehouse, second).recalled.remembered.who == "anna"
    assert (second.review.new, doubts(second)) == (1, [])
    forget(second, warehouse, "anna", job)
    assert (second.review, second.recalled) == (None, None)
    ((_, third),) = uploads.take(warehouse, Sent("third.csv", b"user,when,amt\n1,2024-01-31,1.5\n2,2024-01-31,2.5\n"))
    assert any("Is this a table of orders?" in each for each in doubts(examined(warehouse, third)))
    examine_again(third, warehouse, Choice("orders", proposed(third.recognition), {}, {}, "main"), job)
    assert (doubts(third), third.recognition.kind_reason) == ([], "confirmed by you")
    uploads.close()


def test_another_kind_brings_its_meanings_and_nothing_loads_before_they_are_reviewed(open_app) -> None:
    app = open_app(page="pages/data.py")
    text = "Purchase ID,Item Name,Purchase Email,Purchase Date,Subtotal ($),Shipping ($),Sale Price ($),Quantity\n"
    text += "".join(
        f"g{row},Mug,a{row % 9}@mail.test,2024-01-{row % 20 + 10},{row}.19,0.00,{row}.93,1\n" for row in range(10, 70)
    )
    app.file_uploader[0].upload("sales.csv", text.encode()).run()
    read, load = settled(app, "kind_"), lambda: next(each for each in app.button if each.key.startswith("load_"))
    assert (read.value, load().disabled) == ("order_lines", False)
    assert sum("Is this a table of order lines? No order has a second row" in each.value for each in app.warning) == 1
    read.set_value("orders").run()
    given = {each.value for each in app.selectbox if each.key.startswith("meaning_orders_")}
    assert given >= {"order_id", "customer_id", "ordered_at", "amount"}
    assert load().disabled
    settled(app, "kind_").set_value("order_lines").run()
    assert not load().disabled


def test_a_file_is_compared_again_after_another_one_was_loaded(warehouse) -> None:
    uploads, job = Uploads(), Job("Comparing", "a test")
    taken = [uploads.take(warehouse, Sent(name, ORDERS.encode()))[0][1] for name in ("one.csv", "two.csv")]
    first, second = (examined(warehouse, upload) for upload in taken)
    bring_in(first, warehouse, "anna", job)
    assert (second.review.new, second.review.comparison.holds(second.session)) == (2, False)
    bring_in(second, warehouse, "bert", job)
    assert (second.made, second.overtaken) == (None, True), "it is shown first what the load would do now"
    assert (second.review.new, second.review.same, second.review.comparison.holds(second.session)) == (0, 2, True)
    assert second.effect.before == second.effect.after
    bring_in(second, warehouse, "bert", job)
    assert (second.made.new, second.made.same) == (0, 2)
    sent = (
        ("people.csv", PEOPLE.replace("A,", "C,")),
        ("cases.csv", "case id,customer id,opened at\n1,C,2024-02-01\n"),
    )
    people, cases = (examined(warehouse, uploads.take(warehouse, Sent(n, t.encode()))[0][1]) for n, t in sent)
    assert "None of its 1 customers" in cases.unknown
    bring_in(people, warehouse, "anna", job)
    bring_in(cases, warehouse, "anna", job)
    assert (cases.overtaken, cases.unknown) == (True, None), "they are known by now"
    uploads.close()


def test_what_was_decided_of_files_is_listed_and_can_be_forgotten(open_app) -> None:
    said = {
        "columns": {"Date": "ordered_at", "Sum": "amount", "Gift": None}, "date_order": {"Date": "DMY"}, "blank": ["Sum"],
        "values": {"Sum": {"free": "0"}}, "defaults": {"Date": "2024-01-01"},
    }  # fmt: skip
    made = Remembered("till", ("Date", "Sum", "Gift"), "orders", said, "anna", datetime(2024, 5, 1, 12))
    app = open_app(more_mappings="true", page="pages/data.py")
    assert any("Nothing was decided by hand" in each.value for each in app.info)
    warehouse = session.warehouse()
    with warehouse.duck.session() as writing:
        mappings.keep(writing, made)
    app.run()
    listed, columns = (each.value for each in app.dataframe)
    assert listed[["source", "kind", "who"]].iloc[0].tolist() == ["till", "orders", "anna"]
    assert columns["is"].tolist() == ["ordered at", "amount", "kept as attribute"]
    assert columns["read with"].tolist() == [
        "the day first; '2024-01-01' in place of a blank", "cells that cannot be read left blank; '0' in place of 'free'", "",
    ]  # fmt: skip
    with warehouse.duck.session() as breaking:
        breaking.do("ALTER TABLE workspace.audit RENAME TO mislaid")
    app.button(key="forget_mapping").click().run()
    assert not app.exception, "a callback tells why it could not be done"
    assert any("audit" in each.value for each in app.warning)
    with warehouse.duck.session() as mending:
        assert len(mappings.listed(mending)) == 1
        mending.do("ALTER TABLE workspace.mislaid RENAME TO audit")
    app.button(key="forget_mapping").click().run()
    assert not app.exception
    with warehouse.duck.session() as reading:
        assert mappings.listed(reading) == []
        assert reading.rows("SELECT act FROM workspace.audit") == [("forget mapping",)]


def test_undo_of_what_another_window_took_back_is_not_its_contrary(open_app, tmp_path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    app = open_app(page="pages/data.py")
    load_into(session.warehouse(), path)
    app.run()
    load.undo(session.warehouse(), 1, "bert")
    app.button(key="undo_1").click().run()
    assert not app.exception
    assert app.button(key="redo_1").label == "Let it hold again"
