"""Headers of sums that say what is in them: with or without tax and shipping, in several languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What a total may hold, or may have been left out of it.
_TAXES = (
    r"(?:tax|taxes|vat|gst|iva|tva|kdv|mwst|mehrwertsteuer|ust|umsatzsteuer|steuern?|impostos?|impuestos?|ндс)"
    r"(?: (?:and|und|y|e|et|и) (?:(?:gastos|frais|custos?) (?:de |d )?)?"
    r"(?:shipping|freight|delivery|postage|envios?|frete|port|livraison|versand\w*|доставк\w*))?"
)
_NET = re.compile(
    r"\b(?:(?:ex|excl|excluding|exclusive|before|without|sin|sem|senza|ohne|exkl|exklusive|zzgl|hors|sans|без)"
    rf" (?:of |la |les |de )?{_TAXES}|"
    rf"{_TAXES} (?:ex|exkl|excl|escl|excluded|exclusive|(?:(?:no|not|non|nao) )?exclu\w*|esclus\w|haric|"
    r"(?:no|not|non|nao|nicht) (?:in[ck]l\w*|compris\w*|enthalten))|"
    r"htva|base imponible)\b"
)  # fmt: skip
_GROSS = re.compile(
    r"\b(?:(?:in|inc|incl|including|inclusive|with|after|con|com|inkl|inklusive|einschl|avec|с|включая)"
    rf" (?:of |la |les |de )?{_TAXES}|"
    rf"{_TAXES} (?:in$|inc|inkl|incl|included|inclusive|inclu[isd]\w*|inclus\w*|compres\w|compris\w*|enthalten|dahil)|"
    r"tvac|toutes taxes comprises)\b"
)  # fmt: skip
#: Words after which something is part of a sum, or is not: the sum does not become what they name.
_WITH_OR_WITHOUT = (
    "ex excl excluding exclusive without sin sem senza ohne exkl exklusive zzgl hors sans без "
    "inc incl including inclusive with con com inkl inklusive einschl avec с plus included excluded"
)
BESIDE = frozenset(_WITH_OR_WITHOUT.split())
_SUMS = frozenset(("amount", "total", "sum", "revenue", "order", "subtotal", "sale"))
_RATE = re.compile(r"\d+(?:[.,]\d+)?\s*%")
_SLASHED = (
    (re.compile(r"(?i)\bw/o\b"), " without "),
    (re.compile(r"(?i)\bs/\s*(?=[^\W\d])"), " sin "),
    (re.compile(r"(?i)\bc/\s*(?=[^\W\d])"), " con "),
)


def spelled_out(header: str) -> str:
    """The header with "s/" and "c/" as words and without a rate ("VAT 20%" is a tax, and no percentage)."""
    text = _RATE.sub(" ", header).replace("&", " and ")
    for short, word in _SLASHED:
        text = short.sub(word, text)
    return text


def net_or_gross(text: str) -> str:
    """The words, with "net" and "gross" for those that say so."""
    return _GROSS.sub(" gross ", _NET.sub(" net ", text))


def says_what_is_in_it(found: Sequence[str]) -> bool:
    """Whether the words begin with a sum and say what it holds: then it is not the tax or shipping that they name."""
    return bool(found) and found[0] in _SUMS and not BESIDE.union(("net", "gross")).isdisjoint(found)
