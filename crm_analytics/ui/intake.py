"""The way of a file on the Data page: dropped, recognised, reviewed, loaded."""

from __future__ import annotations

from concurrent.futures import wait

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.errors import CrmError
from crm_analytics.ingest.findings import of_kind
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.recall import Recalled
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.remapping import remap
from crm_analytics.ingest.review import DEFAULT_SOURCE, proposed
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.ui import jobs, preparing, reviewed, session, shell, show
from crm_analytics.ui.jobs import Job
from crm_analytics.ui.repairs import DECIMALS, ORDERS
from crm_analytics.ui.shell import inert, spoken
from crm_analytics.ui.upload_jobs import bring_in, compare_again, doubts, examine, examine_again, forget
from crm_analytics.ui.uploads import AT_ONCE, Choice, Upload, begin, uploads
from crm_analytics.workspace.imports import Import

IGNORED = "(not used)"
KEPT = "(kept as attribute)"
KIND_LABELS = {name: name.replace("_", " ").capitalize() for name in KINDS} | {"orders": "Orders (totals)"}


def drop_zone(warehouse: Warehouse) -> None:
    """The field for files and a card for each file in it."""
    with st.container(border=True, key="card_upload"):
        sent = st.file_uploader(
            "Files of orders, customers, products, campaigns, answers, cases …", accept_multiple_files=True, key="files",
            help="Delimited text (CSV, TSV) in any common form, Excel workbooks, Parquet, JSON lines, also packed as .gz or .zip.",
        )  # fmt: skip
        left, _ = st.columns([1, 3])
        left.text_input("Your name, for the history", key="who", max_chars=80, persist_state="session")
    known: dict[str, list[str]] = st.session_state.setdefault("uploads", {})
    for gone in [file_id for file_id in known if file_id not in {file.file_id for file in sent or []}]:
        for number in known.pop(gone):
            uploads().drop(number)
    together = st.container()
    if len(sent or []) > AT_ONCE:
        st.warning(
            f"The first {AT_ONCE} of these {len(sent or [])} files are read. Load them, take them out of the field, and the others follow.",
            icon=":material/stacks:",
        )
    fresh = False
    for file in (sent or [])[:AT_ONCE]:
        if not any(uploads().get(number) for number in known.get(file.file_id, ())):
            known[file.file_id] = []
            for number, upload in uploads().take(warehouse, file):
                known[file.file_id].append(number)
                begin(
                    number, upload, f"Reading {upload.name}", lambda job, upload=upload: examine(upload, warehouse, job)
                )
        for number in known[file.file_id]:
            waited = jobs.running(f"job_{number}")
            _file(warehouse, number)
            upload = uploads().get(number)
            fresh |= waited and not jobs.running(f"job_{number}") and upload is not None and upload.made is not None
    with together:
        _load_all(warehouse, [number for numbers in known.values() for number in numbers])
    if fresh:
        preparing.begin(warehouse)
        st.rerun()  # the top of the page was drawn before
    preparing.progress()


def _file(warehouse: Warehouse, number: str) -> None:
    upload = uploads().get(number)
    if upload is None:
        return
    with show.card(f"file_{number}", upload.name):
        try:
            jobs.wait(f"job_{number}", lambda: _first_look(upload, number))
        except CrmError as error:
            upload.problem = error
        if jobs.running(f"job_{number}"):
            return
        if upload.made is not None:
            _loaded(upload.made)
            return
        if upload.problem is not None:
            shell.explain(upload.problem)
        if upload.recognition is not None:
            _understood(warehouse, number, upload, upload.recognition)
        if upload.review is not None and not upload.review.comparison.holds(upload.session):
            if upload.problem is None:
                begin(number, upload, f"Comparing {upload.name}", lambda job: compare_again(upload, warehouse, job))
                st.rerun()
            st.caption("Since this was compared, something was loaded or taken back: what follows is as of before.")
        if upload.review is not None:
            reviewed.what_it_does(warehouse, number, upload, upload.review)


def _load_all(warehouse: Warehouse, numbers: list[str]) -> None:
    """One button for several files about which nothing is open; they are loaded in their order, each by itself."""
    ready = []
    for number in numbers:
        upload = uploads().get(number)
        if upload is None or upload.made is not None or jobs.running(f"job_{number}"):
            continue
        clear = upload.problem is None and not upload.changed and not doubts(upload)
        if clear and upload.review and upload.review.loads_anything:
            ready.append((number, upload))
    if len(ready) < 2:
        return
    rows = sum(upload.review.rows_read - upload.review.rejected for _, upload in ready if upload.review)
    label = f"Load all {len(ready)} files, {formats.count(rows)} rows"
    if st.button(label, key="load_all", type="primary", icon=":material/done_all:"):
        _load_in_order(ready, warehouse, session.who())
        st.rerun()


