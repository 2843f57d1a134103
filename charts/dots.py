"""A share of each group as a dot with its interval, the groups that chance does not explain marked."""

from collections.abc import Collection

import polars as pl

from charts.bars import labels_of, table
from charts.chart import NAMES, ROW_HEIGHT, WORDS, Canvas, Chart, literals, whiskers
from charts.funnel import sentence
from charts.palette import Palette
from data.formatting import written_count, written_day, written_share
from metrics.as_at import Clocks
from metrics.chance.groups import Funnel
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric

LEAST_HEIGHT = 236
ROOM, EDGE = 1.04, 0.02  # right of the longest interval, and left of a dot at nought
MOST = 24  # groups drawn; the table has all


def dots(
    metric: AnyMetric,
    result: pl.DataFrame,
    groups: Funnel | None,
    split: Dimension,
    *,
    clocks: Clocks,
    palette: Palette,
    lit: Collection[str] = (),
) -> Chart:
    """result: the share by groups, as `evaluate` returns it. groups: which differ by more than chance.

    lit: labels of the groups that are meant, where some are.
    """
    odd = _odd(result, groups, split)
    shown = result.with_columns(
        odd=pl.Series(odd, dtype=pl.Boolean), label=pl.Series(labels_of(result, split), dtype=pl.String)
    )
    shown = (
        shown.filter(pl.col("denominator") > 0).sort("value", "label", descending=[True, False]).head(MOST)
    )
    canvas, named = Canvas(palette), zip(literals(shown["label"]), shown["label"], strict=True)
    names = [f"<b>{name}</b>" if label in lit else name for name, label in named]
    beyond = shown["odd"].to_list()
    marker = {
        "size": [12 if out else 9 for out in beyond],
        "symbol": ["diamond" if out else "circle" for out in beyond],
        "color": [
            palette.mark if out else palette.series[0] if label in lit else palette.other
            for out, label in zip(beyond, shown["label"], strict=True)
        ],
    }
    rows = shown.select("value", "numerator", "denominator").rows()
    counts = [f"{written_count(part)} of {written_count(whole)}" for _, part, whole in rows]
    texts = [f"{written_share(value)} ({count})" for (value, *_), count in zip(rows, counts, strict=True)]
    canvas.traces.append({
        "type": "scatter", "x": shown["value"].to_numpy(),
        "y": names, "mode": "markers", "marker": marker,
        "error_x": whiskers(shown["low"], shown["value"], shown["high"], palette, 0), "text": texts,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    })  # fmt: skip
    for name, out, (value, *_), count in zip(names, beyond, rows, counts, strict=True):
        colour = palette.alarm if out else palette.text
        canvas.note(
            f"<b>{written_share(value)}</b> {count}", y=name, xshift=4, font={"color": colour, "size": WORDS}
        )
    overall = None if groups is None else groups.rate
    if overall is not None:
        canvas.across("dash", x0=overall, x1=overall, y0=0, y1=1, yref="paper")
        canvas.note(
            f"all {written_share(overall)}",
            x=overall,
            xref="x",
            y=1,
            yref="paper",
            xanchor="center",
            yanchor="bottom",
        )
    reach = [*shown["high"].drop_nulls(), *shown["value"].drop_nulls(), overall or 0]
    height = max(LEAST_HEIGHT, 56 + ROW_HEIGHT * shown.height)
    wide = max((len(count) for count in counts), default=0) + 7
    most = max(reach, default=0) or 1
    x = {"range": [-EDGE * most, most * ROOM], "tickformat": ",.1~%", "nticks": 5}
    figure = canvas.figure(height, {"r": 6 * wide, "t": 22}, x, NAMES)
    title = f"{metric.title} by {split.title.lower()}"
    message = "" if groups is None else f" {sentence(groups, split, metric.title)}"
    pairs = ", ".join(f"{label} {text}" for label, text in zip(shown["label"], texts, strict=True))
    alt = f"{title}, as at {written_day(clocks.as_at)}: {pairs}.{message}"
    return Chart(title, figure, alt, table(metric, result, [split]), tuple(shown["label"]))


def _odd(result: pl.DataFrame, groups: Funnel | None, split: Dimension) -> list[bool]:
    if groups is None:
        return [False] * result.height
    beyond = set(groups.points.filter(pl.col("odd").is_not_null())[split.name].cast(pl.String))
    return [value in beyond for value in result[split.name].cast(pl.String)]
