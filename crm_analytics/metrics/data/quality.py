"""How far the data can be trusted: per source and column, freshest and oldest, and what to mend first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query import completeness
from crm_analytics.query.marts import several_sources
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import imports

#: Table and column -> what is wrong with a value there that is not missing.
_SUSPICIOUS = {
    ("customers", "name"): "a single letter",
    ("customers", "email"): "no address, or shared by several records",
    ("customers", "phone"): "fewer than 7 or more than 15 digits",
    ("customers", "postal_code"): "too short or too long",
    ("customers", "city"): "a single letter",
    ("customers", "street"): "too short",
    ("customers", "born_on"): "an impossible birth date",
    ("customers", "joined_on"): "after the as-of date",
    ("deliveries", "delivered_on"): "delivered before the order",
}
_MISSING = {
    ("orders", "customer_id"): "orders without a customer",
    ("customers", "consent"): "customers without a known consent",
}


@kept
def data_quality(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Per source, table and column how much is valid, missing and suspicious; first what most revenue hangs on.

    A column is listed where its source gives it at least once; contact details and consent of customers always, once
    customers are loaded. Valid is what is neither missing nor suspicious. `revenue_behind` is the net revenue to the
    as-of date of the customers, or the orders, whose value is missing or suspicious; of other tables no revenue is known.

    Columns
    -------
    source : str                where the rows come from
    table : str                 kind of table
    column : str                column of it; `consent` is whether a yes or no is known
    rows : int64                rows that hold
    valid_share : float64       valid rows / rows
    missing : int64             rows without a value
    suspicious : int64          rows with a value that is hardly right
    problem : str               what is wrong, in words; null where nothing is
    revenue_behind : float64    net revenue, money, that hangs on the rows that are not valid; null where it is not known
    """
    several = _several(warehouse)
    customers = warehouse.read("metrics/quality_customers", audience, several_sources=several)
    customers = customers.rename(columns={"column_name": "column"}).assign(table="customers")
    given = customers["missing"] < customers["rows"]
    customers = customers[given | customers["column"].isin(["email", "phone", "postal_code", "consent"])]
    orders = warehouse.read("metrics/quality_orders", audience)
    orders = orders.rename(columns={"column_name": "column", "table_name": "table"})
    with warehouse.duck.session() as session:
        others = completeness.filled(session).assign(suspicious=0, revenue_behind=np.nan)
    columns = ["source", "table", "column", "rows", "missing", "suspicious", "revenue_behind"]
    parts = [each[columns].astype({"revenue_behind": "float64"}) for each in (customers, orders, others) if len(each)]
    frame = pd.concat(parts, ignore_index=True) if parts else others[columns].astype({"revenue_behind": "float64"})
    frame = frame.astype(dict.fromkeys(("rows", "missing", "suspicious"), "int64"))
    frame["valid_share"] = 1 - (frame["missing"] + frame["suspicious"]) / frame["rows"].astype(float)
    frame["problem"] = pd.Series([_problem(row) for row in frame.itertuples()], index=frame.index, dtype="str")
    frame = frame.astype(dict.fromkeys(("source", "table", "column"), "str"))
    order = ["source", "table", "column", "rows", "valid_share", "missing", "suspicious", "problem", "revenue_behind"]
    frame = frame.sort_values(["revenue_behind", "valid_share", "source", "table", "column"],
                              ascending=[False, True, True, True, True], kind="stable", na_position="last")  # fmt: skip
    return notes.noted(frame[order].reset_index(drop=True), notes.guests(warehouse, audience))


