"""The one place that opens the review and the one place that caches.

Everything is keyed on the ledger's version, so nothing is ever stale; frames are kept as
resources, never copied and never changed. A frame is never an argument of a cached function.
"""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl
import streamlit as st

from data.changes import changes
from data.review import Review, open_review
from data.snapshot import Snapshot
from data.terms import Terms
from metrics import catalogue, histories
from metrics.as_at import Clocks, known
from metrics.course import course
from metrics.dimensions import Dimension, Narrowing, as_text, dimension, dimensions_of, narrow
from metrics.evaluate import behind, evaluate, evaluate_all
from metrics.histories import tables_of
from metrics.metric import AnyMetric, Metric, Subject
from metrics.words import spoken

DEMONSTRATION = "reviews/demonstration"

# What narrows a view, as a cache key: the values kept, by the name of a dimension.
Kept = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Source:
    """The review at one version of its ledger."""

    folder: str
    version: int
    terms: Terms
    last_day: dt.date
    first_day: dt.date

    def view(self, clocks: Clocks, narrowing: Narrowing) -> "View":
        """Return the review as seen on these clocks and narrowed to these values."""
        kept = tuple((name, tuple(values)) for name, values in sorted(narrowing.items()) if values)
        return View(self, clocks, kept)

    def catalogue(self) -> list[AnyMetric]:
        """Return every figure, in this review's words."""
        return [spoken(each, self.terms.case) for each in catalogue.CATALOGUE]

    def values(self, name: str) -> list[str]:
        """Values of a dimension that occur among the cases, in their own order."""
        return _values(self.folder, self.version, name)

    @property
    def tables(self) -> set[str]:
        """Tables into which anything was ever loaded."""
        return _tables(self.folder, self.version)

    def loads(self) -> pl.DataFrame:
        """Return every load, first to last."""
        return _review(self.folder).ledger.loads()

    def receipts(self) -> pl.DataFrame:
        """Return every receipt."""
        return _review(self.folder).ledger.receipts()

    def quarantine(self) -> pl.DataFrame:
        """Return every row held back."""
        return _review(self.folder).ledger.quarantine()

    def changes(self, table: str, load: int) -> pl.DataFrame:
        """Return what one load changed in one table, row by row."""
        return changes(_snapshot(self.folder, self.version).scan(table), table, load)


