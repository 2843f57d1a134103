"""The whole metric set, as Candour computes it, and its answers in a form that can be compared."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from data.snapshot import Snapshot
from metrics.as_at import Clocks, known
from metrics.catalogue import metric, metrics_of
from metrics.dimensions import Narrowing, dimension, dimensions_of, narrow
from metrics.evaluate import course, evaluate, evaluate_all
from metrics.histories.subjects import EDITION, HISTORIES
from metrics.metric import AnyMetric, Subject
from tests.bench import assurance, oversight
from tests.bench.register import plain, review_terms

SUBJECTS: tuple[Subject, ...] = tuple(subject for subject in HISTORIES if subject != "findings")
LACKING = {"ended_on", "adverse_on"}
"""Columns of a case of which the made-up register has no value: figures of them are not of the set."""
SPLIT = tuple((name, by) for name in ("failures", "failure_rate") for by in ("area", "grade", "year"))
COURSES = ("population", "risk_assessed", "completed")
CLOCKS = Clocks(as_at=dt.date(2024, 4, 30), known_at=dt.date(2024, 5, 20))
COURSE_DAYS = 240

RAW_COLUMNS = {
    "applications": [
        "application_ref",
        "received_on",
        "opened_on",
        "area",
        "in_scope",
        *assurance.MORE_OF_APPLICATIONS,
    ],
    "risk_assessments": ["assessment_ref", "application_ref", "assessed_on", "grade", "sent_on"],
    "reviews": ["application_ref", "kind", "allocated_on", "completed_on", *assurance.MORE_OF_REVIEWS],
    "failures": ["failure_ref", "application_ref", "found_on", "harm", "in_scope"],
    "referrals": ["referral_ref", "referred_on", "in_scope"],
    "referral_events": ["event_ref", "referral_ref", "happened_on", "status"],
    "staffing": ["week_on", "team", "headcount", "full_time_equivalent"],
    **oversight.RAW_COLUMNS,
    **assurance.RAW_COLUMNS,
}

Scans = Mapping[Subject, pl.LazyFrame]
Results = dict[str, pl.DataFrame]
Row = tuple[int | None, int | None, float | None, float | None, float | None]


def course_days(clocks: Clocks) -> list[dt.date]:
    return [clocks.as_at - dt.timedelta(days=back) for back in range(COURSE_DAYS - 1, -1, -1)]


def derive(snapshot: Snapshot) -> Scans:
    """Build the histories, also as plain Parquet for others, and scan them."""
    scans = build(snapshot)
    plain({f"derived-{subject}": rows for subject, rows in scans.items()}, snapshot.folder)
    return scans


def build(snapshot: Snapshot) -> Scans:
    """Build the histories that are not there yet, and scan them."""
    terms = review_terms()
    return {subject: snapshot.derived(subject, EDITION, HISTORIES[subject].of(terms)) for subject in SUBJECTS}


def derived_files(folder: Path) -> dict[str, str]:
    return {subject: str(folder / f"derived-{subject}.parquet") for subject in SUBJECTS}


def figures_of(subject: Subject) -> list[AnyMetric]:
    lacking = LACKING if subject == "cases" else set[str]()
    return [figure for figure in metrics_of(subject) if not figure.columns & lacking]


def columns_of(subject: Subject) -> list[str]:
    """Columns of a history that the set reads, and no other."""
    wanted = {"recorded_from", "recorded_to"}.union(*(figure.columns for figure in figures_of(subject)))
    for name, by in SPLIT:
        if metric(name).subject == subject:
            wanted |= set(dimension(by).value(CLOCKS.as_at).meta.root_names())
    # The set is narrowed by the area as well, where there is one.
    wanted |= {split.name for split in dimensions_of(subject) if split.name == "area"}
    return sorted(wanted - {""})  # the element of a list has no name


def bare_read(scans: Scans) -> list[pl.DataFrame]:
    """Decode the columns that the set needs, and compute nothing: L."""
    return pl.collect_all([rows.select(columns_of(subject)) for subject, rows in scans.items()])


def bare_raw_read(snapshot: Snapshot) -> list[pl.DataFrame]:
    """Decode the columns of the tables themselves from which the same figures could be computed."""
    clock = ["recorded_from", "recorded_to"]
    return pl.collect_all(
        [snapshot.scan(table).select(names + clock) for table, names in RAW_COLUMNS.items()]
    )


def whole_set(scans: Scans, clocks: Clocks = CLOCKS, narrowing: Narrowing | None = None) -> Results:
    """Compute every figure of the catalogue, the breakdowns and the courses.

    As the pages do it: the rows known are read once, and every figure is asked of them.
    """
    rows_known = [
        narrow(
            known(rows.select(columns_of(subject)), clocks.known_at), subject, narrowing or {}, clocks.as_at
        )
        for subject, rows in scans.items()
    ]
    read = [rows.lazy() for rows in pl.collect_all(rows_known)]
    return _figures(dict(zip(scans, read, strict=True)), clocks)


def _figures(rows: Scans, clocks: Clocks) -> Results:
    results: Results = {}
    for subject in SUBJECTS:
        results |= evaluate_all(figures_of(subject), rows[subject], clocks)
    for name, by in SPLIT:
        results[f"{name} by {by}"] = evaluate(
            metric(name), rows[metric(name).subject], clocks, by=[dimension(by)]
        )
    days = course_days(clocks)
    for name in COURSES:
        results[f"course of {name}"] = course(metric(name), rows["cases"], days, known_at=clocks.known_at)
    return results


def answers(results: Results) -> dict[tuple[str, str], Row]:
    """Every number of a set, by the name of its figure and the value or day it is of."""
    return {key: row for name, frame in results.items() for key, row in _rows(name, frame)}


def _rows(name: str, frame: pl.DataFrame) -> Iterator[tuple[tuple[str, str], Row]]:
    for *key, numerator, denominator, value, low, high in frame.iter_rows():
        yield (name, str(key[0]) if key else ""), (numerator, denominator, value, low, high)


def differences(one: dict[tuple[str, str], Row], other: dict[tuple[str, str], Row]) -> list[str]:
    """Say where two sets of answers differ; floating-point dust is no difference."""
    apart = sorted(set(one) ^ set(other))
    unlike = [key for key in sorted(set(one) & set(other)) if not _alike(one[key], other[key])]
    return [
        f"{name} {key}: {one.get((name, key))} and {other.get((name, key))}"
        for name, key in [*apart, *unlike]
    ]


def _alike(one: Row, other: Row) -> bool:
    return all(
        mine == its
        or (mine is not None and its is not None and abs(mine - its) <= 1e-9 * max(1.0, abs(mine)))
        for mine, its in zip(one, other, strict=True)
    )
