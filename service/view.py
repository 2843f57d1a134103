"""The review, a view of it, and its figures, as one visit may see them.

Its rights are checked here, before anything is computed or taken from the cache.
"""

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import polars as pl

from access.roles import OF_ROWS, Permission
from access.visit import Visit
from data.decision_step import DecisionStep
from data.decisions import DecisionSteps
from data.errors import UserError
from data.formatting import briefly
from data.loading import Quarantined, changes, quarantined_tables
from data.notes import Note, Notes
from data.review import chosen_folder
from data.schema import REFERENCE, staff_columns
from data.terms import Nouns, Terms
from metrics import catalogue, cube
from metrics.as_at import Clocks, at, known, not_compared
from metrics.bridge import Bridge, bridge, moves
from metrics.catalogue.timeliness import requests
from metrics.dimensions import Dimension, Narrowing, dimension, dimensions_of, having, named, narrow, narrows
from metrics.evaluate import Ages, ages, behind
from metrics.histories.subjects import HISTORIES
from metrics.metric import AnyMetric, Metric, Subject, spoken
from metrics.questions import Filters, Question
from metrics.rates import by_reviewer
from metrics.timelines import case_file
from service import results
from service.cache import Result, key_of, once
from service.nation import Nation, choose
from service.results import CacheKey, Figure, Place, counted_metric

COMPARED_WITH = dt.timedelta(weeks=4)


@dataclass(frozen=True)
class Source:
    """The review at one version of its ledger, as one visit may see it. run: what is read once in a run."""

    visit: Visit
    marking: str
    place: Place
    terms: Terms
    last_day: dt.date
    first_day: dt.date
    nation: Nation | None = field(default=None, compare=False)
    run: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any], compare=False, repr=False)

    def view(self, clocks: Clocks, narrowing: Narrowing, against: dt.date | None = None) -> "View":
        """against: the day that figures are compared with; four weeks before, if none is named."""
        narrowed = tuple((name, tuple(narrowing[name])) for name in sorted(narrowing) if narrowing[name])
        return View(self, clocks, narrowed, against)

    def catalogue(self) -> list[AnyMetric]:
        return [spoken(metric, self.words) for metric in catalogue.CATALOGUE]

    def values(self, name: str) -> list[str | None]:
        """Values of a dimension that occur, in their own order; None, last, if some have none recorded."""
        self.visit.require(Permission.FIGURES, f"values of {name}")
        self.guard([name])
        return results.values(self.place, name)

    def guard(self, names: Iterable[str]) -> None:
        """Refuse dimensions that stand for people to those who may not see names."""
        for name in names:
            if dimension(name).staff:
                self.visit.require(Permission.REVIEWER_NAMES, f"figures by {name}")

    @cached_property
    def words(self) -> Nouns:
        return self.terms.words

    @property
    def states(self) -> int:
        return self.states_by(self.last_day)

    @property
    def first_load(self) -> dt.date:
        return min(self._loaded_on, default=self.last_day)

    def states_by(self, day: dt.date) -> int:
        return bisect_right(self._loaded_on, day)

    @property
    def _loaded_on(self) -> list[dt.date]:
        return results.loaded_on(self.place)

    @cached_property
    def tables(self) -> set[str]:
        return set(results.register(self.place, "receipts")["table_name"])

    def loaded(self, names: Sequence[str]) -> list[str]:
        countable = results.countable(self.place)
        return [name for name in names if name in countable]

    def filled(self, subject: Subject) -> set[str]:
        """Return the columns that a register may lack, and that this one has a value of."""
        return results.filled(self.place, subject) if HISTORIES[subject].table in self.tables else set()

    @property
    def opening_day(self) -> dt.date:
        """Day that figures speak of until another is chosen."""
        opens_on = self.terms.opens_on
        return min(opens_on, self.last_day) if opens_on and opens_on >= self.first_day else self.last_day

    def register(self, name: results.Register, *, superseded: bool = False) -> pl.DataFrame:
        self.visit.require(Permission.LOADS, name)
        return results.register(self.place, name, superseded=superseded)

    def rejected(self, day: dt.date) -> Quarantined | None:
        """Return how many rows of cases were rejected by a day and not loaded since, and by which load."""
        self.visit.require(Permission.FIGURES, "number of rejected rows")
        loads = results.register(self.place, "loads").filter(pl.col("recorded_on") <= day)["load"]
        of_cases = pl.col("table_name") == "applications", pl.col("load").is_in(loads.implode())
        receipts = results.register(self.place, "receipts").filter(*of_cases)
        return next(iter(quarantined_tables(receipts)), None)

    def notes(self) -> pl.DataFrame:
        """Return what was noted on each day's loads: `recorded_on, note`."""
        self.visit.require(Permission.FIGURES, "notes of loads")
        noted = results.register(self.place, "loads").filter(pl.col("note") != "")
        return noted.group_by("recorded_on").agg(pl.col("note").unique(maintain_order=True).str.join(" "))

    def dated_notes(self) -> list[Note]:
        """Return every version of the notes on figures, as they are in this run."""
        self.visit.require(Permission.FIGURES, "notes on figures")
        if "notes" not in self.run:
            self.run["notes"] = Notes(results.review_at(self.place)).all()
        return self.run["notes"]

    def decision_steps(self) -> tuple[list[DecisionStep], list[str]]:
        """Return the steps of decisions that count, as they are in this run, and what is wrong."""
        self.visit.require(Permission.FIGURES, "steps of decisions")
        if "decisions" not in self.run:
            self.run["decisions"] = DecisionSteps(results.review_at(self.place)).all()
        return self.run["decisions"]

    def changes(self, table: str, load: int) -> pl.DataFrame:
        """Return what one load changed in one table, row by row; staff only to those who may see them."""
        self.visit.consult(Permission.CASE_ROWS, f"changes of load {load} in {table}")
        loads = results.register(self.place, "loads", superseded=True).drop_nulls("superseded_by")["load"]
        # What a superseded load did stands in the ledger as it was then, and in none since.
        place = self.place._replace(version=load) if load in loads else self.place
        rows = changes(results.snapshot(place).scan(table), table, load)
        if self.visit.may(Permission.REVIEWER_NAMES):
            return rows
        hidden = staff_columns()
        shown = pl.col("column").is_null() | ~pl.col("column").is_in(hidden)
        return rows.drop(hidden, strict=False).filter(shown)


