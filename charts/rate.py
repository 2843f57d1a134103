"""A share over time, by period with its intervals."""

from collections.abc import Sequence

import polars as pl

from charts.chart import Canvas, Chart, font, time_axis, whiskers
from charts.events import Event, mark
from charts.palette import Palette
from data.formatting import written_share


def by_period(
    title: str, result: pl.DataFrame, overall: float | None, palette: Palette, events: Sequence[Event] = ()
) -> Chart:
    """Draw a share of each month as a point with its interval, and the share of all as a line.

    result: `period, numerator, denominator, value, low, high`; a month of nothing is a gap.
    """
    canvas = Canvas(palette)
    shown = result.drop_nulls("value")
    canvas.scatter(
        shown["period"].dt.offset_by("14d"), shown["value"], mode="markers+text",
        marker={"size": 10, "color": palette.series[0]},
        error_y=whiskers(shown["low"], shown["value"], shown["high"], palette, 0),
        text=[f"<b>{written_share(value)}</b>" for value in shown["value"]], textposition="middle right",
        textfont=font(palette, 12), customdata=shown.select("numerator", "denominator").to_numpy(),
        hovertemplate="%{x|%B %Y}: %{customdata[0]} of %{customdata[1]}<extra></extra>",
    )  # fmt: skip
    if overall is not None:
        canvas.across("dash", x0=0, x1=1, xref="paper", y0=overall, y1=overall)
        canvas.note(f"all<br><b>{written_share(overall)}</b>", y=overall)
    first, last = result["period"][0], result["period"].dt.month_end()[-1]
    mark(canvas, events, first, last)
    figure = canvas.figure(
        240, {"r": 48, "t": 22},
        xaxis=time_axis(first, last), yaxis={"rangemode": "tozero", "tickformat": ",.0%", "nticks": 5},
    )  # fmt: skip
    table = shown.select(
        Month=pl.col("period").dt.strftime("%B %Y"), Failures="numerator", Reviews="denominator",
        Share=pl.col("value"), Low="low", High="high",
    )  # fmt: skip
    return Chart(title, figure, f"{title}, by month.", table)
