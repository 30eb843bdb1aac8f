"""What the pages open with, made before anybody opens them: its statements' frames are kept in the database.

So are the customers of the days that pages compare with. Lists of customers are asked for when somebody opens them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from crm_analytics.errors import CrmError, NothingLoaded, Stopped
from crm_analytics.metrics.campaigns import today
from crm_analytics.metrics.campaigns.sums import listed
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import customer
from crm_analytics.query.warehouse import Audience, Warehouse

#: The first cards of the pages, with their knobs as they stand at first; a test opens every page and finds nothing missing.
FIRST = (
    "sales", "summary", "statuses", "diagnosis", "retention", "sales_tree", "repurchase", "interpurchase",
    "rfm", "rfm_grid", "rfm_cutoffs", "rfm_migration",
    "pareto", "pareto_curve", "pareto_range", "abc", "pyramid",
    "survival", "nps", "csat", "loyalty_matrix", "service",
    "campaigns", "campaign_lift",
    "data_quality", "data_sources", "data_imports", "data_debt",
)  # fmt: skip
#: Of them those that are shown by period or group from the beginning, what every profile of a segment stands beside, and those
#: that stand beside the comparison day.
BY = (("nps", "quarter"), ("nps", "agent"))
PROFILE = "customers"
THEN = ("diagnosis", "pareto")
#: What is shown of a campaign.
OF_A_CAMPAIGN = (
    "campaign_lift", "campaign_funnel", "campaign_bridge", "campaign_channels", "campaign_returns", "campaign_days",
)  # fmt: skip
#: How many campaigns, the latest ones; one of 600,000 customers takes some 1.5 s.
CAMPAIGNS = 100
#: Statements that pages read without a metric.
READ = ("metrics/audience_size", "metrics/segment_size", "metrics/buyers", "metrics/contact_arms")
#: Below so many orders and contacts what is asked is answered before one could have waited for it.
LARGE = 300_000


@dataclass(frozen=True)
class Made:
    """What preparing has done. `left`: the data were changed meanwhile, so that the rest was left."""

    frames: int
    left: bool


def is_worth_it(warehouse: Warehouse) -> bool:
    """Whether the base is so large that one waits for the first look of a process."""
    with warehouse.duck.session(beside=True) as session:
        rows = session.value("SELECT (SELECT count(*) FROM mart.orders) + (SELECT count(*) FROM core.contacts)")
    return bool(rows >= LARGE)


def prepare(warehouse: Warehouse, report: Callable[[float, str], None]) -> Made:
    """Make what the pages open with for the latest day and everyone, and keep it for processes to come.

    Each step is kept by itself: who stops it loses one. It gives way to a change of the data. Errors: Stopped, of `report`.
    """
    try:
        audience = warehouse.audience()
    except NothingLoaded:
        return Made(0, False)
    version, frames = warehouse.data_version, 0
    with warehouse.preparing() as keep:
        steps = list(_steps(warehouse, audience))
        for place, (name, ask) in enumerate(steps):
            report(place / len(steps), name.removeprefix("metrics/").replace("_", " "))
            if warehouse.data_version != version:
                return Made(frames, True)
            try:
                ask()
            except Stopped:
                raise
            except CrmError:  # too little for this figure; the page says so too
                pass
            frames += keep()
    return Made(frames, warehouse.data_version != version)


def _steps(warehouse: Warehouse, audience: Audience) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is asked, by the name that is reported."""

    def metric(name: str, of: Audience, **knobs: str) -> tuple[str, Callable[[], Any]]:
        return name, partial(compute, warehouse, name, of, **knobs)

    for day in (today.compared(audience.as_of), customer.compared(audience.as_of)):
        yield f"customers of {day}", partial(warehouse.base, day)
    for name in READ:
        yield name, partial(warehouse.read, name, audience)
    yield from (metric(name, audience) for name in FIRST)
    yield from (metric(name, audience, by=by) for name, by in BY)
    yield metric("segment_profile", audience, field=PROFILE)
    yield from (metric(name, warehouse.audience(as_of=audience.before)) for name in THEN)
    known = listed(warehouse, audience)
    latest = known.loc[known["contacts"] > 0, "campaign_id"].iloc[::-1][:CAMPAIGNS]
    yield from (metric(name, audience, campaign=campaign) for campaign in latest for name in OF_A_CAMPAIGN)
