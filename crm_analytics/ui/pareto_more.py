"""The rest of the Pareto page: who moves, who earns, what to offer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from crm_analytics.charts import offers as drawn_offers
from crm_analytics.charts import profitability as drawn_profit
from crm_analytics.charts import pyramid as drawn
from crm_analytics.metrics.value import offers, pareto_watch, profitability, pyramid
from crm_analytics.query.rules import EVERYONE, All, where
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show

#: Whose next offers are shown: a list of all customers is a matter of the download.
MOST_OFFERED = 100
SUPPORTS = {"0.1%": 0.001, "0.5%": 0.005, "1%": 0.01, "2%": 0.02, "5%": 0.05}
CONFIDENCES = {"10%": 0.1, "25%": 0.25, "50%": 0.5, "80%": 0.8}
RANKED = {"What they bring": "margin", "Chance": "chance"}
#: What the score of an offer is by each ranking.
SCORED = {"margin": "expected_margin", "chance": "chance"}


def tiers(warehouse: Warehouse, audience: Audience) -> None:
    """The pyramid: an open card."""
    frame = pyramid.pyramid(warehouse, audience)
    finding = pyramid.pyramid_in_words(frame, audience.as_of)
    with show.card("pyramid", "The pyramid of the last 12 months", finding):
        show.figure(drawn.pyramid_tiers(frame, currency=session.currency()), "pyramid_tiers", finding)
        show.behind("pyramid", frame, audience)


def movers(warehouse: Warehouse, audience: Audience) -> None:
    """What moved in the pyramid, and the top 20% that come and go."""
    frame = pyramid.pyramid(warehouse, audience)
    watched = pareto_watch.pareto_watch(warehouse, audience)
    left, right = st.columns([2, 3])
    with (
        left,
        show.card(
            "pyramid_changes", "The money that moved", "Against the 12 months before, every customer counted once."
        ),
    ):
        finding = pyramid.pyramid_in_words(frame, audience.as_of)
        show.figure(drawn.pyramid_changes(frame, currency=session.currency()), "pyramid_changes", finding)
        show.behind("pyramid_moves", pyramid.pyramid_moves(warehouse, audience), audience)
    finding = pareto_watch.watch_in_words(watched, session.currency())
    with right, show.card("pareto_watch", "Into the top 20% and out of it", finding):
        if watched.empty:
            show.nothing("Nobody came or went: that takes orders of more than a year.")
            return
        move = st.pills(
            "Move", pareto_watch.WATCHED, key="watch_move", bind="query-params", default=pareto_watch.FADING, required=True, wrap=True,
            label_visibility="collapsed",
        )  # fmt: skip
        rows = watched[watched["move"] == move]
        shown = [name for name in rows.columns if name not in ("move", "entry_revenue", "recency_days")]
        show.table(rows, "watch_table", height=300, order=shown)
        show.behind("pareto_watch", watched, audience, table=False)


def profits(warehouse: Warehouse, audience: Audience) -> None:
    """The whale curve and the matrix of classes and lines."""
    currency = session.currency()
    left, right = st.columns(2)
    one, curve = profitability.profit_concentration(warehouse, audience), profitability.whale_curve(warehouse, audience)
    finding = profitability.whale_in_words(one, audience.as_of, currency)
    with left, show.card("whale_curve", "Who earns the profit", finding):
        if curve.empty:
            show.nothing(
                "No cost of goods is known, so there is no margin.", "products with their unit cost, and order lines"
            )
        else:
            show.figure(drawn_profit.whale_curve(curve, currency=currency), "whale_curve", finding)
        show.behind("whale_curve", curve, audience)
        show.behind("profit_concentration", one, audience)
    matrix = profitability.profitability_matrix(warehouse, audience)
    finding = profitability.profitability_in_words(matrix, audience.as_of, currency)
    with right, show.card("profitability_matrix", "Classes by product line", finding):
        if matrix.empty:
            show.nothing("No order line has a product line.", "order lines, and products with their line")
        else:
            figure = drawn_profit.profitability_matrix(matrix, currency=currency)
            show.figure(figure, "profitability_matrix", finding)
        show.behind("profitability_matrix", matrix, audience)


def offering(warehouse: Warehouse, audience: Audience) -> None:
    """Rules over baskets, and next offers beside best-sellers."""
    left, right = st.columns(2)
    with left, st.container():
        _rules(warehouse, audience)
    with right, st.container():
        _next(warehouse, audience)


def _rules(warehouse: Warehouse, audience: Audience) -> None:
    with st.container(horizontal=True):
        support = st.selectbox("Support", list(SUPPORTS), 0, key="rule_support", bind="query-params", width=110)
        confidence = st.selectbox(
            "Confidence", list(CONFIDENCES), 1, key="rule_confidence", bind="query-params", width=110
        )
    knobs = {"support": SUPPORTS[support], "confidence": CONFIDENCES[confidence]}
    rules = offers.basket_rules(warehouse, audience, **knobs)
    with show.card("basket_rules", "Bought together", offers.rules_in_words(rules)):
        if rules.empty:
            show.nothing("No rule has so much support and confidence. Lower them, or load order lines with products.")
            return
        order = ["antecedent_names", "consequent_name", "count", "confidence", "lift"]
        show.table(rules, "rules_table", height=300, order=order)
        show.behind("basket_rules", rules, audience, table=False)


def _next(warehouse: Warehouse, audience: Audience) -> None:
    label = st.selectbox("Rank by", list(RANKED), key="offers_ranked", bind="query-params", width=180)
    tried = offers.offers_evaluation(warehouse, audience)
    finding = offers.offers_in_words(tried, RANKED[label])
    best = where("revenue_rank", "at_most", MOST_OFFERED)
    chosen = best if audience.rule == EVERYONE else All((audience.rule, best))
    frame = offers.next_offers(warehouse, replace(audience, rule=chosen), ranked_by=RANKED[label])
    with show.card("next_offers", "What to offer next", finding):
        if len(tried):
            show.figure(drawn_offers.offers_columns(tried), "offers_columns", finding)
            show.behind("offers_evaluation", tried, audience)
        if frame.empty:
            show.nothing("There is nothing to learn offers from yet.", "order lines with products")
            return
        show.table(frame.rename(columns={"score": SCORED[RANKED[label]]}), "offers_table", height=260)
        show.behind(
            "next_offers",
            frame,
            audience,
            table=False,
            full=lambda: offers.next_offers(warehouse, audience, ranked_by=RANKED[label]),
        )
        st.caption(
            f"Shown for the {MOST_OFFERED} customers with most revenue; the download has everyone of the audience."
        )
