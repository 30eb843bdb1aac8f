"""What was said between the company and its customers: campaigns, contacts, interactions, cases, answers, consents."""

from __future__ import annotations

from crm_analytics.schema.fields import CHANNEL, CUSTOMER_ID, ORDER_ID, Field, Kind

CAMPAIGN_ID = Field(
    "campaign_id", "id", "The number of the campaign in the source.",
    ("campaign id", "campaign", "campaign code", "campaign key", "campaign no", "campaign number", "mailing id", "send id", "broadcast id", "experiment id", "experiment",
     "id campana", "campana", "codigo campana", "id campanha", "campanha", "id campagne", "campagne", "kampagne", "kampagnen id", "kampagnennummer",
     "id кампании", "кампания"),
)  # fmt: skip
CAMPAIGN_NAME = Field(
    "campaign_name", "text", "The name of the campaign.",
    ("campaign name", "campaign title", "mailing name", "email name", "subject line", "name", "title", "nombre campana", "nombre de la campana", "nome da campanha",
     "nom de la campagne", "kampagnenname", "название кампании"),
)  # fmt: skip
AGENT = Field(
    "agent", "category", "The employee.",
    ("agent", "agent name", "employee", "handled by", "assigned to", "assignee", "operator", "representative", "rep", "staff", "advisor", "agente", "atendente", "conseiller",
     "mitarbeiter", "bearbeiter", "агент", "оператор", "сотрудник"),
)  # fmt: skip
PERSON = Field(
    "customer_id", "id", "The customer's own number in the source.",
    (*CUSTOMER_ID.synonyms, "respondent id", "respondent", "recipient id", "subscriber id", "visitor id", "cookie id", "household key", "requester", "requester id"),
)  # fmt: skip


def _flag(name: str, about: str, *synonyms: str) -> Field:
    return Field(name, "flag", about, synonyms)


CAMPAIGNS = Kind(
    "campaigns",
    "Campaigns: when, over which channel, at what cost.",
    "one row per campaign",
    (
        CAMPAIGN_ID,
        CAMPAIGN_NAME,
        Field("channel", "category", "How it reached people.", (*CHANNEL.synonyms, "medium", "campaign channel", "campaign type", "type", "media", "medio", "tipo", "medium")),
        Field("starts_on", "date", "First day.",
              ("start date", "starts on", "start", "started at", "start day", "launch date", "launched", "send date", "from", "begin date", "fecha inicio", "fecha de inicio",
               "data inicio", "data de inicio", "date debut", "date de debut", "startdatum", "beginn", "дата начала"), may_be_ahead=True),
        Field("ends_on", "date", "Last day.",
              ("end date", "ends on", "end", "ended at", "end day", "to", "until", "fecha fin", "fecha de fin", "data fim", "data de fim", "date fin", "date de fin", "enddatum",
               "ende", "дата окончания"), may_be_ahead=True),
        Field("fixed_cost", "money", "Cost that does not depend on the number of contacts.",
              ("fixed cost", "cost", "campaign cost", "total cost", "spend", "budget spent", "coste", "costo", "custo", "cout", "kosten", "стоимость")),
        Field("cost_per_contact", "money", "Cost of one contact.", ("cost per contact", "contact cost", "cost per send", "unit cost", "coste por contacto", "kosten pro kontakt")),
        Field("control_share", "number", "Share of the audience left out as a control group.", ("control share", "control group share", "holdout share", "hold out share", "control")),
        Field("goal", "text", "What it was meant to bring about.", ("goal", "objective", "purpose", "aim", "objetivo", "objectif", "ziel", "цель")),
    ),
    (("campaign_id", "campaign_name"),),
    ("source", "campaign_id"),
    ("campaign_name",),
    (
        ("campaign_id", "starts_on"), ("campaign_id", "campaign_name"), ("campaign_id", "fixed_cost"), ("campaign_name", "starts_on"), ("campaign_id", "ends_on"),
        ("campaign_name", "fixed_cost", "channel"),
    ),
)  # fmt: skip

