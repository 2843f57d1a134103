"""What the pages compute from a review, each result cached by all that it depends on.

Every key has the version of ledger and terms, so nothing is stale. Readers share frames: never change one.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from pathlib import Path
from typing import Literal, NamedTuple

import polars as pl

from data.formatting import capitalised, counted
from data.publishing.content import Published
from data.releases import Releases
from data.review import TERMS, Review, open_review
from data.snapshot import Snapshot
from data.terms import USUAL_WORDS, Nouns
from metrics import bridge, catalogue, cube
from metrics.as_at import Clocks, known
from metrics.bridge import Bridge, bridge_with_causes
from metrics.catalogue.review import every_part
from metrics.dimensions import PART, dimension, dimensions_of, narrow
from metrics.histories.subjects import EDITION, HISTORIES, tables_of
from metrics.metric import AnyMetric, Duration, Metric, Subject
from metrics.questions import Filters, Question, failing, read_by_figures, through_failures
from metrics.sums import merge
from service import nation
from service.cache import Arguments, Result, keep_last, once
from service.nation import Nation

Register = Literal["loads", "receipts", "quarantine"]
MOST_ROWS = 1_000
HIDDEN = (
    "recorded_from", "recorded_to", "earlier_grades", "graded_on", "in_scope", "year", "month_found", "first",
    "from_on", "until_on", "failed_on", "overdue_from", "adverse_on", "force",
)  # fmt: skip


class Place(NamedTuple):
    """Where a review is read from, at one version of its ledger and of its terms of reference.

    nation: what changes with the files of a nation; forces: those of it that are counted, whole: all of them.
    """

    folder: str
    version: int
    edition: str
    terms: int
    nation: tuple[int, ...] | None = None
    forces: tuple[str, ...] = ()
    whole: bool = True

    @property
    def spoken(self) -> str:
        if self.nation is None:
            return f"version {self.version}"
        return f"edition {self.edition} of {counted(len(self.forces), 'force', 'forces')}"


def place_of(folder: str) -> Place:
    """Return where the review in `folder` now stands; UserError: none, or terms and ledger do not fit."""
    path = Path(folder) / TERMS
    terms = path.stat().st_mtime_ns if path.exists() else 0
    version, edition = _opened(folder, terms).ledger.stamp()
    place = Place(folder, version, edition, terms, nation.stamp(Path(folder)))
    whole = nation_at(place)
    return place if whole is None else place._replace(edition=whole.edition)


def nation_at(place: Place) -> Nation | None:
    """None: the review is of one force."""
    return None if place.nation is None else nation.nation_of(place.folder, place.nation)


def review_at(place: Place) -> Review:
    return _opened(place.folder, place.terms)


# Reviews and snapshots are few, and hold connections and files: they are not weighed, and the last few stay.
@keep_last(4)
def _opened(folder: str, terms: int) -> Review:
    del terms
    return open_review(Path(folder))


@keep_last(2)
def snapshot(place: Place) -> Snapshot:
    return review_at(place).snapshot(place.version)


def cached_result(compute: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Cache a function by all its arguments; a figure is known by its name."""

    @wraps(compute)
    def result(*args: Arguments.args, **named: Arguments.kwargs) -> Result:
        values = (*args, *named.values())
        key = (arg.name if isinstance(arg, Metric | Duration) else arg for arg in values)
        return once((compute.__name__, *key), lambda: compute(*args, **named))

    return result


@cached_result
def register(place: Place, name: Register, *, superseded: bool = False) -> pl.DataFrame:
    """superseded: those that no longer stand too."""
    ledger = review_at(place).ledger
    if (whole := nation_at(place)) is not None:
        return _returns(whole, place.forces, name, getattr(ledger, name)())
    if name == "loads":
        rows = ledger.all_loads() if superseded else ledger.loads()
    else:
        rows = getattr(ledger, name)(superseded=superseded)
    return rows.filter(pl.col("load") <= place.version)


def _returns(whole: Nation, forces: Sequence[str], name: Register, empty: pl.DataFrame) -> pl.DataFrame:
    """Return what a ledger would hold that had been loaded with all the forces: on the days for which each of
    them speaks, of the tables that each of them has."""
    sent = [whole.manifest.sent[force] for force in forces]
    first, last = max(one.days[0] for one in sent), min(one.days[-1] for one in sent)
    every = {day for one in sent for day in one.days if first <= day <= last}
    days = sorted(every or {last})
    loads = pl.DataFrame({"load": range(1, len(days) + 1), "recorded_on": days})
    tables = pl.DataFrame({"table_name": sorted(set.intersection(*(set(one.tables) for one in sent)))})
    # What the forces could not load by now is known with the last day of all.
    last = pl.col("load") == len(days), pl.col("table_name") == "applications"
    rejected = pl.when(*last).then(pl.lit(sum(one.rejected for one in sent))).otherwise(0)
    received = loads.select("load").join(tables, how="cross")
    received = received.with_columns(whole=pl.lit(value=False), quarantined=rejected)
    noted = loads.with_columns(note=pl.lit(""))
    rows = {"loads": noted, "receipts": received}
    return pl.concat([empty, rows[name]], how="diagonal_relaxed") if name in rows else empty


