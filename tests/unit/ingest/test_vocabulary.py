"""Headers by language: each is a usual name of its field, however it is written."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.naming import match_name
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS

_USUAL = 0.9
HEADERS = {
    ("orders", "order_id"): "Booking Ref; Nº Pedido; N° réservation; Buchungs-Nr.; Reservierungsnummer; Código da Reserva; № заказа",
    ("orders", "ordered_at"):
        "purchasedOn; Sold At; Comprado el; Vendu le; Verkauft am; Placed on; "
        "Booked On; Fecha de reserva; Date de réservation; Gebucht am; Bestelldatum; Criado em; Дата оформления",
    ("orders", "total_amount"): "Total Due; Total a pagar; Total à payer; Endbetrag; Total geral; Итоговая сумма",
    ("orders", "shipping_amount"): "Delivery Charge; Gastos de envío; Frais de port; Liefergebühr; Taxa de entrega; Стоимость доставки",
    ("order_lines", "unit_price"): "Selling Price; Precio venta; PU HT; VK-Preis; Preço de venda; Цена продажи",
    ("order_lines", "quantity"): "unitsSold; Uds.; Qté; Stückzahl; Qtde.; Кол-во",
    ("customers", "phone"): "contact_number; Teléfono móvil; GSM; Rufnummer; Telemóvel; Мобильный",
    ("customers", "joined_on"): "Signed up; dateAdded; Cliente desde; Inscrit le; Mitglied seit; Inscrito em; First visit; Зарегистрирован",
    ("customers", "born_on"): "DOB; Cumpleaños; Né(e) le; Geb.-Datum; Aniversário; ДР",
    ("contacts", "customer_id"): "Recipient; Destinatario; Destinataire; Empfänger; Destinatário; Получатель",
    ("contacts", "unsubscribed"): "Opted out; Desuscrito; Désinscrit le; Abgemeldet am; Descadastrado; Отписка",
    ("contacts", "return_cause"): "Error; Mensaje de error; Erreur; Fehlermeldung; Erro; Ошибка",
    ("orders", "tax_amount"): "Tax Collected; Importe IVA; Montant TVA; Mehrwertsteuer; Valor IVA; Сумма НДС",
    ("order_lines", "line_no"): "Order Line Number; Número de línea; Numéro de la ligne; Zeilennummer; Número da linha; Номер строки",
    ("order_lines", "product_id"): "Seller SKU; Código artículo; Réf. produit; Interne Referenz; Cód. artigo; Артикул продавца",
    ("products", "product_line"): "Categories; Rubro; Rayons; Artikelgruppe; Categorias; Вид товара",
    ("deliveries", "promised_on"): "Planned date; Fecha prevista; Date planifiée; Wunschlieferdatum; Data prevista; Плановая дата",
    ("deliveries", "carrier"): "Courier partner; Operador logístico; Prestataire de livraison; Spedition; Транспортная компания",
    ("costs", "period_start"): "Expense date; Fecha del gasto; Date de la dépense; Kostendatum; Data da despesa; Дата расхода",
    ("orders", "customer_id"): "Retailer; Revendedor; Revendeur; Wiederverkäufer; Party; Клиент",
    ("order_lines", "ordered_at"): "Date Issued; Fecha de emisión; Ausgestellt am; Data de emissão; Дата выставления",
    ("interactions", "happened_at"):
        "Start At; calledAt; Visited On; Appointment Date; "
        "Fecha de la cita; Date du rendez-vous; Termin; Data do agendamento; Дата приема",
    ("interactions", "agent"): "Therapist; Profesional; Praticien; Behandler; Instrutor; Специалист",
    ("cases", "resolved_at"): "Date Closed; Cerrado el; Clos le; Gelöst am; Encerrado em; Дата закрытия",
    ("invoices", "due_on"): "Due On; Vence el; Échéance; Zahlbar bis; Vence em; Оплатить до",
    ("invoices", "paid_on"): "Date Paid; Fecha de cobro; Réglé le; Beglichen am; Pago em; Дата платежа",
    ("memberships", "left_on"): "Valid Until; Válido hasta; Résilié le; Vertragsende; Data de término; Действует до",
    ("survey_answers", "score"): "Overall Rating; Valoración; Évaluation; Gesamtbewertung; Avaliação; Рейтинг",
    ("survey_answers", "answered_at"): "Submit Time; Respondido el; Répondu le; Bewertet am; Avaliado em; Дата оценки",
    ("survey_answers", "comment"): "Customer comment; Review Text; Observaciones; Avis; Anmerkungen; Depoimento; Отзыв",
    ("cases", "opened_at"):
        "requestedAt; Date Logged; Fecha de solicitud; "
        "Date de la demande; Eröffnungsdatum; Data da solicitação; Дата подачи",
    ("contacts", "contacted_at"): "Message Sent At; Enviado el; Envoyé le; Versendet am; Enviado em; Дата отправки",
    ("contacts", "contact_id"): "SMS ID; ID del mensaje; ID da mensagem; Nachrichten-ID; ID сообщения",
    ("products", "unit_cost"):
        "Purchase price; Precio de compra; Prix unitaire d'achat HT; "
        "Einkaufspreis; Preço de compra; Закупочная цена",
    ("products", "list_price"): "Selling price; Precio de venta; Prix unitaire de vente; Verkaufspreis; Preço de venda; Цена продажи",
    ("deliveries", "delivered_on"): "Delivered At; Entregado el; Livré le; Ausgeliefert am; Entregue em; Вручено",
    ("benefits", "redeemed_on"): "Claimed Date; Canjeado el; Utilisé le; Eingelöst am; Data de uso; Дата применения",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "field"), HEADERS)
def test_a_usual_name_in_six_languages(kind: str, field: str) -> None:
    found = {header: match_name(header, KINDS[kind], field) for header in HEADERS[kind, field].split("; ")}
    assert not [header for header, each in found.items() if each is None or each.score < _USUAL]


@pytest.mark.parametrize(
    ("kind", "field", "headers"),
    [
        ("orders", "ordered_at", "Última compra; Dernière commande; Letzte Bestellung; Последний заказ; Member since"),
        ("orders", "amount", "Total gastado; Gasto total; Lifetime Spend; Потрачено"),
        ("customers", "customer_id", "Телефон клиента; Customer phone; User role; Customer language; Client balance"),
        ("orders", "ordered_at", "Date de péremption; Verfallsdatum; Fecha de caducidad; Data de validade; Срок годности"),
    ],
)  # fmt: skip
def test_what_is_of_all_orders_of_a_customer_is_not_of_one(kind: str, field: str, headers: str) -> None:
    assert not [each for each in headers.split("; ") if match_name(each, KINDS[kind], field)]


def test_compounds_may_have_a_letter_between_their_words() -> None:
    assert concepts("Buchungsnummer") == concepts("Buchungs-ID") == ("order", "id")
    assert concepts("Spendendatum") == ("order", "date")


def test_what_was_done_is_a_word_of_a_day_only_beside_one() -> None:
    assert concepts("soldAt") == concepts("Sale Date") == ("sale", "date")
    assert (concepts("Sold"), concepts("Purchased")) == (("sold",), ("purchased",))
