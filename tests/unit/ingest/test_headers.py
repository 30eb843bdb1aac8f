"""Headers of files that were read as another kind, or as somebody else's, than they are: what each is today."""

from __future__ import annotations

import pytest

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.meaning import Meaning, find_meaning

ROWS = 60
MONEY = Format("number", decimal=".", decimals=2, filled=ROWS, distinct=58, digits=1.0, examples=("12.00", "9.50"))
NUMBER = Format("number", filled=ROWS, distinct=ROWS, digits=1.0)
COUNT = Format("number", filled=ROWS, distinct=30, digits=1.0)
CODE = Format("text", filled=ROWS, distinct=25, digits=1.0)
CODE_OF_ROW = Format("text", filled=ROWS, distinct=ROWS, digits=1.0)
DATE = Format("date", filled=ROWS, distinct=40, digits=1.0)
WORD = Format("text", filled=ROWS, distinct=5, examples=("Blue", "Red"))
WORDS = Format("text", filled=ROWS, distinct=20, words=1.0, examples=("Blue Shirt", "Red Hat"))
EMAIL = Format("text", filled=ROWS, distinct=25, addresses=1.0)
OWN_EMAIL = Format("text", filled=ROWS, distinct=ROWS, addresses=1.0)
WAVE = Format("number", filled=ROWS, distinct=5, digits=1.0)
REFERENCE = Format("text", filled=ROWS, distinct=30, digits=1.0)
FLAG = Format("flag", filled=ROWS, distinct=2, examples=("yes", "no"))


def read(header: str, *forms: Format) -> Meaning:
    """What a file with these columns is, the names apart by a comma."""
    return find_meaning(dict(zip(header.split(","), forms, strict=True)), ROWS, header=True)


def sure(found: Meaning) -> bool:
    """Whether nothing that the file gives is below the confidence from which nobody is asked."""
    return all(each.confidence > 0.9 for each in found.mapping.values() if each.field)


@pytest.mark.parametrize(
    ("goods", "form"),
    [
        ("Product(s)", WORDS),
        ("Item(s)", Format("text", filled=ROWS, distinct=9, examples=("Mug", "2× Hat", "Mug,Hat"))),
    ],
)
def test_all_that_was_bought_at_once_is_no_product(goods: str, form: Format) -> None:
    found = read(f"Date,Order #,Customer,{goods},Items sold,Net revenue", DATE, NUMBER, CODE, form, COUNT, MONEY)
    assert found.kind == "orders"
    assert found.mapping[goods].field is None


@pytest.mark.parametrize(
    ("column", "whose"),
    [("Assignee email", "agent"), ("Created by email", None), ("Supplier Email", None), ("Email", "customer_id"),
     ("Customer e-mail", "customer_id"), ("E-Mail-Adresse", "customer_id"), ("Requester email", "customer_id")],
)  # fmt: skip
def test_addresses_of_staff_and_suppliers_are_no_customers(column: str, whose: str | None) -> None:
    found = read(f"Ticket ID,Subject,{column},Created,Closed", NUMBER, WORDS, EMAIL, DATE, DATE)
    assert (found.kind, found.mapping[column].field) == ("cases", whose)


@pytest.mark.parametrize(
    ("column", "whose"), [("Supplier email", None), ("Store email", None), ("From Email Address", "customer_id")]
)
def test_addresses_of_orders_are_not_those_of_suppliers(column: str, whose: str | None) -> None:
    found = read(f"Order No,{column},Date,Amount", NUMBER, EMAIL, DATE, MONEY)
    assert (found.kind, found.mapping[column].field) == ("orders", whose)


@pytest.mark.parametrize(
    ("header", "forms"),
    [
        ("Customer ID,Age,Gender,Category,Purchase Amount (USD)", (NUMBER, COUNT, WORD, WORD, MONEY)),
        ("customer_id,category,revenue", (NUMBER, WORD, MONEY)),
        ("customer_id,email,category,channel,revenue", (NUMBER, OWN_EMAIL, WORD, WORD, MONEY)),
    ],
)
def test_a_category_is_no_arm_of_a_campaign(header: str, forms: tuple[Format, ...]) -> None:
    assert read(header, *forms).kind == "customers"
    funnel = read("customer_id,category,clicked,opened", NUMBER, WORD, FLAG, FLAG)
    assert (funnel.kind, funnel.mapping["category"].field) == ("contacts", None)
    tried = read("customer_id,Gruppe,converted", NUMBER, WORD, FLAG)
    assert (tried.kind, tried.mapping["Gruppe"].field) == ("contacts", "arm")