def _load_in_order(ready: list[tuple[str, Upload]], warehouse: Warehouse, name: str) -> None:
    """The later of two files that hold the same order must also be the later import."""
    previous: Job | None = None
    for number, upload in ready:

        def work(job: Job, upload: Upload = upload, previous: Job | None = previous) -> None:
            if previous is not None:
                wait([previous.future])
            bring_in(upload, warehouse, name, job, as_reviewed=False)  # the one before has changed what is loaded

        previous = begin(number, upload, f"Loading {upload.name}", work)


def _loaded(made: Import) -> None:
    st.success(
        f"Loaded as import {made.import_id:d}: {formats.count(made.new)} new, {formats.count(made.same)} same, "
        f"{formats.count(made.changed)} changed, {formats.count(made.rejected)} rejected rows.",
        icon=":material/check_circle:",
    )
    st.page_link("pages/overview.py", label="See how the business stands", icon=":material/space_dashboard:")


def _first_look(upload: Upload, number: str) -> None:
    """What the first rows of a large file say while all of them are read."""
    first = upload.first
    if first is None or upload.review is not None:
        return
    found = KIND_LABELS.get(first.kind or "", "an unknown kind of table")
    st.markdown(
        f"**First look at {formats.count(first.rows)} rows: {inert(found)}.** All rows are read now; what they say may differ."
    )
    kind = KINDS.get(first.kind or "")
    columns = [
        (
            column, ", ".join(form.examples[:3]), kind.field(guess.field).label if kind and guess.field else KEPT,
            formats.share(guess.confidence, 0) if guess.field else "",
        )
        for (column, guess), form in zip(first.mapping.items(), first.formats.values(), strict=True)
    ]  # fmt: skip
    show.rows(pd.DataFrame(columns, columns=["column", "such as", "read as", "confidence"]), f"first_{number}")


# --- what was understood --------------------------------------------------------------------------------------------


def _understood(warehouse: Warehouse, number: str, upload: Upload, recognition: Recognition) -> None:
    open_questions = [inert(_plain(each)) for each in doubts(upload)]
    found = KIND_LABELS.get(recognition.kind or "", "An unknown kind of table")
    reason = (
        ""
        if upload.recalled or not recognition.kind
        else f"{recognition.kind_reason[:1].upper()}{recognition.kind_reason[1:]}."
    )
    st.markdown(
        f"**{inert(found)}**, {formats.count(recognition.rows)} rows, {len(recognition.layout.columns)} columns, "
        f"{formats.size(recognition.bytes)}. {inert(_plain(reason) + _beside(recognition))}"
    )
    if upload.recalled is not None:
        _remembered(warehouse, number, upload, upload.recalled)
    if len(recognition.layout.sheets) > 1:
        _sheet(warehouse, number, upload, recognition)
    if open_questions:
        st.warning("Please check before loading:  \n" + "  \n".join(open_questions), icon=":material/help:")
    with st.expander(
        "What was recognised, column by column",
        expanded=upload.review is None or bool(open_questions),
        key=f"columns_{number}",
    ):
        _meanings(warehouse, number, upload, recognition)
        evidence = pd.DataFrame([(e.what, e.found, e.why, "yes" if e.sure else "please check") for e in recognition.evidence],
                                columns=["what", "found", "because", "sure"])  # fmt: skip
        show.rows(evidence, f"evidence_{number}")


def _plain(reason: str) -> str:
    """Names of fields as a person reads them; what is quoted is the file's own and stays."""
    parts = reason.split("'")
    parts[::2] = [each.replace("_", " ") for each in parts[::2]]
    return "'".join(parts)


def _beside(recognition: Recognition) -> str:
    """How many columns are no field, and what becomes of them."""
    count = sum(guess.field is None for guess in recognition.mapping.values())
    if not count or recognition.kind not in KINDS or not KINDS[recognition.kind].attributes:
        return ""
    return f" {count} of the columns {'is' if count == 1 else 'are'} no field: kept as they are, and segments can ask for them."


