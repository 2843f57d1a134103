import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import polars as pl

from charts import chart
from charts.chart import COUNTS, NAMES, ROW_HEIGHT, Chart, at_ends, level_bars, literals, picture, whiskers
from charts.palette import Palette
from data.formatting import (
    capitalised,
    counted,
    listed_words,
    short_day,
    written_count,
    written_day,
    written_share,
)
from metrics.as_at import Clocks
from metrics.dimensions import PERIODS, Dimension, labelled
from metrics.metric import AnyMetric, Duration

ROOM_FOR_WORDS = 1.15
ROOM_FOR_MEDIANS = 1.25
SHARE_HEIGHT = 52
NOT_OVER = " (not over)"
NOT_YET = "not yet known"
MOST_TICKS = 4
TICK_STEPS = tuple(lead * 10.0**power for power in range(-6, 12) for lead in (1, 2, 2.5, 5))
MONTHLY = {"tickformat": "%b<br>%Y", "nticks": 12}
WEEKLY = {"tickformat": "%-d %b", "nticks": 8}


def bars(
    metric: AnyMetric,
    result: pl.DataFrame,
    dimension: Dimension,
    clocks: Clocks,
    palette: Palette,
    *,
    lit: Collection[str] | None = None,
) -> Chart:
    """Draw horizontal bars, a share with its 95% interval. result: what `evaluate` returned by it.

    lit: labels of the bars that are meant; all, if none are given.
    """
    labels, texts, value = labels_of(result, dimension), _texts(metric, result), result["value"]
    ends = whiskers(result["low"], value, result["high"], palette, 5) if metric.chance else None
    how = {"hovertext": texts, "error_x": ends, **at_ends(None if metric.share else texts, palette)}
    colours = [palette.series[0] if lit is None or label in lit else palette.other for label in labels]
    bar = level_bars(labels, value.fill_null(0).to_numpy(), colours, "%{y}: %{hovertext}", **how)
    reach = [0, _longest(result) * (1.02 if metric.share else ROOM_FOR_WORDS)]
    x = {"visible": metric.share, "tickformat": ",.1%", "tickvals": _ticks(result), "tickangle": 0}
    y = {**NAMES, "dtick": 1, **(_named_below(labels, texts) if metric.share else {})}
    height = chart.FRAME_HEIGHT + (SHARE_HEIGHT if metric.share else ROW_HEIGHT) * len(labels)
    figure = picture(palette, height, [bar], {**x, "range": reach}, y)
    title = f"{metric.title} by {dimension.title.lower()}"
    day = written_day(clocks.as_at)
    alt = f"{title}, as at {day}: {_paired(labels, texts)}." if labels else f"{title}: nothing by {day}."
    return Chart(title, figure, alt, table(metric, result, [dimension]), tuple(labels))


def medians(
    metric: Duration, result: pl.DataFrame, dimension: Dimension, clocks: Clocks, palette: Palette
) -> Chart:
    """Draw median days as horizontal bars; one that is not reached yet has none. result: as for `bars`."""
    labels, texts = labels_of(result, dimension), written(metric, result)
    days = result["value"].fill_null(0).to_numpy()
    bar = level_bars(labels, days, palette.series[0], "%{y}: %{text}", **at_ends(texts, palette))
    x = {"visible": False, "range": [0, (float(days.max(initial=0)) or 1.0) * ROOM_FOR_MEDIANS]}
    figure = picture(palette, chart.FRAME_HEIGHT + ROW_HEIGHT * len(labels), [bar], x, {**NAMES, "dtick": 1})
    title = f"{metric.title} by {dimension.title.lower()}"
    alt = f"{title}, median, as at {written_day(clocks.as_at)}: {_paired(labels, texts)}."
    return Chart(title, figure, alt, table(metric, result, [dimension]), tuple(labels))


