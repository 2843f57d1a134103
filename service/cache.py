"""The one module that caches.

Everything is keyed on the place a review is read from: its folder and the edition of its ledger and
terms, which no other ledger, load or terms of reference has. So nothing is ever stale. Frames are kept
as resources, never copied and never changed, and are never an argument of a cached function.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

import polars as pl
import streamlit as st

from access.audit import verify
from access.chain import Verdict
from data.publishing.content import Published, ReleaseInputs
from data.record import Record
from data.releases import Releases
from data.review import TERMS, Review, open_review
from data.snapshot import Snapshot
from metrics import catalogue
from metrics.as_at import Clocks, known
from metrics.bridge import Counts, counts, moves
from metrics.catalogue.failures import every_part
from metrics.course import course
from metrics.dimensions import PART, Dimension, dimension, dimensions_of, having, narrow
from metrics.disclosure.control import Controlled
from metrics.evaluate import Ages, ages, evaluate, evaluate_all
from metrics.forecast import Forecast
from metrics.histories.periods_known import CLOCK
from metrics.histories.subjects import EDITION, HISTORIES
from metrics.metric import Metric, Subject
from metrics.requests import requests as table_of_requests

# What narrows a view, as a cache key: the values kept, by the name of a dimension.
Filters = tuple[tuple[str, tuple[str | None, ...]], ...]


class Place(NamedTuple):
    """Where a review is read from, at one version of its ledger and of its terms of reference."""

    folder: str
    version: int
    edition: str
    terms: int


def place_of(folder: str) -> Place:
    """Return where the review in `folder` now stands.

    Raises:
        UserError: there is none, or its terms and its ledger do not fit together.
    """
    path = Path(folder) / TERMS
    terms = path.stat().st_mtime_ns if path.exists() else 0
    version, edition = _opened(folder, terms).ledger.standing()
    return Place(folder, version, edition, terms)


def review_at(place: Place) -> Review:
    return _opened(place.folder, place.terms)


@st.cache_resource(show_spinner=False, max_entries=4)
def _opened(folder: str, terms: int) -> Review:
    del terms
    return open_review(Path(folder))


@st.cache_resource(show_spinner=False, max_entries=16)
def book(place: Place, what: Literal["loads", "receipts", "quarantine"]) -> pl.DataFrame:
    """Return what the ledger says of the loads that stand, up to the version of the place."""
    ledger = review_at(place).ledger
    rows = {"loads": ledger.loads, "receipts": ledger.receipts, "quarantine": ledger.quarantine}[what]()
    return rows.filter(pl.col("load") <= place.version)


@st.cache_resource(show_spinner=False, max_entries=16)
def whole_book(place: Place, what: Literal["loads", "receipts", "quarantine"]) -> pl.DataFrame:
    """Return what the ledger says of every load, those that were superseded too."""
    ledger = review_at(place).ledger
    rows = {
        "loads": ledger.all_loads,
        "receipts": ledger.all_receipts,
        "quarantine": ledger.all_quarantine,
    }[what]()
    return rows.filter(pl.col("load") <= place.version)


@st.cache_resource(show_spinner=False, max_entries=64)
def extracts_of(place: Place, table: str) -> list[dt.date]:
    """Return the days on which an extract of a table was recorded, in order."""
    held = book(place, "receipts").filter(pl.col("table_name") == table).select("load").unique()
    return book(place, "loads").join(held, on="load", how="semi")["recorded_on"].sort().to_list()


@st.cache_resource(show_spinner=False, max_entries=8)
def promises(place: Place) -> pl.DataFrame:
    return snapshot(place).scan("commitments").collect()


@st.cache_resource(show_spinner=False, max_entries=256)
def told(digest: str | None, _releases: Releases, _release: int) -> Published:
    """Return what a release tells the public: it is what has that digest, whatever happens since."""
    del digest
    return _releases.told(_release)


class Verified(NamedTuple):
    """Whether the record is whole, and when that was found."""

    verdict: Verdict
    at: dt.datetime


@st.cache_resource(show_spinner="Verifying the record …", max_entries=2)
def verified(folder: str, since: dt.datetime, _record: Record) -> Verified:
    """Return whether a review's record is whole, as found once since a moment: a long one takes seconds."""
    del folder, since
    return Verified(verify(_record), dt.datetime.now(dt.UTC))


