"""What the process is told from outside, read once and passed down."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

#: Environment variable that names the data directory.
DATA_VARIABLE = "CRM_ANALYTICS_DATA"


@dataclass(frozen=True)
class Settings:
    """Where data is kept and how much of the machine may be used.

    data_dir: folder of the database file and of the original files; made when missing.
    memory_limit: DuckDB's limit, with unit; threads: its worker threads (0: as many as cores).
    """

    data_dir: Path
    memory_limit: str = "4GB"
    threads: int = 0

    @property
    def database(self) -> Path:
        """The one database file."""
        return self.data_dir / "crm.duckdb"

    @property
    def originals(self) -> Path:
        """Folder of the files as they came, compressed, named by their SHA-256."""
        return self.data_dir / "originals"

    @classmethod
    def read(cls, data_dir: str | Path | None = None) -> Settings:
        """From the argument, else from the environment, else `data/local` of the checkout."""
        chosen = data_dir or os.environ.get(DATA_VARIABLE) or PROJECT / "data" / "local"
        return cls(Path(chosen).expanduser().absolute())


def system_user() -> str:
    """Name of the system's user, for the audit trail of the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
