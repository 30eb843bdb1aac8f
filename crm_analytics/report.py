"""A programme's status as a PDF to print: the sentences and the tables of its page, the same numbers."""

from __future__ import annotations

import unicodedata
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

import pandas as pd
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from crm_analytics import __version__, formats
from crm_analytics.errors import UnknownName
from crm_analytics.metrics.programme.money import budget_in_words, programme_budget
from crm_analytics.metrics.programme.plan import programmes_of
from crm_analytics.metrics.programme.programme import (
    actions,
    actions_in_words,
    objectives,
    objectives_in_words,
    written,
)
from crm_analytics.metrics.programme.steps import (
    corrective_measures,
    measures_in_words,
    programme_steps,
    steps_in_words,
)
from crm_analytics.query.warehouse import Audience, Warehouse

NO_CHARTS = (
    "Without charts: drawing them into a PDF takes the extra `charts` and a Chromium, which are not installed here."
)
LETTERS = "Letters that the built-in fonts of PDF do not have are written without their marks, or as a question mark."

_WIDTH = landscape(A4)[0] - 30 * mm
_STYLES = getSampleStyleSheet()
_CELL = ParagraphStyle("cell", parent=_STYLES["BodyText"], fontSize=7.5, leading=9)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName="Helvetica-Bold")
_TEXT = ParagraphStyle("text", parent=_STYLES["BodyText"], fontSize=9.5, leading=12.5)
_FINDING = ParagraphStyle("finding", parent=_TEXT, keepWithNext=1, spaceAfter=2 * mm)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=7.5, textColor=colors.HexColor("#6B7079"))


def programme_report(
    warehouse: Warehouse, audience: Audience, programme: str, printed_on: date
) -> tuple[bytes, list[str]]:
    """The PDF of a programme's status as of a day, and what must be said about it. Errors: UnknownName."""
    found = programmes_of(warehouse, audience, programme)
    if not found:
        raise UnknownName("programme", programme, [])
    (plan,) = found
    currency, day = warehouse.currency, audience.as_of
    of_it = {"programme": plan.row_id}
    goals, done = objectives(warehouse, audience, **of_it), actions(warehouse, audience, **of_it)
    money, steps = programme_budget(warehouse, audience, **of_it), programme_steps(warehouse, audience, **of_it)
    mended = corrective_measures(warehouse, audience, **of_it)
    (outlook, calendar), said = _charts(goals, done, day)
    values = plan.values
    story: list[Flowable] = [
        Paragraph(_inert(values["name"]), _STYLES["Title"]),
        Paragraph(_inert(values["promise"] or ""), _TEXT),
        Paragraph(
            _inert(
                f"{formats.day(values['valid_from'])} to {formats.day(values['valid_to'])}, owner {values['owner'] or formats.NONE}. "
                f"Status as of {formats.day(day)}."
            ),
            _TEXT,
        ),
        *_part("Objectives", objectives_in_words(goals, day), _objectives(goals, currency), outlook),
        *_part("Actions", actions_in_words(done, day), _actions(done, currency), calendar),
        *_part("Money", budget_in_words(money, currency), _money(money, currency)),
        *_part("Ten steps", steps_in_words(steps), _table(steps[["number", "step", "state", "missing"]])),
        *_part("Corrective measures", measures_in_words(mended, day) or "None is recorded.", _mended(mended, currency)),
    ]
    said += [note for frame in (goals, done) for note in frame.attrs.get("notes", [])]
    text = "".join(part.text for part in story if isinstance(part, Paragraph))
    said += [LETTERS] if "?" in text else []
    origin = (
        f"Data version {warehouse.data_version}, crm-analytics {__version__}, printed on {formats.day(printed_on)}."
    )
    story += [Spacer(1, 4 * mm), *(Paragraph(_inert(note), _SMALL) for note in (*dict.fromkeys(said), origin))]
    return _printed(story, values["name"]), list(dict.fromkeys(said))


def _printed(story: list[Flowable], title: str) -> bytes:
    out = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 15 * mm)
    SimpleDocTemplate(out, pagesize=landscape(A4), title=title, author="crm-analytics", invariant=1, **margins).build(
        story
    )
    return out.getvalue()


def _part(
    title: str, finding: str | None, table: Flowable | None, chart: Flowable | None = None
) -> list[Flowable]:  # fmt: skip
    """A heading that stays with what it is of: the sentence, the picture, the table."""
    parts: list[Flowable] = [Spacer(1, 4 * mm), Paragraph(title, _STYLES["Heading2"])]
    parts += [Paragraph(_inert(finding), _FINDING)] if finding else []
    parts += [chart, Spacer(1, 2 * mm)] if chart is not None else []
    return [*parts, table] if table is not None else parts