@dataclass(frozen=True)
class View:
    """The review as one reader looks at it: two clocks, and what it is narrowed to."""

    source: Source
    clocks: Clocks
    kept: Kept

    @property
    def as_known_then(self) -> bool:
        """Whether the figures are as they were known on the day they speak of."""
        return self.clocks.known_at == self.clocks.as_at

    def metric(self, name: str) -> AnyMetric:
        """Return the figure called `name`, in this review's words."""
        return spoken(catalogue.metric(name), self.source.terms.case)

    def result(self, name: str, *, by: Sequence[str] = (), every: str | None = None) -> pl.DataFrame:
        """Return a figure broken down by dimensions and periods; see `metrics.evaluate`."""
        metric = catalogue.metric(name)
        if isinstance(metric, Metric) and not by and every is None:
            if not self.kept and self.clocks.known_at in (self.clocks.as_at, self.source.last_day):
                # The course on every day answers for any day: another day then costs nothing.
                return self.course(name, [self.clocks.as_at], then=self.as_known_then).drop("day")
            return _totals(_key(self._seen), self._seen, metric.subject)[name]
        return _result(_key(self._seen), self._seen, name, tuple(by), every)

    def figure(self, name: str, clocks: Clocks | None = None) -> "Figure":
        """Return a figure as one number, on other clocks if they are given."""
        view = self if clocks is None else View(self.source, clocks, self.kept)
        return Figure(self.metric(name), view.clocks, **view.result(name).row(0, named=True))

    def told(self, names: Sequence[str]) -> list[str]:
        """Return those of the figures `names` whose tables this review's register has."""
        held = self.source.tables
        return [name for name in names if tables_of(catalogue.metric(name)) <= held]

    def course(self, name: str, days: Sequence[dt.date], *, then: bool) -> pl.DataFrame:
        """Return a figure on each of `days`, as known on each, or as known at the view's own day.

        days: evenly spaced, in order.
        """
        span = (min(days[0], self.source.first_day), max(days[-1], self.source.last_day))
        seen = replace(self._seen, known_at=None) if then else self._seen
        every_day = _every_day(_key(seen.settled(), *span), seen.settled(), name, span)
        step = (days[-1] - days[0]).days // max(len(days) - 1, 1)
        return every_day.slice((days[0] - span[0]).days).gather_every(max(step, 1)).head(len(days))

    def behind(self, name: str, where: Sequence[tuple[str, str | None]] = ()) -> pl.DataFrame:
        """Return the rows a figure counts, where dimensions have these values (None: not recorded)."""
        metric, day = catalogue.metric(name), self.clocks.as_at
        rows = behind(metric, self._rows(metric.subject), self.clocks)
        wanted = [
            as_text(dimension(each).value(day)).eq_missing(pl.lit(kept, pl.String)) for each, kept in where
        ]
        shown = rows.filter(*wanted) if wanted else rows
        if metric.subject in dimension("grade").subjects:
            shown = shown.with_columns(grade=dimension("grade").value(day))
        return shown.sort(pl.nth(0), maintain_order=True).collect()

    def dimensions(self, subject: Subject) -> tuple[Dimension, ...]:
        """Return the dimensions of a subject in which this review has more than one value."""
        shared = {each.name for each in dimensions_of("cases")}
        return tuple(
            each
            for each in dimensions_of(subject)
            if each.name not in shared or len(self.source.values(each.name)) > 1
        )

    def _rows(self, subject: Subject) -> pl.LazyFrame:
        """Scan whole rows: memory holds only what figures are computed from."""
        rows = _scan(self.source.folder, self.source.version, subject)
        return narrow(rows, subject, dict(self.kept), self.clocks.as_at)

    @property
    def _seen(self) -> "Seen":
        return Seen(
            self.source.folder, self.source.version, self.clocks.as_at, self.clocks.known_at, self.kept
        )


@dataclass(frozen=True)
class Seen:
    """All that a number on a page depends on besides its definition: the key of every cache.

    known_at: None for what depends on all that was ever known.
    """

    folder: str
    version: int
    as_at: dt.date
    known_at: dt.date | None
    kept: Kept

    @property
    def clocks(self) -> Clocks:
        """Both clocks."""
        return Clocks(self.as_at, self.known_at or dt.date.max)

    def settled(self) -> "Seen":
        """Return the same without its day, unless what it is narrowed to differs from day to day."""
        unsteady = any(not dimension(name).steady for name, _ in self.kept)
        return self if unsteady else replace(self, as_at=dt.date.max)


@dataclass(frozen=True)
class Figure:
    """One number with all that makes it one: what it counts, out of what, on which day."""

    metric: AnyMetric
    clocks: Clocks
    numerator: int
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None


def open_source() -> Source:
    """Open the review that the server was started for, at the version its ledger now has."""
    folder = os.environ.get("CANDOUR_REVIEW", DEMONSTRATION)
    review = _review(folder)
    version = review.ledger.version()
    last_day = _last_day(folder, version) or review.terms.period.ends
    return Source(folder, version, review.terms, last_day, review.terms.period.begins)


@st.cache_resource(show_spinner=False)
def _review(folder: str) -> Review:
    return open_review(Path(folder))


@st.cache_resource(show_spinner=False, max_entries=8)
def _last_day(folder: str, version: int) -> dt.date | None:
    days: list[dt.date] = (
        _review(folder).ledger.loads().filter(pl.col("load") <= version)["recorded_on"].to_list()
    )
    return max(days, default=None)