def _remembered(warehouse: Warehouse, number: str, upload: Upload, known: Recalled) -> None:
    """That the file is read as was decided before, and the way out of it."""
    if known.corrects is not None:
        st.markdown(
            f":material/build: Read **{inert(known.words)}** ({inert(known.corrects.file)}), whose rejected rows it holds."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/history: Read **{inert(known.words)}** of a file with the same columns.")
        if st.button("Forget that", key=f"forget_{number}", type="tertiary"):
            name = session.who()
            begin(number, upload, f"Reading {upload.name}", lambda job: forget(upload, warehouse, name, job))
            st.rerun()


def _sheet(warehouse: Warehouse, number: str, upload: Upload, recognition: Recognition) -> None:
    """Which sheet of a workbook is read."""
    sheets, read = list(recognition.layout.sheets), recognition.layout.sheet
    sheet = st.selectbox("Sheet", sheets, index=sheets.index(read) if read else 0, key=f"sheet_{number}", width=260)
    if sheet != read:
        begin(number, upload, f"Reading {upload.name}", lambda job: examine(upload, warehouse, job, sheet))
        st.rerun()


def _meanings(warehouse: Warehouse, number: str, upload: Upload, recognition: Recognition) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = list(
            dict.fromkeys((*recognition.likely_kinds, *KINDS))
        )  # where it is in doubt the likeliest stand first
        kind = st.selectbox(
            "This is a table of", names, index=names.index(recognition.kind) if recognition.kind else 0,
            format_func=KIND_LABELS.__getitem__, key=f"kind_{number}", width=200,
        )  # fmt: skip
        source = st.text_input(
            "Source", upload.source, key=f"source_{number}", max_chars=40, width=160,
            help="The system that numbers the customers and orders. Leave it unless two systems number differently.",
        )  # fmt: skip
    choice = Choice(kind, {}, {}, {}, source.strip() or DEFAULT_SOURCE)
    shown = recognition if kind == recognition.kind else remap(recognition, kind=kind)
    for position, column in enumerate(shown.mapping):
        with st.container(horizontal=True, vertical_alignment="center", key=f"column_{number}_{position}"):
            _meaning(f"{number}_{position}", shown, column, choice)
    upload.changed = choice != Choice(recognition.kind or "", proposed(recognition), {}, {}, upload.source)
    kinds = "primary" if upload.review is None or upload.changed else "secondary"
    if st.button("Review with these meanings", key=f"again_{number}", icon=":material/fact_check:", type=kinds):  # type: ignore[arg-type]
        begin(number, upload, f"Reviewing {upload.name}", lambda job: examine_again(upload, warehouse, choice, job))
        st.rerun()


def _meaning(key: str, recognition: Recognition, column: str, choice: Choice) -> None:
    """One column: its name and values, its field, and how to read it where that is open; noted in the choice."""
    guess, form, kind = recognition.mapping[column], recognition.formats[column], KINDS[choice.kind]
    fields = [IGNORED, *kind.names]
    proposal = guess.field or IGNORED  # in the widget's key: where it changes by another way, it is shown
    with st.container(width=260, gap=None):
        st.markdown(f"**{inert(column)}**")
        st.text(", ".join(form.examples[:3]))  # in Markdown addresses would become links
    field = st.selectbox(
        f"Meaning of {spoken(column)}", fields, index=fields.index(proposal), width=220,
        key=f"meaning_{choice.kind}_{key}_{proposal}", label_visibility="collapsed",
        format_func=lambda name: kind.field(name).label if name != IGNORED else KEPT if kind.attributes else IGNORED,
    )  # fmt: skip
    choice.mapping[column] = None if field == IGNORED else field
    if form.kind == "date" and form.order != "YMD":
        _open_question(
            f"order_{key}", f"Order of day and month in {column}", ORDERS, form.order, form, choice.date_order, column
        )
    if form.kind == "number" and (form.ambiguous or not form.sure):
        _open_question(
            f"decimal_{key}", f"Decimal mark in {column}", DECIMALS, form.decimal, form, choice.decimal, column
        )
    why = _plain(guess.reason.removesuffix(f"; {of_kind(recognition.kind_reason)}"))  # that is said of the whole file
    why += f" ({guess.confidence:.0%})" if guess.field else ""
    said = " ".join(f"{each[0].upper()}{each[1:]}." for each in dict.fromkeys((why, form.why)) if each)
    st.caption(inert(said), width="stretch")


def _open_question(
    key: str, label: str, answers: dict[str, str], found: str | None, form: Format, into: dict[str, str], column: str
) -> None:
    known = list(answers)
    picked = st.selectbox(
        spoken(label), known, width=220,
        index=None if form.ambiguous or found not in known else known.index(found), key=f"{key}_{found}",
        placeholder=f"{' or '.join(answers.values())}?", label_visibility="collapsed", format_func=answers.__getitem__,
    )  # fmt: skip
    if picked and (form.ambiguous or picked != found):
        into[column] = picked
