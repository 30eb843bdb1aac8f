"""That the sums of a customer's orders fit into what holds one amount: a type for more takes twice the memory and is added up
more slowly, on every page and for everyone."""

from __future__ import annotations

from crm_analytics.engine.duck import Session
from crm_analytics.errors import TooLarge
from crm_analytics.query.tables import note

#: What money is held in has so many digits before the point.
LIMIT = 10**14
#: At least what any sum over some of the orders can come to.
_SIZE = (
    "SELECT coalesce(sum(gross_amount) + sum(abs(net_amount)), 0) "
    "+ coalesce(sum(abs(costed_amount)) + sum(abs(cost_amount)), 0) FROM "
)
_LARGEST = """
SELECT customer_id, greatest(sum(gross_amount), sum(abs(net_amount)), coalesce(sum(abs(costed_amount - cost_amount)), 0)) AS amount,
    arg_max(coalesce(order_id, 'without a number'), abs(net_amount)), arg_max(ordered_on, abs(net_amount))
FROM mart.orders WHERE customer_no IS NOT NULL
GROUP BY customer_id ORDER BY amount DESC, customer_id LIMIT 1"""


def check(session: Session, added: str | None = None) -> None:
    """Raise TooLarge where the orders of a customer come to LIMIT or more. `added`: a table of those that came since the last time.

    What all orders came to is noted, those that went since included: customers are looked at only where that is too much.
    """
    noted = (
        session.rows("SELECT CAST(value AS DECIMAL(38, 4)) FROM workspace.meta WHERE name = 'amounts'") if added else []
    )
    size = session.value(_SIZE + added) + noted[0][0] if added and noted else session.value(f"{_SIZE} mart.orders")
    if size >= LIMIT:
        for customer, amount, order, day in session.rows(_LARGEST):
            if amount >= LIMIT:
                raise TooLarge(
                    f"the orders of customer {customer} come to {amount:,.0f} in sum; the largest is order {order} of {day}."
                )
        size = session.value(f"{_SIZE} mart.orders")
    note(session, "amounts", str(size))