def test_what_was_spent_is_of_an_order_where_one_is_numbered_or_dated() -> None:
    found = read("transaction_id,customer_id,transaction_date,total_spent", NUMBER, CODE, DATE, MONEY)
    assert (found.kind, found.mapping["total_spent"].field, sure(found)) == ("orders", "total_amount", True)
    header = "Customer ID,First Name,Last Name,Email,Created At,Total Spent,Orders Count"
    shopify = read(header, NUMBER, WORD, WORD, OWN_EMAIL, DATE, MONEY, COUNT)
    assert (shopify.kind, shopify.mapping["Total Spent"].field) == ("customers", None)


def test_an_amount_of_a_purchase_is_one_of_its_line() -> None:
    header = "customer_id,purchase_date,category,purchase_amount,product"
    found = read(header, NUMBER, DATE, WORD, MONEY, WORDS)
    assert [found.mapping[each].confidence > 0.9 for each in header.split(",")] == [True, True, True, True, False]
    assert (found.confidence > 0.9, found.mapping["purchase_amount"].field) == (True, "amount")


def test_counts_of_contacts_are_no_campaigns() -> None:
    forms = COUNT, WORD, COUNT, COUNT, WORD, FLAG
    asked = read("age,contact,campaign,pdays,poutcome,y", *forms)
    assert (asked.kind, sure(asked), asked.mapping["campaign"].confidence) == ("contacts", False, 0.85)
    assert "may count contacts" in asked.reason
    assert sure(read("customer_id,campaign,sent_at,clicked", CODE, COUNT, DATE, FLAG))


def test_yes_and_no_are_no_causes_of_a_return() -> None:
    found = read("customer_id,campaign_id,opened,Bounced,bounce type", CODE, CODE, FLAG, FLAG, WORD)
    assert (found.kind, found.mapping["Bounced"].field) == ("contacts", None)
    assert found.mapping["bounce type"].field == "return_cause"


def test_a_bare_day_leaves_no_doubt_where_each_row_has_a_customer_of_its_own() -> None:
    named = read("customer_id,first_name,last_name,email,date", NUMBER, WORD, WORD, OWN_EMAIL, DATE)
    assert named.kind == "customers"
    assert "may be what customers did" not in named.reason
    asked = read("first_name,last_name,email,date", WORD, WORD, OWN_EMAIL, DATE)
    assert (asked.kind, asked.confidence) == ("customers", 0.9)
    assert asked.mapping["email"].reason.endswith("'date' does not say of what, so its rows may be what customers did")
    again = read("first_name,last_name,email", WORD, WORD, EMAIL)
    assert again.mapping["email"].reason.endswith("customers stand in several rows, so its rows may be what they did")


def test_an_order_is_placed_when_it_is_completed_or_created() -> None:
    found = read("completed_at,number,state,email,total", DATE, NUMBER, WORD, EMAIL, MONEY)
    given = {column: each.field for column, each in found.mapping.items() if each.field}
    shop = {"completed_at": "ordered_at", "number": "order_id", "email": "customer_id", "total": "total_amount"}
    assert (found.kind, given) == ("orders", shop)
    courier = read("ID,Criado em,Cliente,Valor", CODE, DATE, WORDS, MONEY)
    assert (courier.kind, courier.mapping["Criado em"].field) == ("orders", "ordered_at")


def test_a_bare_number_makes_no_orders_of_persons() -> None:
    header = "ID,First Name,Last Name,Email,Phone,Revenue,Street,City,State,Zip Code,Date Created"
    forms = NUMBER, WORD, WORD, OWN_EMAIL, CODE, MONEY, WORDS, WORD, WORD, NUMBER, DATE
    found = read(header, *forms)
    given = [found.mapping[column].field for column in ("ID", "Revenue", "Date Created")]
    assert (found.kind, given) == ("customers", ["customer_id", None, "joined_on"])


def test_what_has_a_day_and_a_total_is_no_list_of_prices() -> None:
    found = read("reference,type,createdAt,amountVatIncl,productPriceVatExcl", CODE_OF_ROW, WORD, DATE, MONEY, MONEY)
    assert (found.kind, found.mapping["amountVatIncl"].field) == ("orders", "total_amount")
    assert read("sku,name,price,created_at", CODE_OF_ROW, WORDS, MONEY, DATE).kind == "products"


