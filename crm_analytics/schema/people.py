"""Who the customers are."""

from __future__ import annotations

from dataclasses import replace

from crm_analytics.schema.fields import CHANNEL, COUNTRY, CUSTOMER_ID, Field, Kind

CUSTOMERS = Kind(
    "customers",
    "Customers and what is known of them.",
    "one row per customer",
    (
        replace(CUSTOMER_ID, synonyms=(*CUSTOMER_ID.synonyms, "rec id", "record id", "lead id", "lead", "prospect id", "unique id", "entity id", "party id")),
        Field("name", "text", "Name of the person or company.",
              ("name", "full name", "customer name", "first and last name", "name surname", "intitule", "razon social", "raison sociale", "firma", "firmenname", "contact name", "company", "company name", "nombre", "nombre completo", "nome", "nome completo",
               "nom", "nom complet", "name vorname", "имя", "фио", "название")),
        Field("first_name", "text", "First name.", ("first name", "firstname", "given name", "forename", "nombre de pila", "primeiro nome", "prenom", "vorname")),
        Field("last_name", "text", "Family name.", ("last name", "lastname", "surname", "family name", "apellido", "apellidos", "sobrenome", "nom de famille", "nachname", "фамилия")),
        Field("email", "text", "E-mail address.",
              ("email", "e mail", "email address", "smtp addr", "e mail address", "mail", "correo", "correo electronico", "adresse email", "courriel", "почта", "электронная почта")),
        Field("phone", "text", "Telephone.",
              ("phone", "phone number", "telephone", "mobile", "mobile number", "mobile phone", "tel", "telf1", "cell", "telefono", "movil", "telefone", "celular", "telephone portable", "telefon",
               "handy", "телефон", "номер телефона")),
        Field("gender", "category", "Gender as stated.", ("gender", "sex", "sexo", "genero", "sexe", "genre", "geschlecht", "пол")),
        Field("born_on", "date", "Date of birth.",
              ("birth date", "birthdate", "date of birth", "dob", "birthday", "born", "born on", "fecha de nacimiento", "fecha nacimiento", "data de nascimento", "data nascimento",
               "date de naissance", "geburtsdatum", "geboren", "дата рождения"),
              may_be_ahead=True, may_be_unreadable=True),
        Field("joined_on", "date", "When the customer became known.",
              ("joined", "join date", "joined on", "signup date", "sign up date", "registration date", "registered", "registered at", "registered on", "customer since", "member since",
               "created at", "created", "create date", "created date", "creation date", "profile created on", "date created", "date added", "customer date", "erdat", "membership start", "first seen", "since", "fecha de alta", "fecha alta", "fecha registro", "data de cadastro", "data cadastro",
               "date inscription", "date d inscription", "date creation", "kunde seit", "registriert am", "anmeldedatum", "eintritt", "eintrittsdatum", "beitritt", "beitrittsdatum", "fecha de ingreso", "fecha ingreso", "data de adesao", "дата регистрации", "клиент с")),
        COUNTRY,
        Field("region", "category", "State, province or region.",
              ("region", "state", "province", "county", "area", "regio", "estado", "provincia", "regiao", "uf", "departement", "bundesland", "регион", "область")),
        Field("city", "category", "City.",
              ("city", "town", "suburb", "locality", "ort01", "billing city", "shipping city", "ciudad", "localidad", "poblacion", "cidade", "municipio", "ville", "stadt", "ort", "wohnort", "город")),
        Field("postal_code", "id", "Postal code.",
              ("postal code", "postcode", "zip", "zip code", "zipcode", "pstlz", "codigo postal", "cp", "cep", "code postal", "plz", "postleitzahl", "индекс", "почтовый индекс")),
        Field("street", "text", "Street, with or without the house number.",
              ("street", "address", "address 1", "address1", "stras", "street house number", "strasse hausnummer", "address line 1", "street address", "street name", "road", "billing address", "shipping address", "billing street",
               "shipping street", "billing address1", "shipping address1", "billing address 1", "home address", "mailing street", "mailing address", "direccion", "calle", "domicilio",
               "endereco", "rua", "logradouro", "adresse", "rue", "adresse 1", "strasse", "straße", "anschrift", "адрес", "улица")),
        Field("house_number", "id", "House number, where it stands apart from the street.",
              ("house number", "house no", "street number", "street no", "building number", "house", "numero de casa", "numero exterior", "numero da casa", "hausnummer",
               "hausnr", "haus nr", "numero de rue", "дом", "номер дома")),
        Field("address_2", "text", "Second line of the address: flat, building, estate.",
              ("address 2", "address2", "address line 2", "street 2", "apartment", "flat", "unit", "suite", "building", "billing address2", "shipping address2", "billing address 2",
               "complemento", "adresse 2", "complement d adresse", "adresszusatz", "квартира")),
        CHANNEL,
        Field("owner", "category", "Who looks after the customer.",
              ("owner", "account manager", "account owner", "sales rep", "sales representative", "assigned to", "assignee", "assigned user", "contact owner", "agent", "responsable", "vendedor", "commercial", "betreuer", "менеджер")),
        Field("organisation_id", "id", "The company a business contact belongs to.", ("organisation id", "organization id", "company id", "associated company id", "id empresa")),
    ),
    (("customer_id", "email", "last_name", "name"),),
    ("source", "customer_id"),
)  # fmt: skip
