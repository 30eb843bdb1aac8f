"""The one door to the data: it knows the database, the data version, the as-of dates, and it owns the one cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

import pandas as pd
import pyarrow as pa
from sqlglot import exp

from crm_analytics.config import Settings
from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import DatabaseUnusable, MissingTable, NothingLoaded, UnknownName
from crm_analytics.query import controls, facts, marts, prepared, statements
from crm_analytics.query.composer import Composer, compares
from crm_analytics.query.days import Days
from crm_analytics.query.entered import Entered
from crm_analytics.query.frames import Frames, to_frame
from crm_analytics.query.links import Links
from crm_analytics.query.rules import EVERYONE, Rule
from crm_analytics.query.state import VERSION, State, named
from crm_analytics.query.upgrade import prepare
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.workspace import campaign_plans
from crm_analytics.workspace import preferences as prefs

T = TypeVar("T")


@dataclass(frozen=True)
class Audience:
    """Whom the figures are about, and as of which day. `before` is the as-of date of the earlier state."""

    rule: Rule
    as_of: date
    before: date


class Warehouse:
    """Reads statements for an audience; changes go through `changing`."""

    def __init__(self, duck: Duck, settings: Settings) -> None:
        self.duck = duck
        self.settings = settings
        self._frames = Frames()
        self._days = Days(duck)
        self._composer = Composer(duck, self._relation, lambda rule, day: controls.beside(self, rule, day))
        self._entered = Entered(duck)
        self._prepared = prepared.Prepared(duck)
        self.links = Links(duck)
        self._owed: list[Callable[[], None]] = []
        with duck.session() as session:
            self._refresh(session)

    @classmethod
    def open(cls, settings: Settings) -> Warehouse:
        """Open the database of a data directory; made, or brought to this version's schema, where needed."""
        duck = Duck(settings.database, settings.memory_limit, settings.threads)
        try:
            prepare(duck)
            return cls(duck, settings)
        except BaseException:
            duck.close()
            raise

    def close(self) -> None:
        """Let the database file go."""
        self.duck.close()

    # --- state ------------------------------------------------------------------------------------------------------

    @property
    def data_version(self) -> str:
        """Changes with every change of data or settings, and with the statements."""
        return named(self._now.version)

    @property
    def preferences(self) -> prefs.Preferences:
        """Parameters in force."""
        return self._now.preferences

    @property
    def currency(self) -> str | None:
        """The reporting currency of what is loaded, None if no file named one."""
        return self._now.currency

    @property
    def has_orders(self) -> bool:
        """Whether any order is loaded."""
        return self._now.has_orders

    @property
    def loaded(self) -> frozenset[str]:
        """The kinds of tables of which something is loaded."""
        return self._now.loaded

    @property
    def attributes(self) -> Mapping[str, Mapping[str, str]]:
        """Columns of files that are no field: kind -> name of the attribute -> text, number or date."""
        return self._now.attributes

    def audience(self, rule: Rule = EVERYONE, as_of: date | None = None, before: date | None = None) -> Audience:
        """An audience with its dates filled in: the latest order date, and one year before it."""
        day = as_of or self.latest()
        return Audience(rule, day, before or marts.months_before(day, 12))

    def latest(self) -> date:
        """The latest order date, else the latest day of anything loaded, else the day of the last import."""
        day = self._now.latest
        if day is None:
            raise NothingLoaded("orders")
        return day

    @property
    def _now(self) -> State:
        """What is known of the data, read again where that failed after a change."""
        if self._behind:
            self._catch_up()
        return self._state

    def base(self, as_of: date) -> marts.Base:
        """What holds for the whole base as of a day, the activity window first of all."""
        return self._relation(as_of)[1]

    # --- reading ----------------------------------------------------------------------------------------------------

    def read(self, name: str, audience: Audience, **knobs: object) -> pd.DataFrame:
        """The frame of a statement in sql/, for an audience. Knobs are bound as `$knob`; `$as_of` and `$before` always.

        The frame may be changed by the caller: it shares nothing that is written to.
        """
        knobs |= controls.beside(self, audience.rule, audience.as_of)
        days = (audience.as_of, audience.before) if compares(name) else (audience.as_of,)
        asked = audience if len(days) > 1 or "$before" in statements.text(name) else replace(audience, before=date.min)

        def make() -> tuple[int, pd.DataFrame]:
            key = prepared.key(name, asked.as_of, asked.before, knobs) if audience.rule == EVERYONE else None
            version, table = self._prepared.answer(
                name,
                key,
                self._state.version,
                lambda: self._fetched(days, lambda: self._composer.reading(name, audience, knobs, self._state.version)),
            )
            return version, to_frame(table)

        return self._frames.kept((name, asked, tuple(sorted(knobs.items()))), make)

    def keep(self, name: str, audience: Audience, make: Callable[[], pd.DataFrame], **knobs: object) -> pd.DataFrame:
        """What `make` gives, kept like a frame that was read: for what a metric makes of what it reads.

        Kept until the data changes, or what somebody entered of a campaign: that is no data, nothing is rebuilt for it.
        """
        entered = self.entered(campaign_plans.state)

        def made() -> tuple[int, pd.DataFrame]:
            return self._state.version, make()

        return self._frames.kept((f"made/{name}", entered, audience, tuple(sorted(knobs.items()))), made)

    def entered(self, read: Callable[[Session], T]) -> T:
        """What `read`, a function of a module, finds of what people entered; asked again only after something was written."""
        return self._entered.ask(read)

    @contextmanager
    def preparing(self) -> Iterator[Callable[[], int]]:
        """Within it this thread reads as a new process does, and the function that it gives keeps what it read for such ones."""
        with self._frames.afresh(), self._prepared.noting() as keep:
            yield keep

    @property
    def unprepared(self) -> frozenset[str]:
        """Statements that the database was asked for everyone since the data changed, prepared answers left aside."""
        return self._prepared.missed

    def sql(self, name: str, audience: Audience, **knobs: object) -> tuple[str, dict[str, object]]:
        """The statement as it runs, for "how is this computed", with the values bound to it."""
        return self._composer.standing_alone(name, audience, knobs)

    def flags(self, rules: Sequence[Rule], as_of: date) -> tuple[str, dict[str, object]]:
        """The statement that says of each customer which of the rules hold, as columns rule_0, rule_1 and so on, and its values."""
        return self._composer.flags(rules, as_of)

    def marks(self, rules: Mapping[int, Rule], as_of: date) -> tuple[str, dict[str, object]]:
        """The same by customer_no, each rule as a bit of the column `bits`; bit -> rule."""
        return self._composer.marks(rules, as_of)

    def choices(self, field: str, as_of: date, most: int = 200) -> list[Any]:
        """The values that a field of `customers` has, the most frequent first, at most so many."""
        if field not in CUSTOMER_FIELDS:
            raise UnknownName("field", field, CUSTOMER_FIELDS)

        def make() -> tuple[int, pd.DataFrame]:
            version, found = self._fetched((as_of,), lambda: (self._composer.choices(field, as_of, most), {}))
            return version, pd.DataFrame({field: pd.Series(found.column(0).to_pylist(), dtype=object)})

        return list(self._frames.kept(("choices", field, as_of, most), make)[field])

    def _fetched(
        self, days: tuple[date, ...], composed: Callable[[], tuple[exp.Query | str, dict[str, object]]]
    ) -> tuple[int, pa.Table]:
        """The result of a statement and the version that it is of: statement, tables and values of one state.

        An import may swap the tables between composing and reading: then the statement is composed anew.
        """
        again = False
        with self._days.held(days):
            while True:
                version = self._state.version
                tree, values = composed()
                try:
                    with self.duck.session() as session, session.transaction():
                        if int(session.value(VERSION)) == version:
                            return version, session.table(tree, values)
                except MissingTable:  # an audience may have given way to others meanwhile: it is made again, once
                    if again:
                        raise
                    again = True
                    self._composer.forget()
                    continue
                self._catch_up()  # an import was committed: what is known here is of it when its turn is over

    def _relation(self, as_of: date) -> tuple[str, marts.Base]:
        return self._days.relation(as_of, lambda: (self._now.latest, self.preferences, self.data_version))

    # --- changing ---------------------------------------------------------------------------------------------------

    @contextmanager
    def changing(
        self,
        session: Session | None = None,
        *,
        rebuild: Literal["all", "touched", "customers"] = "all",
        owed: Callable[[], None] | None = None,
    ) -> Iterator[Session]:
        """One transaction that changes data or settings: all of it with its marts and a new data version, or nothing.

        `touched`: only the orders that the body noted in the temporary table `touched` are made anew, and the relations of
        customers of days before them stay. `customers`: orders stay, only the relations of customers are made anew.
        `owed`: what the caller does after it, and cannot where the data are saved but not read again: done when they are.
        """
        own, since = session is None, date.min
        session = session or self.duck.open_session()
        try:
            with self.duck.writing():
                self._catch_up()  # the relations and parameters that stay are those of the state before
                with session.transaction():
                    yield session
                    prepared.drop(session)
                    if rebuild == "touched":
                        since = facts.refresh_orders(session, prefs.read(session))
                    elif rebuild == "customers":
                        facts.put_grid(session, prefs.read(session))
                    else:
                        facts.build_orders(session, prefs.read(session))
                    session.do(
                        "UPDATE workspace.meta SET value = CAST(CAST(value AS BIGINT) + 1 AS VARCHAR) WHERE name = 'data_version'"
                    )
                    marts.keep_customers(session, self._days.before(since), named(session.value(VERSION)))
                try:
                    with self.duck.session() as after:  # a stop of the change's own session is too late here
                        self._refresh(after)
                except DatabaseUnusable as error:  # told so that nobody, nor `sparing`, does again what is done
                    self._behind = True
                    self._owed += [owed] if owed else []
                    raise DatabaseUnusable(
                        self.duck.path, f"the change is saved, but not read again: {error.why}", "Do not repeat it."
                    ) from error
        finally:
            if own:
                session.close()

    def set_preferences(self, who: str, **changes: object) -> prefs.Preferences:
        """Change parameters; everything computed from them is made anew."""
        with self.duck.writing():
            held = self.preferences
            other = any(changes.get(name, getattr(held, name)) != getattr(held, name) for name in facts.READ)
            with self.changing(rebuild="all" if other else "customers") as session:
                return prefs.write(session, changes, who)

    def _catch_up(self) -> None:
        """Know the state of the database, where the refresh after a change failed; the error again where it still does."""
        with self.duck.writing(), self.duck.session() as session:
            if int(session.value(VERSION)) != self._state.version:
                self._refresh(session)
            owed, self._owed = self._owed, []
            for act in owed:
                act()

    def _refresh(self, session: Session) -> None:
        with self.duck.writing():
            marts.ensure(session, prefs.read(session), statements.digest())
        state = State.read(session)
        self._days.refresh(session, named(state.version))
        self._frames.forget(state.version)
        self._prepared.forget()
        self.links.forget()
        self._composer.forget()
        self._state = state  # last: who reads of this version finds all of it
        self._behind = False
