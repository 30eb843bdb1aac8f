"""Today: whom to talk to on this day, why, and who is to be left alone?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics import formats  # noqa: E402  (the guard comes first)
from crm_analytics.metrics.campaigns import today  # noqa: E402
from crm_analytics.ui import doors, session, shell, show  # noqa: E402
from crm_analytics.ui import today as chosen  # noqa: E402

warehouse = session.warehouse()
if not warehouse.loaded & {"orders", "order_lines", "customers", "cases"}:
    if not warehouse.loaded:
        doors.welcome()
    else:
        show.nothing("Nobody has an occasion yet.", "orders, customers (date of birth) or service cases")
    st.stop()

audience, currency = session.audience(), session.currency()
day = chosen.day(audience)
everything = today.today(warehouse, audience, day=day)
chosen.counts(everything)
if old := today.stale(audience, day):
    again = " Load the latest orders first, or choose a day near the end of the data."
    st.warning(show.inert(old + again), icon=":material/history:")
    st.session_state[shell.NOTED].add(old)  # not twice
with show.card("today", f"The list for {formats.day(day)}", today.today_in_words(everything, day)):
    trigger = chosen.trigger()
    template = chosen.message(trigger)
    knobs = {"day": day, "trigger": trigger, "template": template}
    found = today.today(warehouse, audience, **knobs)
    chosen.listed(found)
    show.behind("today", found, audience, table=False, **knobs)

with show.more("more_today", "More: whom nobody talks to") as opened:
    if opened:
        chosen.left_alone(warehouse, audience, currency)

show.next_steps(("pages/segments.py", "A segment of your own to talk to"), ("pages/voice.py", "What do they say?"))
