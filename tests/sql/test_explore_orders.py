"""Revenue and orders by what the files of orders and of their lines say beside the fields."""

from __future__ import annotations

import pandas as pd
import pytest

from crm_analytics.errors import UnknownName
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import explore
from crm_analytics.query.rules import where
from tests.metrics.loading import load_frame, rows_of

#: Of order 1 the header says more than its lines come to; order 4 and the till's sale have no number or no column.
ORDERS = [
    ("1", "ann", "2024-01-05", 99.0, "web", '{"code":"SPRING"}'),
    ("4", "bob", "2024-02-07", 20.0, "shop", '{"code":"SPRING"}'),
    ("5", "bob", "2024-02-08", -5.0, "shop", None),
    (None, "cid", "2024-02-09", 7.0, None, '{"code":"AUTUMN"}'),
    (None, "cid", "2024-02-09", 3.0, None, '{"code":"SPRING"}'),
    ("6", None, "2024-02-09", 50.0, None, '{"code":"SPRING"}'),
]
LINES = [
    ("1", 1, "ann", "2024-01-05", "mug", 2.0, 5.0, '{"gift":"yes"}'),
    ("1", 2, "ann", "2024-01-05", "cap", 1.0, 20.0, '{"gift":"no"}'),
    ("1", 3, "ann", "2024-01-05", "post", 1.0, 4.0, None),
    ("2", 1, "bob", "2024-01-06", "mug", 1.0, 5.0, '{"gift":"yes"}'),
]


@pytest.fixture
def sold(warehouse):
    at = {"ordered_at": "datetime64[us]"}
    names = ["order_id", "customer_id", "ordered_at", "amount", "channel", "attributes"]
    load_frame(warehouse, "orders", pd.DataFrame(ORDERS, columns=names).astype(at), 1)
    names = ["order_id", "line_no", "customer_id", "ordered_at", "product_id", "quantity", "unit_price", "attributes"]
    load_frame(warehouse, "order_lines", pd.DataFrame(LINES, columns=names).astype(at), 2)
    with warehouse.changing() as session:
        for number, kind, name in ((1, "orders", "code"), (2, "order_lines", "gift")):
            session.do(f"INSERT INTO workspace.attributes VALUES ({number}, '{kind}', '{name}', '{name}', 'text')")
            session.do(
                "INSERT INTO workspace.imports (import_id, kind, source, file, sha256, bytes, rows_read, new, same, changed, rejected, "
                f"mapping, report, who, imported_at) VALUES ({number}, '{kind}', 'main', 'f', 's', 1, 6, 6, 0, 0, 0, '{{}}', "
                "'{\"problems\":[]}', 'x', TIMESTAMP '2024-03-01')"
            )
    return warehouse


def test_sums_by_columns_of_orders_and_of_lines(sold) -> None:
    def sums(rows: str, columns: str = "all", period: str = "all", rule=None) -> list[tuple[object, ...]]:
        knobs = {
            "rows": rows,
            "columns": columns,
            "period": period,
            "row_path": f'$."{rows}"',
            "column_path": f'$."{columns}"',
        }
        audience = sold.audience(rule) if rule else sold.audience()
        found = sold.read("metrics/explore_orders", audience, of_lines=rows == "gift", exclude_services=False, **knobs)
        return rows_of(found, "row_value", "column_value", "revenue", "orders", "customers")

    # order 1 comes to its lines, 34; a day of sales without a number is one purchase, its rows tell apart what they came to
    assert sums("code") == [("AUTUMN", "all", 7.0, 1, 1), ("SPRING", "all", 57.0, 3, 3), ("unknown", "all", 0.0, 1, 1)]
    assert sums("gift") == [("no", "all", 20.0, 1, 1), ("unknown", "all", 29.0, 3, 3), ("yes", "all", 15.0, 2, 2)]
    assert sums("order_channel", "code")[0] == ("shop", "SPRING", 20.0, 1, 1)
    assert sums("code", rule=where("customer_id", "is", "ann")) == [("SPRING", "all", 34.0, 1, 1)]
    assert [each[2:4] for each in sums("code", period="month")] == [(7.0, 1), (34.0, 1), (23.0, 2), (5.0, 1), (-5.0, 0)]


def test_the_measure_and_what_goes_together(sold) -> None:
    everybody = sold.audience()
    frame = compute(sold, "explore", everybody, measure="average_order_value", rows="gift")
    assert dict(zip(frame["row"], frame["value"], strict=True))["yes"] == 7.5
    assert any("divided by lines" in note for note in frame.attrs["notes"])
    total = compute(sold, "explore", everybody, rows="code")["value"].sum()
    assert total == compute(sold, "explore", everybody, rows="status")["value"].sum() == 64.0
    assert "gift" in explore.fields_of(sold, "revenue")
    assert explore.fields_beside(sold, "revenue", "gift") == ("order_channel", "order_country", "gift")
    sold.set_preferences("me", exclude_services=True)
    assert compute(sold, "explore", sold.audience(), rows="gift")["value"].sum() == 60.0
    for columns in ("code", "status"):
        with pytest.raises(UnknownName, match="gift"):
            compute(sold, "explore", everybody, rows="gift", columns=columns)
