"""The canonical tables: the one source for DDL, header recognition, docs and segment fields."""

from __future__ import annotations

from collections.abc import Iterator
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

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Field:
    """A column of a canonical table.

    `synonyms` are header texts as other systems write them, in lower case with single spaces
    (a header is brought to that form before it is compared).
    """

    name: str
    meaning: Meaning
    about: str
    synonyms: tuple[str, ...] = ()

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
    (an order has many lines): identical rows of one file are then all kept.
    """

    name: str
    about: str
    grain: str
    fields: tuple[Field, ...]
    requires: tuple[tuple[str, ...], ...]
    unit: tuple[str, ...]

    def field(self, name: str) -> Field:
        """The field of that name (KeyError if there is none)."""
        return {each.name: each for each in self.fields}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Field names, in table order."""
        return tuple(each.name for each in self.fields)

    def missing(self, given: set[str]) -> list[tuple[str, ...]]:
        """The required groups of which nothing is given."""
        return [group for group in self.requires if not given & set(group)]


ORDER_ID = Field(
    "order_id", "id", "The number of the order or invoice in the source.",
    ("order id", "order no", "order number", "order", "order ref", "order reference", "orderid", "orderno", "invoice", "invoice no",
     "invoice number", "invoice id", "invoiceno", "transaction id", "transaction", "transaction no", "transactionid",
     "basket id", "basket", "receipt", "receipt no", "receipt number", "ticket", "bill no", "purchase id", "sale id",
     "sales order", "document number", "document no", "name",
     "pedido", "numero de pedido", "id pedido", "factura", "numero factura", "num pedido", "n pedido",
     "numero do pedido", "nota fiscal", "fatura", "id do pedido", "numero da fatura",
     "commande", "numero de commande", "no commande", "facture", "numero de facture", "id commande",
     "bestellnummer", "bestell nr", "auftrag", "auftragsnummer", "rechnung", "rechnungsnummer", "belegnummer", "bestellung",
     "номер заказа", "заказ", "id заказа", "номер счета", "чек", "номер чека"),
)  # fmt: skip
CUSTOMER_ID = Field(
    "customer_id", "id", "The customer's own number in the source; empty for guests.",
    ("customer id", "customer", "customer no", "customer number", "customerid", "customer code", "customer ref", "cust id",
     "custid", "cust no", "cust", "client id", "client", "client no", "clientid", "user id", "userid", "user", "member id", "member",
     "membership number", "account id", "account", "account no", "household id", "household", "buyer id", "buyer", "shopper id",
     "contact id", "person id", "master id", "masterid", "loyalty id", "loyalty card", "card number", "customer key",
     "cliente", "id cliente", "codigo cliente", "codigo de cliente", "numero de cliente", "id de cliente", "socio",
     "id do cliente", "codigo do cliente", "cod cliente",
     "numero client", "numero de client", "code client", "id client", "no client",
     "kunde", "kundennummer", "kunden nr", "kunden id", "kundennr", "kd nr", "kundenid",
     "клиент", "id клиента", "номер клиента", "код клиента", "покупатель", "id покупателя"),
)  # fmt: skip
ORDERED_AT = Field(
    "ordered_at", "timestamp", "When the order was placed, in the business's own time.",
    ("order date", "date", "ordered at", "order time", "order datetime", "orderdate", "invoice date", "invoicedate", "invoice time",
     "transaction date", "transaction time", "transaction timestamp", "timestamp", "datetime", "date time", "purchase date", "purchased at",
     "purchase time", "sale date", "sales date", "created at", "created", "paid at", "order created at", "date of purchase", "day",
     "order placed", "placed at", "date created", "bill date", "receipt date", "date ordered", "order day", "ordered on",
     "fecha", "fecha pedido", "fecha de pedido", "fecha compra", "fecha de compra", "fecha factura", "fecha venta",
     "data", "data do pedido", "data pedido", "data da compra", "data compra", "data da venda", "data venda",
     "date commande", "date de commande", "date de la commande", "date achat", "date d achat", "date facture", "jour",
     "datum", "bestelldatum", "auftragsdatum", "rechnungsdatum", "kaufdatum", "belegdatum", "bestellt am",
     "дата", "дата заказа", "дата покупки", "дата продажи", "дата и время", "дата чека"),
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
        "country region",
        "nation",
        "pais",
        "país",
        "pays",
        "land",
        "страна",
    ),
)
CHANNEL = Field(
    "channel", "category", "Where the order came in: shop, web, telephone.",
    ("channel", "sales channel", "order channel", "source name", "store type", "platform", "purchase channel", "canal", "canal de venta",
     "canal de venda", "canal de vente", "kanal", "vertriebskanal", "verkaufskanal", "канал", "канал продаж"),
)  # fmt: skip

