"""Write the database file of the present schema, as small as it can be: `python -m tests.upgrade.make_fixture`.

To be run once per released schema, before the schema version is raised; the file is then never written again.
"""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from crm_analytics.config import Settings
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import SCHEMA_VERSION
from tests.conftest import bring_in

HERE = Path(__file__).resolve().parent
FILES = {
    "orders.csv": "order_id,customer_id,order_date,amount\n1,A,2024-01-05,10.50\n2,B,2024-02-01,20.00\n3,A,2024-03-01,x\n",
    "customers.csv": "customer_id,name,email\nA,Ann,ann@example.com\nC,Cid,cid@example.com\n",
}


def make(target: Path) -> None:
    """Load the files into a new database and keep it, compressed. The marts are left out: every opening can make them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "data", "256MB", 1)
        warehouse = Warehouse.open(settings)
        for name, text in FILES.items():
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            bring_in(warehouse, path)
        with warehouse.duck.session() as session:
            for (table,) in session.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart'"):
                session.do(f"DROP TABLE mart.{table}")
        copied = Path(folder) / "copied.duckdb"
        with warehouse.duck.session() as session:  # a copy has no gaps
            own = session.value("SELECT current_database()")
            session.do(f"ATTACH '{copied}' AS copied (BLOCK_SIZE 16384)")
            session.do(f"COPY FROM DATABASE {own} TO copied")
            session.do("DETACH copied")
        warehouse.close()
        target.write_bytes(gzip.compress(copied.read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    make(HERE / f"schema-{SCHEMA_VERSION}.duckdb.gz")
