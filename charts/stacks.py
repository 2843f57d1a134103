"""Stacks: counts by day or by week, each one's column parted by kind."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import polars as pl

from charts.chart import Chart, blank, literal, packed
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_count, written_day

DAY = 86_400_000
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
        found = drawn.filter(pl.col("part") == part).group_by("day").agg(pl.col("count").sum()).sort("day")
        if found.is_empty():
            continue
        figure.add_bar(
            x=found["day"].to_numpy(),
            y=packed(found["count"]),
            width=0.8 * WIDTHS[period] * DAY,
            name=literal(part),
            marker={"color": colour},
            hovertemplate=f"%{{fullData.name}}, {WORDS[period]}%{{x|%-d %B %Y}}: %{{y:,}}<extra></extra>",
        )
    font = {"color": palette.text, "size": 14}
    # Above the columns: below, it would stand on the days wherever it takes more than one line.
    legend = {
        "orientation": "h",
        "font": font,
        "x": 0,
        "y": 1.02,
        "yanchor": "bottom",
        "traceorder": "normal",
    }
    figure.update_layout(barmode="stack", showlegend=True, legend=legend)
    half = dt.timedelta(hours=12 * WIDTHS[period])
    ends = [dt.datetime.combine(day, dt.time()) for day in span]
    figure.update_xaxes(
        type="date",
        range=[ends[0] - half, ends[1] + half],
        showgrid=False,
        tickformat="%-d %b<br>%Y",
        nticks=6,
    )
    figure.update_yaxes(rangemode="tozero", tickformat=",", nticks=5)
    return Chart(title, figure, _message(title, counts, parts, span, unit), _table(counts, parts, period))


def _message(
    title: str, counts: pl.DataFrame, parts: Sequence[str], span: tuple[dt.date, dt.date], unit: str
) -> str:
    days = f"from {written_day(span[0])} to {written_day(span[1])}"
    if counts.is_empty():
        return f"{title}, {days}: no {unit}."
    sums = dict(counts.group_by("part").agg(pl.col("count").sum()).iter_rows())
    told = [f"{part} {written_count(sums[part])}" for part in parts if part in sums]
    return f"{title}, {days}, in {unit}: {listed_words(told)}."


def _table(counts: pl.DataFrame, parts: Sequence[str], period: str) -> pl.DataFrame:
    """One row for each day or week that has any, latest first, and one column for each part."""
    days = counts["day"].unique().sort(descending=True)
    held = dict(zip(counts.select("day", "part").iter_rows(), counts["count"], strict=True))
    return pl.DataFrame(
        [
            pl.Series(
                capitalised(f"{WORDS[period].strip() or period}"), [short_day(day) for day in days], pl.String
            ),
            *(pl.Series(part, [held.get((day, part), 0) for day in days], pl.Int64) for part in parts),
        ]
    )
