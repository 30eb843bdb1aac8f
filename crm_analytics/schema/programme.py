"""Where plans are kept: every version of every row, and who is held out of a programme."""

from __future__ import annotations

#: `body` is a JSON object of the row's fields. A row version is never changed: the highest holds. What is computed once
#: and then stands (baselines, the diagnosis at the start) is a row like any other, with the data version it stands on.
PROGRAMME_DDL: tuple[str, ...] = (
    """CREATE TABLE workspace.plan_rows (
        kind VARCHAR NOT NULL, programme_id VARCHAR NOT NULL, row_id VARCHAR NOT NULL, version INTEGER NOT NULL,
        body VARCHAR NOT NULL, removed BOOLEAN NOT NULL, who VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL,
        PRIMARY KEY (kind, programme_id, row_id, version))""",
    """CREATE TABLE workspace.programme_holdouts (
        programme_id VARCHAR NOT NULL, customer_id VARCHAR NOT NULL, share DOUBLE NOT NULL, who VARCHAR NOT NULL,
        drawn_at TIMESTAMP NOT NULL, PRIMARY KEY (programme_id, customer_id))""",
)

#: Since version 3: what somebody is typing and has not saved, one per person and table of a plan; and how many customers
#: an export left out because a programme leaves them alone.
PROGRAMME_THIRD_DDL: tuple[str, ...] = (
    """CREATE TABLE workspace.plan_drafts (
        who VARCHAR NOT NULL, programme_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, body VARCHAR NOT NULL,
        typed_at TIMESTAMP NOT NULL, PRIMARY KEY (who, programme_id, kind))""",
    "ALTER TABLE workspace.exports ADD COLUMN held_out BIGINT DEFAULT 0",
)
