"""What people decide of records that may be one person."""

from __future__ import annotations

#: A decision is about two records, each the source's own id. `act` groups what was decided at once; the last decision
#: that is not undone holds. `accept`: one person; `refuse`: two; `split`: two, though they were accepted before.
IDENTITY_DDL: tuple[str, ...] = (
    """CREATE TABLE workspace.identity_decisions (
        decision_id INTEGER NOT NULL, act INTEGER NOT NULL, left_source VARCHAR NOT NULL, left_id VARCHAR NOT NULL,
        right_source VARCHAR NOT NULL, right_id VARCHAR NOT NULL, decision VARCHAR NOT NULL, probability DOUBLE,
        who VARCHAR NOT NULL, decided_at TIMESTAMP NOT NULL, undone_at TIMESTAMP, undone_by VARCHAR)""",
)
