"""The analyst's workbook: every figure of a view, by what it can be split by and by week, with its words."""

from collections.abc import Iterator
from dataclasses import replace

from metrics.dimensions import dimension
from metrics.metric import AnyMetric, Metric, Subject
from reports import figures
from reports.content import Table
from service.days import every_day
from service.view import View

BY = ("area", "route", "grade", "year")
WEEK = 7


def tables(view: View, said: str) -> tuple[Table, ...]:
    """Return the tables of the workbook, as far as the register tells.

    said: the days that the view speaks of, in a sentence.
    """
    metrics = [each for each in view.source.catalogue() if view.told([each.name])]
    subjects: list[Subject] = list(dict.fromkeys(each.subject for each in metrics))
    whole = {name: result for subject in subjects for name, result in view.results(subject).items()}
    return (
        figures.listed(metrics, [whole[each.name] for each in metrics], said),
        *_split(view, metrics, subjects, said),
        *_parts(view, said),
        *_weeks(view, metrics, said),
        figures.of_figures(metrics),
        figures.of_dimensions(),
        figures.of_columns(view.source.terms),
    )


def _split(view: View, metrics: list[AnyMetric], subjects: list[Subject], said: str) -> Iterator[Table]:
    having = {subject: view.dimensions(subject) for subject in subjects}
    for split in map(dimension, BY):
        found = {
            name: result
            for subject in subjects
            if split in having[subject]
            for name, result in view.results(subject, [split.name]).items()
        }
        told = [each for each in metrics if each.name in found]
        if told:
            yield figures.side_by_side(told, [found[each.name] for each in told], split, said)


def _parts(view: View, said: str) -> Iterator[Table]:
    if view.told(["failures"]):
        result = view.result("failures", by=["part"])
        yield figures.broken_down(view.metric("failures"), result, [dimension("part")], None, said)


def _weeks(view: View, metrics: list[AnyMetric], said: str) -> Iterator[Table]:
    """Yield the course of every count, week by week to the day of the view, as it is drawn."""
    counts = [each for each in metrics if isinstance(each, Metric) and not each.share]
    if not counts:
        return
    weeks = every_day(view, view.clocks.as_at)[::-WEEK][::-1]
    courses = [view.course(each.name, weeks, then=view.as_known_then) for each in counts]
    known = "on each of the days" if view.as_known_then else "on the one day"
    said = f"{said} A line for every seventh day, as known {known}."
    course = figures.over_time(counts, courses, "Course by week", said)
    yield replace(course, notes=(("Definitions", "on the sheet of the dictionary of figures"),))
