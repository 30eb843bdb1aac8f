"""How good the next offers would have been, beside best-sellers."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from crm_analytics import formats
from crm_analytics.charts.drawn import drawn
from crm_analytics.charts.theme import ACCENT, GREY, RULE, base_figure, empty_figure

_RANKED = {"margin": "ranked by what they bring", "chance": "ranked by chance alone"}


@drawn
def offers_columns(frame: pd.DataFrame) -> go.Figure:
    """Hit rate at 10 with its 95% interval, by ranking and method. Draws metrics.value.offers.offers_evaluation."""
    if frame.empty:
        return empty_figure()
    figure = base_figure(height=300, barmode="group", showlegend=True, margin_t=28)
    for method, colour in (("similar products", ACCENT), ("best-sellers", GREY)):
        rows = frame[frame["method"] == method]
        figure.add_trace(
            go.Bar(
                name=method,
                x=[_RANKED[each] for each in rows["ranked_by"]],
                y=rows["hit_rate"],
                marker={"color": colour, "cornerradius": 3},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": rows["high_95"] - rows["hit_rate"],
                    "arrayminus": rows["hit_rate"] - rows["low_95"],
                    "thickness": 1.5,
                    "color": RULE,
                },
                customdata=[formats.share(each) for each in rows["map_at_10"]],
                hovertemplate=f"{method}: hit rate %{{y:.1%}}, mean average precision %{{customdata}}<extra></extra>",
            )
        )
    figure.update_yaxes(title_text="customers who bought one of 10 offers", tickformat=".0%", rangemode="tozero")
    return figure
