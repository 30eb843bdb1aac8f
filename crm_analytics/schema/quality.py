"""What is kept of the quality of the data from load to load."""

from __future__ import annotations

#: One row per column of a table and source that an import (or its undo or redo) changed: how it stood right after.
#: `rows` is 0, and the column empty, where the source has no row of the table any more.
QUALITY_FOURTH_DDL: tuple[str, ...] = (
    """CREATE TABLE IF NOT EXISTS workspace.quality_scores (
        import_id INTEGER NOT NULL, act VARCHAR NOT NULL, scored_at TIMESTAMP NOT NULL, source VARCHAR NOT NULL,
        kind VARCHAR NOT NULL, column_name VARCHAR NOT NULL, rows BIGINT NOT NULL, missing BIGINT NOT NULL,
        suspicious BIGINT NOT NULL)""",
)
