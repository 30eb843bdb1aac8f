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
    "mobile; whatsapp; telegram; msisdn; name; nom; nombre; nome; "
    "fahrschuler; reitschuler; fahrschueler; reitschueler; musikschuler; kursteilnehmer; geschaftspartner; "
    "geschaeftspartner; business partner; business partner no; partner no; gp nr; gp nummer; socio de negocio; "
    "socio comercial; partenaire commercial; деловой партнер; pat nr; patnr; patienten nr; patientennr; "
    "personennr; personennummer; personen nr; person no; person id; adrnr; adr nr; adressnr; adressnummer; "
    "adress nr; address no; address number; kundenkarten nr; kundenkartennr; kundenkartennummer; код контр; "
    "код контрагента; лицевой счет; номер лицевого счета; no adresse; ваш email; ваш e mail; ваша почта; "
    "ваша электронная почта; your email; your e mail; your email address; ihre e mail; ihre e mail adresse; "
    "deine e mail; votre email; votre adresse email; votre e mail; tu email; su correo; su correo electronico; "
    "tu correo; seu email; seu e mail; ваше имя; your name; your full name; ihr name; dein name; votre nom; "
    "su nombre; tu nombre; seu nome; ваш телефон; your phone; your phone number; ihre telefonnummer; "
    "su telefono; votre telephone; seu telefone"
)
_BOUGHT_ON = (
    "booking time; inscription date; date d inscription; fecha de inscripcion; data de inscricao; anmeldedatum; registered; "
    "registration time; time registration occurred; registered on; created; start date; date started; start time; begin; check "
    "in; checkin; arrival; arrival date; service date; event date; visit date; departure date; pickup date; rental date; rental "
    "start; check out; checkout; submitted; completed; finished; closed date; closed; approved; confirmed; paid; payment date; "
    "fecha de pago; data do pagamento; zahlungsdatum; дата оплаты; settled; authorised; authorized; invoiced; delivery date; "
    "shipped; shipping date; дата отгрузки; дата начала; дата регистрации; period; month; week; year; "
    "opened; open date; opened on; accepted; дата приема; дата открытия; принят; дата поступления; "
    "дата оформления; annahmedatum; angenommen; data zakaza; auftragseingang"
)
_DOCUMENT = (
    "numped; num ped; nunota; numnota; nnumfac; n comp; ciddocumento; obrano; fno; num docto; nro comprobante; "
    "reference; ref; number; no; nr; numero; nummer; номер; code; codigo; código; код; transaction; payment id; payment "
    "reference; charge id; session id; сессия; registration id; registration no; enrolment id; voucher no; voucher; ticket no; "
    "ticket number; request id; id заявки; номер заявки; application id; contract; contract no; договор; номер договора; docket; "
    "slip no; bill; waybill; waybill no; tracking id; guide no; dossier; case id; case no; budget no; estimate no; job id; job; "
    "project id; project no; file no; source id; reference id; external reference; external id; record id; entry id; submission "
    "id; serial no; name; "
    "anmeldenr; anmelde nr; anmeldenummer; anmeldungsnr; vorgang; vorgangsnr; vorgangsnummer; vertriebsbeleg; "
    "verkaufsbeleg; faknr; fak nr; rgnr; renr; накладная; накладная no; номер накладной; квитанция; "
    "номер квитанции; номер отправления; отправление; заказ наряд; nomer zakaza; posting number; posting no; "
    "srid; sales document; documento de venta; documento de vendas; document de vente; торговый документ"
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
        "cad; aud; inr; brl; mxn; pln; rub; "
        "summa; stoimost; betrag ohne mwst; без скидки"
    ),
    ("orders", "total_amount"): (
        "к оплате; zu zahlen; zu bezahlen; a pagar; a payer; to pay; amount to pay; стоимость для туриста; "
        "стоимость для клиента; цена для клиента; zahlbetrag; zahlungsbetrag; endpreis; gesamtpreis; reisepreis; "
        "prix final; precio final; preco final; итоговая стоимость; итоговая сумма; summa itogo; itogo; оплачено; "
        "внесено; paid; amount paid; "
        "total rate; total value; full price; package price; room total; total stay"
    ),
    ("orders", "units"): (
        "products; items; services; persons; people; guests; adults; copies; licences; licenses; users; hours; litres; liters; "
        "kg; gallons; rooms; tables; places; spots; tickets; passengers; vehicles; cajas; cartons; kartons; bolsas; sacos; "
        "botellas; garrafas; bouteilles; flaschen; "
        "artikel verkauft; verkaufte artikel; produkte verkauft; verkaufte produkte; articles vendus; "
        "produits vendus; articulos vendidos; productos vendidos; produtos vendidos; itens vendidos; "
        "товаров продано; продано товаров; liter; литры; литров; litros; nachte; personenzahl; anzahl personen; "
        "gaste; gastezahl"
    ),
    ("orders", "country"): (
        "destination; destino; ziel; zielort; направление; nationality; customer country; buyer country; "
        "lanr; landkz; land kz; lkz; landerkennzeichen; landerkurzel; landkennzeichen; landercode; код страны"
    ),
    ("orders", "channel"): (
        "seller; source; referrer; referral source; website; site; medium; utm source; how did you hear about us; sales point; "
        "площадка; "
        "shop; shop name; shopname; shop id; webshop; online shop; магазин; boutique; tienda; loja; "
        "verkaufsplattform; sales platform; способ оформления; способ заказа; источник заявки; wie gebucht; "
        "booked via; gebucht uber; ordered via; bestellt uber; создан через; via"
    ),
    ("orders", "currency"): (
        "payout currency; settlement currency; account currency; base currency"
    ),
    ("order_lines", "description"): (
        "denominacion; denominacao; denominazione; desart; desprod; "
        "event; event name; product; item; article; service; treatment; course; class; show; movie; film; tour; activity; "
        "experience; package; plan; ticket; ticket type; ticket name; device; model; vehicle; room type; design; game; app; "
        "track; song; album; name; details; detail; comment; text; notes; note; what; concept; subject; reference; "
        "sorte; kraftstoff; kraftstoffart; kraftstoffsorte; treibstoff; fuel; fuel type; carburant; "
        "type de carburant; combustible; tipo de combustible; combustivel; топливо; вид топлива; марка топлива; "
        "bez; bez1; bez 1; bezeichnung 1; artikelbez; artbez; artikelbez1; kurzbezeichnung; kurztext; наимен; наим; "
        "название объявления; название товара; заголовок объявления; позиция чека; produkt; produktbez"
    ),
    ("order_lines", "product_id"): (
        "codart; cod art; codarticulo; codprod; cod prod; cve art; cref; cod articu; ccodigoproducto; "
        "product; item; article; service; reference; ref; code; codigo; код; variant id; variation id; variant; model; serial "
        "number; imei; offer id; listing id; ticket type; ticket id; tarif; tariff; "
        "pzn; pharmazentralnummer; cip; cip13; codigo nacional; minsan; модель; номер объявления; id объявления; "
        "ad id; код тов; код номенклатуры; matnr; materialnr; materialnummer; artnr; art nr; artikelnr"
    ),
    ("order_lines", "product_line"): (
        "class; classification; subcategory; variant; format; collection; segment; division; line; brand; subject; genre; "
        "gattung; format type; service type; area"
    ),
    ("order_lines", "quantity"): (
        "qt; qtdneg; qtd neg; cunidades; ncanent; canped; cant pedida; ctdad original; original quantity; "
        "quantity ordered; "
        "tickets; persons; people; seats; guests; copies; hours; hrs; days; nights; weight; kg; weight kg; litres; liters; "
        "gallons; metres; meters; volume; sales; sold; boxes; cases; packs; sheets; nombre; число; вес; "
        "mge; mng; liter; литры; литров; litros; litrage; l; часов; часы; stunden; nachte; tage; дней; ночей; "
        "abgegebene menge; getankte menge; reale menge"
    ),
    ("order_lines", "unit_price"): (
        "product value; product price; cprecio; "
        "gross price; net price; list price; retail price; regular price; original price; catalog price; base price; item cost; "
        "unit cost; cost; value; amount per unit; fee; tariff; charge; tarif; "
        "epr; e preis; epreis; einzelpr; ep; preis liter; preis je liter; preis pro liter; price per litre; "
        "price per liter; цена за литр; цена за ед; preis je einheit; preis pro stuck; stuckpreis"
    ),
    ("order_lines", "amount"): (
        "gross; gross total; gross amount; gross sales; net price; price net; gross price; final price; sale; sales; total cost; "
        "cost; paid; amount paid; payment; received; charge; charged; fee; earnings; income; proceeds; payout; royalty; "
        "commissionable; продажи; итого; к оплате; "
        "gpr; g preis; gpreis; gesamtpr; gp; posbetrag; pos betrag; positionswert; positionspreis; zeilensumme; "
        "реализовано; реализовано на сумму; сумма реализации; стоимость позиции; warenwert; netto wert; belegwert"
    ),
    ("order_lines", "discount_amount"): (
        "cdescuento1; valor desconto; vlr desc; vldesc; "
        "promotion; promotions; coupon; coupon amount; voucher; voucher amount; price reduction; reduction; reduced by; saving; "
        "savings; markdown; promotion discount"
    ),
    ("order_lines", "line_no"): (
        "sequencia; secuencia; numseq; n rengl v; n renglon; nro renglon; cnumeromovimiento; numero movimiento; "
        "index; indice; sequence; seq; position id; row; row no; row number; sort; sort order; lfd nr; laufende nummer; n p; п п; "
        "номер п п"
    ),
    ("order_lines", "country"): (
        "destination; buyer country; customer country; "
        "lanr; landkz; land kz; lkz; landerkennzeichen; landerkurzel; landkennzeichen; landercode; код страны"
    ),
    ("order_lines", "channel"): (
        "seller; source; website; site; medium; sales point"
    ),
    ("products", "product_id"): (
        "codart; cod art; codarticulo; codprod; cod prod; cve art; cref; ccodigoproducto; clave; "
        "id; number; no; nr; reference; ref; code; codigo; código; код; internal id; display id; handle; slug; item; key; serial "
        "number; service id; variant id; offer id; listing id; model; name; title"
    ),
    ("products", "product_name"): (
        "denominacion; denominacao; denominazione; desart; desprod; cnombreproducto; cnombre; "
        "service; treatment; course; event; plan; package; details; text; label; short description; long description; variant; "
        "variation; display name; content; concept"
    ),
    ("products", "product_line"): (
        "famart; ccodfam; codfam; cod fam; cod familia; codfamilia; lin prod; codgrupo; codgrupoprod; cod grupo; "
        "type; typ; tipo; тип; вид; kind; class; classification; subcategory; collection; collections; tags; segment; division; "
        "genre; subject; theme; range; stock type; item type; department name; path; category path; breadcrumb; "
        "weinart; wine type; tipo de vino; tipo de vinho; type de vin; weintyp; вид вина; вид продукции; "
        "тип продукции; вид номенклатуры; тип номенклатуры; товарная категория; produktart; materialart; "
        "materialgruppe; material group; sorte; rebsorte; artikelart; artikelsorte"
    ),
    ("products", "brand"): (
        "label; publisher; producer; make; designer; supplier; supplier name; editorial; verlag; editeur; editora; издательство"
    ),
    ("products", "unit_cost"): (
        "pcoart; ncosteprom; coste promedio; costo promedio; custo medio; coste medio; costo medio; precio medio; "
        "preco medio; pcmedio; pc medio; epcusto; pcusto; custo medio ponderado; ultimo costo; ultimo coste; "
        "ultimo custo; costo ult; ult costo; "
        "cost value; average price; price in; input price; net cost; wholesale; b2b price; price net; estimated cost; cost "
        "average; fifo cost"
    ),
    ("products", "list_price"): (
        "npvp; pvp; pvp1; epv1; pv1; cprecio1; precio1; preco1; precio publico; precio lista; pvenda; preco venda; "
        "gross price; net price; price gross; price net; final price; current price; price 1; amount; value; rate; fee; fare; "
        "tariff; charge; total; b2c price; recommended price; cena; tarif"
    ),
    ("deliveries", "promised_on"): (
        "avisierter zustelltag; avisiertes datum; avisiert; avisiert fur; avisdatum; zustelltag; wunschtermin; "
        "wunschdatum; liefertermin; wunschliefertermin; geplante zustellung; solltermin; soll termin; "
        "плановая дата; плановая дата доставки; желаемая дата; желаемая дата доставки; обещанная дата; "
        "notified date; announced; "
        "estimated; expected; planned; scheduled; due; due date; deadline; promised; requested date; requested; required; "
        "required by; deliver before; delivery window; delivery slot; slot; slot date; appointment date; planned end; ship by; "
        "start date"
    ),
    ("deliveries", "delivered_on"): (
        "actual; effective; delivered; delivery; received; completed; completed date; completed at; completion date; finished; "
        "done; closed; arrival; arrived; handed over; signed; signed at; end date; end time; status date; last update; shipped "
        "date; shipping date; shipped on; shipped; date; "
        "issued; выдан; выдано; дата выдачи; дата вручения; handed out; picked up; collected; abgeholt; abholdatum; "
        "ausgehandigt; ubergeben; retirado; recogido; retire le; ist termin; isttermin; ist datum; "
        "фактическая дата; фактическая дата доставки; факт"
    ),
    ("deliveries", "carrier"): (
        "экипаж; бригада; dienstleister; versanddienst; versanddienstleister; zustelldienst; zusteller; spediteur; "
        "spedition; lieferdienst; frachtfuhrer; fahrer; auslieferer; team; crew; truck; fahrzeug; перевозчик; "
        "курьер; курьерская служба; служба доставки; транспортная компания; тк; transportista; transportadora; "
        "transporteur; livreur; repartidor; entregador; chofer; chauffeur; motorista; mensajeria; equipe; equipo; "
        "provider; vendor; service; shipping method; delivery method; method; driver name; agent; courier id; carrier id; "
        "vehicle; transport; transporter; supplier; versandart; forwarder; зона; водитель; способ доставки"
    ),
    ("deliveries", "order_id"): (
        "customer reference; client reference; referencia cliente; referencia do cliente; referencia del cliente; "
        "reference client; kundenreferenz; sender reference; shipper reference; reference expediteur; your reference; "
        "su referencia; sua referencia; source document; documento origen; documento de origen; documento de origem; "
        "document d origine; herkunftsbeleg; документ основание; "
        "sendungsreferenz; referenz; referenz 1; referenz nr; referenznummer; reference 1; reference no; "
        "shipment reference; customer reference; kundenreferenz; kundenref; bestellreferenz; auftragsreferenz; "
        "номер заказа им; им номер; номер им; номер заказа магазина; заказ им; lieferschein; lieferscheinnr; "
        "lieferschein nr; referencia; referencia 1; referencia cliente; reference client; po number; накладная; "
        "номер накладной; номер отправления; sendung; sendungsnr; "
        "reference; ref; number; no; nr; numero; номер; code; shipment no; shipment id; delivery no; delivery id; tracking no; "
        "tracking number; tracking; consignment no; awb; waybill; parcel id; package id; consignment; id"
    ),
    ("costs", "period_start"): (
        "created; payment date; paid; paid on; invoice date; due date; booking date; value date; document date; transaction date; "
        "start date; submitted; billing date; bill date; entry date; timestamp; fiscal period"
    ),
    ("costs", "amount"): (
        "ist; ist kosten; ist betrag; ist wert; istkosten; факт; фактически; фактические расходы; "
        "фактические затраты; фактическая сумма; actual; actuals; actual amount; actual cost; actual costs; "
        "actual spend; ejecutado; executado; realizado; realise; reel; "
        "total spent; total; gross; net; net amount; gross amount; total amount; total cost; debit; outflow; outcome; withdrawal; "
        "price; paid; amount paid; payment; charge; sum; charges; investment; budget spent; media cost; cost usd; money out"
    ),
    ("costs", "kind"): (
        "account; cost element; cost center; cost centre; description; category name; subcategory; group; department; expense; "
        "expense type; expense account; reason; item; concept; memo; subject; label; класс; вид; назначение"
    ),
    ("costs", "channel"): (
        "werbetrager; werbemittel; werbeform; werbekanal; werbemedium; advertising medium; ad channel; medium; "
        "media; medio; meio; support; soporte; рекламная площадка; рекламный канал; рекламоноситель; носитель; "
        "вид рекламы; "
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
