"""Storage: any interleaving of imports, undos and redos equals loading the survivors in order into an empty base.

The rows are staged typed, as the conversion leaves them; the way from a file to there has its own tests.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import load, store
from crm_analytics.ingest.layout import Layout
from crm_analytics.ingest.recognise import Recognition, recognise
from crm_analytics.ingest.repairs import NO_REPAIRS
from crm_analytics.ingest.review import Review, proposed, review
from crm_analytics.query import facts, marts
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.workspace.imports import Import
from tests.conftest import TODAY, bring_in, in_memory

AS_OF = date(2024, 6, 1)
MOMENTS = [datetime(2024, 1, 1, 10), datetime(2024, 1, 1, 18), datetime(2024, 2, 3), datetime(2024, 5, 5)]
DAYS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 3), date(2024, 3, 1)]
MONEY = [Decimal("-5"), Decimal("0"), Decimal("2.5000"), Decimal("10.0001")]
ARROW = {
    "id": pa.string(),
    "text": pa.string(),
    "category": pa.string(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "money": pa.decimal128(18, 4),
    "number": pa.float64(),
    "integer": pa.int64(),
}
LAYOUT = Layout("utf-8", ",", '"', None, (1,), 2, (), ())

of = st.sampled_from
ORDER = {
    "order_id": of([None, "1", "2", "3"]),
    "customer_id": of([None, "a", "b"]),
    "ordered_at": of(MOMENTS),
    "amount": of(MONEY),
    "channel": of([None, "web", "shop"]),
}
NUMBERED = {
    "order_id": of(["1", "2", "4"]),
    "line_no": of([None, 1, 2]),
    "customer_id": of([None, "a", "c"]),
    "ordered_at": of([None, *MOMENTS]),
    "product_id": of(["x", "post"]),
    "quantity": of([-1.0, 1.0, 2.0]),
    "unit_price": of(MONEY),
}
LOOSE = NUMBERED | {"order_id": st.none(), "line_no": st.none(), "ordered_at": of(MOMENTS)}
CUSTOMER = {
    "customer_id": of(["a", "b", "d"]),
    "name": of([None, "Ann", "Zoë"]),
    "joined_on": of([None, date(2024, 1, 1), date(2025, 1, 1)]),
}
PRODUCT = {"product_id": of(["x", "y"]), "product_name": of([None, "X", "Y"]), "unit_cost": of([None, *MONEY])}

Row = dict[str, Any]


def files() -> st.SearchStrategy[tuple[str, str, tuple[Row, ...]]]:
    """(kind, source, rows)"""

    def of_kind(kind: str, fields: dict[str, Any]) -> st.SearchStrategy[tuple[str, str, tuple[Row, ...]]]:
        rows = st.lists(st.fixed_dictionaries(fields), min_size=1, max_size=5).map(tuple)
        return st.tuples(st.just(kind), of(["main", "main", "main", "shop"]), rows)

    lines = of_kind("order_lines", NUMBERED) | of_kind("order_lines", LOOSE)
    return of_kind("orders", ORDER) | lines | of_kind("customers", CUSTOMER) | of_kind("products", PRODUCT)


def unit(kind: str, source: str, row: Row) -> tuple[Any, ...]:
    """What a later file replaces, written a second time."""
    if kind in ("customers", "products"):
        return kind, source, row["customer_id" if kind == "customers" else "product_id"]
    if kind == "order_lines" and row["order_id"] is not None and row["line_no"] is not None:
        return kind, source, row["order_id"], row["line_no"]
    customer = row["customer_id"] or ""
    if row["order_id"] is not None:
        return kind, source, customer, row["order_id"], "order"
    return kind, source, customer, row["ordered_at"], "time"


def is_single(found: tuple[Any, ...]) -> bool:
    return found[0] in ("customers", "products") or (found[0] == "order_lines" and len(found) == 4)


class Model:
    """What is held, in plain Python: of every unit the rows of the latest import that has it."""

    def __init__(self) -> None:
        self.imports: list[dict[tuple[Any, ...], Counter[tuple[Any, ...]]]] = []
        self.undone: set[int] = set()

    def held(self) -> dict[tuple[Any, ...], Counter[tuple[Any, ...]]]:
        rows: dict[tuple[Any, ...], Counter[tuple[Any, ...]]] = {}
        for number, units in enumerate(self.imports):
            if number not in self.undone:
                rows |= units
        return rows

    def load(self, kind: str, source: str, rows: tuple[Row, ...]) -> tuple[int, int, int, int]:
        """new, same, changed, rejected"""
        units: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        for row in rows:
            units.setdefault(unit(kind, source, row), []).append(tuple(row[name] for name in sorted(row)))
        new = same = changed = rejected = 0
        held = self.held()
        kept = {}
        for key, contents in units.items():
            if is_single(key):
                same += contents[:-1].count(contents[-1])
                rejected += len(contents) - 1 - contents[:-1].count(contents[-1])
                contents = contents[-1:]
            kept[key] = Counter(contents)
            if key not in held:
                new += len(contents)
            elif held[key] == kept[key]:
                same += len(contents)
            else:
                changed += len(contents)
        self.imports.append(kept)
        return new, same, changed, rejected


def put(
    session: Session, warehouse: Warehouse, original: Path, kind: str, source: str, rows: tuple[Row, ...]
) -> Import:
    """Load typed rows as an import."""
    known = KINDS[kind]
    columns = ", ".join(f"{field.name} {field.stored_as}" for field in known.fields)
    columns += ", attributes VARCHAR" if known.attributes else ""
    session.do(f"CREATE OR REPLACE TEMP TABLE typed (line INTEGER, {columns})")
    session.do(
        "CREATE OR REPLACE TEMP TABLE rejects "
        "(line INTEGER, column_name VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"
    )
    values = {"line": pa.array(range(2, len(rows) + 2), pa.int32())}
    for field in known.fields:
        values[field.name] = pa.array([row.get(field.name) for row in rows], ARROW[field.meaning])
    if known.attributes:
        values["attributes"] = pa.array([row.get("attributes") for row in rows], pa.string())
    session.append("typed", pa.table(values))
    folded = store.stage(session, known, source)
    found = store.compare(session, known, source, folded)
    rejected = session.value("SELECT count(DISTINCT line) FROM rejects")
    digest = hashlib.sha256(original.read_bytes()).hexdigest()
    recognition = Recognition("rows.csv", digest, 1, LAYOUT, {}, kind, 1.0, "", {}, len(rows), 0, ())
    counts = (found.new, found.same, found.changed, rejected, found.repeated, folded, found.doubled)
    reviewed = Review(session, recognition, known, source, {}, len(rows), *counts, (), None, NO_REPAIRS, (), found)
    return load.load(warehouse, reviewed, original, "the test")


def state(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is computed from the imports, without their numbers, each as a sorted multiset."""
    warehouse.base(AS_OF)
    reads = {f"core.{kind}": ", ".join(("source", *known.columns)) for kind, known in KINDS.items()}
    # numbers of customers are given in the order of their coming
    numbered = (
        "mart.orders",
        "mart.purchase_days",
        f"mart.customers_{AS_OF:%Y%m%d}",
        f"mart.whole_customers_{AS_OF:%Y%m%d}",
    )
    reads |= {"mart.cohort_days": "*", "mart.lines": "*", **dict.fromkeys(numbered, "* EXCLUDE (customer_no)")}
    with warehouse.duck.session() as session:
        return {table: sorted(session.rows(f"SELECT {what} FROM {table}"), key=repr) for table, what in reads.items()}


