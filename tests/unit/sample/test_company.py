"""The sample company: the same bytes for the same arguments, sums that agree, shares as stated."""

import hashlib

import pytest

from crm_analytics.engine.duck import Duck
from crm_analytics.errors import BadValue
from crm_analytics.sample import write
from crm_analytics.schema import KINDS


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return write(tmp_path_factory.mktemp("company"), customers=300, seed=1)


def hashes(folder):
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def ask(company, query):
    """Run a query in which {name} stands for the file of that name."""
    names = {file.stem: f"read_csv('{file}')" for file in company.folder.glob("*.csv")}
    duck = Duck(None)
    with duck.session() as session:
        rows = session.rows(query.format(**names))
    duck.close()
    return rows


def test_the_same_arguments_give_the_same_bytes(company, tmp_path):
    write(tmp_path, customers=300, seed=1)
    assert hashes(tmp_path) == hashes(company.folder)


def test_another_seed_gives_another_company(company, tmp_path):
    write(tmp_path, customers=300, seed=2)
    assert hashes(tmp_path)["orders.csv"] != hashes(company.folder)["orders.csv"]


def test_lines_sum_to_their_orders_to_the_cent(company):
    query = """
        WITH sums AS (SELECT order_id, sum(amount::DECIMAL(18, 2)) AS total,
            sum((quantity * unit_price::DECIMAL(18, 2)) - discount::DECIMAL(18, 2)) AS computed
            FROM {order_lines} GROUP BY 1)
        SELECT count(*), count(*) FILTER (total = amount::DECIMAL(18, 2) AND computed = total)
        FROM {orders} FULL JOIN sums USING (order_id)"""
    [(orders, equal)] = ask(company, query)
    assert orders == equal == company.rows["orders"]


def test_rows_are_those_of_the_manifest(company):
    for name, rows in company.rows.items():
        assert ask(company, f"FROM {{{name}}} SELECT count(*)") == [(rows,)], name


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_header_is_a_synonym_of_its_own_field(company, name):
    header = (company.folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    kind = KINDS[name]
    for column in header:
        plain = column.replace("_", " ")
        fields = [each.name for each in kind.fields if plain == each.name.replace("_", " ") or plain in each.synonyms]
        assert fields, f"{name}.{column} means nothing to the schema"
    assert not kind.missing(
        {each.name for each in kind.fields if any(c.replace("_", " ") in each.synonyms for c in header)}
    )


@pytest.mark.parametrize(("customers", "seed"), [(0, 1), (1_000_001, 1), (300, -1)])
def test_impossible_sizes_are_refused(tmp_path, customers, seed):
    with pytest.raises(BadValue):
        write(tmp_path, customers=customers, seed=seed)
