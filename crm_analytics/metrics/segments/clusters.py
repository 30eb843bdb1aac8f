"""Clusters of buyers who are alike in what the user chooses: how large, how distinct, how stable, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import BadValue, CrmError, NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.models.clusters import ClusterModel, FittedClusters, Report
from crm_analytics.query import membership
from crm_analytics.query.rules import CLUSTERS, All, from_json, in_words, to_json, where
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.workspace import clusters as cluster_models
from crm_analytics.workspace.clusters import Assigning, ClusterField
from crm_analytics.workspace.segments import LONGEST_NAME

FEATURES = ("recency_days", "orders", "purchase_days", "revenue", "average_order_value", "revenue_12m", "revenue_before_12m",
            "mean_gap_days", "units", "returns", "margin")  # fmt: skip
#: How recently, how often, for how much at a time.
DEFAULT = ("recency_days", "purchase_days", "average_order_value")
#: Feature -> (below, above) in words; others are low and high.
_WORDS = {
    "recency_days": ("bought lately", "bought long ago"),
    "orders": ("few purchases", "many purchases"),
    "purchase_days": ("few purchases", "many purchases"),
    "revenue": ("low revenue", "high revenue"),
    "average_order_value": ("small orders", "large orders"),
    "mean_gap_days": ("short gaps", "long gaps"),
}
#: A feature is told of where a cluster differs from the rest by at least so many standard deviations.
TOLD_FROM = 0.25
#: Above this population stability index a model no longer fits those whom it assigns (a convention of credit scoring).
LARGE_DRIFT = 0.25
_TYPES = {"cluster": "int64", "name": "str", "customers": "int64", "customer_share": "float64", "revenue": "float64",
          "revenue_share": "float64", "silhouette": "float64", "stability": "float64", "differs_by": "str"}  # fmt: skip


@kept
def clusters(
    warehouse: Warehouse, audience: Audience, *, k: int | None = None, features: str | None = None
) -> pd.DataFrame:
    """Clusters of the buyers of the audience: k-means on features without skew, as many as the silhouette advises.

    Buyers of whom a feature is not known are in no cluster. Silhouette and stability are of the clusters as a whole,
    the same in every row. Empty below 50 buyers; the note says so.

    Columns
    -------
    cluster : int64            1 for the cluster with the most revenue, and so on
    name : str                 what sets it apart most, in words
    customers : int64          buyers in it
    customer_share : float64   of the buyers of whom every feature is known
    revenue : float64          their net revenue, money
    revenue_share : float64    of the revenue of those buyers; null without any
    silhouette : float64       mean silhouette in [-1, 1]: 1 is well apart, 0 is touching
    stability : float64        mean adjusted Rand index over 20 bootstrap refits: 1 is always the same clusters, 0 is chance
    differs_by : str           each feature with its standardised difference from the rest
    """
    return _described(warehouse, audience, k, features, None)


def prepare(warehouse: Warehouse, audience: Audience, k: int | None, features: str | None, report: Report) -> None:
    """Compute `clusters` with progress: then it is there, kept like any frame."""
    warehouse.keep(
        "clusters", audience, lambda: _described(warehouse, audience, k, features, report), k=k, features=features
    )


def _described(
    warehouse: Warehouse, audience: Audience, k: int | None, features: str | None, report: Report | None
) -> pd.DataFrame:
    try:
        fitted, frame = found(warehouse, audience, k, features, report)
    except NotEnoughData as error:
        return notes.noted(pd.DataFrame(columns=list(_TYPES)).astype(_TYPES), str(error))
    total = frame["revenue"].sum()
    rows = []
    for number, group in frame.groupby("cluster"):
        apart = difference(fitted, frame, number)
        rows.append({
            "cluster": number, "name": _name(apart), "customers": len(group), "customer_share": len(group) / len(frame),
            "revenue": group["revenue"].sum(), "revenue_share": group["revenue"].sum() / total if total else None,
            "silhouette": fitted.silhouette, "stability": fitted.stability,
            "differs_by": ", ".join(f"{CUSTOMER_FIELDS[name].label} {value:+.1f}" for name, value in apart.items()),
        })  # fmt: skip
    made = pd.DataFrame(rows)[list(_TYPES)].astype(_TYPES)
    made["name"] = _distinct(made["name"])
    buyers = int(warehouse.read("metrics/buyers", audience)["buyers"][0])
    tried = ", ".join(f"{number}: {value:.2f}" for number, value in fitted.silhouettes)
    return notes.noted(
        made,
        f"Features: {', '.join(CUSTOMER_FIELDS[name].label for name in fitted.features)}.",
        f"Mean silhouette by number of clusters: {tried}." if k is None else None,
        f"{formats.count(buyers - len(frame))} buyers lack a feature and are in no cluster." if buyers > len(frame) else None,
        f"The fit stands on {formats.count(fitted.fitted_on)} customers drawn at random." if fitted.fitted_on < len(frame) else None,
        "The clusters are not stable: another sample would divide these customers otherwise." if fitted.stability < 0.6 else None,
    )  # fmt: skip


def found(
    warehouse: Warehouse, audience: Audience, k: int | None, features: str | None, report: Report | None = None
) -> tuple[FittedClusters, pd.DataFrame]:
    """The fitted model, and the buyers with their features and their cluster (1 brings the most revenue).

    Errors: NotEnoughData, BadValue for features that are none.
    """
    names = chosen(features)
    frame = warehouse.read("metrics/cluster_features", audience)
    frame = frame[["customer_id", *dict.fromkeys((*names, "revenue"))]].dropna(subset=list(names))
    frame = frame.astype(dict.fromkeys((*names, "revenue"), "float64")).reset_index(drop=True)
    fitted = ClusterModel(k=k).fit(frame[list(names)], report)
    labels = fitted.predict(frame)
    order = frame.groupby(labels)["revenue"].sum().sort_values(ascending=False, kind="stable").index
    return fitted, frame.assign(cluster=labels.map({label: place for place, label in enumerate(order, start=1)}))


def save(
    warehouse: Warehouse, audience: Audience, name: str, who: str, *, k: int | None = None, features: str | None = None
) -> list[str]:
    """Keep each cluster as a fixed list, a saved segment like any other; their names. Errors as of `found`, BadValue."""
    described = clusters(warehouse, audience, k=k, features=features)
    _, frame = found(warehouse, audience, k, features)
    names = []
    for row in described.itertuples():
        members = frame.loc[frame["cluster"] == row.cluster, "customer_id"].tolist()
        title = f"{name} {row.cluster}: {row.name}"[:LONGEST_NAME].strip()
        about = f"Cluster {row.cluster} of {len(described)} by {', '.join(chosen(features))}: {row.differs_by}."
        membership.save_list(warehouse, title, members, audience.as_of, who, description=about)
        names.append(title)
    return names


def keep_model(
    warehouse: Warehouse, audience: Audience, name: str, who: str, *, k: int | None = None, features: str | None = None
) -> ClusterField:
    """Keep the model, so that the cluster of any customer on any day is a field of rules. Errors as of `found`, BadValue."""
    described = clusters(warehouse, audience, k=k, features=features)
    fitted, frame = found(warehouse, audience, k, features)
    # the names are in the order of revenue, the centres as they were fitted
    places = frame.groupby(fitted.predict(frame))["cluster"].first()
    rows = described.set_index("cluster").loc[places.to_numpy()]
    names = tuple(f"{cluster}: {row['name']}" for cluster, row in rows.iterrows())
    assigning = Assigning(fitted.features, names=names, shares=tuple(rows["customer_share"]), **fitted.numbers)
    made = ClusterField(
        name.strip(), assigning, audience.as_of, in_words(audience.rule), who, datetime.now(), to_json(audience.rule)
    )
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        cluster_models.add(session, made)
    return made


def cluster_drift(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Kept cluster models: how many customers each cluster has on the day, and how far that is from the day of the fit.

    The population stability index is the sum over clusters of (share - share_then) ln(share / share_then): below 0.1 little,
    above 0.25 so much that the model should be found anew. Of the customers among whom it was found, by their rule on the day,
    whatever the audience; of a model kept without its rule the audience is counted, which says nothing of drift.

    Columns
    -------
    model : str              the kept model
    cluster : str            number and name of a cluster
    customers : int64        customers by the rule of the fit whose nearest centre it is
    share : float64          of the customers with a cluster; null where nobody has one
    share_then : float64     of the customers of the fit
    drift : float64          population stability index of the model, the same in its rows; null likewise and without the rule
    found_on : datetime64[us]    day of the fit
    """
    with warehouse.duck.session() as session:
        models = cluster_models.listed(session)
    rows, said = [], []
    for each in models:
        known = _counted(warehouse, audience, each)
        counts = known or _counts(warehouse, audience, each)
        drift = _stability_index(np.array(counts), np.array(each.assigning.shares)) if known else None
        shares = [count / sum(counts) if sum(counts) else None for count in counts]
        parts = zip(each.assigning.names, counts, shares, each.assigning.shares, strict=True)
        rows += sorted((each.model, *part, drift, pd.Timestamp(each.as_of)) for part in parts)
        if known is None:
            said.append(
                f"Of “{each.model}” the rule of its customers is not kept or not valid any more: its drift is not known."
            )
        if drift is not None and drift > LARGE_DRIFT:
            said.append(
                f"“{each.model}” was found on {formats.day(each.as_of)}; the customers are others now: find it anew."
            )
    columns = {"model": "str", "cluster": "str", "customers": "int64", "share": "float64", "share_then": "float64", "drift": "float64",
               "found_on": "datetime64[us]"}  # fmt: skip
    return notes.noted(pd.DataFrame(rows, columns=list(columns)).astype(columns), *said)


