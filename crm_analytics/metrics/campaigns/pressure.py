"""How much contact is too much, when it is answered, and whom nobody talks to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.models.nps import Z_95, wilson
from crm_analytics.query.controls import control_arms
from crm_analytics.query.warehouse import Audience, Warehouse

#: A rate of fewer contacts decides nothing about the cap.
FEWEST_CONTACTS = 100
#: Cells with fewer contacts on either side are not compared.
FEWEST_IN_CELL = 10
MOST = 10  # contacts; it stands for more
SILENT_DAYS = 180
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@kept
def contact_pressure(warehouse: Warehouse, audience: Audience, *, window: int = 30) -> pd.DataFrame:
    """Responses and opt-outs by how many contacts the customer had in the days to this one, itself included.

    Those who are contacted most are the best customers, so the plain rates flatter many contacts: `adjusted_rate` is
    that of customers in the same RFM cell of the day before (purchase days so far, days since the last), with the cells
    mixed as they are at the first contact. Opt-outs are unsubscriptions and complaints.

    Columns
    -------
    contacts : int64            contacts in the `window` days, this one included; 10 stands for more
    customers : int64           customers who ever had so many
    sent : int64                contacts made at that number
    responses : int64           of them answered
    response_rate : float64     responses / contacts for which it is known; null without any
    low_95 : float64            lower end of Wilson's 95% interval; null likewise
    high_95 : float64           upper end; null likewise
    adjusted_rate : float64     response rate inside the same RFM cells; null where no cell has enough
    adjusted_low_95 : float64   lower end of its 95% interval; null likewise
    adjusted_high_95 : float64  upper end; null likewise
    opt_outs : int64            unsubscriptions and complaints
    opt_out_rate : float64      opt_outs / sent
    opt_out_low_95 : float64    lower end of Wilson's 95% interval
    opt_out_high_95 : float64   upper end
    revenue : float64           of purchases within the window after, whose last contact it was, money
    """
    cells = warehouse.read(
        "metrics/contact_pressure", audience, window=window, controls=control_arms(warehouse, audience)
    )
    by_dose = cells.groupby("contacts")
    names = ["sent", "answers_known", "responses", "opt_outs", "revenue"]
    frame = by_dose[names].sum().reset_index()
    frame["customers"] = by_dose["customers"].max().to_numpy()
    frame["response_rate"] = _part(frame["responses"], frame["answers_known"])
    frame["low_95"], frame["high_95"] = wilson(frame["responses"], frame["answers_known"])
    adjusted = [_adjusted(cells, dose) for dose in frame["contacts"]]
    for place, name in enumerate(("adjusted_rate", "adjusted_low_95", "adjusted_high_95")):
        frame[name] = np.array([each[place] for each in adjusted], dtype=float)
    frame["opt_out_rate"] = _part(frame["opt_outs"], frame["sent"])
    frame["opt_out_low_95"], frame["opt_out_high_95"] = wilson(frame["opt_outs"], frame["sent"])
    whole = ["contacts", "customers", "sent", "responses", "opt_outs"]
    frame = frame.astype(dict.fromkeys(whole, "int64") | {"revenue": "float64"})
    columns = ["contacts", "customers", "sent", "responses", "response_rate", "low_95", "high_95", "adjusted_rate"]
    columns += ["adjusted_low_95", "adjusted_high_95", "opt_outs", "opt_out_rate", "opt_out_low_95", "opt_out_high_95"]
    unanswered = len(frame) > 0 and not frame["response_rate"].notna().any()
    return notes.noted(
        frame[[*columns, "revenue"]],
        "Those contacted most are the best customers: compare the rates inside the same RFM cells."
        if len(frame)
        else None,
        "The file does not say who responded." if unanswered else None,
    )


@kept
def contact_cap(warehouse: Warehouse, audience: Audience, *, window: int = 30) -> pd.DataFrame:
    """The advised cap of contacts in the days of the window, what it would cost at most, and who is over it.

    The cap is the number of contacts before the first (with at least 100 contacts) at which the response rate inside the
    same RFM cells is clearly below that of the first contact, or opt-outs are clearly above: 95% intervals apart.

    Columns
    -------
    cap : Int64                 advised contacts in the window; null where nothing speaks for one
    reason : str                what speaks for it, or that nothing does
    contacts_over : int64       contacts made beyond it so far
    revenue_at_most : float64   revenue of purchases whose last contact was one of those, money: the most it can cost
    opt_outs_over : int64       opt-outs at those contacts
    customers_over : int64      customers beyond it in the window to the as-of date
    over_wish : int64           customers with more contacts in it than they wished for
    """
    doses = contact_pressure(warehouse, audience, window=window)
    load = _load(warehouse, audience, window)
    cap, reason = _cap(doses)
    over = doses[doses["contacts"] > cap] if cap is not None else doses.iloc[:0]
    row = {
        "cap": pd.array([cap], dtype="Int64"),
        "reason": [reason],
        "contacts_over": [int(over["sent"].sum())],
        "revenue_at_most": [float(over["revenue"].sum())],
        "opt_outs_over": [int(over["opt_outs"].sum())],
        "customers_over": [int(load.loc[load["contacts"] > cap, "customers"].sum()) if cap is not None else 0],
        "over_wish": [int(load["over_wish"].sum())],
    }
    frame = pd.DataFrame(row).astype({"reason": "str"})
    return notes.noted(
        frame, "The rates are of contacts made, not of a trial: try the cap on a part first." if cap else None
    )


@kept
def neglected(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Customers whom no campaign has reached for 180 days, by RFM segment; empty where no contact is loaded.

    Columns
    -------
    segment : str                    RFM segment
    customers : int64                customers of it
    never : int64                    never contacted
    silent : int64                   contacted, but not in the last 180 days
    neglected_share : float64        both, of customers
    neglected_revenue_12m : float64  their net revenue of the last 12 months, money
    """
    load = _load(warehouse, audience, 30)
    if not {"contacts"} & warehouse.loaded:
        load = load.iloc[:0]
    names = ["customers", "never", "silent", "neglected_revenue_12m"]
    frame = load.groupby("segment")[names].sum().reset_index()
    frame["neglected_share"] = _part(frame["never"] + frame["silent"], frame["customers"])
    frame = frame.astype({"segment": "str", "neglected_revenue_12m": "float64"} | dict.fromkeys(names[:3], "int64"))
    frame = frame.sort_values(["neglected_revenue_12m", "segment"], ascending=[False, True]).reset_index(drop=True)
    return notes.noted(frame[["segment", "customers", "never", "silent", "neglected_share", "neglected_revenue_12m"]])


