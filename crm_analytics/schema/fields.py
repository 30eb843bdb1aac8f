"""What a column of a canonical table is, and the fields that several kinds share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Meaning = Literal["id", "text", "category", "timestamp", "date", "money", "number", "integer", "flag"]

#: How a value of each meaning is stored. Money is exact; a float total would depend on the order of addition.
STORED_AS: dict[str, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "category": "VARCHAR",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "money": "DECIMAL(18,4)",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "flag": "BOOLEAN",
}


@dataclass(frozen=True)
class Field:
    """A column of a canonical table.

    `synonyms` are header texts as other systems write them, in lower case with single spaces
    (a header is brought to that form before it is compared). `may_be_ahead`: a date after the day of the
    import is no mistake (a due date, the end of a campaign). `may_be_unreadable`: what cannot be read leaves the
    field blank, is reported, and stays among the attributes as it was written; the row is not rejected for it.
    """

    name: str
    meaning: Meaning
    about: str
    synonyms: tuple[str, ...] = ()
    may_be_ahead: bool = False
    may_be_unreadable: bool = False

    @property
    def stored_as(self) -> str:
        """The DuckDB type of the stored value."""
        return STORED_AS[self.meaning]

    @property
    def label(self) -> str:
        """The name as a person reads it."""
        return self.name.replace("_", " ").removesuffix(" id") + (" number" if self.name == "order_id" else "")


@dataclass(frozen=True)
class Kind:
    """A kind of table that can be loaded.

    `requires` holds groups: of every group at least one field must be given.
    `unit` names the fields that identify what a later file replaces; a unit may have several rows
    (an order has many lines): identical rows of one file are then all kept. `otherwise` names those that do so
    where the last field of `unit` is blank.
    `signs` holds groups of fields: a file is taken for this kind only if the headers name all of one group.
    `attributes`: columns that are no field are kept as text in a JSON object.
    `anonymous`: rows without a customer get one of their own, named after the file and the line.
    """

    name: str
    about: str
    grain: str
    fields: tuple[Field, ...]
    requires: tuple[tuple[str, ...], ...]
    unit: tuple[str, ...]
    otherwise: tuple[str, ...] = ()
    signs: tuple[tuple[str, ...], ...] = ()
    attributes: bool = True
    anonymous: bool = False

    def field(self, name: str) -> Field:
        """The field of that name (KeyError if there is none)."""
        return {each.name: each for each in self.fields}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Field names, in table order."""
        return tuple(each.name for each in self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """What is stored of a row: the fields, and the attributes where they are kept."""
        return (*self.names, "attributes") if self.attributes else self.names

    def missing(self, given: set[str]) -> list[tuple[str, ...]]:
        """The required groups of which nothing is given."""
        return [group for group in self.requires if not given & set(group)]


def flag(name: str, about: str, *synonyms: str) -> Field:
    """A field that says yes or no."""
    return Field(name, "flag", about, synonyms)


ORDER_ID = Field(
    "order_id", "id", "The number of the order or invoice in the source.",
    ("order id", "order no", "order number", "order", "order ref", "order reference", "orderid", "orderno", "invoice", "invoice no",
     "invoice number", "invoice id", "invoiceno", "transaction id", "transaction", "transaction no", "transactionid",
     "basket id", "basket", "receipt", "receipt no", "receipt number", "ticket", "bill no", "purchase id", "sale id",
     "sales order", "document number", "document no", "order reference", "sales document", "verkaufsbeleg", "vbeln",
     "pedido", "numero de pedido", "id pedido", "factura", "numero factura", "num pedido", "n pedido",
     "numero do pedido", "nota fiscal", "fatura", "id do pedido", "numero da fatura",
     "commande", "numero de commande", "no commande", "facture", "numero de facture", "id commande",
     "bestellnummer", "bestell nr", "auftrag", "auftragsnummer", "rechnung", "rechnungsnummer", "belegnummer", "bestellung",
     "номер заказа", "заказ", "id заказа", "номер счета", "чек", "номер чека",
     "so number", "appointment id", "appointment no", "sales order no", "localizador", "confirmation number",
               "res no", "pledge id", "trip id", "ride id", "ticket de caisse",
               "no do cupom", "cupom fiscal", "comanda", "номер накладной", "web order no", "order name", "docket no", "gift id",
               "referencia del pedido",
               "booking reference", "booking code", "reservation code", "pnr", "record locator", "confirmation code", "reservation no", "folio",
               "no folio", "folio de venta", "guia", "no guia", "no guia de remision", "protocolo", "no protocolo", "ref dossier", "no dossier",
               "no orcamento", "no presupuesto", "presupuesto no", "no devis", "quote id", "quote no", "quotation no", "номер сметы",
               "номер заказ наряда", "заказ наряд", "merchant reference", "merchant order id", "merchant order no", "deal id", "deal no",
               "ordem de venda", "no os", "orden de venta", "orden de compra", "nota de venta", "nota de pedido", "bon de commande",
               "lieferschein nr", "job no", "work order", "work order no", "transaktionscode", "codigo de transaccion", "code de transaction",
               "codigo da transacao", "код операции", "инвойс", "номер инвойса", "номер брони", "ticket no", "sales receipt no", "increment id",
               "tranid", "codlfa", "cve doc", "gl numero", "sddoco", "do piece", "numdoc", "docnum"),
)  # fmt: skip
CUSTOMER_ID = Field(
    "customer_id", "id", "The customer's own number in the source; empty for guests.",
    ("customer id", "customer", "customer no", "customer number", "customerid", "customer code", "customer ref", "cust id",
     "custid", "cust no", "cust", "contact id", "person id", "client id", "client", "client no", "clientid", "user id", "userid", "user", "member id", "member",
     "membership number", "account id", "account", "account no", "household id", "household", "buyer id", "buyer", "shopper id",
     "master id", "masterid", "loyalty id", "loyalty card", "card number", "customer key", "sold to", "sold to party", "kunnr", "customer user", "associated contact", "associated contact id", "account name id",
     "carte fidelite", "tarjeta fidelidad", "kundenkarte",
     "cliente", "id cliente", "codigo cliente", "codigo de cliente", "numero de cliente", "id de cliente", "socio",
     "id do cliente", "codigo do cliente", "cod cliente",
     "numero client", "numero de client", "code client", "id client", "no client",
     "kunde", "kundennummer", "kunden nr", "kunden id", "kundennr", "kd nr", "kundenid",
     "клиент", "id клиента", "номер клиента", "код клиента", "покупатель", "id покупателя",
               "matricula", "дисконтная карта", "бонусная карта", "loyalty card no",
               "bill to customer", "bill to customer no", "sell to customer", "sell to customer no", "sold to customer", "ship to party",
               "consignee", "bp code", "cardcode", "partner id", "entity", "entidad", "entidade", "partei", "tercero", "terceros",
               "parceiro", "receptor", "attendee id", "participant id", "guest id", "грузополучатель", "контакт", "код контрагента", "ct num",
               "cve clpv", "kunag", "kunwe", "kunrg", "sdan8", "custaccount", "klant", "klantnummer",
               "codcli", "cod cli", "codcliente", "codparc", "cve clie", "cve cliente", "clave cliente", "clave del cliente", "cod client",
               "codigocliente",
               "cliente no"),
)  # fmt: skip
ORDERED_AT = Field(
    "ordered_at", "timestamp", "When the order was placed, in the business's own time.",
    ("order date", "date", "ordered at", "order time", "order datetime", "orderdate", "invoice date", "invoicedate", "invoice time",
     "transaction date", "transaction time", "transaction timestamp", "timestamp", "datetime", "date time", "purchase date", "purchased at",
     "purchase time", "sale date", "sales date", "created at", "created", "paid at", "order created at", "date of purchase", "day",
     "order placed", "placed at", "completed at", "date created", "bill date", "receipt date", "date ordered", "issue date", "order day", "ordered on", "gift date", "document date", "posting date", "erdat", "audat", "fkdat",
     "fecha", "fecha pedido", "fecha de pedido", "fecha compra", "fecha de compra", "fecha factura", "fecha venta",
     "data", "data do pedido", "data pedido", "data da compra", "data compra", "data da venda", "data venda",
     "date commande", "date de commande", "date de la commande", "date achat", "date d achat", "date facture", "jour",
     "datum", "bestelldatum", "auftragsdatum", "rechnungsdatum", "kaufdatum", "belegdatum", "bestellt am",
     "дата", "дата заказа", "дата покупки", "дата продажи", "дата и время", "дата чека",
     "booked at", "booked on", "appointment date", "session date", "gekauft am", "fecha cobro",
               "placed on", "entry date", "date entered", "processed at", "processed on", "processed date", "charged at", "charged on", "charge date",
               "ticket date", "дата пробития",
               "submit date", "submit time", "submit date time", "order created", "order created date", "order created time", "created time",
               "creation time", "date won", "won date", "won time", "won on", "order submitted",
               "дата регистрации заказа", "fecha y hora", "fecha hora",
               "data e hora", "data hora", "date et heure", "datum und uhrzeit", "datum uhrzeit", "дата время", "fecha emision", "data emissao",
               "audit date", "business date", "dia de negocio", "учетный день", "принят в обработку", "дата сделки", "do date", "trandate",
               "docdate", "dateorder", "date order", "date add", "besteldatum", "fecha de operacion", "data da operacao", "date d operation"),
)  # fmt: skip
CURRENCY = Field(
    "currency",
    "category",
    "Currency code of the amounts.",
    (
        "currency",
        "currency code",
        "presentment currency",
        "moneda",
        "divisa",
        "moeda",
        "devise",
        "monnaie",
        "waehrung",
        "währung",
        "валюта",
        "waerk",
        "waers",
        "wkz",
        "transaction currency",
        "order currency",
        "sale currency",
        "amount currency",
        "currency of value",
        "currency iso code",
        "moneda de la transaccion",
        "moeda da transacao",
        "devise de la transaction",
        "transaktionswährung",
        "belegwährung",
        "код валюты",
        "valuta",
        "sdcrcd",
    ),
)
COUNTRY = Field(
    "country",
    "category",
    "Country of the customer or of delivery.",
    (
        "country",
        "country code",
        "billing country",
        "shipping country",
        "delivery country",
        "country region",
        "pais regiao",
        "pais region",
        "pays region",
        "land region",
        "страна регион",
        "pais o region",
        "pais ou regiao",
        "pais de correo",
        "pais para correspondencia",
        "nation",
        "pais",
        "país",
        "pays",
        "land",
        "страна",
        "mailing country",
        "country of residence",
        "pais de residencia",
        "pays de residence",
        "landerkennzeichen",
        "staat",
        "страна проживания",
        "destination country",
        "ship to country",
        "ship country",
        "pais destino",
        "pais de destino",
        "pays de destination",
        "zielland",
        "lieferland",
        "страна назначения",
        "страна доставки",
        "land1",
    ),
)
CHANNEL = Field(
    "channel", "category", "Where the order came in: shop, web, telephone.",
    ("channel", "sales channel", "order channel", "source name", "store type", "platform", "purchase channel", "canal", "canal de venta",
     "canal de venda", "canal de vente", "kanal", "vertriebskanal", "verkaufskanal", "канал", "канал продаж", "order source", "booking source", "origin", "attribution",
               "portal", "buchungsportal", "booking channel", "booked via", "ordered via", "canal de reserva", "canal de reservation", "buchungskanal",
               "портал", "канал бронирования"),
)  # fmt: skip
