"""The ten steps of a programme: what is done and what is missing; and what was done about what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.programme.plan import Types, framed, kept_with_plans, known_on, programmes_of, rows_of
from crm_analytics.metrics.programme.programme import actions, objectives, states_in_words
from crm_analytics.metrics.sales.diagnosis import diagnosis_figure
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import programmes as store
from crm_analytics.workspace import segments
from crm_analytics.workspace.programmes import PlanRow

#: A programme should last at least so many median interpurchase times, or most customers meet it once.
PURCHASES_OF_A_PROGRAMME = 3

#: What a step is called -> what is done in it, for somebody who has never heard of it.
STEPS = MappingProxyType(
    {
        "Diagnosis": "Where you stand before you begin: sales, who comes back, the market. Kept from the first day, to compare with.",
        "Customer database": "One record for each customer with what he bought: files of customers and orders, on the page Data.",
        "Micro-segments": "Whom the programme is for: a group with something in common, saved on the page Audience.",
        "Market research": "What these customers expect and how they find you: studies you register, surveys you load.",
        "Objectives": "What is to change, by how much and by when: a figure, where it starts, its target and a day.",
        "Plan format": "What customers are promised and offered, for how long, and what is done for each of them.",
        "Internal dissemination": "Your own people know it first: training, something in it for them, and who came.",
        "External dissemination": "Customers learn of it: through which media, and on which days.",
        "Schedule and start": "The plan is approved as it stands, its actions have dates, and the first are carried out.",
        "Results and adjustment": "What came of it against the plan, and what is done differently where it falls short.",
    }
)

_STEPS: Types = {"programme": "str", "number": "int64", "step": "str", "state": "str", "missing": "str", "about": "str"}
_MEASURES: Types = {
    "programme": "str", "measure": "str", "what": "str", "why": "str", "objective": "str", "figure": "float64",
    "figure_on": "datetime64[s]", "owner": "str", "due_on": "datetime64[s]", "state": "str", "actual": "float64",
    "effect": "float64", "unit": "str",
}  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What the steps are judged by."""

    programme: PlanRow
    rows: dict[str, list[PlanRow]]
    objectives: pd.DataFrame
    actions: pd.DataFrame
    diagnosed: bool
    approved: bool
    median_gap: float
    loaded: frozenset[str]
    saved_segments: int
    as_of: date


