"""What people enter of campaigns: costs that no file has, and the plan made before launch."""

from __future__ import annotations

CAMPAIGN_PLANS_DDL: tuple[str, ...] = (
    """CREATE TABLE workspace.campaign_costs (
        campaign_id VARCHAR NOT NULL, version INTEGER NOT NULL, fixed_cost DOUBLE, cost_per_contact DOUBLE,
        value_per_conversion DOUBLE, control_arm VARCHAR, who VARCHAR NOT NULL, entered_at TIMESTAMP NOT NULL,
        PRIMARY KEY (campaign_id, version))""",
    """CREATE TABLE workspace.campaign_plans (
        plan_id INTEGER NOT NULL, version INTEGER NOT NULL, name VARCHAR NOT NULL, campaign_id VARCHAR, plan VARCHAR NOT NULL,
        who VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL, PRIMARY KEY (plan_id, version))""",
)
