"""Which records are one person: the table mart.people, made of decisions, and the tables seen through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.schema import KINDS
from crm_analytics.workspace import identity
from crm_analytics.workspace.identity import ACCEPT, Decided, Record
from crm_analytics.workspace.preferences import ADDRESS

#: Kinds whose customer ids are redirected before their marts are made.
_SEEN = ("orders", "order_lines", "customers")
#: In mart.source_ranks the order that holds for every field.
_ALL_FIELDS = ""
#: How a row `o` of a core table finds its person `p`.
OF_PERSONS = "p.source = o.source AND p.source_id = o.customer_id"


def joined(decided: Iterable[Decided]) -> list[set[Record]]:
    """The records of each person of more than one, from accepted pairs.

    The likeliest pairs join first; a pair whose joining would put two records together that were refused or split does
    not join, so that a refusal holds against any chain of accepted pairs.
    """
    decided = list(decided)
    apart: dict[Record, set[Record]] = {}
    for each in decided:
        if each.decision != ACCEPT:
            apart.setdefault(each.left, set()).add(each.right)
            apart.setdefault(each.right, set()).add(each.left)
    person: dict[Record, set[Record]] = {}
    accepted = [each for each in decided if each.decision == ACCEPT]
    for each in sorted(accepted, key=lambda pair: (-(pair.probability or 0.0), pair.left, pair.right)):
        one, other = (person.setdefault(record, {record}) for record in (each.left, each.right))
        if one is other or any(apart.get(record, set()) & other for record in one):
            continue
        one |= other
        person.update(dict.fromkeys(other, one))
    found = {id(records): records for records in person.values() if len(records) > 1}
    return sorted(found.values(), key=min)


def redirects(session: Session, persons: Iterable[set[Record]], several: bool) -> dict[Record, str]:
    """Of each record that is not its person's oldest, the person's customer_id.

    The oldest is the record that was loaded first, whatever happened to that import since: ids stay when others join.
    """
    persons = list(persons)
    wanted = sorted({record for records in persons for record in records})
    if not wanted:
        return {}
    session.do("CREATE OR REPLACE TEMP TABLE wanted (source VARCHAR, source_id VARCHAR)")
    session.append("wanted", pa.table(dict(zip(("source", "source_id"), zip(*wanted, strict=True), strict=True))))
    rows = session.rows(
        """SELECT o.source, o.customer_id, min(o.import_id * 4294967296 + o.line)
        FROM source.customers AS o JOIN wanted AS p ON p.source = o.source AND p.source_id = o.customer_id
        GROUP BY ALL"""
    )
    age = {(source, own): first for source, own, first in rows}
    found = {}
    for records in persons:
        known = sorted((age[record], record) for record in records if record in age)
        for _, record in known[1:]:
            source, own = known[0][1]
            found[record] = f"{source}:{own}" if several else own
    return found


def build(
    session: Session, several: bool, priority: Sequence[str] = (), of_fields: Mapping[str, Sequence[str]] | None = None
) -> bool:
    """Make mart.people (source, source_id, customer_id: records whose person has another id); whether it has any row.

    `priority`: sources whose values of a person are taken before newer ones of others, the most trusted first;
    `of_fields`: sources that for a single field (or `address`, the parts of it that are not named) come before those.
    """
    session.do("CREATE OR REPLACE TABLE mart.source_ranks (field VARCHAR, source VARCHAR, rank INTEGER)")
    for name, order in {_ALL_FIELDS: priority, **(of_fields or {})}.items():
        for rank, source in enumerate(reversed(order), start=1):
            values = {"field": name, "source": source, "rank": rank}
            session.do("INSERT INTO mart.source_ranks VALUES ($field, $source, $rank)", values)
    session.do("CREATE OR REPLACE TABLE mart.people (source VARCHAR, source_id VARCHAR, customer_id VARCHAR)")
    found = redirects(session, joined(identity.holding(session)), several)
    if found:
        rows = [(*record, person) for record, person in sorted(found.items())]
        columns = zip(("source", "source_id", "customer_id"), zip(*rows, strict=True), strict=True)
        session.append("mart.people", pa.table({name: pa.array(values, pa.string()) for name, values in columns}))
        for kind in _SEEN:
            session.do(_seen(kind, several, tuple(of_fields or ())))
    return bool(found)


def decided(session: Session) -> bool:
    """Whether any decision holds, so that records may join or part with what is loaded."""
    return bool(session.value("SELECT count(*) > 0 FROM workspace.identity_decisions WHERE undone_at IS NULL"))


def sources(session: Session, holding: str = "undone_at IS NULL") -> list[str]:
    """The sources that customers come from, the one that was loaded first in front; `holding`: SQL of which imports count."""
    rows = session.rows(
        f"""SELECT source FROM workspace.imports WHERE kind IN ('orders', 'order_lines', 'customers') AND {holding}
        GROUP BY source ORDER BY min(import_id)"""
    )
    return [source for (source,) in rows]


def any_joined(session: Session) -> bool:
    """Whether any record is another's person."""
    return bool(session.value("SELECT count(*) > 0 FROM mart.people"))


