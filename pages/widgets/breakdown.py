"""A figure by one dimension: its bars on the day, its parts over time, and the rows behind."""

from collections.abc import Sequence

import polars as pl

from charts.bars import bars
from charts.stacks import areas, areas_table
from metrics.dimensions import Dimension
from pages.widgets import chart_card, export_button, rows
from service.over_time import days_of
from service.view import View


def show(
    view: View, name: str, split: Dimension, *, key: str, behind: str = "", occurring: bool = False
) -> pl.DataFrame:
    """Draw a figure by a dimension and return it as drawn.

    behind: the widget that a click on a bar sets, below which its rows are listed. occurring: whether values
    that no row has are left out, and nothing is drawn where none is left.
    """
    result = view.result(name, by=[split.name])
    if occurring:
        result = result.filter(pl.col("numerator") > 0)
        if result.is_empty():
            return result
    chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
    offer = export_button.of_figure(view, name, by=[split.name])
    if behind:
        chart_card.show_to_click(chart, key=key, chosen=behind, offer=offer)
        rows.under(view, name, result, [split], key=behind)
    else:
        chart_card.show(chart, key=key, offer=offer)
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
    """Draw how a figure was made up over time.

    part: from a value of the dimension to the part that it belongs to. kinds: the order of the colours.
    """
    then = view.as_known_then

    def counts(view: View) -> tuple[pl.DataFrame, list[str]]:
        long = view.split_course(name, split.name, days_of(view), then=then).with_columns(part=part)
        occurring = set(long.filter(pl.col("numerator") > 0)["part"])
        parts = [value for value in order if value in occurring]
        wide = long.pivot("part", index="day", values="numerator", aggregate_function="sum").sort("day")
        return wide.select("day", *parts).fill_null(0), parts

    numbers, parts = counts(view)
    if not parts:
        return
    title = f"{title}, {'as known on each day' if then else 'as known on one day'}"
    chart = areas(title, numbers, parts, chart_card.colours(), kinds=kinds, unit=unit)
    chart_card.show(
        chart, key=key, offer=export_button.of_table(view, title, lambda view: areas_table(*counts(view)))
    )