def relations(warehouse: Warehouse, *, anew: bool = False) -> dict[date, list[tuple[Any, ...]]]:
    """The relations of customers that are kept, with every column; or what they would be if they were made now."""
    found = {}
    with warehouse.duck.session() as session:
        for as_of, _ in marts.kept_customers(session, warehouse.data_version):
            session.do("BEGIN")
            if anew:
                marts.build_customers(session, as_of, warehouse.preferences)
            found[as_of] = session.rows(f"SELECT * FROM {marts.whole(as_of)} ORDER BY customer_no")
            session.do("ROLLBACK")
    return found


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("original") / "rows.csv"
    path.write_text("rows\n")
    return path


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_any_interleaving_equals_loading_the_survivors_in_order(original, data):
    with pytest.MonkeyPatch.context() as patch:
        # so few orders would nearly always be made anew as a whole
        patch.setattr(facts, "MOST_TOUCHED", data.draw(of([0, 0, facts.MOST_TOUCHED]), label="most touched"))
        interleave(original, data)


def interleave(original: Path, data: st.DataObject) -> None:
    pool = data.draw(st.lists(files(), min_size=1, max_size=4), label="files")
    model, loaded = Model(), []
    one, other = in_memory(original.parent), in_memory(original.parent)
    with one.duck.session() as session:
        for step in range(data.draw(st.integers(2, 7), label="steps")):
            switch = data.draw(of(["load", "load", "undo", "redo"]), label="act") if loaded else "load"
            candidates = sorted({"undo": set(range(len(loaded))) - model.undone, "redo": model.undone}.get(switch, ()))
            if switch == "load" or not candidates:
                kind, source, rows = data.draw(of(pool), label=f"file {step}")
                rows = tuple(data.draw(st.permutations(rows), label="order"))
                made = put(session, one, original, kind, source, rows)
                assert (made.new, made.same, made.changed, made.rejected) == model.load(kind, source, rows)
                assert made.new + made.same + made.changed + made.rejected == made.rows_read == len(rows)
                loaded.append((kind, source, rows))
            else:
                number = data.draw(of(candidates), label=switch)
                (load.undo if switch == "undo" else load.redo)(one, number + 1, "the test")
                (model.undone.add if switch == "undo" else model.undone.remove)(number)
            assert relations(one) == relations(one, anew=True)
            for day in data.draw(st.sets(of(DAYS), max_size=2), label="days asked for"):
                one.base(day)
    with other.duck.session() as session:
        for number, file in enumerate(loaded):
            if number not in model.undone:
                put(session, other, original, *file)
    assert state(one) == state(other)
    held = Counter((key[0], key[1], row) for key, rows in model.held().items() for row in rows.elements())
    assert sum(held.values()) == sum(len(rows) for table, rows in state(one).items() if table.startswith("core."))
    one.close()
    other.close()