def _counted(warehouse: Warehouse, audience: Audience, made: ClusterField) -> list[int] | None:
    """Customers by cluster of those among whom the model was found; None where they cannot be asked for."""
    if made.rule is None:
        return None
    try:
        return _counts(warehouse, replace(audience, rule=from_json(made.rule)), made)
    except CrmError:  # an attribute that it asks for may be gone with its file
        return None


def _counts(warehouse: Warehouse, audience: Audience, made: ClusterField) -> list[int]:
    parts = [All((audience.rule, where(CLUSTERS + made.model, "is", name))) for name in made.assigning.names]
    sizes = [warehouse.read("metrics/audience_size", replace(audience, rule=each)) for each in parts]
    return [int(size["customers"][0]) for size in sizes]


def _stability_index(counts: np.ndarray, then: np.ndarray) -> float | None:
    """An empty cluster counts as half a customer: its logarithm would have no end."""
    if not counts.sum():
        return None
    now, then = np.maximum(counts, 0.5) / counts.sum(), np.maximum(then, 0.5 / counts.sum())
    return float(((now - then) * np.log(now / then)).sum())


def chosen(features: str | None) -> tuple[str, ...]:
    """The features that a text names with commas between; `BadValue` for one that is none."""
    names = tuple(dict.fromkeys(each.strip() for each in features.split(",") if each.strip())) if features else DEFAULT
    if not names or not set(names) <= set(FEATURES):
        raise BadValue("features", features, f"one or more of {', '.join(FEATURES)}, with commas between")
    return names