CONTACTS = Kind(
    "contacts",
    "Contacts of campaigns with customers, and what came of them.",
    "one row per customer and contact",
    (
        Field("contact_id", "id", "The number of the contact in the source.", ("contact id", "send id", "message id", "delivery id", "event id", "row id", "id contacto")),
        CAMPAIGN_ID,
        Field("campaign_name", "text", "The name of the campaign.", CAMPAIGN_NAME.synonyms[:5]),
        PERSON,
        Field("arm", "category", "The group of the experiment: control, or the name of a variant.",
              ("arm", "group", "variant", "treatment", "test group", "experiment group", "ab group", "ab test group", "test control", "treatment group", "cell", "promotion",
               "control group", "variation", "exposed", "treated", "segment", "grupo", "grupo de control", "variante", "groupe", "gruppe", "testgruppe", "группа", "вариант")),
        Field("channel", "category", "How it reached the customer.", (*CHANNEL.synonyms, "medium", "contact channel", "contact type", "contact", "medio")),
        Field("direction", "category", "Out to the customer, or in from the customer.", ("direction", "inbound outbound", "in out", "direccion", "direcao", "richtung")),
        Field("contacted_at", "timestamp", "When the contact took place, or was planned for those left out.",
              ("contact date", "contacted at", "contacted on", "sent at", "send date", "sent date", "send time", "date sent", "wave date", "contact time", "date", "day", "timestamp",
               "event date", "exposure date", "assigned at", "assignment date", "fecha contacto", "fecha de contacto", "fecha envio", "fecha de envio", "data de envio", "data do contato",
               "date envoi", "date d envoi", "date contact", "versanddatum", "kontaktdatum", "gesendet am", "дата контакта", "дата отправки", "дата рассылки")),
        _flag("sent", "Whether it was sent.", "sent", "was sent", "is sent", "enviado", "envoye", "gesendet", "отправлено"),
        _flag("delivered", "Whether it arrived.", "delivered", "is delivered", "was delivered", "entregado", "entregue", "delivre", "zugestellt", "доставлено"),
        _flag("opened", "Whether it was opened.", "opened", "open", "opens", "opened at", "read", "is open", "abierto", "aberto", "ouvert", "geöffnet", "geoeffnet", "открыто"),
        _flag("clicked", "Whether a link was followed.", "clicked", "click", "clicks", "clicked at", "is click", "clic", "clicado", "clique", "geklickt", "клик"),
        _flag("responded", "Whether the customer responded.",
              "responded", "response", "responded at", "reply", "replied", "visit", "visited", "respuesta", "respondio", "resposta", "respondeu", "reponse", "reaktion", "antwort", "ответ", "отклик"),
        _flag("converted", "Whether the customer did what the campaign was for.",
              "converted", "conversion", "converted at", "purchase", "purchased", "bought", "buyer", "redeemed", "outcome", "target", "y", "subscribed", "deposit", "compra", "compro", "comprou",
              "achat", "converti", "kauf", "gekauft", "konvertiert", "покупка", "конверсия"),
        _flag("unsubscribed", "Whether the customer asked for no more.", "unsubscribed", "unsubscribe", "opted out", "opt out", "optout", "baja", "descadastrado", "desinscrit", "abgemeldet", "отписка"),
        _flag("complained", "Whether the customer complained.", "complained", "complaint", "spam", "spam complaint", "marked as spam", "abuse", "queja", "reclamacao", "plainte", "beschwerde", "жалоба"),
        Field("return_cause", "category", "Why it did not arrive.",
              ("return cause", "return reason", "bounce", "bounce type", "bounce reason", "failure reason", "motivo devolucion", "motivo devolucao", "motif retour", "rueckgabegrund", "причина возврата")),
        Field("revenue", "money", "Revenue that the file itself counts for the contact.",
              ("revenue", "spend", "sales", "amount", "order value", "purchase amount", "conversion value", "value", "ingresos", "importe", "receita", "valor", "chiffre d affaires", "montant", "umsatz",
               "выручка", "сумма")),
        Field("margin", "money", "Margin that the file itself counts for the contact.", ("margin", "profit", "gross profit", "margen", "margem", "marge", "marge brute", "deckungsbeitrag", "маржа", "прибыль")),
        Field("cost", "money", "Cost of this contact.", ("cost", "contact cost", "send cost", "coste", "costo", "custo", "cout", "kosten", "стоимость")),
    ),
    (("customer_id", "campaign_id", "arm", "responded", "converted"),),
    ("source", "contact_id"),
    ("customer_id", "campaign_id", "channel", "contacted_at"),
    (
        ("campaign_id", "customer_id"), ("arm", "converted"), ("arm", "responded"), ("arm", "revenue", "customer_id"), ("delivered", "opened"), ("opened", "clicked"),
        ("sent", "delivered"), ("contact_id", "responded"), ("contacted_at", "responded"), ("contacted_at", "converted"), ("campaign_name", "customer_id", "contacted_at"),
        ("unsubscribed", "contacted_at"), ("campaign_id", "converted"), ("campaign_id", "responded"),
    ),
    anonymous=True,
)  # fmt: skip