@cached_result
def loaded_on(place: Place) -> list[dt.date]:
    """Return each day on which something was recorded, in order."""
    return register(place, "loads")["recorded_on"].unique().sort().to_list()


@cached_result
def extracts_of(place: Place, table: str) -> list[dt.date]:
    loads = register(place, "receipts").filter(pl.col("table_name") == table).select("load").unique()
    return register(place, "loads").join(loads, on="load", how="semi")["recorded_on"].sort().to_list()


@cached_result
def promises(place: Place) -> pl.DataFrame:
    return snapshot(place).scan("commitments").collect()


def published(digest: str | None, releases: Releases, release: int) -> Published:
    """Return what a release tells the public: it is what has that digest, whatever happens since."""
    return once(("published", digest, release), lambda: releases.published(release))


def scanned(place: Place, subject: Subject, filters: Filters = ()) -> pl.LazyFrame:
    """filters: of them, those of failures say by which a case counts as failed; the rest narrow nothing."""
    return failing(partial(_all_rows, place), subject, filters)


def _all_rows(place: Place, subject: Subject) -> pl.LazyFrame:
    if (whole := nation_at(place)) is not None:
        return nation.history(whole, place.forces, subject)
    return snapshot(place).derived(subject, EDITION, HISTORIES[subject].of(review_at(place).terms))


@cached_result
def filled(place: Place, subject: Subject) -> set[str]:
    """Return the columns that a register may lack, and that this one has a value of."""
    names = list(HISTORIES[subject].optional)
    if not names:
        return set()
    rows = scanned(place, subject).select(pl.col(names).is_not_null().any()).collect()
    return {name for name in rows.columns if rows[name].item()}


@cached_result
def countable(place: Place) -> set[str]:
    """Return the names of the figures that the register has the tables and columns of."""
    tables = set(register(place, "receipts")["table_name"])

    def has(metric: AnyMetric) -> bool:
        optional = metric.columns & {*HISTORIES[metric.subject].optional}
        return tables_of(metric) <= tables and (not optional or optional <= filled(place, metric.subject))

    return {name for name, metric in catalogue.by_name().items() if has(metric)}


@cached_result
def columns(place: Place, table: str) -> list[str]:
    """Return the columns of a table that the register has a value of."""
    rows = snapshot(place).scan(table).select(pl.all().is_not_null().any()).collect()
    return [name for name in rows.columns if rows[name].item()]


@cached_result
def values(place: Place, name: str) -> list[str | None]:
    """Return the values of a dimension in their order; None, last: some rows have none, on some day."""
    split = dimension(name)
    value = [split.value(dt.date.max)]
    if not split.steady:
        # A value that a row has left behind is a value of its day.
        value = [pl.col("grade"), pl.col("earlier_grades").explode().struct.field("grade")]
    rows = [scanned(place, subject) for subject in split.subjects]
    frames = [frame.select(value=part).unique() for frame in rows for part in value]
    distinct = pl.concat(pl.collect_all(frames)).unique()
    missing: list[str | None] = [None] if distinct["value"].null_count() or not split.steady else []
    return [*distinct.drop_nulls().sort("value")["value"].cast(pl.String).to_list(), *missing]


@dataclass(frozen=True)
class Figure:
    metric: AnyMetric
    clocks: Clocks
    numerator: int
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class CacheKey:
    """known_at: None for what depends on all that was ever known. role: no result is handed from one role to
    another; empty for rows, which nobody is shown."""

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

    def history(self, subject: Subject) -> pl.LazyFrame:
        """Return all that was ever known of a subject, narrowed only by failures by which a case failed."""
        own = self.filters if through_failures(subject, self.filters) else ()
        return _history(self.place, subject, own).lazy()

    def cube(self, subject: Subject) -> cube.Cube:
        return _cube(replace(self.settled(), known_at=None, role=""), subject)

    def over_time(self, *, then: bool) -> "CacheKey":
        return (replace(self, known_at=None) if then else self).settled()

    def rows(self, subject: Subject) -> pl.LazyFrame:
        return _rows(replace(self.settled(), role=""), subject).lazy()


@cached_result
def totals(key: CacheKey, subject: Subject) -> cube.Totals:
    return key.cube(subject).totals(key.clocks)


def figures_of(key: CacheKey, question: Question) -> dict[str, pl.DataFrame]:
    """Return the figures that were asked for, by name; a review of one force is one partition."""
    if (whole := nation_at(key.place)) is not None:
        sums = nation.sums(whole, key.place.forces, question)
    else:
        sums = merge([question.plan.sums(key.rows(question.subject))])
    return question.plan.finish(sums)


