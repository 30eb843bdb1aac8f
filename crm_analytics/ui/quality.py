"""What the quality page is made of."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import show


def totals(warehouse: Warehouse, quality: pd.DataFrame, sources: pd.DataFrame) -> None:
    """The figures that say how far everything can be trusted."""
    guests = quality[(quality["table"] == "orders") & (quality["column"] == "customer_id")]
    consent = quality[(quality["table"] == "customers") & (quality["column"] == "consent")]
    oldest = sources["age_days"].max()
    with st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "Data score",
            formats.share(sources["score"].mean()),
            about="The mean share of valid values, each table alike.",
        )
        show.number(
            "Orders without a customer",
            formats.share(guests["missing"].sum() / guests["rows"].sum()) if len(guests) else formats.NONE,
            about="They count in sales and in no customer figure.",
        )
        show.number(
            "Without known consent",
            formats.share(consent["missing"].sum() / consent["rows"].sum()) if len(consent) else formats.NONE,
            about="Customers of whom no yes or no is known for any channel.",
        )
        show.number("Oldest source", formats.days(oldest), about="From the latest day it speaks of to the as-of date.")


def nothing() -> None:
    """Where nothing is loaded."""
    show.nothing("Nothing is loaded whose quality could be looked at.", "any kind: customers or orders first")
