"""Round the sale: invoices, deliveries, memberships, benefits, and what the company spends and the market buys."""

from __future__ import annotations

from crm_analytics.schema.contact import CAMPAIGN_ID, PERSON
from crm_analytics.schema.fields import CHANNEL, CURRENCY, ORDER_ID, Field, Kind

INVOICES = Kind(
    "invoices",
    "Invoices, when they were due and when they were paid.",
    "one row per invoice",
    (
        Field("invoice_id", "id", "The number of the invoice.",
              ("invoice id", "invoice no", "invoice number", "invoice", "invoiceno", "document number", "document no", "belegfeld 1", "bill no", "bill number", "factura", "numero factura", "numero de factura",
               "fatura", "numero da fatura", "facture", "numero de facture", "rechnung", "rechnungsnummer", "номер счета", "счет",
               "nota fiscal", "nf", "nfe", "re nr", "belegnummer", "beleg nr",
               "folio fiscal", "dokumentnummer", "no nf", "numero nf", "no da nota fiscal", "no do boleto", "boleto", "statement no")),
        ORDER_ID,
        PERSON,
        Field("issued_on", "date", "When it was written.",
              ("issued on", "issue date", "invoice date", "date issued", "document date", "billed on", "date", "fecha factura", "fecha emision", "fecha de emision", "data de emissao", "data emissao",
               "date facture", "date d emission", "rechnungsdatum", "belegdatum", "дата счета")),
        Field("due_on", "date", "When it must be paid.",
              ("due on", "due date", "due", "payment due", "payment due date", "vencimiento", "fecha vencimiento", "fecha de vencimiento", "vencimento", "data de vencimento", "echeance", "date echeance",
               "date d echeance", "faellig am", "faelligkeit", "faelligkeitsdatum", "срок оплаты",
               "pay until", "paid until", "data limite", "fallig bis", "крайний срок оплаты"), may_be_ahead=True),
        Field("paid_on", "date", "When it was paid; empty while open.",
              ("paid on", "paid at", "payment date", "date paid", "settled on", "cleared on", "settled date", "clear date", "paid date", "fecha pago", "fecha de pago", "data pagamento", "data de pagamento",
               "date paiement", "date de paiement", "bezahlt am", "zahlungsdatum", "дата оплаты",
               "payment received", "payment received on", "paid in full on", "settlement date", "data recebimento", "data de recebimento", "recebido em",
               "zahldatum", "bezahldatum", "дата поступления оплаты")),
        Field("amount", "money", "What is to be paid.",
              ("amount", "invoice amount", "total", "total amount", "invoice total", "open amount", "amount due", "total open amount", "total due", "value", "gross", "net", "umsatz", "importe", "valor", "montant", "betrag", "rechnungsbetrag", "сумма", "rechnungsbetrag brutto", "forderungsbetrag", "valor do documento", "valor do boleto", "valor nominal",
               "сумма документа", "сумма к оплате")),
        CURRENCY,
    ),
    (("issued_on", "due_on", "paid_on"), ("amount",)),
    ("source", "invoice_id"),
    ("customer_id", "issued_on", "amount"),
    (("invoice_id", "due_on"), ("issued_on", "due_on"), ("due_on", "paid_on"), ("invoice_id", "paid_on"), ("due_on", "amount")),
)  # fmt: skip

