"""Names that say a field only where the rows are contacts, campaigns, meetings, cases or answers: beside `once_known`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

OF_SERVICE = ("contacts", "campaigns", "interactions", "cases", "survey_answers")
#: Whose row it is: who is named, then who wrote or rang, then names alone, companies and places that are visited, telephones.
_WHOSE = (
    "puid; idup; "
    "email; customer email; contact email; reviewer email; author email; caller email; respondent email; contact name id; "
    "account name; customer; customer name; contact; contact name; contact person; contact customer; lead; lead name; "
    "lead email; prospect; prospect name; relationship; attendee; attendee name; invitee; invitee name; participant name; "
    "member name; reviewer; respondent name; caller; caller id; caller name; calling party; resident; resident name; "
    "complainant; complainant name; beneficiary; requested by; reported by; raised by; submitted by; author; author name; "
    "sender; sender name; sender email; correo electronico del remitente; "
    "correo del remitente; e mail do remetente; from; from email; from name; from number; gemeldet von; signale par; "
    "reportado por; absender; expediteur; remitente; remetente; отправитель; автор; имя автора; anrufer; appelant; "
    "llamante; quien llama; chamador; звонящий; жилец; житель; bewohner; anwohner; vecino; resident e; morador; riverain; "
    "name; full name; nombre; nome; nom; first name last name; vor und nachname; nombre completo; nombre y apellidos; "
    "nome completo; nom prenom; nom complet; имя; фио; имя клиента; person; persona; pessoa; personne; company; "
    "company name; organisation; organization; organisation name; business; business name; empresa; entreprise; societe; "
    "firma; unternehmen; компания; организация; institution; instituicao; institucion; outlet; outlet name; store visited; "
    "establishment; estabelecimento; establecimiento; apartment; flat; household; pet owner; owner; tutor; parent; "
    "parent name; guardian; phone; customer phone; caller phone; caller number; caller no; caller num; calling number; "
    "external number; phone number; mobile; contact number; contact no; whatsapp; whatsapp number; ani; src; "
    "source number; msisdn; cid; caller id number; абонент; номер абонента; номер клиента; quelle rufnummer; "
    "melder; meldende person; meldender; fahrschuler; reitschuler; fahrschueler; reitschueler; musikschuler; "
    "kursteilnehmer; geschaftspartner; geschaeftspartner; business partner; business partner no; partner no; "
    "gp nr; gp nummer; socio de negocio; socio comercial; partenaire commercial; деловой партнер; pat nr; "
    "patnr; patienten nr; patientennr; personennr; personennummer; personen nr; person no; person id; adrnr; "
    "adr nr; adressnr; adressnummer; adress nr; address no; address number; kundenkarten nr; kundenkartennr; "
    "kundenkartennummer; код контр; код контрагента; лицевой счет; номер лицевого счета; no adresse; ваш email; "
    "ваш e mail; ваша почта; ваша электронная почта; your email; your e mail; your email address; ihre e mail; "
    "ihre e mail adresse; deine e mail; votre email; votre adresse email; votre e mail; tu email; su correo; "
    "su correo electronico; tu correo; seu email; seu e mail; ваше имя; your name; your full name; ihr name; "
    "dein name; votre nom; su nombre; tu nombre; seu nome; ваш телефон; your phone; your phone number; "
    "ihre telefonnummer; su telefono; votre telephone; seu telefone"
)
_WHO_SERVED = (
    "assigned user; designated user; utilizador designado; usuario designado; usuario asignado; utilizador atribuido; case owner; "
    "ticket owner; prof salud; prof saude; prof da saude; profesional de la salud; profesional de salud; "
    "profissional de saude; profissional da saude; health professional; professionnel de sante; "
    "owner; responsible; seller; salesperson; sales executive; executive; account manager; manager; "
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
    "ответственный; мастер; принял; кто принял; кому звонил; закрыл; "
    "zugewiesener benutzer; zugewiesener bearbeiter; usuario asignado; usuario atribuido; utilisateur assigne; "
    "назначенный пользователь; кто ответил; ответил; кто провел; провел; ведущий; aussendienst; ad mitarbeiter; "
    "kundenberater; fahrlehrer; reitlehrer; musiklehrer; stylist; stylistin"
)
_WHEN = "date; timestamp; date time; time; created; day; registered; recorded; received; start; submitted"

#: Field -> what its names never mean, though their words may: who was served is "user" where it is the employee's name.
_NEVER = MappingProxyType({
    "agent": frozenset(("customer", "resolved", "response")), "customer_id": frozenset(("agent", "owner", "case")),
    "kind": frozenset(("product",)), "question": frozenset(("product",)), "channel": frozenset(("product",)),
    "direction": frozenset(("street",)),
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
    ("contacts", "customer_id"):
        f"subscriber key; recipient; to; to number; send to; sent to; destination; {_WHOSE}; code; "
        "mindboxid; mindbox id",
    ("cases", "order_id"): (
        "source document; documento origen; documento fonte; document d origine; sales order; order"
    ),
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
        "atendido; atendida; solucionado; solucionada; "
        "фактическая дата решения; фактическое решение; дата фактического решения; actual resolution; "
        "actual resolution date; erledigungsdatum; ist erledigung",
    ("cases", "promised_by"):
        "zieldatum; zieltermin; solltermin; soll datum; soll erledigung; плановая дата решения; плановый срок; "
        "плановый срок решения; плановое время решения; крайний срок; срок до; fecha objetivo; data alvo; "
        "date cible; planned resolution; expected resolution date; wunschtermin; "
        "target; target close; target closing date; target resolution; resolution due; due; respond by; resolve by; "
        "estimated; expected; expected resolution; estimated completion; scheduled; sla; sla date; sla deadline; planned; "
        "plan; vence resolucion; vencimiento; limite; контрольный срок; срок исполнения; плановая дата",
    ("cases", "first_response_at"):
        "first action; first reply; first answer; first answered; first contact; first reaction; acknowledged; "
        "acknowledgement; responded; answered; first agent reply; первое действие; первый ответ; "
        "первое действие диспетчера; erstreaktion; erste reaktion; premier contact; primer contacto; primeiro contato; "
        "фактическая дата реакции; дата реакции; реакция; время реакции; actual response; reaction date; "
        "reaktionsdatum; erste antwort am; erstkontakt; erstmals beantwortet; дата первого ответа; "
        "primera reaccion; premiere reaction; primeira reacao",
    ("cases", "kind"):
        "tema de ayuda; topico de ajuda; tema de ajuda; rubrique d aide; hilfethema; тема помощи; раздел справки; "
        "reason; help topic; topic; theme; issue; nature; issue category; requirement; service requirement; problem; area; "
        "motive; cause; type of issue; type of complaint; classification; queue; service; symptom",
    ("cases", "channel"):
        "case origin; case source; ticket source; ticket origin; origen del caso; origem do caso; fallursprung; "
        "origine de la requete; fuente; fonte; "
        "source; origin; medium; mode; contact type; contact received via; received through; reported via; via; "
        "entry channel; ursprung; herkunft; eingangsart; eingangskanal; origen; origem; origine; способ; источник; "
        "способ обращения; способ подачи; "
        "erstellt uber; created via; created through; eingang; eingangsweg; eingangsmedium; meldeweg; "
        "способ получения; способ поступления; канал поступления; поступило через; forma de entrada; "
        "via de entrada; moyen de reception; medio de ingreso; meio de entrada",
    ("cases", "case_id"):
        "number; no; nr; reference; ref; code; id; номер; numero; protocol; dossier; query; enquiry; return no; return id; "
        "refund id; refund no; rma; "
        "претензия; номер претензии; рекламация; номер рекламации; жалоба; reklamation; meldung; meldungsnr; "
        "meldungsnummer; stornr; auftragsnr; serviceauftrag; beschwerdenr; beschwerdenummer; наряд; номер наряда",
    ("cases", "reopened"):
        "повторная; повторное; повторный; повторное обращение; повторно; repeated; repeat; repeat case; recurring; "
        "wiederholt; wiederholung; wiederholfall; wiederholungsfall; reincidente; reincidencia; recurrente; "
        "recidive; reaberta; wieder geoffnet",
    ("interactions", "direction"): (
        "call direction; direction; direccion; direcao; sentido; richtung; sens; направление; direccion de la llamada; "
        "direcao da chamada; call type"
    ),
    ("interactions", "happened_at"):
        "attendance date; attended; date attending; visit; visited; appointment; session; join time; joined; check in; "
        f"actual start; event; {_WHEN}; server timestamp; begin; arrival; entry; call; meeting; booking date; reserved; "
        "due; actual end; end; scheduled; planned; viewed; borrowed; borrow date; issued; due",
    ("interactions", "kind"):
        "purpose; reason; event; event name; motive; subtype; task subtype; activity name; category; service; "
        "service name; specialty; speciality; especialidad; especialidade; specialite; fachrichtung; специальность; "
        "специализация; treatment; procedure; class; course; workshop; action; visit purpose; purpose of visit; "
        "reason for visit; visit reason; motif; motivo; grund; anlass; цель визита; цель; повод; objective; page; subject; "
        "ticket type; "
        "занятие; вид занятия; тип занятия; stundenart; kontaktklasse; kontaktgrund; kontaktanlass; besuchsanlass; "
        "besuchsgrund; besuchsart; gesprachsart; gesprachsanlass; terminart; lesson; lesson type; unterricht; "
        "unterrichtsart; clase; aula; lecon; cours; kurs; kursart; тренировка; вид приема; вид визита; вид звонка; "
        "направление",
    ("interactions", "subject"):
        "call summary; resumen de la llamada; resumen de llamada; resumo da chamada; resumo da ligacao; "
        "resume de l appel; gesprachszusammenfassung; итог звонка; summary; "
        "purpose; topic; theme; subject; title; notes; note; remark; remarks; comment; comments; description; details; "
        "symptoms; diagnosis; complaint; chief complaint; reason; event name; message; content; conversation; transcript; "
        "session title; detailed notes; ausfuhrliche notizen; notizen; notiz; beschreibung; gesprachsnotiz; inhalt; тема; "
        "содержание; комментарий; примечание; заметки; описание; resume; resumen; resumo; compte rendu; observaciones; "
        "detalle; motivo; result; "
        "anlass; besuchsanlass; besuchsgrund; gesprachsthema; gesprachsinhalt; kontaktklasse; bericht; "
        "besuchsbericht; занятие; суть; суть обращения; цель; вопрос",
    ("interactions", "interaction_id"):
        "appointment id; appointment no; booking id; visit id; consultation id; encounter id; evaluation id; "
        "id da consulta; id de la consulta; id consulta; id da marcacao; id marcacao; call id; meeting id; "
        "activity id; "
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
        "score nps; nps rating; overall; общая; итог; quality; service quality; food; experience; service; service rating; "
        "erlebt; wahrgenommen; wahrnehmung; perceived; perception; experienced; percibido; percepcion; percebido; "
        "percepcao; percu; perception client; восприятие; воспринимаемое; воспринято; фактическая оценка",
    ("survey_answers", "comment"):
        "body; text; content; message; description; details; observation; observations; suggestion; reason; explanation; "
        "answer; response; notes; note; remarks; what did you like; positive; negative; pros; cons; complaint; title; "
        "review title; headline; плюсы; достоинства; недостатки; пожелание; inhalt; contenido; contenu; conteudo",
    ("survey_answers", "answer_id"): "number; no; nr; code; response no; reference; номер; feedback no; review no; uuid",
    ("survey_answers", "survey"):
        "form; form name; poll; poll name; survey title; form title; formulario; formulaire; formular; анкета; форма; "
        "название опроса",
    ("survey_answers", "question"):
        "criterion; criteria; aspect; statement; criterio; critere; kriterium; критерий; показатель; "
        "merkmal; attribut; attribute; eigenschaft; dimension; item; item text; aussage; признак; характеристика; "
        "параметр; утверждение; atributo; attribut; enonce; afirmacion; afirmacao; affirmation; aspekt; аспект",
    ("survey_answers", "invited_on"):
        "einladung; einladung am; einladungsdatum; eingeladen; einladung versendet; invitation; invited; "
        "invitation sent; invite date; request sent; sent; sent on; versendet; gesendet; отправлено; приглашение; "
        "дата приглашения; дата отправки; invitacion; invitado; enviado; convite; convidado; invite le; envoye",
    ("contacts", "contacted_at"):
        f"sent; processed; dispatched; created; queued; scheduled; {_WHEN}; message date; delivered; delivery date; "
        "shipped; дата; attempt; attempted; last attempt; "
        "postaufgabe; postauflieferung; auflieferung; einlieferung; aussendung; aussendedatum; mailing date; "
        "mailed; posted; depot; fecha de deposito",
    ("contacts", "return_cause"):
        "reason; status reason; failure; failure description; bounce category; bounce description; smtp response; "
        "status description; status message; cause; motivo; motif; grund; причина; detail; details; diagnostic; "
        "error code; error description; status code; описание ошибки; статус причина; "
        "retoure; retourengrund; retourgrund; rucklauf; rucklaufgrund; rucklaufer; unzustellbar; unzustellbarkeit; "
        "undeliverable; undeliverable reason; причина недоставки; причина возврата; npai; motif de retour; "
        "motivo de devolucion; motivo da devolucao",
    ("contacts", "channel"):
        "delivery type; send type; medium; network; means; means of contact",
    ("contacts", "delivered"):
        "received; arrived; reached; recu; recibido; recebido; empfangen; получено; дошло; "
        "статус доставки; delivery status; lieferstatus; zustellstatus; zustellung; estado de entrega; "
        "status de entrega; status da entrega; statut de livraison; statut de distribution",
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
        "series; subject; title; kampagne; "
        "aktion; aktionsname; aktionsbezeichnung; тема; тема письма; рассылка; название рассылки; выпуск; betreff; "
        "subject line; asunto; assunto; objet; акция; name der aktion; accion; acao; operation",
    ("contacts", "contact_id"): "number; no; nr; номер; uuid; message uuid; guid; reference; ref",
    ("contacts", "campaign_id"):
        "номер выпуска; id выпуска; id рассылки; номер рассылки; mailing id; mailing no; newsletter id; aktionsnr; "
        "aktions nr; aktionsnummer; aktionscode; broadcast id; flow id; "
        "id du message; dispatch id",
    ("contacts", "responded_at"):
        "reaktionsdatum; reaktion am; reagiert am; reaktion; antwort am; reaction date; reacted; reply date; "
        "replied; response time; дата реакции; дата отклика; отклик; fecha de respuesta; fecha reaccion; "
        "date de reaction; data da resposta",
    ("campaigns", "starts_on"):
        "date; sent; posted; post date; published; publish date; created; launched; scheduled; day; begin; sent on; "
        "dispatch date; week; month; period; reporting starts; "
        "von; from; ab; c; с; du; desde; de; начало акции; aktionsbeginn; gultig ab; gultig von; laufzeit von; "
        "laufzeit ab",
    ("campaigns", "ends_on"):
        "finish; finished; finish date; completed; closed; last day; reporting ends; ended; "
        "bis; to; until; по; до; au; hasta; ate; окончание акции; aktionsende; gultig bis; laufzeit bis",
    ("campaigns", "campaign_name"):
        "наименование акции; название акции; акция; aktion; aktionsname; aktionsbezeichnung; name der aktion; "
        "massnahme; promotion; promotion name; promo; promo name; accion; accion comercial; acao; acao comercial; "
        "operation; operation commerciale; рассылка; название рассылки; мероприятие; "
        "campaign; subject; title; mailing; mailing name; newsletter; broadcast; post title; post; email; message; "
        "template; ad name; ad group; name",
    ("campaigns", "campaign_id"):
        "код акции; номер акции; aktionsnr; aktions nr; aktionsnummer; aktionscode; aktions id; massnahmennr; "
        "promotion id; promotion no; promotion code; promo id; код рассылки; "
        "record id; id; number; no; code; post id; message id; номер",
    ("campaigns", "fixed_cost"):
        "spent; amount spent; total spent; investment; invested; inversion; investimento; investissement; investition; "
        "budget; value used; valor usado; valor gasto; amount; total; price; расход; расходы; бюджет; затраты; "
        "израсходовано; gastado; depense; ausgegeben; ad cost; media cost",
    ("campaigns", "channel"):
        "platform; network; medium; media; source; placement; product; delivery; objective type; канал; площадка",
    ("campaigns", "goal"): "objective; target; intent; kpi; goal type; campaign objective",
    ("campaigns", "control_share"):
        "kontrollgruppe; kontrollanteil; anteil kontrollgruppe; kontrollgruppenanteil; control group; control; "
        "holdout; holdout share; holdout percent; control percent; grupo control; grupo de control; "
        "grupo de controle; grupo controle; groupe temoin; groupe controle; groupe de controle; контрольная группа; "
        "доля контроля; доля контрольной группы; nullgruppe",
})  # fmt: skip
