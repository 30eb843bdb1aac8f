"""What models found, kept as plain numbers so that a restart computes nothing again and a later fit can be compared."""

from __future__ import annotations

MODELS_THIRD_DDL: tuple[str, ...] = (
    """CREATE TABLE workspace.model_fits (
        subject VARCHAR NOT NULL, as_of DATE NOT NULL, data_version VARCHAR NOT NULL, customers BIGINT NOT NULL,
        found VARCHAR NOT NULL, fitted_at TIMESTAMP NOT NULL, PRIMARY KEY (subject, as_of, data_version))""",
)
