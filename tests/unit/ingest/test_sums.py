"""Headers of sums that say what is in them: a total with or without tax and shipping is neither tax nor shipping."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.naming import match_name
from crm_analytics.schema import KINDS

MONEY = ("amount", "total_amount", "tax_amount", "shipping_amount")


def called(header):
    """The field of an order that the header names best, and how well."""
    found = {field: match.score for field in MONEY if (match := match_name(header, KINDS["orders"], field))}
    return max(found.items(), key=lambda each: each[1], default=(None, 0.0))


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        ("amount", "Total (excl. VAT & shipping);Importe s/IVA;Betrag exkl. MwSt.;Total hors TVA;Total sem IVA;"
                   "Total IVA no incluido;Total w/o tax;Сумма без НДС"),
        ("total_amount", "Total incl. VAT & shipping;Importe c/ IVA;Total IVA incluido;Importe Total (IVA incl.);"
                         "Montant total TVA comprise;Total IVA inclusa;Total TVA incluse;Betrag inkl. 19% MwSt.;Сумма с НДС"),
        ("tax_amount", "VAT 20%;IVA (21%);TVA 20%;Tax 7%;Total tax;Tax in EUR;Сумма НДС"),
        ("shipping_amount", "Shipping (incl. tax);Shipping cost in EUR;Versandkosten inkl. MwSt.;Gastos de envío (IVA incl.)"),
    ],
)  # fmt: skip
def test_a_sum_is_called_by_what_is_in_it(field, headers):
    for header in headers.split(";"):
        found, score = called(header)
        assert (header, found) == (header, field)
        assert score > 0.9 or "in EUR" in header


@pytest.mark.parametrize("header", ["Total excl. shipping", "Importe con envío", "Gesamtbetrag inkl. Versand", "% IVA"])
def test_a_sum_with_or_without_shipping_alone_is_left_to_a_person(header):
    assert called(header) == (None, 0.0)