def test_one_sum_of_several_beside_a_total_may_be_a_part_of_it() -> None:
    found = read("Дата,Клиент,Сумма работ,Сумма запчастей,Итого", DATE, WORDS, MONEY, MONEY, MONEY)
    assert (found.mapping["Сумма запчастей"].confidence <= 0.9, found.mapping["Итого"].field) == (True, "total_amount")
    header = "Numéro facture,Date,Client,Montant total,Montant payé,Montant dû"
    owed = read(header, CODE_OF_ROW, DATE, WORDS, MONEY, MONEY, MONEY)
    assert owed.mapping["Montant dû"].confidence <= 0.9
    assert owed.mapping["Montant total"].field in ("amount", "total_amount")


def test_an_account_beside_an_id_may_be_of_another_system() -> None:
    named = WORD, WORD, OWN_EMAIL
    asked = read("ID,First Name,Last Name,Email,Account_Number", NUMBER, *named, NUMBER)
    assert asked.mapping["Account_Number"].confidence <= 0.9
    alone = read("First Name,Last Name,Email,Account_Number", *named, NUMBER)
    assert alone.mapping["Account_Number"].field == "customer_id"
    assert "another system" not in alone.mapping["Account_Number"].reason


@pytest.mark.parametrize(
    ("header", "forms"),
    [
        ("Ticket,Cliente,Total,Vencimiento", (CODE_OF_ROW, WORDS, MONEY, DATE)),
        ("Numéro,Client,Date émission,Date échéance,Montant HT,TVA,Montant TTC", (CODE_OF_ROW, WORDS, DATE, DATE, *3 * [MONEY])),
        ("ID,Клиент,Телефон,Заказ №,Общая сумма,Срок", (NUMBER, WORDS, CODE, CODE_OF_ROW, MONEY, DATE)),
        ("Cliente,Telefone,Valor,Vencimento,Pago em", (WORDS, CODE, MONEY, DATE, DATE)),
    ],
)  # fmt: skip
def test_an_amount_with_a_due_day_is_owed(header: str, forms: tuple[Format, ...]) -> None:
    found = read(header, *forms)
    assert found.kind == "invoices"
    assert {"amount", "due_on"} <= {each.field for each in found.mapping.values()}


def test_orders_and_deliveries_may_have_a_due_day() -> None:
    orders = read("order_id,customer_id,order_date,due_date,amount", CODE_OF_ROW, CODE, DATE, DATE, MONEY)
    assert orders.kind == "orders"
    assert read("order_id,due date,delivery date", CODE_OF_ROW, DATE, DATE).kind == "deliveries"


def test_rows_of_a_type_and_a_day_that_name_nobody_are_cases_and_asked_about() -> None:
    forms = NUMBER, WORD, WORDS, CODE, DATE
    found = read("ID,Тип,Клиент,Телефон,Создана", *forms)
    assert (found.kind, found.confidence, found.mapping["Создана"].field) == ("cases", 0.9, "opened_at")
    assert "the rows may be customers" in found.reason
    assert read("ID,Type,Name,Phone,Created", *forms).kind == "customers"


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"Datum": DATE, "Kanal": WORD, "Kosten": MONEY, "Leads": COUNT}, "costs"),
        ({"Datum": DATE, "Richtung": WORD, "Kunde": WORDS, "Kosten (€)": MONEY}, "interactions"),
        ({"Belegnummer": CODE_OF_ROW, "Datum": DATE, "Lieferant": WORDS, "Kategorie": WORD, "Betrag": MONEY}, "costs"),
        ({"Name": WORDS, "Phone": NUMBER, "DOB": DATE, "Plan": WORD, "Start Date": DATE, "Total Fee": MONEY}, "memberships"),
        ({"Email": EMAIL, "Montant": MONEY, "Dû le": DATE, "Payé le": DATE}, "invoices"),
        ({"Time": DATE, "Channel": WORD, "Campaign": WORDS, "Recipient": WORDS}, "contacts"),
        ({"Confirmation Number": CODE_OF_ROW, "Date": DATE, "Email": EMAIL, "Party Size": COUNT}, "interactions"),
        ({"bateau": WORD, "début": DATE, "fin": DATE, "email": EMAIL, "prix_total": MONEY}, "orders"),
        ({"Book number": NUMBER, "Booked by": WORDS, "Check-in": DATE, "Price": MONEY}, "orders"),
        ({"Message ID": CODE_OF_ROW, "Phone Number": CODE, "Cost": MONEY, "Error Reason": WORD, "Sent At": DATE}, "contacts"),
        ({"Client": WORDS, "Email": EMAIL, "Téléphone": CODE, "Question": WORDS, "Réponse": WORDS}, "survey_answers"),
        ({"Nom de la campagne": WORDS, "Date": DATE, "Mails envoyés": COUNT, "Mails ouverts": COUNT}, "campaigns"),
        ({"Call ID": NUMBER, "Date": DATE, "Call Start": DATE, "Q1 Score": WAVE, "Customer Comment": WORDS}, "survey_answers"),
        ({"Protocolo": CODE_OF_ROW, "Aberto em": DATE, "Email": EMAIL, "Serviço": WORDS, "Início": DATE, "Técnico": WORD}, "cases"),
        ({"email": EMAIL, "Membership Name": WORDS, "End Date": DATE, "Sessions Remaining": COUNT}, "memberships"),
        ({"Code 1": NUMBER, "Label": WORDS, "Quantité": COUNT, "Prix d'achat": MONEY, "Péremption": DATE}, "products"),
    ],
)  # fmt: skip
def test_what_the_rows_are_is_told_by_who_paid_whom_and_for_what(columns: dict[str, Format], kind: str) -> None:
    assert find_meaning(columns, ROWS, header=True).kind == kind


