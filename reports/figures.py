from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import dataframely as dy
import polars as pl

from charts.bars import labels_of
from data.formatting import capitalised, listed_words
from data.schema import SCHEMAS, links, listed_columns, staff_columns
from metrics.dimensions import DIMENSIONS, Dimension, dimension
from metrics.metric import AnyMetric, Duration, Metric, Subject
from reports.content import Table
from service import results
from service.over_time import every_day
from service.view import Source, View

_INTERVAL = (
    ("Value", "a count, a share as a part of 1, or median days"),
    ("Denominator", "what a share is out of, and of a median those that entered the stage; a count has none"),
    ("Low and high end", "the 95% Wilson interval of a share that chance moves; no other figure has one"),
)
DEFINED = "What each means, as the program itself defines it."
BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": "neither way is better"}
_KINDS: dict[type[dy.Column], str] = {
    dy.String: "text", dy.Enum: "code", dy.Date: "day", dy.Bool: "yes or no", dy.Int32: "whole number",
    dy.Float64: "number",
}  # fmt: skip
_OF_FIGURES = {
    "Figure": "title", "Name": "name", "Definition": "definition", "Why it matters": "why_it_matters",
    "Numerator": "counts", "Denominator": "out_of", "Unit": "unit", "Kind": "share", "Better": "better",
    "Counts": "subject", "Dated by": "dated_by", "Owner": "owner",
}  # fmt: skip
PERIODS = {"1w": "Week from", "1mo": "Month from", "1q": "Quarter from", "1y": "Year from"}
BY = ("area", "route", "grade", "year")
WEEK = 7


def broken_down(
    metric: AnyMetric, result: pl.DataFrame, split: Sequence[Dimension], every: str | None, days: str
) -> Table:
    """Return a figure by dimensions or by period; shares are parts of 1. result: of `evaluate`, by them."""
    keys = [pl.Series(part.title, labels_of(result, part), pl.String) for part in split]
    period = [result["period"].alias(PERIODS[every])] if every else []
    by = [part.title.lower() for part in split] + ([PERIODS[every].split()[0].lower()] if every else [])
    rows = pl.DataFrame([*period, *keys, *_numbers(metric, result)])
    title = f"{metric.title} by {' and '.join(by)}" if by else metric.title
    notes = (*_notes(metric), *(_dictionary(result, part) for part in split))
    return Table(title=title, named=title, subtitle=days, rows=rows, notes=notes)


def _dictionary(result: pl.DataFrame, dimension: Dimension) -> tuple[str, str]:
    codes = result.schema[dimension.name]
    if isinstance(codes, pl.Enum):
        values = f"one of {listed_words(codes.categories.to_list())}"
    else:
        present = result.select(dimension.name).drop_nulls().unique().sort(dimension.name)
        values = f"here {listed_words(labels_of(present, dimension))}"
    return f"{dimension.title}: values", f"{values}; {dimension.missing} where there is none"


def listed(
    metrics: Sequence[AnyMetric], results: Sequence[pl.DataFrame], days: str, split: Dimension | None = None
) -> Table:
    """Return figures one below the other. results: of `evaluate`, by the dimension or by nothing."""
    parts = list[pl.DataFrame]()
    for metric, result in zip(metrics, results, strict=True):
        whole = _whole(metric, result)
        if split is None:
            more = {"Definition": metric.definition, "Owner": metric.owner}
            parts.append(whole.with_columns(pl.lit(text).alias(name) for name, text in more.items()))
        else:
            labels = pl.Series(split.title, labels_of(result, split), pl.String)
            parts.append(whole.insert_column(1, labels))
    title = f"Figures by {split.title.lower()}" if split else "Figures"
    return Table(title=title, subtitle=days, rows=pl.concat(parts), notes=_INTERVAL)


def over_time(metrics: Sequence[AnyMetric], courses: Sequence[pl.DataFrame], title: str, days: str) -> Table:
    """Return one row for each day. courses: what `course` returned for each figure, all on the same days."""
    pairs = zip(metrics, courses, strict=True)
    counts = [result["numerator"].alias(metric.title) for metric, result in pairs]
    notes = [(f"{by.title}: {label.lower()}", text) for by in metrics for label, text in _notes(by)]
    rows = pl.DataFrame([courses[0]["day"].alias("Day"), *counts])
    return Table(title=title, named=title, subtitle=days, rows=rows, notes=tuple(notes))


def _whole(metric: AnyMetric, result: pl.DataFrame) -> pl.DataFrame:
    return result.select(
        pl.lit(metric.title).alias("Figure"),
        pl.col("numerator").cast(pl.Int64).alias("Numerator"),
        pl.lit(metric.counts).alias("Numerator counts"),
        pl.col("denominator").cast(pl.Int64).alias("Denominator"),
        pl.lit(metric.out_of, pl.String).alias("Denominator counts"),
        pl.col("value").cast(pl.Float64).alias("Value"),
        pl.when(metric.chance).then("low").cast(pl.Float64).alias("Low end"),
        pl.when(metric.chance).then("high").cast(pl.Float64).alias("High end"),
        pl.lit(metric.unit).alias("Unit"),
    )


