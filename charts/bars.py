"""Bars: one figure by one dimension, each bar labelled with its number."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from charts.chart import FRAME_HEIGHT, ROW_HEIGHT, Chart, blank, literals, packed
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_count, written_day, written_share
from metrics.as_at import Clocks
from metrics.dimensions import PERIODS, Dimension, labelled
from metrics.metric import AnyMetric

ROOM_FOR_WORDS = 1.15
SHARE_HEIGHT = 52
NOT_OVER = " (not over)"
MOST_TICKS = 4
TICK_STEPS = tuple(lead * 10.0**power for power in range(-6, 12) for lead in (1, 2, 2.5, 5))
MONTHLY = {"tickformat": "%b<br>%Y", "dtick": "M1"}
WEEKLY = {"tickformat": "%-d %b<br>%Y", "nticks": 6}


def bars(
    metric: AnyMetric, result: pl.DataFrame, dimension: Dimension, clocks: Clocks, palette: Palette
) -> Chart:
    """Draw a figure by a dimension as horizontal bars; a share bears its 95% interval as a line.

    result: what `evaluate` returned for the metric by this dimension.
    """
    labels = labels_of(result, dimension)
    texts = _texts(metric, result)
    figure = blank(
        palette, height=FRAME_HEIGHT + (SHARE_HEIGHT if metric.share else ROW_HEIGHT) * len(labels)
    )
    figure.add_bar(
        x=result.get_column("value").fill_null(0).to_numpy(),
        y=literals(labels),
        orientation="h",
        marker={"color": palette.series[0]},
        text=None if metric.share else texts,
        textposition="outside",
        textfont={"color": palette.text, "size": 14},
        cliponaxis=False,
        hovertext=texts,
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
        error_x=_whiskers(result, palette) if metric.chance else None,
    )
    figure.update_xaxes(visible=metric.share, tickformat=",.1%", tickvals=_ticks(result), tickangle=0)
    figure.update_xaxes(range=[0, _longest(result) * (1.02 if metric.share else ROOM_FOR_WORDS)])
    figure.update_yaxes(type="category", dtick=1, autorange="reversed", showgrid=False, ticklabelstandoff=6)
    if metric.share:
        # A share's numbers stand below its name, where no width can cut them off.
        named = [f"{label}<br>{text}" for label, text in zip(literals(labels), texts, strict=True)]
        figure.update_yaxes(tickvals=list(range(len(labels))), ticktext=named)
    title = f"{metric.title} by {dimension.title.lower()}"
    message = _message(metric, result, labels, title, clocks)
    return Chart(title, figure, message, table(metric, result, [dimension]), tuple(labels))


def columns(
    metric: AnyMetric, result: pl.DataFrame, clocks: Clocks, palette: Palette, *, every: str
) -> Chart:
    """Draw a figure by period as upright columns; one that is not over is paler, and said to be so.

    result: what `evaluate` returned for the metric with `every`.
    every: the period in words, such as "week".
    """
    figure = blank(palette, height=300)
    over = ended(result.get_column("period"), every, clocks)
    figure.add_bar(
        x=result.get_column("period").to_numpy(),
        y=packed(result.get_column("numerator")),
        marker={"color": [palette.series[0] if each else palette.quiet for each in over]},
        hovertext=["" if each else NOT_OVER for each in over],
        hovertemplate=f"{every} of %{{x|%-d %B %Y}}: %{{y:,}}%{{hovertext}}<extra></extra>",
    )
    figure.update_xaxes(MONTHLY if every == "month" else WEEKLY, showgrid=False)
    figure.update_yaxes(rangemode="tozero", tickformat=",", nticks=5)
    title = f"{metric.title} by {every}"
    if result.is_empty():
        alt = f"{title}: nothing by {written_day(clocks.as_at)}."
    else:
        top = result.row(int(result["numerator"].arg_max() or 0), named=True)
        alt = (
            f"{title}, as at {written_day(clocks.as_at)}: {written_count(result['numerator'].sum())} "
            f"{metric.unit} in all, the most ({written_count(top['numerator'])}) in the {every} of "
            f"{written_day(top['period'])}.{'' if all(over) else f' The last {every} is not over.'}"
        )
    labels = [f"{day:%b %Y}" if every == "month" else short_day(day) for day in result["period"]]
    told = [label if each else f"{label}{NOT_OVER}" for label, each in zip(labels, over, strict=True)]
    periods = pl.Series(f"{capitalised(every)} of", told, pl.String)
    return Chart(title, figure, alt, pl.DataFrame([periods, _counts(metric, result)]), tuple(labels))


def ended(periods: pl.Series, word: str, clocks: Clocks) -> list[bool]:
    """Return whether each period, by its first day, was over at the end of the day.

    word: what the periods are, as "week".
    """
    ends = periods.dt.offset_by(PERIODS[word][0])
    return (ends <= clocks.known_until + dt.timedelta(days=1)).to_list()


def labels_of(result: pl.DataFrame, dimension: Dimension) -> list[str]:
    """Values of a dimension as a reader sees them, a missing one in its words."""
    return labelled(dimension, result.get_column(dimension.name).to_list())


def table(metric: AnyMetric, result: pl.DataFrame, dimensions: Sequence[Dimension]) -> pl.DataFrame:
    """Numbers of a figure as a reader sees them, one row for each bar or cell."""
    held = [pl.Series(each.title, labels_of(result, each), pl.String) for each in dimensions]
    if metric.share:
        held += [
            _counts(metric, result),
            result.get_column("denominator").alias(capitalised(metric.out_of or "")),
            pl.Series("Share", [written_share(value) for value in result["value"]]),
        ]
        if metric.chance:
            ends = zip(result["low"], result["high"], strict=True)
            held.append(pl.Series("95% interval", [_interval(low, high) for low, high in ends]))
    else:
        held.append(_counts(metric, result))
    return pl.DataFrame(held)


def _counts(metric: AnyMetric, result: pl.DataFrame) -> pl.Series:
    return result.get_column("numerator").alias(capitalised(metric.counts))


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{written_share(low)} to {written_share(high)}"


def _texts(metric: AnyMetric, result: pl.DataFrame) -> list[str]:
    if not metric.share:
        return [written_count(number) for number in result["numerator"]]
    return [_share(*row) for row in result.select("value", "numerator", "denominator").rows()]


def _share(value: float | None, numerator: int, denominator: int) -> str:
    return f"{written_share(value)} ({written_count(numerator)} of {written_count(denominator)})"


def _whiskers(result: pl.DataFrame, palette: Palette) -> dict[str, object]:
    """Draw the 95% interval of each share as a line across the end of its bar."""
    value = result["value"].to_numpy()
    return {
        "type": "data",
        "symmetric": False,
        "array": result["high"].to_numpy() - value,
        "arrayminus": value - result["low"].to_numpy(),
        "color": palette.quiet,
        "thickness": 2,
        "width": 5,
    }


def _longest(result: pl.DataFrame) -> float:
    ends = pl.concat([result["value"], result["high"]]).drop_nulls()
    return float(ends.to_numpy().max()) if len(ends) and ends.to_numpy().max() > 0 else 1.0


def _ticks(result: pl.DataFrame) -> list[float]:
    """Places on the axis to mark: even, at most five, none beyond the longest bar."""
    longest = _longest(result)
    step = next(each for each in TICK_STEPS if longest / each <= MOST_TICKS)
    return [step * number for number in range(int(longest / step) + 1)]


def _message(
    metric: AnyMetric, result: pl.DataFrame, labels: Sequence[str], title: str, clocks: Clocks
) -> str:
    if result.is_empty():
        return f"{title}: nothing by {written_day(clocks.as_at)}."
    texts = _texts(metric, result)
    parts = [f"{label} {text}" for label, text in zip(labels, texts, strict=True)]
    return f"{title}, as at {written_day(clocks.as_at)}: {listed_words(parts)}."
