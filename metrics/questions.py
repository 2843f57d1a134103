"""What is asked of each partition, as plain data: names, days and codes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import ONLY_OF_FAILURES, dimension, dimensions_of, failed_by, narrow
from metrics.histories.cases import CASE
from metrics.histories.periods_known import CLOCK
from metrics.histories.subjects import identity_of
from metrics.metric import Subject
from metrics.sums import CoursePlan, FigurePlan, Plan, Sums

Filters = tuple[tuple[str, tuple[str | None, ...]], ...]
"""What narrows a view: the chosen values, by the name of a dimension."""
Histories = Callable[[Subject], pl.LazyFrame]


@dataclass(frozen=True)
class Question:
    """figures: of one subject. days: those of a course over time, of one figure; then: as known on each."""

    figures: tuple[str, ...]
    clocks: Clocks
    by: tuple[str, ...] = ()
    every: str | None = None
    filters: Filters = ()
    days: tuple[dt.date, ...] | None = None
    then: bool = False

    @property
    def subject(self) -> Subject:
        return catalogue.metric(self.figures[0]).subject

    @property
    def plan(self) -> Plan:
        metrics, by = [catalogue.metric(name) for name in self.figures], [dimension(name) for name in self.by]
        if self.days is not None:
            return CoursePlan(metrics[0], self.days, None if self.then else self.clocks.known_at, by)
        return FigurePlan(metrics, self.clocks, by, self.every)

    def sums(self, histories: Histories) -> list[Sums]:
        """histories: of one partition."""
        rows = failing(histories, self.subject, self.filters)
        return self.plan.sums(narrow(rows, self.subject, dict(self.filters), self.clocks.as_at))


def read_by_figures(subject: Subject) -> list[str]:
    """Return the columns of a history that figures and dimensions are computed from."""
    columns = {*CLOCK, identity_of(subject)}.union(
        *(metric.columns for metric in catalogue.metrics_of(subject))
    )
    if subject == "failures":
        columns.add(CASE)  # cases are narrowed by their failures
    for split in dimensions_of(subject):
        columns.update(split.value(dt.date.max).meta.root_names())
    return sorted(columns - {""})  # the element of a list has no name


def failing(histories: Histories, subject: Subject, filters: Filters) -> pl.LazyFrame:
    """Return a history, of cases with the failures by which they failed: those that the filters leave."""
    if not through_failures(subject, filters):
        return histories(subject)
    wanted = {name: values for name, values in filters if name in ONLY_OF_FAILURES}
    return failed_by(histories(subject), narrow(histories("failures"), "failures", wanted, dt.date.max))


def through_failures(subject: Subject, filters: Filters) -> bool:
    return subject == "cases" and any(name in ONLY_OF_FAILURES for name, _ in filters)
