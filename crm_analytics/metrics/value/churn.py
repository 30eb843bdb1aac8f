"""Churn: how well it is known who will not buy within the horizon, beside plain lists of the same length."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value.churn_run import SILENCE, Run, earlier, run
from crm_analytics.models.ranking import Figure, calibration_curve, caught, first, importance, judged
from crm_analytics.query.warehouse import Audience, Warehouse

#: Customers of the evaluation on which permutation importance is computed.
_IMPORTANCE_ROWS = 5_000
_FIGURES = ("roc_auc", "average_precision", "brier", "top_decile_lift", "calibration_in_the_large", "calibration_error")


def prepare(warehouse: Warehouse, as_of: date, days: int | None, report: Callable[[float, str], None]) -> None:
    """Run what all churn figures are made of, with progress, so that it is kept."""
    run(warehouse, as_of, days, report)


@kept
def churn_evaluation(warehouse: Warehouse, audience: Audience, *, days: int | None = None) -> pd.DataFrame:
    """The churn score beside plain rivals, on the latest days whose outcome is known and which nothing before has seen.

    Left: no purchase within the horizon after the cut-off, among buyers not lapsed at it (bought within the activity window in
    force today). Learned from earlier cut-offs, calibrated and chosen on the last of them. 95% bootstrap intervals. Whole base,
    whatever the audience. `days` is the horizon; without it the activity window. Empty, with a note, where there is too little.

    Columns
    -------
    score : str                                churn model, recency alone, rhythm overdue, P(alive) (of MBG/NBD)
    cut_off : datetime64[s]                    last day that the scores knew
    horizon_days : int64                       days after it in which a purchase means to have stayed
    customers : int64                          buyers not lapsed at the cut-off
    churners : int64                           those of them who did not buy within the horizon
    roc_auc : float64                          chance that one who left has a higher score than one who stayed
    roc_auc_low_95 : float64                   lower end of its interval
    roc_auc_high_95 : float64                  upper end
    average_precision : float64                area under precision and recall
    average_precision_low_95 : float64         lower end
    average_precision_high_95 : float64        upper end
    brier : float64                            mean squared error of the probability; lower is better
    brier_low_95 : float64                     lower end
    brier_high_95 : float64                    upper end
    top_decile_lift : float64                  share that left in the top tenth / share that left
    top_decile_lift_low_95 : float64           lower end
    top_decile_lift_high_95 : float64          upper end
    calibration_in_the_large : float64         mean probability less the share that left
    calibration_in_the_large_low_95 : float64  lower end
    calibration_in_the_large_high_95 : float64  upper end
    calibration_error : float64                mean distance of both over ten bins of equal size
    calibration_error_low_95 : float64         lower end
    calibration_error_high_95 : float64        upper end
    used : bool                                whether it gives the probabilities shown
    """
    done = run(warehouse, audience.as_of, days)
    rows = [] if isinstance(done, str) else [_evaluated(done, name) for name in done.scores.chance]
    columns = [f"{name}{end}" for name in _FIGURES for end in ("", "_low_95", "_high_95")]
    frame = pd.DataFrame(rows, columns=["score", "cut_off", "horizon_days", "customers", "churners", *columns, "used"])
    whole = dict.fromkeys(("horizon_days", "customers", "churners"), "int64")
    frame = frame.astype(
        {"score": "str", "cut_off": "datetime64[s]", **whole, **dict.fromkeys(columns, "float64"), "used": "bool"}
    )
    return notes.noted(frame, *_said(done))


def _evaluated(done: Run, name: str) -> dict[str, object]:
    left = done.evaluated.left
    row: dict[str, object] = {
        "score": name, "cut_off": pd.Timestamp(done.evaluated.moment.day), "horizon_days": done.moment.horizon_days,
        "customers": len(left), "churners": int(left.sum()), "used": name == done.used,
    }  # fmt: skip
    for figure, found in judged(done.scores.chance[name], left).items():
        row |= {figure: found.value, f"{figure}_low_95": found.low_95, f"{figure}_high_95": found.high_95}
    return row


def _said(done: Run | str) -> tuple[str, ...]:
    if isinstance(done, str):
        return (done,)
    days = ", ".join(formats.day(day) for day in sorted(done.cut_offs))
    learned = f"Learned from {days}; chosen and calibrated on {formats.day(earlier(done.moment, 2).day)}."
    return (learned, *done.notes)


@kept
def churn_calibration(warehouse: Warehouse, audience: Audience, *, days: int | None = None) -> pd.DataFrame:
    """Whether of those given a probability so many left: ten bins of equal size, for the score in use, on the evaluation.

    Columns
    -------
    bin : int64            from the lowest probabilities to the highest, from 1
    customers : int64      customers in it
    expected : float64     mean probability of leaving
    observed : float64     share that left
    low_95 : float64       lower end of its 95% Wilson interval
    high_95 : float64      upper end
    """
    done = run(warehouse, audience.as_of, days)
    rows = [] if isinstance(done, str) else calibration_curve(done.scores.chance[done.used], done.evaluated.left)
    columns = ["customers", "expected", "observed", "low_95", "high_95"]
    frame = pd.DataFrame(rows, columns=columns).astype({"customers": "int64", **dict.fromkeys(columns[1:], "float64")})
    frame.insert(0, "bin", np.arange(1, len(frame) + 1))
    return notes.noted(frame, *_said(done))


@kept
def churn_lists(
    warehouse: Warehouse, audience: Audience, *, length: int | None = None, days: int | None = None
) -> pd.DataFrame:
    """Lists of one length, each by another order, on the evaluation: how many of those who left, and of their money, they hold.

    Money is what those who left had spent in the twelve months before the cut-off. Compared with the list by silence alone,
    with 95% bootstrap intervals. Without `length` a tenth of the customers, at most 500.

    Columns
    -------
    list : str                    the order: value at risk, the score in use, or a plain rival
    length : int64                customers on the list
    churners : int64              those of them who left
    churners_more : float64       how many more than on the list by silence
    churners_more_low_95 : float64   lower end of its interval
    churners_more_high_95 : float64  upper end
    money : float64               money of those who left on the list, money
    money_more : float64          how much more than on the list by silence, money
    money_more_low_95 : float64   lower end of its interval, money
    money_more_high_95 : float64  upper end, money
    money_share : float64         of the money of all who left
    used : bool                   whether it is the list that the page shows
    """
    done = run(warehouse, audience.as_of, days)
    columns = [
        "churners_more",
        "churners_more_low_95",
        "churners_more_high_95",
        "money",
        "money_more",
        "money_more_low_95",
        "money_more_high_95",
        "money_share",
    ]
    rows = [] if isinstance(done, str) else _listed(done, length)
    frame = pd.DataFrame(rows, columns=["list", "length", "churners", *columns, "used"])
    types = {"list": "str", "length": "int64", "churners": "int64", **dict.fromkeys(columns, "float64"), "used": "bool"}
    return notes.noted(frame.astype(types), *_said(done))


def _listed(done: Run, length: int | None) -> list[dict[str, object]]:
    left, worth = done.evaluated.left, done.evaluated.worth * done.evaluated.left
    n = min(length or min(500, max(len(left) // 10, 1)), len(left))
    orders = {"value at risk": done.scores.chance[done.used] * done.value} | done.scores.raw
    plain = first(done.scores.raw[SILENCE], n)
    rows = []
    for name, score in orders.items():
        chosen = first(score, n)
        (people, more), (money, dearer) = caught(chosen, plain, left.astype(float)), caught(chosen, plain, worth)
        rows.append(
            {
                "list": name, "length": n, "churners": int(people.value), **_named("churners_more", more),
                "money": money.value, **_named("money_more", dearer),
                "money_share": money.value / worth.sum() if worth.sum() > 0 else np.nan, "used": name == "value at risk",
            }
        )  # fmt: skip
    return rows


def _named(name: str, figure: Figure) -> dict[str, float]:
    return {name: figure.value, f"{name}_low_95": figure.low_95, f"{name}_high_95": figure.high_95}


@kept
def churn_importance(warehouse: Warehouse, audience: Audience, *, days: int | None = None) -> pd.DataFrame:
    """What the churn model's ranking rests on: ROC AUC lost on the evaluation when a feature is shuffled (five times).

    Features that go together share their importance. Largest first.

    Columns
    -------
    feature : str          what was known of the customer
    importance : float64   mean loss of ROC AUC
    low : float64          smallest of the five
    high : float64         largest of the five
    """
    done = run(warehouse, audience.as_of, days)
    if isinstance(done, str):
        empty = pd.DataFrame(
            {
                "feature": pd.Series(dtype="str"),
                **{name: pd.Series(dtype="float64") for name in ("importance", "low", "high")},
            }
        )
        return notes.noted(empty, *_said(done))
    people, trees = done.evaluated, done.evaluated_trees
    rows = np.random.default_rng(19).permutation(len(people.left))[:_IMPORTANCE_ROWS]
    lost = importance(trees.scores, trees.encoding.apply(people.features.iloc[rows]), people.left[rows])
    frame = pd.DataFrame(
        {
            "feature": pd.Series(trees.encoding.columns, dtype="str"),
            "importance": lost.mean(axis=1),
            "low": lost.min(axis=1),
            "high": lost.max(axis=1),
        }
    )
    return notes.noted(
        frame.sort_values(["importance", "feature"], ascending=[False, True], ignore_index=True), *_said(done)
    )


def churn_in_words(frame: pd.DataFrame) -> str | None:
    """Which score is used, and by how much it wins or has lost. Reads `churn_evaluation`."""
    if frame.empty:
        return None
    by_score = frame.set_index("score")
    used = frame.loc[frame["used"], "score"].iloc[0]
    row, silence = by_score.loc[used], by_score.loc[SILENCE]
    who = f"{formats.count(row['churners'])} of {formats.count(row['customers'])} customers"
    interval = f"95% interval {formats.share(row['roc_auc_low_95'])} to {formats.share(row['roc_auc_high_95'])}"
    told = (
        f"On {formats.day(row['cut_off'])}, when {who} were about to stay away for {formats.days(row['horizon_days'])}, the score in use "
        f"({used}) put one who left before one who stayed in {formats.share(row['roc_auc'])} of all pairs ({interval})"
    )
    if used == SILENCE:
        return f"{told}. No model did better on earlier days: the plain list by days of silence is used."
    return f"{told}; the list by silence alone in {formats.share(silence['roc_auc'])}."


def lists_in_words(frame: pd.DataFrame, evaluation: pd.DataFrame, currency: str | None = None) -> str | None:
    """What lists of one length would have caught, in customers and money. Reads `churn_lists` and `churn_evaluation`."""
    if frame.empty:
        return None
    by_list = frame.set_index("list")
    used = evaluation.loc[evaluation["used"], "score"].iloc[0]
    parts = [
        f"{name} {formats.count(by_list.loc[key, 'churners'])}, with {formats.money(by_list.loc[key, 'money'], currency)}"
        for key, name in {used: f"by {used}", "value at risk": "by value at risk", SILENCE: "by silence alone"}.items()
    ]
    row = evaluation.iloc[0]
    who = f"Of the {formats.count(row['churners'])} who left after {formats.day(row['cut_off'])}"
    length = formats.count(frame["length"].iloc[0])
    return f"{who}, the first {length} customers of each list held: {'; '.join(parts)} spent in the year before."


def calibration_in_words(frame: pd.DataFrame) -> str | None:
    """Whether as many left as were expected to. Reads `churn_evaluation`."""
    used = frame[frame["used"]]
    if used.empty:
        return None
    row = used.iloc[0]
    left = row["churners"] / row["customers"]
    off, low, high = (row[f"calibration_in_the_large{end}"] for end in ("", "_low_95", "_high_95"))
    return (
        f"{formats.share(left + off)} were expected to leave, {formats.share(left)} did (95% interval of the difference "
        f"{formats.change(low)} to {formats.change(high)}); bin by bin the two are {formats.share(row['calibration_error'])} apart."
    )


def importance_in_words(frame: pd.DataFrame) -> str | None:
    """The features that matter most. Reads `churn_importance`."""
    some = frame[frame["importance"] > 0].head(3)
    if some.empty:
        return None
    names = ", ".join(name.replace("_", " ") for name in some["feature"])
    return f"Shuffling it costs the model most: {names}. Features that go together share what they carry."
