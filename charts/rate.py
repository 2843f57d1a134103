from collections.abc import Collection
from typing import Any

import numpy as np
import polars as pl

from charts.bars import marked, parts_of
from charts.chart import COUNTS, Canvas, Chart, either, in_words
from charts.events import Events, over_time
from charts.palette import Palette
from data.formatting import capitalised, written_share
from metrics.chance.control import Control
from metrics.dimensions import PERIODS

HEIGHT = 240
MOST_WRITTEN = 8  # values that find room beside their points
REACH = 3  # of the greatest share: how far an interval is drawn
TICKS = {0.05: ",.0%", 0.005: ",.1%", 0: ",.2%"}  # by the least top of an axis
SHARES = {"Share": "value", "95% from": "low", "95% to": "high"}
LIMITS = {"Lower limit": "lower", "Upper limit": "upper"}


def by_period(
    title: str,
    result: pl.DataFrame,
    overall: float | None,
    palette: Palette,
    *,
    events: Events = (),
    every: str = "month",
    limits: Control | None = None,
    lit: Collection[str] = (),
) -> Chart:
    """Draw the share of each period as a point with its 95% interval, and that of all as a line across.
    result: `period, whole, numerator, denominator, value, low, high`. every: what a period is called. limits:
    the control limits of the same periods, which are drawn as steps. lit: the periods that are meant, if not
    all are."""
    span, written = PERIODS[every]
    labels, canvas = in_words("label", result["period"], written), Canvas(palette)
    named = result.with_columns(
        in_words("name", marked(labels.to_list(), result["whole"].to_list())),
        special=limits.points["special"] if limits else pl.lit(value=False),
        meant=labels.is_in(list(lit or labels)),
        place=_middles(result["period"], span),
    )
    shown = named.drop_nulls("value")
    bounds = limits.points.select(LIMITS.values()) if limits else pl.DataFrame()
    for bound in bounds:
        canvas.limit(named["place"], bound, "dot", "hvh")
    top = _top(shown, [overall, *(bounds["upper"] if limits else ())])
    _points(canvas, shown, top)
    rows = pl.DataFrame([named["name"].alias(capitalised(every)), result["numerator"], result["denominator"]])
    rows = rows.rename({"numerator": "Counted", "denominator": "Out of"})
    rows = rows.with_columns(_texts(name, result[column]) for name, column in SHARES.items())
    if overall is not None:
        canvas.across(overall, "dash")
        canvas.note(f"all<br><b>{written_share(overall)}</b>", y=overall)
        rows = rows.with_columns(pl.lit(written_share(overall)).alias("All together"))
    if limits:
        bands = (_texts(name, bounds[column], "none") for name, column in LIMITS.items())
        outside = either(named["special"], "outside the limits", "")
        rows = rows.with_columns(*bands, in_words("Mark", outside))
    days = (result["period"][0], result["period"].dt.offset_by(span)[-1]) if result.height else None
    ticks = next(form for least, form in TICKS.items() if top >= least)
    y = {**COUNTS, "range": [0, top], "tickformat": ticks}
    figure = over_time(canvas, events, days, y, height=HEIGHT, margin={"r": 52, "t": 24})
    clicked = tuple(labels.filter(result["value"].is_not_null()))
    return Chart(title, figure, _message(title, shown, overall, every), rows, clicked)


def _middles(periods: pl.Series, span: str) -> pl.Series:
    starts = periods.cast(pl.Datetime("ms"))
    return starts + (starts.dt.offset_by(span) - starts) / 2


def _points(canvas: Canvas, shown: pl.DataFrame, top: float) -> None:
    palette, odd = canvas.palette, shown["special"].to_list()
    shares = list(map(written_share, shown["value"]))
    spans = shown.select("name", "low", "high").rows()
    hover = [
        f"{name}: {share}, {counts}<br>95% interval {written_share(low)} to {written_share(high)}"
        for share, counts, (name, low, high) in zip(shares, parts_of(shown), spans, strict=True)
    ]
    symbols = either(shown["whole"], "circle", "circle-open")
    colours = either(shown["meant"], palette.series[0], palette.other)
    marker = {
        "size": np.where(odd, 12, 10).astype(np.uint8),
        "symbol": ["diamond" if out else symbol for out, symbol in zip(odd, symbols, strict=True)],
        "color": [palette.mark if out else colour for out, colour in zip(odd, colours, strict=True)],
        "opacity": 1,
    }
    how = {"mode": "markers", "marker": marker, "error_y": canvas.whiskers(shown, 0), "hovertext": hover}
    canvas.scatter(shown["place"], shown["value"], "%{hovertext}", cliponaxis=False, **how)
    texts = [
        f"{sign}<b>{share}</b>" for sign, share in zip(either(odd, "outside<br>", ""), shares, strict=True)
    ]
    if len(texts) > MOST_WRITTEN:
        texts[:-1] = [text if out else "" for text, out in zip(texts[:-1], odd[:-1], strict=True)]
    # Over its interval, where no line runs through a number.
    above = {"text": texts, "textposition": "top center", "textfont": canvas.font()}
    canvas.scatter(shown["place"], shown["high"].clip(0, top), "", mode="text", cliponaxis=False, **above)


def _texts(name: str, shares: pl.Series, empty: str = "") -> pl.Series:
    return in_words(name, shares, lambda share: empty if share is None else written_share(share))


def _top(shown: pl.DataFrame, others: list[float | None]) -> float:
    """Over every share and, of the intervals, what leaves the shares room to differ."""
    most = max([*shown["value"], *(value for value in others if value is not None)], default=0.0)
    high = max(shown["high"], default=0.0)
    return min(1.0, min(high, REACH * most) if most else high) * 1.08 or 1.0


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
