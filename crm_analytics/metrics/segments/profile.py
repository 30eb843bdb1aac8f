"""What sets a segment apart: how often each value occurs in it, against the whole base."""

from __future__ import annotations

from calendar import day_name, month_name
from dataclasses import replace
from datetime import date

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.segments.saved import members_of
from crm_analytics.query.rules import EVERYONE, Rule, Where, walk
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import label_of_group

#: Fields of a customer that a profile tells of and that `explore` divides by; what is a number is told in bands.
FIELDS = ("status", "segment", "abc_class", "is_loyal", "country", "region", "city", "channel", "gender", "owner", "age",
          "orders", "revenue", "recency")  # fmt: skip
#: Of these, what frequency or monetary value make.
LOOKING_BACK = ("segment", "revenue")
HABITS = ("weekday", "month")
LINES = "product_line"
PROFILED = (*FIELDS, LINES, *HABITS)
#: Several fields by one name: who they are, what and when they buy (that takes longer: it is read from orders and lines).
GROUPS = {"customers": FIELDS, "purchases": (LINES, *HABITS)}

#: Of a field with many values those that occur most often in the whole base.
MOST_VALUES = 20
#: Of the values that set a segment apart, those of one field.
MOST_OF_A_FIELD = 3
#: From where a share is said to be higher or lower; nearer to 100 it would read as no difference.
_OVER, _UNDER = 110.0, 90.0
#: Fields that a rule asks -> the fields of the profile that tell the same: an RFM segment is made of all three scores.
_TOLD_BY = {"recency_days": ("recency",), "r_score": ("recency",), "last_order_on": ("recency",), "m_score": ("revenue",),
            "born_on": ("age",), "purchase_days": ("orders",), "f_score": ("orders",), "fm_score": ("orders", "revenue"),
            "segment": ("segment", "recency", "orders", "revenue"), "abc_class": ("abc_class", "revenue"),
            "main_channel": ("channel",)}  # fmt: skip
#: An index on fewer customers is uncertain.
FEWEST = notes.FEWEST_CUSTOMERS

_TYPES = {"field": "str", "value": "str", "customers": "int64", "share": "float64", "base_customers": "int64",
          "base_share": "float64", "index": "float64", "uncertain": "bool"}  # fmt: skip


def segment_profile(
    warehouse: Warehouse,
    audience: Audience,
    *,
    segment: str | None = None,
    against: str | None = None,
    then: date | None = None,
    field: str | None = None,
) -> pd.DataFrame:
    """What sets the audience, or a saved segment within it, apart from the whole base or from another saved segment.

    With `then` it is compared with those whom its own rule selects as of that day (or those of `against` as of it).

    Shares are of the customers of whom the field is known; for product lines, weekdays and months, which are not
    exclusive, of those who bought at all. Of a field with more than 20 values the 20 most frequent ones.

    Columns
    -------
    field : str             a field of the customers, or product_line, weekday, month of their purchases
    value : str             one of its values; of revenue and recency the monetary and the recency score
    customers : int64       customers of the segment with it
    share : float64         of the customers of the segment; null where nobody's is known
    base_customers : int64  customers with it of the whole base, or of the segment compared with
    base_share : float64    of those customers; null where nobody's is known
    index : float64         share / base_share x 100: 100 is as often; null where either is, or where the base has none
    uncertain : bool        fewer than 30 customers of the segment, or of the other segment, stand behind it
    """
    everyone = warehouse.audience(EVERYONE, audience.as_of, audience.before)
    chosen = members_of(warehouse, audience, segment)
    base = members_of(warehouse, everyone, against)
    if then is not None:
        base = replace(base if against else chosen, as_of=then)
    return _profile(warehouse, chosen, base=base, field=field)


