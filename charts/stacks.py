"""Stacks: counts parted by kind, as columns by day or by week, or as areas over time."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import polars as pl

from charts.chart import DAY, TIME, Chart, blank, legend, literal, packed
from charts.lines import message_of, step_of
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
    """Draw counts by day or by week as upright columns, parted by kind.

    counts: `day, part, count`, one row for each day and part that has any; of a week, its Monday.
    parts: every part in the order of its colour; past the palette's colours they are drawn as one.
    """
    named = parts if len(parts) <= len(palette.series) else parts[: len(palette.series) - 1]
    drawn = counts.with_columns(
        part=pl.when(pl.col("part").is_in(named)).then("part").otherwise(pl.lit(OTHER))
    )
    shown = [*named, *([OTHER] if len(named) < len(parts) else [])]
    figure = blank(palette, height=300)
    for part, colour in zip(shown, palette.series, strict=False):
        days = drawn.filter(pl.col("part") == part).group_by("day").agg(pl.col("count").sum()).sort("day")
        if days.is_empty():
            continue
        figure.add_bar(
            x=days["day"].to_numpy(),
            y=packed(days["count"]),
            width=0.8 * WIDTHS[period] * DAY,
            name=literal(part),
            marker={"color": colour},
            hovertemplate=f"%{{fullData.name}}, {WORDS[period]}%{{x|%-d %B %Y}}: %{{y:,}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", showlegend=True, legend=legend(palette, traceorder="normal"))
    half = dt.timedelta(hours=12 * WIDTHS[period])
    ends = [dt.datetime.combine(day, dt.time()) for day in span]
    figure.update_xaxes(TIME, range=[ends[0] - half, ends[1] + half])
    figure.update_yaxes(rangemode="tozero", tickformat=",", nticks=5)
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
    """One row for each day or week that has any, latest first, and one column for each part."""
    days = counts["day"].unique().sort(descending=True)
    cells = dict(zip(counts.select("day", "part").iter_rows(), counts["count"], strict=True))
    first = capitalised(WORDS[period].strip() or period)
    return pl.DataFrame(
        [
            pl.Series(first, [short_day(day) for day in days], pl.String),
            *(pl.Series(part, [cells.get((day, part), 0) for day in days], pl.Int64) for part in parts),
        ]
    )


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

    counts: `day` and one column of counts for each of `parts`. kinds: every kind a part can be, in the order
    of their colours; past the palette's colours they are hatched.
    """
    filled = fills(palette, kinds)
    figure = blank(palette, height=380)
    days = counts["day"]
    hatching = {"shape": "/", "fillmode": "overlay", "fgcolor": palette.background}
    for part in parts:
        figure.add_scatter(
            x0=days[0].isoformat(),
            dx=DAY * step_of(days),
            y=packed(counts[part]),
            mode="lines",
            stackgroup="one",
            fillcolor=filled[part].colour,
            fillpattern=hatching if filled[part].hatched else None,
            line={"color": palette.background, "width": 1, "shape": "hv"},
            name=literal(part),
            hovertemplate="%{fullData.name}, %{x|%-d %B %Y}: %{y:,}<extra></extra>",
        )
    figure.update_layout(showlegend=True, legend=legend(palette, traceorder="normal"))
    figure.update_xaxes(TIME)
    figure.update_yaxes(rangemode="tozero", tickformat=",d", nticks=6)
    message = message_of(title, days, {part: counts[part] for part in parts}, unit)
    return Chart(title, figure, message, areas_table(counts, parts))


def areas_table(counts: pl.DataFrame, parts: Sequence[str]) -> pl.DataFrame:
    """Counts of each part on each day, as a reader sees them."""
    return counts.select(pl.Series("Day", [short_day(day) for day in counts["day"]], pl.String), *parts)
