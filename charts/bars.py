"""Bars: one figure by one dimension, each bar labelled with its number."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.chart import FRAME_HEIGHT, ROW_HEIGHT, Chart, blank
from charts.palette import Palette
from data.written import listed_words, short_day, written_count, written_day, written_share
from metrics.as_at import Clocks
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric


def bars(
    metric: AnyMetric, result: pl.DataFrame, dimension: Dimension, clocks: Clocks, palette: Palette
) -> Chart:
    """Draw a figure by a dimension as horizontal bars; a share bears its 95% interval as a line.

    result: what `evaluate` returned for the metric by this dimension.
    """
    labels = labels_of(result, dimension)
    shown = result.get_column("value").fill_null(0).to_numpy()
    figure = blank(palette, height=FRAME_HEIGHT + ROW_HEIGHT * max(len(labels), 1))
    figure.add_bar(
        x=shown,
        y=labels,
        orientation="h",
        marker={"color": palette.series[0]},
        text=_texts(metric, result),
        textposition="outside" if not metric.share else "none",
        textfont={"color": palette.text, "size": 14},
        cliponaxis=False,
        customdata=labels,
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
        hovertext=_texts(metric, result),
    )
    if metric.share:
        _add_intervals(figure, result, labels, palette, _texts(metric, result))
    figure.update_xaxes(
        visible=metric.share,
        tickformat=",.1%" if metric.share else ",",
        rangemode="tozero",
        range=[0, _room(result)],
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabelstandoff=6)
    title = f"{metric.title} by {dimension.title.lower()}"
    return Chart(
        title, figure, _message(metric, result, labels, title, clocks), table(metric, result, [dimension])
    )


def columns(
    metric: AnyMetric, result: pl.DataFrame, clocks: Clocks, palette: Palette, *, every: str
) -> Chart:
    """Draw a figure by period as upright columns.

    result: what `evaluate` returned for the metric with `every`.
    every: the period in words, such as "week".
    """
    figure = blank(palette, height=260)
    figure.add_bar(
        x=result.get_column("period").to_numpy(),
        y=result.get_column("numerator").to_numpy().astype(np.int32),
        marker={"color": palette.series[0]},
        hovertemplate=f"{every} of %{{x|%-d %B %Y}}: %{{y:,}}<extra></extra>",
    )
    figure.update_xaxes(showgrid=False, tickformat="%-d %b<br>%Y")
    figure.update_yaxes(rangemode="tozero", tickformat=",", nticks=5)
    title = f"{metric.title} by {every}"
    if result.is_empty():
        alt = f"{title}: nothing by {written_day(clocks.as_at)}."
    else:
        top = result.row(int(result["numerator"].arg_max() or 0), named=True)
        alt = (
            f"{title}, as at {written_day(clocks.as_at)}: {written_count(result['numerator'].sum())} "
            f"{metric.unit} in all, the most ({written_count(top['numerator'])}) in the {every} of "
            f"{written_day(top['period'])}."
        )
    return Chart(
        title,
        figure,
        alt,
        result.select(
            pl.col("period").alias(f"{every.capitalize()} of"),
            pl.col("numerator").alias(metric.counts.capitalize()),
        ),
    )


def labels_of(result: pl.DataFrame, dimension: Dimension) -> list[str]:
    """Values of a dimension as a reader sees them, a missing one in its words."""
    values = result.get_column(dimension.name)
    if values.dtype == pl.Date:
        return [dimension.missing if day is None else short_day(day)[2:].strip() for day in values]
    if values.dtype == pl.Boolean:
        return [dimension.missing if value is None else ("yes" if value else "no") for value in values]
    return values.cast(pl.String).fill_null(dimension.missing).to_list()


def table(metric: AnyMetric, result: pl.DataFrame, dimensions: Sequence[Dimension]) -> pl.DataFrame:
    """Numbers of a figure as a reader sees them, one row for each bar or cell."""
    held = [pl.Series(each.title, labels_of(result, each)) for each in dimensions]
    if metric.share:
        held += [
            result.get_column("numerator").alias(metric.counts.capitalize()),
            result.get_column("denominator").alias((metric.out_of or "").capitalize()),
            pl.Series("Share", [written_share(value) for value in result["value"]]),
            pl.Series(
                "95% interval",
                [_interval(low, high) for low, high in zip(result["low"], result["high"], strict=True)],
            ),
        ]
    else:
        held.append(result.get_column("numerator").alias(metric.counts.capitalize()))
    return pl.DataFrame(held)


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{written_share(low)} to {written_share(high)}"


def _texts(metric: AnyMetric, result: pl.DataFrame) -> list[str]:
    if not metric.share:
        return [written_count(number) for number in result["numerator"]]
    return [
        f"{written_share(row['value'])} ({written_count(row['numerator'])} of {written_count(row['denominator'])})"
        for row in result.iter_rows(named=True)
    ]


def _add_intervals(
    figure: go.Figure, result: pl.DataFrame, labels: Sequence[str], palette: Palette, texts: Sequence[str]
) -> None:
    known = result.with_columns(label=pl.Series(labels), text=pl.Series(texts)).filter(
        pl.col("high").is_not_null()
    )
    value = known["value"].to_numpy()
    figure.add_scatter(
        x=value,
        y=known["label"].to_list(),
        mode="markers",
        marker={"color": palette.text, "size": 1},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": known["high"].to_numpy() - value,
            "arrayminus": value - known["low"].to_numpy(),
            "color": palette.text,
            "thickness": 1.5,
            "width": 5,
        },
        hoverinfo="skip",
    )
    for row in known.iter_rows(named=True):
        figure.add_annotation(
            x=row["high"], y=row["label"], text=row["text"], showarrow=False, xanchor="left", xshift=8,
            font={"color": palette.text, "size": 14},
        )  # fmt: skip


def _room(result: pl.DataFrame) -> float:
    """Far end of the axis, with room for the number beside the longest bar."""
    ends = pl.concat([result["value"], result["high"]]).drop_nulls()
    longest = float(ends.max() or 0) if len(ends) else 0.0
    return longest * 1.45 or 1.0


def _message(
    metric: AnyMetric, result: pl.DataFrame, labels: Sequence[str], title: str, clocks: Clocks
) -> str:
    if result.is_empty():
        return f"{title}: nothing by {written_day(clocks.as_at)}."
    texts = _texts(metric, result)
    parts = [f"{label} {text}" for label, text in zip(labels, texts, strict=True)]
    return f"{title}, as at {written_day(clocks.as_at)}: {listed_words(parts)}."