def test_sums_over_the_orders_of_each_customer_are_no_orders() -> None:
    header = "Customer ID,Customer Name,Email,Created At,{},Confirmed Order Value"
    forms = NUMBER, WORDS, OWN_EMAIL, DATE, COUNT, MONEY
    for count in ("Order Count", "Number of orders", "Visits"):
        found = read(header.format(count), *forms)
        given = found.kind, found.mapping["Created At"].field, found.mapping["Confirmed Order Value"].field
        assert given == ("customers", "joined_on", None)
    pieces = read(header.format("Order quantity"), *forms)  # in one order
    assert (pieces.kind, pieces.mapping["Order quantity"].field) == ("orders", "units")
    again = read(header.format("Visits"), CODE, WORDS, EMAIL, DATE, COUNT, MONEY)  # by month, say
    assert (again.kind, sure(again)) == ("orders", False)


def test_questions_and_answers_of_nobody_are_not_sure() -> None:
    found = read("Question,Answer,Topic", WORDS, WORDS, WORD)
    assert (found.kind, sure(found)) == ("survey_answers", False)


NAME = Format("text", filled=ROWS, distinct=8, words=0.3, examples=("Café", "Frites"))
ARTICLE = Format("text", filled=ROWS, distinct=8, examples=("CAF", "FRI"))
PARTS = Format("number", decimal=".", decimals=4, filled=ROWS, distinct=8, digits=1.0, examples=("10.0012",))
SOME_DATES = Format("date", filled=20, distinct=18, digits=1.0)
FIELDS = Format("text", filled=ROWS, distinct=1, examples=('{"type":"Email"}',))


