"""A share over time: of each period with its interval, or to date with a band."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import polars as pl

from charts.bars import marked
from charts.chart import COUNTS, Canvas, Chart, Part, font, time_axis, whiskers
from charts.events import Event, mark
from charts.palette import Palette
from data.formatting import capitalised, written_count, written_share
from metrics.chance.control import Control
from metrics.dimensions import PERIODS

HEIGHT, SMALL = 240, 12
MOST_WRITTEN = 8  # values that find room beside their points
REACH = 3  # of the greatest share: how far an interval is drawn


def by_period(
    title: str,
    result: pl.DataFrame,
    overall: float | None,
    palette: Palette,
    *,
    events: Sequence[Event] = (),
    every: str = "month",
    limits: Control | None = None,
    lit: Collection[str] = (),
) -> Chart:
    """Draw the share of each period as a point with its 95% interval, and that of all as a line across.

    result: `period, whole, numerator, denominator, value, low, high`. every: what a period is called. limits:
    the control limits of the same periods, which are drawn as steps. lit: the periods that are meant, if not
    all are.
    """
    span, written = PERIODS[every]
    names = marked([written(day) for day in result["period"]], result["whole"].to_list())
    special = limits.points["special"] if limits else pl.repeat(value=False, n=result.height, eager=True)
    labels = pl.Series([written(day) for day in result["period"]], dtype=pl.String)
    meant = labels.is_in(list(lit or labels))
    named = result.with_columns(name=pl.Series(names, dtype=pl.String), special=special, meant=meant)
    shown = named.drop_nulls("value")
    canvas = Canvas(palette)
    starts = result["period"].cast(pl.Datetime("ms"))
    middles = starts + (starts.dt.offset_by(span) - starts) / 2
    if limits:
        for side in ("lower", "upper"):
            canvas.limit(middles, limits.points[side], "dot", "hvh")
    top = _top(shown, [overall, *(limits.points["upper"].to_list() if limits else [])])
    _points(canvas, middles.filter(result["value"].is_not_null()), shown, top)
    if overall is not None:
        canvas.across("dash", x0=0, x1=1, xref="paper", y0=overall, y1=overall)
        canvas.note(f"all<br><b>{written_share(overall)}</b>", y=overall, font=font(palette, SMALL))
    x: Part = {}
    if result.height:
        first, last = starts[0].date(), starts.dt.offset_by(span)[-1].date()
        x = time_axis(first, last)
        mark(canvas, events, first, last)
    figure = canvas.figure(HEIGHT, {"r": 52, "t": 24}, x, {**_shares(top), "range": [0, top]})
    table = _table(capitalised(every), named["name"], result)
    if overall is not None:
        table = table.with_columns(pl.lit(written_share(overall)).alias("All together"))
    if limits:
        bounds = limits.points.select(
            pl.col(side)
            .map_elements(written_share, pl.String)
            .fill_null("none")
            .alias(f"{capitalised(side)} limit")
            for side in ("lower", "upper")
        )
        outside = pl.when(special).then(pl.lit("outside the limits")).otherwise(pl.lit(""))
        table = table.hstack(bounds).with_columns(Mark=outside)
    clicked = tuple(labels.filter(result["value"].is_not_null()))
    return Chart(title, figure, _message(title, shown, overall, every), table, clicked)


def _points(canvas: Canvas, places: pl.Series, shown: pl.DataFrame, top: float) -> None:
    palette, odd = canvas.palette, shown["special"].to_list()
    written = [written_share(value) for value in shown["value"]]
    rows = shown.select("name", "numerator", "denominator", "low", "high").rows()
    hover = [
        f"{name}: {share}, {written_count(count)} of {written_count(of)}<br>"
        f"95% interval {written_share(low)} to {written_share(high)}"
        for share, (name, count, of, low, high) in zip(written, rows, strict=True)
    ]
    symbols = [
        "diamond" if out else "circle" if whole else "circle-open"
        for out, whole in zip(odd, shown["whole"], strict=True)
    ]
    colours = [
        palette.mark if out else palette.series[0] if meant else palette.other
        for out, meant in zip(odd, shown["meant"], strict=True)
    ]
    sizes = np.where(odd, 12, 10).astype(np.uint8)
    canvas.scatter(
        places,
        shown["value"],
        mode="markers",
        error_y=whiskers(shown["low"], shown["value"], shown["high"], palette, 0),
        marker={"size": sizes, "symbol": symbols, "color": colours, "opacity": 1},
        cliponaxis=False,
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    last = len(written) - 1
    texts = [
        f"{'outside<br>' if out else ''}<b>{share}</b>"
        if last < MOST_WRITTEN or out or number == last
        else ""
        for number, (share, out) in enumerate(zip(written, odd, strict=True))
    ]
    # Over its interval, where no line runs through a number.
    how = {
        "mode": "text",
        "textposition": "top center",
        "textfont": font(palette, SMALL),
        "cliponaxis": False,
    }
    canvas.scatter(places, shown["high"].clip(0, top), text=texts, hoverinfo="skip", **how)


def _top(shown: pl.DataFrame, others: list[float | None]) -> float:
    """Over every share and, of the intervals, what leaves the shares room to differ."""
    most = max([*shown["value"], *(value for value in others if value is not None)], default=0.0)
    high = max(shown["high"], default=0.0)
    return min(1.0, min(high, REACH * most) if most else high) * 1.08 or 1.0


def _shares(top: float) -> Part:
    return {**COUNTS, "tickformat": ",.0%" if top >= 0.05 else ",.1%" if top >= 0.005 else ",.2%"}  # noqa: PLR2004  # as the ticks need


def _message(title: str, shown: pl.DataFrame, overall: float | None, every: str) -> str:
    if shown.is_empty():
        return f"{title}: no period has a share yet."
    most, last = (shown.row(place, named=True) for place in (int(shown["value"].arg_max() or 0), -1))
    when = "in the week of" if every == "week" else "in"
    parts = [f"the highest {_of(most, when)}", f"the last {_of(last, when)}"]
    parts += [] if overall is None else [f"all together {written_share(overall)}"]
    odd = shown.filter("special")["name"].to_list()
    outside = f" Outside the control limits: {', '.join(odd)}." if odd else ""
    return f"{title}, {shown['name'][0]} to {shown['name'][-1]}: {'; '.join(parts)}.{outside}"


def _of(row: dict[str, Any], when: str) -> str:
    counts = f"{row['numerator']:,} of {row['denominator']:,}"
    return f"{written_share(row['value'])} {when} {row['name']}, {counts}"


def _table(first: str, names: pl.Series, result: pl.DataFrame) -> pl.DataFrame:
    titles = {"value": "Share", "low": "95% from", "high": "95% to"}
    shares = [
        pl.Series(
            title, ["" if share is None else written_share(share) for share in result[column]], pl.String
        )
        for column, title in titles.items()
    ]
    counts = [result["numerator"].alias("Counted"), result["denominator"].alias("Out of")]
    return pl.DataFrame([names.alias(first), *counts, *shares])
