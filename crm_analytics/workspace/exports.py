"""What was exported, by whom, to whom, and who was left out for comparison; the most contacts per channel."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue, UnknownName

TREATED, CONTROL = "treated", "control"


@dataclass(frozen=True)
class Export:
    """One export. members = held_out + no_consent + over_cap + exported + control.

    Held out of a programme, or in a control group that still ran.
    `segment` and `version` are None for a rule that is not saved; `contact_cap` is None where none was set. Customers
    exported and those of the control group are kept by id, so that the lift is computed against exactly these.
    """

    export_id: int
    segment: str | None
    version: int | None
    rule: dict[str, Any]
    rule_in_words: str
    as_of: date
    data_version: str
    channel: str | None
    unknown_consents: bool
    contact_cap: int | None
    control_share: float
    seed: int
    members: int
    no_consent: int
    over_cap: int
    held_out: int
    exported: int
    control: int
    columns: list[str]
    form: str
    campaign_id: str
    campaign_name: str
    who: str
    exported_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {
            "as_of": self.as_of.isoformat(),
            "exported_at": self.exported_at.isoformat(timespec="seconds"),
        }


_COLUMNS = tuple(Export.__dataclass_fields__)


def listed(session: Session) -> list[Export]:
    """All exports, the latest first."""
    rows = session.rows(f"SELECT {', '.join(_COLUMNS)} FROM workspace.exports ORDER BY export_id DESC")
    return [_from(row) for row in rows]


def one(session: Session, export_id: int) -> Export:
    """An export by its number; `UnknownName` if there is none."""
    known = {each.export_id: each for each in listed(session)}
    if export_id not in known:
        raise UnknownName("export", str(export_id), known)
    return known[export_id]


def next_id(session: Session) -> int:
    """The number of the next export."""
    return int(session.value("SELECT coalesce(max(export_id), 0) + 1 FROM workspace.exports"))


def add(session: Session, made: Export, treated: list[str], control: list[str]) -> None:
    """Record an export with the customers of both groups, within the caller's transaction."""
    values = {name: getattr(made, name) for name in _COLUMNS}
    values |= {name: json.dumps(values[name], ensure_ascii=False) for name in ("rule", "columns")}
    places = ", ".join(f"${name}" for name in _COLUMNS)
    session.do(f"INSERT INTO workspace.exports ({', '.join(_COLUMNS)}) VALUES ({places})", values)
    count = len(treated) + len(control)
    members = {
        "export_id": pa.array([made.export_id] * count, pa.int32()),
        "customer_id": pa.array([*treated, *control], pa.string()),
        "arm": pa.array([TREATED] * len(treated) + [CONTROL] * len(control), pa.string()),
    }
    session.append("workspace.export_members", pa.table(members))
    of = f"segment {made.segment}, version {made.version}" if made.segment else made.rule_in_words
    what = (
        f"export {made.export_id} of {of}: {made.exported} customers as {made.form}, {made.control} as control group, "
        f"campaign {made.campaign_id}"
    )
    session.do(
        "INSERT INTO workspace.audit VALUES ($now, $who, 'export', $what)",
        {"now": made.exported_at, "who": made.who, "what": what},
    )


def arms(session: Session, export_id: int) -> dict[str, str]:
    """Customer -> treated or control, of one export."""
    rows = session.rows(
        "SELECT customer_id, arm FROM mart.export_members WHERE export_id = $id ORDER BY customer_id, arm",
        {"id": export_id},
    )
    return dict(rows)


# --- contact caps ---------------------------------------------------------------------------------------------------


def caps(session: Session) -> dict[str, int]:
    """Channel -> the most contacts that one customer gets over it in 30 days."""
    return dict(session.rows("SELECT channel, contacts_per_30_days FROM workspace.contact_caps ORDER BY channel"))


def cap(session: Session, channel: str) -> int | None:
    """The cap of a channel, however it is written; None where none is set."""
    rows = session.rows(
        "SELECT min(contacts_per_30_days) FROM workspace.contact_caps WHERE lower(channel) = lower($channel)",
        {"channel": channel},
    )
    return rows[0][0]


def set_cap(session: Session, channel: str, contacts: int | None, who: str) -> None:
    """Set the cap of a channel, or lift it (None), within the caller's transaction."""
    if contacts is not None and not 0 <= contacts <= 1000:
        raise BadValue("the contact cap", contacts, "0 to 1,000 contacts in 30 days, or nothing")
    session.do("DELETE FROM workspace.contact_caps WHERE lower(channel) = lower($channel)", {"channel": channel})
    if contacts is not None:
        session.do(
            "INSERT INTO workspace.contact_caps VALUES ($channel, $contacts, $who, $now)",
            {"channel": channel, "contacts": contacts, "who": who, "now": datetime.now()},
        )


def _from(row: tuple[Any, ...]) -> Export:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Export(**(values | {name: json.loads(values[name]) for name in ("rule", "columns")}))