DELIVERIES = Kind(
    "deliveries",
    "When orders were promised and when they arrived.",
    "one row per order",
    (
        ORDER_ID,
        Field("promised_on", "date", "Promised day.",
              ("promised on", "promised date", "promised delivery", "estimated delivery", "estimated delivery date", "order estimated delivery date", "expected delivery", "eta", "due date", "delivery due",
               "fecha prometida", "data prometida", "lieferung zugesagt", "обещанная дата",
               "liefertermin", "zugesagter liefertermin", "date prevue", "prazo de entrega",
               "required date", "requested delivery date", "scheduled delivery", "fecha comprometida", "voraussichtliches lieferdatum",
               "zugesagter termin", "wunschtermin", "soll lieferdatum", "solltermin", "планируемая дата доставки"), may_be_ahead=True),
        Field("delivered_on", "date", "Day of delivery; empty while on the way.",
              ("delivered on", "delivered at", "delivery date", "delivered", "actual delivery", "arrival date", "order delivered customer date", "received date", "fecha entrega", "fecha de entrega",
               "data de entrega", "data entrega", "date livraison", "date de livraison", "lieferdatum", "geliefert am", "дата доставки",
               "livre le", "livree le", "дата вручения", "zustelldatum",
               "arrived at", "arrived on", "remis le", "delivery completed at")),
        Field("carrier", "category", "Who delivered.", ("carrier", "shipper", "courier", "shipping company", "parcel service", "paketdienst", "transportista", "transportadora", "transporteur", "spediteur", "перевозчик",
               "courier service", "delivery service", "mensajeria", "livreur", "versanddienstleister", "zusteller",
               "entregador", "курьер", "служба доставки")),
    ),
    (("order_id",), ("promised_on", "delivered_on")),
    ("source", "order_id"),
    (),
    (("order_id", "delivered_on"), ("order_id", "promised_on")),
)  # fmt: skip

MEMBERSHIPS = Kind(
    "memberships",
    "Who belongs to which programme, and since when.",
    "one row per customer and membership",
    (
        Field("membership_id", "id", "The number of the membership.", ("membership id", "membership no", "membership", "enrolment id", "enrollment id", "card id")),
        PERSON,
        Field("programme", "category", "Which programme.", ("programme", "program", "programme name", "program name", "loyalty program", "loyalty programme", "club", "plan name", "programa", "programm", "программа")),
        Field("tier", "category", "Tier of the membership.", ("tier", "level", "status level", "membership tier", "membership level", "loyalty tier", "membership type", "plan", "plan code", "nivel", "niveau", "stufe", "уровень",
               "package", "tarif", "tarifa", "member type", "mitgliedsart", "beitragsart",
               "card type", "type d adhesion", "beitragsgruppe", "modalidade", "статус карты")),
        Field("joined_on", "date", "Since when.",
              ("joined on", "joined", "join date", "enrolled on", "enrolment date", "enrollment date", "member since", "start date", "start", "activated at", "valid from", "effective date", "fecha alta", "data de adesao", "date adhesion", "beigetreten am", "eintritt",
               "дата вступления",
               "membership start", "subscription start", "contract start", "valid since", "gultig von", 
               "действует с",
               "effective from", "subscribed on", "signed up", "signed up at", "signed up on", "sign up date", "valable a partir du", "date d effet", "laufzeitbeginn")),
        Field("left_on", "date", "Until when; empty for members.",
              ("left on", "left", "leave date", "end date", "cancelled on", "cancellation date", "expired on", "expiry date", "end", "valid until", "valid to", "fecha baja", "data de saida", "date de depart", "austritt", "дата выхода",
               "membership end", "subscription end", "contract end", "austrittsdatum", "gekundigt zum",
               "termination date", "terminated on", "lauft ab am", "срок действия", "valid thru"),
              may_be_ahead=True),
    ),
    (("customer_id",), ("programme", "tier", "joined_on", "left_on")),
    ("source", "membership_id"),
    ("customer_id", "programme", "joined_on"),
    (("customer_id", "programme"), ("customer_id", "tier", "joined_on"), ("membership_id", "customer_id"), ("programme", "left_on"), ("tier", "joined_on", "left_on")),
)  # fmt: skip

