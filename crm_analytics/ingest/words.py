"""The words themselves: what one English word is called in other languages, abbreviations, words that say nothing."""

from __future__ import annotations

from types import MappingProxyType

#: One English word -> how others write it: lower case, without accents. Endings of compounds stand there as they occur.
CONCEPTS = MappingProxyType({
    "order": (
        "gebucht booked reservado reservada reserve reservee booking buchung reserva reservation reservierung "
        "donation spende donativo orders ord pedido pedidos orden encomenda commande commandes cde bestellung "
        "bestell auftrag auftrags заказ заказа заказы siparis confirmation confirmacion confirmacao reservas "
        "reservations bookings donations don doacao donacion пожертвование бронь брони бронирование бронирования "
        "наряд reserved reserviert"
    ),
    "invoice": (
        "invoices inv factura facturas fra fatura facture facturee rechnung rechnungs rechn rg счета счет bill bills "
        "billed facturation фактуры фактура"
    ),
    "receipt": (
        "folio folios boleta comprobante remision albaran receipts rcpt bon beleg kassenbon чек чека fis recibo recu"
    ),
    "document": "doc documento dok piece документ документа belge dokument dokumente",
    "transaction": (
        "transactions trx txn trans transaccion transacao операция операции transaktion transaktions operacion "
        "operacao operation транзакции транзакция"
    ),
    "sale": "venta ventas venda vendas vente ventes verkauf verkaufs продажа продажи продаж satis",
    "customer": (
        "contributor retailer reseller stockist minorista revendedor revendeur wiederverkaufer party инициатор "
        "payer pagador payeur zahler плательщик debtor deudor devedor debiteurs guest gast huesped hospede donor "
        "shopper patron customers cust client clients cliente clientes kunde kunden kd buyer comprador acheteur "
        "besteller auftraggeber клиент клиента покупатель покупателя контрагент контрагента заказчик musteri doente doentes "
        "debitor debiteur tiers partner patient paciente пациент insured policyholder segurado asegurado assure "
        "assuree versicherter versicherungsnehmer страхователь застрахованный subscriber suscriptor abonado "
        "assinante abonne abonnent абонент подписчик supporter constituent donante doador donateur spender "
        "жертвователь student pupil alumno aluno eleve schuler ученик студент passenger pasajero passageiro "
        "passager fahrgast пассажир tenant inquilino locataire mieter арендатор visitor visitante visiteur besucher "
        "посетитель hote гость гостя consumer consumidor consommateur verbraucher user usuario utilisateur benutzer "
        "nutzer пользователь titular titulaire reporter requester solicitante demandeur antragsteller заявитель "
        "kaufer purchaser purchasers patienten versicherten utente"
    ),
    "member": "mitglied mitglieds miembro membre socio участник участника uye adherent associado membros membres",
    "card": "tarjeta cartao carte karte kart карта карты карте",
    "gift": "gifts regalo regalos cadeau cadeaux presente presentes geschenk geschenke подарок подарочной подарочная",
    "account": "acct acc konto cuenta conta compte hesap",
    "id": (
        "codigo codice ref nro no nr number num nbr nummer numero clave chave cve # № code cod kod key ident номер код идентификатор "
        "numarasi cd ids username login nickname"
    ),
    "date": (
        "zeitpunkt dates dt datum fecha data dia jour tag tarih tarihi дата день time datetime timestamp ts uhrzeit "
        "hora heure время saat at on am em day zeitstempel horodateur horodatage stamp zeit"
    ),
    "amount": "amt importe monto montant betrag summe sum сумма tutar tutari valor wert value val стоимость vlr",
    "total": (
        "gesamt totale toplam итого общая общий всего genel geral итоговая итоговый итог endbetrag endsumme overall"
    ),
    "net": "liquido liquida netto neto neta netos netas nette ht untaxed matrah нетто",
    "gross": "brutto bruto brut ttc брутто",
    "revenue": "umsatz sales turnover ingresos receita выручка ciro faturamento facturacion оборот",
    "price": "prc prix precio preco preis цена fiyat fiyati прайс",
    "unit": "unitario unitaire unitaria einzel единицу each birim",
    "quantity": (
        "qty qte cantidad cant ctdad ctd quantidade qtd qtde quantite menge anzahl anz stueck stuck количество кол adet "
        "miktar units unidades uds pieces pcs items count stk stuckzahl шт штук nb piezas nbre unites"
    ),
    "product": (
        "waren ware prod item itm sku article articulo artigo artikel producto produto produit produkt товар товара "
        "товары номенклатуры urun material publicacion plato prato plat dish gericht speise блюдо medicamento "
        "medicine medicament medikament drug лекарство препарат servicio servico service leistung услуга услуги "
        "prestation pieza peca ersatzteil запчасть offer oferta angebot offre предложение listing изделие изделия procedimento "
        "процедура процедуры dienstleistung dienstleistungen"
    ),
    "description": (
        "concepto desc descr descripcion descricao libelle designation beschreibung bezeichnung описание "
        "наименование номенклатура aciklama designacao discriminacao"
    ),
    "title": "titulo titre titel заголовок",
    "name": "nombre nome nom nm название имя adi ad",
    "category": (
        "categoria categorie kategorie warengruppe категория kategori rubro rubrique rubrik раздел "
        "categorias"
    ),
    "department": "dept departments",  # whose work it is, or where goods stand
    "group": "gruppe grupo groupe группа",  # no category: whose it is may be an experiment
    "tax": (
        "taxes vat iva tva mwst ust steuer imposto impostos impuesto impuestos ндс kdv gst mehrwertsteuer налог "
        "налога налоги"
    ),
    "shipping": "expedition ship freight frete flete envio versand kargo porto fracht frachtkosten portes",
    "delivery": (
        "deliver delivered livraison entrega entregue entregado zustellung zugestellt lieferung liefer geliefert "
        "доставка доставки доставлен teslimat ausgeliefert вручено вручен доставке entregados entregues delivres "
        "delivree"
    ),
    "cost": (
        "ausgaben depense depenses inversion investimento затраты затрат costs coste costo custo cout kosten ucreti "
        "ucret расход расходы fee fees frais gastos ek spend expense expenses gebuhr gasto gastado couts despesa "
        "despesas"
    ),
    "discount": (
        "dto rab disc dscnt discounts descuento desconto remise rabatt скидка скидки indirim nachlass dtos "
        "descuentos descontos remises rabatte rabais preisnachlass bonificacion"
    ),
    "percent": "% pct prozent pourcentage porcentaje percentage процент",
    "currency": "curr moneda divisa moeda devise wahrung waehrung валюта",
    "email": "mail correo courriel почта eposta emails почты",
    "phone": (
        "telefonos telefones telephones tel telephone telefono telefone telefon fon mobile mobil movil celular cell "
        "portable handy телефон phones whatsapp gsm rufnummer fone telemovel мобильный моб тел tlf tfno mobilfunk "
        "festnetz сотовый сот"
    ),
    "country": "pais pays land страна ulke paises",
    "region": "state province provincia estado uf bundesland регион область kanton canton distrito",
    "city": (
        "ciudad cidade ville stadt ort poblacion localidad город sehir town commune municipio municipality concelho"
    ),
    "postal": "zip plz cep cp postleitzahl postcode zipcode индекс pincode eircode",
    "street": "address addr adresse strasse straße direccion calle endereco rue rua адрес улица adres str morada",
    "birth": (
        "geb born birthday nacimiento nascimento naissance geburts geburt geboren рождения dogum nac nasc naiss ne "
        "nee nascido рожд cumpleanos anniversaire aniversario др"
    ),
    "gender": "sex sexo genero sexe geschlecht пол cinsiyet",
    "first": (
        "1ere 1st initial primer primero premiere erste vor первый ilk primera primeira primeiro premier erster "
        "erstes первая "
        "первого первой начальная начальный начальное первоначальная"
    ),
    "last": (
        "ultimo derniere letzte letzter последний son ultima ultimas ultimos dernier derniers letzten letztes "
        "последняя последнего последней latest recent"
    ),
    "created": (
        "create creation creacion criacao criado criada creado creada creados criados erstellt erstell angelegt created создания создан "
        "added add alta cree creee erfasst erstellungs добавления добавлен добавлена оформления оформлен erfassungs"
    ),
    "registered": (
        "registration registro inscription registrierung регистрации cadastro signup kayit enrolment enrollment "
        "enrolled inscripcion inscricao inscrito inscrita inscrits inscrite registriert registrado registrada "
        "enregistre matriculado matriculada inscrit registrierungs anmeldung angemeldet cadastrado cadastrada "
        "зарегистрирован adhesion adesao"
    ),
    "updated": "update upd modified changed geandert изменения",
    "due": (
        "payable vencimiento vencimento vto echeance fallig falligkeit faellig faelligkeit срок vade vence venc "
        "limite"
    ),
    "paid": (
        "encaissement encaisse encaissee cobrado cobrada zahlungseingang pagada pagado payee bezahlung pay payment "
        "pago pagamento paiement bezahlt zahlung cobro оплаты оплата оплачен odeme ausgeglichen regle reglement "
        "settled cleared paye pgto платежа платеж beglichen оплачено оплатить zahlbar"
    ),
    "issued": (
        "issue emission emision emissao ausgestellt выставления emitida emitido emise выписки выставлен emis выдачи "
        "выдан выдана"
    ),
    "sent": (
        "sending gesendet versandt send enviado envoye отправлено versendet отправки отправлен envoyee "
        "envoyees envoyes enviada enviados enviadas envoi envois disparado disparo"
    ),
    "opened": (
        "open opens abierto aberto ouvert geoffnet открыт открыта eroffnet aberta abertos abertas ouverte ouverts "
        "eroffnungs ouverture ouvertures apertura aperturas abertura aberturas offnungen открытия открыл"
    ),
    "clicked": "click clicks clic geklickt clics klick klicks clicou cliques clicada cliquee",
    "closed": (
        "close geschlossen закрытия cierre закрыт закрыта cerrado cerrada clos cloture ferme fermee fechado fechada "
        "encerrado encerramento fechamento closing fermeture"
    ),
    "resolved": (
        "completed finished finalizado concluido termine abgeschlossen erledigt завершен завершено выполнено solved "
        "resolve resolution geloest gelost решения resolucion resolucao resolu resolvido resuelto resuelta "
        "completion finish finalizacion finalizacao conclusao concluida concluidas terminee beendet erledigungs "
        "losung losungs solucion solucao исполнения выполнена выполнен решена"
    ),
    "unsubscribed": (
        "unsubscribe unsub desuscripcion desuscrito desuscrita baja desinscrit desinscrite desinscription desabonne "
        "descadastrado descadastrada abgemeldet abmeldung отписка отписан отписался bajas desabonnements "
        "abmeldungen descadastros unsubscribes"
    ),
    "recipient": "recipients destinatario destinataire empfanger получатель получателя",
    "estimated": (
        "estimada estimado estimee geschatzt geplant planned prevue expected voraussichtlich voraussichtliche "
        "prevista previsto предполагаемая est geplante geplanter previsao плановая плановый ожидаемая "
        "voraussichtlicher"
    ),
    "channel": (
        "canal kanal канал platform plattform plataforma площадка plateforme marketplace маркетплейс vertriebsweg"
    ),
    "campaign": "campaigns camp campana campanha campagne kampagne кампания кампании kampanya",
    "start": (
        "starts started begin beginn inicio debut начала reporting начало activated activation aktivierung "
        "activacion ativacao commencing starting активации подключения begins beginnt activado ativado aktiviert "
        "активирован gestartet iniciado"
    ),
    "end": (
        "ends ende fin fim окончания expiry expires expire expired expiration ablauf окончание конец termino "
        "expiracion expiracao expira caduca caducidad peremption verfall verfalls haltbarkeit mhd годности validade "
        "endet истекает"
    ),
    "surname": "zuname cognome apellido apellidos sobrenome nachname фамилия lastname soyadi familienname apelido",
    "consent": "consentimento consentement zustimmung согласие optin einwilligung consentimiento",
    "brand": "marca marque marke hersteller manufacturer бренд fabricante fabricant производитель maker",
    "external": "externe externo extern внешний",
    "owner": (
        "dono propietario proprietario proprietaire besitzer inhaber владелец vendeur vendedor vertreter representant "
        "representative salesperson betreuer responsable ответственный zustandiger asesor comercial zustandig "
        "verantwortlich responsavel куратор betreuerin"
    ),
    "agent": (
        "bearbeiter operator оператор camarero waiter server garcom serveur kellner официант cashier cajero "
        "caissier kassierer кассир profissional profesional praticien coach trainer entrenador treinador entraineur "
        "тренер clerk employee empleado funcionario employe mitarbeiter сотрудник serviceberater tecnico techniker "
        "technicien technician mechanic handler sachbearbeiter therapist doctor instructor practitioner teacher "
        "medico medica medecin arzt berater behandler therapeut instrutor instrutora мастер врач доктор специалист "
        "исполнитель преподаватель intervenant agente агент агента техник техника инженер"
    ),
    "ticket": "tickets тикет тикета",
    "comment": (
        "comments comentario comentarios commentaire kommentar комментарий kommentare anmerkung anmerkungen "
        "observaciones observacoes opinion opiniao remarques depoimento замечания пожелания"
    ),
    "promised": "promise prometida prometido zugesagt promis обещанная",
    "subtotal": "zwischensumme soustotal",
    "purchase": "compra compras achat achats kauf покупка покупки закупки закупочная закупка einstands",
    "case": (
        "caso fall обращения обращение claim claims sinistro siniestro sinistre schaden schadenfall incident "
        "incidencia incidente chamado anfrage reclamo заявка заявки vorgang vorgangs request requests requested "
        "solicitud solicitudes solicitacao solicitacoes demande demandes"
    ),
    "type": "tipo typ art тип вид",
    "cancelled": (
        "canceled cancellation cancelamento cancelacion kundigung kuendigung resiliation отмены resilie gekundigt "
        "cancelado cancelada отменен"
    ),
    "loyalty": "fidelite fidelidad fidelidade treue лояльности",
    "membership": (
        "subscription suscripcion assinatura abonnement abono abo mitgliedschaft подписка абонемент абонемента policy "
        "apolice poliza police versicherungsschein полис полиса contract contrato contrat vertrag договор договора "
        "memberships subscriptions plan plano тариф tariff formule membresia membresias план"
    ),
    "response": "answer respuesta resposta reponse antwort ответ ответа responses answers",
    "advertising": (
        "marketing media ads werbe werbung publicidad publicidade publicite реклама рекламы рекламу anzeigen"
    ),
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
    "margin": "profit beneficio ganancia margen lucro margem marge benefice gewinn deckungsbeitrag маржа прибыль",
    "source": "fuente fonte origin origen origem origine herkunft источник procedencia provenance quelle leadquelle",
    "appointment": (
        "appointments cita citas rdv termin agendamento agendamentos запись записи прием приема приём приёма session "
        "sessions sesion sesiones sessao seance sitzung"
    ),
    "visit": (
        "visits visita visitas visite visites besuch besuchs besuche визит визита визиты посещение посещения "
        "визитов посещений"
    ),
    "call": "calls llamada llamadas appel appels anruf anrufs anrufe ligacao звонок звонка звонки",
    "contact": "contacto contacts contactos contato contatos kontakt kontakte контакт контакты",
    "caller": "callers anrufer appelant appelante llamante chamador звонящий звонивший",
    "meeting": "meetings reunion reuniones reuniao treffen besprechung встреча встречи gesprach gesprachs",
    "activity": "actividad atividade activite aktivitat aktivitats активность активности",
    "since": "desde depuis seit ab",
    "valid": "valido valida valable gultig действует действителен действительна",
    "until": "hasta ate bis jusqu до till thru through",
    "assigned": "asignado asignada assigne zugewiesen atribuido atribuida назначен assignee",
    "received": (
        "recibido recebido eingegangen поступления получен получено receive reception recepcion поступила поступил "
        "поступило"
    ),
    "outstanding": (
        "pendiente pendente restante offen offener offene restbetrag остаток долг задолженность balance saldo"
    ),
    "review": "reviews resena resenas avis rezension отзыв отзыва отзывы",
    "rating": "ratings calificacion valoracion avaliacao bewertung evaluation рейтинг",
    "stars": "star estrelas estrellas etoiles sterne звезды звёзды",
    "satisfaction": "satisfaccion satisfacao zufriedenheit удовлетворенность",
    "redeemed": "canjeado resgatado eingelost einlose utilise usado использован использования списания used redeem redeems",
    "submitted": "soumis eingereicht заполнения submission submissions submit soumission подачи подана подан",
    "retail": "розничная",
    "tip": "tips gratuity propina propinas gorjeta pourboire trinkgeld чаевые",
})  # fmt: skip
