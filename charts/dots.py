"""A share or a rate of each group as a dot with its interval, and that of all as a line."""

from collections.abc import Collection, Sequence

import polars as pl

from charts.bars import labels_of, paired, parts_of, table, texts_of, title_of
from charts.chart import LEAST_HEIGHT, NAMES, Canvas, Chart, Part, either, in_words, literals, rows_height
from charts.palette import Palette
from data.formatting import capitalised, listed_words, written_count, written_day, written_share
from metrics.as_at import Clocks
from metrics.chance.groups import GroupRates
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric

TEAMS_HEIGHT, FRAME = 250, 56
ROOM, EDGE = 1.04, 0.02  # right of the longest interval, and left of a dot at nought
MOST = 24  # groups drawn; the table has all
MOST_LISTED = 3


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
    shown = result.with_columns(in_words("label", labels_of(result, split)))
    shown = shown.filter(pl.col("denominator") > 0)
    shown = shown.sort("value", "label", descending=[True, False]).head(MOST)
    labels, odd = shown["label"].to_list(), _odd(shown, groups, split)
    colours = [
        palette.mark if out else palette.series[0] if label in lit else palette.other
        for label, out in zip(labels, odd, strict=True)
    ]
    marker = {"size": either(odd, 12, 9), "symbol": either(odd, "diamond", "circle"), "color": colours}
    named = zip(literals(labels), labels, strict=True)
    names = [f"<b>{name}</b>" if label in lit else name for name, label in named]
    texts, counts, canvas = texts_of(metric, shown), parts_of(shown), Canvas(palette)
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
    title = title_of(metric, split)
    alt = f"{title}, as at {written_day(clocks.as_at)}: {', '.join(paired(labels, texts))}."
    alt += "" if groups is None else f" {sentence(groups, split, metric.title)}"
    return Chart(title, figure, alt, table(metric, result, [split]), tuple(labels))


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


def _odd(shown: pl.DataFrame, groups: GroupRates | None, split: Dimension) -> list[bool]:
    if groups is None:
        return [False] * shown.height
    beyond = set(groups.points.filter(pl.col("odd").is_not_null())[split.name].cast(pl.String))
    return [value in beyond for value in shown[split.name].cast(pl.String)]


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
    canvas: Canvas, rows: pl.DataFrame, names: Sequence[str], texts: Sequence[str], marker: Part
) -> None:
    """rows: `low, value, high`."""
    how = {"marker": marker, "text": texts, "error_x": canvas.whiskers(rows, 0)}
    canvas.add("scatter", "%{y}: %{text}", x=rows["value"].to_numpy(), y=names, mode="markers", **how)


def _all(canvas: Canvas, overall: float, words: str) -> None:
    canvas.upright(overall, "dash")
    place = {"x": overall, "xref": "x", "xanchor": "center", "y": 1, "yref": "paper", "yanchor": "bottom"}
    canvas.note(f"all {words}", **place)
