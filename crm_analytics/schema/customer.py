"""The columns of the relation `customers`: every field a segment can use."""

from __future__ import annotations

from dataclasses import dataclass, field

from crm_analytics.schema.fields import Meaning


@dataclass(frozen=True)
class CustomerField:
    """A column of the relation `customers`: what a rule may ask and a list may show.

    `unit` is days, money, count, share or empty; `history` is False for attributes kept as of today only.
    """

    name: str
    meaning: Meaning
    about: str
    unit: str = ""
    history: bool = True

    @property
    def label(self) -> str:
        """The name as a person reads it."""
        return CUSTOMER_LABELS.get(self.name, self.name.replace("_", " ").capitalize())


CUSTOMER_LABELS = {
    "customer_id": "Customer",
    "first_order_on": "First order",
    "last_order_on": "Last order",
    "recency_days": "Days since last order",
    "revenue_12m": "Revenue, last 12 months",
    "revenue_before_12m": "Revenue, 12 months before",
    "r_score": "Recency score",
    "f_score": "Frequency score",
    "m_score": "Monetary score",
    "fm_score": "FM score",
    "segment": "RFM segment",
    "abc_class": "ABC class",
    "is_loyal": "Loyal",
    "average_order_value": "Average order value",
    "purchase_days": "Purchase days",
    "mean_gap_days": "Mean days between purchases",
    "born_on": "Date of birth",
    "joined_on": "Customer since",
    "email": "E-mail",
    "on_time_share": "Share of invoices paid on time",
    "overdue_amount": "Amount overdue",
    "channel_loyalty": "Loyalty to the main channel",
    "discounted_share": "Share of purchases at a discount",
    "tier": "Pyramid tier",
    "action": "Action (as last scored)",
    "churn_probability": "Churn probability (as last scored)",
    "residual_value": "Value of the next 12 months (as last scored)",
    "value_at_risk": "Value at risk (as last scored)",
    "scored_on": "Day of the last scoring",
}

#: Columns of `mart.customers_<date>`, in order. Every field a segment can use is here and nowhere else.
CUSTOMER_FIELDS: dict[str, CustomerField] = {
    each.name: each
    for each in (
        CustomerField("customer_id", "id", "The person, after identity resolution."),
        CustomerField("status", "category", "Prospect, new, active, declining or lapsed."),
        CustomerField("first_order_on", "date", "Day of the first purchase; empty for prospects."),
        CustomerField("last_order_on", "date", "Day of the last purchase; empty for prospects."),
        CustomerField("recency_days", "integer", "Days from the last purchase to the as-of date.", "days"),
        CustomerField("orders", "integer", "Purchases (orders with a net amount above 0).", "count"),
        CustomerField("purchase_days", "integer", "Distinct days with a purchase.", "count"),
        CustomerField("returns", "integer", "Orders with a net amount below 0.", "count"),
        CustomerField("units", "number", "Pieces bought less pieces returned.", "count"),
        CustomerField("revenue", "money", "Net revenue of all orders, returns included.", "money"),
        CustomerField("gross_revenue", "money", "Revenue before returns.", "money"),
        CustomerField("margin", "money", "Revenue less cost of goods; empty without costs.", "money"),
        CustomerField("average_order_value", "money", "Revenue over purchases.", "money"),
        CustomerField("revenue_12m", "money", "Net revenue of the 12 months to the as-of date.", "money"),
        CustomerField("revenue_before_12m", "money", "Net revenue of the 12 months before those.", "money"),
        CustomerField("mean_gap_days", "number", "Mean days between this customer's purchase days.", "days"),
        CustomerField("is_loyal", "flag", "Enough purchase days, recent, and known for at least one activity window."),
        CustomerField("r_score", "integer", "Recency score, 5 is most recent.", "count"),
        CustomerField("f_score", "integer", "Frequency score, 5 is most often.", "count"),
        CustomerField("m_score", "integer", "Monetary score, 5 is most.", "count"),
        CustomerField("fm_score", "integer", "Mean of F and M, half rounded up.", "count"),
        CustomerField("segment", "category", "RFM segment."),
        CustomerField("revenue_rank", "integer", "Rank by revenue, 1 is highest.", "count"),
        CustomerField("cumulative_share", "number", "Share of revenue up to and including this customer.", "share"),
        CustomerField("abc_class", "category", "A to 80% of revenue, B to 95%, C the rest."),
        CustomerField("country", "category", "Country, from the customer file, else the last order.", history=False),
        CustomerField("region", "category", "State, province or region.", history=False),
        CustomerField("city", "category", "City.", history=False),
        CustomerField("postal_code", "id", "Postal code.", history=False),
        CustomerField("channel", "category", "Channel of the first order, else of the customer file."),
        CustomerField("name", "text", "Name.", history=False),
        CustomerField("email", "text", "E-mail.", history=False),
        CustomerField("phone", "text", "Telephone.", history=False),
        CustomerField("gender", "category", "Gender as stated.", history=False),
        CustomerField("born_on", "date", "Date of birth.", history=False),
        CustomerField("joined_on", "date", "Known since.", history=False),
        CustomerField("owner", "category", "Who looks after the customer.", history=False),
        CustomerField("organisation_id", "id", "Company of a business contact.", history=False),
    )
}