BENEFITS = Kind(
    "benefits",
    "What was given to customers beyond the product, and what was redeemed.",
    "one row per benefit given",
    (
        Field("benefit_id", "id", "The number of the benefit.", ("benefit id", "reward id", "voucher id", "coupon id", "gift id", "redemption id")),
        PERSON,
        CAMPAIGN_ID,
        Field("programme", "category", "Of which programme.", ("programme", "program", "programme name", "loyalty program", "club", "programa", "programm")),
        Field("kind", "category", "What it was.", ("kind", "benefit", "benefit type", "reward", "reward type", "voucher type", "coupon type", "coupon upc", "coupon", "type", "tipo", "art", "тип",
               "gift", "prize", "premio", "regalo", "cadeau", "avantage", "vorteil", "geschenk", "brinde", "подарок", "приз", "вид бонуса", "promotion")),
        Field("value_offered", "category", "Rational or emotional.", ("value offered", "value kind", "rational or emotional", "nature")),
        Field("value", "money", "What it is worth to the customer.", ("value", "face value", "discount", "benefit value", "reward value", "valor", "valeur", "wert", "сумма",
               "gift card value", "initial value", "valeur du bon", "nennwert", "amount redeemed", "redeemed amount", "redeemed value", "номинал", "номинал сертификата")),
        Field("cost", "money", "What it costs the company.", ("cost", "benefit cost", "reward cost", "coste", "costo", "custo", "cout", "kosten", "стоимость")),
        Field("given_on", "date", "When it was given.", ("given on", "given at", "issued on", "issue date", "granted on", "earned on", "awarded on", "fecha entrega", "ausgegeben am",
               "otorgado el", "concedido em", "attribue le", "vergeben am", "gewahrt am", "дата выдачи", "начислено", "дата начисления")),
        Field("redeemed_on", "date", "When it was redeemed; empty while it was not.",
              ("redeemed on", "redeemed at", "redemption date", "used on", "used at", "date redeemed", "fecha canje", "fecha de canje", "data de resgate", "date utilisation", "eingeloest am",
               "verwendet am",
               "claimed at", "claimed on", "claimed date", "date claimed", "applied at", "fecha de uso", "data de uso", "дата применения")),
    ),
    (("customer_id",), ("kind", "value", "cost", "given_on", "redeemed_on")),
    ("source", "benefit_id"),
    ("customer_id", "campaign_id", "kind", "given_on", "redeemed_on"),
    (("customer_id", "redeemed_on"), ("benefit_id", "customer_id"), ("customer_id", "given_on"), ("value", "redeemed_on")),
)  # fmt: skip

_PERIOD = Field(
    "period_start", "date", "First day of the period.",
    ("period start", "period", "month", "month start", "week commencing", "date", "quarter", "year", "day", "week", "reporting starts", "reporting start", "mes", "periodo", "mois", "monat", "месяц", "период",
               "report date", "inicio del informe", "debut des rapports", "berichtsbeginn", "berichtsstart", "inicio dos relatorios", "zeitraum"),
)  # fmt: skip

MARKET = Kind(
    "market",
    "What the market buys, by period.",
    "one row per period",
    (
        _PERIOD,
        Field("market_volume", "money", "Sales of the whole market.", ("market volume", "market size", "market sales", "market revenue", "volumen de mercado", "volume de mercado", "marktvolumen", "объем рынка")),
        Field("market_repurchase_rate", "number", "Repurchase rate of the market, from 0 to 1.", ("market repurchase rate", "market repeat rate", "market retention", "tasa de recompra del mercado")),
    ),
    (("period_start",), ("market_volume", "market_repurchase_rate")),
    ("source", "period_start"),
    (),
    (("market_volume",), ("market_repurchase_rate",)),
    attributes=False,
)  # fmt: skip

COSTS = Kind(
    "costs",
    "What winning, keeping and serving customers costs.",
    "one row per period, kind and channel",
    (
        _PERIOD,
        Field("kind", "category", "Acquisition, retention, service ...", ("kind", "cost type", "cost kind", "cost category", "type", "category", "purpose", "tipo", "categoria", "art", "kostenart", "тип",
               "nature", "poste", "tipo de despesa", "plano de contas", "статья", "статья расходов", "статья затрат")),
        Field("channel", "category", "Over which channel.", (*CHANNEL.synonyms, "medium", "media", "campaign type")),
        PERSON,
        Field("amount", "money", "What was spent.", ("amount", "cost", "costs", "spend", "spent", "amount spent", "advertising cost", "advertising spend", "campaign cost", "expense", "value", "coste", "costo", "gasto", "custo", "cout", "depense", "kosten", "betrag", "стоимость", "расход", "сумма",
               "ad spend", "ausgegebener betrag", "aufwand", "valor usado", "потрачено")),
        CURRENCY,
    ),
    (("period_start",), ("amount",)),
    ("source", "period_start", "kind", "channel", "customer_id"),
    (),
    (("period_start", "kind", "channel", "amount"), ("period_start", "kind", "amount"), ("period_start", "channel", "amount")),
)  # fmt: skip
