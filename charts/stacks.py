import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import polars as pl

from charts.chart import COUNTS, DAY, Chart, columns, course, legend, literal, picture, time_axis
from charts.lines import message_of
from charts.palette import Palette, fills
from data.formatting import capitalised, listed_words, short_day, written_count, written_day

OTHER = "other"
WIDTHS = {"day": 1, "week": 7}
WORDS = {"day": "", "week": "week of "}


def stacks(
    title: str,
    counts: pl.DataFrame,
    parts: Sequence[str],
    span: tuple[dt.date, dt.date],
    palette: Palette,
    *,
    unit: str,
    period: Literal["day", "week"] = "day",
) -> Chart:
    """Draw counts by day or week as columns, parted by kind; past the palette's colours kinds are one.

    counts: `day, part, count`, one row for each day (of a week its Monday) and part that has any.
    """
    named = parts if len(parts) <= len(palette.series) else parts[: len(palette.series) - 1]
    part_of = pl.when(pl.col("part").is_in(named)).then("part").otherwise(pl.lit(OTHER))
    drawn = counts.with_columns(part=part_of)
    shown = [*named, *([OTHER] if len(named) < len(parts) else [])]
    traces = list[dict[str, Any]]()
    for part, colour in zip(shown, palette.series, strict=False):
        days = drawn.filter(pl.col("part") == part).group_by("day").agg(pl.col("count").sum()).sort("day")
        hover = f"%{{fullData.name}}, {WORDS[period]}%{{x|%-d %B %Y}}: %{{y:,}}"
        how = {"width": 0.8 * WIDTHS[period] * DAY, "name": literal(part)}
        if not days.is_empty():
            traces.append(columns(days["day"].to_numpy(), days["count"], colour, hover, **how))
    half = dt.timedelta(hours=12 * WIDTHS[period])
    begins, ends = (dt.datetime.combine(day, dt.time()) for day in span)
    above = {"showlegend": True, "legend": legend(palette, traceorder="normal")}
    x = time_axis(begins - half, ends + half)
    figure = picture(palette, 250, traces, x, COUNTS, barmode="stack", **above)
    return Chart(title, figure, _message(title, counts, parts, span, unit), _table(counts, parts, period))


def _message(
    title: str, counts: pl.DataFrame, parts: Sequence[str], span: tuple[dt.date, dt.date], unit: str
) -> str:
    days = f"from {written_day(span[0])} to {written_day(span[1])}"
    if counts.is_empty():
        return f"{title}, {days}: no {unit}."
    sums = dict(counts.group_by("part").agg(pl.col("count").sum()).iter_rows())
    words = [f"{part} {written_count(sums[part])}" for part in parts if part in sums]
    return f"{title}, {days}, in {unit}: {listed_words(words)}."


def _table(counts: pl.DataFrame, parts: Sequence[str], period: str) -> pl.DataFrame:
    days = counts["day"].unique().sort(descending=True)
    cells = dict(zip(counts.select("day", "part").iter_rows(), counts["count"], strict=True))
    first = capitalised(WORDS[period].strip() or period)
    series = [pl.Series(first, list(map(short_day, days)), pl.String)]
    series += [pl.Series(part, [cells.get((day, part), 0) for day in days], pl.Int64) for part in parts]
    return pl.DataFrame(series)


def areas(
    title: str,
    counts: pl.DataFrame,
    parts: Sequence[str],
    palette: Palette,
    *,
    kinds: Sequence[str],
    unit: str,
) -> Chart:
    """Draw counts on even-spaced days as stacked steps, the first part at the bottom.

    counts: `day` and one column for each of `parts`. kinds: all that there can be, in order of colour.
    """
    filled = fills(palette, kinds)
    days, hatching = counts["day"], {"shape": "/", "fillmode": "overlay", "fgcolor": palette.background}
    line = {"color": palette.background, "width": 1}
    traces = list[dict[str, Any]]()
    for part in parts:
        fill, hover = filled[part], "%{fullData.name}, %{x|%-d %B %Y}: %{y:,}"
        how = {"fillcolor": fill.colour, "fillpattern": hatching if fill.hatched else None}
        traces.append(course(days, counts[part], line, hover, stackgroup="one", name=literal(part), **how))
    named = {"showlegend": True, "legend": legend(palette, traceorder="normal")}
    figure = picture(
        palette,
        260,
        traces,
        time_axis(days[0], days[-1]),
        {**COUNTS, "tickformat": ",d", "nticks": 6},
        **named,
    )
    message = message_of(title, days, {part: counts[part] for part in parts}, unit)
    return Chart(title, figure, message, areas_table(counts, parts))


def areas_table(counts: pl.DataFrame, parts: Sequence[str]) -> pl.DataFrame:
    return counts.select(pl.Series("Day", [short_day(day) for day in counts["day"]], pl.String), *parts)
