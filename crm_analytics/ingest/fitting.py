"""How well the values of a column suit a field, whatever its name."""

from __future__ import annotations

from crm_analytics.ingest.formats import Format
from crm_analytics.schema import Field

_FEW_COUNTS = 5  # different counts at most that one person gives: more are sums over many
_MOSTLY = 0.8  # share of fitting values from which a few bad ones raise no doubt about the column


def fit(field: Field, form: Format) -> tuple[float, str]:
    """How well the values suit the field, in [0, 1], and in words."""
    if form.kind == "empty":
        return 0.8, "; the column is empty"
    if field.meaning in ("timestamp", "date"):
        return _by_share(form, "dates") if form.kind == "date" else (0.05, "")
    if field.meaning == "flag":
        return _fit_flag(form)
    if field.meaning in ("money", "number", "integer"):
        if form.kind != "number":
            return 0.05, ""
        return (
            (0.3, "; but the values are percentages")
            if form.percents > 0.5 and field.meaning == "money"
            else _by_share(form, "numbers")
        )
    if field.meaning == "id":
        return _fit_id(field, form)
    if field.name == "email":
        return (1.0, "; the values hold an @") if form.addresses > 0.5 else (0.3, "")
    if field.name == "phone":
        return (1.0, "; the values hold digits") if form.digits > 0.5 and form.kind != "date" else (0.3, "")
    if form.kind == "date":
        return 0.2, ""
    if field.name == "return_cause" and (form.kind == "flag" or (form.kind == "number" and form.distinct <= 2)):
        return 0.2, "; but yes or no is no cause"
    if field.name == "arm" and form.kind == "number" and form.distinct <= 2:
        return 1.0, "; the values tell two groups"
    if form.examples and all(each.startswith("{") for each in form.examples):
        return 0.3, "; but the values hold fields of their own"
    if form.kind == "number":
        codes = field.meaning == "category" and not form.decimals
        return (0.7 if codes else 0.5, "; but the values are numbers")
    if field.meaning == "text" and form.addresses > 0.5:
        return 0.4, "; but the values are e-mail addresses"
    return 1.0, "; the values are text"


def _fit_flag(form: Format) -> tuple[float, str]:
    if form.kind == "flag" or (form.kind == "number" and form.distinct <= 2):
        return 1.0, "; the values are yes or no"
    if form.kind == "number" and not form.decimals:
        counts = "; the values are counts, and above 0 means yes"
        return (0.9, counts) if form.distinct <= _FEW_COUNTS else (0.6, f"{counts}, if each is of one person")
    return (0.9, "; a date means yes") if form.kind == "date" else (0.1, "")


def _by_share(form: Format, what: str) -> tuple[float, str]:
    if form.share >= _MOSTLY:
        return 1.0, f"; the values are {what}"
    return form.share, f"; but only {form.share:.0%} of the values are {what}"


def _fit_id(field: Field, form: Format) -> tuple[float, str]:
    if form.kind == "date" and any("-" in each or "/" in each for each in form.patterns):
        return 0.1, ""
    if form.kind == "number" and form.decimals and not form.ends_in_zero and not form.scientific:
        # more decimals than money has may be the parts of a code
        return (0.7 if field.name == "product_id" and form.decimals > 2 else 0.3), "; but the values have decimals"
    # one value alone may be a number or a code: a file of one campaign, called x or 1
    if form.distinct == 2 and form.filled > 2 and (form.kind == "flag" or set(form.examples) == {"0", "1"}):
        return 0.3, "; but the values are yes or no"  # or zeros and ones
    if form.words > 0.5 and form.digits < 0.5:
        # a product or a person may be known by name only; an order is not
        return {"order_id": 0.3, "product_id": 0.65}.get(field.name, 0.55), "; but the values are words"
    if form.addresses > 0.5:
        return 0.8, "; the values are e-mail addresses"
    return 1.0, "; the values look like numbers or codes"