def columns(
    metric: AnyMetric, result: pl.DataFrame, clocks: Clocks, palette: Palette, *, every: str
) -> Chart:
    """Draw upright columns, paler of a period that is not over. every: its word, such as "week"."""
    over, days = ended(result["period"], every, clocks), result["period"].to_numpy()
    colours = [palette.series[0] if is_over else palette.quiet for is_over in over]
    words = ["" if is_over else NOT_OVER for is_over in over]
    hover = f"{every} of %{{x|%-d %B %Y}}: %{{y:,}}%{{hovertext}}"
    bar = chart.columns(days, result["numerator"], colours, hover, hovertext=words)
    x = {**(MONTHLY if every == "month" else WEEKLY), "showgrid": False}
    figure = picture(palette, 250, [bar], x, COUNTS)
    title, as_at = f"{metric.title} by {every}", written_day(clocks.as_at)
    if result.is_empty():
        alt = f"{title}: nothing by {as_at}."
    else:
        top = result.row(int(result["numerator"].arg_max() or 0), named=True)
        alt = (
            f"{title}, as at {as_at}: {written_count(result['numerator'].sum())} "
            f"{metric.unit} in all, the most ({written_count(top['numerator'])}) in the {every} of "
            f"{written_day(top['period'])}.{'' if all(over) else f' The last {every} is not over.'}"
        )
    labels = [f"{day:%b %Y}" if every == "month" else short_day(day) for day in result["period"]]
    periods = pl.Series(f"{capitalised(every)} of", marked(labels, over), pl.String)
    return Chart(title, figure, alt, pl.DataFrame([periods, _counts(metric, result)]), tuple(labels))


def ended(periods: pl.Series, word: str, clocks: Clocks) -> list[bool]:
    """Whether each period, by its first day, was over at the end of the day. word: such as "week"."""
    ends = periods.dt.offset_by(PERIODS[word][0])
    return (ends <= clocks.known_until + dt.timedelta(days=1)).to_list()


def marked(labels: Sequence[str], over: Sequence[bool]) -> list[str]:
    return [label if is_over else f"{label}{NOT_OVER}" for label, is_over in zip(labels, over, strict=True)]


def labels_of(result: pl.DataFrame, dimension: Dimension) -> list[str]:
    return labelled(dimension, result.get_column(dimension.name).to_list())


def written(metric: AnyMetric, result: pl.DataFrame) -> list[str]:
    """The number of each row of a result; a share of nothing as "none", a median not reached in words."""
    if isinstance(metric, Duration):
        days = result["value"]
        return [NOT_YET if value is None else counted(round(value), "day", "days") for value in days]
    if metric.share:
        return ["none" if value is None else written_share(value) for value in result["value"]]
    return [written_count(number) for number in result["numerator"]]


def table(metric: AnyMetric, result: pl.DataFrame, dimensions: Sequence[Dimension]) -> pl.DataFrame:
    series = [pl.Series(by.title, labels_of(result, by), pl.String) for by in dimensions]
    if isinstance(metric, Duration):
        series.append(pl.Series("Half within", written(metric, result), pl.String))
    series.append(_counts(metric, result))
    if metric.share or isinstance(metric, Duration):
        series.append(result.get_column("denominator").alias(capitalised(metric.out_of or "")))
    if metric.share:
        series.append(pl.Series("Share", list(map(written_share, result["value"]))))
        if metric.chance:
            ends = zip(result["low"], result["high"], strict=True)
            series.append(pl.Series("95% interval", [_interval(*pair) for pair in ends]))
    return pl.DataFrame(series)


def _counts(metric: AnyMetric, result: pl.DataFrame) -> pl.Series:
    return result.get_column("numerator").alias(capitalised(metric.counts))


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{written_share(low)} to {written_share(high)}"


def _texts(metric: AnyMetric, result: pl.DataFrame) -> list[str]:
    if not metric.share:
        return [written_count(number) for number in result["numerator"]]
    return [
        f"{written_share(value)} ({written_count(numerator)} of {written_count(denominator)})"
        for value, numerator, denominator in result.select("value", "numerator", "denominator").rows()
    ]


def _paired(labels: Sequence[str], texts: Sequence[str]) -> str:
    return listed_words([f"{label} {text}" for label, text in zip(labels, texts, strict=True)])


def _named_below(labels: Sequence[str], texts: Sequence[str]) -> dict[str, Any]:
    """Set the numbers of bars below their names, where no width can cut them off."""
    names = [f"{label}<br>{text}" for label, text in zip(literals(labels), texts, strict=True)]
    return {"tickvals": list(range(len(labels))), "ticktext": names}


def _longest(result: pl.DataFrame) -> float:
    ends = pl.concat([result["value"], result["high"]]).drop_nulls()
    return float(ends.to_numpy().max()) if len(ends) and ends.to_numpy().max() > 0 else 1.0


def _ticks(result: pl.DataFrame) -> list[float]:
    """Places on the axis to mark: even, at most five, none beyond the longest bar."""
    longest = _longest(result)
    step = next(step for step in TICK_STEPS if longest / step <= MOST_TICKS)
    return [step * number for number in range(int(longest / step) + 1)]
