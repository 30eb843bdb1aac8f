"""Campaigns: what did they cause, did it pay, and what to do next time?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import campaigns as drawn  # noqa: E402  (the guard comes first)
from crm_analytics.metrics.campaigns import campaigns, verdict, words  # noqa: E402
from crm_analytics.metrics.campaigns.funnel import campaign_funnel  # noqa: E402
from crm_analytics.metrics.campaigns.lift import campaign_lift  # noqa: E402
from crm_analytics.metrics.campaigns.money import campaign_bridge  # noqa: E402
from crm_analytics.ui import campaigns as chosen  # noqa: E402
from crm_analytics.ui import campaigns_more, doors, pressure, session, show  # noqa: E402

warehouse = doors.entered()
audience, currency = session.audience(), session.currency()
listed = campaigns.campaigns(warehouse, audience)
if listed["targeted"].sum() == 0:
    chosen.nobody(warehouse, audience)
    campaigns_more.before_and_costs(warehouse, audience, currency)
    st.stop()

everything = campaign_lift(warehouse, audience)
finding = verdict.campaigns_in_words(listed)
with show.card("campaigns", "What the campaigns caused", finding):
    outcome = chosen.outcome("campaigns_outcome", list(everything.loc[everything["difference"].notna(), "outcome"]))
    compared = chosen.named(everything, outcome, listed)
    if compared["low_95"].notna().any():
        rate = outcome in ("converted", "responded")
        show.figure(drawn.lift_intervals(compared, rate=rate, currency=currency), "lift_intervals", finding)
    else:
        show.nothing("No campaign has enough customers and a control group: what one caused cannot be told.")
    show.behind("campaigns", listed, audience)

one = listed[listed["targeted"] > 0]
campaign = chosen.pick(one)
row = one.iloc[one["campaign_id"].tolist().index(campaign)]
lift = campaign_lift(warehouse, audience, campaign=campaign)
chosen.headline(row, currency)
finding = verdict.lift_in_words(lift, row["name"])
with show.card("campaign_lift", f"{row['name']}: treated against control", finding or row["verdict"]):
    chosen.planned(warehouse, audience, campaign, currency)
    chosen.results(lift, currency)
    arms = sorted({*lift["arm"], *lift["control_arm"].dropna()})
    chosen.costs(warehouse, campaign, arms)
    show.behind("campaign_lift", lift, audience, table=False, campaign=campaign)

left, right = st.columns([2, 3])
with left, show.card("campaign_funnel", "How far customers got"):
    arm = chosen.part("Arm", arms, "campaign_arm")
    funnel = campaign_funnel(warehouse, audience, campaign=campaign, arm=arm)
    finding = words.funnel_in_words(funnel, arm)
    if finding:
        st.caption(show.inert(finding))
    show.figure(drawn.funnel_bars(funnel), "funnel_bars", finding)
    show.behind("campaign_funnel", funnel, audience, campaign=campaign, arm=arm)
bridge = campaign_bridge(warehouse, audience, campaign=campaign)
finding = words.bridge_in_words(bridge, currency)
with right, show.card("campaign_bridge", "From revenue to profit", finding):
    if finding:
        show.figure(drawn.bridge_bars(bridge, currency), "bridge_bars", finding, scroll=True)
    else:
        show.nothing("Neither revenue nor the value of a conversion is known. Enter it above: Costs and control group.")
    show.behind("campaign_bridge", bridge, audience, campaign=campaign)

campaigns_more.more(warehouse, audience, campaign, lift, currency)
pressure.more(warehouse, audience, campaign, currency)
show.next_steps(
    ("pages/audience.py", "Whom to contact next: an audience"), ("pages/churn.py", "Who is about to leave?")
)
