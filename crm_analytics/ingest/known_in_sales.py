"""Names that say a field only where the rows are orders, their lines, products, deliveries, costs or a market: beside `once_known`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Who bought, where no number or address says it: persons first, then companies, then telephones.
_WHO_BOUGHT = (
    "bill to; billed to; bill to name; sold to name; ship to name; receiver; consumer; purchaser; guest; guest name; member name; "
    "attendee; attendee name; participant; participant name; lead guest; lead passenger; contact; contact name; contact id; "
    "sponsor; sponsor name; group name; recipient; recipient name; beneficiary; first name last name; full name; nombre completo; "
    "nome completo; nom complet; nom prenom; vor und nachname; nombre y apellidos; фио; имя; razon social; razao social; raison "
    "sociale; company; company name; organisation; organization; business name; empresa; firma; societe; entreprise; компания; "
    "организация; account name; school; club; team; person; persona; personne; pessoa; phone; customer phone; phone number; "
    "mobile; whatsapp; telegram; msisdn; name; nom; nombre; nome"
)
_BOUGHT_ON = (
    "booking time; inscription date; date d inscription; fecha de inscripcion; data de inscricao; anmeldedatum; registered; "
    "registration time; time registration occurred; registered on; created; start date; date started; start time; begin; check "
    "in; checkin; arrival; arrival date; service date; event date; visit date; departure date; pickup date; rental date; rental "
    "start; check out; checkout; submitted; completed; finished; closed date; closed; approved; confirmed; paid; payment date; "
    "fecha de pago; data do pagamento; zahlungsdatum; дата оплаты; settled; authorised; authorized; invoiced; delivery date; "
    "shipped; shipping date; дата отгрузки; дата начала; дата регистрации; period; month; week; year"
)
_DOCUMENT = (
    "reference; ref; number; no; nr; numero; nummer; номер; code; codigo; código; код; transaction; payment id; payment "
    "reference; charge id; session id; сессия; registration id; registration no; enrolment id; voucher no; voucher; ticket no; "
    "ticket number; request id; id заявки; номер заявки; application id; contract; contract no; договор; номер договора; docket; "
    "slip no; bill; waybill; waybill no; tracking id; guide no; dossier; case id; case no; budget no; estimate no; job id; job; "
    "project id; project no; file no; source id; reference id; external reference; external id; record id; entry id; submission "
    "id; serial no; name"
)

#: Kind and field -> names in one language (others follow by their meaning), the best first.
NAMES: Mapping[tuple[str, str], str] = MappingProxyType({
    ("orders", "customer_id"): _WHO_BOUGHT,
    ("order_lines", "customer_id"): _WHO_BOUGHT,
    ("orders", "ordered_at"): _BOUGHT_ON,
    ("order_lines", "ordered_at"): _BOUGHT_ON,
    ("orders", "order_id"): _DOCUMENT,
    ("order_lines", "order_id"): _DOCUMENT,
    ("orders", "amount"): (
        "deposit; deposit amount; down payment; anzahlung; acompte; anticipo; abono; sena; sinal; аванс; received; amount "
        "received; credit; credited; charge; charged; cost; costs; fee; fees; tariff; rate; earnings; income; proceeds; payout; "
        "takings; einnahmen; ingresos; entradas; recettes; budget; бюджет; deal value; expected revenue; bid; usd; eur; gbp; chf; "
        "cad; aud; inr; brl; mxn; pln; rub"
    ),
    ("orders", "total_amount"): (
        "total rate; total value; full price; package price; room total; total stay"
    ),
    ("orders", "units"): (
        "products; items; services; persons; people; guests; adults; copies; licences; licenses; users; hours; litres; liters; "
        "kg; gallons; rooms; tables; places; spots; tickets; passengers; vehicles; cajas; cartons; kartons; bolsas; sacos; "
        "botellas; garrafas; bouteilles; flaschen"
    ),
    ("orders", "country"): (
        "destination; destino; ziel; zielort; направление; nationality; customer country; buyer country"
    ),
    ("orders", "channel"): (
        "seller; source; referrer; referral source; website; site; medium; utm source; how did you hear about us; sales point; "
        "площадка"
    ),
    ("orders", "currency"): (
        "payout currency; settlement currency; account currency; base currency"
    ),
    ("order_lines", "description"): (
        "event; event name; product; item; article; service; treatment; course; class; show; movie; film; tour; activity; "
        "experience; package; plan; ticket; ticket type; ticket name; device; model; vehicle; room type; design; game; app; "
        "track; song; album; name; details; detail; comment; text; notes; note; what; concept; subject; reference"
    ),
    ("order_lines", "product_id"): (
        "product; item; article; service; reference; ref; code; codigo; код; variant id; variation id; variant; model; serial "
        "number; imei; offer id; listing id; ticket type; ticket id; tarif; tariff"
    ),
    ("order_lines", "product_line"): (
        "class; classification; subcategory; variant; format; collection; segment; division; line; brand; subject; genre; "
        "gattung; format type; service type; area"
    ),
    ("order_lines", "quantity"): (
        "tickets; persons; people; seats; guests; copies; hours; hrs; days; nights; weight; kg; weight kg; litres; liters; "
        "gallons; metres; meters; volume; sales; sold; boxes; cases; packs; sheets; nombre; число; вес"
    ),
    ("order_lines", "unit_price"): (
        "gross price; net price; list price; retail price; regular price; original price; catalog price; base price; item cost; "
        "unit cost; cost; value; amount per unit; fee; tariff; charge; tarif"
    ),
    ("order_lines", "amount"): (
        "gross; gross total; gross amount; gross sales; net price; price net; gross price; final price; sale; sales; total cost; "
        "cost; paid; amount paid; payment; received; charge; charged; fee; earnings; income; proceeds; payout; royalty; "
        "commissionable; продажи; итого; к оплате"
    ),
    ("order_lines", "discount_amount"): (
        "promotion; promotions; coupon; coupon amount; voucher; voucher amount; price reduction; reduction; reduced by; saving; "
        "savings; markdown; promotion discount"
    ),
    ("order_lines", "line_no"): (
        "index; indice; sequence; seq; position id; row; row no; row number; sort; sort order; lfd nr; laufende nummer; n p; п п; "
        "номер п п"
    ),
    ("order_lines", "country"): (
        "destination; buyer country; customer country"
    ),
    ("order_lines", "channel"): (
        "seller; source; website; site; medium; sales point"
    ),
    ("products", "product_id"): (
        "id; number; no; nr; reference; ref; code; codigo; código; код; internal id; display id; handle; slug; item; key; serial "
        "number; service id; variant id; offer id; listing id; model; name; title"
    ),
    ("products", "product_name"): (
        "service; treatment; course; event; plan; package; details; text; label; short description; long description; variant; "
        "variation; display name; content; concept"
    ),
    ("products", "product_line"): (
        "type; typ; tipo; тип; вид; kind; class; classification; subcategory; collection; collections; tags; segment; division; "
        "genre; subject; theme; range; stock type; item type; department name; path; category path; breadcrumb"
    ),
    ("products", "brand"): (
        "label; publisher; producer; make; designer; supplier; supplier name; editorial; verlag; editeur; editora; издательство"
    ),
    ("products", "unit_cost"): (
        "cost value; average price; price in; input price; net cost; wholesale; b2b price; price net; estimated cost; cost "
        "average; fifo cost"
    ),
    ("products", "list_price"): (
        "gross price; net price; price gross; price net; final price; current price; price 1; amount; value; rate; fee; fare; "
        "tariff; charge; total; b2c price; recommended price; cena; tarif"
    ),
    ("deliveries", "promised_on"): (
        "estimated; expected; planned; scheduled; due; due date; deadline; promised; requested date; requested; required; "
        "required by; deliver before; delivery window; delivery slot; slot; slot date; appointment date; planned end; ship by; "
        "start date"
    ),
    ("deliveries", "delivered_on"): (
        "actual; effective; delivered; delivery; received; completed; completed date; completed at; completion date; finished; "
        "done; closed; arrival; arrived; handed over; signed; signed at; end date; end time; status date; last update; shipped "
        "date; shipping date; shipped on; shipped; date"
    ),
    ("deliveries", "carrier"): (
        "provider; vendor; service; shipping method; delivery method; method; driver name; agent; courier id; carrier id; "
        "vehicle; transport; transporter; supplier; versandart; forwarder; зона; водитель; способ доставки"
    ),
    ("deliveries", "order_id"): (
        "reference; ref; number; no; nr; numero; номер; code; shipment no; shipment id; delivery no; delivery id; tracking no; "
        "tracking number; tracking; consignment no; awb; waybill; parcel id; package id; consignment; id"
    ),
    ("costs", "period_start"): (
        "created; payment date; paid; paid on; invoice date; due date; booking date; value date; document date; transaction date; "
        "start date; submitted; billing date; bill date; entry date; timestamp; fiscal period"
    ),
    ("costs", "amount"): (
        "total spent; total; gross; net; net amount; gross amount; total amount; total cost; debit; outflow; outcome; withdrawal; "
        "price; paid; amount paid; payment; charge; sum; charges; investment; budget spent; media cost; cost usd; money out"
    ),
    ("costs", "kind"): (
        "account; cost element; cost center; cost centre; description; category name; subcategory; group; department; expense; "
        "expense type; expense account; reason; item; concept; memo; subject; label; класс; вид; назначение"
    ),
    ("costs", "channel"): (
        "platform; network; source; publisher; placement; ad network"
    ),
    ("costs", "currency"): (
        "account currency; outcome currency; cost currency; billing currency; currency short title; outcome currency short title; "
        "kostenrechnungskreiswahrung"
    ),
    ("market", "period_start"): (
        "date; time; day; from; start; year; fiscal period; calendar; zeit; год; indice"
    ),
    ("market", "market_volume"): (
        "sales value; value sales; sales; net sales; revenue; turnover; value; total; amount; volume; volume sales; units; unit "
        "sales; umsatz tsd; umsatz mio; index value; index; observation; cifra de negocios; volumen de negocio; volume de "
        "negocios; ventas totales; chiffre d affaires; umsatz; оборот; объем продаж; объем; spending; consumption; expenditure"
    ),
    ("market", "market_repurchase_rate"): (
        "repeat rate; repurchase rate; repeat purchase rate; retention rate; retention; loyalty rate; tasa de recompra; taux de "
        "reachat; wiederkaufrate"
    ),
})  # fmt: skip
