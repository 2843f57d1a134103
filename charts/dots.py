"""Shares and rates as dots with their intervals, of each group or period, and that of all as a line."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import polars as pl

from charts.bars import labels_of, marked, paired, parts_of, table, texts_of, title_of
from charts.chart import COUNTS, LEAST_HEIGHT, NAMES, Canvas, Chart, either, in_words, literals, rows_height
from charts.events import Events, over_time
from charts.funnel import funnel, marker_of
from charts.palette import Palette
from data.formatting import capitalised, listed_words, written_count, written_day, written_share
from metrics.as_at import Clocks
from metrics.chance.control import Control
from metrics.chance.groups import GroupRates
from metrics.dimensions import PERIODS, Dimension
from metrics.metric import AnyMetric

TEAMS_HEIGHT, FRAME = 250, 56
ROOM, EDGE = 1.04, 0.02  # right of the longest interval, and left of a dot at nought
MOST = 24  # groups drawn as dots; more are drawn as a funnel
MOST_LISTED = 3
RATE_HEIGHT = 240
MOST_WRITTEN = 8  # values that find room beside their points
REACH = 3  # of the greatest share: how far an interval is drawn
TICKS = {0.05: ",.0%", 0.005: ",.1%", 0: ",.2%"}  # by the least top of an axis
SHARES = {"Share": "value", "95% from": "low", "95% to": "high"}
LIMITS = {"Lower limit": "lower", "Upper limit": "upper"}


def dots(
    metric: AnyMetric,
    result: pl.DataFrame,
    groups: GroupRates | None,
    split: Dimension,
    *,
    clocks: Clocks,
    palette: Palette,
    lit: Collection[str] = (),
) -> Chart:
    """Draw shares, the highest first, the groups that chance does not explain marked. result: the share by
    groups, as `evaluate` returns it. groups: which differ by more than chance. lit: labels of the groups that
    are meant, where some are."""
    shown = result.with_columns(in_words("label", labels_of(result, split))).filter(pl.col("denominator") > 0)
    shown = shown.sort("value", "label", descending=[True, False])
    labels, odd, texts = shown["label"].to_list(), _odd_rows(shown, groups, split), texts_of(metric, shown)
    title, marker, canvas = title_of(metric, split), marker_of(labels, odd, lit, palette), Canvas(palette)
    start = f"{title}, as at {written_day(clocks.as_at)}"
    if shown.height > MOST:
        rows = shown.with_columns(pl.Series("odd", odd), pl.Series("text", texts))
        figure, message = funnel(canvas, rows, marker, groups, metric.out_of or "")
        return Chart(title, figure, f"{start}{message}", table(metric, result, [split]), tuple(labels))
    named = zip(literals(labels), labels, strict=True)
    names = [f"<b>{name}</b>" if label in lit else name for name, label in named]
    counts = parts_of(shown)
    _dots(canvas, shown, names, texts, marker)
    inks = either(odd, palette.alarm, palette.text)
    for name, value, count, ink in zip(names, shown["value"], counts, inks, strict=True):
        canvas.note(f"<b>{written_share(value)}</b> {count}", y=name, xshift=4, font=canvas.font(ink))
    overall = None if groups is None else groups.rate
    if overall is not None:
        _all(canvas, overall, written_share(overall))
    most = max([*shown["high"].drop_nulls(), *shown["value"].drop_nulls(), overall or 0]) or 1
    x = {"range": [-EDGE * most, most * ROOM], "tickformat": ",.1~%", "nticks": 5}
    margin = {"r": 6 * (max(map(len, counts), default=0) + 7), "t": 22}
    figure = canvas.figure(rows_height(shown.height, frame=FRAME, least=LEAST_HEIGHT), margin, x, NAMES)
    alt = f"{start}: {', '.join(paired(labels, texts))}."
    alt += "" if groups is None else f" {sentence(groups, split, metric.title)}"
    return Chart(title, figure, alt, table(metric, result, [split]), tuple(labels))


def _odd_rows(shown: pl.DataFrame, groups: GroupRates | None, split: Dimension) -> list[bool]:
    """Return which rows are of a group that differs by more than chance."""
    if groups is None:
        return [False] * shown.height
    beyond = set(groups.points.filter(pl.col("odd").is_not_null())[split.name].cast(pl.String))
    return [value in beyond for value in shown[split.name].cast(pl.String)]


def sentence(result: GroupRates, dimension: Dimension, title: str, *, few: bool = False) -> str:
    """Say which groups differ by more than chance; few: say that too few were counted, whatever it has."""
    groups, what = dimension.title.lower(), f"{title[:1].lower()}{title[1:]}"
    if few or result.outcome == "too few":
        return f"Too few were counted to compare the {what} by {groups}."
    short = "rate" if "rate" in what else "share"
    names = in_words("name", labels_of(result.points, dimension))
    rows = result.points.with_columns(names).filter(pl.col("odd").is_not_null())
    if rows.is_empty():
        return f"Chance explains how the {what} differs by {groups}."
    differing = [
        f"{capitalised(row['name'])}'s {short} ({written_share(row['value'])}) is {row['odd']} "
        "than chance explains."
        for row in rows.sort("value", descending=True).iter_rows(named=True)
    ]
    most, more = differing[:MOST_LISTED], len(differing) - MOST_LISTED
    others = result.points.height - len(differing)
    if more > 0:
        most.append(f"{written_count(more)} more differ: see the table.")
    if others > 1:
        most.append(f"Chance explains the other {others}.")
    return " ".join(most)


def team_rates(
    title: str, result: pl.DataFrame, palette: Palette, *, done: str, worked: str, unit: str
) -> Chart:
    """Draw how much each team does, in the order of the names: no ranking. result: `team, done, weeks, rate,
    low, high`. done, worked: their names in the table."""
    canvas, teams = Canvas(palette), result["team"].to_list()
    spans = [f"{low:.2f} to {high:.2f}" for low, high in result.select("low", "high").iter_rows()]
    rates = [f"{rate:.2f}" for rate in result["rate"]]
    texts = [f"{rate} ({span})" for rate, span in zip(rates, spans, strict=True)]
    marker = {"size": 10, "color": palette.series[0]}
    _dots(canvas, result.rename({"rate": "value"}), literals(teams), texts, marker)
    for name, rate in zip(literals(teams), rates, strict=True):
        canvas.note(f"<b>{rate}</b>", y=name, xshift=4)
    overall = float(result["done"].sum()) / float(result["weeks"].sum())
    _all(canvas, overall, f"{overall:.2f}")
    x = {"range": [0, max(result["high"]) * ROOM], "nticks": 5}
    height = rows_height(result.height, frame=FRAME, least=TEAMS_HEIGHT)
    figure = canvas.figure(height, {"r": 48, "t": 24}, x, NAMES)
    rows = result.select(
        pl.col("team").alias("Team"),
        pl.col("done").alias(done),
        pl.col("weeks").round(1).alias(worked),
        pl.col("rate").round(2).alias(capitalised(unit)),
        in_words("95% interval", spans),
    )
    alt = f"{title}, in {unit}: {listed_words(paired(teams, texts))}."
    return Chart(title, figure, alt, rows, tuple(teams))


def _dots(
    canvas: Canvas, rows: pl.DataFrame, names: Sequence[str], texts: Sequence[str], marker: dict[str, Any]
) -> None:
    """rows: `low, value, high`."""
    how = {"marker": marker, "text": texts, "error_x": canvas.whiskers(rows, 0)}
    canvas.add("scatter", "%{y}: %{text}", x=rows["value"].to_numpy(), y=names, mode="markers", **how)


def _all(canvas: Canvas, overall: float, words: str) -> None:
    canvas.upright(overall, "dash")
    place = {"x": overall, "xref": "x", "xanchor": "center", "y": 1, "yref": "paper", "yanchor": "bottom"}
    canvas.note(f"all {words}", **place)


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
    starts = result["period"].cast(pl.Datetime("ms"))
    named = result.with_columns(
        in_words("name", marked(labels.to_list(), result["whole"].to_list())),
        special=limits.points["special"] if limits else pl.lit(value=False),
        meant=labels.is_in(list(lit or labels)),
        place=starts + (starts.dt.offset_by(span) - starts) / 2,
    )
    shown = named.drop_nulls("value")
    bounds = limits.points.select(LIMITS.values()) if limits else pl.DataFrame()
    for bound in bounds:
        canvas.limit(named["place"], bound, "dot", "hvh")
    top = _highest(shown, [overall, *(bounds["upper"] if limits else ())])
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
    figure = over_time(canvas, events, days, y, height=RATE_HEIGHT, margin={"r": 52, "t": 24})
    clicked = tuple(labels.filter(result["value"].is_not_null()))
    return Chart(title, figure, _rate_words(title, shown, overall, every), rows, clicked)


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


def _highest(shown: pl.DataFrame, others: list[float | None]) -> float:
    """Over every share and, of the intervals, what leaves the shares room to differ."""
    most = max([*shown["value"], *(value for value in others if value is not None)], default=0.0)
    high = max(shown["high"], default=0.0)
    return min(1.0, min(high, REACH * most) if most else high) * 1.08 or 1.0


def _rate_words(title: str, shown: pl.DataFrame, overall: float | None, every: str) -> str:
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