ORDERS = Kind(
    "orders",
    "Orders with their total, one row each (several rows of one order are added).",
    "one row per order",
    (
        ORDER_ID,
        CUSTOMER_ID,
        ORDERED_AT,
        Field(
            "amount", "money", "Net value of the order: after discounts and returns, without tax and shipping where known.",
            ("amount", "net amount", "order amount", "order value", "net value", "value", "revenue", "net revenue", "net sales", "sales",
             "sale amount", "sales amount", "sales value", "subtotal", "sub total", "price", "spend", "spent", "order revenue", "purchase amount", "dollars",
             "transaction amount", "transaction value", "turnover", "net total", "sum", "paid", "amount paid", "payment", "basket value", "basket total",
             "monetary", "importe", "importe neto", "valor", "ventas", "monto", "valor total", "valor do pedido", "receita", "vendas",
             "montant", "montant ht", "ca", "chiffre d affaires", "total ht", "betrag", "umsatz", "nettobetrag", "summe", "wert",
             "bestellwert", "netto", "сумма", "сумма заказа", "выручка", "стоимость", "сумма покупки"),
        ),
        Field(
            "total_amount", "money", "Total to pay, tax and shipping included; used less these where no net value is given.",
            ("total", "total amount", "grand total", "order total", "total price", "total paid", "gross amount", "total sales", "invoice total",
             "gross total", "total value", "total spent", "importe total", "total pedido", "total do pedido", "montant total", "montant ttc",
             "total ttc", "gesamtbetrag", "gesamtsumme", "gesamt", "brutto", "bruttobetrag", "итого", "итого к оплате", "общая сумма"),
        ),
        Field("tax_amount", "money", "Tax contained in the total.",
              ("tax", "taxes", "tax amount", "vat", "vat amount", "sales tax", "iva", "impuestos", "imposto", "impostos", "tva", "mwst", "ust", "steuer", "ндс")),
        Field("shipping_amount", "money", "Shipping contained in the total.",
              ("shipping", "shipping amount", "shipping cost", "delivery fee", "delivery cost", "freight", "postage", "envio", "gastos de envio", "frete", "livraison",
               "frais de port", "versand", "versandkosten", "доставка", "стоимость доставки")),
        Field("units", "number", "Pieces in the order.",
              ("units", "quantity", "qty", "items", "pieces", "item count", "number of items", "items quantity", "cds", "unidades", "cantidad", "quantidade", "quantite", "menge",
               "anzahl", "stueck", "stück", "количество")),
        COUNTRY,
        CHANNEL,
        CURRENCY,
    ),
    (("ordered_at",), ("amount", "total_amount")),
    ("source", "customer_id", "order_id"),
)  # fmt: skip

ORDER_LINES = Kind(
    "order_lines",
    "Order lines: what was in each order.",
    "one row per line of an order",
    (
        ORDER_ID,
        Field("line_no", "integer", "Number of the line within its order.",
              ("line", "line no", "line number", "line item", "line id", "item no", "position", "pos", "linea", "linha", "ligne", "zeile", "строка")),
        CUSTOMER_ID,
        ORDERED_AT,
        Field("product_id", "id", "Product code.",
              ("product id", "product code", "product", "productid", "sku", "stock code", "stockcode", "item id", "item code", "item", "article", "article no",
               "article id", "article number", "ean", "upc", "asin", "lineitem sku", "variant sku", "producto", "codigo producto", "id producto", "referencia", "produto",
               "codigo produto", "id produto", "cod produto", "produit", "code produit", "reference", "artikel", "artikelnummer", "artikel nr", "produkt", "produktnummer",
               "товар", "артикул", "код товара", "id товара")),
        Field("description", "text", "Product name on the line.",
              ("description", "product name", "item name", "lineitem name", "product description", "item description", "title", "product title", "article name",
               "descripcion", "nombre producto", "descricao", "nome do produto", "nome produto", "designation", "nom du produit", "nom produit", "beschreibung", "bezeichnung",
               "artikelbezeichnung", "produktname", "описание", "название товара", "наименование", "наименование товара")),
        Field("product_line", "category", "Product line or category.",
              ("category", "product category", "product line", "department", "product type", "product group", "item category", "family", "categoria", "familia", "linea de producto",
               "categorie", "famille", "rayon", "kategorie", "warengruppe", "produktgruppe", "категория", "группа товаров")),
        Field("quantity", "number", "Pieces; negative for returns.",
              ("quantity", "qty", "units", "pieces", "lineitem quantity", "quantity ordered", "items", "count", "cantidad", "unidades", "quantidade", "qtd", "qtde", "quantite",
               "qte", "menge", "anzahl", "stueck", "stück", "количество", "кол во")),
        Field("unit_price", "money", "Price of one piece, after line discounts unless a discount is given.",
              ("unit price", "unitprice", "price", "price each", "item price", "lineitem price", "price per unit", "selling price", "precio", "precio unitario", "preco",
               "preco unitario", "valor unitario", "prix", "prix unitaire", "pu", "preis", "einzelpreis", "stueckpreis", "цена", "цена за единицу", "цена за штуку")),
        Field("discount_amount", "money", "Discount of the line, as a positive amount of money.",
              ("discount", "discount amount", "line discount", "lineitem discount", "rebate", "descuento", "desconto", "remise", "rabatt", "скидка")),
        Field("amount", "money", "Net value of the line; taken before quantity x price where given.",
              ("amount", "line total", "line amount", "net amount", "total", "subtotal", "total price", "sales value", "sales", "revenue", "value", "extended price",
               "line value", "total amount", "importe", "importe linea", "valor", "valor total", "montant", "montant ht", "betrag", "umsatz", "gesamtpreis", "zeilensumme", "сумма", "стоимость")),
        COUNTRY,
        CHANNEL,
        CURRENCY,
    ),
    (("ordered_at", "order_id"), ("amount", "unit_price")),
    ("source", "customer_id", "order_id"),
)  # fmt: skip