def difference(fitted: FittedClusters, frame: pd.DataFrame, cluster: int) -> pd.Series:
    """By how many standard deviations the cluster's mean of each feature lies above that of the rest, the largest first."""
    points = fitted.standardised(frame)
    inside = frame["cluster"] == cluster
    apart = points[inside].mean() - points[~inside].mean()
    return apart.loc[apart.abs().sort_values(ascending=False, kind="stable").index]


def _name(apart: pd.Series) -> str:
    told = [
        _WORDS.get(name, (f"low {CUSTOMER_FIELDS[name].label.lower()}", f"high {CUSTOMER_FIELDS[name].label.lower()}"))[value > 0]
        for name, value in apart.items()
        if abs(value) >= TOLD_FROM
    ]  # fmt: skip
    words = ", ".join(list(dict.fromkeys(told))[:3]) or "like everybody"
    return words[0].upper() + words[1:]


def _distinct(names: pd.Series) -> pd.Series:
    """Names that occur twice get a number."""
    again = names.groupby(names).cumcount()
    return names.where(again == 0, names + " (" + (again + 1).astype(str) + ")").astype("str")


def clusters_in_words(frame: pd.DataFrame) -> str | None:
    """How many, which brings the most, and whether one can rely on them. Reads `clusters`."""
    if frame.empty:
        return None
    best = frame.iloc[0]
    firm = "stable" if best["stability"] >= 0.8 else "fairly stable" if best["stability"] >= 0.6 else "not stable"
    return (
        f"{len(frame)} clusters, {firm} (adjusted Rand index {best['stability']:.2f}, silhouette "
        f"{best['silhouette']:.2f}). “{best['name']}” brings {formats.share(best['revenue_share'])} of revenue from "
        f"{formats.share(best['customer_share'])} of {formats.count(frame['customers'].sum())} buyers."
    )