@kept
def contact_times(warehouse: Warehouse, audience: Audience, *, channel: str | None = None) -> pd.DataFrame:
    """Contacts and responses by weekday and hour; where a file has days only, by weekday.

    Columns
    -------
    weekday : int64           1 is Monday, 7 is Sunday
    hour : Int64              0 to 23; null where the time of day is not known
    contacts : int64          contacts made then
    responses : int64         of them answered
    response_rate : float64   responses / contacts for which it is known; null without any
    low_95 : float64          lower end of Wilson's 95% interval; null likewise
    high_95 : float64         upper end; null likewise
    """
    found = warehouse.read("metrics/contact_times", audience, controls=control_arms(warehouse, audience))
    if channel:
        found = found[found["channel"] == channel]
    days_only = found.groupby("channel")["at_midnight"].transform("sum") == found.groupby("channel")[
        "contacts"
    ].transform("sum")
    found = found.assign(hour=found["hour"].astype("Int64").mask(days_only))
    frame = (
        found.groupby(["weekday", "hour"], dropna=False)[["contacts", "answers_known", "responses"]].sum().reset_index()
    )
    frame["response_rate"] = _part(frame["responses"], frame["answers_known"])
    frame["low_95"], frame["high_95"] = wilson(frame["responses"], frame["answers_known"])
    frame = frame.astype({"weekday": "int64", "hour": "Int64", "contacts": "int64", "responses": "int64"})
    frame = frame.sort_values(["weekday", "hour"]).reset_index(drop=True)
    unknown = int(frame.loc[frame["hour"].isna(), "contacts"].sum())
    return notes.noted(
        frame[["weekday", "hour", "contacts", "responses", "response_rate", "low_95", "high_95"]],
        f"Of {formats.count(unknown)} contacts the day is known and not the time." if unknown else None,
        "When somebody was contacted was chosen: another hour may have met other customers." if len(frame) else None,
    )


def pressure_in_words(frame: pd.DataFrame, window: int) -> str | None:
    """How the response changes from the first contact to more, inside the same cells. Reads `contact_pressure`."""
    known = frame[(frame["sent"] >= FEWEST_CONTACTS) & frame["adjusted_rate"].notna()]
    if len(known) < 2:
        return None
    first, last = known.iloc[0], known.iloc[-1]
    return (
        f"At {_contacts(first['contacts'])} in {formats.days(window)} {formats.share(first['adjusted_rate'])} respond and "
        f"{formats.share(first['opt_out_rate'], 2)} opt out; at {_contacts(last['contacts'])}, inside the same RFM cells, "
        f"{formats.share(last['adjusted_rate'])} and {formats.share(last['opt_out_rate'], 2)} "
        f"({formats.count(known['sent'].sum())} contacts)."
    )


