"""Values brought to the form in which they are compared. They serve matching alone and are never stored over the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

import pandas as pd

from crm_analytics.identity.countries import region_of

#: Columns of a normalised record, all texts; what is blank is None, and None equals nothing.
COLUMNS = (
    "given", "family", "born", "email", "mailbox", "domain", "phone", "postcode", "city", "region", "house", "street", "street2",
)  # fmt: skip

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
#: Cyrillic as it is written in Latin letters.
_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэёіґ", "abvgdeziiklmnoprstufyeeig", strict=True))
    | {
        "ж": "zh",
        "х": "h",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sht",
        "ъ": "a",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "є": "ye",
        "ї": "yi",
    }
)
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "hr", "fr", "sr", "sra", "srta", "senor", "senora",
     "don", "dona", "mme", "mlle")
)  # fmt: skip
_STREETS = {
    "str": "street", "st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "dr": "drive", "ln": "lane", "ct": "court",
    "pl": "place", "cres": "crescent", "cct": "circuit", "blvd": "boulevard", "hwy": "highway", "sq": "square", "tce": "terrace",
    "pde": "parade", "strasse": "street", "straße": "street", "apt": "apartment", "apmnt": "apartment", "flt": "flat",
}  # fmt: skip
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})


def plain(text: object) -> str | None:
    """Lower case, without accents and punctuation, single spaces; None for what is blank."""
    if text is None or text != text or text == "":
        return None
    return _plain(str(text))


@lru_cache(200_000)
def _plain(text: str) -> str | None:
    split = unicodedata.normalize("NFKD", text.casefold().translate(_CYRILLIC).translate(_LETTERS))
    bare = "".join(each for each in split if not unicodedata.combining(each))
    words = re.sub(r"[^\w\s]|_", " ", bare.replace("'", "").replace("’", "")).split()
    return " ".join(words) or None


def names(given: object, family: object, whole: object) -> tuple[str | None, str | None]:
    """Given and family name. Of a name in one piece the last word is the family's, or what stands before a comma."""
    first, last = _untitled(plain(given)), _untitled(plain(family))
    if first or last or plain(whole) is None:
        return first, last
    before, comma, after = str(whole).partition(",")
    if comma:
        return _untitled(plain(after)), _untitled(plain(before))
    words = (_untitled(plain(whole)) or "").split()
    return " ".join(words[:-1]) or None, words[-1] if words else None


def _untitled(text: str | None) -> str | None:
    if text is None:
        return None
    return " ".join(word for word in text.split() if word not in _TITLES) or None


def email(text: object) -> str | None:
    """An address without what its post office ignores: case, a tag after +, dots before gmail.com. None if it is none."""
    if text is None or text != text:
        return None
    found = re.fullmatch(r"(?:mailto:)?<?([^@\s<>]+)@([^@\s<>]+\.[^@\s<>.]+)>?", str(text).strip().casefold())
    if found is None:
        return None
    box, domain = found.group(1).partition("+")[0], found.group(2)
    if domain in _GOOGLE:
        box, domain = box.replace(".", ""), "gmail.com"
    return f"{box}@{domain}" if box else None


@lru_cache(200_000)
def phone(text: str | None, region: str | None) -> str | None:
    """A number in its international form (E.164), read as one of the region where it has no country; None if it is none."""
    import phonenumbers  # its tables take a while to load

    if not text:
        return None
    try:
        read = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        read = None
    if read is not None and phonenumbers.is_possible_number(read):
        return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    digits = re.sub(r"\D", "", text)
    return digits.lstrip("0") if len(digits) >= 7 else None


def postcode(text: object) -> str | None:
    """Letters and digits alone, and no decimals that a spreadsheet added."""
    found = re.sub(r"[^0-9a-z]", "", re.sub(r"\.0+$", "", str(text).strip().casefold())) if plain(text) else ""
    return found or None


def address(street: object, house: object) -> tuple[str | None, str | None]:
    """Street and house number; the number is taken out of the street where it has no column of its own."""
    words, number = plain(street), plain(house)
    if words and number is None and (found := re.match(r"(\d+\w?) (.*\D.*)$|(.*\D.*) (\d+\w?)$", words)):
        before, street_after, street_before, after = found.groups()
        words, number = street_after or street_before, before or after
    if words:
        words = " ".join(_STREETS.get(word, word) for word in words.split())
        words = re.sub(r"str$|strasse$", "street", words)
    return words, number


def born(text: object) -> str | None:
    """The eight digits of a day, year first, where there are eight."""
    digits = re.sub(r"\D", "", str(text)[:10]) if text is not None and text == text else ""
    return digits if len(digits) == 8 else None


def records(customers: pd.DataFrame, region: str | None = None) -> pd.DataFrame:
    """The normalised records, in the order of `customers` (columns of the kind customers; those missing are blank).

    region: the business's country (ISO 3166, two letters), for phone numbers of customers without a country of their
    own; without it the most frequent country of the customers.
    """

    def column(name: str) -> list[object]:
        if name not in customers:
            return [None] * len(customers)
        return customers[name].astype(object).where(customers[name].notna(), None).tolist()

    regions = [region_of(each) for each in column("country")]
    known = pd.Series([each for each in regions if each], dtype=object)
    usual = region or (known.mode().iloc[0] if len(known) else None)
    made: dict[str, Iterable[object]] = {}
    made["given"], made["family"] = _two(names, column("first_name"), column("last_name"), column("name"))
    made["born"] = [born(each) for each in column("born_on")]
    made["email"] = [email(each) for each in column("email")]
    made["mailbox"], made["domain"] = _two(_halves, made["email"])
    numbers = zip(column("phone"), regions, strict=True)
    made["phone"] = [phone(None if each is None else str(each), own or usual) for each, own in numbers]
    made["postcode"] = [postcode(each) for each in column("postal_code")]
    made["city"] = [plain(each) for each in column("city")]
    made["region"] = [plain(each) for each in column("region")]
    made["street"], made["house"] = _two(address, column("street"), column("house_number"))
    made["street2"] = [address(each, "-")[0] for each in column("address_2")]
    return pd.DataFrame({name: pd.Series(list(made[name]), dtype=object) for name in COLUMNS})


def _halves(whole: str | None) -> tuple[str | None, str | None]:
    if whole is None:
        return None, None
    box, _, domain = whole.partition("@")
    return box, domain


def _two(make: Callable[..., tuple[object, object]], *columns: Iterable[object]) -> tuple[list[object], list[object]]:
    pairs = [make(*each) for each in zip(*columns, strict=True)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