@dataclass(frozen=True)
class View:
    """The review as one reader looks at it: two clocks, what it is narrowed to, and the day compared with."""

    source: Source
    clocks: Clocks
    filters: Filters
    against: dt.date | None = None

    @property
    def cache_key(self) -> tuple[Hashable, ...]:
        """A reader's own: no result is handed from one role to another."""
        source = self.source
        role = source.visit.session.role
        return source.place, source.marking, self.clocks, self.filters, self.against, role

    def once(self, name: str, make: Callable[[], Result], *of: object) -> Result:
        """Return what is made of this view and of `of`, and of nothing else that may differ."""
        self.source.visit.require(Permission.FIGURES, name)
        return once((name, self.cache_key, key_of(of)), make)

    @property
    def words(self) -> Nouns:
        return self.source.words

    @property
    def plain(self) -> bool:
        """Whether this is what a reader sees who has chosen nothing: all of it, on the opening day."""
        usual = Clocks(self.source.opening_day, self.source.last_day)
        return not self.filters and self.clocks == usual

    @property
    def as_known_then(self) -> bool:
        """Whether the figures are as they were known on their day, and something else was known before it."""
        return self.clocks.known_at == self.clocks.as_at and self.many_states

    @property
    def many_states(self) -> bool:
        return self.source.states_by(self.clocks.known_at) > 1

    @property
    def before(self) -> Clocks:
        """Clocks of the day compared with; known as the view is where nothing had been loaded by that day.
        Raises ValueError where it is compared with no day; see `not_compared`."""
        if why := self.not_compared:
            raise ValueError(why)
        day = self._day_compared_with
        then = self.as_known_then and self.source.states_by(day) > 0
        return Clocks(day, day if then else self.clocks.known_at)

    @property
    def not_compared(self) -> str:
        return not_compared(self.clocks, self._day_compared_with)

    @property
    def _day_compared_with(self) -> dt.date:
        return self.against or self.clocks.as_at - COMPARED_WITH

    def metric(self, name: str) -> AnyMetric:
        return spoken(catalogue.metric(name), self.source.words)

    def result(self, name: str, *, by: Sequence[str] = (), every: str | None = None) -> pl.DataFrame:
        """Return a figure broken down by dimensions and periods; see `metrics.evaluate`."""
        seen, metric = self._looked_at(name, by), catalogue.metric(name)
        if isinstance(metric, Metric) and not by and every is None:
            return cube.result(metric, results.totals(seen, metric.subject)[name])
        return results.result(seen, metric, tuple(by), every)

    def results(self, subject: Subject, by: Sequence[str] = ()) -> dict[str, pl.DataFrame]:
        key, figures = self._looked_at(f"every figure of {subject}", by), catalogue.metrics_of(subject)
        names = tuple(figure.name for figure in figures)
        question = Question(names, key.clocks, tuple(by), filters=key.filters)
        return once(("results", key, subject, *by), lambda: results.figures_of(key, question))

    def figure(self, name: str, clocks: Clocks | None = None) -> Figure:
        view = self if clocks is None else View(self.source, clocks, self.filters)
        seen, metric = view._looked_at(name), catalogue.metric(name)
        if isinstance(metric, Metric):
            numbers = results.totals(seen, metric.subject)[name]
        else:
            numbers = once(("numbers", seen, name), lambda: view.result(name).row(0, named=True))
        return Figure(self.metric(name), view.clocks, **numbers)

    def counts(self, *names: str, clocks: Clocks | None = None) -> list[int]:
        return [self.figure(name, clocks).numerator for name in names]

    def whole(self, of: AnyMetric | Subject) -> bool:
        """Whether the view is narrowed by what does not narrow a figure, or the things of a subject."""
        names = [name for name, _ in self.filters]
        if isinstance(of, str):
            return any(of not in dimension(name).subjects for name in names)
        return not all(narrows(name, of) for name in names)

    def without(self, *names: str) -> "View":
        return replace(self, filters=tuple(chosen for chosen in self.filters if chosen[0] not in names))

    def chosen(self, name: str) -> list[str]:
        """Return the labels that the view is narrowed to; none, if it is not."""
        return next((named(name, values) for filtered, values in self.filters if filtered == name), [])

    def loaded(self, names: Sequence[str]) -> list[str]:
        return self.source.loaded(names)

    def course(self, name: str, days: Sequence[dt.date], *, then: bool) -> pl.DataFrame:
        """days: evenly spaced, in order."""
        key, metric = self._looked_at(name).over_time(then=then), catalogue.metric(name)
        span = (min(days[0], self.source.first_day), max(days[-1], self.source.last_day))
        days_known = results.every_day(key, metric, span)
        step = max((days[-1] - days[0]).days // max(len(days) - 1, 1), 1)
        asked = days_known.slice((days[0] - span[0]).days, step * (len(days) - 1) + 1)
        return asked if step == 1 else asked.gather_every(step)

    def bridge(self, name: str) -> Bridge:
        opening, closing = self.figure(name, self.before), self.figure(name)
        return bridge(opening.numerator, self._moved(name), closing.numerator)

    def added_and_removed(self, names: Iterable[str]) -> dict[str, tuple[float, float]]:
        """Return what was added to each count since the day compared with, and what was removed."""
        keys = {counted_metric(name): self._looked_at(name) for name in names}
        return results.added_and_removed(keys, self.before)

    def moved(self, name: str) -> pl.DataFrame:
        self.source.visit.consult(Permission.CASE_ROWS, f"{self.scope(name)}; since {self.before.as_at}")
        rows = self._moved(name).drop(self._hidden(), strict=False)
        return rows.join(self.source.notes(), on="recorded_on", how="left", maintain_order="left")

    def _moved(self, name: str) -> pl.DataFrame:
        key, metric, opening = self._looked_at(name), counted_metric(name), self.before
        make = partial(moves, metric, opening=opening, closing=key.clocks, narrowing=dict(key.filters))
        return once(("moved", key, name, opening), lambda: make(rows=key.history(metric.subject)).collect())

    def _hidden(self) -> set[str]:
        return set() if self.source.visit.may(Permission.REVIEWER_NAMES) else staff_columns()

    def behind(self, name: str, where: Sequence[tuple[str, str | None]] = ()) -> pl.DataFrame:
        """Return the rows a figure counts, where dimensions have these values (None: not recorded)."""
        self.source.guard(split for split, _ in where)
        self.source.visit.consult(Permission.CASE_ROWS, self.scope(name, where))
        metric, day = catalogue.metric(name), self.clocks.as_at
        rows = behind(metric, self._rows(metric.subject), self.clocks)
        shown = rows.filter(*having(where, day)) if where else rows
        if metric.subject in dimension("grade").subjects:
            shown = shown.with_columns(grade=dimension("grade").value(day))
        return shown.drop(self._hidden(), strict=False).sort(pl.nth(0), maintain_order=True).collect()

    def case_file(self, application_ref: str) -> pl.DataFrame:
        """Return all that was ever recorded of one application; UserError: none has that reference."""
        self.source.visit.require(Permission.CASE_ROWS, "one case's own history")
        unknown = UserError(f"No {self.source.terms.case.one} of this review has that reference.")
        # What cannot be a reference is kept out of the record, which names what was looked at.
        if not re.fullmatch(REFERENCE, application_ref):
            raise unknown
        self.source.visit.consult(Permission.CASE_ROWS, self.scope(f"history of {application_ref}"))
        tables = results.snapshot(self.source.place).scan_all()
        rows = case_file(tables, application_ref, self.clocks, staff=not self._hidden())
        if rows.is_empty():
            raise unknown
        return rows

    def ages(self, name: str, where: Sequence[tuple[str, str | None]] = ()) -> Ages:
        key, metric = self._looked_at(name, [split for split, _ in where]), counted_metric(name)
        make = partial(ages, metric, clocks=key.clocks, where=having(where, self.clocks.as_at))
        return once(("ages", key, name, *where), lambda: make(rows=key.rows(metric.subject)))

    def split_course(self, name: str, by: str, days: Sequence[dt.date], *, then: bool) -> pl.DataFrame:
        key, metric = self._looked_at(name, [by]).over_time(then=then), catalogue.metric(name)
        return results.split_course(key, metric, (by,), tuple(days))

    def life(self, subject: Subject) -> pl.DataFrame:
        self.source.visit.consult(Permission.CASE_ROWS, self.scope(f"history of {subject}"))
        rows = known(self._rows(subject), self.clocks.known_at).drop(self._hidden(), strict=False)
        return once(("life", self.cache_key, subject), rows.sort(pl.nth(0), maintain_order=True).collect)

    def table(self, name: str) -> pl.DataFrame:
        """Return the rows of one table as known on the view's day; staff only to those who may see them."""
        self.source.visit.consult(Permission.CASE_ROWS, self.scope(name))
        rows = known(results.snapshot(self.source.place).scan(name), self.clocks.known_at)
        return rows.drop("opened_by", "closed_by", *self._hidden(), strict=False).collect()

    def requests(self) -> pl.DataFrame:
        key, limits = self._looked_at("disclosed"), {scale.days for scale in self.source.terms.timescales}
        return once(("requests", key), lambda: requests(key.rows("disclosures"), key.clocks, sorted(limits)))

    def by_reviewer(self) -> pl.DataFrame:
        self.source.visit.consult(Permission.REVIEWER_NAMES, self.scope("reviews by reviewer"))
        rows = known(self._rows("reviews"), self.clocks.known_at)
        return by_reviewer(rows.collect(), self.clocks.as_at)

    def extract_day(self, table: str) -> dt.date | None:
        """Last day, by the one of the view, on which an extract of a table was recorded; None if none was."""
        self.source.visit.require(Permission.FIGURES, f"day of the last extract of {table}")
        days = results.extracts_of(self.source.place, table)
        return max((day for day in days if day <= self.clocks.known_at), default=None)

    def promises(self) -> pl.DataFrame:
        rows = results.promises(self.source.place).lazy()
        return self.once("commitments", lambda: at(rows, self.clocks, "made_on").collect())

    def scope(self, name: str, where: Sequence[tuple[str, str | None]] = ()) -> str:
        narrowed = "; ".join(f"{name} {briefly(named(name, values))}" for name, values in self.filters)
        split = "; ".join(f"{by} {briefly((value or 'not recorded',))}" for by, value in where)
        parts = [name, f"as at {self.clocks.as_at}", f"known at {self.clocks.known_at}"]
        return "; ".join([*parts, *filter(None, (narrowed, split)), self.source.place.spoken])

    def dimensions(self, subject: Subject) -> tuple[Dimension, ...]:
        """What a subject can be split by; of what cases have too, only where more than one value occurs."""
        cases, own = dimensions_of("cases"), dimensions_of(subject)
        staff = self.source.filled(subject) if self.source.visit.may(Permission.REVIEWER_NAMES) else ()
        others = (split for split in own if not split.staff or split.column in staff)
        there = (one for one in others if one not in cases or len(self.source.values(one.name)) > 1)
        return tuple(split.worded(self.words) for split in there)

    def _rows(self, subject: Subject) -> pl.LazyFrame:
        self.source.guard(name for name, _ in self.filters)
        rows = results.scanned(self.source.place, subject, self.filters)
        return narrow(rows, subject, dict(self.filters), self.clocks.as_at)

    def _looked_at(self, name: str, by: Sequence[str] = ()) -> CacheKey:
        """name: of a figure, which then depends on no filter that does not narrow it; or of what else."""
        role = self.source.visit.require(Permission.FIGURES, f"figure {name}").role
        self.source.guard([*by, *(chosen for chosen, _ in self.filters)])
        filters = self.filters
        if filters and (figure := catalogue.by_name().get(name)):
            filters = tuple(chosen for chosen in filters if narrows(chosen[0], figure))
        return CacheKey(self.source.place, self.clocks.as_at, self.clocks.known_at, filters, role)


def open_source(visit: Visit, marking: str, *, without: int = 0) -> Source:
    """marking: what stands on every page and file. without: how many missing forces are left
    out. UserError: no review, or terms and ledger do not fit, or others are missing."""
    place = results.place_of(str(chosen_folder()))
    terms = results.review_at(place).terms
    if (nation := results.nation_at(place)) is not None:
        forces = choose(nation, visit, terms.words, without=without)
        place = place._replace(forces=forces, whole=len(forces) == len(nation.names))
        visit = replace(visit, withheld=OF_ROWS)
    last = next(reversed(results.loaded_on(place)), terms.period.ends)
    return Source(visit, marking, place, terms, last, terms.period.begins, nation)