CUSTOMERS = Kind(
    "customers",
    "Customers and what is known of them.",
    "one row per customer",
    (
        CUSTOMER_ID,
        Field("name", "text", "Name of the person or company.",
              ("name", "full name", "customer name", "first and last name", "contact name", "company", "company name", "nombre", "nombre completo", "nome", "nome completo",
               "nom", "nom complet", "name vorname", "имя", "фио", "название")),
        Field("first_name", "text", "First name.", ("first name", "firstname", "given name", "forename", "nombre de pila", "primeiro nome", "prenom", "vorname")),
        Field("last_name", "text", "Family name.", ("last name", "lastname", "surname", "family name", "apellido", "apellidos", "sobrenome", "nom de famille", "nachname", "фамилия")),
        Field("email", "text", "E-mail address.",
              ("email", "e mail", "email address", "e mail address", "mail", "correo", "correo electronico", "adresse email", "courriel", "почта", "электронная почта")),
        Field("phone", "text", "Telephone.",
              ("phone", "phone number", "telephone", "mobile", "mobile number", "mobile phone", "tel", "cell", "telefono", "movil", "telefone", "celular", "telephone portable", "telefon",
               "handy", "телефон", "номер телефона")),
        Field("gender", "category", "Gender as stated.", ("gender", "sex", "sexo", "genero", "sexe", "genre", "geschlecht", "пол")),
        Field("born_on", "date", "Date of birth.",
              ("birth date", "birthdate", "date of birth", "dob", "birthday", "born", "born on", "fecha de nacimiento", "fecha nacimiento", "data de nascimento", "data nascimento",
               "date de naissance", "geburtsdatum", "geboren", "дата рождения")),
        Field("joined_on", "date", "When the customer became known.",
              ("joined", "join date", "joined on", "signup date", "sign up date", "registration date", "registered", "registered at", "registered on", "customer since", "member since",
               "created at", "created", "date created", "date added", "first seen", "since", "fecha de alta", "fecha alta", "fecha registro", "data de cadastro", "data cadastro",
               "date inscription", "date d inscription", "date creation", "kunde seit", "registriert am", "anmeldedatum", "дата регистрации", "клиент с")),
        COUNTRY,
        Field("region", "category", "State, province or region.",
              ("region", "state", "province", "county", "area", "estado", "provincia", "regiao", "uf", "departement", "bundesland", "регион", "область")),
        Field("city", "category", "City.",
              ("city", "town", "billing city", "shipping city", "ciudad", "localidad", "poblacion", "cidade", "municipio", "ville", "stadt", "ort", "wohnort", "город")),
        Field("postal_code", "id", "Postal code.",
              ("postal code", "postcode", "zip", "zip code", "zipcode", "codigo postal", "cp", "cep", "code postal", "plz", "postleitzahl", "индекс", "почтовый индекс")),
        CHANNEL,
        Field("owner", "category", "Who looks after the customer.",
              ("owner", "account manager", "account owner", "sales rep", "sales representative", "contact owner", "agent", "responsable", "vendedor", "commercial", "betreuer", "менеджер")),
        Field("organisation_id", "id", "The company a business contact belongs to.", ("organisation id", "organization id", "company id", "associated company id", "id empresa")),
    ),
    (("customer_id",),),
    ("source", "customer_id"),
)  # fmt: skip

