"""What models found, kept as plain numbers so that a restart computes nothing again and a later fit can be compared."""

from __future__ import annotations

MODELS_THIRD_DDL: tuple[str, ...] = (
    """CREATE TABLE workspace.model_fits (
        subject VARCHAR NOT NULL, as_of DATE NOT NULL, data_version VARCHAR NOT NULL, customers BIGINT NOT NULL,
        found VARCHAR NOT NULL, fitted_at TIMESTAMP NOT NULL, PRIMARY KEY (subject, as_of, data_version))""",
)

#: Added in version 4: the last scoring of customers that rules can ask, and when and by what it was made (one row).
MODELS_FOURTH_DDL: tuple[str, ...] = (
    """CREATE TABLE IF NOT EXISTS workspace.customer_scores (
        customer_id VARCHAR NOT NULL, action VARCHAR, churn_probability DOUBLE, residual_value DECIMAL(18,4),
        value_at_risk DECIMAL(18,4))""",
    """CREATE TABLE IF NOT EXISTS workspace.scorings (
        as_of DATE NOT NULL, customers BIGINT NOT NULL, horizon_days INTEGER NOT NULL, models VARCHAR NOT NULL,
        who VARCHAR NOT NULL, scored_at TIMESTAMP NOT NULL, data_version VARCHAR NOT NULL)""",
)
