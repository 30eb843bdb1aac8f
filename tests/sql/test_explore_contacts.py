"""Responses by what a file of contacts says of each contact."""

from __future__ import annotations

import pandas as pd
import pytest

from crm_analytics.errors import UnknownName
from crm_analytics.metrics.catalogue import compute
from tests.metrics.loading import load_frame, rows_of


@pytest.fixture
def contacted(warehouse):
    names = ["contact_id", "campaign_id", "customer_id", "arm", "contacted_at", "responded", "converted", "attributes"]
    rows = [
        ("1", "k", "ann", "A", "2024-01-01", True, None, '{"job":"baker","duration":"9"}'),
        ("2", "k", "bob", "A", "2024-02-02", False, True, '{"job":"baker","duration":"9"}'),
        ("3", "k", "cid", "B", "2024-02-02", None, True, '{"job":"it\'s; \\"x\\"","duration":"1"}'),
        ("4", "l", "cid", "B", "2024-02-03", None, None, '{"job":"baker"}'),
        ("5", "l", "dan", "B", "2024-02-04", False, None, "{}"),
    ]
    load_frame(warehouse, "contacts", pd.DataFrame(rows, columns=names).astype({"contacted_at": "datetime64[us]"}))
    with warehouse.changing() as session:
        values = "(1, 'contacts', 'job', 'Job', 'text'), (1, 'contacts', 'duration', 'Duration', 'number')"
        session.do(f"INSERT INTO workspace.attributes VALUES {values}")
        session.do(
            "INSERT INTO workspace.imports (import_id, kind, source, file, sha256, bytes, rows_read, new, same, changed, rejected, "
            "mapping, report, who, imported_at) "
            "VALUES (1, 'contacts', 'main', 'f', 's', 1, 5, 5, 0, 0, 0, '{}', '{\"problems\":[]}', 'x', now()::TIMESTAMP)"
        )
    return warehouse


def test_contacts_by_a_column_of_their_file(contacted) -> None:
    knobs = {
        "rows": "job",
        "columns": "all",
        "period": "all",
        "row_path": '$."job"',
        "column_path": '$."all"',
        "controls": "|",
    }
    found = contacted.read("metrics/explore_contacts", contacted.audience(), **knobs)
    assert rows_of(found, "row_value", "column_value", "contacts", "responses", "customers") == [
        ("baker", "all", 2, 1, 2), ('it\'s; "x"', "all", 1, 1, 1), ("unknown", "all", 1, 0, 1),
    ]  # fmt: skip
    knobs |= {"columns": "arm", "period": "month"}
    found = contacted.read("metrics/explore_contacts", contacted.audience(), **knobs)
    assert rows_of(found, "row_value", "column_value", "period_start", "contacts")[:2] == [
        ("baker", "A", "2024-01-01", 1), ("baker", "A", "2024-02-01", 1),
    ]  # fmt: skip


def test_what_is_known_too_late_is_warned_about(contacted) -> None:
    found = compute(contacted, "explore", contacted.audience(), measure="response_rate", rows="duration")
    assert any("known only after the contact" in note for note in found.attrs["notes"])
    with pytest.raises(UnknownName, match="nothing_of_the_kind"):
        compute(contacted, "explore", contacted.audience(), measure="response_rate", rows="nothing_of_the_kind")
    with pytest.raises(UnknownName, match="job"):
        compute(contacted, "explore", contacted.audience(), measure="revenue", rows="job")
