"""The metrics that have a rival, for everyone and for five predicates, cold and warm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from benchmarks.by_hand import MOST_ROWS, PLANS, RELATIONS, Plan
from benchmarks.company import FIVE_PREDICATES, Company, five_predicates
from benchmarks.frames import FRAMES, Frames
from benchmarks.measure import BY_HAND, PANDAS, Line, interleaved, same
from crm_analytics.metrics.catalogue import METRICS, compute
from crm_analytics.query.frames import to_frame
from crm_analytics.query.warehouse import Audience, Warehouse

#: CPU seconds at the full size: warm; cold for everyone; cold for five predicates, and for these metrics.
WARM, COLD, COLD_FIVE, COLD_FIVE_LONG = 0.020, 0.450, 0.150, 0.300
#: Metrics with a plan by hand or in pandas, and the tree of sales; models have a part of their own.
MEASURED = tuple(name for name in METRICS if name in PLANS or name in FRAMES or name == "sales_tree")
LONG = ("retention", "repurchase", "sales")


@dataclass(frozen=True)
class Asked:
    """An audience in all three ways."""

    name: str
    audience: Audience
    condition: str
    frames: Frames


def metric_lines(company: Company) -> list[Line]:
    """Cold and warm lines of these metrics, the as-of date and the comparison day being built."""
    with company.warehouse() as warehouse:
        everyone = warehouse.audience(as_of=company.latest)
        narrow = five_predicates(warehouse, company)
        for day in (everyone.before, everyone.as_of):
            warehouse.base(day)
        frames = _frames(warehouse, everyone)
        chosen = frames[0].query(
            "country in ('FR', 'ES') and gender == 'f' and orders >= 3 and revenue > 200 and recency_days <= 365"
        )
        ids = chosen["customer_id"]
        narrowed = (chosen, *(each[each["customer_id"].isin(ids)] for each in frames[1:]))
        lines = []
        for asked in (Asked("everyone", everyone, "TRUE", frames), Asked("five", narrow, FIVE_PREDICATES, narrowed)):
            for name in MEASURED:
                lines += _of_metric(warehouse, company.size.rounds, name, asked)
        return lines


def _of_metric(warehouse: Warehouse, rounds: int, name: str, asked: Asked) -> list[Line]:
    knobs = {"limit": MOST_ROWS} if "limit" in METRICS[name].knobs else {}
    held = {"warehouse": warehouse}

    def empty_cache() -> None:
        held["warehouse"] = Warehouse(warehouse.duck, warehouse.settings)

    def ours() -> pd.DataFrame:
        return compute(held["warehouse"], name, asked.audience, **knobs)

    plan, written = PLANS.get(name), FRAMES.get(name)
    found = ours()
    ways: dict[str, Callable[[], pd.DataFrame]] = {"ours": ours}
    if plan:
        ways[BY_HAND] = lambda: _by_hand(warehouse, plan, asked, found)
    if written:
        ways[PANDAS] = lambda: written(*asked.frames)
    cold, results = interleaved(ways, rounds, empty_cache)
    ours()
    warm, _ = interleaved({"ours": ours}, rounds)
    if plan:
        for way in ways.keys() - {"ours"}:
            _compare(f"{name}, {asked.name}, {way}", plan, results["ours"], results[way])
    limit = COLD if asked.name == "everyone" else COLD_FIVE_LONG if name in LONG else COLD_FIVE
    seconds = cold.pop("ours")
    return [
        Line(f"{name}, {asked.name}, cold", seconds, cold, goal=limit),
        Line(f"{name}, {asked.name}, warm", warm["ours"], goal=WARM),
    ]


def _compare(what: str, plan: Plan, ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    columns = [name for name in ours if name in theirs]
    keys = list(plan.keys) or columns[:1]
    if "revenue_share" in theirs:  # of the curve ours keeps some points, and the one of nobody
        ours, theirs = ours[ours["customers"] > 0], theirs[theirs["customers"].isin(ours["customers"])]
    if plan.filled:
        ours = ours[ours[plan.filled] != 0]
    same(what, *(each[columns].sort_values(keys, ignore_index=True) for each in (ours, theirs)))


def _by_hand(warehouse: Warehouse, plan: Plan, asked: Asked, ours: pd.DataFrame) -> pd.DataFrame:
    narrow = asked.condition != "TRUE"
    of = "customer_no IN (SELECT customer_no FROM c)" if narrow else "TRUE"
    tables = {
        "customers": f"mart.customers_{asked.audience.as_of:%Y%m%d}",
        "before": f"mart.customers_{asked.audience.before:%Y%m%d}",
        "chosen": asked.condition, "chosen_before": asked.condition, "orders_of": of, "days_of": of,
    }  # fmt: skip
    text = (RELATIONS + plan.sql).format(**tables)
    values: dict[str, object] = {"as_of": asked.audience.as_of, "before": asked.audience.before}
    if "$places" in text:
        values["places"] = [int(each) for each in ours["customers"]]
    values = {name: value for name, value in values.items() if f"${name}" in text}
    with warehouse.duck.session() as session:
        return to_frame(session.table(text, values))


def _frames(warehouse: Warehouse, audience: Audience) -> Frames:
    customers = f"mart.customers_{audience.as_of:%Y%m%d}"
    statements = (
        f"SELECT * FROM {customers}",
        f"SELECT customer_id, ordered_on, net_amount, is_purchase FROM mart.orders WHERE ordered_on <= '{audience.as_of}'",
        f"SELECT customer_id, ordered_on, gap_days FROM mart.purchase_days WHERE ordered_on <= '{audience.as_of}'",
    )
    with warehouse.duck.session() as session:
        c, o, d = (to_frame(session.table(each)) for each in statements)
    return c, o, d
