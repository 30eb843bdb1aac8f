"""The most typical customers of a segment: real people to think of instead of averages."""

from __future__ import annotations

import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.segments.customers import customers
from crm_analytics.metrics.segments.saved import members_of
from crm_analytics.models.typical import MOST_COMPARED, typical
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Audience, Warehouse

MOST = 5
FEATURES = ("recency_days", "purchase_days", "average_order_value", "revenue_12m")
_TYPES = {"customer_id": "str", "name": "str", "segment": "str", "distance": "float64", "recency_days": "int64", "purchase_days": "int64",
          "average_order_value": "float64", "revenue_12m": "float64"}  # fmt: skip


def typical_customers(warehouse: Warehouse, audience: Audience, *, segment: str | None = None) -> pd.DataFrame:
    """The five buyers nearest to the middle of the audience, or of a saved segment within it: the medoid first.

    The medoid is the buyer with the least sum of distances to the others, over recency, purchase days, order value and
    revenue of 12 months, each without skew and with variance 1 in the segment. Empty below 5 buyers. Of more than 2,000 buyers
    the medoid is that of so many drawn at random; whoever is nearest to it is found among all.

    Columns
    -------
    customer_id : str               the customer
    name : str                      name; null where unknown
    segment : str                   RFM segment
    distance : float64              from the medoid, standard deviations; 0 is the medoid
    recency_days : int64            days since the last purchase
    purchase_days : int64           days with a purchase
    average_order_value : float64   revenue over purchases, money
    revenue_12m : float64           net revenue of 12 months, money
    """
    return _typical(warehouse, members_of(warehouse, audience, segment))


@kept
def _typical(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    features = warehouse.read("metrics/cluster_features", audience).set_index("customer_id")[list(FEATURES)].dropna()
    try:
        far = typical(features.astype("float64"), MOST)
    except NotEnoughData as error:
        return notes.noted(pd.DataFrame(columns=list(_TYPES)).astype(_TYPES), str(error))
    everyone = warehouse.audience(where("customer_id", "in", list(far.index)), audience.as_of, audience.before)
    found = customers(warehouse, everyone).set_index("customer_id").loc[far.index]
    frame = found.assign(distance=far).reset_index()
    return notes.noted(
        frame[list(_TYPES)].astype(_TYPES),
        f"The middle is that of {formats.count(MOST_COMPARED)} of {formats.count(len(features))} buyers, drawn at random."
        if len(features) > MOST_COMPARED
        else None,
    )
