"""Rates: how much is done for each unit of work, one bar for each, with what chance leaves open."""

import polars as pl

from charts.bars import ROOM_FOR_WORDS, SHARE_HEIGHT
from charts.chart import FRAME_HEIGHT, Chart, blank, literals
from charts.palette import Palette
from data.formatting import listed_words

PLACES = 2


def rates(
    title: str, found: pl.DataFrame, palette: Palette, *, of: str, done: str, worked: str, unit: str
) -> Chart:
    """Draw rates as horizontal bars, each with its 95% interval as a line.

    found: a column called `of`, and `done, weeks, rate, low, high`. done, worked: what the rate was divided
    from, in words. unit: what the rate is, in words.
    """
    labels = found[of].to_list()
    texts = [_text(*row) for row in found.select("rate", "low", "high").rows()]
    figure = blank(palette, height=FRAME_HEIGHT + SHARE_HEIGHT * max(len(labels), 1))
    value = found["rate"].to_numpy()
    figure.add_bar(
        x=value,
        y=literals(labels),
        orientation="h",
        marker={"color": palette.series[0]},
        hovertext=texts,
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
        error_x={
            "type": "data",
            "symmetric": False,
            "array": found["high"].to_numpy() - value,
            "arrayminus": value - found["low"].to_numpy(),
            "color": palette.quiet,
            "thickness": 2,
            "width": 5,
        },
    )
    top = float(found["high"].to_numpy().max(initial=0)) or 1.0
    figure.update_xaxes(rangemode="tozero", range=[0, top * ROOM_FOR_WORDS], nticks=5)
    named = [f"{label}<br>{text}" for label, text in zip(literals(labels), texts, strict=True)]
    figure.update_yaxes(
        type="category", autorange="reversed", showgrid=False, ticklabelstandoff=6,
        tickvals=list(range(len(labels))), ticktext=named,
    )  # fmt: skip
    parts = [f"{label} {text}" for label, text in zip(labels, texts, strict=True)]
    table = found.select(
        pl.col(of).alias(f"{of[0].upper()}{of[1:]}"),
        pl.col("done").alias(done),
        pl.col("weeks").round(1).alias(worked),
        pl.col("rate").round(PLACES).alias(f"{unit[0].upper()}{unit[1:]}"),
        pl.Series("95% interval", [_interval(*row) for row in found.select("low", "high").rows()], pl.String),
    )
    return Chart(title, figure, f"{title}, in {unit}: {listed_words(parts)}.", table, tuple(labels))


def _text(rate: float, low: float, high: float) -> str:
    return f"{rate:.{PLACES}f} ({_interval(low, high)})"


def _interval(low: float, high: float) -> str:
    return f"{low:.{PLACES}f} to {high:.{PLACES}f}"