@kept
def _profile(warehouse: Warehouse, audience: Audience, *, base: Audience, field: str | None) -> pd.DataFrame:
    buyers = [int(warehouse.read("metrics/buyers", each)["buyers"][0]) for each in (audience, base)]
    parts = []
    whole = base.rule == EVERYONE and base.as_of == audience.as_of
    for name in GROUPS.get(field, (field,)) if field else PROFILED:
        found = _counted(warehouse, audience, name)
        if not whole or "base_customers" not in found:
            found = _beside(found, _counted(warehouse, base, name))
        known = buyers if name in (*HABITS, LINES) else [found["customers"].sum(), found["base_customers"].sum()]
        found = found.nlargest(MOST_VALUES, "base_customers").sort_index()
        found["share"] = found["customers"] / known[0] if known[0] else float("nan")
        found["base_share"] = found["base_customers"] / known[1] if known[1] else float("nan")
        parts.append(found.assign(field=name))
    frame = pd.concat(parts, ignore_index=True)
    frame["index"] = frame["share"] / frame["base_share"].where(frame["base_share"] > 0) * 100
    frame["uncertain"] = frame["customers"] < FEWEST
    if not whole:
        frame["uncertain"] |= frame["base_customers"] < FEWEST
    scored = frame["field"].isin(LOOKING_BACK).any()
    return notes.noted(frame[list(_TYPES)].astype(_TYPES), notes.look_back(warehouse) if scored else None)


def _beside(found: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The counts of a segment with those of another, or of the base, beside; values that only one has count 0 in the other."""
    one, second = found.set_index("value")["customers"], other.set_index("value")["customers"]
    values = second.index.append(one.index.difference(second.index, sort=False))
    counts = {"customers": one, "base_customers": second}
    columns = {name: each.reindex(values, fill_value=0).to_numpy() for name, each in counts.items()}
    return pd.DataFrame({"value": values, **columns})


def _counted(warehouse: Warehouse, audience: Audience, name: str) -> pd.DataFrame:
    """value, customers of one field; of what takes reading purchases, base_customers too: everyone's are read with them."""
    if name == LINES:
        return warehouse.read("metrics/profile_lines", audience).rename(columns={"product_line": "value"})
    if name not in HABITS:
        return warehouse.read("metrics/segment_profile", audience, field=name)
    frame = warehouse.read("metrics/profile_habits", audience, field=name)
    named = [day_name[place - 1] if name == "weekday" else month_name[place] for place in frame["place"]]
    return frame.drop(columns="place").assign(value=pd.Series(named, dtype="str"))


def telling(frame: pd.DataFrame, rule: Rule, most: int = 12) -> pd.DataFrame:
    """The values that set the segment apart most, at most 3 of a field. Reads `segment_profile`.

    Enough customers stand behind them, and they are not of a field that the rule itself asks.
    """
    asked = {told for each in walk(rule) if isinstance(each, Where) for told in _TOLD_BY.get(each.field, (each.field,))}
    known = frame[~frame["uncertain"] & frame["index"].notna() & ~frame["field"].isin(asked)]
    strength = (known["share"] - known["base_share"]).abs() * (known["index"] - 100).abs()
    known = known.loc[strength[strength > 0].sort_values(ascending=False, kind="stable").index]
    chosen = known.groupby("field", sort=False).head(MOST_OF_A_FIELD).head(most)
    return chosen.sort_values(["index", "field", "value"], ascending=[False, True, True])


def profile_in_words(
    frame: pd.DataFrame, rule: Rule = EVERYONE, against: str | None = None, then: date | None = None
) -> str | None:
    """What is over- and under-represented most, fields that the rule itself asks aside. Reads `segment_profile`."""
    whole = f"in “{against}”" if against else "in the whole base" if then is None else "in it"
    whole += f" on {formats.day(then)}" if then else ""
    found = telling(frame, rule)
    if found.empty:
        return None
    parts = []
    over, under = found[found["index"] >= _OVER], found[found["index"] <= _UNDER]
    if over.empty and under.empty:
        return f"None of what is shown is a tenth more or less frequent than {whole}."
    if len(over):
        row = over.iloc[0]
        parts.append(f"{_named(row)} is {row['index'] / 100:.1f} times as frequent as {whole} ({_behind(row)})")
    if len(under):
        row = under.iloc[-1]
        parts.append(f"{_named(row)} is rarer, with an index of {row['index']:.0f} ({_behind(row)})")
    return "; ".join(parts) + "."


def _named(row: pd.Series) -> str:
    return f"{label_of_group(str(row['field']))} “{row['value']}”"


def _behind(row: pd.Series) -> str:
    return f"{formats.share(row['share'])} against {formats.share(row['base_share'])}, {formats.count(row['customers'])} customers"
