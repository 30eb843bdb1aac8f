"""What loading a reviewed file would do, and the button that does it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.ingest import rejects
from crm_analytics.ingest.contents import Contents
from crm_analytics.ingest.review import Review
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import repairs, session, show
from crm_analytics.ui.shell import inert
from crm_analytics.ui.upload_jobs import bring_in, doubts, try_load
from crm_analytics.ui.uploads import Upload, begin


def what_it_does(warehouse: Warehouse, number: str, upload: Upload, review: Review) -> None:
    """Counts, contents, effect, problems, and the button that loads."""
    with st.grid(5, min_column_width=120, gap="small"):
        for label, value, about in (
            ("Rows read", review.rows_read, "Every row of the file below its header."),
            ("New", review.new, "Rows of orders, customers or products that are not loaded yet."),
            ("Same", review.same, "Rows that are loaded already, exactly so."),
            (
                "Changed",
                review.changed,
                "Rows whose order, customer or product is loaded with other content: the file's holds then.",
            ),
            ("Rejected", review.rejected, "Rows that cannot be used; each is kept with its reason."),
        ):
            st.metric(label, formats.count(value), border=True, help=about)
    if upload.overtaken:
        st.info(
            "Since this file was reviewed something else was loaded, taken back or set, here or in another window. This file is not "
            "loaded yet, and the counts are of now: look at them before you load.",
            icon=":material/sync:",
        )
    if review.loads_anything and not review.new and not review.changed:
        st.info(
            "All of its rows are loaded already, exactly so: loading them changes nothing.", icon=":material/done_all:"
        )
    if upload.contents is not None:
        st.markdown(_in_words(upload.contents, review.currency))
        _effect(warehouse, number, upload)
    if review.repeated:
        st.caption(
            f"{formats.count(review.repeated)} rows are equal to another row of the file. "
            "They may be right (two equal lines of one order); have a look."
        )
    if review.doubled:
        st.warning(
            f"{formats.count(review.doubled)} orders of this file are loaded already under another customer, or with line numbers "
            "where this file has none. Unless your numbers repeat, loading would count them twice: undo the earlier import first.",
            icon=":material/content_copy:",
        )
    if upload.voids is not None:
        repairs.void(warehouse, number, upload, upload.voids)
    if upload.unknown is not None:
        st.warning(inert(upload.unknown), icon=":material/person_off:")
    repairs.made(review)
    if review.problems:
        _problems(warehouse, number, upload, review)
    rows = review.rows_read - review.rejected
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Load {formats.count(rows)} row{'' if rows == 1 else 's'}", key=f"load_{number}", type="primary",
            icon=":material/download_done:", disabled=upload.changed or not review.loads_anything,
        ):  # fmt: skip
            name = session.who()
            begin(number, upload, f"Loading {upload.name}", lambda job: bring_in(upload, warehouse, name, job))
            st.rerun()
        if upload.changed:
            st.caption(
                "The meanings above were changed, and these counts are as of before: press **Review with these meanings** first."
            )
        else:
            agreed = "Loading says yes to the questions above. " if doubts(upload) else ""
            st.caption(f"{agreed}One transaction: all of it or nothing. It can be taken back below at any time.")


def _effect(warehouse: Warehouse, number: str, upload: Upload) -> None:
    """What the load would do to the main figures; of a large file only when asked, since it takes as long as the load."""
    found = upload.effect
    if found is None:
        if st.button("What would it change?", key=f"effect_{number}", icon=":material/difference:", type="tertiary"):
            begin(number, upload, f"Trying {upload.name}", lambda job: try_load(upload, warehouse, job))
            st.rerun()
        return
    prefix = formats.money_prefix(upload.review.currency if upload.review else None)
    money = [f"{prefix}{each.revenue:,.2f}" for each in (found.before, found.after)]
    rates = [
        "–" if each.repurchase_rate is None else formats.share(each.repurchase_rate)
        for each in (found.before, found.after)
    ]
    moved = [
        ("revenue", *money),
        ("purchases", formats.count(found.before.orders), formats.count(found.after.orders)),
        ("buyers", formats.count(found.before.buyers), formats.count(found.after.buyers)),
        ("repurchase rate", *rates),
    ]
    listed = ", ".join(f"{inert(name)} {inert(old)} → **{inert(new)}**" for name, old, new in moved)
    st.markdown(f"After the load: {listed}.", help="Purchases are orders above 0, buyers those who have one.")
    if found.vanished:
        st.warning(
            f"{formats.count(found.vanished)} rows of the previous file of this kind are not in this one. They stay loaded: "
            "undo that import if they should go.",
            icon=":material/playlist_remove:",
        )


def _in_words(found: Contents, currency: str | None) -> str:
    """What the file amounts to, so that it can be held against the system that wrote it."""
    words = []
    if found.amount is not None:
        words.append(f"**{inert(f'{formats.money_prefix(currency)}{found.amount:,.2f}')}**")
    words += [
        f"**{formats.count(number)}** {noun}"
        for number, noun in ((found.orders, "order numbers"), (found.customers, "customers"))
        if number is not None
    ]
    if found.first_on is not None and found.last_on is not None:
        words.append(f"**{formats.day(found.first_on)} – {formats.day(found.last_on)}**")
    return f"The rows to load amount to: {', '.join(words)}. Does your system say the same?"


def _problems(warehouse: Warehouse, number: str, upload: Upload, review: Review) -> None:
    frame = pd.DataFrame([problem.as_dict() for problem in review.problems])
    frame = frame.rename(columns={"first_line": "first line"})[["rows", "cause", "column", "example", "first line"]]
    for name in ("column", "example"):
        frame[name] = frame[name].fillna(formats.NONE)
    show.rows(frame, f"problems_{number}")
    st.download_button(
        "Rejected rows with reasons", lambda: _rejects(upload, review), f"rejected_{Path(upload.name).stem}.csv", "text/csv",
        key=f"rejects_{number}", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    repairs.offered(warehouse, number, upload, review)


def _rejects(upload: Upload, review: Review) -> bytes:
    rows = upload.session.rows("SELECT line, column_name, value, reason, raw FROM rejects ORDER BY line, column_name")
    found = review.recognition
    frame = rejects.frame(rows, found.layout.columns, found.sha256, corrects=review.corrects is not None)
    return rejects.as_csv(frame, mark=True)
