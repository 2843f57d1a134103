"""A figure by one dimension: its bars on the day, its parts over time, and the rows behind."""

from collections.abc import Sequence

import polars as pl

from charts.bars import bars
from charts.stacks import areas
from metrics.dimensions import Dimension
from pages.widgets import chart_card, export_button, rows
from service.over_time import days_of
from service.view import View


def show(
    view: View, name: str, split: Dimension, *, key: str, behind: str = "", occurring: bool = False
) -> pl.DataFrame:
    """behind: the widget that a click on a bar sets. occurring: whether values of no row are left out."""
    result = view.result(name, by=[split.name])
    if occurring:
        result = result.filter(pl.col("numerator") > 0)
        if result.is_empty():
            return result
    chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
    chart_card.show(chart, key=key, offer=export_button.of_figure(view, name, by=[split.name]), chosen=behind)
    if behind:
        rows.under(view, name, result, [split], key=behind)
    return result


def over_time(
    view: View,
    name: str,
    split: Dimension,
    title: str,
    *,
    part: pl.Expr,
    order: Sequence[str],
    kinds: Sequence[str],
    unit: str,
    key: str,
) -> None:
    """part: from a value of the dimension to the part that it belongs to. kinds: the order of the colours."""
    then = view.as_known_then
    title = f"{title}, {'as known on each day' if then else 'as known on one day'}"

    def parts_of(view: View) -> tuple[pl.DataFrame, list[str]]:
        long = view.split_course(name, split.name, days_of(view), then=then).with_columns(part=part)
        occurring = set(long.filter(pl.col("numerator") > 0)["part"])
        parts = [value for value in order if value in occurring]
        wide = long.pivot("part", index="day", values="numerator", aggregate_function="sum").sort("day")
        return wide.select("day", *parts).fill_null(0), parts

    if parts_of(view)[1]:
        chart_card.draw(
            view,
            lambda view, colours: areas(title, *parts_of(view), colours, kinds=kinds, unit=unit),
            key=key,
        )
