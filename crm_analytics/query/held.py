"""Who is in saved segments, as bits of a number for each customer: made of the kept intervals, or as the last step left it.

Grouping the intervals of fifty segments of a million customers takes longer than all else of an evaluation, so a step leaves its
members in mart.segment_held (customer_no, bits), and in mart.segment_bits what each bit stands for and when it was evaluated. A
bit counts while its segment was not evaluated since; whoever numbers the customers anew drops both.
"""

from __future__ import annotations

from collections.abc import Sequence

from crm_analytics.engine.duck import Session
from crm_analytics.workspace.segments import Saved

#: Bits of a number that are used.
BITS = 62
_TABLES = ("segment_bits", "segment_held")
_KNOWN = "SELECT count(*) = 2 FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name IN ('segment_bits', 'segment_held')"


def forget(session: Session) -> None:
    """Drop what the last step left: customers have other numbers from now on."""
    for name in _TABLES:
        session.do(f"DROP TABLE IF EXISTS mart.{name}")


def forget_one(session: Session, segment: str, version: int) -> None:
    """Its bit counts no more: what was evaluated is taken back, and where clocks go back the time of evaluation does not tell."""
    if session.value(_KNOWN):
        session.do(
            "DELETE FROM mart.segment_bits WHERE segment = $segment AND version = $version",
            {"segment": segment, "version": version},
        )


def bits(session: Session, some: Sequence[Saved]) -> list[int]:
    """A bit for each of these segments: that which it has, else the lowest that none has; others give way where there is no room."""
    kept, keys = _kept(session), [(each.segment, each.rule_version) for each in some]
    if len(kept.keys() | set(keys)) > BITS:
        kept = {key: bit for key, bit in kept.items() if key in keys}
    free = iter(sorted(set(range(BITS)) - set(kept.values())))
    return [kept[key] if key in kept else next(free) for key in keys]


def find(session: Session, some: Sequence[Saved], bits: Sequence[int]) -> None:
    """Make the temporary table `step_held` (customer_no, customer_id, bits): members of these segments before the step.

    Ids that no customer has any more get numbers below zero, and their id. `step_places` tells the segment of each bit.
    """
    kept = _kept(session)
    session.do(
        "CREATE OR REPLACE TEMP TABLE step_places (segment VARCHAR, version INTEGER, bit BIGINT, is_kept BOOLEAN)"
    )
    mask = 0
    for each, bit in zip(some, bits, strict=True):
        values = {"segment": each.segment, "version": each.rule_version, "bit": 1 << bit}
        is_kept = kept.get((each.segment, each.rule_version)) == bit
        session.do("INSERT INTO step_places VALUES ($segment, $version, $bit, $is_kept)", values | {"is_kept": is_kept})
        mask |= is_kept << bit
    session.do(
        """CREATE OR REPLACE TEMP TABLE step_held AS
        WITH member AS (
            SELECT m.customer_id, bit_or(p.bit) AS bits FROM mart.segment_members AS m
            JOIN step_places AS p ON p.segment = m.segment AND p.version = m.version AND NOT p.is_kept
            WHERE m.to_on IS NULL GROUP BY m.customer_id)
        SELECT coalesce(n.customer_no, -row_number() OVER ()) AS customer_no,
            CASE WHEN n.customer_no IS NULL THEN m.customer_id END AS customer_id, m.bits
        FROM member AS m LEFT JOIN mart.numbers AS n ON n.customer_id = m.customer_id"""
    )
    if mask:
        session.do(
            """CREATE OR REPLACE TEMP TABLE step_held AS
            SELECT coalesce(k.customer_no, h.customer_no) AS customer_no, h.customer_id,
                (coalesce(k.bits, 0) & $mask) | coalesce(h.bits, 0) AS bits
            FROM mart.segment_held AS k FULL JOIN step_held AS h ON h.customer_no = k.customer_no""",
            {"mask": mask},
        )


def keep(session: Session, bits: Sequence[int]) -> None:
    """Leave the members of the step's segments, as `step_now` has them, to the next one, beside those of others.

    Always, whatever the clock says of when they were evaluated; a segment of another step whose bit is among theirs gives way.
    """
    mask = sum(1 << bit for bit in _kept(session).values() if bit not in bits)
    held, places = "SELECT customer_no, bits FROM step_now WHERE bits <> 0", ""
    if mask:
        held = f"""SELECT customer_no, bit_or(bits) AS bits FROM (
                SELECT customer_no, bits FROM step_now UNION ALL SELECT customer_no, bits & {mask} FROM mart.segment_held)
            WHERE bits <> 0 GROUP BY customer_no"""
        places = f"UNION ALL SELECT segment, version, bit, evaluated_at FROM mart.segment_bits WHERE bit & {mask} <> 0"
    session.do(f"CREATE OR REPLACE TABLE mart.segment_held AS {held}")
    session.do(
        f"""CREATE OR REPLACE TABLE mart.segment_bits AS
        SELECT p.segment, p.version, p.bit, max(d.evaluated_at) AS evaluated_at FROM step_places AS p
        JOIN workspace.segment_days AS d ON d.segment = p.segment AND d.version = p.version GROUP BY ALL {places}"""
    )


def _kept(session: Session) -> dict[tuple[str, int], int]:
    """Segment and version -> bit, of those that were not evaluated since."""
    if not session.value(_KNOWN):
        return {}
    rows = session.rows(
        """SELECT b.segment, b.version, b.bit FROM mart.segment_bits AS b
        JOIN workspace.segment_days AS d ON d.segment = b.segment AND d.version = b.version
        GROUP BY ALL HAVING max(d.evaluated_at) = max(b.evaluated_at)"""
    )
    return {(segment, version): int(bit).bit_length() - 1 for segment, version, bit in rows}
