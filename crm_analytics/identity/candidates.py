"""Which pairs of records are compared at all: those that share a rare value, or two values.

Comparing all pairs of 50,000 records would be 1.25 thousand million comparisons. A pair of records of one person nearly
always agrees in two of its values letter by letter, whatever happened to the others; a value (or two together) that
very many records share says little, and is left out.
"""

from __future__ import annotations

from crm_analytics.engine.duck import Session

#: What a record can share with another: a letter for the kind of value -> how it is made of the columns of `persons`.
#: Given and family name have one letter, as have both lines of the address: they are often swapped.
_ATOMS = (
    ("n", "given"), ("n", "family"), ("n", "replace(given, ' ', '')"), ("n", "replace(family, ' ', '')"),
    ("k", "given_sound"), ("k", "family_sound"), ("d", "born"), ("y", "left(born, 4)"), ("m", "substr(born, 5)"),
    ("e", "email"), ("b", "mailbox"), ("o", "domain"), ("p", "phone"), ("z", "postcode"), ("c", "city"), ("h", "house"),
    ("s", "street"), ("s", "street2"),
)  # fmt: skip
#: Kinds that tell too little to be looked for alone.
_WEAK = ("y", "h", "k")

#: A value shared by more records than this is not looked for alone, two values together by more than that.
MOST_ALONE = 25
MOST_TOGETHER = 60


def find(session: Session) -> int:
    """Fill the temporary table `pairs` (l, r: records, l < r) from `persons`; returns how many there are."""
    atoms = " UNION ".join(
        f"SELECT record, '{kind}' AS kind, '{kind}:' || {value} AS atom FROM persons WHERE {value} <> ''"
        for kind, value in _ATOMS
    )
    session.do(f"CREATE OR REPLACE TEMP TABLE atoms AS SELECT * FROM ({atoms})")
    weak = ", ".join(f"'{kind}'" for kind in _WEAK)
    # a value that only one record has finds nothing, alone or together
    session.do(
        """CREATE OR REPLACE TEMP TABLE shared_atoms AS
        SELECT record, kind, atom, row_number() OVER (ORDER BY atom, record) AS place FROM atoms
        QUALIFY count(*) OVER (PARTITION BY atom) > 1"""
    )
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE keys AS
        SELECT record, hash(atom) AS key, {MOST_ALONE} AS most FROM shared_atoms WHERE kind NOT IN ({weak})
        UNION ALL
        SELECT a.record, hash(a.atom, b.atom), {MOST_TOGETHER}
        FROM shared_atoms AS a JOIN shared_atoms AS b ON b.record = a.record AND b.atom > a.atom"""
    )
    session.do(
        """CREATE OR REPLACE TEMP TABLE narrow_keys AS
        SELECT key, list_sort(list(record)) AS records FROM keys
        GROUP BY key, most HAVING count(*) BETWEEN 2 AND most"""
    )
    session.do(
        """CREATE OR REPLACE TEMP TABLE pairs AS
        SELECT DISTINCT l, r FROM (
            SELECT records[i] AS l, unnest(records[i + 1:]) AS r
            FROM (SELECT records, unnest(range(1, len(records))) AS i FROM narrow_keys)
        ) WHERE l < r"""
    )
    return int(session.value("SELECT count(*) FROM pairs"))