def _numbers(metric: AnyMetric, result: pl.DataFrame) -> list[pl.Series]:
    counts = result["numerator"].alias(capitalised(metric.counts))
    if not isinstance(metric, Duration) and not metric.share:
        return [counts]
    out_of = result["denominator"].alias(capitalised(metric.out_of or ""))
    if isinstance(metric, Duration):
        days = result["value"].alias(capitalised(metric.unit))
        return [days, counts] if metric.out_of == metric.counts else [days, counts, out_of]
    numbers = [counts, out_of, result["value"].alias("Share")]
    if metric.chance:
        numbers += [result["low"].alias("Share, low end"), result["high"].alias("Share, high end")]
    return numbers


def _notes(metric: AnyMetric) -> tuple[tuple[str, str], ...]:
    notes = [("Definition", metric.definition), ("Unit", metric.unit), ("Counts", metric.counts)]
    if metric.out_of:
        notes.append(("Out of", metric.out_of))
    if metric.share and metric.chance:
        notes.append(("Low and high end", "the 95% Wilson interval of the share"))
    return (*notes, ("Owner", metric.owner))


def of_figures(metrics: Sequence[AnyMetric]) -> Table:
    rows = [
        {title: getattr(metric, name) for title, name in _OF_FIGURES.items()}
        | {"Kind": _kind(metric), "Better": BETTER[metric.better]}  # in words
        for metric in metrics
    ]
    return Table(title="Dictionary of figures", subtitle=DEFINED, rows=pl.DataFrame(rows))


def of_dimensions(view: View, subjects: Sequence[Subject]) -> Table:
    """subjects: those of the figures that the register can count."""
    own = {of: [split.name for split in view.dimensions(of)] for of in subjects}
    there = ((by.worded(view.words), [of for of in subjects if by.name in own[of]]) for by in DIMENSIONS)
    rows = [(by.title, by.name, listed_words(of), by.missing) for by, of in there if of]
    columns = ("Dimension", "Name", "Of", "Where nothing is recorded")
    table = pl.DataFrame(rows, columns, orient="row")
    return Table(title="Dictionary of dimensions", subtitle=DEFINED, rows=table)


def of_columns(source: Source) -> Table:
    tables = (table for table in SCHEMAS if table in source.tables)
    rows = [row for table in tables for row in _columns(source, table)]
    return Table(title="Dictionary of columns", subtitle=DEFINED, rows=pl.DataFrame(rows))


def _columns(source: Source, table: str) -> Iterator[dict[str, Any]]:
    schema, terms, there = SCHEMAS[table], source.terms, results.columns(source.place, table)
    refers, lists, staff = links(schema), listed_columns(schema), staff_columns()
    many = {"applications": terms.case.many}
    for name, column in schema.columns().items():
        if name not in there:
            continue
        codes = terms.codes(lists[name]) if name in lists else tuple(getattr(column, "categories", ()))
        yield {
            "Table": many.get(table, table),
            "Column": f"{terms.case.one}_ref" if name == "application_ref" else name,
            "Kind": _KINDS[type(column)],
            "Meaning": capitalised(terms.words.renamed(column.description or "")),
            "Codes": listed_words(list(codes)) if codes else None,
            "Key": name in schema.primary_key(),
            "May be missing": column.nullable,
            "Refers to": many.get(refers.get(name, ""), refers.get(name)),
            source.words("Stands for a member of {staff}"): name in staff,
        }


def _kind(metric: AnyMetric) -> str:
    if isinstance(metric, Duration):
        return "median days, with those still in the stage counted as still in it (Kaplan-Meier)"
    if not metric.share:
        return "count"
    return "share, with the 95% Wilson interval" if metric.chance else "share of a piece of work"


def workbook_tables(view: View, days: str) -> tuple[Table, ...]:
    """Return the analyst's workbook. days: those of the view, in a sentence."""
    metrics = [metric for metric in view.source.catalogue() if view.loaded([metric.name])]
    subjects: list[Subject] = list(dict.fromkeys(metric.subject for metric in metrics))
    whole = {name: result for subject in subjects for name, result in view.results(subject).items()}
    return (
        listed(metrics, [whole[metric.name] for metric in metrics], days),
        *_split(view, metrics, subjects, days),
        *_weeks(view, metrics, days),
        of_figures(metrics),
        of_dimensions(view, subjects),
        of_columns(view.source),
    )


def _split(view: View, metrics: list[AnyMetric], subjects: list[Subject], days: str) -> Iterator[Table]:
    for split in map(dimension, BY):
        having: list[Subject] = [
            of for of in subjects if split.name in {one.name for one in view.dimensions(of)}
        ]
        by_name = [view.results(subject, [split.name]) for subject in having]
        results = {name: result for results in by_name for name, result in results.items()}
        if shown := [metric for metric in metrics if metric.name in results]:
            yield listed(shown, [results[metric.name] for metric in shown], days, split)
    if view.loaded(["failures"]):
        result = view.result("failures", by=["part"])
        yield broken_down(view.metric("failures"), result, [dimension("part")], None, days)


def _weeks(view: View, metrics: list[AnyMetric], days: str) -> Iterator[Table]:
    counts = [metric for metric in metrics if isinstance(metric, Metric) and not metric.share]
    if counts:
        weeks = every_day(view, view.clocks.as_at)[::-WEEK][::-1]
        courses = [view.course(metric.name, weeks, then=view.as_known_then) for metric in counts]
        known = "on each of the days" if view.as_known_then else "on the one day"
        days = f"{days} A line for every seventh day, as known {known}."
        course = over_time(counts, courses, "Course by week", days)
        yield replace(course, notes=(("Definitions", "on the sheet of the dictionary of figures"),))
