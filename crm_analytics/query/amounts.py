"""That the sums of a customer's orders fit into what holds one amount: a type for more takes twice the memory and is added up
more slowly, on every page and for everyone."""

from __future__ import annotations

from decimal import Decimal

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
#: A sum over some orders of a customer lies between that of all below nought and that of all above. What the orders above it
#: come to is never more than what was sold, before returns.
_SUMS = """
SELECT
    customer_id, sum(gross_amount) AS sold, -sum(least(net_amount, 0)) AS returned,
    greatest(
        sold, returned, sum(greatest(costed_amount - cost_amount, 0)), -sum(least(costed_amount - cost_amount, 0))
    ) AS amount
FROM mart.orders WHERE {whose}
GROUP BY customer_id ORDER BY amount DESC, customer_id LIMIT 1"""
#: A customer's largest order, and the row that it came with: of its lines, or of the orders of the day, the nearest to it.
_LARGEST = """
WITH largest AS (
    SELECT source, order_id, ordered_on, CASE WHEN $returned THEN net_amount ELSE gross_amount END AS amount
    FROM mart.orders WHERE customer_id = $customer
    ORDER BY CASE WHEN $returned THEN -amount ELSE amount END DESC, ordered_on DESC, order_id LIMIT 1
),
stated AS (
    SELECT import_id, line, source, order_id, ordered_at, coalesce(amount, total_amount) AS amount FROM core.orders
    UNION ALL
    SELECT import_id, line, source, order_id, ordered_at, coalesce(amount, CAST(quantity AS DOUBLE) * unit_price) FROM core.order_lines
)
SELECT l.order_id, l.ordered_on, i.import_id, i.file, s.line
FROM largest AS l
JOIN stated AS s ON s.source = l.source AND s.order_id IS NOT DISTINCT FROM l.order_id
    AND (l.order_id IS NOT NULL OR CAST(s.ordered_at AS DATE) = l.ordered_on)
JOIN workspace.imports AS i ON i.import_id = s.import_id
ORDER BY abs(s.amount - l.amount) NULLS LAST, s.import_id DESC, s.line LIMIT 1"""


def check(session: Session, added: str | None = None) -> None:
    """Raise TooLarge where the orders of a customer come to LIMIT or more. `added`: a table of those that came since the last time.

    What all orders came to is noted, those that went since included: customers are looked at only where that is too much,
    and of them only those who have an order that was added.
    """
    noted = (
        session.rows("SELECT CAST(value AS DECIMAL(38, 4)) FROM workspace.meta WHERE name = 'amounts'") if added else []
    )
    size = session.value(_SIZE + added) + noted[0][0] if added and noted else session.value(f"{_SIZE} mart.orders")
    if size >= LIMIT:
        whose = f"customer_no IN (SELECT customer_no FROM {added})" if added else "customer_no IS NOT NULL"
        for customer, sold, returned, amount in session.rows(_SUMS.format(whose=whose)):
            if amount >= LIMIT:
                raise _too_large(session, customer, amount, returned > sold)
    note(session, "amounts", str(size))


def _too_large(session: Session, customer: str, amount: Decimal, returned: bool) -> TooLarge:
    """Whose orders come to how much, the largest of them, and the import that it came with."""
    number, day, import_id, file, line = session.row(_LARGEST, {"customer": customer, "returned": returned})
    name = "one without a number" if number is None else f"order {number}"
    return TooLarge(
        f"the orders of customer {customer} come to {amount:,.0f} in sum; the largest is {name} of {day}.",
        f"Nothing was changed. That order is line {line:,} of {file}: if it is no amount, import {import_id} must not hold: undo it.",
        import_id=import_id,
        line=line,
    )
