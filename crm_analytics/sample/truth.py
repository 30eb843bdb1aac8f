"""What the company was made from, written beside it."""

from __future__ import annotations

import json
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.sample.world import CHANCES, FIRST_DAY, LAST_DAY, Parameters, statement

CAMPAIGN_COLUMNS = (
    "campaign_id", "arm", "effect", "control_share", "treated", "control",
    "true_lift_orders_per_customer", "true_lift_conversion_rate", "added_orders", "added_revenue",
)  # fmt: skip


def write_truth(session: Session, parameters: Parameters, path: Path) -> None:
    """Write truth.json: the parameters, and per campaign and treated arm the true lift."""
    campaigns = [
        dict(zip(CAMPAIGN_COLUMNS, row, strict=True)) for row in session.rows(statement("world", "campaign_truth"))
    ]
    truth = {
        "customers": parameters.customers,
        "seed": parameters.seed,
        "stationary": parameters.stationary,
        "first_day": str(FIRST_DAY),
        "last_day": str(LAST_DAY),
        "outcome_window_days": 30,
        "chances": dict(CHANCES),
        "campaigns": campaigns,
    }
    path.write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
