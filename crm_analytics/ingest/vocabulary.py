"""The words that headers are made of, brought to one word each: languages, abbreviations, words written together."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from crm_analytics.ingest.sums import net_or_gross, says_what_is_in_it, spelled_out

#: One English word -> how others write it: lower case, without accents. Endings of compounds stand there as they occur.
_CONCEPTS = {
    "order": (
        "booking buchung reserva reservation reservierung donation spende donativo orders ord pedido pedidos orden "
        "encomenda commande commandes cde bestellung bestell auftrag auftrags заказ заказа заказы siparis "
        "confirmation confirmacion confirmacao reservas reservations bookings donations don doacao donacion "
        "пожертвование бронь брони бронирование бронирования наряд"
    ),
    "invoice": (
        "invoices inv factura facturas fra fatura facture facturee rechnung rechnungs rechn rg счета счет bill bills "
        "billed"
    ),
    "receipt": "albaran receipts rcpt bon beleg kassenbon чек чека fis recibo recu",
    "document": "doc documento dok piece документ документа belge",
    "transaction": "transactions trx txn trans transaccion transacao операция операции",
    "sale": "venta ventas venda vendas vente ventes verkauf verkaufs продажа продажи продаж satis",
    "customer": (
        "debtor deudor devedor debiteurs guest gast huesped hospede donor shopper patron customers cust client "
        "clients cliente clientes kunde kunden kd buyer comprador acheteur besteller auftraggeber клиент клиента "
        "покупатель покупателя контрагент контрагента заказчик musteri debitor debiteur tiers partner patient "
        "paciente пациент insured policyholder segurado asegurado assure assuree versicherter versicherungsnehmer "
        "страхователь застрахованный subscriber suscriptor abonado assinante abonne abonnent абонент подписчик "
        "supporter constituent donante doador donateur spender жертвователь student pupil alumno aluno eleve schuler "
        "ученик студент passenger pasajero passageiro passager fahrgast пассажир tenant inquilino locataire mieter "
        "арендатор visitor visitante visiteur besucher посетитель hote гость гостя consumer consumidor consommateur "
        "verbraucher user usuario utilisateur benutzer nutzer пользователь titular titulaire reporter requester "
        "solicitante demandeur antragsteller заявитель"
    ),
    "member": "mitglied mitglieds miembro membre socio участник участника uye adherent associado",
    "card": "tarjeta cartao carte karte kart карта карты",
    "account": "acct acc konto cuenta conta compte hesap",
    "id": (
        "codigo codice ref nro no nr number num nbr nummer numero # № code cod kod key ident номер код идентификатор "
        "numarasi cd ids username login nickname"
    ),
    "date": (
        "dates dt datum fecha data dia jour tag tarih tarihi дата день time datetime timestamp ts uhrzeit hora heure "
        "время saat at on am day zeitstempel horodateur horodatage"
    ),
    "amount": "amt importe monto montant betrag summe sum сумма tutar tutari valor wert value val стоимость vlr",
    "total": "gesamt totale toplam итого общая общий всего genel",
    "net": "netto neto ht untaxed matrah нетто",
    "gross": "brutto bruto brut ttc брутто",
    "revenue": "umsatz sales turnover ingresos receita выручка ciro",
    "price": "prc prix precio preco preis цена fiyat fiyati",
    "unit": "unitario unitaire unitaria einzel единицу each birim",
    "quantity": (
        "qty qte cantidad cant quantidade qtd qtde quantite menge anzahl anz stueck stuck количество кол adet miktar "
        "units unidades uds pieces pcs items count"
    ),
    "product": (
        "waren ware prod item itm sku article articulo artigo artikel producto produto produit produkt товар товара "
        "товары номенклатуры urun material publicacion plato prato plat dish gericht speise блюдо medicamento "
        "medicine medicament medikament drug лекарство препарат servicio servico service leistung услуга услуги "
        "prestation pieza peca ersatzteil запчасть offer oferta angebot offre предложение listing"
    ),
    "description": (
        "concepto desc descr descripcion descricao libelle designation beschreibung bezeichnung описание наименование "
        "номенклатура aciklama"
    ),
    "title": "titulo titre titel заголовок",
    "name": "nombre nome nom nm название имя adi ad",
    "category": "categoria categorie kategorie warengruppe категория kategori dept department",
    "tax": "taxes vat iva tva mwst ust steuer imposto impostos impuesto impuestos ндс kdv gst",
    "shipping": "expedition ship freight frete flete envio versand kargo",
    "delivery": (
        "deliver delivered livraison entrega entregue entregado zustellung zugestellt lieferung liefer geliefert "
        "доставка доставки доставлен teslimat"
    ),
    "cost": (
        "ausgaben depense depenses inversion investimento затраты затрат costs coste costo custo cout kosten ucreti "
        "ucret расход расходы fee fees frais gastos ek spend expense expenses"
    ),
    "discount": "dto rab disc dscnt discounts descuento desconto remise rabatt скидка скидки indirim",
    "percent": "% pct prozent pourcentage porcentaje percentage процент",
    "currency": "curr moneda divisa moeda devise wahrung waehrung валюта",
    "email": "mail correo courriel почта eposta emails",
    "phone": (
        "telefonos telefones telephones tel telephone telefono telefone telefon fon mobile mobil movil celular cell "
        "portable handy телефон phones"
    ),
    "country": "pais pays land страна ulke",
    "region": "state province provincia estado uf bundesland регион область",
    "city": "ciudad cidade ville stadt ort poblacion localidad город sehir town",
    "postal": "zip plz cep cp postleitzahl postcode zipcode индекс",
    "street": "address addr adresse strasse straße direccion calle endereco rue rua адрес улица adres str",
    "birth": (
        "geb born birthday nacimiento nascimento naissance geburts geburt geboren рождения dogum nac nasc naiss ne "
        "nee nascido рожд"
    ),
    "gender": "sex sexo genero sexe geschlecht пол cinsiyet",
    "first": "initial primer primero premiere erste vor первый ilk",
    "last": "ultimo derniere letzte letzter последний son",
    "created": "create creation creacion criacao erstellt erstell angelegt created создания создан added add alta",
    "registered": (
        "registration registro inscription registrierung регистрации cadastro signup kayit enrolment enrollment "
        "enrolled"
    ),
    "updated": "update upd modified changed geandert изменения",
    "due": "payable vencimiento vencimento vto echeance fallig falligkeit faellig faelligkeit срок vade",
    "paid": (
        "pagada pagado payee bezahlung pay payment pago pagamento paiement bezahlt zahlung cobro оплаты оплата "
        "оплачен odeme ausgeglichen regle reglement settled cleared"
    ),
    "issued": "issue emission emision emissao ausgestellt выставления",
    "sent": "send enviado envoye gesendet отправлено",
    "opened": "open opens abierto aberto ouvert geoffnet открыт открыта",
    "clicked": "click clicks clic geklickt",
    "closed": "close geschlossen закрытия cierre закрыт закрыта",
    "resolved": "solved resolve resolution geloest gelost решения resolucion resolucao",
    "unsubscribed": "unsubscribe unsub desuscripcion baja",
    "estimated": (
        "estimada estimado estimee geschatzt geplant planned prevue expected voraussichtlich voraussichtliche "
        "prevista previsto предполагаемая est"
    ),
    "channel": "canal kanal канал platform plattform plataforma",
    "campaign": "campaigns camp campana campanha campagne kampagne кампания кампании kampanya",
    "start": (
        "starts started begin beginn inicio debut начала reporting начало activated activation aktivierung activacion "
        "ativacao commencing starting"
    ),
    "end": "ends ende fin fim окончания expiry expires expire expired expiration ablauf окончание конец",
    "surname": "apellido apellidos sobrenome nachname фамилия lastname soyadi",
    "consent": "consentimento consentement zustimmung согласие optin einwilligung consentimiento",
    "brand": "marca marque marke hersteller manufacturer бренд",
    "external": "externe externo extern внешний",
    "owner": (
        "vendeur vendedor vertreter representant representative salesperson betreuer responsable ответственный "
        "zustandiger"
    ),
    "agent": (
        "bearbeiter operator оператор camarero waiter server garcom serveur kellner официант cashier cajero caissier "
        "kassierer кассир clerk employee empleado funcionario employe mitarbeiter сотрудник serviceberater tecnico "
        "techniker technicien technician mechanic handler sachbearbeiter"
    ),
    "ticket": "tickets",
    "comment": "comments comentario comentarios commentaire kommentar комментарий",
    "promised": "promise prometida prometido zugesagt promis обещанная",
    "subtotal": "zwischensumme soustotal",
    "purchase": "compra compras achat achats kauf покупка покупки",
    "case": (
        "caso fall обращения обращение claim claims sinistro siniestro sinistre schaden schadenfall incident "
        "incidencia incidente chamado anfrage reclamo заявка заявки"
    ),
    "type": "tipo typ art тип вид",
    "cancelled": "canceled cancellation cancelamento cancelacion kundigung kuendigung resiliation отмены",
    "loyalty": "fidelite fidelidad fidelidade treue лояльности",
    "membership": (
        "subscription suscripcion assinatura abonnement abono abo mitgliedschaft подписка абонемент абонемента policy "
        "apolice poliza police versicherungsschein полис полиса contract contrato contrat vertrag договор договора "
        "memberships subscriptions plan plano тариф tariff formule"
    ),
    "response": "answer respuesta resposta reponse antwort ответ ответа responses answers",
    "advertising": "marketing media ads werbe werbung publicidad publicidade publicite реклама рекламы рекламу anzeigen",
    "recommend": (
        "recommendation recomendar recomendaria recomiende empfehlen weiterempfehlen weiterempfehlung recommander "
        "recommanderiez порекомендуете рекомендовать"
    ),
    "benefit": (
        "redemption redemptions reward rewards voucher vouchers coupon coupons recompensa recompense pramie praemie "
        "gutschein cupon cupom купон награда"
    ),
    "period": (
        "month mes mois monat месяц week semana semaine woche неделя quarter trimestre quartal квартал periodo "
        "periode период"
    ),
    "duration": "dauer duree duracion duracao длительность gesprachsdauer anrufdauer",
    "minutes": "min mins minutos minuten мин",
    "source": "origin origen origem origine herkunft источник",
}  # fmt: skip
#: Words that say nothing by themselves.
_SILENT = (
    "und dos das and et mit de do da du d des del la le les el of the der die den l s to by и y e o или utc gmt local lcy base "
    "руб eur usd gbp chf pln rub brl vigencia действия к"
)
_CURRENCY = re.compile(r"[(\[]\s*(?:[A-Z]{3}|[€$£₽₺]|R\$)\s*[)\]]")
#: A word -> words that add nothing beside it.
_IMPLIED = {
    "net": frozenset(("amount", "total", "revenue", "sale", "order", "sum", "subtotal", "paid", "product")),
    "gross": frozenset(("amount", "total", "revenue", "sale", "order", "sum", "paid")),
    "shipping": frozenset(("cost", "amount", "total", "price", "charge", "handling", "net", "gross", "and")),
    "tax": frozenset(("amount", "total")),
    "currency": frozenset(("id", "order", "document", "invoice", "receipt")),
    "member": frozenset(("loyalty",)),
    "postal": frozenset(("id", "prefix")),
    "phone": frozenset(("id",)),
    "email": frozenset(("street", "id")),
    "cost": frozenset(("net", "amount", "total", "advertising")),
    "quantity": frozenset(("ticket", "total", "invoice", "ordered", "product")),
    "price": frozenset(("net", "gross")),
    "subtotal": frozenset(("product", "order", "total")),
}
#: Short for two words.
_SHORT = {"pu": ("unit", "price"), "vk": ("sale", "price"), "pvp": ("sale", "price"), "ek": ("purchase", "price")}
_TIMESTAMP = re.compile(r"\b(?:marca temporal|carimbo de data hora|отметка времени)\b")
#: Ends of compounds that say what a column is, whatever stands before them.
_ENDS = ("datum", "nummer", "preis", "betrag", "kosten", "menge")
_NUMBER_OF = re.compile(r"\b(?:number|no|num|nr|count) of\b")
_LONGEST = 40  # letters from which a word is not taken apart


def _bare(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


@cache
def _words() -> dict[str, str]:
    found = {_bare(word): concept for concept, words in _CONCEPTS.items() for word in words.split()}
    return found | {concept: concept for concept in _CONCEPTS}


@lru_cache(8192)
def concepts(header: str) -> tuple[str, ...]:
    """The header in one word per meaning, in their order and each once; a name without letters has none."""
    text = spelled_out(_CURRENCY.sub(" ", header))
    text = text.replace("%", " percent ").replace("#", " no ").replace("№", " no ").replace("º", "o").replace("°", "o")
    text = re.sub(r"\b(\w)\.(\w)\.(?!\w)", r"\1\2", text)
    text = " ".join(_uncamelled(each) for each in re.sub(r"[^\w]+|_+", " ", _bare(text)).split()).lower()
    text = re.sub(r"\bcheck (?=(?:no|nr|num|number|id)\b)", "receipt ", _TIMESTAMP.sub(" timestamp ", text))
    text = re.sub(r"\bart (?=(?:nr|no|num|nummer)\b)", "artikel ", text)
    text = _NUMBER_OF.sub(" quantity ", net_or_gross(text))
    found: list[str] = []
    words = text.split()
    for place, word in enumerate(words):
        if word in _SILENT.split() or (word == "1" and place):
            continue
        if len(words) > 1 and word in ("n", "f", "p"):  # short for number, and in Spanish for date and price
            word = {"n": "id", "f": "date", "p": "price"}[word]
        found += [part for part in _parts(word) if part not in found]
    return _without_implied(found)


def _uncamelled(word: str) -> str:
    """The word, or the words of which each begins with a capital letter."""
    if word.lower() in _words():
        return word
    return re.sub(r"(?<=[a-zа-яß-öø-ÿ])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])", " ", word)


def _without_implied(found: list[str]) -> tuple[str, ...]:
    beside = says_what_is_in_it(found)
    for word in tuple(found):
        if beside and word in ("shipping", "tax"):
            continue  # a sum that says what is in it
        found = [each for each in found if each == word or word not in found or each not in _IMPLIED.get(word, ())]
    return tuple(found)


def _stem(word: str) -> str:
    """A Russian word without the ending of its case; empty for others."""
    return re.sub(r"[аеиоуыюяьй]+$", "", word) if re.fullmatch(r"[а-я]{6,}", word) else ""


@cache
def _stems() -> dict[str, str]:
    return {stem: concept for word, concept in _words().items() if (stem := _stem(word))}


@lru_cache(8192)
def _parts(word: str) -> tuple[str, ...]:
    """What a word is made of: itself, or known words that were written together."""
    known = _words()
    if word in known or word in _SHORT:
        return _SHORT.get(word) or (known[word],)
    bare = re.sub(r"(?<=[^\W\d])1$", "", word)
    if bare != word:
        return _parts(bare)
    if numbered := re.fullmatch(r"([^\W\d]{3,})([2-9])", word):
        return (*_parts(numbered[1]), numbered[2])
    return _taken_apart(word) if 4 < len(word) < _LONGEST else (word,)


def _taken_apart(word: str, least: int = 2) -> tuple[str, ...]:
    known = _words()
    for at in range(len(word) - least, least, -1):
        head, tail = word[:at], word[at:]
        if head in known and len(head) > 2:
            if tail in known:
                return (known[head], known[tail])
            rest = _taken_apart(tail) if len(tail) > 4 else (tail,)
            if rest != (tail,):
                return (known[head], *rest)
    if stem := _stem(word):
        return (_stems().get(stem, word),)
    end = next((each for each in _ENDS if word.endswith(each) and word != each), "")
    return (word.removesuffix(end), known[end]) if end else (word,)
