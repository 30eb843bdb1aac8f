"""Which kind of table a file holds: the one whose fields its columns explain best."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm_analytics.schema import KINDS

CLEAR = 0.6  # from here a field speaks for a kind
USUAL_FITTING = 0.78  # a usual name with values that mostly fit
#: Without any of these a file of customers may as well be one of what they did.
OF_A_PERSON = frozenset(
    ("name", "first_name", "last_name", "email", "phone", "born_on", "gender", "street", "city", "postal_code")
)
_NAMED_BY = frozenset(("name", "first_name", "last_name", "email", "born_on", "gender"))
_OF_ONE = frozenset(("first_name", "last_name", "email", "phone", "born_on", "gender"))  # which no campaign has
_NUMBERED = 0.9  # from here a column is called as the number of an order
_MORE_OF_A_PERSON = 3  # fields by which a file of customers tells more than one of orders without their number


def choose(
    given: Mapping[str, Mapping[str, float]], repeated: Collection[str], *, come_back: bool = False
) -> tuple[str | None, str]:
    """The kind that explains the columns best: whose required fields are there, and most of its others.

    Orders, lines, customers and products are told from one another by what only one of them has; every other kind
    needs one of its signs under usual names, and has to explain more columns than those four. `given`: the fields of each
    kind with their confidence; `repeated`: those of order lines whose values stand in several rows; `come_back`: customers
    stand in several rows, so that a row is no customer.
    """
    sold, reason = _choose_sold(given, repeated, come_back)
    again = sold == "customers" and come_back  # what stands in several rows is no list of them
    most = _explained(given[sold]) if sold and not again else (0, 0.0)
    chosen = sold
    for name, fields in given.items():
        kind = KINDS[name]
        named = {field for field, score in fields.items() if score >= USUAL_FITTING}
        signs = [group for group in kind.signs if set(group) <= named]
        if name in ("cases", "interactions") and kind.unit[-1] not in named and _is_paid(given["orders"]):
            continue  # what nothing numbers and somebody paid for was rather sold
        summed = max(given["orders"].get(each, 0.0) for each in ("amount", "total_amount")) >= USUAL_FITTING
        unnumbered = not named & {kind.unit[-1]} and all(each.meaning != "money" for each in kind.fields)
        if chosen == "orders" and summed and unnumbered:
            continue  # it could not hold the amounts, and nothing numbers its rows
        if name == "campaigns" and len(given["customers"].keys() & _OF_ONE) > 1:
            continue  # its rows are persons
        if name == "deliveries" and _is_owed(given["invoices"]) and "delivered_on" not in named:
            continue  # what is due is a payment
        if name == "costs" and chosen == "orders" and {"customer_id", "order_id"} & given["orders"].keys():
            continue  # somebody paid it
        sold_whole = chosen == "orders" or (chosen == "order_lines" and "quantity" not in given["order_lines"])
        numbered = given["orders"].get("order_id", 0.0) > _NUMBERED
        if name == "invoices" and chosen == "orders" and numbered and "invoice_id" not in named:
            continue  # numbered as orders are, which may be due on a day too
        dated = "invoice_id" in named and named & {"due_on", "paid_on"}
        written = {"issued_on", "due_on"} <= named and not numbered
        billed = name == "invoices" and sold_whole and (dated or written)
        if signs and not kind.missing(set(fields)) and (_explained(fields) > most or billed):
            chosen, most = name, _explained(fields)
            reason = f"it has {_listed(set().union(*signs))}"
    return (chosen, reason) if chosen else _nearest(given, reason)


def _nearest(given: Mapping[str, Mapping[str, float]], reason: str) -> tuple[str | None, str]:
    """Where no kind is sure: the only one whose sign is there under names that are clear, if not usual."""
    clear = {name: {field for field, score in fields.items() if score >= CLEAR} for name, fields in given.items()}
    near = {
        name: group
        for name, fields in clear.items()
        for group in KINDS[name].signs
        if set(group) <= fields
        and KINDS[name].unit[-1] in group
        and "order_id" not in group
        and not KINDS[name].missing(fields)
    }
    if len(near) != 1:
        return None, reason
    name, group = next(iter(near.items()))
    return name, f"it has {_listed(set(group))}"


def _is_owed(invoices: Mapping[str, float]) -> bool:
    """Whether a due day stands beside the number or the amount of an invoice."""
    clear = {field for field, score in invoices.items() if score >= CLEAR}
    return "due_on" in clear and bool({"invoice_id", "amount"} & clear)


def _is_paid(orders: Mapping[str, float]) -> bool:
    return orders.get("total_amount", 0.0) >= CLEAR and orders.get("customer_id", 0.0) >= CLEAR


def _explained(fields: Mapping[str, float]) -> tuple[int, float]:
    """How many fields are clear, and how clear they are."""
    clear = [score for score in fields.values() if score >= CLEAR]
    return len(clear), sum(clear)


def _choose_sold(
    given: Mapping[str, Mapping[str, float]], repeated: Collection[str], come_back: bool
) -> tuple[str | None, str]:
    """Orders, lines, customers or products: the one whose required and typical fields are there."""
    complete = {name: not KINDS[name].missing(set(fields)) for name, fields in given.items()}
    clear = {name: {field for field, score in fields.items() if score >= CLEAR} for name, fields in given.items()}
    lines, orders, products, customers = (clear[name] for name in ("order_lines", "orders", "products", "customers"))
    counted, about = lines & {"quantity", "unit_price"}, products - {"product_id"}
    whose = lines & {"order_id", "customer_id"}  # else it may be money that the company spent
    unsure = given["order_lines"].get("product_id", 0.0) < USUAL_FITTING and "order_id" in lines - set(repeated)
    itemised = (
        ("product_id" in lines and not (unsure and not counted) and ("product_id" in repeated or counted))
        or ("description" in lines and ("order_id" in repeated or counted))
        or ({"description", "product_line"} <= lines and whose)
        or len(counted) == 2
    )
    alone = (
        "product_id" in lines and "product_id" not in repeated and not lines & {"order_id", "customer_id", "quantity"}
    )
    bought = alone and about == {"list_price"} and {"ordered_at", "total_amount"} <= orders
    if complete["products"] and alone and about and not bought:
        return "products", f"it has one row per product_id with {_listed(about)}"
    if complete["order_lines"] and itemised and not bought:
        typical = lines & {"product_id", "description", "quantity", "unit_price", "amount"}
        return "order_lines", f"it has {_listed(typical)}"
    person = customers - {"customer_id", "owner"}
    bare = given["orders"].get("order_id", 0.0) <= CLEAR  # a number of the rows, of whatever they are
    sold = orders - {"order_id"}
    nobody = not come_back and bare and len(person - orders) >= len(sold) + _MORE_OF_A_PERSON
    if complete["orders"] and not nobody:
        return "orders", f"it has {_listed(orders & {'ordered_at', 'amount', 'total_amount'})} and no products"
    numbered = given["customers"].get("customer_id", 0.0) > CLEAR  # by more than a bare number of the rows
    of_orders = given["orders"].get("order_id", 0.0) > _NUMBERED and "ordered_at" in orders
    if complete["products"] and about and not (numbered or of_orders) and len(person) <= len(about):
        return "products", f"it has product_id with {_listed(about)} and no customers or order dates"
    if of_orders and not numbered:
        return None, f"it has {_listed(orders)} and no amount"
    of_case = {field for field, score in given.get("cases", {}).items() if score >= CLEAR}
    nameless = not person & _NAMED_BY and {"kind", "opened_at"} <= of_case  # persons are told by more than a telephone
    case = not person & OF_A_PERSON and {"case_id", "opened_at"} <= of_case
    if (case or nameless) and not numbered:
        return None, "its rows may be cases"
    if "customer_id" in given["customers"] and person:
        return "customers", f"it has customer_id with {_listed(person)} and neither order date with amount nor products"
    known = "name" in customers and len(person & OF_A_PERSON) > 2
    if known or ("email" in customers and len(person) > 1) or {"first_name", "last_name"} <= customers:
        return "customers", f"it has {_listed(person)} and neither order date with amount nor products"
    seen = _listed(set().union(*clear.values()))
    return None, f"no kind of table has all it needs; recognised: {seen or 'nothing'}"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
