"""What the lines and bars of a figure show, in ten words or fewer, and how they were counted."""

import polars as pl

from data.formatting import capitalised, written_count, written_share
from metrics.metric import AnyMetric, Duration
from service.over_time import added_up
from service.sentences.clocks import spoken_clocks
from service.sentences.figure import headline
from service.view import View


def sentence(view: View, metric: AnyMetric) -> str:
    clocks = spoken_clocks(view)
    whole = " in the whole review" if view.whole(metric) else ""
    figure = view.figure(metric.name)
    return f"{metric.title}{whole}: {headline(figure)}, {clocks[:1].lower()}{clocks[1:]}."


def lines_title(long: pl.DataFrame, metric: AnyMetric) -> str:
    """Name the line that ends highest, or say how the only one moved; nothing where there is none.

    long: `period, label, value`.
    """
    known = pl.col("value").drop_nulls()
    ends = long.group_by("label", maintain_order=True).agg(first=known.first(), last=known.last())
    ends = ends.drop_nulls("last").sort("last", descending=True, maintain_order=True)
    if ends.is_empty():
        return ""
    label, first, last = ends.row(0)
    if ends.height == 1:
        return f"From {_written(first, metric)} to {_written(last, metric)}"
    if last == ends["last"][1]:
        return ""
    return f"{capitalised(label)} ends highest, at {_written(last, metric)}"


def measure(metric: AnyMetric, period: str) -> str:
    return f"Added each {period}" if added_up(metric) else f"At each {period}'s end"


def method(metric: AnyMetric, period: str | None) -> str:
    if isinstance(metric, Duration):
        return f"{metric.definition} The rows behind a median are those still waiting on the day."
    if period is None:
        return metric.definition
    if added_up(metric):
        return f"{metric.definition} Each {period} shows what it added."
    return f"{metric.definition} Each {period} shows the figure as it stood on its last day."


def _written(value: float, metric: AnyMetric) -> str:
    return written_share(value) if metric.share else written_count(value)
