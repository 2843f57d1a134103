import polars as pl

from charts.bars import ended, labels_of, marked, table, written
from charts.chart import COUNTS, Chart, columns, literals, picture, whiskers
from charts.palette import Palette
from data.formatting import written_day
from metrics.as_at import Clocks
from metrics.dimensions import Dimension
from metrics.metric import Metric


def periods(
    metric: Metric, result: pl.DataFrame, dimension: Dimension, clocks: Clocks, palette: Palette
) -> Chart:
    """Draw a count as columns, a share as points with gaps where there was nothing, oldest first.

    result: what `evaluate` returned for the metric with `every`, its period under the dimension's name.
    """
    labels = labels_of(result, dimension)
    named = marked(labels, ended(result[dimension.name], dimension.title.lower(), clocks))
    low, value, high = result["low"], result["value"], result["high"]
    trace = columns(literals(named), result["numerator"], palette.series[0], "%{x}: %{y:,}")
    if metric.share:
        ends = whiskers(low, value, high, palette) if metric.chance else None
        trace |= {"type": "scatter", "mode": "markers+lines", "y": value.to_numpy(), "marker": {"size": 9}}
        trace |= {"line": {"color": palette.series[0], "width": 3}, "error_y": ends}
        trace["hovertemplate"] = "%{x}: %{y:.1%}<extra></extra>"
    x = {"type": "category", "showgrid": False, "nticks": 8, "tickangle": 0}
    figure = picture(palette, 320, [trace], x, {**COUNTS, "tickformat": ",.0%" if metric.share else ","})
    title = f"{metric.title} by {dimension.title.lower()}"
    message = _message(metric, result, named, title, clocks)
    rows = table(metric, result, [dimension]).with_columns(pl.Series(dimension.title, named, pl.String))
    return Chart(title, figure, message, rows, tuple(labels))


def _message(metric: Metric, result: pl.DataFrame, labels: list[str], title: str, clocks: Clocks) -> str:
    day = written_day(clocks.as_at)
    texts = pl.Series("text", written(metric, result), pl.String)
    known = result.with_columns(texts, label=pl.Series(labels, dtype=pl.String)).drop_nulls("value")
    if known.is_empty():
        return f"{title}: nothing by {day}."
    places = known["value"].arg_max(), known["value"].arg_min()
    most, least = (known.row(int(place or 0), named=True) for place in places)
    return (
        f"{title}, as at {day}, from {labels[0]} to {labels[-1]}: the most in {most['label']} "
        f"({most['text']}), the least in {least['label']} ({least['text']})."
    )