@st.cache_resource(show_spinner=False, max_entries=8)
def _tables(folder: str, version: int) -> set[str]:
    receipts = _review(folder).ledger.receipts()
    return set(receipts.filter(pl.col("load") <= version)["table_name"])


@st.cache_resource(show_spinner="Reading the ledger …", max_entries=2)
def _snapshot(folder: str, version: int) -> Snapshot:
    return _review(folder).snapshot(version)


def _scan(folder: str, version: int, subject: Subject) -> pl.LazyFrame:
    partition = _review(folder).terms.partition
    build = {
        "cases": histories.cases,
        "failures": partial(histories.failures, partition=partition),
        "referrals": histories.referrals,
        "staffing": histories.staffing,
    }[subject]
    return _snapshot(folder, version).derived(subject, build)


@st.cache_resource(show_spinner="Reading the ledger …", max_entries=8)
def _history(folder: str, version: int, subject: Subject) -> pl.DataFrame:
    return _scan(folder, version, subject).select(*_read_by_figures(subject)).collect()


def _read_by_figures(subject: Subject) -> list[str]:
    read = {*histories.CLOCK}.union(*(each.columns for each in catalogue.metrics_of(subject)))
    for each in dimensions_of(subject):
        read.update(each.value(dt.date.max).meta.root_names())
    return sorted(read - {""})  # the element of a list has no name


@st.cache_resource(show_spinner=False, max_entries=8)
def _values(folder: str, version: int, name: str) -> list[str]:
    found = _history(folder, version, "cases").lazy().select(value=pl.col(name)).unique().drop_nulls()
    return found.sort("value").collect()["value"].cast(pl.String).to_list()


@st.cache_resource(show_spinner=False, max_entries=1024)
def _totals(key: str, _seen: Seen, subject: Subject) -> dict[str, pl.DataFrame]:
    """Return every count and share of a subject: one pass answers them all."""
    del key
    counts = [each for each in catalogue.metrics_of(subject) if isinstance(each, Metric)]
    return evaluate_all(counts, _rows(_seen, subject), _seen.clocks)


@st.cache_resource(show_spinner=False, max_entries=1024)
def _result(key: str, _seen: Seen, name: str, by: tuple[str, ...], every: str | None) -> pl.DataFrame:
    del key
    metric = catalogue.metric(name)
    split = [dimension(each) for each in by]
    return evaluate(metric, _rows(_seen, metric.subject), _seen.clocks, by=split, every=every)


@st.cache_resource(show_spinner=False, max_entries=256)
def _every_day(key: str, _seen: Seen, name: str, _span: tuple[dt.date, dt.date]) -> pl.DataFrame:
    """Return a figure on every day of a span, as known on each or, with `known_at`, as known on one."""
    del key
    metric = catalogue.metric(name)
    if not isinstance(metric, Metric):
        raise TypeError(f"{name} is a median, which has no course")
    first, last = _span
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return course(metric, _rows(_seen, metric.subject), days, known_at=_seen.known_at)


def _key(seen: Seen, *more: object) -> str:
    """Write the key of a cache as text: Streamlit takes long to read a key of many parts."""
    return repr((seen, *more))


def _rows(seen: Seen, subject: Subject) -> pl.LazyFrame:
    """Rows known and narrowed, kept from one figure of a view to the next."""
    return _known(_key(seen.settled()), seen.settled(), subject).lazy()


@st.cache_resource(show_spinner=False, max_entries=12)
def _known(key: str, _seen: Seen, subject: Subject) -> pl.DataFrame:
    del key
    if _seen.known_at is not None:
        return known(_rows(replace(_seen, known_at=None), subject), _seen.known_at).collect()
    rows = _history(_seen.folder, _seen.version, subject)
    return narrow(rows.lazy(), subject, dict(_seen.kept), _seen.as_at).collect() if _seen.kept else rows
