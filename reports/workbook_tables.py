from collections.abc import Iterator
from dataclasses import replace

from metrics.dimensions import dimension
from metrics.metric import AnyMetric, Metric, Subject
from reports import figures
from reports.content import Table
from service.over_time import every_day
from service.view import View

BY = ("area", "route", "grade", "year")
WEEK = 7


def tables(view: View, days: str) -> tuple[Table, ...]:
    """Return the analyst's workbook. days: those of the view, in a sentence."""
    metrics = [metric for metric in view.source.catalogue() if view.loaded([metric.name])]
    subjects: list[Subject] = list(dict.fromkeys(metric.subject for metric in metrics))
    whole = {name: result for subject in subjects for name, result in view.results(subject).items()}
    return (
        figures.listed(metrics, [whole[metric.name] for metric in metrics], days),
        *_split(view, metrics, subjects, days),
        *_parts(view, days),
        *_weeks(view, metrics, days),
        figures.of_figures(metrics),
        figures.of_dimensions(),
        figures.of_columns(view.source.terms),
    )


def _split(view: View, metrics: list[AnyMetric], subjects: list[Subject], days: str) -> Iterator[Table]:
    having = {subject: view.dimensions(subject) for subject in subjects}
    for split in map(dimension, BY):
        results = {
            name: result
            for subject in subjects
            if split in having[subject]
            for name, result in view.results(subject, [split.name]).items()
        }
        shown = [metric for metric in metrics if metric.name in results]
        if shown:
            yield figures.side_by_side(shown, [results[metric.name] for metric in shown], split, days)


def _parts(view: View, days: str) -> Iterator[Table]:
    if view.loaded(["failures"]):
        result = view.result("failures", by=["part"])
        yield figures.broken_down(view.metric("failures"), result, [dimension("part")], None, days)


def _weeks(view: View, metrics: list[AnyMetric], days: str) -> Iterator[Table]:
    counts = [metric for metric in metrics if isinstance(metric, Metric) and not metric.share]
    if not counts:
        return
    weeks = every_day(view, view.clocks.as_at)[::-WEEK][::-1]
    courses = [view.course(metric.name, weeks, then=view.as_known_then) for metric in counts]
    known = "on each of the days" if view.as_known_then else "on the one day"
    days = f"{days} A line for every seventh day, as known {known}."
    course = figures.over_time(counts, courses, "Course by week", days)
    yield replace(course, notes=(("Definitions", "on the sheet of the dictionary of figures"),))
