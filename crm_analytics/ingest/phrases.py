"""What words say together, and which say nothing: beside the words themselves (`words`)."""

from __future__ import annotations

from types import MappingProxyType

#: Beside a word of a day, what was done then -> how it is said; alone these may count or be a yes or no.
DONE = MappingProxyType({
    "sale": "sold vendido vendida vendu vendue verkauft продан продано",
    "purchase": "purchased bought comprado comprada achete achetee gekauft куплен куплено",
    "invoice": "invoiced facturado faturado fakturiert",
    "order": "ordered donated pedido commande commandee passee",
    "transaction": "transacted",
    "call": "called llamado angerufen appele",
    "visit": "visited besucht",
    "meeting": "met",
    "appointment": "appt agendado agendada",
    "response": "responded respondido repondu beantwortet",
    "rating": "rated avaliado bewertet evalue",
})  # fmt: skip
#: Words that say nothing by themselves.
SILENT = (
    "und dos das and et mit de do da du d des del la le les el of the der die den l s to by и y e o или utc gmt local lcy base "
    "interno interna internal interne intern format руб eur usd gbp chf pln rub brl vigencia действия к"
)
#: A word -> words that add nothing beside it.
IMPLIED = MappingProxyType(
    {
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
)
#: Short for two words.
SHORT = MappingProxyType({
    "pu": ("unit", "price"), "vk": ("sale", "price"), "pvp": ("sale", "price"), "ek": ("purchase", "price"),
    "zahlungsziel": ("paid", "due"), "nsocio": ("id", "member"), "ncliente": ("id", "customer"), "npedido": ("id", "order"),
    "nfactura": ("id", "invoice"), "zahlungsfrist": ("paid", "due"),
})  # fmt: skip
#: Ends of compounds that say what a column is, whatever stands before them.
ENDS = ("datum", "nummer", "preis", "betrag", "kosten", "menge")