@cached_result
def result(key: CacheKey, metric: AnyMetric, by: tuple[str, ...], every: str | None) -> pl.DataFrame:
    question = Question((metric.name,), key.clocks, by, every, key.filters)
    rows = figures_of(key, question)[metric.name]
    # The headline parts are given whole, in their order: none of one is news.
    return every_part(rows) if by == (PART.name,) and every is None else rows


@cached_result
def every_day(key: CacheKey, metric: AnyMetric, span: tuple[dt.date, dt.date]) -> pl.DataFrame:
    if isinstance(metric, Metric):
        return _courses(key, metric.subject, span).of(metric)
    return split_course(key, metric, (), tuple(pl.date_range(*span, eager=True)))


@cached_result
def split_course(
    key: CacheKey, metric: AnyMetric, by: tuple[str, ...], days: tuple[dt.date, ...]
) -> pl.DataFrame:
    """key: of `over_time`."""
    then = key.known_at is None
    question = Question((metric.name,), key.clocks, by, filters=key.filters, days=days, then=then)
    return figures_of(key, question)[metric.name]


@cached_result
def _courses(key: CacheKey, subject: Subject, span: tuple[dt.date, dt.date]) -> cube.Courses:
    return key.cube(subject).courses(*span, key.known_at)


@cached_result
def _cube(key: CacheKey, subject: Subject) -> cube.Cube:
    narrowing = dict(key.filters)
    if not any(_from_rows(name, subject) for name in narrowing):
        steps = cells(key.place, subject)
        own = {split.name for split in dimensions_of(subject)} & narrowing.keys()
        if {cube.BY + name for name in own} <= set(steps.columns):
            return cube.cube(subject, steps, {name: narrowing[name] for name in own})
    return cube.cube(subject, cube.cells(subject, key.rows(subject), ()), {})


def _from_rows(name: str, subject: Subject) -> bool:
    """Whether what is narrowed by a dimension is summed up from rows: it differs from day to day, or is of
    failures by which a case counts as failed."""
    return not dimension(name).steady or through_failures(subject, ((name, ()),))


@cached_result
def cells(place: Place, subject: Subject) -> pl.DataFrame:
    """Return the steps of a subject, as `metrics.cube.cells`; made once for a load."""
    if (whole := nation_at(place)) is not None:
        return nation.steps(whole, place.forces, subject)

    def build(_: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
        return cube.cells(subject, scanned(place, subject)).lazy()

    steps = snapshot(place).derived(f"cube-{subject}", cube.EDITION, build, cube.STEPS)
    return steps.collect()


def added_and_removed(keys: Mapping[Metric, CacheKey], opening: Clocks) -> dict[str, tuple[float, float]]:
    """See `metrics.bridge`; each subject is read once."""
    groups = dict[tuple[CacheKey, Subject], list[Metric]]()
    for metric, key in keys.items():
        groups.setdefault((key, metric.subject), []).append(metric)
    sums = dict[str, tuple[float, float]]()
    for (key, subject), metrics in groups.items():
        rows, narrowing = key.history(subject), dict(key.filters)
        sums |= bridge.added_and_removed(metrics, rows, opening, key.clocks, narrowing)
    return sums


@cached_result
def bridged(
    place: Place, metric: Metric, part: tuple[tuple[str, str], ...], clocks: tuple[Clocks, Clocks]
) -> Bridge:
    values = {by: (value,) for by, value in part}
    notes = register(place, "loads").select("recorded_on", "note")
    rows = scanned(place, metric.subject)
    return bridge_with_causes(metric, rows, *clocks, part=values, notes=notes)


@cached_result
def _rows(key: CacheKey, subject: Subject) -> pl.DataFrame:
    """Each is made from a wider one that is in memory too: of all days known, and not narrowed."""
    if key.known_at is not None:
        return known(replace(key, known_at=None).rows(subject), key.known_at).collect()
    return narrow(key.history(subject), subject, dict(key.filters), key.as_at).collect()


@cached_result
def _history(place: Place, subject: Subject, filters: Filters) -> pl.DataFrame:
    return scanned(place, subject, filters).select(read_by_figures(subject)).collect()


def shown(rows: pl.DataFrame, words: Nouns = USUAL_WORDS) -> pl.DataFrame:
    """Return rows as a reader sees them, their columns named in words."""
    names = [name for name in rows.columns if name not in HIDDEN and rows[name].null_count() < rows.height]
    return rows.select(names).rename(lambda name: capitalised(words.renamed(name)))


def occurring(result: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the groups in which anything counts in any period; the headline parts stay whole."""
    if not by or tuple(by) == (PART.name,):
        return result
    counts = pl.col("numerator") + pl.col("denominator").fill_null(0)
    return result.filter(counts.sum().over(by) > 0)


def counted_metric(name: str) -> Metric:
    metric = catalogue.metric(name)
    if not isinstance(metric, Metric):
        raise TypeError(f"{name} is a median: it has no bridge and no rows that wait")
    return metric
