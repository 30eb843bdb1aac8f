"""Identity: which records of customers are the same person?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.charts import identity as drawn  # noqa: E402  (the guard comes first)
from crm_analytics.identity import found  # noqa: E402
from crm_analytics.metrics.data import duplicates as metrics  # noqa: E402
from crm_analytics.ui import doors, identity, identity_rules, show  # noqa: E402

warehouse = doors.entered()
if found.records(warehouse) < 2:
    show.nothing("There are no records of customers to compare.", "customers with names, addresses or e-mails")
    st.stop()
if not identity.ready(warehouse):
    st.stop()
audience = identity.audience(warehouse)

bands = metrics.duplicate_bands(warehouse, audience)
finding = metrics.bands_in_words(bands)
left, right = st.columns([2, 3])
with left, show.card("bands", "Pairs that look alike", finding):
    if finding:
        show.figure(drawn.band_bars(bands), "band_bars", finding)
    else:
        show.nothing("No two records of customers look like one person.")
    show.behind("duplicate_bands", bands, audience)
with (
    right,
    show.card(
        "offer", "What accepting them would do", "Nothing changes before you accept; all of it can be taken back."
    ),
):
    chosen = identity.band()
    name = identity.who()
    identity.offer(warehouse, audience, chosen, name)

pairs = metrics.duplicates(warehouse, audience, band=chosen)
with show.card("pairs", "Pair by pair", "The likeliest first. Choose a pair to see what speaks for it."):
    if pairs.empty:
        show.nothing("There is no pair in this band.")
    else:
        shown = pairs.head(show.ROWS_ON_SCREEN)
        labels = [
            f"{' / '.join(row.customer_ids)} · {row.probability:.1%}"
            + (" · accepted" if row.decision == "accept" else "")
            for row in shown.itertuples()
        ]
        place = st.selectbox("Pair", range(len(labels)), format_func=lambda at: labels[at], key="pair")
        identity.one_pair(warehouse, shown, place, name)
    show.behind("duplicates", pairs, audience, band=chosen)

with show.more("decisions", "Decisions and the way back"), show.card("acts", "Decisions"):
    identity.acts(warehouse, name)

with (
    show.more("identity_rules_card", "Country and trusted sources"),
    show.card(
        "rules",
        "How records are read and joined",
        "A change looks for the pairs anew; nothing that was decided is lost.",
    ),
):
    identity_rules.form(warehouse)

show.next_steps(("pages/quality.py", "How far can the figures be trusted?"), ("pages/data.py", "Load another source"))