def label_of_column(name: str) -> str:
    """The name of a column as a person reads it: that of the field where it is one."""
    return CUSTOMER_FIELDS[name].label if name in CUSTOMER_FIELDS else name.replace("_", " ").capitalize()


def label_of_group(name: str) -> str:
    """The same of a field that customers are divided by: money and recency are divided by their scores."""
    return label_of_column({"revenue": "m_score", "recency": "r_score"}.get(name, name))


@dataclass(frozen=True)
class Habit:
    """Fields that are made when a rule asks for them: those of one statement of sql/habits, which reads other kinds of tables.

    They are looked up per data version and day and cost nothing where nobody asks. `needs` are kinds of which one has to
    be loaded; `values` are those of its categories that are known beforehand.
    """

    name: str
    needs: tuple[str, ...]
    fields: tuple[CustomerField, ...]
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        """The name of the relation that rules look into."""
        return f"habits_{self.name}"


HABITS: tuple[Habit, ...] = (
    Habit(
        "payment",
        ("invoices",),
        (
            CustomerField("payer", "category", "Prompt or late: late with at least half of the invoices that were due."),
            CustomerField("on_time_share", "number", "Of the invoices that were due or paid, those paid by the due date.", "share"),
            CustomerField("mean_days_late", "number", "Days after the due date, weighted by amount; 0 is on time.", "days"),
            CustomerField("overdue_amount", "money", "Amount of invoices that are due and not paid.", "money"),
        ),
        {"payer": ("prompt", "late")},
    ),
    Habit(
        "channels",
        ("orders",),
        (
            CustomerField("channels_used", "integer", "Channels of the purchases.", "count"),
            CustomerField("channel_use", "category", "One channel or several channels."),
            CustomerField("main_channel", "category", "The channel of most purchase days."),
            CustomerField("channel_loyalty", "number", "Of a repeat buyer's purchase days, those in the main channel.", "share"),
        ),
        {"channel_use": ("one channel", "several channels")},
    ),
    Habit(
        "discounts",
        ("order_lines",),
        (CustomerField("discounted_share", "number", "Of purchases with a known price, those 20% or more below it.", "share"),),
    ),
    Habit(
        "tiers",
        ("orders", "order_lines"),
        (CustomerField("tier", "category", "Tier of the customer pyramid, by the revenue of the last 12 months."),),
        {"tier": ("top", "large", "medium", "small", "inactive", "prospects")},
    ),
    Habit(
        "scores",
        ("orders", "order_lines"),
        (
            CustomerField("action", "category", "Keep, win back, watch or let go, when customers were last scored."),
            CustomerField("churn_probability", "number", "Of no purchase within the horizon, when last scored.", "share"),
            CustomerField("residual_value", "money", "Expected of the 12 months after the last scoring, discounted.", "money"),
            CustomerField("value_at_risk", "money", "Churn probability x residual value, when last scored.", "money"),
            CustomerField("scored_on", "date", "Day of the last scoring; empty where it has no value or risk."),
        ),
        {"action": ("keep", "win back", "watch", "let go")},
    ),
)  # fmt: skip

#: Field -> the habit that it belongs to.
HABIT_OF: dict[str, Habit] = {each.name: habit for habit in HABITS for each in habit.fields}
HABIT_FIELDS: dict[str, CustomerField] = {each.name: each for habit in HABITS for each in habit.fields}

STATUSES = ("new", "active", "declining", "lapsed", "prospect")
