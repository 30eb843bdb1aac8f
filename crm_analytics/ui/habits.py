"""Habits beside RFM: channels, payment, discounts."""

from __future__ import annotations

import streamlit as st

from crm_analytics.charts import channels as drawn
from crm_analytics.metrics.segments import channels, payment
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show


def cards(warehouse: Warehouse, audience: Audience) -> None:
    """Channel loyalty, payment behaviour and discount dependence, by a field that is chosen."""
    left, right = st.columns(2)
    with left:
        _channels(warehouse, audience)
    with right:
        by = st.selectbox("By", payment.GROUPS, key="habits_by", bind="query-params", width=180)
        _payment(warehouse, audience, by)
        _discounts(warehouse, audience, by)


def _channels(warehouse: Warehouse, audience: Audience) -> None:
    frame, mix = channels.channels(warehouse, audience), channels.channel_mix(warehouse, audience)
    finding = channels.channels_in_words(frame, audience.as_of)
    with show.card("channels", "Channels", finding):
        if frame.empty:
            show.nothing("No order names a channel.", "orders with a channel")
            return
        show.figure(drawn.channels_bars(frame), "channels_bars", finding)
        show.behind("channels", frame, audience)
        if words := channels.channel_mix_in_words(mix, session.currency()):
            st.caption(show.inert(words))
        show.behind("channel_mix", mix, audience)


def _payment(warehouse: Warehouse, audience: Audience, by: str) -> None:
    frame = payment.payment_behaviour(warehouse, audience, by=by)
    finding = payment.payment_in_words(frame, audience.as_of, session.currency())
    with show.card("payment_behaviour", "Payment behaviour", finding):
        if frame.empty:
            show.nothing("No invoice is loaded.", "invoices with their due date and the day of payment")
            return
        show.figure(drawn.payment_dots(frame), "payment_dots", finding)
        show.behind("payment_behaviour", frame, audience, by=by)


def _discounts(warehouse: Warehouse, audience: Audience, by: str) -> None:
    frame = payment.discount_dependence(warehouse, audience, by=by)
    with show.card("discount_dependence", "Bought at a discount", payment.discount_in_words(frame, session.currency())):
        if frame.empty:
            show.nothing(
                "No price before discount is known.", "order lines with their discount, or products with a list price"
            )
            return
        order = ["group", "customers", "discounted_share", "mean_customer_share", "dependent_customers"]
        show.short(frame, "discounts", order=order)
        show.behind("discount_dependence", frame, audience, table=False, by=by, discount=0.2)
