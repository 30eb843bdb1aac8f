"""The customers themselves."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from crm_analytics.errors import UnknownName
from crm_analytics.metrics import notes
from crm_analytics.query.rules import EVERYONE, All, where
from crm_analytics.query.warehouse import Audience, Warehouse

ALL_ROWS = 2**31 - 1  # a LIMIT that every engine takes

_WHOLE = ("recency_days", "r_score", "f_score", "m_score", "fm_score", "revenue_rank")


def narrowed(audience: Audience, **values: str | None) -> Audience:
    """The audience with those fields at the given values; None leaves a field free."""
    rules = tuple(where(name, "is", value) for name, value in values.items() if value is not None)
    if not rules:
        return audience
    own = () if audience.rule == EVERYONE else (audience.rule,)
    return replace(audience, rule=All((*own, *rules)))


def named_segment(warehouse: Warehouse, segment: str | None) -> str | None:
    """The RFM segment asked for; `UnknownName` where the grid in force has none of that name."""
    names = warehouse.preferences.segment_names
    if segment is not None and segment not in names:
        raise UnknownName("RFM segment", segment, names)
    return segment


def customers(
    warehouse: Warehouse,
    audience: Audience,
    *,
    segment: str | None = None,
    abc_class: str | None = None,
    status: str | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """The customers with every field that a segment can use, highest revenue first.

    Scores, ranks and classes are those within the whole base, whatever the audience. Country, region, city, postal
    code, name, e-mail, telephone, gender, birth, owner and company are as of today.

    Columns
    -------
    customer_id : str                 the person, after identity resolution
    status : str                      prospect, new, active, declining or lapsed
    first_order_on : datetime64[s]    day of the first purchase; null for prospects
    last_order_on : datetime64[s]     day of the last purchase; null for prospects
    recency_days : Int64              days from the last purchase to the as-of date; null for prospects
    orders : int64                    purchases (orders above 0)
    purchase_days : int64             distinct days with a purchase
    returns : int64                   orders below 0
    units : float64                   pieces bought less pieces returned; null where the files give none
    revenue : float64                 net revenue, money
    gross_revenue : float64           revenue before returns, money
    margin : float64                  revenue less cost of goods, money; null without costs
    average_order_value : float64     revenue / purchases, money; null for prospects
    revenue_12m : float64             net revenue of the 12 months to the as-of date, money
    revenue_before_12m : float64      net revenue of the 12 months before those, money
    mean_gap_days : float64           mean days between purchase days; null below two purchase days
    is_loyal : bool                   enough purchase days, recent, and known for at least one activity window
    r_score : Int64                   recency score, 5 is latest; null for prospects
    f_score : Int64                   frequency score, 5 is most; null for prospects
    m_score : Int64                   monetary score, 5 is most; null for prospects
    fm_score : Int64                  mean of F and M, half rounded up; null for prospects
    segment : str                     RFM segment
    revenue_rank : Int64              rank by revenue, 1 is highest; null without revenue
    cumulative_share : float64        share of revenue up to and including this customer; null without revenue
    abc_class : str                   A, B or C; null for prospects
    country : str                     country; null where unknown
    region : str                      state, province or region; null where unknown
    city : str                        city; null where unknown
    postal_code : str                 postal code; null where unknown
    channel : str                     channel of the first purchase; null where unknown
    name : str                        name; null where unknown
    email : str                       e-mail; null where unknown
    phone : str                       telephone; null where unknown
    gender : str                      gender as stated; null where unknown
    born_on : datetime64[s]           date of birth; null where unknown
    joined_on : datetime64[s]         known since; null where unknown
    owner : str                       who looks after the customer; null where nobody
    organisation_id : str             company of a business contact; null where none
    """
    chosen = narrowed(audience, segment=named_segment(warehouse, segment), abc_class=abc_class, status=status)
    frame = warehouse.read("metrics/customers", chosen, limit=limit or ALL_ROWS)
    return notes.noted(frame.astype(dict.fromkeys(_WHOLE, "Int64")), notes.look_back(warehouse))
