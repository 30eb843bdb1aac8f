"""What was known of each customer at the end of a day: the features of the churn model, and the guard that nothing later is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics.errors import CrmError
from crm_analytics.models.bgnbd import BgNbdModel, FittedBgNbd
from crm_analytics.models.btyd import expected, overdue
from crm_analytics.models.histories import DAYS_OF_A_WEEK, Histories
from crm_analytics.query import marts, statements
from crm_analytics.query.compose import compose, used
from crm_analytics.query.frames import to_frame
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

PURCHASES, RHYTHM = "metrics/churn_purchases", "metrics/churn_rhythm"
OUTCOMES = "metrics/churn_outcomes"
#: Further statements; what is not loaded gives no features.
FURTHER = (
    "metrics/churn_contacts",
    "metrics/churn_cases",
    "metrics/churn_answers",
    "metrics/churn_invoices",
    "metrics/churn_lines",
)
STATEMENTS = (PURCHASES, RHYTHM, *FURTHER, OUTCOMES)
#: What the guard sees of the past: relation -> column that dates a row.
_DATED = {
    "orders": "ordered_on", "purchase_days": "ordered_on", "contacts": "contacted_at", "cases": "opened_at",
    "answers": "answered_at", "invoices": "issued_on", "core_order_lines": "ordered_at", "products": None,
    "core_orders": "ordered_at", "interactions": "happened_at", "benefits": "given_on", "memberships": "joined_on",
}  # fmt: skip

#: Feature -> what it says of a customer whose risk it raises; {} holds the value.
WORDS: Mapping[str, str] = {
    "recency_days": "no purchase for {:.0f} days",
    "known_days": "a customer for {:.0f} days",
    "purchase_days": "{:.0f} purchase days so far",
    "mean_gap_days": "{:.0f} days between purchases on average",
    "longest_gap_days": "longest silence so far {:.0f} days",
    "gap_spread": "buys at irregular intervals",
    "overdue_times": "silent for {:.1f} times the usual interval",
    "overdue": "the next purchase would have come by now with {:.0%}",
    "p_alive": "active still with {:.0%} by the rhythm of purchases",
    "expected_purchases": "{:.1f} purchases expected until the horizon",
    "days_last": "{:.0f} purchase days in the last window",
    "days_before": "{:.0f} purchase days in the window before",
    "days_trend": "{:+.0f} purchase days against the window before",
    "orders_a_day": "{:.1f} orders on a purchase day",
    "return_share": "sends back {:.0%} of the orders",
    "revenue_12m": "revenue of {:,.0f} in twelve months",
    "revenue_trend": "revenue moved by {:+,.0f} against the window before",
    "average_order_value": "{:,.0f} spent at a purchase",
    "channel": "last bought through {}",
    "country": "buys in {}",
    "contacts": "{:.0f} contacts in half a year",
    "response_share": "answers {:.0%} of the contacts",
    "unsubscribes": "has asked for no more contacts",
    "cases": "{:.0f} service cases in twelve months",
    "open_cases": "{:.0f} service cases open",
    "days_since_case": "last service case {:.0f} days ago",
    "satisfaction": "satisfaction {:.0%} of the best answer",
    "late_share": "pays {:.0%} of the invoices late",
    "discount_share": "buys at a discount of {:.0%}",
    "product_lines": "buys of {:.0f} product lines",
}

#: Which way a feature can move the risk; others are free. What only chance would turn round is no reason to be told.
SIGNS: Mapping[str, int] = {
    **dict.fromkeys(("recency_days", "overdue_times", "overdue", "unsubscribes", "late_share"), 1),
    **dict.fromkeys(("p_alive", "expected_purchases", "purchase_days", "days_last", "days_trend", "satisfaction"), -1),
    **dict.fromkeys(("revenue_12m", "revenue_trend", "response_share", "product_lines", "longest_gap_days"), -1),
}


class ReadsTheFuture(CrmError, ValueError):
    """A feature knows what happened after its cut-off. Attributes: statement, columns, cut_off."""

    def __init__(self, statement: str, columns: list[str], cut_off: date) -> None:
        self.statement, self.columns, self.cut_off = statement, columns, cut_off
        super().__init__(
            f"The churn model is not computed: {', '.join(columns)} of {statement} change when what happened after {cut_off} is "
            "taken away, so they read the future. Bound every table of the statement by $cut_off."
        )


@dataclass(frozen=True)
class Moment:
    """A cut-off: its day (the last that is known), the activity window and the horizon in days; of one customer in `every`.

    Customers are chosen by a number made of their id: the same ones however the files came in.
    """

    day: date
    window_days: int
    horizon_days: int
    every: int = 1

    def values(self) -> dict[str, object]:
        """What statements are bound to."""
        ago = {
            "cut_off": 0, "month_before": 30, "half_year_before": 180, "year_before": 365,
            "window_before": self.window_days, "two_windows_before": 2 * self.window_days,
        }  # fmt: skip
        days_ago = {name: marts.days_before(self.day, days) for name, days in ago.items()}
        return {**days_ago, "next_day": self.day + timedelta(1), "every": self.every}


@dataclass(frozen=True)
class Population:
    """Buyers not lapsed at a moment: their features by customer_no, and whether they left (None where it is not known yet).

    given: further statements that gave something. rhythm: the MBG/NBD of all purchases until then, None where they are too few.
    worth: revenue of the twelve months before.
    """

    moment: Moment
    features: pd.DataFrame
    given: tuple[str, ...]
    rhythm: FittedBgNbd | None
    left: np.ndarray | None
    worth: np.ndarray
    repeats: np.ndarray
    weeks: tuple[np.ndarray, np.ndarray]
    spent: np.ndarray


def population(
    warehouse: Warehouse, audience: Audience, moment: Moment, *, outcome: bool, further: tuple[str, ...] = FURTHER
) -> Population:
    """The buyers at a moment; with `outcome` those who bought within the horizon after it stayed.

    Without it these are the customers of today, and none is left out. further: statements to read beside the purchases; what
    gave nothing at a later moment need not be asked of an earlier one.
    """
    asked = moment if outcome else replace(moment, every=1)

    def read(name: str, of: Moment = asked) -> pd.DataFrame:
        return warehouse.read(name, audience, **_asked(name, of.values()))

    bought = read(PURCHASES).set_index("customer_no")
    rhythm = _rhythm(read(RHYTHM, moment))
    features = _own(bought)
    repeats, last, known = (bought[name].to_numpy(dtype=float) for name in ("purchase_days", "last_days", "known_days"))
    repeats, last, known = repeats - 1, last / DAYS_OF_A_WEEK, known / DAYS_OF_A_WEEK
    if rhythm is not None:
        ahead = expected(rhythm, repeats, last, known, moment.horizon_days / DAYS_OF_A_WEEK)
        features["p_alive"], features["expected_purchases"] = ahead.p_alive, ahead.purchases
        features["overdue"] = overdue(rhythm, repeats, last, known)
    given = []
    for name in further:
        more = read(name)
        if len(more):
            given.append(name)
            features = features.join(_finished(more.set_index("customer_no")))
    left = None
    if outcome:
        to = moment.day + timedelta(days=moment.horizon_days)
        bounds = {"cut_off": moment.day, "outcome_to": to, "every": moment.every}
        left = ~features.index.isin(warehouse.read(OUTCOMES, audience, **bounds)["customer_no"])
    worth = bought["revenue_12m"].clip(lower=0).to_numpy()
    spent = (bought["bought_amount"] / bought["purchase_days"]).to_numpy()
    return Population(moment, features, tuple(given), rhythm, left, worth, repeats, (last, known), spent)


def _rhythm(rows: pd.DataFrame) -> FittedBgNbd | None:
    weeks = (rows[name].to_numpy() / DAYS_OF_A_WEEK for name in ("last_days", "known_days"))
    histories = Histories.of(rows["repeats"].to_numpy(), *weeks, rows["customers"].to_numpy())
    try:
        return BgNbdModel(modified=True).fit(histories, exact=False)
    except CrmError:  # the model does without this feature; the evaluation says that the rival is missing
        return None


def _own(bought: pd.DataFrame) -> pd.DataFrame:
    """Features of purchases alone; null where a customer has no interval yet."""
    gaps = (bought["purchase_days"] - 1).where(bought["purchase_days"] > 1).astype(float)
    mean_gap = bought["last_days"] / gaps
    variance = (bought["squared_gaps"].astype(float) / gaps - mean_gap**2).clip(lower=0)
    whole = (
        "recency_days",
        "known_days",
        "purchase_days",
        "longest_gap_days",
        "days_last",
        "days_before",
        "revenue_12m",
    )
    return pd.DataFrame(
        {
            **{name: bought[name].astype(float) for name in whole},
            "mean_gap_days": mean_gap,
            "gap_spread": np.sqrt(variance) / mean_gap,
            "overdue_times": bought["recency_days"] / mean_gap,
            "days_trend": (bought["days_last"] - bought["days_before"]).astype(float),
            "orders_a_day": bought["orders"] / bought["purchase_days"],
            "return_share": bought["returns"] / bought["orders"],
            "revenue_trend": bought["revenue_last"] - bought["revenue_before"],
            "average_order_value": bought["bought_amount"] / bought["orders"],
            "channel": bought["channel"],
            "country": bought["country"],
        }
    )


def _finished(more: pd.DataFrame) -> pd.DataFrame:
    """Counts that only make sense as shares become shares."""
    for share, (part, whole) in _SHARES.items():
        if part in more:
            size = more.pop(whole).astype(float)
            more[share] = more.pop(part).astype(float) / size.where(size > 0)
    return more.astype(float)


_SHARES = {"response_share": ("responses", "contacts_settled"), "late_share": ("late_invoices", "invoices")}


def guard(warehouse: Warehouse, moment: Moment, trees: Mapping[str, object]) -> None:
    """Run the statements of features on the tables as they are and as they were at the moment; both must give the same.

    Raises `ReadsTheFuture`. `trees`: parsed statements by name.
    """
    with warehouse.duck.session() as session:
        past = {name: f"temp.past_{name}" for name in _DATED}
        for name in _DATED:
            session.do(_view(session.rows, name, moment.day))
        for name, tree in trees.items():
            frames = []
            for tables in (marts.FIXED, {**marts.FIXED, **past}):
                composed = compose(tree, EVERYONE, moment.day, tables, {})  # type: ignore[arg-type]
                frames.append(to_frame(session.table(composed, used(composed, moment.values()))))
            if changed := _differing(*frames):
                raise ReadsTheFuture(name, changed, moment.day)


def _view(rows: Callable[..., list[tuple[str, ...]]], name: str, day: date) -> str:
    """A table as it was at the end of a day: later rows are gone, later dates are not known, nor whether what has them happened."""
    schema, table = marts.FIXED[name].split(".")
    found = rows(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = $schema AND table_name = $name "
        "ORDER BY column_index", {"schema": schema, "name": table},
    )  # fmt: skip
    dated, over = _DATED[name], f"DATE '{day + timedelta(1):%Y-%m-%d}'"
    names = {column for column, _ in found}

    def as_known(column: str, kind: str) -> str:
        if column != dated and (kind == "DATE" or kind.startswith("TIMESTAMP")):
            return f"CASE WHEN {column} < {over} THEN {column} END AS {column}"
        if kind == "BOOLEAN" and f"{column}_at" in names:  # as responded is TRUE where responded_at has a day
            return f"CASE WHEN {column}_at IS NULL OR {column}_at < {over} THEN {column} END AS {column}"
        return column

    columns = [as_known(*each) for each in found]
    where = f" WHERE {dated} IS NULL OR {dated} < {over}" if dated else ""
    return f"CREATE OR REPLACE TEMP VIEW past_{name} AS SELECT {', '.join(columns)} FROM {schema}.{table}{where}"


def _differing(now: pd.DataFrame, then: pd.DataFrame) -> list[str]:
    """Columns whose values differ; all of them where the customers do."""
    if len(now) != len(then) or not now.iloc[:, 0].equals(then.iloc[:, 0]):
        return list(now.columns[1:])
    return [name for name in now if not now[name].equals(then[name])]


def _asked(name: str, values: dict[str, object]) -> dict[str, object]:
    """Those of the values that a statement names: they are part of what it is kept under."""
    text = statements.text(name)
    return {key: value for key, value in values.items() if re.search(rf"\${key}\b", text)}