def programme_steps(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """The ten steps of a relationship marketing programme, what of each is done, and what is missing.

    Columns
    -------
    programme : str    the programme's id
    number : int64     1 to 10
    step : str         what the step is called
    state : str        done, in part, or missing
    missing : str      what is missing, in words; null where nothing is
    about : str        what is done in it
    """

    def make() -> pd.DataFrame:
        rows = []
        for each in programmes_of(warehouse, audience, programme):
            known = _known(warehouse, audience, each)
            for number, (step, wants) in enumerate(zip(STEPS, _wanted(known), strict=True), 1):
                lacking = [words for there, words in wants if not there]
                state = "done" if not lacking else "in part" if len(lacking) < len(wants) else "missing"
                rows.append(
                    {"programme": each.row_id, "number": number, "step": step, "state": state,
                     "missing": "; ".join(lacking) or None, "about": STEPS[step]}
                )  # fmt: skip
        return notes.noted(framed(rows, _STEPS))

    return kept_with_plans(warehouse, "programme_steps", audience, make, programme=programme)


def _known(warehouse: Warehouse, audience: Audience, programme: PlanRow) -> _Known:
    kinds = ("objectives", "actions", "budget", "measures", "tasks", "studies")
    day = known_on(warehouse, audience)
    with warehouse.duck.session() as session:
        diagnosed = bool(store.rows(session, store.DIAGNOSIS, programme.row_id, day))
        approved = store.approved_at(session, programme.row_id)
        saved = len(segments.listed(session))
    return _Known(
        programme,
        {kind: rows_of(warehouse, audience, kind, programme) for kind in kinds},
        objectives(warehouse, audience, programme=programme.row_id),
        actions(warehouse, audience, programme=programme.row_id),
        diagnosed,
        approved is not None,
        diagnosis_figure(warehouse, warehouse.audience(as_of=audience.as_of), "median_interpurchase_days"),
        warehouse.loaded,
        saved,
        audience.as_of,
    )


def _wanted(known: _Known) -> list[list[tuple[bool, str]]]:
    """For each step, what it wants: whether it is there, and what to say where it is not."""
    values = known.programme.values
    tasks = [row.values for row in known.rows["tasks"]]
    kinds = set(known.actions["kind"])
    dissemination = known.actions[known.actions["kind"] == "external dissemination"]
    trained = [each for each in tasks if each["kind"] == "training"]
    held = [each for each in trained if each["done_on"] or each["due_on"] <= known.as_of]
    media = [each for each in tasks if each["kind"] == "media"]
    return [
        [
            (known.diagnosed, "the diagnosis at the start is not frozen"),
            ("market" in known.loaded, "market figures (a file of month, market volume, repurchase rate)"),
            ("memberships" in known.loaded, "memberships of the loyalty programmes there are"),
        ],
        [(kind in known.loaded, f"a file of {words}") for kind, words in (("orders", "orders"), ("customers", "customers"))],
        [(known.saved_segments > 0 or bool(values["segment"]), "no segment is chosen: save one, or name it in the programme")],
        [
            (bool(known.rows["studies"]), "no market study is registered"),
            ("survey_answers" in known.loaded, "survey answers"),
        ],
        [
            (len(known.objectives) > 0, "no objective is set"),
            (len(known.objectives) > 0 and known.objectives["baseline"].notna().all(), "a baseline of an objective"),
            (len(known.objectives) > 0 and known.objectives["lacks"].isna().all(), _unmeasured(known.objectives)),
        ],
        [
            (bool(values["promise"]), "the promise"),
            (_long_enough(known), _too_short(known)),
            (bool(values["rational_values"]), "rational values offered"),
            (bool(values["emotional_values"]), "emotional values offered"),
            (bool(kinds & {"individual", "regular", "special event"}), "actions for customers"),
        ],
        [
            (bool(trained) or "internal training" in kinds, "training of the staff"),
            (any(each["kind"] == "incentive" for each in tasks), "an incentive for the staff"),
            (bool(held) and all(each["attended"] is not None for each in held), "who attended the training"),
        ],
        [
            (bool(media) or len(dissemination) > 0, "media and dates"),
            (bool(dissemination["executed_on"].notna().any()) or any(each["done_on"] for each in media), "none of it is done yet"),
        ],
        [
            (known.approved, "the plan is not approved"),
            (len(known.actions) > 0, "no action has a date"),
            (bool(known.actions["executed_on"].notna().any()), "nothing is executed yet"),
        ],
        _results(known),
    ]  # fmt: skip


def _results(known: _Known) -> list[tuple[bool, str]]:
    state = known.objectives["state"]
    wrong = set(known.objectives.loc[state.isin(["missed", "off track"]), "objective"])
    measured = {row.values["objective_id"] for row in known.rows["measures"]}
    without = sorted(wrong - measured)
    return [
        (bool(state.isin(["met", "missed", "on track", "at risk", "off track"]).any()), "no objective is measured yet"),
        (not without, f"no corrective measure for {', '.join(without)}"),
    ]


def _unmeasured(frame: pd.DataFrame) -> str:
    lacking = frame[frame["lacks"].notna()]
    return "; ".join(f"{row.objective}: {row.lacks}" for row in lacking.itertuples()) or "a figure of an objective"


def advised_days(median_gap: float) -> int | None:
    """How long a programme should last at least; None where the rhythm is not known."""
    return None if pd.isna(median_gap) else round(PURCHASES_OF_A_PROGRAMME * median_gap)


def _long_enough(known: _Known) -> bool:
    advised = advised_days(known.median_gap)
    values = known.programme.values
    return advised is None or values["valid_to"] - values["valid_from"] + timedelta(days=1) >= timedelta(days=advised)


def _too_short(known: _Known) -> str:
    return f"validity of at least {formats.days(advised_days(known.median_gap))}, three times the median time between purchases"


# --- corrective measures --------------------------------------------------------------------------------------------


def corrective_measures(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """What was decided about figures that went wrong: why, who, by when, and what the figure is now.

    The figure that led to it is kept as it was on its day; `actual` is the same figure as of the as-of date, and
    `effect` the difference. A measure of a later figure is not there yet. That something came
    after the measure does not prove that it came of it.

    Columns
    -------
    programme : str               the programme's id
    measure : str                 the measure's id
    what : str                    what is done differently
    why : str                     the figure that led to it, in words
    objective : str               the objective whose figure it was; null where none is named
    figure : float64              that figure, in the objective's unit; null where it was not kept
    figure_on : datetime64[s]     its day
    owner : str                   who answers for it; null where nobody is named
    due_on : datetime64[s]        when it is to be done
    state : str                   open, late, done or dropped
    actual : float64              the objective's figure of the as-of date; null without an objective or a later day
    effect : float64              actual - figure; null likewise
    unit : str                    money, share, days, points or count; null without an objective
    """

    def make() -> pd.DataFrame:
        rows = []
        for each in programmes_of(warehouse, audience, programme):
            found = [row for row in rows_of(warehouse, audience, "measures", each) if _seen(row, audience.as_of)]
            now = (
                objectives(warehouse, audience, programme=each.row_id).set_index("objective")
                if found
                else pd.DataFrame()
            )
            rows += [_measure(row, now, audience.as_of) for row in found]
        return notes.noted(framed(rows, _MEASURES))

    return kept_with_plans(warehouse, "corrective_measures", audience, make, programme=programme)


def _seen(row: PlanRow, as_of: date) -> bool:
    """Whether the figure that led to it was known by then."""
    return row.values["figure_on"] is None or row.values["figure_on"] <= as_of


def _measure(row: PlanRow, now: pd.DataFrame, as_of: date) -> dict[str, object]:
    values = row.values
    objective = values["objective_id"]
    later = values["figure_on"] is not None and as_of > values["figure_on"]
    actual = now.loc[objective, "actual"] if objective in now.index and later else None
    figure = values["figure"]
    done = values["status"] == "done" and (values["done_on"] is None or values["done_on"] <= as_of)
    state = (
        "done"
        if done
        else "dropped"
        if values["status"] == "dropped"
        else "late"
        if as_of > values["due_on"]
        else "open"
    )
    return {
        "programme": row.programme_id, "measure": row.row_id, "what": values["what"], "why": values["why"],
        "objective": objective, "figure": figure, "figure_on": values["figure_on"], "owner": values["owner"],
        "due_on": values["due_on"], "state": state, "actual": actual,
        "effect": None if actual is None or figure is None else actual - figure,
        "unit": now.loc[objective, "unit"] if objective in now.index else None,
    }  # fmt: skip


# --- in words -------------------------------------------------------------------------------------------------------


def steps_in_words(frame: pd.DataFrame) -> str | None:
    """How far the ten steps are, and the first that lacks something. Reads `programme_steps` of one programme."""
    if frame.empty:
        return None
    done = int((frame["state"] == "done").sum())
    open_ones = frame[frame["state"] != "done"]
    if open_ones.empty:
        return f"All {len(frame)} steps are done."
    first = open_ones.iloc[0]
    return f"{done} of {len(frame)} steps are done. Next: step {first['number']}, {first['step'].lower()}: {first['missing']}."


def measures_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """How many measures are open. Reads `corrective_measures`."""
    if frame.empty:
        return None
    return states_in_words(frame, as_of, "corrective measure", ("open", "late", "done", "dropped"))