@pytest.mark.parametrize(
    ("kind", "columns", "field", "column"),
    [
        ("order_lines", {"Article": NAME, "Code": ARTICLE, "Prix": MONEY, "Date": DATE}, "product_id", "Code"),
        ("order_lines", {"Produit": NAME, "Code article": ARTICLE, "Date": DATE}, "description", "Produit"),
        ("orders", {"Référence": CODE_OF_ROW, "Produit": WORD, "Montant": MONEY}, "order_id", "Référence"),
        ("contacts", {"Phone": CODE, "Campaign": WORDS, "Sent at": DATE}, "customer_id", "Phone"),
        ("contacts", {"Phone": CODE, "Email": EMAIL, "Sent at": DATE}, "customer_id", "Email"),
        ("interactions", {"Адрес": WORDS, "Дата": DATE}, "direction", None),
        ("survey_answers", {"Produkt": WORD, "Datum": DATE, "Bewertung": COUNT}, "question", None),
        ("customers", {"Last Charge Status": WORD, "Email": EMAIL}, "last_name", None),
        ("customers", {"Patronage Since Date": DATE, "Email": EMAIL}, "joined_on", "Patronage Since Date"),
        ("order_lines", {"Date": DATE, "Réf": REFERENCE, "Article": NAME, "Prix": MONEY}, "order_id", "Réf"),
        ("order_lines", {"Till No": REFERENCE, "Date": DATE, "Item": NAME, "Price": MONEY}, "customer_id", None),
        ("order_lines", {"User Role": WORD, "Customer": WORDS, "Date": DATE, "Price": MONEY}, "customer_id", "Customer"),
        ("order_lines", {"Item Subtotal": MONEY, "Item Tax": MONEY, "Item Total": MONEY}, "amount", "Item Subtotal"),
        ("order_lines", {"Ticket Type": WORD, "Qty": WAVE, "Line Total": MONEY}, "description", "Ticket Type"),
        ("order_lines", {"PriceAfterDiscount": MONEY, "ServiceChargeAmount": MONEY}, "amount", "PriceAfterDiscount"),
        ("order_lines", {"Price after discount": MONEY, "Qty": WAVE}, "amount", None),
        ("survey_answers", {"enviada_em": DATE, "Nota": WAVE}, "answered_at", "enviada_em"),
        ("cases", {"Case ID": NUMBER, "Fecha de registro": DATE}, "opened_at", "Fecha de registro"),
        ("cases", {"ID": NUMBER, "Data abertura": DATE, "Fim": DATE}, "resolved_at", "Fim"),
        ("interactions", {"Data": DATE, "Serviço": WORD}, "kind", "Serviço"),
        ("memberships", {"Plan": WORD, "Inicio": DATE, "Vencimiento": DATE}, "left_on", "Vencimiento"),
        ("orders", {"Référence": CODE_OF_ROW, "Articles": WORDS, "Prix": MONEY}, "order_id", "Référence"),
        ("order_lines", {"item": WAVE, "Código do produto": ARTICLE, "Preço": MONEY}, "line_no", "item"),
        ("order_lines", {"ID Item": NUMBER, "Produto": WORDS, "Quantidade": WAVE}, "product_id", "Produto"),
        ("cases", {"reference": NUMBER, "date_ouverture": DATE, "date_decision": DATE}, "case_id", "reference"),
        ("cases", {"date_ouverture": DATE, "date_decision": DATE}, "resolved_at", "date_decision"),
        ("survey_answers", {"Дата": DATE, "Оценка (баллы)": WAVE, "Отзыв": WORDS}, "score", "Оценка (баллы)"),
        ("survey_answers", {"Date": DATE, "Response Date": SOME_DATES, "Rating": WAVE}, "answered_at", "Date"),
        ("orders", {"Next Charge": DATE, "Reference": NUMBER, "Amount": MONEY}, "ordered_at", None),
        ("orders", {"Valor Total": MONEY, "Total com Desconto": MONEY}, "total_amount", "Total com Desconto"),
        ("order_lines", {"PrecioConIVA": MONEY, "PrecioSinIVA": MONEY}, "unit_price", "PrecioSinIVA"),
        ("benefits", {"date": DATE, "email": EMAIL, "amount_redeemed": MONEY}, "redeemed_on", "date"),
        ("contacts", {"Sending Number": CODE, "Receiving Number": CODE, "Created At": DATE}, "campaign_id", None),
        ("contacts", {"ActivityDate": DATE, "Email": EMAIL, "CampaignId": CODE}, "contacted_at", "ActivityDate"),
        ("order_lines", {"SKU": CODE, "PRICE_WITH_VAT_AND_NO_DISCOUNT": MONEY}, "unit_price", "PRICE_WITH_VAT_AND_NO_DISCOUNT"),
        ("order_lines", {"Código do produto": PARTS, "Qtde": WAVE}, "product_id", "Código do produto"),
        ("consents", {"ID": NUMBER, "Email": EMAIL, "Consent": FLAG}, "channel", None),
        ("contacts", {"variant": FIELDS, "userId": CODE, "sentAt": DATE}, "arm", None),
    ],
)  # fmt: skip
def test_a_column_is_what_it_and_its_neighbours_say(
    kind: str, columns: dict[str, Format], field: str, column: str | None
) -> None:
    found = find_meaning(columns, ROWS, header=True, kind=kind)
    assert [each for each, guess in found.mapping.items() if guess.field == field] == ([column] if column else [])


def test_calls_and_visits_of_nobody_are_not_sure() -> None:
    found = read("ID,Тема,Статус,Дата", NUMBER, WORDS, WORD, DATE)
    assert (found.kind, sure(found)) == ("cases", False)
    assert "could be interactions" in found.reason


def test_the_company_beside_the_name_of_a_person_is_not_sure() -> None:
    found = read("Имя,Фамилия,Email,Компания", WORD, WORD, OWN_EMAIL, WORDS)
    assert found.mapping["Компания"].confidence <= 0.9


def test_a_reference_of_each_row_beside_goods_is_no_product() -> None:
    forms = (CODE_OF_ROW, WORDS, WORDS, COUNT, MONEY, MONEY, DATE)
    found = read("Référence,Client,Articles,Quantité,Prix Unitaire,Prix Total,Date Création", *forms)
    assert found.mapping["Référence"].field == "order_id"


def test_what_has_the_number_and_day_of_an_order_is_no_product() -> None:
    forms = (CODE, WORDS, CODE, COUNT, DATE, MONEY)
    found = read("ORDER_ID,OFFER_NAME,YOUR_SKU,ITEM_COUNT,ORDER_CREATION_DATE,PRICE_WITH_VAT_AND_NO_DISCOUNT", *forms)
    assert found.kind == "order_lines"
