"""What was found about a file, and why: shown to the person, who may overrule it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """One finding: `what` was decided, what was `found`, `why`; `sure` is False where a person should look."""

    what: str
    found: str
    why: str
    sure: bool = True
