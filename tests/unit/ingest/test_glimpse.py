"""The first rows of a large file are understood before the others are read."""

from __future__ import annotations

from conversion import TODAY

from crm_analytics.ingest.glimpse import LARGE, glimpse

HEADER = "order id,customer id,date,amount\n"
ROW = "{0},{1},2024-01-{2:02},{3}.50\n"


def rows(count: int, first: int = 1) -> str:
    return "".join(ROW.format(n, n % 90, n % 28 + 1, n % 70) for n in range(first, first + count))


def test_a_large_file_is_known_by_its_first_rows(session, write):
    head = HEADER + rows(12_000)
    path = write(head + "no row at all\n" * ((LARGE - len(head)) // 14 + 1))
    found = glimpse(session, path, path.name, TODAY)
    assert found is not None
    assert found.rows < 12_000
    assert (found.kind, [each.field for each in found.mapping.values()]) == (
        "orders", ["order_id", "customer_id", "ordered_at", "amount"],
    )  # fmt: skip


def test_small_files_and_other_containers_are_read_as_a_whole(session, write):
    assert glimpse(session, write(HEADER + rows(10)), "small.csv", TODAY) is None
    assert glimpse(session, write(b"PK\x03\x04" + b"x" * LARGE), "packed.zip", TODAY) is None
