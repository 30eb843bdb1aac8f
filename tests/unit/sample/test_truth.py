"""What the sample company claims about itself, counted in its files."""

import json
from itertools import pairwise
from math import sqrt

import pytest


def truth(company):
    return json.loads((company.folder / "truth.json").read_text(encoding="utf-8"))


def test_buyers_are_heavy_tailed(larger, ask):
    query = """
        WITH buyers AS (
            SELECT customer_id, count(*) AS n FROM {orders} WHERE amount > 0 AND customer_id IS NOT NULL GROUP BY 1),
        ranked AS (SELECT n, row_number() OVER (ORDER BY n DESC) AS rank, count(*) OVER () AS size FROM buyers)
        SELECT (sum(n) FILTER (rank <= ceil(0.2 * size)) / sum(n))::DOUBLE, median(n),
            (SELECT count(*) FROM {orders} WHERE amount > 0)
        FROM ranked"""
    [(top_20_share, median, orders)] = ask(larger, query)
    assert 0.60 < top_20_share < 0.70
    assert 3 <= median <= 5
    assert 7.4 < orders / larger.customers < 9.4


def test_shares_of_guests_returns_and_lines(larger, ask):
    query = """
        SELECT avg((customer_id IS NULL)::INTEGER) FILTER (amount > 0), avg((amount < 0)::INTEGER),
            (SELECT count(*) FROM {order_lines} WHERE quantity > 0) / count(*) FILTER (amount > 0)
        FROM {orders}"""
    [(guests, returns, lines)] = ask(larger, query)
    assert 0.04 < guests < 0.08
    assert 0.05 < returns < 0.09
    assert 2.3 < lines < 2.7


def test_late_deliveries_are_as_many_as_stated_and_drive_customers_away(larger, ask):
    query = """
        WITH ordered AS (
            SELECT customer_id, delivered_on > promised_on AS late,
                row_number() OVER (PARTITION BY customer_id ORDER BY order_date DESC) = 1 AS last
            FROM {orders} INNER JOIN {deliveries} USING (order_id)
            WHERE delivered_on IS NOT NULL AND order_date < '2025-10-01')
        SELECT avg(late::INTEGER), avg(late::INTEGER) FILTER (last), avg(late::INTEGER) FILTER (NOT last) FROM ordered
        WHERE customer_id IN (SELECT customer_id FROM {truth_customers} WHERE left_on < '2025-10-01')"""
    [(_, before_leaving, otherwise)] = ask(larger, query)
    assert before_leaving > 1.5 * otherwise
    [(late,)] = ask(
        larger, "SELECT avg((delivered_on > promised_on)::INTEGER) FROM {deliveries} WHERE promised_on < '2026-09-01'"
    )
    assert late == pytest.approx(truth(larger)["chances"]["late_share"], abs=0.01)


def test_nobody_buys_in_the_shop_after_leaving(larger, ask):
    query = """
        SELECT count(*) FROM {orders} INNER JOIN {truth_customers} USING (customer_id)
        WHERE amount > 0 AND order_date::DATE > left_on"""
    assert ask(larger, query) == [(0,)]


def measured_lifts(company, ask):
    """Difference in conversion from the arms of the files, less the stated lift, in standard errors."""
    query = """
        WITH bought AS (
            SELECT DISTINCT contact_id FROM {contacts} AS c INNER JOIN {orders} AS o USING (customer_id)
            WHERE amount > 0 AND order_date::DATE BETWEEN contact_date AND contact_date + 30)
        SELECT campaign_id, arm, count(*), count(bought.contact_id)
        FROM {contacts} LEFT JOIN bought USING (contact_id) GROUP BY ALL"""
    arms = {(campaign, arm): (n, k) for campaign, arm, n, k in ask(company, query)}
    for row in truth(company)["campaigns"]:
        treated, buyers = arms[row["campaign_id"], row["arm"]]
        control, others = arms[row["campaign_id"], "control"]
        assert (treated, control) == (row["treated"], row["control"])
        p, q = buyers / treated, others / control
        error = sqrt(p * (1 - p) / treated + q * (1 - q) / control)
        yield (p - q - row["true_lift_conversion_rate"]) / error


def test_measured_lift_is_within_sampling_error_of_the_truth(larger, ask):
    errors = list(measured_lifts(larger, ask))
    assert len(errors) == 14
    assert max(abs(each) for each in errors) < 3.5
    assert sum(each**2 for each in errors) < 36  # chi-square, 14 degrees of freedom, p = 0.001


def test_added_orders_are_listed_and_belong_to_treated_customers(larger, ask):
    query = """
        SELECT campaign_id, arm, count(*)
        FROM {truth_campaign_orders} INNER JOIN {contacts} USING (campaign_id, customer_id)
        GROUP BY ALL"""
    listed = {(campaign, arm): n for campaign, arm, n in ask(larger, query)}
    stated = {(row["campaign_id"], row["arm"]): row["added_orders"] for row in truth(larger)["campaigns"]}
    assert listed == {key: n for key, n in stated.items() if n}


def test_control_is_never_contacted_and_steps_keep_their_order(larger, ask):
    query = """
        SELECT count(*) FILTER (arm = 'control' AND sent + delivered + responded + unsubscribed > 0),
            count(*) FILTER (delivered > sent OR opened > delivered OR clicked > opened OR responded > delivered)
        FROM {contacts}"""
    assert ask(larger, query) == [(0, 0)]


def by_quarter(company, ask):
    query = """
        SELECT count(*) FROM {orders} WHERE amount > 0 GROUP BY date_trunc('quarter', order_date)
        ORDER BY date_trunc('quarter', order_date)"""
    return [n for (n,) in ask(company, query)]


def test_the_stationary_company_has_no_season_and_no_effects(larger, stationary, ask):
    assert all(row["effect"] == 0 and row["added_orders"] == 0 for row in truth(stationary)["campaigns"])
    steady, seasonal = by_quarter(stationary, ask), by_quarter(larger, ask)
    assert max(abs(after / before - 1) for before, after in pairwise(steady)) < 0.15
    assert seasonal[4] > 1.2 * seasonal[3]
    weekdays = "SELECT count(*) FROM {orders} WHERE amount > 0 GROUP BY isodow(order_date) ORDER BY 1"
    counts = [n for (n,) in ask(stationary, weekdays)]
    assert counts[-1] / counts[0] < 1.1
