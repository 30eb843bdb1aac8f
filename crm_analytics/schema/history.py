"""What is kept of imports beside their own record."""

from __future__ import annotations

#: `corrections`: a line that an import rejected, and the later import that brought it corrected.
HISTORY_THIRD_DDL: tuple[str, ...] = (
    "CREATE TABLE IF NOT EXISTS workspace.corrections (import_id INTEGER NOT NULL, line INTEGER NOT NULL, corrected_by INTEGER NOT NULL)",
)