@st.cache_resource(show_spinner="Reading the ledger …", max_entries=2)
def snapshot(place: Place) -> Snapshot:
    return review_at(place).snapshot(place.version)


def scanned(place: Place, subject: Subject) -> pl.LazyFrame:
    return snapshot(place).derived(subject, EDITION, HISTORIES[subject].of(review_at(place).terms))


@st.cache_resource(show_spinner="Reading the ledger …", max_entries=24)
def _history(place: Place, subject: Subject) -> pl.DataFrame:
    return scanned(place, subject).select(*_read_by_figures(subject)).collect()


def _read_by_figures(subject: Subject) -> list[str]:
    read = {*CLOCK}.union(*(each.columns for each in catalogue.metrics_of(subject)))
    for each in dimensions_of(subject):
        read.update(each.value(dt.date.max).meta.root_names())
    return sorted(read - {""})  # the element of a list has no name


@st.cache_resource(show_spinner=False, max_entries=16)
def values(place: Place, name: str) -> list[str | None]:
    """Return the values of a dimension that occur in any row that has it, in their own order.

    None, last: some rows have none, on some day at least.
    """
    split = dimension(name)
    found = [_values_in(scanned(place, subject), split) for subject in split.subjects]
    told = pl.concat(pl.collect_all(found)).unique()
    missing: list[str | None] = [None] if told["value"].null_count() or not split.steady else []
    return [*told.drop_nulls().sort("value")["value"].cast(pl.String).to_list(), *missing]


def _values_in(rows: pl.LazyFrame, split: Dimension) -> pl.LazyFrame:
    if split.steady:
        return rows.select(value=split.value(dt.date.max)).unique()
    # A value that a row has left behind is a value of its day.
    earlier = pl.col("earlier_grades").explode().struct.field("grade")
    return pl.concat([rows.select(value=pl.col("grade")), rows.select(value=earlier)]).unique()


@dataclass(frozen=True)
class CacheKey:
    """All that a number on a page depends on besides its definition: the key of every cache.

    known_at: None for what depends on all that was ever known. role: whose eyes it is for, since no result is
    handed from one role to another; empty for the rows that results are made from, which nobody is shown.
    """

    place: Place
    as_at: dt.date
    known_at: dt.date | None
    filters: Filters
    role: str = ""

    @property
    def clocks(self) -> Clocks:
        return Clocks(self.as_at, self.known_at or dt.date.max)

    def settled(self) -> "CacheKey":
        """Return the same without its day, unless what it is narrowed to differs from day to day."""
        unsteady = any(not dimension(name).steady for name, _ in self.filters)
        return self if unsteady else replace(self, as_at=dt.date.max)


@st.cache_resource(show_spinner=False, max_entries=1024)
def totals(key: str, _seen: CacheKey, subject: Subject) -> dict[str, pl.DataFrame]:
    """Return every count and share of a subject: one pass answers them all."""
    del key
    counts = [each for each in catalogue.metrics_of(subject) if isinstance(each, Metric)]
    return evaluate_all(counts, _rows(_seen, subject), _seen.clocks)


