"""What customers do, as the loaded tables tell it: the events that a rule can count, and what it can ask of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType

from crm_analytics.query.rules.fields import attribute_of
from crm_analytics.schema import EVENTS as OF_CUSTOMERS
from crm_analytics.schema import CustomerField
from crm_analytics.schema.fields import Meaning


@dataclass(frozen=True)
class Measure:
    """What is counted or summed over a customer's events. `words` holds the place of the number as n."""

    words: str
    sql: str


@dataclass(frozen=True)
class Event:
    """A kind of event: the rows of a relation, of which `on` is the day.

    `words` is what a customer did, `holds` what makes a row such an event, `sql` the expression of a field that is no
    column; all over the row `e`, as of `$as_of`; `$left_alone` are the arms of control groups. Rows without a day count at every
    as-of date. `moment`: a time on that day, of relations whose day is made of it and never missing. `told`: field -> the relation
    that tells it, of fields that files may leave open: the same rows, but more to look up. `key`: what names the customer in both
    the relation and `customers`; by number where both have it, which takes a third of the time.
    """

    name: str
    words: str
    relation: str
    on: str
    fields: tuple[CustomerField, ...]
    needs: str
    holds: str = "TRUE"
    sql: dict[str, str] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=lambda: {"times": TIMES})
    moment: str | None = None
    told: dict[str, str] = field(default_factory=dict)
    key: str = "customer_id"

    def rows(self, asked: Iterable[str]) -> str:
        """The relation that is read for these fields."""
        return next((self.told[name] for name in asked if name in self.told), self.relation)

    def field(self, name: str) -> CustomerField | None:
        """The field of that name; `on` is the day; columns of the file that are no field are attributes."""
        known = {each.name: each for each in (DAY, *self.fields)}
        kept = self.relation in (*OF_CUSTOMERS, "order_rows")
        return known.get(name) or (attribute_of(name) if kept else None)

    def expression(self, name: str) -> str:
        """The SQL of a field that is no attribute."""
        return self.on if name == DAY.name else self.sql.get(name, f"e.{name}")


#: The place of the arms that were left alone, written as `control_arms` writes them: whoever runs a rule binds them.
LEFT_ALONE = "left_alone"
TIMES = Measure("n times", "count(*)")
DAY = CustomerField("on", "date", "The day on which it happened.")
AMOUNT = Measure("for n", "coalesce(sum(e.net_amount), 0)")


def _fields(meaning: Meaning, *names: str) -> tuple[CustomerField, ...]:
    return tuple(CustomerField(name, meaning, f"{name.replace('_', ' ').capitalize()}.") for name in names)


#: Every event that a rule can ask for.
EVENTS = MappingProxyType(
    {
        event.name: event
        for event in (
            Event(
                "bought", "bought", "orders", "e.ordered_on", _fields("category", "channel", "country"), "orders",
                holds="e.is_purchase",
                key="customer_no",
                measures={"times": TIMES, "amount": AMOUNT},
            ),
            Event(
                "bought_product", "bought products", "lines", "e.ordered_on",
                (*_fields("category", "product_line"), *_fields("id", "product_id"), *_fields("number", "quantity")),
                "order lines and products",
                holds="e.net_amount > 0",
                moment="e.moment",
                measures={
                    # of a line without an order number the day stands for the order
                    "times": Measure("n times", "count(DISTINCT coalesce(e.order_id, CAST(e.ordered_on AS VARCHAR)))"),
                    "amount": AMOUNT,
                    "units": Measure("n pieces", "coalesce(sum(e.quantity), 0)"),
                },
            ),
            Event(
                "ordered_with", "ordered with", "order_rows", "e.ordered_on", _fields("id", "order_id"),
                "orders or order lines with columns of their own",
                measures={"times": Measure("n times", "count(DISTINCT coalesce(e.order_id, CAST(e.ordered_on AS VARCHAR)))")},
            ),
            Event(
                "returned", "returned", "orders", "e.ordered_on", _fields("category", "channel", "country"), "orders",
                holds="e.net_amount < 0",
                key="customer_no",
                measures={"times": TIMES, "amount": Measure("for n", "coalesce(-sum(e.net_amount), 0)")},
            ),
            Event(
                "contacted", "was contacted", "contacts", "CAST(e.contacted_at AS DATE)",
                (
                    *_fields("category", "channel", "campaign_name"), *_fields("id", "campaign_id"), *_fields("category", "arm"),
                    *_fields("flag", "delivered", "opened", "clicked", "responded", "converted", "unsubscribed", "complained"),
                ),
                "contacts",
                # a control group stands in the file and was not contacted
                holds="coalesce(e.sent, TRUE) AND coalesce(e.direction, 'out') <> 'in' "
                "AND NOT left_alone($left_alone, e.arm, e.drawn_as)",
                sql={name: f"come_by(e.{name}, e.{name}_at, $as_of)" for name in ("responded", "converted")},
            ),
            Event(
                "case", "had a case", "cases", "CAST(e.opened_at AS DATE)",
                (*_fields("category", "kind", "channel", "agent"), *_fields("flag", "complaint", "open", "reopened")),
                "cases",
                sql={"open": "(e.resolved_at IS NULL OR CAST(e.resolved_at AS DATE) > $as_of)"},
            ),
            Event(
                "answered", "answered", "survey_answers", "CAST(e.answered_at AS DATE)",
                (*_fields("number", "score"), *_fields("category", "question_kind", "question", "survey", "wave"),
                 *_fields("text", "comment")),
                "survey answers",
                sql={"question_kind": "e.kind"},
                told={"question_kind": "answers"},
            ),
            Event(
                "interacted", "was in touch", "interactions", "CAST(e.happened_at AS DATE)",
                (*_fields("category", "kind", "channel", "direction", "agent"), *_fields("number", "minutes")),
                "interactions",
            ),
            Event(
                "joined", "joined a programme", "memberships", "CAST(e.joined_on AS DATE)",
                (*_fields("category", "programme", "tier"), *_fields("flag", "still_member"), *_fields("date", "left_on")),
                "memberships",
                sql={"still_member": "(e.left_on IS NULL OR e.left_on > $as_of)"},
            ),
            Event(
                "received", "received a benefit", "benefits", "e.given_on",
                (*_fields("category", "kind", "programme", "value_offered"), *_fields("flag", "redeemed"), *_fields("money", "value")),
                "benefits",
                sql={"redeemed": "(e.redeemed_on IS NOT NULL AND e.redeemed_on <= $as_of)"},
            ),
            Event(
                "invoiced", "was invoiced", "invoices", "e.issued_on",
                (*_fields("flag", "overdue", "paid_late"), *_fields("money", "amount"), *_fields("date", "due_on", "paid_on")),
                "invoices",
                sql={
                    "overdue": "(e.due_on < $as_of AND (e.paid_on IS NULL OR e.paid_on > $as_of))",
                    "paid_late": "(e.paid_on <= $as_of AND e.paid_on > e.due_on)",
                },
                measures={"times": TIMES, "amount": Measure("for n", "coalesce(sum(e.amount), 0)")},
            ),
            Event(
                "consented", "is on record with a consent", "consents", "e.since",
                _fields("category", "consent", "channel"), "consents",
            ),
        )
    }
)  # fmt: skip