@kept
def data_sources(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Per source and table a score, and how fresh it is.

    The score is the mean of `valid_share` over the columns of `data_quality`: each column weighs the same.

    Columns
    -------
    source : str                     where the rows come from
    table : str                      kind of table
    rows : int64                     rows that hold
    score : float64                  mean share of valid values, in [0, 1]; null where no column is looked at
    imports : int64                  imports that hold
    imported_at : datetime64[us]     when the last of them came in
    latest_on : datetime64[us]       the latest day that the table speaks of; null for tables without days
    age_days : Int64                 days from then to the as-of date; null without a day, 0 for days after it
    """
    with warehouse.duck.session() as session:
        frame = completeness.fresh(session)
    quality = data_quality(warehouse, audience)
    scores = quality.groupby(["source", "table"])["valid_share"].mean()
    pairs = list(zip(frame["source"], frame["table"], strict=True))
    frame["score"] = [float(scores.get(pair, np.nan)) for pair in pairs]
    frame["imported_at"] = pd.to_datetime(frame["imported_at"]).astype("datetime64[us]")
    frame["latest_on"] = pd.to_datetime(frame["latest_on"]).astype("datetime64[us]")
    age = (pd.Timestamp(audience.as_of) - frame["latest_on"]).dt.days
    frame["age_days"] = age.clip(lower=0).astype("Int64")
    frame = frame.astype({"source": "str", "table": "str", "rows": "int64", "imports": "int64", "score": "float64"})
    order = ["source", "table", "rows", "score", "imports", "imported_at", "latest_on", "age_days"]
    return notes.noted(frame[order])


@kept
def data_imports(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Import by import how much of a file was accepted: whether a source gets better or worse.

    The oldest first; undone imports are left out. Over all imports, whatever the audience. The score is that of the
    file as it was loaded; the cells of a rejected row are not valid.

    Columns
    -------
    import_id : int64                number of the import
    imported_at : datetime64[us]     when it came in
    source : str                     where the rows come from
    table : str                      kind of table
    file : str                       name of the file
    rows_read : int64                rows of the file
    rejected : int64                 rows that could not be accepted
    accepted_share : float64         1 - rejected / rows_read; null for an empty file
    problems : int64                 kinds of problems that it had
    score : float64                  share of the cells of the used columns with a valid value; null where not kept
    """
    with warehouse.duck.session() as session:
        held = [each for each in imports.listed(session) if each.undone_at is None]
    frame = pd.DataFrame(
        [
            (each.import_id, each.imported_at, each.source, each.kind, each.file, each.rows_read, each.rejected, len(each.problems),
             each.filled_share)
            for each in held
        ],
        columns=["import_id", "imported_at", "source", "table", "file", "rows_read", "rejected", "problems", "score"],
    )  # fmt: skip
    frame["imported_at"] = pd.to_datetime(frame["imported_at"]).astype("datetime64[us]")
    whole = ("import_id", "rows_read", "rejected", "problems")
    texts = dict.fromkeys(("source", "table", "file"), "str")
    frame = frame.astype({**dict.fromkeys(whole, "int64"), **texts, "score": "float64"})
    frame["accepted_share"] = 1 - frame["rejected"] / frame["rows_read"].replace(0, np.nan).astype(float)
    order = [
        "import_id",
        "imported_at",
        "source",
        "table",
        "file",
        "rows_read",
        "rejected",
        "accepted_share",
        "problems",
        "score",
    ]
    return notes.noted(frame[order])


def quality_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """What to mend first: the column that most revenue hangs on. Reads `data_quality`."""
    wrong = frame[(frame["missing"] + frame["suspicious"] > 0) & frame["revenue_behind"].gt(0)]
    if wrong.empty:
        return None
    first = wrong.iloc[0]
    behind = f"{formats.money(first['revenue_behind'], currency)} of revenue hang on them"
    if first["missing"] == first["rows"]:
        none = f"none of {formats.count(first['rows'])} rows has a known {first['column'].replace('_', ' ')}"
        return f"{first['table'].capitalize()} of {first['source']}: {none}, and {behind}. A file that has it would mend that."
    rows = formats.count(first["missing"] + first["suspicious"])
    return (
        f"Mend {first['table']}: {first['column'].replace('_', ' ')} of {first['source']} first: {rows} of "
        f"{formats.count(first['rows'])} rows are not valid ({first['problem']}), and {behind}."
    )


#: The least change of a score that is named.
LEAST_CHANGE = 0.005


def imports_in_words(frame: pd.DataFrame) -> str | None:
    """How much was accepted over all, and the worst file. Reads `data_imports`."""
    read = int(frame["rows_read"].sum())
    if not read:
        return None
    accepted = formats.share(1 - frame["rejected"].sum() / read, 2)
    said = f"{accepted} of {formats.count(read)} rows in {formats.count(len(frame))} import{'' if len(frame) == 1 else 's'} were accepted"
    worst = frame.sort_values("accepted_share").iloc[0]
    if worst["rejected"]:
        said += f"; the least of {worst['file']}, {formats.share(worst['accepted_share'], 2)}"
    return f"{said}."


def trend_in_words(frame: pd.DataFrame) -> str | None:
    """Of the sources with a score before, the one that their last file changed most. Reads `data_imports`."""
    frame = frame.dropna(subset="score")
    frame = frame.assign(before=frame.groupby(["source", "table"])["score"].shift())
    last = frame.groupby(["source", "table"]).tail(1).dropna(subset="before")
    change = last["score"] - last["before"]
    if last.empty:
        return None
    if change.abs().max() < LEAST_CHANGE:
        return "The last file of each source is as complete as the one before it."
    row = last.loc[change.abs().idxmax()]
    way = "fell" if row["score"] < row["before"] else "rose"
    return (
        f"The score of {row['table'].replace('_', ' ')} of {row['source']} {way} with {row['file']}: "
        f"{formats.share(row['before'], 1)} to {formats.share(row['score'], 1)} of the cells are valid."
    )


def _several(warehouse: Warehouse) -> bool:
    with warehouse.duck.session() as session:
        return several_sources(session)


def _problem(row: object) -> str | None:
    key = (row.table, row.column)  # type: ignore[attr-defined]
    parts = []
    if row.missing:  # type: ignore[attr-defined]
        parts.append(f"{formats.count(row.missing)} {_MISSING.get(key, 'missing')}")  # type: ignore[attr-defined]
    if row.suspicious:  # type: ignore[attr-defined]
        parts.append(f"{formats.count(row.suspicious)} suspicious: {_SUSPICIOUS.get(key, 'hardly right')}")  # type: ignore[attr-defined]
    return "; ".join(parts) or None
