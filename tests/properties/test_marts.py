"""Customers as of a day against a slow second computation in plain Python, on random small bases."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_analytics.ingest import load
from crm_analytics.query import marts
from crm_analytics.query.marts import KEPT_DATES, months_before
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.preferences import RFM_GRID
from tests.conftest import bring_in, in_memory

START = date(2023, 1, 1)
ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["main", "main", "main", "shop"]),
            "customer_id": st.sampled_from([None, "a", "b", "c", "d", "e"]),
            "day": st.integers(0, 40) | st.integers(0, 700),
            "amount": st.sampled_from([-5, 0, 1, 2, 2, 3, 10, 50]),
        }
    ),
    max_size=25,
)
RHYTHMS = st.lists(  # customers who buy at a pace, so that the window and the statuses have something to find
    st.tuples(st.integers(1, 60), st.integers(0, 200), st.integers(1, 40)), max_size=4
)
STATED = st.lists(
    st.tuples(st.sampled_from(["a", "b", "x", "y"]), st.none() | st.integers(0, 700)),
    max_size=4,
    unique_by=lambda each: each[0],
)


def put(warehouse: Warehouse, orders: list[dict[str, Any]], stated: list[tuple[str, int | None]]) -> None:
    """Orders and customers as imports leave them."""
    with warehouse.changing() as session:
        sources = sorted({each["source"] for each in orders} | ({"main"} if stated else set()))
        for number, source in enumerate(sources, 1):
            session.do(
                "INSERT INTO workspace.imports SELECT $n, 'orders', $source, 'f', '0', 1, 1, 1, 0, 0, 0, '{}', "
                "'{\"problems\": []}', NULL, 'me', TIMESTAMP '2025-06-01', NULL, NULL",
                {"n": number, "source": source},
            )
        for line, each in enumerate(orders, 1):
            each = each | {"id": str(line), "line": line, "at": START + timedelta(each["day"])}
            del each["day"]
            session.do(
                "INSERT INTO source.orders (import_id, line, unit, current, source, order_id, customer_id, ordered_at, amount) "
                "VALUES (1, $line, $line, TRUE, $source, $id, $customer_id, $at, $amount)",
                each,
            )
        for line, (customer, joined) in enumerate(stated):
            session.do(
                "INSERT INTO source.customers (import_id, line, unit, current, source, customer_id, joined_on) "
                "VALUES (1, $line, $line, TRUE, 'main', $customer, $joined)",
                {"line": line, "customer": customer, "joined": None if joined is None else START + timedelta(joined)},
            )


def expected_window(days: dict[str, list[date]], orders: list[dict[str, Any]]) -> int:
    weights: dict[int, float] = defaultdict(float)
    for bought in days.values():
        for one, next_one in pairwise(bought):
            weights[(next_one - one).days] += 1 / (len(bought) - 1)
    if sum(len(bought) - 1 for bought in days.values()) < 50:
        return 365
    total, reached = sum(weights.values()), 0.0
    for gap in sorted(weights):
        reached += weights[gap]
        if reached >= 0.9 * total - 1e-9:
            break
    history = max(each["day"] for each in orders) - min(each["day"] for each in orders)
    return max(min(max(math.ceil(gap / 7) * 7, 35), history // 2 // 7 * 7), 7)


def expected_status(bought: list[date], as_of: date, window: int) -> str:
    if not bought:
        return "prospect"
    if (as_of - bought[0]).days <= window:
        return "new"
    if (as_of - bought[-1]).days > window:
        return "lapsed"
    last = sum((as_of - day).days <= window for day in bought)
    before = sum(window < (as_of - day).days <= 2 * window + 1 for day in bought)
    tail = sum(math.comb(last + before, k) for k in range(last + 1)) / 2 ** (last + before)
    return "declining" if before >= 7 and last <= before / 2 and tail <= 0.05 else "active"


def scores(values: dict[str, Any]) -> dict[str, int]:
    n = len(values)
    return {
        name: min(5, 1 + 5 * sum(other < value for other in values.values()) // n) for name, value in values.items()
    }


def expected(
    orders: list[dict[str, Any]], stated: list[tuple[str, int | None]], as_of: date
) -> dict[str, dict[str, Any]]:
    """Status, scores, segment, class, rank and sums by customer: METRICS in plain Python."""
    several = len({each["source"] for each in orders} | ({"main"} if stated else set())) > 1
    past = [each for each in orders if START + timedelta(each["day"]) <= as_of]
    own = defaultdict(list)
    for each in past:
        if each["customer_id"] is not None:
            own[f"{each['source']}:{each['customer_id']}" if several else each["customer_id"]].append(each)
    for customer, joined in stated:
        if joined is None or START + timedelta(joined) <= as_of:
            own[f"main:{customer}" if several else customer]
    days = {
        name: sorted({START + timedelta(each["day"]) for each in rows if each["amount"] > 0})
        for name, rows in own.items()
    }
    window = expected_window({name: bought for name, bought in days.items() if bought}, past)
    revenue = {name: Decimal(sum(each["amount"] for each in rows)) for name, rows in own.items()}
    buyers = [name for name in own if days[name]]
    r = scores({name: -(as_of - days[name][-1]).days for name in buyers})
    f = scores({name: len(days[name]) for name in buyers})
    m = scores({name: revenue[name] for name in buyers})
    ranking = sorted((name for name in buyers if revenue[name] > 0), key=lambda name: (-revenue[name], name))
    total, reached, classes = sum(revenue[name] for name in ranking), Decimal(0), {}
    for name in ranking:
        classes[name] = "A" if reached < total * Decimal("0.8") else "B" if reached < total * Decimal("0.95") else "C"
        reached += revenue[name]
    table = {}
    for name in own:
        bought = days[name]
        fm = (f[name] + m[name] + 1) // 2 if bought else None
        known = (as_of - bought[0]).days if bought else None
        recency = (as_of - bought[-1]).days if bought else None
        table[name] = {
            "status": expected_status(bought, as_of, window),
            "recency_days": recency,
            "orders": sum(each["amount"] > 0 for each in own[name]),
            "purchase_days": len(bought),
            "returns": sum(each["amount"] < 0 for each in own[name]),
            "revenue": revenue[name],
            "is_loyal": bool(bought) and len(bought) >= 3 and recency <= window <= known,
            "r_score": r.get(name),
            "f_score": f.get(name),
            "m_score": m.get(name),
            "fm_score": fm,
            "segment": RFM_GRID[r[name] - 1][fm - 1] if bought else "Prospects",
            "revenue_rank": ranking.index(name) + 1 if name in ranking else None,
            "abc_class": classes.get(name, "C") if bought else None,
        }
    return table


def found(warehouse: Warehouse, as_of: date) -> dict[str, dict[str, Any]]:
    warehouse.base(as_of)
    with warehouse.duck.session() as session:
        rows: pa.Table = session.table(f"SELECT * FROM mart.customers_{as_of:%Y%m%d}")
    columns = ("customer_id", *next(iter(expected([], [("a", None)], START).values())))
    return {each.pop("customer_id"): each for each in rows.select(columns).to_pylist()}


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(orders=ORDERS, rhythms=RHYTHMS, stated=STATED, day=st.integers(0, 750))
def test_customers_of_any_day_are_as_defined(tmp_path_factory, orders, rhythms, stated, day):
    paced = [
        {"source": "main", "customer_id": f"p{number}", "day": first + pace * step, "amount": 1 + number}
        for number, (pace, first, count) in enumerate(rhythms)
        for step in range(count)
    ]
    orders = orders + paced
    warehouse = in_memory(tmp_path_factory.getbasetemp())
    put(warehouse, orders, stated)
    days = {START + timedelta(day), START + timedelta(max((each["day"] for each in orders), default=0))}
    for as_of in days:
        assert found(warehouse, as_of) == expected(orders, stated, as_of)
    earlier = in_memory(tmp_path_factory.getbasetemp())
    as_of = min(days)
    past = [each for each in orders if START + timedelta(each["day"]) <= as_of]
    if {each["source"] for each in past} == {each["source"] for each in orders}:
        put(earlier, past, stated)
        assert found(earlier, as_of) == found(warehouse, as_of)
    warehouse.close()
    earlier.close()


def test_a_customer_who_buys_less_is_declining(warehouse, tmp_path):
    """Every 7 days for two years, then once in the last 70 days: the others keep the window at 35."""
    bought = [date(2023, 1, 1) + timedelta(7 * week) for week in range(100)]
    lines = [f"a{n},a,{day},5" for n, day in enumerate(bought)]
    daily = [date(2024, 9, 1) + timedelta(2 * n) for n in range(25)] + [date(2024, 11, 24)]
    lines += [f"b{n},b,{day},5" for n, day in enumerate([date(2024, 6, 1), *daily])]
    path = tmp_path / "orders.csv"
    path.write_text("order_id,customer_id,order_date,amount\n" + "".join(f"{line}\n" for line in lines))
    bring_in(warehouse, path)
    as_of = date(2024, 11, 24)
    assert warehouse.base(as_of).activity_window_days == 35
    table = found(warehouse, as_of)
    assert table["b"]["status"] == "declining"
    assert table["a"]["status"] == "active"


@pytest.fixture
def loaded(warehouse, tmp_path):
    path = tmp_path / "orders.csv"
    lines = (f"{n},c{n % 5},{START + timedelta(n)},{n + 1}\n" for n in range(60))
    path.write_text("order_id,customer_id,order_date,amount\n" + "".join(lines))
    bring_in(warehouse, path)
    return warehouse


def kept(warehouse: Warehouse) -> set[str]:
    with warehouse.duck.session() as session:
        rows = session.rows("SELECT table_name FROM duckdb_tables() WHERE table_name SIMILAR TO 'customers_[0-9]+'")
    return {name for (name,) in rows}


def test_the_latest_and_eight_other_dates_are_kept(loaded):
    days = [START + timedelta(5 * n) for n in range(11)]
    latest = loaded.latest()
    sizes = {}
    for day in [latest, *days]:
        sizes[day] = int(loaded.read("metrics/audience_size", loaded.audience(as_of=day))["customers"][0])
    assert kept(loaded) == {f"customers_{day:%Y%m%d}" for day in [latest, *days[-KEPT_DATES:]]}
    assert sizes[days[0]] == 1
    assert sizes[latest] == 5
    again = loaded.read("metrics/audience_size", loaded.audience(as_of=days[0]), anew=1)
    assert int(again["customers"][0]) == 1


def test_a_restart_keeps_relations_of_the_same_data_version_only(loaded, settings, tmp_path):
    day = date(2023, 2, 1)
    loaded.base(day)
    loaded.close()
    again = Warehouse.open(settings)
    assert kept(again) == {"customers_20230201"}
    with again.duck.session() as session:
        session.do("UPDATE mart.bases SET version = 'another'")
    again.close()
    third = Warehouse.open(settings)
    before = third.read("metrics/statuses", third.audience(as_of=day))["revenue"].sum()
    path = tmp_path / "more.csv"
    path.write_text("order_id,customer_id,order_date,amount\nz1,z,2023-01-15,1000\n")
    bring_in(third, path)
    assert kept(third) == set()
    assert third.read("metrics/statuses", third.audience(as_of=day))["revenue"].sum() == before + 1000
    third.close()


def test_a_large_relation_is_the_same(loaded, monkeypatch):
    day = date(2023, 2, 1)
    small = found(loaded, day)
    with loaded.changing(rebuild="customers"):
        monkeypatch.setattr(marts, "LARGE", 1)
    assert found(loaded, day) == small
    with loaded.duck.session() as session:
        session.do("CHECKPOINT")
        written = session.rows(
            "SELECT compression FROM pragma_storage_info('mart.customers_20230201') "
            "WHERE column_name = 'customer_id' AND segment_type <> 'VALIDITY'"
        )
    assert written == [("ZSTD",)]


def made(warehouse: Warehouse) -> dict[str, int]:
    """The kept relations, each with another number whenever it is made anew."""
    with warehouse.duck.session() as session:
        rows = session.rows(
            "SELECT table_name, table_oid FROM duckdb_tables() WHERE table_name SIMILAR TO 'customers_[0-9]+'"
        )
    return dict(rows)


def test_relations_of_days_before_what_came_or_went_stay(loaded, tmp_path):
    def come(name: str, text: str) -> int:
        (tmp_path / name).write_text(text)
        return bring_in(loaded, tmp_path / name).import_id

    header = "order_id,customer_id,order_date,amount\n"
    early, latest = date(2023, 2, 1), loaded.latest()
    for day in (early, latest):
        loaded.base(day)
    before = made(loaded)
    assert set(before) == {"customers_20230201", "customers_20230301"}
    later = come("later.csv", header + "n1,c1,2023-03-05,7\nn2,new,2023-03-06,7\n")
    assert made(loaded) == before
    loaded.base(loaded.latest())
    before |= made(loaded)
    come("contacts.csv", "contact_id,customer_id,contact_date,campaign_id,channel\n1,c1,2023-01-05,x,email\n")
    assert "contacts" in loaded.loaded
    assert made(loaded) == before
    load.undo(loaded, later, "me")
    del before["customers_20230306"]
    assert made(loaded) == before
    come("late.csv", header + "n3,c1,2023-02-10,7\n")
    del before["customers_20230301"]
    assert made(loaded) == before
    come("customers.csv", "customer_id,registered_on,gender\nc9,2023-02-20,f\n")
    assert made(loaded) == {}


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 1, 31), 2, date(2023, 11, 30)),
        (date(9999, 12, 31), 12, date(9998, 12, 31)),
        (date(1, 6, 1), 12, date(1, 1, 1)),
    ],
)
def test_months_before(day, months, earlier):
    assert months_before(day, months) == earlier


def test_orders_whose_numbers_have_many_forms_are_refreshed(warehouse, tmp_path):
    """More forms than a search is narrowed by: then all rows are looked through."""
    names = [f"{chr(65 + n % 20)}{n}" for n in range(200)]
    rows = [(name, f"c{n % 7}", START + timedelta(n % 50), n + 1) for n, name in enumerate(names)]

    def write(name: str, rows: list[tuple[str, str, date, int]]) -> None:
        lines = "".join(",".join(map(str, row)) + "\n" for row in rows)
        path = tmp_path / name
        path.write_text("order_id,customer_id,order_date,amount\n" + lines)
        bring_in(warehouse, path)

    def held() -> list[list[tuple[Any, ...]]]:
        with warehouse.duck.session() as session:
            tables = ("orders", "purchase_days", "cohort_days")
            return [sorted(session.rows(f"SELECT * FROM mart.{name}"), key=repr) for name in tables]

    write("first.csv", rows)
    changed = [(name, customer, day + timedelta(3), -amount) for name, customer, day, amount in rows[40:60]]
    write("second.csv", changed)
    refreshed = held()
    with warehouse.changing():
        pass  # made anew as a whole
    assert refreshed == held()
    assert sum(row[6] for row in refreshed[0]) == sum(range(1, 201)) - 2 * sum(range(41, 61))
