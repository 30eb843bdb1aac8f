"""Exports whose columns their makers have documented: recognised by their headers, mapped without guessing.

A file is a vendor's export when it has all headers of `signs`. Headers are compared as written there, without regard to
case, underscores and spaces. Columns that `fields` does not name are mapped by their names like those of any other file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Preset:
    """A vendor's export: its name, the kind of table, the headers that tell it, header -> field (None: none), the source."""

    name: str
    kind: str
    signs: tuple[str, ...]
    fields: MappingProxyType[str, str | None]
    source: str


def _preset(name: str, kind: str, signs: tuple[str, ...], fields: dict[str, str | None], source: str) -> Preset:
    return Preset(
        name, kind, signs, MappingProxyType({_plain(header): field for header, field in fields.items()}), source
    )


def _plain(header: str) -> str:
    return " ".join(header.replace("_", " ").split()).lower()


_NO_LINE = {
    "Subtotal": None,
    "Shipping": None,
    "Taxes": None,
    "Total": None,
    "Discount Amount": None,
    "Refunded Amount": None,
    "Id": None,
}

PRESETS = (
    _preset(
        "Shopify orders", "order_lines", ("Name", "Email", "Financial Status", "Lineitem quantity", "Lineitem price"),
        {
            "Name": "order_id", "Email": "customer_id", "Created at": "ordered_at", "Currency": "currency", "Lineitem sku": "product_id",
            "Lineitem name": "description", "Lineitem quantity": "quantity", "Lineitem price": "unit_price",
            "Lineitem discount": "discount_amount", "Billing Country": "country", "Source": "channel", "Paid at": None, **_NO_LINE,
        },
        "https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders",
    ),
    _preset(
        "Shopify customers", "customers", ("Customer ID", "First Name", "Last Name", "Accepts Email Marketing", "Total Spent"),
        {
            "Customer ID": "customer_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone": "phone",
            "Default Address City": "city", "Default Address Province Code": "region", "Default Address Country Code": "country",
            "Default Address Zip": "postal_code", "Default Address Address1": "street", "Default Address Address2": "address_2",
            "Default Address Company": None, "Default Address Phone": None,
        },
        "https://help.shopify.com/en/manual/customers/import-export-customers",
    ),
    _preset(
        "WooCommerce products", "products", ("Type", "SKU", "Name", "Visibility in catalog", "Regular price", "Categories"),
        {
            "ID": None, "SKU": "product_id", "Name": "product_name", "Regular price": "list_price", "Categories": "product_line",
            "Brands": "brand", "Sale price": None, "Description": None, "Short description": None, "Date sale price starts": None,
            "Date sale price ends": None,
        },
        "https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema",
    ),
    _preset(
        "Mailchimp audience", "customers", ("Email Address", "MEMBER_RATING", "OPTIN_TIME", "LEID", "EUID"),
        {
            "Email Address": "email", "First Name": "first_name", "Last Name": "last_name", "Phone Number": "phone", "Address": "street",
            "EUID": "customer_id", "OPTIN_TIME": "joined_on", "CC": "country", "REGION": "region", "Birthday": None, "MEMBER_RATING": None,
            "LEID": None,
        },
        "https://mailchimp.com/help/view-export-contacts/",
    ),
    _preset(
        "HubSpot contacts", "customers", ("Record ID", "First Name", "Last Name", "Email", "Contact owner", "Lifecycle Stage"),
        {
            "Record ID": "customer_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone Number": "phone",
            "Contact owner": "owner", "Create Date": "joined_on", "City": "city", "Country/Region": "country", "State/Region": "region",
            "Postal Code": "postal_code", "Primary Associated Company ID": "organisation_id", "Primary Company": None,
        },
        "https://knowledge.hubspot.com/import-and-export/export-records",
    ),
)  # fmt: skip


def find_preset(headers: Iterable[str]) -> Preset | None:
    """The vendor's export that these headers are of, None for any other file."""
    given = {_plain(header) for header in headers}
    return next((each for each in PRESETS if {_plain(sign) for sign in each.signs} <= given), None)


def meant_by(preset: Preset, header: str) -> tuple[bool, str | None]:
    """Whether the preset speaks of the header, and the field that it gives."""
    return _plain(header) in preset.fields, preset.fields.get(_plain(header))
