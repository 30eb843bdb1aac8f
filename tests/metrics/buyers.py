"""Buyers made by a law that is known, some of whom stop: small enough to compute, large enough to learn from."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics.query.warehouse import Warehouse
from tests.metrics.loading import load_frame

START = date(2023, 1, 1)


def orders(customers: int = 400, days: int = 800, seed: int = 1) -> pd.DataFrame:
    """Purchases of customers at their own pace, who stop with a chance of their own; amounts vary around a customer's level."""
    draw = np.random.default_rng(seed)
    begun = draw.integers(0, days // 2, customers)
    pace, leaving, level = (
        12 + draw.gamma(2.0, 20.0, customers),
        draw.beta(1.0, 6.0, customers),
        draw.gamma(4.0, 10.0, customers),
    )
    rows: list[tuple[str, int, float]] = []
    for who in range(customers):
        day = float(begun[who])
        while day < days:
            rows.append((f"c{who:04}", int(day), round(float(level[who] * draw.gamma(5.0, 0.2)) + 1, 2)))
            if draw.random() < leaving[who]:
                break
            day += 1 + draw.exponential(pace[who])
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    frame["ordered_at"] = (pd.Timestamp(START) + pd.to_timedelta(frame["day"], unit="D")).astype("datetime64[us]")
    frame["order_id"] = [f"{place:06}" for place in range(len(frame))]
    return frame.drop(columns="day")


def load(warehouse: Warehouse, frame: pd.DataFrame) -> None:
    load_frame(warehouse, "orders", frame)
