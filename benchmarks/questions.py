"""Questions beside the metrics that have a rival: rules on what customers did, one customer, clusters, campaigns, programmes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from benchmarks.company import Company
from benchmarks.measure import Line, processor_seconds
from crm_analytics.metrics import opening
from crm_analytics.metrics.campaigns import today
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import customer
from crm_analytics.query import evaluation, membership, prepared, rules
from crm_analytics.query.rules import Rule
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import segments

RULE, SHEET, CLUSTERS, LIST, CAMPAIGN, PROGRAMME, SEGMENTS = 0.5, 0.05, 15.0, 0.1, 0.4, 2.0, 5.0
SAVED = 50

#: Nothing but rows that are narrowed to one customer, as the customer's sheet shows them.
_OF_CUSTOMER = ("customer_timeline", "customer_rhythm", "customer_changes")
_OF_PROGRAMME = ("objectives", "actions", "action_results", "programme_budget", "programme_chain", "programme_gap")


def question_lines(company: Company) -> list[Line]:
    """Each with an empty cache of frames; the days that it compares are built."""
    with company.warehouse() as warehouse:
        everyone = warehouse.audience(as_of=company.latest)
        latest = everyone.as_of
        for day in (everyone.before, customer.compared(latest), today.compared(latest), latest):
            warehouse.base(day)
        with warehouse.duck.session() as session:
            line = session.value("SELECT min(product_line) FROM core.products")
            buyers = f"FROM mart.customers_{everyone.as_of:%Y%m%d} WHERE orders > 0"
            last = session.value(f"SELECT max(customer_id) {buyers}")
            # one of each fifth: events of the last one are soon found, since few parts of a table reach to that id
            some = session.rows(f"SELECT max(customer_id) FROM (SELECT customer_id, ntile(6) OVER (ORDER BY customer_id) AS part {buyers}) "
                                "WHERE part < 6 GROUP BY part ORDER BY part")  # fmt: skip
            campaign = session.value("SELECT arg_max(campaign_id, (contacted_at, campaign_id)) FROM core.contacts")
        rounds = company.size.rounds
        in_a_line, lately = rules.Where("product_line", "is", line), rules.Where("on", "last_days", 365)
        asked: dict[str, Rule] = {
            "bought of a product line in a year": rules.did("bought_product", (in_a_line, lately)),
            "spent over 100 on a product line": rules.did(
                "bought_product", (in_a_line,), measure="amount", operator="more_than", value=100
            ),
            "ordered three times in a year": rules.did("bought", (lately,), value=3),
        }

        def of(names: tuple[str, ...], audience: Audience, **knobs: Any) -> Callable[[Warehouse], object]:
            return lambda fresh: [compute(fresh, name, audience, **knobs) for name in names]

        def sheet(customer: str) -> Callable[[Warehouse], object]:
            return of(_OF_CUSTOMER, everyone, customer=customer)

        return [
            *(
                Line(f"a rule, {name}, once", _cold(warehouse, rounds, _sized(rule, company)), goal=RULE)
                for name, rule in asked.items()
            ),
            Line("a customer sheet, the first since the data changed", _cold(warehouse, rounds, sheet(last))),
            Line("a customer sheet, of the last id", _next(warehouse, sheet(some[0][0]), [sheet(last)] * rounds)),
            Line("a customer sheet", _next(warehouse, sheet(last), [sheet(each) for (each,) in some]), goal=SHEET),
            Line("the list of Today", _cold(warehouse, rounds, of(("today",), everyone, day=latest))),
            _profile_line(warehouse, rounds),
            Line("k-means, 2 to 10 clusters", _cold(warehouse, 1, of(("clusters",), everyone)), goal=CLUSTERS),
            *_campaign_lines(warehouse, rounds, of(("campaigns",), everyone), of(opening.OF_A_CAMPAIGN, everyone, campaign=campaign)),
            Line("figures of programmes, cold", _cold(warehouse, rounds, of(_OF_PROGRAMME, everyone)), goal=PROGRAMME),
        ]  # fmt: skip


def _profile_line(warehouse: Warehouse, rounds: int) -> Line:
    """What sets a segment apart, everyone's counts being there: they are prepared."""
    everyone = warehouse.audience()
    segments = (warehouse.audience(rules.where("segment", "is", name)) for name in ("Champions", "Loyal", "At risk"))

    def profile(audience: Audience) -> Callable[[Warehouse], object]:
        return lambda fresh: compute(fresh, "segment_profile", audience, field=opening.PROFILE)

    asked = [profile(each) for each in segments][:rounds]
    return Line("a profile of a segment by its customers' fields", _next(warehouse, profile(everyone), asked))