PRODUCTS = Kind(
    "products",
    "Products, with their line and cost.",
    "one row per product",
    (
        ORDER_LINES.field("product_id"),
        Field("product_name", "text", "Product name.", ("product name", "name", "title", "description", *ORDER_LINES.field("description").synonyms)),
        ORDER_LINES.field("product_line"),
        Field("brand", "category", "Brand.", ("brand", "make", "manufacturer", "vendor", "marca", "marque", "marke", "hersteller", "бренд", "марка")),
        Field("unit_cost", "money", "Cost of one piece.",
              ("cost", "unit cost", "cost price", "cost of goods", "cost per item", "purchase price", "coste", "costo", "custo", "cout", "prix de revient", "kosten", "einkaufspreis",
               "себестоимость", "закупочная цена")),
        Field("list_price", "money", "Price before discount.",
              ("list price", "price", "regular price", "rrp", "msrp", "retail price", "variant price", "precio", "preco", "prix", "preis", "listenpreis", "цена")),
    ),
    (("product_id",),),
    ("source", "product_id"),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in (ORDERS, ORDER_LINES, CUSTOMERS, PRODUCTS)}


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
}

#: Columns of `mart.customers_<date>`, in order. Every field a segment can use is here and nowhere else.
CUSTOMER_FIELDS: dict[str, CustomerField] = {
    field.name: field
    for field in (
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

STATUSES = ("new", "active", "declining", "lapsed", "prospect")


def source_ddl(kind: Kind) -> str:
    """CREATE TABLE of `source.<kind>`: every accepted row version; `current` marks the one that holds."""
    own = "import_id INTEGER NOT NULL, line INTEGER NOT NULL, unit UHUGEINT NOT NULL, current BOOLEAN NOT NULL, source VARCHAR NOT NULL"
    columns = ", ".join(f"{each.name} {each.stored_as}" for each in kind.fields)
    return f"CREATE TABLE source.{kind.name} ({own}, {columns})"


def core_ddl(kind: Kind) -> str:
    """CREATE VIEW of `core.<kind>`: the versions that hold today."""
    columns = ", ".join(kind.names)
    return f"CREATE OR REPLACE VIEW core.{kind.name} AS SELECT source, import_id, line, {columns} FROM source.{kind.name} WHERE current"


WORKSPACE_DDL: tuple[str, ...] = (
    "CREATE TABLE workspace.meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
    """CREATE TABLE workspace.imports (
        import_id INTEGER PRIMARY KEY, kind VARCHAR NOT NULL, source VARCHAR NOT NULL, file VARCHAR NOT NULL,
        sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL, rows_read BIGINT NOT NULL, new BIGINT NOT NULL, same BIGINT NOT NULL,
        changed BIGINT NOT NULL, rejected BIGINT NOT NULL, mapping VARCHAR NOT NULL, report VARCHAR NOT NULL,
        currency VARCHAR, who VARCHAR NOT NULL, imported_at TIMESTAMP NOT NULL, undone_at TIMESTAMP, undone_by VARCHAR)""",
    """CREATE TABLE source.rejects (
        import_id INTEGER NOT NULL, line INTEGER NOT NULL, column_name VARCHAR, value VARCHAR, reason VARCHAR NOT NULL, raw VARCHAR)""",
    "CREATE TABLE workspace.settings (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL, who VARCHAR NOT NULL, set_at TIMESTAMP NOT NULL)",
    "CREATE TABLE workspace.audiences (hash VARCHAR PRIMARY KEY, rule VARCHAR NOT NULL, who VARCHAR NOT NULL, made_at TIMESTAMP NOT NULL)",
    """CREATE TABLE workspace.mappings (
        source VARCHAR NOT NULL, headers VARCHAR NOT NULL, kind VARCHAR NOT NULL, mapping VARCHAR NOT NULL,
        who VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL, PRIMARY KEY (source, headers))""",
    "CREATE TABLE workspace.audit (done_at TIMESTAMP NOT NULL, who VARCHAR NOT NULL, act VARCHAR NOT NULL, what VARCHAR NOT NULL)",
)


def ddl() -> Iterator[str]:
    """Every statement that makes an empty database, in order."""
    for name in ("source", "core", "mart", "workspace"):
        yield f"CREATE SCHEMA {name}"
    yield from WORKSPACE_DDL
    for kind in KINDS.values():
        yield source_ddl(kind)
        yield core_ddl(kind)
