"""What customers were asked to pay, and when they did."""

from __future__ import annotations

from dataclasses import replace

from crm_analytics.schema.contact import PERSON
from crm_analytics.schema.fields import CURRENCY, ORDER_ID, Field, Kind

#: What numbers an invoice is its own number, and not that of the order behind it.
_OF_AN_INVOICE = frozenset((
    "invoice", "invoiceno", "bill", "receipt", "document", "factura", "fatura", "facture", "rechnung", "rechnungsnummer",
    "belegnummer", "nota", "cupom", "счета", "чек", "чека", "накладной", "docket", "ticket", "fiscal", "beleg", "fattura", "folio",
    "guia", "piece", "dopiece", "cve", "sddoco", "инвоис", "инвоиса", "lieferschein", "protocolo",
))  # fmt: skip

INVOICES = Kind(
    "invoices",
    "Invoices, when they were due and when they were paid.",
    "one row per invoice",
    (
        Field("invoice_id", "id", "The number of the invoice.",
              ("invoice id", "invoice no", "invoice number", "invoice", "invoiceno", "document number", "document no", "belegfeld 1", "bill no", "bill number", "factura", "numero factura", "numero de factura",
               "fatura", "numero da fatura", "facture", "numero de facture", "rechnung", "rechnungsnummer", "номер счета", "счет",
               "nota fiscal", "nf", "nfe", "re nr", "belegnummer", "beleg nr",
               "folio fiscal", "dokumentnummer", "no nf", "numero nf", "no da nota fiscal", "no do boleto", "boleto", "statement no",
               "folio", "folio no", "folio factura", "numero de folio", "invoice ref", "invoice reference", "invoice code", "invoice name", "tax invoice no",
               "bill id", "receipt no", "statement number", "debit note no", "no nfs e", "numero nfse", "nfs e", "numero da nota", "numero da nota fiscal",
               "cve doc", "numero desde", "numero comprobante", "comprobante", "numero de comprobante", "documento no", "cod fac", "codfac", "fno", "belnr",
               "identificador", "ref facture", "ref de facture", "piece ref", "pieceref", "code facture", "id facture", "rechnungs id",
               "rechnung nr", "rg nr", "fakturanummer", "faktura", "faktura nr", "ausgangsrechnung", "номер документа", "номер накладной", "номер акта", "id счета",
               "factuurnummer", "factuur", "numero fattura", "fattura")),
        replace(ORDER_ID, synonyms=tuple(each for each in ORDER_ID.synonyms if not _OF_AN_INVOICE & set(each.split()))),
        PERSON,
        Field("issued_on", "date", "When it was written.",
              ("issued on", "issue date", "invoice date", "date issued", "document date", "billed on", "date", "fecha factura", "fecha emision", "fecha de emision", "data de emissao", "data emissao",
               "date facture", "date d emission", "rechnungsdatum", "belegdatum", "дата счета",
               "billing date", "bill date", "bill issued", "billed at", "invoiced on", "invoiced at", "invoice created", "invoice created date", "date of issue",
               "dtemissao", "dt emissao", "dtemis", "dt emis", "fec emision", "fecemision",
              
               "date of invoice", "finalized at", "fecha de factura", "fecha de la factura", "fecha expedicion", "fecha de expedicion", "fecha documento",
               "fecha comprobante", "fecha de elaboracion", "fecha elaboracion", "emitida el", "data da fatura", "data fatura", "data da nota", "data hora nfe",
               "data documento", "data de lancamento", "emitido em", "date de facture", "date de facturation", "date piece", "piecedate", "facturee le", "emise le",
               "rechnung vom", "rechnungs datum", "ausstellungsdatum", "ausgestellt am", "fakturadatum", "bldat", "дата выставления", "дата выставления счета",
               "дата документа", "дата акта", "fdata", "datef", "fecfac", "factuurdatum", "data fattura", "data emissione")),
        Field("due_on", "date", "When it must be paid.",
              ("due on", "due date", "due", "payment due", "payment due date", "vencimiento", "fecha vencimiento", "fecha de vencimiento", "vencimento", "data de vencimento", "echeance", "date echeance",
               "date d echeance", "faellig am", "faelligkeit", "faelligkeitsdatum", "срок оплаты",
               "pay until", "paid until", "data limite", "fallig bis", "крайний срок оплаты",
               "pay by", "payable by", "pay before", "payment deadline", "due by", "due at", "due time", "date due",
               "dtvenc", "dt venc", "dtvencto", "dt vencto", "dt vencimento", "dtvencimento", "fec venc", "fecvenc", "fec vto", "fecvto",
               "fec vencimiento",
               "expected payment date", "planned payment date",
               "fecha limite", "fecha limite de pago", "fecha tope", "vence", "vence el", "fecha vto", "pagar antes de",
               "data prevista de pagamento", "vence em", "prazo de pagamento", "date limite de paiement", "date limite de reglement",
               "date limite reglement", "date lim reglement", "date d exigibilite", "a payer avant le", "zahlbar bis", "zu zahlen bis", "zahlungsfrist bis",
               "zahlungsziel", "fallig am", "fallig", "faellig", "план дата оплаты", "плановая дата оплаты", "оплатить до", "срок платежа", "дата платежа план",
               "uiterste datum", "vervaldatum", "scadenza", "data scadenza", "netdt"), may_be_ahead=True),
        Field("paid_on", "date", "When it was paid; empty while open.",
              ("paid on", "paid at", "payment date", "date paid", "settled on", "cleared on", "settled date", "clear date", "paid date", "fecha pago", "fecha de pago", "data pagamento", "data de pagamento",
               "date paiement", "date de paiement", "bezahlt am", "zahlungsdatum", "дата оплаты",
               "payment received", "payment received on", "paid in full on", "settlement date", "data recebimento", "data de recebimento", "recebido em",
               "zahldatum", "bezahldatum", "дата поступления оплаты",
               "clearing date", "cleared date", "date cleared",
               "fecha de compensacion", "fecha compensacion", "data de compensacao", "data compensacao", "data da compensacao",
               "дата выравнивания", "dtpag", "dt pag", "dtpagto", "dt pagto", "dtpagamento", "dtpgto", "dtbaixa", "dt baixa", "dhbaixa",
               "fec pago", "fecpago",
               "date received", "collected on", "collection date", "paid date time", "payment completed at",
               "date of payment", "payment made on", "fecha cobro", "fecha de cobro", "fecha de liquidacion", "pagado el",
               "cobrado el", "data do pagamento", "data da liquidacao", "data de liquidacao", "data da baixa", "data de baixa", "pago em",
               "date reglement", "date de reglement", "date du reglement", "date d encaissement", "date encaissement", "date lettrage", "datelet", "date let",
               "payee le", "paye le", "reglee le", "ausgleichsdatum", "ausgeglichen am", "zahlungseingang am", "zahlungseingangsdatum", "eingangsdatum der zahlung",
               "augdt", "дата платежа", "дата поступления", "оплачено", "betaald op", "betaaldatum", "data pagamento fattura")),
        Field("amount", "money", "What is to be paid.",
              ("final amount", "amount to pay", "total to pay", "total payable", "amount payable", "expected amount", "amount expected", "monto esperado", "importe esperado", "gesamtbetrag", "gesamtbetrag mit steuern", "endbetrag", "rechnungssumme", "amount", "invoice amount", "total", "total amount", "invoice total", "open amount", "amount due", "total open amount", "total due", "value", "importe", "valor", "montant", "betrag", "rechnungsbetrag", "сумма", "rechnungsbetrag brutto", "forderungsbetrag", "valor do documento", "valor do boleto", "valor nominal",
               "сумма документа", "сумма к оплате",
               "invoiced amount", "billed amount", "bill amount", "charge amount", "amount charged", "amount in local currency", "importe total", "total factura",
               "importe factura", "monto total", "monto a pagar", "total a pagar", "total documento", "totaldocumento", "valor total", "valor total da nota",
               "valor dos servicos", "valor da fatura", "valor a pagar", "valor liquido a pagar", "montant total", "montant ttc", "montant facture", "total facture",
               "montant a payer", "net a payer", "zu zahlen", "offener betrag", "сумма счета", "итого к оплате", "к оплате", "начислено",
               "общая стоимость с налогами", "etotal", "totfac", "dmbtr", "factuurbedrag", "bedrag", "importo", "totale fattura",
               "gross", "net", "umsatz", "rechnungsbetrag netto", "total net", "total gross")),
        CURRENCY,
    ),
    (("issued_on", "due_on", "paid_on"), ("amount",)),
    ("source", "invoice_id"),
    ("customer_id", "issued_on", "amount"),
    (("invoice_id", "due_on"), ("issued_on", "due_on"), ("due_on", "paid_on"), ("invoice_id", "paid_on"), ("due_on", "amount")),
)  # fmt: skip
