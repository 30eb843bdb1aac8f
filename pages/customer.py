"""Customer: who is this, what happened, and what should be done next?"""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.ui import customer, doors, session, show  # noqa: E402  (the guard comes first)

warehouse = doors.entered(orders=True)
audience = session.audience()
chosen = customer.search(warehouse, audience)
if chosen:
    customer.sheet(warehouse, audience, chosen)
    st.caption("To print the sheet, use Print of the menu or of the browser.")
elif not st.session_state.get("customer_text"):
    show.nothing(
        "Find a customer by any key to see the sheet. The search looks at everybody, whatever the audience is."
    )

show.next_steps(("pages/segments.py", "Segments"), ("pages/pareto.py", "Who brings the money?"))
