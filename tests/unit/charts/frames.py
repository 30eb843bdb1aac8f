"""Frames as the metrics return them, small enough to check by eye."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics.charts.theme import SEGMENTS


def sales(months: int = 13, year: int = 2011) -> pd.DataFrame:
    place = np.arange(months)
    return pd.DataFrame(
        {
            "period_start": [date(year + at // 12, at % 12 + 1, 1) for at in place],
            "revenue": 1000.5 + 37 * place,
            "orders": 40 + place,
            "units": 300 + place,
            "customers": 30 + place,
            "average_order_value": (1000.5 + 37 * place) / (40 + place),
            "complete": place < months - 1,
        }
    )


def retention(cohorts: int = 6, few: int = 2) -> pd.DataFrame:
    """Cohort number `few` has 20 customers; the last age of each cohort but the first is not observed."""
    rows = []
    for at in range(cohorts):
        size = 20 if at == few else 100 + at
        for age in range(cohorts + 1):
            seen = at + age < cohorts
            back = (size if age == 0 else size // (age + 2)) if seen else None
            rows.append(
                (date(2010 + at // 12, at % 12 + 1, 1), age, size, back, back / size if seen else None,
                 back * 9.5 if seen else None)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["cohort", "age", "cohort_customers", "customers", "share", "revenue"])


def repurchase(days: int = 400) -> pd.DataFrame:
    at = np.arange(days)
    share = 0.6 * (1 - np.exp(-at / 100))
    return pd.DataFrame(
        {"days": at, "share": share, "low_95": share * 0.97, "high_95": share * 1.03, "at_risk": 900, "censored": 1,
         "cohort_share": share * 1.01}
    )  # fmt: skip


def interpurchase(bins: int = 20) -> pd.DataFrame:
    at = np.arange(bins)
    weight = np.exp(-at / 5)
    return pd.DataFrame(
        {
            "days_from": at * 14 + 1,
            "days_to": at * 14 + 14,
            "intervals": 100 - at,
            "weighted_share": weight / weight.sum(),
        }
    )


def statuses() -> pd.DataFrame:
    customers = np.array([300, 600, 20, 480])
    return pd.DataFrame(
        {"status": ["new", "active", "declining", "lapsed"], "customers": customers, "share": customers / 1400}
    )


def rfm() -> pd.DataFrame:
    names = list(SEGMENTS)
    customers = np.arange(len(names), 0, -1) * 10
    revenue = customers * 99.5
    return pd.DataFrame(
        {"segment": names, "customers": customers, "customer_share": customers / customers.sum(), "revenue": revenue,
         "revenue_share": revenue / revenue.sum(), "median_recency_days": 3.0, "median_frequency": 2.0,
         "median_monetary": 5.0}
    )  # fmt: skip


def rfm_grid() -> pd.DataFrame:
    names = list(SEGMENTS)
    cells = [(r, fm, names[(r * fm) % len(names)], 10 * r + fm) for r in range(1, 6) for fm in range(1, 6)]
    return pd.DataFrame(cells, columns=["r_score", "fm_score", "segment", "customers"])


def migration() -> pd.DataFrame:
    names = ["Champions", "Loyal", "At Risk", "My own segment"]
    rows = [(was, now, 50 if was == now else 3 + at, 10.5) for at, was in enumerate(names) for now in names[: at + 2]]
    return pd.DataFrame(rows, columns=["from_segment", "to_segment", "customers", "revenue"])


def pareto(points: int = 1000) -> pd.DataFrame:
    share = np.linspace(0, 1, points)
    return pd.DataFrame({"customer_share": share, "revenue_share": share**0.2})


def abc() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "class": list("ABC"),
            "customers": [26, 34, 40],
            "revenue": [800.0, 150.0, 50.0],
            "revenue_share": [0.8, 0.15, 0.05],
        }
    )