def tables(tables: Mapping[str, str]) -> dict[str, str]:
    """The names bound to tables that are seen through mart.people: customer_id there is the person's, source in front."""
    return {**tables, **{f"core_{kind}": f"mart.of_persons_{kind}" for kind in _SEEN}}


def person_id(several: str, kind: str = "o") -> str:
    """SQL: the person's customer_id of a row `o` joined with mart.people `p`. `several`: SQL of whether ids have their source in front."""
    own = f"CASE WHEN {several} THEN {kind}.source || ':' || {kind}.customer_id ELSE {kind}.customer_id END"
    return f"coalesce(p.customer_id, {own})"


def _surviving(name: str, ordered: Sequence[str]) -> str:
    """SQL: the value of a field that a person has, of the rows of all its records."""
    if name in ordered:
        return f"arg_max({name}, (rank_{name}, rank, import_id, line))"
    usual = f"arg_max({name}, (rank, import_id, line))"
    if name not in ADDRESS or "address" not in ordered:
        return usual
    # blank parts too are those of the one record: a part of another address would make one that nobody has
    has = "coalesce(street, postal_code, city) IS NOT NULL"
    whole = f"arg_max({{'part': {name}}}, (rank_address, rank, import_id, line)) FILTER ({has})"
    return f"CASE WHEN bool_or({has}) THEN struct_extract({whole}, 'part') ELSE {usual} END"


def _seen(kind: str, several: bool, ordered: Sequence[str]) -> str:
    """CREATE VIEW of a core table with persons' ids; of customers one row per person.

    `ordered`: the fields of customers (or `address`) with an order of trusted sources of their own.
    """
    person = person_id(str(several))
    joined_rows = f"FROM core.{kind} AS o LEFT JOIN mart.people AS p ON {OF_PERSONS}"
    if kind != "customers":
        rows = f"SELECT o.* REPLACE ({person} AS customer_id) {joined_rows}"
    else:
        # survivorship: of every field the value of the most trusted source, then the newest, that is not blank
        fields = [name for name in KINDS[kind].columns if name != "customer_id"]
        ranks = {_ALL_FIELDS: "rank", **{name: f"rank_{name}" for name in ordered}}
        ranked = ", ".join(f"coalesce({each}.rank, 0) AS {each}" for each in ranks.values())
        joins = "\n".join(
            f"LEFT JOIN mart.source_ranks AS {each} ON {each}.source = o.source AND {each}.field = '{name}'"
            for name, each in ranks.items()
        )
        newest = ", ".join(f"{_surviving(name, ordered)} AS {name}" for name in fields)
        rows = f"""WITH known AS (
                SELECT o.* REPLACE ({person} AS customer_id), {ranked} {joined_rows} {joins})
            SELECT min(source) AS source, max(import_id) AS import_id, max(line) AS line, customer_id, {newest}
            FROM known GROUP BY customer_id"""
    return f"CREATE OR REPLACE VIEW mart.of_persons_{kind} AS {rows}"