def _objectives(frame: pd.DataFrame, currency: str | None) -> Flowable | None:
    figures = ("baseline", "target", "expected_to_date", "actual", "projected")
    rows = pd.DataFrame({"objective": frame["objective"], "figure": frame["metric"], "segment": frame["segment"]})
    for name in figures:
        rows[name] = [written(value, unit, currency) for value, unit in zip(frame[name], frame["unit"], strict=True)]
    rows["of the way"] = [formats.share(each, 0) for each in frame["progress_share"]]
    rows["due"] = [formats.day(each) for each in frame["due_on"]]
    rows["probability"] = [formats.share(each, 0) for each in frame["probability"]]
    rows["state"], rows["judged by"] = frame["state"], frame["judged_by"]
    return _table(rows)


def _actions(frame: pd.DataFrame, currency: str | None) -> Flowable | None:
    rows = frame[["action", "kind", "channel", "segment", "owner"]].copy()
    for name in ("scheduled_on", "executed_on"):
        rows[name] = [formats.day(each) for each in frame[name]]
    rows["state"], rows["reason"] = frame["state"], frame["reason"]
    for name in ("budget", "cost"):
        rows[name] = [formats.money(each, currency) for each in frame[name]]
    for name in ("planned_reach", "reached"):
        rows[name] = [formats.count(each) for each in frame[name]]
    for name in ("expected_response", "response"):
        rows[name] = [formats.share(each) for each in frame[name]]
    return _table(rows)


def _money(frame: pd.DataFrame, currency: str | None) -> Flowable | None:
    rows = frame[["item"]].copy()
    for name in ("budget", "planned_to_date", "spent", "variance"):
        rows[name] = [formats.money(each, currency) for each in frame[name]]
    for name in ("spent_share", "elapsed_share"):
        rows[name] = [formats.share(each, 0) for each in frame[name]]
    return _table(rows)


def _mended(frame: pd.DataFrame, currency: str | None) -> Flowable | None:
    rows = frame[["measure", "what", "why", "owner"]].copy()
    rows["due"] = [formats.day(each) for each in frame["due_on"]]
    rows["state"] = frame["state"]
    for name in ("figure", "actual", "effect"):
        rows[name] = [
            formats.NONE if pd.isna(unit) else written(value, unit, currency)
            for value, unit in zip(frame[name], frame["unit"], strict=True)
        ]
    return _table(rows)


def _table(frame: pd.DataFrame) -> Flowable | None:
    """A frame of texts; columns are as wide as their longest text asks for, within the page."""
    if frame.empty:
        return None
    texts = [[formats.NONE if pd.isna(value) else str(value) for value in row] for row in frame.itertuples(index=False)]
    heads = [str(name).replace("_", " ") for name in frame.columns]
    longest = [min(max(len(text) for text in column), 40) + 3 for column in zip(heads, *texts, strict=True)]
    widths = [_WIDTH * each / sum(longest) for each in longest]
    cells = [[Paragraph(_inert(text), _HEAD) for text in heads]]
    cells += [[Paragraph(_inert(text), _CELL) for text in row] for row in texts]
    lines = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.HexColor("#8C95AA")),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.HexColor("#D5D9E2")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *((name, (0, 0), (-1, -1), 2) for name in ("TOPPADDING", "BOTTOMPADDING", "LEFTPADDING", "RIGHTPADDING")),
        ]
    )
    return Table(cells, colWidths=widths, repeatRows=1, style=lines)


def _charts(goals: pd.DataFrame, done: pd.DataFrame, as_of: date) -> tuple[list[Flowable | None], list[str]]:
    """Pictures of the page's two charts, None where there is nothing to draw; and why there is none."""
    from crm_analytics.charts.pictures import WIDTH, pictures
    from crm_analytics.charts.programme import actions_calendar, objectives_outlook

    figures = [objectives_outlook(goals), actions_calendar(done, pd.Timestamp(as_of))]
    drawn = pictures([figure for figure in figures if figure.data])
    if drawn is None:
        return [None, None], [NO_CHARTS]
    left = iter(drawn)
    return [
        Image(BytesIO(next(left)), _WIDTH, _WIDTH * figure.layout.height / WIDTH) if figure.data else None
        for figure in figures
    ], []


def _inert(text: str) -> str:
    """Text that the PDF shows as it is: no markup, and only letters that its fonts have."""
    plain = text.replace(formats.MINUS, "-")
    known = "".join(each if _printable(each) else _without_marks(each) for each in plain)
    return escape(known)


def _without_marks(letter: str) -> str:
    base = "".join(each for each in unicodedata.normalize("NFKD", letter) if _printable(each))
    return base or "?"


def _printable(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
