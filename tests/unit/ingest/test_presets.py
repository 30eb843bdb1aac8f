"""Vendors' exports under their documented headers, and exports of other systems under theirs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crm_analytics.ingest.recognise import recognise

TEXT = {
    "e": ["ann@example.com", "bob@example.com", "eve@example.com"],
    "d": ["2024-01-14 10:00:00", "2024-02-15 11:30:00", "2024-03-16 12:45:00"],
    "m": ["10.50", "7.25", "99.00"],
    "n": ["1", "2", "5"],
    "i": ["1001", "1002", "1003"],
    "s": ["A-17", "B-03", "C-99"],
    "w": ["alpha", "beta", "gamma ray"],
    "f": ["yes", "no", "yes"],
    "u": ["EUR", "EUR", "EUR"],
    "c": ["DE", "FR", "PT"],
}
#: Export -> kind, then header:values:field (without a field: it must give none that matters).
EXPORTS = {
    "Shopify orders": (
        "order_lines",
        "Name:i:order_id Email:e:customer_id Financial_Status:w: Paid_at:d: Currency:u:currency Subtotal:m: Shipping:m: Taxes:m: Total:m: "
        "Discount_Amount:m: Created_at:d:ordered_at Lineitem_quantity:n:quantity Lineitem_name:w:description Lineitem_price:m:unit_price "
        "Lineitem_sku:s:product_id Billing_Country:c:country Id:i: Source:w:channel Lineitem_discount:m:discount_amount",
    ),
    "Shopify customers": (
        "customers",
        "Customer_ID:i:customer_id First_Name:w:first_name Last_Name:w:last_name Email:e:email Accepts_Email_Marketing:f: "
        "Default_Address_City:w:city Default_Address_Country_Code:c:country Phone:i:phone Total_Spent:m: Total_Orders:n:",
    ),
    "WooCommerce products": (
        "products",
        "ID:i: Type:w: SKU:s:product_id Name:w:product_name Visibility_in_catalog:w: Date_sale_price_starts:d: Sale_price:m: "
        "Regular_price:m:list_price Categories:w:product_line",
    ),
    "Mailchimp audience": (
        "customers",
        "Email_Address:e:email First_Name:w:first_name Last_Name:w:last_name MEMBER_RATING:n: OPTIN_TIME:d:joined_on "
        "CONFIRM_TIME:d: LEID:i: EUID:s:customer_id",
    ),
    "HubSpot contacts": (
        "customers",
        "Record_ID:i:customer_id First_Name:w:first_name Last_Name:w:last_name Email:e:email Phone_Number:i:phone "
        "Contact_owner:w:owner Lifecycle_Stage:w: Create_Date:d:joined_on City:w:city",
    ),
    "an ERP in Spanish": (
        "orders",
        "Nº_Pedido:i:order_id Fecha_pedido:d:ordered_at Código_cliente:s:customer_id Importe_neto:m:amount Canal:w:channel",
    ),
    "an ERP in French": (
        "order_lines",
        "N°_commande:i:order_id Date_de_commande:d:ordered_at N°_client:s:customer_id Référence:s:product_id Désignation:w:description "
        "Quantité:n:quantity Prix_unitaire_HT:m:unit_price Montant_HT:m:amount",
    ),
    "invoices in German": (
        "invoices",
        "Rechnungsnummer:i:invoice_id Rechnungsdatum:d:issued_on Kundennummer:s:customer_id Fälligkeitsdatum:d:due_on Bezahlt_am:d:paid_on "
        "Rechnungsbetrag:m:amount",
    ),
    "a marketplace": (
        "order_lines",
        "amazon-order-id:i:order_id purchase-date:d:ordered_at last-updated-date:d: sales-channel:w:channel fulfillment-channel:w: "
        "product-name:w:description sku:s:product_id quantity:n:quantity currency:u:currency item-price:m:unit_price shipping-price:m:",
    ),
    "an experiment": (
        "contacts",
        "treatment:f:arm visit:f:responded conversion:f:converted spend:m:revenue recency:n: history:m:",
    ),
    "a help desk": (
        "cases",
        "Ticket_ID:i:case_id Created_at:d:opened_at Updated_at:d: Requester:s:customer_id Assignee:w:agent Solved_at:d:resolved_at "
        "Channel:w:channel Type:w:kind",
    ),
    "reviews": (
        "survey_answers",
        "review_id:i:answer_id order_id:s: review_score:n:score review_comment_message:w:comment review_answer_timestamp:d:answered_at",
    ),
    "an ERP in abbreviations": (
        "order_lines",
        "ORD_NBR:i:order_id ORD_DT:d:ordered_at SHIP_DT:d: CUSTNO:s:customer_id ITEM_NBR:s:product_id "
        "ITEM_DESC:w:description QTY_ORD:n:quantity UNIT_PRC:m:unit_price EXT_AMT:m:amount Line_Discount_%:m:",
    ),
    "a shop in German, net beside gross": (
        "orders",
        "Auftragsnummer:i:order_id Externe_Auftragsnummer:s: Erstelldatum:d:ordered_at Kundennummer:s:customer_id "
        "Gesamtbetrag_Netto:m:amount "
        "Gesamtbetrag_Brutto:m:total_amount MwSt.-Betrag:m:tax_amount Versanddatum:d: Versandart:w: Lieferland:c:country",
    ),
    "orders in Turkish": (
        "orders",
        "Sipariş_No:i:order_id Sipariş_Tarihi:d:ordered_at Müşteri_No:s:customer_id Tutar:m:amount "
        "KDV:m:tax_amount Kargo_Ücreti:m:shipping_amount",
    ),
    "a shop with taxes in and out": (
        "orders",
        "Order_ID:i:order_id Customer_ID:s:customer_id Customer_Name:w: Customer_Email:e: Order_Date:d:ordered_at Subtotal_(inc_tax):m: "
        "Subtotal_(ex_tax):m:amount Shipping_Cost_(inc_tax):m:shipping_amount Order_Total_(inc_tax):m:total_amount Total_Quantity:n:units",
    ),
    "open items of a bookkeeper": (
        "invoices",
        "Konto:s:customer_id Belegfeld_1:i:invoice_id Belegdatum:d:issued_on Fälligkeit:d:due_on Umsatz:m:amount WKZ:u:currency "
        "Ausgeglichen_am:d:paid_on",
    ),
    "customers in Russian": (
        "customers",
        "Внешний_ID:i:customer_id ФИО:w:name Email:e:email Город:w:city Дата_регистрации:d:joined_on Сумма_покупок:m:",
    ),
    "a newsletter tool": (
        "contacts",
        "campaign:w:campaign_id email:e: sent_at:d:contacted_at opened:f:opened clicked:f:clicked unsubscribed:f:unsubscribed "
        "bounce_type:w:return_cause",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_without_a_hand(session, tmp_path: Path, name: str) -> None:
    kind, columns = EXPORTS[name]
    meant = [column.split(":") for column in columns.split()]
    path = tmp_path / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([header.replace("_", " ") if name[:2].istitle() else header for header, _, _ in meant])
        writer.writerows([TEXT[values][place % 3] for _, values, _ in meant] for place in range(3))
    found = recognise(session, path, path.name)
    assert found.kind == kind
    wanted = {place: field or None for place, (_, _, field) in enumerate(meant)}
    given = dict(enumerate(found.mapping.values()))
    assert {place: given[place].field for place, field in wanted.items() if field} == {
        p: f for p, f in wanted.items() if f
    }
    assert [each for place, each in given.items() if each.field != wanted[place] and each.confidence > 0.9] == []


def test_what_stands_on_the_first_line_of_an_order_holds_for_the_others(load) -> None:
    text = (
        "order id,customer id,date,sku,quantity,unit price\n1,A,2024-01-05,X,1,2.5\n1,,,Y,2,1.5\n2,,2024-01-06,Z,1,9\n"
        "3,B,2024-01-07,X,many,1\n3,,,Y,1,2\n"
    )
    _, typed, rejects = load(text)
    assert [(row["order_id"], row["customer_id"], str(row["ordered_at"])[:10]) for row in typed] == [
        ("1", "A", "2024-01-05"), ("1", "A", "2024-01-05"), ("2", None, "2024-01-06"),
        ("3", "B", "2024-01-07"),
    ]  # fmt: skip
    assert [(line, reason) for line, _, _, reason in rejects] == [(5, "not a number")], "its day and customer hold"


def test_a_cell_at_fault_does_not_hold_for_the_other_lines_of_its_order(load) -> None:
    text = (
        "order id,customer id,date,sku,quantity,unit price,currency\n1,A,2030-05-01,X,1,2.5,EUR\n1,,,Y,2,1.5,\n"
        "2,B,2024-01-06,X,1,9,EUR\n2,,,Z,1,9,\n3,C,2024-01-07,X,1,9,USD\n3,,,Z,1,9,\n"
    )
    _, typed, rejects = load(text)
    assert [(line, column) for line, column, _, _ in rejects] == [(2, "date"), (6, "currency")]
    assert [(row["customer_id"], row["ordered_at"] and row["ordered_at"].day, row["currency"]) for row in typed] == [
        ("A", None, "EUR"), ("B", 6, "EUR"), ("B", 6, "EUR"), ("C", 7, None),
    ]  # fmt: skip


def test_customers_without_a_number_are_known_by_their_address(load) -> None:
    found, typed, _ = load("Email,First Name,Last Name,City\nAnn@Example.com,Ann,Ng,Bonn\n,Bob,Roe,Lyon\n")
    assert found.kind == "customers"
    assert [row["customer_id"] for row in typed] == ["ann@example.com", f"{found.file}:3"]
