"""A figure by one dimension: its bars on the day, its parts over time, and the rows behind."""

from collections.abc import Sequence

import polars as pl

from charts.bars import bars, labels_of, written
from data.formatting import capitalised
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric
from pages.widgets import chart_card, export_button, rows
from service.over_time import days_of
from service.view import View

FEWEST = 3  # values: fewer are said


def show(
    view: View,
    name: str,
    split: Dimension,
    *,
    key: str,
    behind: str = "",
    occurring: bool = False,
    **how: str | bool,
) -> pl.DataFrame:
    """behind: the widget that a click on a bar sets. occurring: whether values of no row are left out. how:
    of a chart's card."""
    result = view.result(name, by=[split.name])
    if occurring:
        result = result.filter(pl.col("numerator") > 0)
        if result.is_empty():
            return result
    metric = view.metric(name)
    chart = bars(metric, result, split, view.clocks, chart_card.colours())
    if result.height < FEWEST:
        headline, measure = str(how.get("headline") or chart.title), str(how.get("measure", ""))
        words = f"{capitalised(in_words(metric, result, split))}."
        chart_card.words(key, headline, words, measure=measure)
    else:
        offer = export_button.of_figure(view, name, by=[split.name])
        chart_card.show(chart, key=key, offer=offer, chosen=behind, **how)
    if behind:
        rows.under(view, name, result, [split], key=behind)
    return result


def parts_over_time(
    view: View, name: str, split: Dimension, part: pl.Expr, order: Sequence[str]
) -> pl.DataFrame:
    """Return `day` and a column for each part that occurs, in the order given. part: from a value of the
    dimension to the part that it belongs to."""
    days, then = days_of(view), view.as_known_then
    long = view.split_course(name, split.name, days, then=then).with_columns(part=part)
    occurring = set(long.filter(pl.col("numerator") > 0)["part"])
    parts = [value for value in order if value in occurring]
    wide = long.pivot("part", index="day", values="numerator", aggregate_function="sum").sort("day")
    return wide.select("day", *parts).fill_null(0)


def known_on(view: View) -> str:
    return "as known on each day" if view.as_known_then else "as known on one day"


def in_words(metric: AnyMetric, result: pl.DataFrame, split: Dimension) -> str:
    pairs = zip(labels_of(result, split), written(metric, result), strict=True)
    return "; ".join(f"{label}: {number}" for label, number in pairs)