def _campaign_lines(
    warehouse: Warehouse, rounds: int, listed: Callable[[Warehouse], object], one: Callable[[Warehouse], object]
) -> list[Line]:
    """The list and one campaign: calculated, again, and found prepared by who has nothing in memory; what preparing costs."""
    _drop_prepared(warehouse)
    lines = [
        Line("list of campaigns, cold", _cold(warehouse, rounds, listed)),
        Line("list of campaigns, warm", _warm(warehouse, listed), goal=LIST),
        Line("one campaign in full, cold", _cold(warehouse, rounds, one), goal=CAMPAIGN),
    ]
    spent, _ = processor_seconds(lambda: opening.prepare(warehouse, lambda share, what: None))
    lines += [
        Line("what the pages open with, prepared once", spent),
        Line("list of campaigns, prepared, first look", _cold(warehouse, rounds, listed)),
        Line("one campaign in full, prepared, first look", _cold(warehouse, rounds, one)),
    ]
    _drop_prepared(warehouse)  # what is measured after it is calculated
    return lines


def _drop_prepared(warehouse: Warehouse) -> None:
    with warehouse.duck.session() as session:
        prepared.drop(session)


def segment_lines(company: Company) -> list[Line]:
    """Saved segments that were evaluated for the day before are evaluated for the latest one."""
    with company.warehouse() as warehouse:
        latest = warehouse.latest()
        for number in range(SAVED):
            rule = rules.All(
                (
                    rules.where("orders", "at_least", 1 + number % 9),
                    rules.where("recency_days", "at_most", 30 + 10 * number),
                )
            )
            membership.save(warehouse, f"segment {number + 1}", rule, "benchmarks")
        with warehouse.duck.session() as session:
            saved = segments.listed(session)
        for each in saved:
            evaluation.evaluate(warehouse, each, [latest - timedelta(days=1)])
        warehouse.base(latest)
        spent, evaluated = processor_seconds(lambda: evaluation.refresh(warehouse))
        return [Line(f"{evaluated} saved segments for a new day", spent, goal=SEGMENTS)]


def _sized(rule: Rule, company: Company) -> Callable[[Warehouse], object]:
    return lambda fresh: compute(fresh, "statuses", fresh.audience(rule, company.latest))


def _cold(warehouse: Warehouse, rounds: int, ask: Callable[[Warehouse], object]) -> float:
    spent = []
    for _ in range(rounds):
        fresh = Warehouse(warehouse.duck, warehouse.settings)
        spent.append(processor_seconds(lambda fresh=fresh: ask(fresh))[0])
    return median(spent)


def _next(
    warehouse: Warehouse, first: Callable[[Warehouse], object], others: list[Callable[[Warehouse], object]]
) -> float:
    """The median of others, each after a first one: what is looked up once for all of them is there."""
    spent = []
    for ask in others:
        fresh = Warehouse(warehouse.duck, warehouse.settings)
        first(fresh)
        spent.append(processor_seconds(lambda fresh=fresh, ask=ask: ask(fresh))[0])
    return median(spent)


def _warm(warehouse: Warehouse, ask: Callable[[Warehouse], object]) -> float:
    ask(warehouse)
    return processor_seconds(lambda: ask(warehouse))[0]
