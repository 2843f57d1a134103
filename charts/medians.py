"""Medians: the days that half of the rows take, by one dimension, each bar labelled with its number."""

import polars as pl

from charts.bars import labels_of
from charts.chart import FRAME_HEIGHT, ROW_HEIGHT, Chart, blank, literals
from charts.number_table import days, table
from charts.palette import Palette
from data.formatting import listed_words, written_day
from metrics.as_at import Clocks
from metrics.dimensions import Dimension
from metrics.metric import Duration

ROOM_FOR_WORDS = 1.25


def medians(
    metric: Duration, result: pl.DataFrame, dimension: Dimension, clocks: Clocks, palette: Palette
) -> Chart:
    """Draw median days by a dimension as horizontal bars; one that is not reached yet says so and has none.

    result: what `evaluate` returned for the metric by this dimension.
    """
    labels, texts = labels_of(result, dimension), [days(value) for value in result["value"]]
    figure = blank(palette, height=FRAME_HEIGHT + ROW_HEIGHT * len(labels))
    drawn = result["value"].fill_null(0)
    figure.add_bar(
        x=drawn.to_numpy(),
        y=literals(labels),
        orientation="h",
        marker={"color": palette.series[0]},
        text=texts,
        textposition="outside",
        textfont={"color": palette.text, "size": 14},
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    longest = float(drawn.to_numpy().max(initial=0)) or 1.0
    figure.update_xaxes(visible=False, range=[0, longest * ROOM_FOR_WORDS])
    figure.update_yaxes(type="category", dtick=1, autorange="reversed", showgrid=False, ticklabelstandoff=6)
    title = f"{metric.title} by {dimension.title.lower()}"
    parts = [f"{label} {text}" for label, text in zip(labels, texts, strict=True)]
    alt = f"{title}, median, as at {written_day(clocks.as_at)}: {listed_words(parts)}."
    return Chart(title, figure, alt, table(metric, result, [dimension]), tuple(labels))
