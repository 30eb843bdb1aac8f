"""Loading a reviewed file in one transaction, and taking it back."""

from __future__ import annotations

import gzip
import hashlib
import uuid
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, BadValue, DatabaseUnusable, TooLarge
from crm_analytics.ingest import completing, corrections, mapping_file, store
from crm_analytics.ingest.convert import unmapped
from crm_analytics.ingest.currency import check_currency
from crm_analytics.ingest.recognise import changed_meanwhile
from crm_analytics.ingest.review import Review
from crm_analytics.query import evaluation, quality_scores
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.workspace import imports, mappings
from crm_analytics.workspace.imports import Import
from crm_analytics.workspace.mappings import Remembered


def load(warehouse: Warehouse, review: Review, path: Path, who: str, *, decided: bool = False) -> Import:
    """Load what a review staged: rows, rejects and the record of the import, or nothing.

    `decided`: a person said or confirmed how the file is read, so the next one with its headers is read so too.

    The rows are compared again where somebody has loaded another file since the review. The original bytes
    are kept first: a file without an import does no harm, an import without its file would.
    """
    if not review.loads_anything:
        raise BadInput(
            f"none of its {review.rows_read:,} rows can be loaded.",
            file=review.recognition.file,
            line=review.problems[0].first_line if review.problems else None,
            cure=f"First cause: {review.problems[0].cause}." if review.problems else "Check the file.",
        )
    keep_original(warehouse, path, review.recognition.sha256)
    before = quality_scores.day(warehouse)
    try:
        made = review.session.sparing(
            lambda: _loaded(warehouse, review, who, decided, before), review.recognition.bytes
        )
    except TooLarge as error:
        raise _refused(warehouse, review, error) from error
    _follow(warehouse, made, "import", before)
    return made


def _loaded(warehouse: Warehouse, review: Review, who: str, decided: bool, before: date | None) -> Import:
    """All of it in one transaction, or nothing."""
    with warehouse.changing(
        review.session, rebuild="touched", owed=lambda: _follow(warehouse, made, "import", before)
    ) as session:
        check_currency(session, review.recognition.file, review.currency)
        found = review.compared().comparison
        made = Import(
            import_id=int(session.value("SELECT coalesce(max(import_id), 0) + 1 FROM workspace.imports")),
            kind=review.kind.name,
            source=review.source,
            file=review.recognition.file,
            sha256=review.recognition.sha256,
            bytes=review.recognition.bytes,
            rows_read=review.rows_read,
            new=found.new,
            same=found.same,
            changed=found.changed,
            rejected=review.rejected,
            mapping=review.mapping_report(),
            problems=[each.as_dict() for each in review.problems],
            currency=review.currency,
            who=who,
            imported_at=_now(session),
            repairs=list(review.repaired),
            formats=corrections.kept_formats(review.recognition, review.mapping),
            corrects=review.corrects,
            filled_share=_filled_share(session, review),
        )
        imports.add(session, made)
        store.insert(session, review.kind, made.import_id, review.source)
        _note_attributes(session, review, made.import_id)
        if review.corrects is not None:
            completing.note(session, made.import_id)
        elif decided and review.recognition.layout.named:
            mappings.keep(session, _decision(review, who, made.imported_at))
        _audit(session, who, "import", f"{made.import_id}: {made.file}")
    return made


def _follow(warehouse: Warehouse, made: Import, act: str, before: date | None) -> None:
    """What is made of the data after an import, its undo or redo, in transactions of its own: that stands without it.

    `before`: the day that all was counted as of before it. Segments follow loads alone: undoing takes no evaluated day back.
    """
    quality_scores.keep(warehouse, made, act, before)
    if act == "import":
        with suppress(DatabaseUnusable):
            evaluation.refresh(warehouse)


def _refused(warehouse: Warehouse, review: Review, error: TooLarge) -> BadInput:
    """Why a file whose amounts are too large in sum is refused: with its line, or the import that holds the largest already."""
    with warehouse.duck.session() as session:
        if any(each.import_id == error.import_id for each in imports.listed(session)):
            return BadInput(error.what, file=review.recognition.file, cure=error.cure)
    line = error.line or _largest(review)
    cure = f"Nothing was changed. {error.CURE}"
    return BadInput(error.what, file=review.recognition.file, line=line, cure=cure)


def _largest(review: Review) -> int | None:
    """The line of the largest amount of a file, None without any."""
    money = [f"abs({field.name})" for field in review.kind.fields if field.meaning == "money"]
    priced = ["abs(quantity * unit_price)"] if review.kind.name == "order_lines" else []
    amounts = ", ".join(f"CAST({each} AS DOUBLE)" for each in money + priced)
    line = review.session.value(f"SELECT arg_max(line, greatest({amounts})) FROM staged") if amounts else None
    return None if line is None else int(line)