INTERACTIONS = Kind(
    "interactions",
    "Meetings with customers: visits, calls, e-mails from them.",
    "one row per meeting",
    (
        Field("interaction_id", "id", "The number of the meeting in the source.", ("interaction id", "activity id", "call id", "visit id", "meeting id", "task id", "id interaccion", "id actividad")),
        PERSON,
        Field("happened_at", "timestamp", "When it took place.",
              ("happened at", "interaction date", "interaction time", "activity date", "call date", "call time", "visit date", "meeting date", "date", "timestamp", "started at", "fecha", "data",
               "datum", "дата")),
        Field("kind", "category", "Visit, call, e-mail in, field visit.", ("kind", "interaction type", "activity type", "type", "activity", "tipo", "typ", "art", "тип")),
        Field("channel", "category", "How.", CHANNEL.synonyms),
        Field("direction", "category", "In from the customer, or out to the customer.", ("direction", "inbound outbound", "in out", "direccion", "direcao", "richtung")),
        AGENT,
        Field("minutes", "number", "How long it took, in minutes.", ("minutes", "duration", "duration minutes", "duration min", "length", "minutos", "dauer", "duree", "минуты", "длительность")),
        Field("subject", "text", "What it was about.", ("subject", "topic", "notes", "summary", "asunto", "assunto", "sujet", "betreff", "тема")),
    ),
    (("happened_at",),),
    ("source", "interaction_id"),
    ("customer_id", "happened_at", "kind"),
    (("interaction_id", "happened_at"), ("customer_id", "happened_at", "kind", "minutes"), ("customer_id", "happened_at", "kind", "agent"), ("customer_id", "happened_at", "direction")),
)  # fmt: skip

CASES = Kind(
    "cases",
    "Service cases and complaints.",
    "one row per case",
    (
        Field("case_id", "id", "The number of the case in the source.",
              ("case id", "case", "case no", "case number", "ticket id", "ticket no", "ticket number", "incident id", "complaint id", "complaint no", "request id", "id caso", "id ticket", "numero de caso",
               "id reclamacion", "numero du dossier", "fallnummer", "номер обращения", "обращение")),
        PERSON,
        ORDER_ID,
        Field("kind", "category", "What it is about.",
              ("kind", "case type", "type", "category", "issue", "issue type", "reason", "ticket type", "product issue", "tipo", "motivo", "categoria", "motif", "kategorie", "grund", "тип", "причина")),
        Field("channel", "category", "How it came in.", (*CHANNEL.synonyms, "submitted via", "via")),
        AGENT,
        Field("opened_at", "timestamp", "When it was opened.",
              ("opened at", "opened on", "opened", "open date", "created at", "created", "created on", "date created", "date received", "received at", "received", "reported at", "case date",
               "fecha apertura", "fecha de apertura", "data de abertura", "date ouverture", "date d ouverture", "eroeffnet am", "erstellt am", "дата обращения", "дата открытия")),
        Field("first_response_at", "timestamp", "When it was first answered.",
              ("first response at", "first response", "first reply at", "first replied at", "responded at", "first response time", "primera respuesta", "primeira resposta", "premiere reponse", "erste antwort")),
        Field("promised_by", "timestamp", "When it was promised to be solved.", ("promised by", "due at", "due date", "due on", "sla due", "deadline", "target date", "fecha compromiso", "prazo", "frist", "срок"),
              may_be_ahead=True),
        Field("resolved_at", "timestamp", "When it was solved; empty while open.",
              ("resolved at", "resolved on", "resolved", "closed at", "closed on", "closed", "solved at", "close date", "resolution date", "date closed", "fecha cierre", "fecha de cierre", "data de fechamento",
               "date cloture", "geschlossen am", "geloest am", "дата закрытия", "дата решения")),
        _flag("reopened", "Whether it was opened again.", "reopened", "is reopened", "reopen", "reabierto", "reaberto", "rouvert", "wiedereroeffnet"),
        _flag("complaint", "Whether it is a complaint.", "complaint", "is complaint", "queja", "reclamacion", "reclamacao", "reclamation", "beschwerde", "жалоба"),
    ),
    (("opened_at",),),
    ("source", "case_id"),
    ("customer_id", "opened_at", "kind"),
    (("case_id", "opened_at"), ("opened_at", "resolved_at"), ("opened_at", "first_response_at"), ("case_id", "resolved_at")),
)  # fmt: skip

