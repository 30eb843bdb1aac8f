"""Writing the sample company's exports to a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import BadInput, BadValue
from crm_analytics.sample.dirty import write_dirty
from crm_analytics.sample.truth import write_truth
from crm_analytics.sample.world import Parameters, Progress, make, statement

MOST_CUSTOMERS = 1_000_000

#: The exports, each the SELECT of sql/files/<name>.sql.
FILES = (
    "customers", "products", "orders", "order_lines", "deliveries", "customers_store", "orders_store", "consents",
    "memberships", "benefits", "invoices", "interactions", "campaigns", "contacts", "survey_answers", "cases",
    "market", "costs", "programme", "objectives", "actions",
)  # fmt: skip
#: What is true of it, which no export would tell.
TRUTH = ("truth_customers", "truth_campaign_orders", "person_links")


@dataclass(frozen=True)
class Manifest:
    """What was written. rows: data rows by file name (without `.csv`), without the dirty twins."""

    folder: Path
    customers: int
    seed: int
    stationary: bool
    rows: Mapping[str, int]


def write(
    out: Path, customers: int = 2000, seed: int = 1, stationary: bool = False, progress: Progress | None = None
) -> Manifest:
    """Write the company's CSV exports into the folder `out` (made when missing; files of these names are replaced),
    with the truth it was made from (truth*.*, person_links.csv) and a dirty twin of each file in `out`/dirty.

    The same arguments give the same bytes. `progress` is called with the share done and what is being done.
    Raises BadValue for a number of customers outside 1 to 1,000,000 or a negative seed, BadInput for a folder
    that cannot be made.
    """
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise BadValue("customers", customers, f"a whole number from 1 to {MOST_CUSTOMERS:,}")
    if not 0 <= seed < 2**63:
        raise BadValue("seed", seed, "a whole number from 0 on")
    tell = progress or (lambda share, what: None)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"cannot be made: {error.strerror}.", file=str(out), cure="Choose another folder.") from error
    duck = Duck(None)
    try:
        with duck.session() as session:
            parameters = Parameters(customers, seed, stationary)
            spill = str(out / ".spill").replace("'", "''")
            session.do(f"SET temp_directory = '{spill}'")  # what exceeds the memory goes beside the files, then away
            make(session, parameters, tell)
            rows = {}
            for done, name in enumerate((*FILES, *TRUTH)):
                tell(0.6 + 0.3 * done / len(FILES + TRUTH), f"Writing {name}.csv")
                rows[name] = _export(session, name, out)
            write_truth(session, parameters, out / "truth.json")
            tell(0.9, "Spoiling the dirty twins")
            write_dirty(session, out)
    finally:
        duck.close()
    tell(1.0, "Done")
    return Manifest(out, customers, seed, stationary, MappingProxyType(rows))


def _export(session: Session, name: str, out: Path) -> int:
    session.copy_csv(statement("files", name), out / f"{name}.csv")
    return session.value(f"FROM ({statement('files', name)}) SELECT count(*)")
