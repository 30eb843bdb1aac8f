"""Names that say a field only once the kind of table is known: "Created at" of a voucher is when it was given.

They speak for no kind, so they stand beside the schema and not in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from crm_analytics.ingest.claims import itemised
from crm_analytics.ingest.fitting import fit
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.known_in_sales import NAMES as IN_SALES
from crm_analytics.ingest.known_in_service import NAMES as IN_SERVICE
from crm_analytics.ingest.known_in_service import OF_SERVICE, by_letters_only
from crm_analytics.ingest.naming import plain, without_accents
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS, Field, Kind

_SURE, _LESS_SURE = 0.75, 0.6  # where the values fit, and where they might; below what decides on a kind
_MOST = 0.9  # share of rows that have what tells persons apart
_BEHIND = 100
_FITS, _MAY_FIT = 0.9, 0.5
_YES_OR_NO = 2  # different values
_TELLS_FEW = 0.5  # share of different values at most of a type

#: Kind and field -> names in one language (others follow by their meaning), the best first.
NAMES: Mapping[tuple[str, str], str] = MappingProxyType({
    ("benefits", "redeemed_on"): "order date; activation date; used; usage date; last used; spent on; applied",
    ("benefits", "given_on"): (
        "credit date; credited; data do credito; fecha de credito; fecha de abono; date de credit; gutschrift am; "
        "generation date; generated; data da geracao; fecha de generacion; granted; "
        "assigned; awarded; created; added; attribution date; sale date; purchase date; registered; issued; start date; valid from; "
        "transaction date; event date; activity date; posting date; booking date; date; period; sent; delivery date; "
        "credited; credit date; gutgeschrieben; gutschriftdatum; gutschrift; acreditado; abonado; credite le; "
        "creditado; начислен; дата начисления; ausgegeben; ausgegeben am"
    ),
    ("benefits", "kind"): (
        "benefit type; event; event type; transaction type; points type; operation; operation type; action; activity; activity type; "
        "movement; movement type; entry type; product; product name; item name; reason; rule; rule name; source; title; name; "
        "description; details; category; campaign name; offer; template; theme; вид движения; тип операции"
    ),
    ("benefits", "value"): (
        "gegenwert; equivalent value; value equivalent; contravalor; contre valeur; эквивалент; сумма в рублях; "
        "geldwert; wert der pramie; "
        "amount; total; price; points; points earned; points change; points amount; bonus; bonus points; credit; credits; coins; "
        "accrued; cashback; discount amount; reduction amount; reduction; balance; puntos; pontos; punkte; points gagnes; баллы; "
        "бонусы; количество баллов; начислено; сумма начисления"
    ),
    ("benefits", "benefit_id"): (
        "code; codigo; код; number; numero; nummer; номер; card; card id; coupon; serial number; id cart rule; certificate; "
        "сертификат; промокод"
    ),
    ("benefits", "customer_id"): (
        "contact; contact name; "
        "кому выдан; кому подарен; кому вручен; кому; ausgegeben an; ausgestellt an; gegeben an; emitido a; "
        "entregado a; delivre a; emis a; emitido para; "
        "recipient; recipient id; recipient email; redeemed by; used by; owner; holder; beneficiary; issued to; sent to; assigned to; "
        "card holder; customer name; phone; name; beneficiario; beneficiaire; begunstigter; владелец"
    ),
    ("memberships", "programme"): (
        "objekt; object; fach; instrument; kurs; curso; cours; курс; направление; zeitung; publikation; "
        "publication; publicacion; publicacao; zeitschrift; издание; magazine; discipline; disziplin; disciplina; "
        "дисциплина; предмет; занятие; unterrichtsfach; sportart; "
        "product; product name; product title; description; service; service name; membership; adhesion; membership name; item; item "
        "name; offer; course; class; group; list; list name; section; department; sport; activity; title; type name; name; abteilung; "
        "sparte; seccion; секция; группа"
    ),
    ("memberships", "tier"): (
        "unterrichtsform; paket; paquete; pacote; forfait; пакет; beitragsgruppe; beitragsart; beitragsklasse; "
        "beitragskategorie; mitgliedsart; mitgliedschaftsart; mitgliedertyp; abo art; aboart; abotyp; abovariante; "
        "tarifgruppe; категория членства; вид абонемента; "
        "type; plan type; product type; subscription type; category; class; grade; rank; variant; option; package; rate; palier; "
        "rang; formula; status level; group; price plan; billing plan; modalidad; cuota; tipo de cuota; beitrag; вид; категория; вид "
        "карты"
    ),
    ("memberships", "joined_on"): (
        "since; from; contract date; created; added; issued; registered; opened; activated; begin; purchase date; sale date; order "
        "date; first payment; date; approved"
    ),
    ("memberships", "left_on"): (
        "end; final date; until; ended; closed; due; deactivation date; deactivated; expires; access expiration; until; renewal; next "
        "renewal; cancelled; paused; last day; termination; resigned; "
        "runs out; lauft aus; lauft aus am; lauft bis; auslaufdatum; laufzeitende; laufzeit bis; vertragsende; "
        "austritt; austritt zum; austrittsdatum; gekundigt zum; kundigung zum; access until; доступ до; "
        "действует до; окончание договора"
    ),
    ("memberships", "customer_id"): (
        "contact; contact name; contact person; partner; signatory; "
        "patennr; paten nr; patennummer; pate; patin; sponsor no; sponsor id; sponsor; spendernr; adressnr; "
        "adressnummer; personennr; personennummer; geschaftspartner; padrino; parrain; madrina; "
        "phone; customer name; member name; holder; card holder; card owner; owner; name; titular; titulaire; inhaber; владелец"
    ),
    ("memberships", "membership_id"): (
        "vertragsnr; vertragsnummer; vertrag nr; abo nr; abonr; abonummer; patenschaftsnr; patenschaftsnummer; "
        "agreement no; agreement; policy no; contract no; contract; subscription no; договор; номер договора; "
        "номер абонемента; номер; number; no; nr; nummer; numero; "
        "reference; ref; referencia; referenz; ссылка; code; codigo; код; id"
    ),
    ("consents", "consent"): (
        "accepted; aceptado; aceptada; aceito; accepte; akzeptiert; принято; autorizado; "
        "status; state; subscriber status; email status; subscription; marketing; marketing status; newsletter; permission; accepted; "
        "agreed; allowed; enabled; active; preference; opt in; answer; decision; value; action; valor; "
        "erlaubt; gestattet; freigabe; werbefreigabe; freigegeben; zugestimmt; autorise; permitido; permite; "
        "permis; разрешено; разрешен; разрешена; согласился; consenti; consentido"
    ),
    ("consents", "channel"): (
        "contact point type; type; purpose; purpose name; list; list name; topic; media; communication type; subscription type; "
        "consent type; message type; finalidad; finalidade; finalite; zweck; цель"
    ),
    ("consents", "since"): (
        "effective from; valid from; consent time; created; added; subscribed; registered; signed; captured; collected; submitted; "
        "updated; changed; status changed; confirmed; date; start date; last transaction date; timestamp"
    ),
    ("consents", "customer_id"): (
        "interesado; interessado; titular dos dados; titular de los datos; titular de datos; personne concernee; "
        "betroffene person; betroffener; betroffene; субъект данных; субъект персональных данных; "
        "adressnummer; adressnr; adrnr; personennummer; personennr; kundenkarten nr; kundenkartennr; "
        "kundenkartennummer; loyalty card; loyalty card no; geschaftspartner; "
        "identifier; data subject; data subject id; data subject identifier; subject id; contact point; contact point id; subscriber; "
        "individual; party; profile; phone; contact; name; customer name"
    ),
    ("consents", "desired_contacts_per_30_days"): (
        "контактов в месяц; max контактов в месяц; сообщений в месяц; писем в месяц; раз в месяц; "
        "частота контактов; частота; kontakte pro monat; max kontakte pro monat; kontakte im monat; "
        "nachrichten pro monat; mailings pro monat; kontaktfrequenz; frequenz; haufigkeit; contacts per month; "
        "max contacts per month; maximum contacts per month; emails per month; messages per month; frequency; "
        "contactos por mes; contactos al mes; max contactos mes; frecuencia; contatos por mes; frequencia; "
        "contacts par mois; frequence; max per month; max pro monat"
    ),
    ("invoices", "customer_id"): (
        "party; partner; partner name; counterparty; billed to; bill to; invoice to; recipient; recipient name; payer; payer name; "
        "display name; customer name; entity; account name; company; company name; organisation; name; receptor; destinataire; phone; "
        "лицевой счет; номер лицевого счета; член; член снт; член кооператива; собственник; владелец участка; "
        "плательщик; mieter; eigentumer; geschaftspartner; rechnungsempfanger; adressnr; adrnr; pat nr; "
        "propietario; proprietaire; proprietario"
    ),
    ("invoices", "invoice_id"): (
        "numnota; nunota; numdoc; duplic; duplicata; numfac; nnumfac; num factura; nota fiscal; nfe; no nf; numero nf; "
        "nro comprobante; n comp; "
        "number; no; nr; numero; nummer; reference; ref; referencia; code; codigo; voucher no; bill; folio; numero de piece; ticket; "
        "ticket no; номер; id; "
        "квитанция; номер квитанции; документ расчетов; расчетный документ; beleg; belegnr; beleg nr; belegnummer; "
        "faknr; fak nr; rgnr; rg nr; renr; re nr; op nr"
    ),
    ("invoices", "issued_on"): (
        "dtneg; dt neg; data do movimento; dtmov; fecha mov; fec doc; dt doc; "
        "issued; created; creation date; billing date; bill date; booking date; posting date; entry date; registered; sent; date; "
        "order date; document date; start date; period; accounting date; emission"
    ),
    ("invoices", "due_on"): (
        "deadline; pay by; pay before; payable until; payment deadline; final date; expires; until; expiry date"
    ),
    ("invoices", "paid_on"): (
        "clearing date; fecha abono; fecha de abono; data de credito; cleared; settled; reconciled; received; collected; closed; "
        "deposit date; charge date; payment time; last payment date"
    ),
    ("invoices", "amount"): (
        "final amount; amount to pay; expected amount; debit; charge; price; cost; fee; rent; dues; sum; balance due; original "
        "amount; net amount; balance; quota; cuota; cuota mensual; mensualidad; mensalidade; cotisation; beitrag; loyer; miete; "
        "aluguel; alquiler"
    ),
    ("customers", "street"): (
        "direccion; endereco; enderent; endent; logradouro; domicilio; fac mor; cdircli; via; mailing street; calle"
    ),
    ("customers", "house_number"): (
        "numext; num ext; numero ext; n ext; no ext; numero exterior; num exterior; no exterior; numend; num end; "
        "numero do endereco; numeroent; nro; altura; nro puerta; numero de puerta; numero puerta; civico"
    ),
    ("customers", "region"): (
        "estent; estado o provincia; provincia o estado; uf; departamento; mailing state"
    ),
    ("customers", "postal_code"): (
        "cepent; cep ent; cptlcli; cod pos; codpos; codigo pos; fac cp; mailing zip"
    ),
    ("customers", "phone"): (
        "telent; tel ent; ctfo1cli; tfo1; fac tel; telef; telefono principal; telefone principal"
    ),
    ("customers", "email"): (
        "emailpred; email pred; correo e; e correo; email principal; emailcli; email cli; email nfe"
    ),
    ("customers", "joined_on"): (
        "dtcadastro; dtcad; dt cadastro; dt cad; cfechaalta; fechaalta; fecha alta; fec alta; optin time; opt in time; "
        "submission date; submitted; captured; contact date; first contact; entry date; added; date; timestamp; order date; opt in "
        "date; first participation; first contact date; enrolled; approved; imported; lead date; application date; request date; "
        "issued; "
        "eingabedatum; erfassungsdatum; erfasst; anlagedatum; anlage; aufnahmedatum; aufnahme; eintritt; "
        "eintrittsdatum; beitritt; beitrittsdatum; eintritt am; access from; доступ с; дата заведения; "
        "дата добавления; дата вступления; клиент с; kunde seit; fecha de ingreso; fecha ingreso; data de ingresso; "
        "data de entrada; date d entree; date d adhesion"
    ),
    ("customers", "customer_id"): (
        "puid; idup; id pu; id de pu; pu id; clave; cve; "
        "registration id; id de registro; file no; folder no; reference; ref; code; codigo; integration code; id telegram; telegram "
        "id; код; "
        "номер читательского билета; читательский билет; ausweisnr; ausweisnummer; leserausweis; ausweis nr; "
        "library card; library card no; личный номер; лицевой счет; adressnummer; adressnr; adrnr; personennummer; "
        "personennr; kartei nr; karteinummer; aktennummer; номер карты; abonentnr"
    ),
    ("customers", "name"): (
        "party; full name; contact; person; account name; entity; display name; organization; organisation; наименование; контрагент; "
        "tercero; denominazione"
    ),
    ("customers", "city"): (
        "location; place; district; municipality; comuna; distrito; bairro; barrio; colonia; quartier; ortsteil; район"
    ),
    ("customers", "channel"): (
        "source; lead source; customer source; how did you hear about us; referral source; acquisition channel; medium"
    ),
    ("customers", "owner"): (
        "broker; seller; salesman; doctor; manager; employee; advisor name; account rep; брокер; агент; corredor; courtier; makler"
    ),
} | IN_SALES | IN_SERVICE)  # fmt: skip


def called_so(
    kind: Kind, given: Mapping[str, str | None], weak: Collection[str], formats: Mapping[str, Format], rows: int
) -> dict[str, tuple[str, float, str]]:
    """Column -> field, confidence and reason, of those that nothing else names, where the rows are of this kind.

    `given`: the field of each column by its name, of `weak` columns of what was said or asked only as long as no name here does.
    """
    firm = {column: field for column, field in given.items() if not (column in weak and kind.name in OF_SERVICE)}
    free, have = [column for column in given if firm.get(column) is None], set(firm.values())
    missing = [each for each in kind.fields if each.name not in have and (kind.name, each.name) in NAMES]
    if kind.name == "order_lines" and itemised(formats):
        missing = [each for each in missing if each.meaning != "money"]  # what is not called a line's is the order's
    named = sorted(
        (rank + _behind(field, formats[column], rows), at, order)
        for order, field in enumerate(missing)
        for at, column in enumerate(free)
        if (rank := _rank(kind.name, field.name, column)) is not None and _suits(kind, field, formats[column], rows)
    )
    found: dict[str, tuple[str, float, str]] = {}
    for _, at, order in named:
        column, field = free[at], missing[order]
        if column in found or field.name in {each for each, _, _ in found.values()}:
            continue
        suits, values = fit(field, formats[column])
        sure = _SURE if suits >= _FITS else _LESS_SURE
        found[column] = (field.name, sure, f"{column!r} is called so where rows are {kind.name}{values}")
    return found


def _behind(field: Field, form: Format, rows: int) -> int:
    """How many places a column stands behind others called alike: of what tells persons apart an address comes first, and last
    what some rows lack."""
    return 0 if field.name != "customer_id" or form.addresses > 0.5 else _BEHIND * (1 + (form.filled < _MOST * rows))


def _suits(kind: Kind, field: Field, form: Format, rows: int) -> bool:
    """Whether the values may be the field: of the row's own number each another one, of a type few."""
    if field.name == kind.unit[-1] and kind.name != "order_lines" and not form.filled == form.distinct == rows:
        return False
    if field.name == "name" and form.words < 0.5:
        return False
    if field.name in ("description", "product_name") and (form.kind != "text" or form.distinct <= _YES_OR_NO):
        return False
    if field.meaning == "category" and (form.distinct > _TELLS_FEW * form.filled or form.addresses > 0.5):
        return False
    return form.filled > 0 and fit(field, form)[0] >= _MAY_FIT


def _rank(kind: str, field: str, column: str) -> int | None:
    """The place of a column's name among those of the field, by its letters or its meaning; None if it has none."""
    ranks = _ranks(kind, field)
    for form in (plain(column), without_accents(plain(column)), _said(kind, field, column)):
        if form and form in ranks:
            return ranks[form]
    return None


@cache
def _ranks(kind: str, field: str) -> Mapping[str | tuple[str, ...], int]:
    found: dict[str | tuple[str, ...], int] = {}
    for rank, name in enumerate(NAMES[kind, field].split("; ")):
        found.setdefault(without_accents(name), rank)
        if said := _said(kind, field, name):
            found.setdefault(said, rank)
    return found


@lru_cache(8192)
def _said(kind: str, field: str, name: str) -> tuple[str, ...]:
    """The name by its meaning; a bare number or code says nothing, and of a day the word for it goes without saying."""
    said = concepts(name)
    if (kind, field) in IN_SERVICE and by_letters_only(field, name, said):
        return ()
    dated = KINDS[kind].field(field).meaning in ("date", "timestamp")
    if dated and len(said) > 1:
        said = tuple(each for each in said if each != "date")
    return () if said == ("id",) else tuple(sorted(said))