SURVEY_ANSWERS = Kind(
    "survey_answers",
    "Answers to surveys, one score or comment each.",
    "one row per answer",
    (
        Field("answer_id", "id", "The number of the answer in the source.", ("answer id", "response id", "survey response id", "submission id", "review id", "feedback id", "id respuesta", "id resposta")),
        Field("survey", "category", "Which survey.", ("survey", "survey name", "survey id", "questionnaire", "study", "encuesta", "pesquisa", "enquete", "umfrage", "опрос")),
        Field("wave", "category", "Which wave of the survey.", ("wave", "survey wave", "round", "ola", "onda", "vague", "welle", "волна")),
        PERSON,
        Field("question", "category", "The question.", ("question", "question text", "question id", "item", "pregunta", "pergunta", "frage", "вопрос")),
        Field("question_kind", "category", "nps (0 to 10), csat (1 to 5), expected, perceived, or other.", ("question kind", "kind", "question type", "score type", "metric", "type", "tipo")),
        Field("answered_at", "timestamp", "When it was answered.",
              ("answered at", "answered on", "answer date", "response date", "survey date", "submitted at", "submitted", "submission date", "completed at", "completed", "feedback date", "review date", "review answer timestamp", "review creation date", "submit date", "submit date utc", "end date",
               "date", "timestamp", "fecha respuesta", "fecha de respuesta", "fecha encuesta", "data da resposta", "data resposta", "date reponse", "date de reponse", "antwortdatum", "дата ответа", "дата опроса")),
        Field("score", "number", "The score given.",
              ("score", "nps", "nps score", "csat", "csat score", "rating", "answer", "grade", "stars", "likelihood to recommend", "recommend", "recommendation score", "satisfaction", "satisfaction score",
               "survey score", "review score", "how likely", "would you recommend", "recommend us", "puntuacion", "puntaje", "nota", "pontuacao", "note", "bewertung", "punkte", "оценка", "балл")),
        Field("expected", "number", "What was expected, on the scale of the score.", ("expected", "expectation", "importance", "expectativa", "erwartung", "attente", "ожидание")),
        Field("comment", "text", "What was written.",
              ("comment", "comments", "feedback", "verbatim", "review", "review text", "review comment message", "reason for your score", "open ended response", "remarks", "open answer", "comentario", "comentarios", "commentaire", "kommentar", "комментарий", "отзыв")),
        AGENT,
        Field("invited_on", "date", "When the customer was asked.", ("invited on", "invited at", "invitation date", "sent at", "survey sent", "fecha invitacion", "eingeladen am")),
    ),
    (("score", "comment"),),
    ("source", "answer_id"),
    ("customer_id", "survey", "question", "answered_at"),
    (("score", "answered_at"), ("score", "question"), ("score", "comment"), ("score", "survey"), ("answer_id", "score"), ("comment", "survey"), ("score", "customer_id", "agent")),
    anonymous=True,
)  # fmt: skip

CONSENTS = Kind(
    "consents",
    "What customers agreed to, by channel.",
    "one row per customer and channel",
    (
        PERSON,
        Field("channel", "category", "For which channel.", (*CHANNEL.synonyms, "medium", "communication channel")),
        Field("consent", "category", "Yes, no or unknown.",
              ("consent", "consent status", "opt in", "optin", "opted in", "opt in status", "permission", "subscribed", "subscription status", "consentimiento", "consentimento", "consentement",
               "einwilligung", "zustimmung", "согласие")),
        Field("desired_contacts_per_30_days", "number", "How many contacts in 30 days the customer wishes for.",
              ("desired contacts per 30 days", "desired contacts", "desired frequency", "preferred frequency", "frequency cap", "max contacts", "contact frequency")),
        Field("since", "date", "Since when it holds.",
              ("since", "consent date", "opt in date", "updated at", "changed at", "date", "recorded at", "fecha consentimiento", "datum", "дата")),
    ),
    (("customer_id",), ("consent", "desired_contacts_per_30_days")),
    ("source", "customer_id", "channel"),
    (),
    (("customer_id", "consent", "channel"), ("customer_id", "consent", "since")),
)  # fmt: skip