def _filled_share(session: Session, review: Review) -> float | None:
    """The share of the cells of the used columns that hold a valid value; cells of rejected rows do not."""
    used = sorted({name for name in review.mapping.values() if name})
    if not used:
        return None
    rows, filled = session.row(f"SELECT count(*), {' + '.join(f'count({name})' for name in used)} FROM staged")
    cells = (rows + review.rejected) * len(used)
    return filled / cells if cells else None


def _decision(review: Review, who: str, at: datetime) -> Remembered:
    said = mapping_file.decided(review.recognition, review.mapping, review.repairs)
    return Remembered(review.source, review.recognition.layout.columns, review.kind.name, said, who, at)


def forget(warehouse: Warehouse, made: Remembered, who: str) -> None:
    """Forget what was decided of files with the same headers; what was loaded so stays as it is."""
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        mappings.forget(session, made)
        _audit(session, who, "forget mapping", f"{made.source}: {', '.join(made.headers)}"[:500])


def _note_attributes(session: Session, review: Review, import_id: int) -> None:
    """Which columns of the file are kept beside the fields, so that segments and figures can name them."""
    if not review.kind.attributes:
        return
    for column, name in unmapped(review.recognition, review.mapping).items():
        found = review.recognition.formats[column]
        values = {
            "import_id": import_id, "kind": review.kind.name, "name": name, "header": column,
            "meaning": found.kind if found.kind in ("number", "date") and not found.ambiguous else "text",
        }  # fmt: skip
        session.do("INSERT INTO workspace.attributes VALUES ($import_id, $kind, $name, $header, $meaning)", values)


def undo(warehouse: Warehouse, import_id: int, who: str) -> Import:
    """Take an import back; what it had replaced holds again. `BadValue` if it is undone already."""
    return _switch(warehouse, import_id, who, undone=True)


def redo(warehouse: Warehouse, import_id: int, who: str) -> Import:
    """Let an undone import hold again, in its old place of the order. `BadValue` if it is not undone."""
    return _switch(warehouse, import_id, who, undone=False)


def _switch(warehouse: Warehouse, import_id: int, who: str, *, undone: bool) -> Import:
    before, act = quality_scores.day(warehouse), "undo" if undone else "redo"
    with warehouse.duck.session() as session:
        switched = session.sparing(lambda: _switched(warehouse, session, import_id, who, act, before))
    _follow(warehouse, switched, act, before)
    return switched


def _switched(
    warehouse: Warehouse, session: Session, import_id: int, who: str, act: str, before: date | None
) -> Import:
    undone = act == "undo"
    with warehouse.changing(session, rebuild="touched", owed=lambda: _follow(warehouse, known, act, before)):
        known = imports.one(session, import_id)
        if (known.undone_at is not None) == undone:
            raise BadValue("import_id", import_id, "an import that holds" if undone else "an import that was undone")
        imports.mark(session, import_id, _now(session) if undone else None, who if undone else None)
        store.settle(session, KINDS[known.kind], import_id)
        _audit(session, who, act, f"{import_id}: {known.file}")
        return imports.one(session, import_id)


def keep_original(warehouse: Warehouse, path: Path, sha256: str) -> Path:
    """Keep a file's bytes, compressed, under their SHA-256; a file that is kept already is not written again.

    Errors: DatabaseUnusable where it cannot be written, BadInput where the file is not the one that was read.
    """
    folder = warehouse.settings.originals
    kept = folder / f"{sha256}.gz"
    if not kept.exists():
        partial = folder / f"{sha256}.{uuid.uuid4().hex}.partial"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with path.open("rb") as source, gzip.open(partial, "wb", compresslevel=1) as target:
                while part := source.read(1 << 20):
                    digest.update(part)
                    target.write(part)
            if digest.hexdigest() != sha256:
                raise changed_meanwhile(path.name)
            partial.replace(kept)
        except BadInput:
            partial.unlink(missing_ok=True)
            raise
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise DatabaseUnusable(
                folder, f"the original file cannot be kept ({error.strerror}).", "Nothing was loaded. Check free space."
            ) from error
    return kept


def _now(session: Session) -> datetime:
    """The clock is read here, at the edge: an import happens at a time."""
    return datetime.now().replace(microsecond=0)


def _audit(session: Session, who: str, act: str, what: str) -> None:
    session.do(
        "INSERT INTO workspace.audit VALUES ($at, $who, $act, $what)",
        {"at": datetime.now(), "who": who, "act": act, "what": what},
    )
