"""Values in the form in which they are compared."""

from __future__ import annotations

import pytest

from crm_analytics.identity import normalise
from crm_analytics.identity.countries import region_of


@pytest.mark.parametrize(
    ("given", "family", "whole", "found"),
    [
        ("Łukasz", "Zając", None, ("lukasz", "zajac")),
        ("Радка", "Вълкова", None, ("radka", "valkova")),
        (None, None, "Müller, Hans Peter", ("hans peter", "muller")),
        (None, None, "Dr. Ana María O'Neil", ("ana maria", "oneil")),
        (None, None, " ", (None, None)),
        ("", "Roe", None, (None, "roe")),
    ],
)
def test_names(given, family, whole, found) -> None:
    assert normalise.names(given, family, whole) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" Ana.B+x@GMail.com ", "anab@gmail.com"),
        ("a.b@x.org", "a.b@x.org"),
        ("none", None),
        ("", None),
        (None, None),
        ("+tag@x.org", None),
    ],
)
def test_email(text, found) -> None:
    assert normalise.email(text) == found


@pytest.mark.parametrize(
    ("text", "region", "found"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 20 7946 0018", "DE", "+442079460018"),
        ("12", "BR", None),
        (None, "BR", None),
        ("0171 2345678", None, "1712345678"),
    ],
)
def test_phone(text, region, found) -> None:
    assert normalise.phone(text, region) == found


def test_addresses_and_codes() -> None:
    assert normalise.address("12 Tullaroop St.", None) == ("tullaroop street", "12")
    assert normalise.address("tullaroop street", "12") == ("tullaroop street", "12")
    assert normalise.address(None, "7") == (None, "7")
    assert normalise.postcode("SW1A 1aa") == "sw1a1aa"
    assert normalise.postcode("50298.0") == "50298"
    assert normalise.born("1972-05-18") == "19720518"
    assert normalise.born("1972") is None


@pytest.mark.parametrize(
    ("country", "code"), [("Deutschland", "DE"), ("gb", "GB"), ("UK", "GB"), ("Россия", "RU"), ("", None), (None, None)]
)
def test_countries(country, code) -> None:
    assert region_of(country) == code
