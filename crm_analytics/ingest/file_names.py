"""What the name of a file says of its rows: systems call their exports "orders_2026.csv" or "Kundenliste.xlsx"."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType

from crm_analytics.ingest.naming import plain, without_accents

#: Kinds -> how words begin that say so, without accents, in the six languages of headers and in Cyrillic written in Latin.
#: A word may say several kinds: who was sold what is often called an invoice or a payment.
_BEGINNINGS = MappingProxyType({
    "orders order_lines": (
        "order pedido commande bestell auftra auftrag purchase compra achat einkauf sale sales sold venta vendita venda vente "
        "verkauf umsatz umsaetz revenue transaction transac transak receipt recibo kassenbon kassa checkout donation donacion "
        "doac spende booking reserva reservation заказ продаж чек покуп выручк бронир zakaz prodazh pokup bon bons pos ecommerce "
        "shop"
    ),
    "order_lines": "item items lineitem lines itens lignes positionen posten позици articulos",
    "customers": (
        "customer client kunde kunden cliente клиент klient patient guest guests huesped student donor user users usuario "
        "utilisateur benutzer nutzer lead leads prospect interessent account buyer comprador acheteur kaufer покупател pokupatel "
        "address adress people"
    ),
    "customers contacts": (
        "contact contacts contacto contato kontakt контакт kontakty subscriber suscriptor abonne abonnent assinante подписчик "
        "recipient"
    ),
    "customers memberships": "member members mitglied socio socios adherent adherents участник uchastnik miembro membre membro",
    "memberships orders": (
        "membership mitgliedschaft subscription suscripcion abonnement abo abos assinatura подписк "
        "podpisk membresia adhesion"
    ),
    "products": (
        "product produit produkt producto produto товар tovar catalog katalog inventory inventario inventaire stock sortiment "
        "artikel article articles articulo artigo pricelist preisliste menu номенклатур nomenklatur прайс estoque lager склад "
        "sklad sku"
    ),
    "invoices orders order_lines": "invoice factura facture rechnung fatura счет счета schet накладн nfe billing",
    "orders invoices": "payment pago pagos paiement zahlung pagamento платеж платежи platezh оплат oplat cobro cobros recebimento",
    "survey_answers": (
        "review feedback survey response answer nps csat encuesta respuesta avis sondage reponse enquete questionnaire "
        "cuestionario questionario fragebogen bewertung umfrage antwort avaliac avaliacao pesquisa resposta отзыв опрос ответ "
        "анкет otzyv opros anket rating satisf opinion testimonial temoignage valoracion resena reseña kommentar comment comments"
    ),
    "cases": (
        "case cases complaint reclam reklam beschwerd жалоб обращен заявк zhalob obrashen zayavk support helpdesk incident issue "
        "chamado claim claims servicedesk anfrage sav ocorrencia incidencia solicitud demande"
    ),
    "cases orders order_lines": "ticket tickets тикет tiket",
    "interactions": (
        "call calls llamada appel appels anruf ligac ligacao chamada звонк звонок zvonk zvonok appointment cita citas termin "
        "termine rendez rdv agendament agenda запис zapis visit visits visita visite besuch визит vizit meeting meetings activit "
        "actividad aktivit conversation chat checkin attendance asistencia cdr kontaktverlauf"
    ),
    "contacts campaigns": (
        "campaign campana campagne kampagne campanha рассылк rassylk кампани kampani mailing mailings mailer sms emailing "
        "newsletter broadcast bounce bounces clicks whatsapp disparo disparos envois"
    ),
    "benefits": (
        "reward coupon gutschein cupon cupom voucher points puntos pontos punkte балл bally loyal redem redempt cashback bonus "
        "bonuspunkte canje"
    ),
    "deliveries orders contacts": "deliver",
    "deliveries orders": "shipment shipping sendung livraison lieferung entrega достав dostav tracking versand envio envios",
    "consents": "consent consents optin einwillig gdpr consentement consentimiento согласи dsgvo lgpd",
    "costs": "cost costs expense spend gasto gastos depense kosten ausgaben despesa расход raskhod rashod ads adspend",
})  # fmt: skip
_SHORT = 4  # letters up to which a beginning is the whole word


def kinds_named(file: str, sheet: str | None = None) -> frozenset[str]:
    """The kinds of table that the name of a file (the last part of a path) and of its sheet speak of; none if nothing."""
    stem = PurePosixPath(file.replace("\\", "/")).name.split(".")[0]
    words = re.sub(r"[0-9]+", " ", plain(without_accents(f"{stem} {sheet or ''}"))).split()
    return frozenset(kind for word in words for kind in _said(word))


def _said(word: str) -> tuple[str, ...]:
    return max(((len(begin), kinds) for begin, kinds in _words() if _begins(word, begin)), default=(0, ()))[1]


def _begins(word: str, begin: str) -> bool:
    return word == begin or (len(begin) > _SHORT and word.startswith(begin))


@cache
def _words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (without_accents(begin), tuple(kinds.split()))
        for kinds, words in _BEGINNINGS.items()
        for begin in words.split()
    )