@st.cache_resource(show_spinner=False, max_entries=64)
def results(key: str, _seen: CacheKey, subject: Subject, by: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """Return every figure of a subject broken down by dimensions: one pass answers all the counts."""
    del key
    split = [dimension(each) for each in by]
    return evaluate_all(catalogue.metrics_of(subject), _rows(_seen, subject), _seen.clocks, by=split)


@st.cache_resource(show_spinner=False, max_entries=1024)
def result(key: str, _seen: CacheKey, name: str, by: tuple[str, ...], every: str | None) -> pl.DataFrame:
    del key
    metric = catalogue.metric(name)
    split = [dimension(each) for each in by]
    found = evaluate(metric, _rows(_seen, metric.subject), _seen.clocks, by=split, every=every)
    # The headline parts are told whole, in their order: none of one is news.
    return every_part(found) if by == (PART.name,) and every is None else found


@st.cache_resource(show_spinner=False, max_entries=256)
def every_day(key: str, _seen: CacheKey, name: str, _span: tuple[dt.date, dt.date]) -> pl.DataFrame:
    """Return a figure on every day of a span, as known on each or, with `known_at`, as known on one."""
    del key
    metric = catalogue.metric(name)
    if not isinstance(metric, Metric):
        raise TypeError(f"{name} is a median, which has no course")
    first, last = _span
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return course(metric, _rows(_seen, metric.subject), days, known_at=_seen.known_at)


@st.cache_resource(show_spinner="Comparing two days …", max_entries=128)
def moved(key: str, _seen: CacheKey, name: str, _opening: Clocks) -> pl.DataFrame:
    """Return what counts towards a figure on only one of two pairs of clocks, and why."""
    del key
    metric = catalogue.metric(name)
    if not isinstance(metric, Metric):
        raise TypeError(f"{name} is a median, which has no bridge")
    rows = scanned(_seen.place, metric.subject)
    return moves(metric, rows, _opening, _seen.clocks, dict(_seen.filters)).collect()


@st.cache_resource(show_spinner=False, max_entries=1024)
def bridged(
    key: str, _place: Place, name: str, part: tuple[tuple[str, str], ...], _opening: Clocks, _closing: Clocks
) -> Counts:
    """Return what the register says of a figure, or of a part of it, on the clocks of two releases."""
    del key
    metric = catalogue.metric(name)
    if not isinstance(metric, Metric):
        raise TypeError(f"{name} is a median, which has no bridge")
    rows, values = scanned(_place, metric.subject), {by: (value,) for by, value in part}
    notes = book(_place, "loads").select("recorded_on", "note")
    return counts(metric, rows, _opening, _closing, part=values, notes=notes)


@st.cache_resource(show_spinner=False, max_entries=256)
def forecast(key: str, _make: Callable[[], Forecast]) -> Forecast:
    del key
    return _make()


@st.cache_resource(show_spinner="Counting the figures of the release …", max_entries=16)
def frozen(
    key: str, _make: Callable[[], tuple[ReleaseInputs, Controlled]]
) -> tuple[ReleaseInputs, Controlled]:
    """Return what the figures of a draft came to when they were counted, and what may be told of them."""
    del key
    return _make()


@st.cache_resource(show_spinner=False, max_entries=512)
def aged(key: str, _seen: CacheKey, name: str, where: tuple[tuple[str, str | None], ...]) -> Ages:
    """Return how long the rows that a figure counts have been waiting, where dimensions have these values."""
    del key
    metric = catalogue.metric(name)
    if not isinstance(metric, Metric):
        raise TypeError(f"{name} is a median, whose rows wait for nothing")
    return ages(metric, _rows(_seen, metric.subject), _seen.clocks, having(where, _seen.as_at))


@st.cache_resource(show_spinner=False, max_entries=64)
def split_course(key: str, _seen: CacheKey, name: str, by: str, _days: Sequence[dt.date]) -> pl.DataFrame:
    """Return a figure by a dimension on each of some days, as known on each or, with `known_at`, on one."""
    del key
    metric = catalogue.metric(name)
    if not isinstance(metric, Metric):
        raise TypeError(f"{name} is a median, which has no course")
    rows = _rows(_seen, metric.subject)
    return course(metric, rows, _days, known_at=_seen.known_at, by=[dimension(by)])


@st.cache_resource(show_spinner=False, max_entries=64)
def requests(key: str, _seen: CacheKey) -> pl.DataFrame:
    """Return the table that requests for information ask for; see `metrics.requests`."""
    del key
    limits = sorted({each.days for each in review_at(_seen.place).terms.timescales})
    return table_of_requests(_rows(_seen, "disclosures"), _seen.clocks, limits)


def key_of(seen: CacheKey, *more: object) -> str:
    """Write the key of a cache as text: Streamlit takes long to read a key of many parts."""
    return repr((seen, *more))


def _rows(seen: CacheKey, subject: Subject) -> pl.LazyFrame:
    rows = replace(seen.settled(), role="")
    return _known(key_of(rows), rows, subject).lazy()


@st.cache_resource(show_spinner=False, max_entries=36)
def _known(key: str, _seen: CacheKey, subject: Subject) -> pl.DataFrame:
    del key
    if _seen.known_at is not None:
        return known(_rows(replace(_seen, known_at=None), subject), _seen.known_at).collect()
    rows = _history(_seen.place, subject)
    return narrow(rows.lazy(), subject, dict(_seen.filters), _seen.as_at).collect() if _seen.filters else rows
