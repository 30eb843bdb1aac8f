"""Countries as exports write them, in the form that telephone numbers need."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType

_NAMES = MappingProxyType(
    {
        "AR": "argentina",
        "AT": "austria osterreich",
        "AU": "australia",
        "BE": "belgium belgique belgie belgica",
        "BR": "brazil brasil bresil",
        "CA": "canada kanada",
        "CH": "switzerland schweiz suisse suiza",
        "CL": "chile",
        "CN": "china",
        "CO": "colombia",
        "CZ": "czechia",
        "DE": "germany deutschland allemagne alemania alemanha германия",
        "DK": "denmark danmark",
        "ES": "spain espana espanha espagne spanien испания",
        "FI": "finland suomi",
        "FR": "france francia franca frankreich франция",
        "GB": "uk england scotland wales unitedkingdom greatbritain reinounido royaumeuni великобритания",
        "GR": "greece",
        "HU": "hungary",
        "IE": "ireland eire irlanda",
        "IL": "israel",
        "IN": "india",
        "IT": "italy italia italie italien",
        "JP": "japan",
        "KZ": "kazakhstan казахстан",
        "MX": "mexico mexique",
        "NL": "netherlands nederland holland paisesbajos",
        "NO": "norway norge",
        "NZ": "newzealand",
        "PE": "peru",
        "PL": "poland polska polen",
        "PT": "portugal",
        "RU": "russia россия rossiya",
        "SE": "sweden sverige",
        "SG": "singapore",
        "TR": "turkey turkiye",
        "UA": "ukraine украина",
        "US": "usa unitedstates unitedstatesofamerica eeuu estadosunidos etatsunis сша",
        "UY": "uruguay",
        "VE": "venezuela",
        "ZA": "southafrica",
    }
)
_REGIONS = MappingProxyType({name: code for code, names in _NAMES.items() for name in names.split()})
#: Those that are known by name, for a list to choose from: code -> name.
COUNTRIES = MappingProxyType({code: names.split()[0] for code, names in _NAMES.items()})


def region_of(country: object) -> str | None:
    """The ISO 3166 code of a country by its code or name; None for what is unknown."""
    if country is None or country != country:
        return None
    split = unicodedata.normalize("NFKD", str(country).casefold())
    bare = "".join(each for each in split if each.isalpha())
    if len(bare) == 2 and bare.isascii() and bare != "uk":
        return bare.upper()
    return _REGIONS.get(bare)
