"""Names that say a field only where the rows are contacts, campaigns, meetings, cases or answers: beside `once_known`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

OF_SERVICE = ("contacts", "campaigns", "interactions", "cases", "survey_answers")
#: Whose row it is: who is named, then who wrote or rang, then names alone, companies and places that are visited, telephones.
_WHOSE = (
    "email; customer email; contact email; reviewer email; author email; caller email; respondent email; contact name id; "
    "account name; customer; customer name; contact; contact name; contact person; contact customer; lead; lead name; "
    "lead email; prospect; prospect name; relationship; attendee; attendee name; invitee; invitee name; participant name; "
    "member name; reviewer; respondent name; caller; caller id; caller name; calling party; resident; resident name; "
    "complainant; complainant name; beneficiary; requested by; reported by; raised by; submitted by; author; author name; "
    "sender; sender name; sender email; from; from email; from name; from number; gemeldet von; signale par; "
    "reportado por; absender; expediteur; remitente; remetente; отправитель; автор; имя автора; anrufer; appelant; "
    "llamante; quien llama; chamador; звонящий; жилец; житель; bewohner; anwohner; vecino; resident e; morador; riverain; "
    "name; full name; nombre; nome; nom; first name last name; vor und nachname; nombre completo; nombre y apellidos; "
    "nome completo; nom prenom; nom complet; имя; фио; имя клиента; person; persona; pessoa; personne; company; "
    "company name; organisation; organization; organisation name; business; business name; empresa; entreprise; societe; "
    "firma; unternehmen; компания; организация; institution; instituicao; institucion; outlet; outlet name; store visited; "
    "establishment; estabelecimento; establecimiento; apartment; flat; household; pet owner; owner; tutor; parent; "
    "parent name; guardian; phone; customer phone; caller phone; caller number; caller no; caller num; calling number; "
    "external number; phone number; mobile; contact number; contact no; whatsapp; whatsapp number; ani; src; "
    "source number; msisdn; cid; caller id number; абонент; номер абонента; номер клиента; quelle rufnummer"
)
_WHO_SERVED = (
    "assigned user; owner; responsible; seller; salesperson; sales executive; executive; account manager; manager; "
    "handled by; served by; attended by; resolved by; closed by; solved by; taken by; answered by; conducted by; "
    "completed by; processed by; done by; technician; engineer; analyst; analista; analyste; officer; counsellor; "
    "counselor; host; hote; resource; ressource; specialist; expert; vet; veterinarian; veterinario; veterinaire; "
    "tierarzt; ветеринар; lawyer; avocat; abogado; advogado; anwalt; адвокат; юрист; dentist; dentista; zahnarzt; nurse; "
    "enfermera; physio; listener; listener name; barber; hairdresser; friseur; coiffeur; peluquero; psychologist; "
    "psicologo; teleoperador; teleoperadora; telemarketer; call center agent; dispatcher; диспетчер; receptionist; "
    "correspondent; correspondant; interlocutor; interlocuteur; ansprechpartner; registered by; recorded by; logged by; "
    "added by; created by; resuelto por; atendido por; realizado por; resolvido por; resolu par; realise par; gelost von; "
    "betreut von; erfasst von; erstellt von; saisi par; cree par; registrado por; creado por; criado por; "
    "usuario registro; employee id; staff id; agent id; team member; salesman; sales agent; field agent; field executive; "
    "promoter; merchandiser; visitador; delegado; agenda; calendar; teacher name; trainer name; doctor name; "
    "ответственный; мастер; принял; кто принял; кому звонил; закрыл"
)
_WHEN = "date; timestamp; date time; time; created; day; registered; recorded; received; start; submitted"

#: Field -> what its names never mean, though their words may: who was served is "user" where it is the employee's name.
_NEVER = MappingProxyType({
    "agent": frozenset(("customer", "resolved", "response")), "customer_id": frozenset(("agent", "owner", "case")),
    "kind": frozenset(("product",)), "question": frozenset(("product",)), "channel": frozenset(("product",)),
})  # fmt: skip


def by_letters_only(field: str, name: str, said: Collection[str]) -> bool:
    """Whether a name here stands for its letters only: with "by" it means who, and its other words what was done."""
    bare = field == "customer_id" and said == ("name",)  # of a case or a meeting it may be what it is called
    return bare or name.endswith(" by") or not _NEVER.get(field, frozenset()).isdisjoint(said)


#: Kind and field -> names in one language (others follow by their meaning), the best first.
NAMES: Mapping[tuple[str, str], str] = MappingProxyType({
    ("cases", "customer_id"): f"{_WHOSE}; created by",
    ("interactions", "customer_id"): f"{_WHOSE}; user; user name; usuario; utilisateur; benutzer; пользователь",
    ("survey_answers", "customer_id"): _WHOSE,
    ("contacts", "customer_id"): f"subscriber key; recipient; to; to number; send to; sent to; destination; {_WHOSE}; code",
    ("cases", "agent"): _WHO_SERVED,
    ("interactions", "agent"): f"{_WHO_SERVED}; user; usuario; utilisateur; benutzer; пользователь",
    ("survey_answers", "agent"): _WHO_SERVED,
    ("cases", "opened_at"):
        f"{_WHEN}; return date; returned; refund date; refunded; return request date; request date; entry date; notified; "
        "notification date; call date; initiated; raised; reported; occurred; failure date; cancellation date; cancelled; "
        "entered; arrived; дата приема; принята; fecha devolucion; fecha de devolucion; data devolucao; data da devolucao; "
        "date retour; date de retour; ruckgabedatum; retourendatum; дата возврата; retoure am; datum retoure",
    ("cases", "resolved_at"):
        "resolved; completed; processed; approved; settled; finished; done; ended; end; refunded; refund date; completion; "
        "fixed; repaired; решен; решена; решено; выполнен; исполнен; erledigt; behoben; gelost; traite; traite le; "
        "atendido; atendida; solucionado; solucionada",
    ("cases", "promised_by"):
        "target; target close; target closing date; target resolution; resolution due; due; respond by; resolve by; "
        "estimated; expected; expected resolution; estimated completion; scheduled; sla; sla date; sla deadline; planned; "
        "plan; vence resolucion; vencimiento; limite; контрольный срок; срок исполнения; плановая дата",
    ("cases", "first_response_at"):
        "first action; first reply; first answer; first answered; first contact; first reaction; acknowledged; "
        "acknowledgement; responded; answered; first agent reply; первое действие; первый ответ; "
        "первое действие диспетчера; erstreaktion; erste reaktion; premier contact; primer contacto; primeiro contato",
    ("cases", "kind"):
        "reason; help topic; topic; theme; issue; nature; issue category; requirement; service requirement; problem; area; "
        "motive; cause; type of issue; type of complaint; classification; queue; service; symptom",
    ("cases", "channel"):
        "source; origin; medium; mode; contact type; contact received via; received through; reported via; via; "
        "entry channel; ursprung; herkunft; eingangsart; eingangskanal; origen; origem; origine; способ; источник; "
        "способ обращения; способ подачи",
    ("cases", "case_id"):
        "number; no; nr; reference; ref; code; id; номер; numero; protocol; dossier; query; enquiry; return no; return id; "
        "refund id; refund no; rma",
    ("interactions", "happened_at"):
        "attendance date; attended; date attending; visit; visited; appointment; session; join time; joined; check in; "
        f"actual start; event; {_WHEN}; server timestamp; begin; arrival; entry; call; meeting; booking date; reserved; "
        "due; actual end; end; scheduled; planned; viewed; borrowed; borrow date; issued; due",
    ("interactions", "kind"):
        "purpose; reason; event; event name; motive; subtype; task subtype; activity name; category; service; "
        "service name; specialty; speciality; especialidad; especialidade; specialite; fachrichtung; специальность; "
        "специализация; treatment; procedure; class; course; workshop; action; visit purpose; purpose of visit; "
        "reason for visit; visit reason; motif; motivo; grund; anlass; цель визита; цель; повод; objective; page; subject; "
        "ticket type",
    ("interactions", "subject"):
        "purpose; topic; theme; subject; title; notes; note; remark; remarks; comment; comments; description; details; "
        "symptoms; diagnosis; complaint; chief complaint; reason; event name; message; content; conversation; transcript; "
        "session title; detailed notes; ausfuhrliche notizen; notizen; notiz; beschreibung; gesprachsnotiz; inhalt; тема; "
        "содержание; комментарий; примечание; заметки; описание; resume; resumen; resumo; compte rendu; observaciones; "
        "detalle; motivo; result",
    ("interactions", "interaction_id"):
        "number; no; nr; ticket; ticket no; protocol; protocolo; reference; ref; code; token; token no; session id; uuid; "
        "номер",
    ("interactions", "channel"):
        "mode; modality; modalidad; modalidade; modalite; medium; means; source; format; via; contact platform; способ; "
        "формат",
    ("survey_answers", "answered_at"):
        f"completed; completion time; fertigstellungszeit; finished; end; responded; response; rated; evaluated; {_WHEN}; "
        "visit date; call date; purchase date; fertiggestellt; abgeschlossen; hora de finalizacion; hora de conclusao; "
        "heure de fin; время завершения; fecha registro satisfaccion; updated",
    ("survey_answers", "score"):
        "average; average rating; average score; mean; note moyenne; nota media; puntuacion media; promedio; durchschnitt; "
        "gesamt; средняя; средняя оценка; средний балл; value; result; rate; level; mark; evaluation; note; points; "
        "score nps; nps rating; overall; общая; итог; quality; service quality; food; experience; service; service rating",
    ("survey_answers", "comment"):
        "body; text; content; message; description; details; observation; observations; suggestion; reason; explanation; "
        "answer; response; notes; note; remarks; what did you like; positive; negative; pros; cons; complaint; title; "
        "review title; headline; плюсы; достоинства; недостатки; пожелание; inhalt; contenido; contenu; conteudo",
    ("survey_answers", "answer_id"): "number; no; nr; code; response no; reference; номер; feedback no; review no; uuid",
    ("survey_answers", "survey"):
        "form; form name; poll; poll name; survey title; form title; formulario; formulaire; formular; анкета; форма; "
        "название опроса",
    ("survey_answers", "question"):
        "criterion; criteria; aspect; statement; criterio; critere; kriterium; критерий; показатель",
    ("contacts", "contacted_at"):
        f"sent; processed; dispatched; created; queued; scheduled; {_WHEN}; message date; delivered; delivery date; "
        "shipped; дата; attempt; attempted; last attempt",
    ("contacts", "return_cause"):
        "reason; status reason; failure; failure description; bounce category; bounce description; smtp response; "
        "status description; status message; cause; motivo; motif; grund; причина; detail; details; diagnostic; "
        "error code; error description; status code; описание ошибки; статус причина",
    ("contacts", "channel"):
        "delivery type; send type; medium; network; means; means of contact",
    ("contacts", "delivered"): "received; arrived; reached; recu; recibido; recebido; empfangen; получено; дошло",
    ("contacts", "opened"):
        "seen; viewed; looked; vu; visto; visualizado; gesehen; angesehen; просмотр; просмотрен; прочитан; lu",
    ("contacts", "clicked"): "followed; link clicked; visited link; first click; klick; переход по ссылке",
    ("contacts", "converted"):
        "placed order; ordered; order placed; sale; sold; paid; booked; registered; won; signed; bought after; paid after; "
        "pago; pagou; pagado; paye; bezahlt; оплатил; заказал; pago apos disparo; compro tras envio; purchase after; "
        "appointment booked; goal; goal reached",
    ("contacts", "unsubscribed"):
        "removed; blocked; stopped; cancelled; removido; eliminado; supprime; entfernt; удален; stop; opted out; "
        "blacklisted",
    ("contacts", "cost"): "price; fee; charge; total price; rate; total cost; preis; prix; precio; preco; цена",
    ("contacts", "campaign_name"):
        "mailing; list; list name; template; template name; sequence; workflow; flow; automation; journey; program; "
        "series; subject; title; kampagne",
    ("contacts", "contact_id"): "number; no; nr; номер; uuid; message uuid; guid; reference; ref",
    ("campaigns", "starts_on"):
        "date; sent; posted; post date; published; publish date; created; launched; scheduled; day; begin; sent on; "
        "dispatch date; week; month; period; reporting starts",
    ("campaigns", "ends_on"): "finish; finished; finish date; completed; closed; last day; reporting ends; ended",
    ("campaigns", "campaign_name"):
        "campaign; subject; title; mailing; mailing name; newsletter; broadcast; post title; post; email; message; "
        "template; ad name; ad group; name",
    ("campaigns", "campaign_id"): "record id; id; number; no; code; post id; message id; номер",
    ("campaigns", "fixed_cost"):
        "spent; amount spent; total spent; investment; invested; inversion; investimento; investissement; investition; "
        "budget; value used; valor usado; valor gasto; amount; total; price; расход; расходы; бюджет; затраты; "
        "израсходовано; gastado; depense; ausgegeben; ad cost; media cost",
    ("campaigns", "channel"):
        "platform; network; medium; media; source; placement; product; delivery; objective type; канал; площадка",
    ("campaigns", "goal"): "objective; target; intent; kpi; goal type; campaign objective",
})  # fmt: skip
