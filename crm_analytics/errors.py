"""The error family. Every message says what happened, where, and what to do; the facts are attributes."""

from __future__ import annotations

from difflib import get_close_matches


class CrmError(Exception):
    """Root of everything this package raises on purpose; `app.py` and `cli` catch it."""


class BadInput(CrmError, ValueError):
    """A file or a value given by the user cannot be used.

    Attributes: file (name as the user knows it), line (1-based, or None), cure (what to do).
    """

    def __init__(self, what: str, *, file: str, cure: str, line: int | None = None) -> None:
        self.what, self.file, self.line, self.cure = what, file, line, cure
        where = f"{file}, line {line:,}" if line is not None else file
        super().__init__(f"{where}: {what} {cure}")


class UnknownName(CrmError, LookupError):
    """A name that nothing answers to. Attributes: kind, name, known."""

    def __init__(self, kind: str, name: str, known: object) -> None:
        self.kind, self.name, self.known = kind, name, sorted(str(each) for each in known)  # type: ignore[attr-defined]
        close = get_close_matches(str(name), self.known, n=1)
        known_names = f" Known: {', '.join(self.known[:40])}." if self.known else " There are none."
        hint = f" Did you mean {close[0]!r}?" if close else known_names
        super().__init__(f"There is no {kind} named {name!r}.{hint}")


class BadRule(CrmError, ValueError):
    """A segment rule that cannot be read or makes no sense for its field. Attribute: rule (as given)."""

    def __init__(self, what: str, rule: object) -> None:
        self.rule = rule
        super().__init__(f"This rule cannot be used: {what}")


class BadValue(CrmError, ValueError):
    """A knob or a setting outside its range. Attributes: name, value, allowed (in words)."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        self.name, self.value, self.allowed = name, value, allowed
        super().__init__(f"{name} cannot be {value!r}: it takes {allowed}.")


class NotEnoughData(CrmError, ValueError):
    """Too little to compute an honest figure. Attributes: what, needed, found."""

    def __init__(self, what: str, needed: int, found: int, unit: str = "customers") -> None:
        self.what, self.needed, self.found, self.unit = what, needed, found, unit
        super().__init__(f"{what} needs at least {needed:,} {unit}; there are {found:,}.")


class NothingLoaded(CrmError, LookupError):
    """The database holds nothing that this figure is made of. Attribute: needs (kind of table)."""

    def __init__(self, needs: str) -> None:
        self.needs = needs
        super().__init__(
            f"Nothing is loaded yet. Load a file of {needs}: `crm-analytics import FILE`, or the Data page."
        )


class DatabaseBusy(CrmError, OSError):
    """Another process owns the database file. Attributes: path, holder (as the system names it)."""

    def __init__(self, path: object, holder: str) -> None:
        self.path, self.holder = str(path), holder
        super().__init__(
            f"The database {path} is in use by {holder}. One process owns it at a time: stop that one "
            "(or use its Data page), then try again."
        )


class DatabaseUnusable(CrmError, OSError):
    """The database file cannot be opened or written. Attributes: path, why."""

    def __init__(self, path: object, why: str, cure: str) -> None:
        self.path, self.why = str(path), why
        super().__init__(f"The database {path} cannot be used: {why} {cure}")


class SchemaTooNew(CrmError, RuntimeError):
    """The database was written by a newer version of this software. Attributes: found, known."""

    def __init__(self, path: object, found: int, known: int, software: str) -> None:
        self.found, self.known = found, known
        super().__init__(
            f"The database {path} has schema {found}, written by crm-analytics {software}; this version knows "
            f"schemas up to {known}. Install that version or a newer one; nothing was changed."
        )


class Stopped(CrmError, RuntimeError):
    """Long work was cancelled by the user. Nothing was changed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was cancelled. Nothing was changed.")


class TooLarge(CrmError, OverflowError):
    """Amounts that come to more than money is held in. Attributes: what, cure; import_id and line of the largest, where known."""

    CURE = "Look for numbers that are no amounts, or give all amounts in thousands."

    def __init__(
        self, found: str = "", cure: str = CURE, *, import_id: int | None = None, line: int | None = None
    ) -> None:
        self.what = "amounts come to more than 99,999,999,999,999" + (f": {found}" if found else ".")
        self.cure, self.import_id, self.line = cure, import_id, line
        super().__init__(f"{self.what[0].upper()}{self.what[1:]} {cure}")


class MissingTable(CrmError, LookupError):
    """A statement names a table or function that the database does not have."""