def cap_in_words(frame: pd.DataFrame, window: int, currency: str | None) -> str:
    """The cap and what it costs. Reads `contact_cap`."""
    row = frame.iloc[0]
    if pd.isna(row["cap"]):
        return f"No cap is advised: {row['reason']}"
    return (
        f"Advised: at most {_contacts(row['cap'])} in {formats.days(window)} ({row['reason']}) It would have cost at most "
        f"{formats.money(row['revenue_at_most'], currency)} of revenue and spared {formats.count(row['opt_outs_over'])} "
        f"opt-outs; {formats.count(row['customers_over'])} customers are over it now."
    )


def neglected_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """How many customers nobody has talked to, and what they bring. Reads `neglected`."""
    customers = int(frame["customers"].sum())
    if customers < notes.FEWEST_CUSTOMERS:
        return None
    left_out = int(frame["never"].sum() + frame["silent"].sum())
    return (
        f"{formats.count(left_out)} of {formats.count(customers)} customers ({formats.share(left_out / customers)}) had no "
        f"contact for {SILENT_DAYS} days; they brought {formats.money(frame['neglected_revenue_12m'].sum(), currency)} in the "
        "last 12 months."
    )


def times_in_words(frame: pd.DataFrame) -> str | None:
    """When contacts are answered most, and whether that is more than chance. Reads `contact_times`."""
    known = frame[(frame["contacts"] >= FEWEST_CONTACTS) & frame["response_rate"].notna()]
    if len(known) < 2:
        return None
    best, worst = known.loc[known["response_rate"].idxmax()], known.loc[known["response_rate"].idxmin()]
    apart = "" if worst["high_95"] < best["low_95"] else "; their intervals overlap, so it may be chance"
    return (
        f"Contacts are answered most on {_when(best)} ({formats.share(best['response_rate'])} of "
        f"{formats.count(best['contacts'])}) and least on {_when(worst)} ({formats.share(worst['response_rate'])} of "
        f"{formats.count(worst['contacts'])}){apart}."
    )


def _load(warehouse: Warehouse, audience: Audience, window: int) -> pd.DataFrame:
    return warehouse.read(
        "metrics/contact_load",
        audience,
        window=window,
        silent_days=SILENT_DAYS,
        controls=control_arms(warehouse, audience),
    )


def _adjusted(cells: pd.DataFrame, dose: int) -> tuple[float, float, float]:
    """The response rate at a number of contacts, its cells mixed as at the first (direct standardisation).

    Variance: sum of w^2 p (1 - p) / n over the cells (Rothman, Greenland, Lash 2008, chapter 15).
    """
    first = cells[cells["contacts"] == cells["contacts"].min()].set_index("cell")["answers_known"]
    mine = cells[cells["contacts"] == dose].set_index("cell")
    both = mine[(mine["answers_known"] >= FEWEST_IN_CELL) & (first.reindex(mine.index).fillna(0) >= FEWEST_IN_CELL)]
    if both.empty:
        return np.nan, np.nan, np.nan
    weight = first.reindex(both.index) / first.reindex(both.index).sum()
    n = both["answers_known"]
    rate = float((weight * both["responses"] / n).sum())
    safe = (both["responses"] + 0.5) / (n + 1)  # a cell without a response still has a spread
    half = Z_95 * float(np.sqrt((weight**2 * safe * (1 - safe) / n).sum()))
    return rate, max(rate - half, 0.0), min(rate + half, 1.0)


def _cap(doses: pd.DataFrame) -> tuple[int | None, str]:
    known = doses[doses["sent"] >= FEWEST_CONTACTS]
    if len(known) < 2:
        return None, (
            f"two groups of customers by how often they were contacted need at least {FEWEST_CONTACTS} contacts each; "
            f"there {'is one' if len(known) else 'is none'}."
        )
    first = known.iloc[0]
    for row in known.iloc[1:].itertuples():
        if row.opt_out_low_95 > first["opt_out_high_95"]:
            return (
                int(row.contacts) - 1,
                f"beyond it {formats.share(row.opt_out_rate, 2)} opt out, at first {formats.share(first['opt_out_rate'], 2)}.",
            )
        if row.adjusted_high_95 < first["adjusted_low_95"]:
            return (
                int(row.contacts) - 1,
                f"beyond it {formats.share(row.adjusted_rate)} respond, at first {formats.share(first['adjusted_rate'])}.",
            )
    return None, "neither do responses clearly fall nor opt-outs clearly rise with more contacts."


def _contacts(count: float) -> str:
    return "1 contact" if count == 1 else f"{formats.count(count)}{'+' if count >= MOST else ''} contacts"


def _when(row: pd.Series) -> str:
    day = WEEKDAYS[int(row["weekday"]) - 1]
    return day if pd.isna(row["hour"]) else f"{day} {int(row['hour']):02}:00"


def _part(of: pd.Series, total: pd.Series) -> pd.Series:
    return (of / total.where(total > 0)).astype("float64")
