"""The sample company: the same bytes for the same arguments, sums that agree, references that hold."""

import hashlib

import pytest

from crm_analytics.config import PROJECT
from crm_analytics.errors import BadInput, BadValue
from crm_analytics.sample import write
from crm_analytics.schema import KINDS


def hashes(folder):
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_same_arguments_give_the_same_bytes(company, tmp_path):
    write(tmp_path, customers=300, seed=1)
    assert hashes(tmp_path) == hashes(company.folder)


def test_another_seed_gives_another_company(company, tmp_path):
    write(tmp_path, customers=300, seed=2)
    same = {name for name, found in hashes(tmp_path).items() if found == hashes(company.folder)[name]}
    fixed = {"campaigns", "programme", "objectives", "actions"}
    assert {name for name in same if not name.startswith("dirty")} == {f"{name}.csv" for name in fixed}


def test_lines_sum_to_their_orders_to_the_cent(company, ask):
    query = """
        WITH sums AS (
            SELECT order_id, sum(amount::DECIMAL(18, 2)) AS total,
                sum((quantity * unit_price::DECIMAL(18, 2)) - discount::DECIMAL(18, 2)) AS computed
            FROM {order_lines} GROUP BY order_id)
        SELECT count(*), count(*) FILTER (total = amount::DECIMAL(18, 2) AND computed = total)
        FROM {orders} FULL JOIN sums USING (order_id)"""
    [(orders, equal)] = ask(company, query)
    assert orders == equal == company.rows["orders"]


def test_rows_are_those_of_the_manifest(company, ask):
    found = {
        file.stem: ask(company, f"FROM {{{file.stem}}} SELECT count(*)")[0][0] for file in company.folder.glob("*.csv")
    }
    assert found == dict(company.rows)


def test_the_history_ends_on_the_fixed_day(company, ask):
    query = "SELECT min(order_date)::DATE::VARCHAR, max(order_date)::DATE::VARCHAR FROM {orders}"
    [(first, last)] = ask(company, query)
    assert "2023-10-01" <= first < "2023-10-15"
    assert "2026-09-15" < last <= "2026-09-30"


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("orders", "customer_id", "customers", "customer_id"),
        ("order_lines", "order_id", "orders", "order_id"),
        ("order_lines", "product_id", "products", "product_id"),
        ("deliveries", "order_id", "orders", "order_id"),
        ("orders_store", "card_number", "customers_store", "card_number"),
        ("invoices", "order_id", "orders", "order_id"),
        ("contacts", "campaign_id", "campaigns", "campaign_id"),
        ("contacts", "customer_id", "customers", "customer_id"),
        ("benefits", "customer_id", "memberships", "customer_id"),
        ("cases", "order_id", "orders", "order_id"),
        ("survey_answers", "customer_id", "customers", "customer_id"),
        ("interactions", "customer_id", "customers", "customer_id"),
        ("truth_campaign_orders", "order_id", "orders", "order_id"),
    ],
)
def test_references_hold(company, ask, child, column, parent, key):
    query = (
        f"SELECT count(*) FROM {{{child}}} AS child WHERE child.{column} IS NOT NULL "
        f"AND child.{column} NOT IN (SELECT {key} FROM {{{parent}}})"
    )
    assert ask(company, query) == [(0,)]


def test_links_name_every_record_of_both_sources_once(company, ask):
    query = """
        SELECT count(*), count(DISTINCT customer_id) FROM {person_links} WHERE customer_id IN (
            SELECT customer_id FROM {customers} UNION ALL SELECT card_number FROM {customers_store})"""
    records = company.rows["customers"] + company.rows["customers_store"]
    assert ask(company, query) == [(records, records)]
    assert company.rows["person_links"] == records


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_header_means_a_field_of_its_own(company, name):
    header = (company.folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    kind = KINDS[name]
    meant = [
        next(each.name for each in kind.fields if plain == each.name.replace("_", " ") or plain in each.synonyms)
        for plain in (column.replace("_", " ") for column in header)
    ]
    assert len(set(meant)) == len(header)
    assert not kind.missing(set(meant))


@pytest.mark.parametrize(("customers", "seed"), [(0, 1), (1_000_001, 1), (300, -1)])
def test_impossible_sizes_are_refused(tmp_path, customers, seed):
    with pytest.raises(BadValue):
        write(tmp_path, customers=customers, seed=seed)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(BadInput, match="taken"):
        write(tmp_path / "taken" / "company", customers=20)


def test_the_copy_in_the_checkout_is_what_the_generator_writes(tmp_path):
    copy = PROJECT / "data" / "sample"
    write(tmp_path, customers=2000, seed=1)
    fresh = {name: found for name, found in hashes(tmp_path).items() if not name.startswith("dirty")}
    written = {name: found for name, found in hashes(copy).items() if not name.startswith("plan")}  # plan/ is by hand
    assert written == fresh, "run `crm-analytics sample data/sample`, remove dirty/, and commit"


def test_one_customer_is_a_company(tmp_path):
    assert write(tmp_path, customers=1).rows["customers"] == 1


def test_progress_rises_to_one(tmp_path):
    shares = []
    write(tmp_path, customers=20, progress=lambda share, what: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
