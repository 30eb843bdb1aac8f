"""The forecast as a card of any page."""

from __future__ import annotations

import streamlit as st

from crm_analytics.charts.forecast import forecast_fan
from crm_analytics.metrics.sales.forecast import complete_months, forecast, forecast_in_words
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show

#: Months ahead.
MONTHS = 6


def card(warehouse: Warehouse, audience: Audience) -> None:
    """The next months with their bands, beside those that were, and how such forecasts have done."""
    currency = session.currency()
    frame = forecast(warehouse, audience, months=MONTHS)
    finding = forecast_in_words(frame, audience.as_of, currency)
    with show.card("forecast", "The months to come", finding):
        if frame.empty:
            st.info(show.inert(" ".join(frame.attrs.get("notes", []))), icon=":material/hourglass_empty:")
        else:
            show.figure(
                forecast_fan(frame, complete_months(warehouse, audience), currency=currency), "forecast_fan", finding
            )
        show.behind("forecast", frame, audience, notes=not frame.empty, months=MONTHS)