LINES = "order_id,customer_id,order_date,product_id,quantity,unit_price\n"
ROWS = ["1,a,2024-01-02,x,1,2.50", "1,a,2024-01-02,x,1,2.50", "1,a,2024-01-02,y,2,1.25", "2,b,2024-01-03,x,1,9.99"]


def counts(made: Import) -> tuple[int, int, int, int]:
    return made.new, made.same, made.changed, made.rejected


def write(folder: Path, *rows: str, header: str = LINES) -> Path:
    path = folder / "lines.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows))
    return path


def test_a_file_again_adds_nothing_in_any_order(warehouse, tmp_path):
    assert counts(bring_in(warehouse, write(tmp_path, *ROWS))) == (4, 0, 0, 0)
    before = state(warehouse)
    for rows in itertools.islice(itertools.permutations(ROWS), 0, 24, 7):
        assert counts(bring_in(warehouse, write(tmp_path, *rows))) == (0, 4, 0, 0)
        assert state(warehouse) == before


def test_one_changed_line_changes_its_whole_order(warehouse, tmp_path):
    bring_in(warehouse, write(tmp_path, *ROWS))
    assert counts(bring_in(warehouse, write(tmp_path, *ROWS[:2], "1,a,2024-01-02,y,3,1.25", ROWS[3]))) == (0, 1, 3, 0)
    assert counts(bring_in(warehouse, write(tmp_path, ROWS[0], ROWS[2], ROWS[3]))) == (0, 1, 2, 0)
    with warehouse.duck.session() as session:
        assert session.rows("SELECT order_id, net_amount FROM mart.orders ORDER BY 1") == [
            ("1", Decimal("5")),
            ("2", Decimal("9.99")),
        ]


def test_a_line_with_a_number_is_replaced_alone(warehouse, tmp_path):
    header = "order_id,line_no,customer_id,order_date,product_id,quantity,unit_price\n"
    bring_in(warehouse, write(tmp_path, "1,1,a,2024-01-02,x,1,2.50", "1,2,a,2024-01-02,y,1,4.00", header=header))
    made = bring_in(warehouse, write(tmp_path, "1,2,a,2024-01-02,y,3,4.00", "1,3,a,2024-01-02,z,1,1.00", header=header))
    assert counts(made) == (1, 0, 1, 0)
    with warehouse.duck.session() as session:
        assert session.value("SELECT net_amount FROM mart.orders") == Decimal("15.5")


def test_undo_gives_back_what_was_replaced(warehouse, tmp_path):
    bring_in(warehouse, write(tmp_path, *ROWS))
    before = state(warehouse)
    bring_in(warehouse, write(tmp_path, "1,a,2024-01-02,z,1,100", "3,c,2024-01-05,z,1,5"))
    after = state(warehouse)
    load.undo(warehouse, 2, "the test")
    assert state(warehouse) == before
    load.redo(warehouse, 2, "the test")
    assert state(warehouse) == after


@pytest.mark.parametrize(
    ("first", "second", "doubled"),
    [
        (
            "order id,customer id,date,amount\n1,,2025-01-02,5\n2,B,2025-01-02,5\n",
            "order id,customer id,date,amount\n1,A,2025-01-02,5\n",
            1,
        ),
        ("order id,customer id,date,amount\n1,A,2025-01-02,5\n", "order id,customer id,date,amount\n1,A,2025-01-02,6\n", 0),
    ],
)  # fmt: skip
def test_an_order_that_would_count_twice_is_announced(
    tmp_path: Path, warehouse: Warehouse, first: str, second: str, doubled: int
) -> None:
    (tmp_path / "a.csv").write_text(first)
    (tmp_path / "b.csv").write_text(second)
    bring_in(warehouse, tmp_path / "a.csv", kind="orders")
    with warehouse.duck.session() as session:
        found = recognise(session, tmp_path / "b.csv", "b.csv", kind="orders")
        assert review(session, found, proposed(found), today=TODAY).doubled == doubled
