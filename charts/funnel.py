from collections.abc import Sequence

import polars as pl

from charts.bars import labels_of
from charts.bars import table as share_table
from charts.chart import Canvas, Chart, font, literal, literals
from charts.palette import Palette
from data.formatting import capitalised, written_count, written_day, written_share
from metrics.as_at import Clocks
from metrics.chance.groups import Funnel
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric

ROOM = 1.15
MOST_LISTED = 3
# Width of a character as a part of the chart's, on a narrow screen; and where a name may stand.
CHARACTER = 0.024
SIDES = {"top center": (0, 1), "bottom center": (0, -1), "middle right": (1, 0), "middle left": (-1, 0)}
Box = tuple[float, float, float, float]
COLUMNS = {"95% limits": ("inner_lower", "inner_upper"), "99.8% limits": ("outer_lower", "outer_upper")}
WORDS = {
    "above the outer": "above the 99.8% limit", "above the inner": "above the 95% limit",
    "below the inner": "below the 95% limit", "below the outer": "below the 99.8% limit",
    "within": "within the limits"
}  # fmt: skip


def funnel(
    metric: AnyMetric, result: Funnel, dimension: Dimension, clocks: Clocks, palette: Palette
) -> Chart:
    """Draw each group by its size and its share, between limits that chance passes once in 20 and in 500.

    Marked are those that differ by more than chance over all groups together (`metrics.chance.groups`).
    """
    points, canvas = result.points, Canvas(palette)
    labels = labels_of(points, dimension)
    _limits(canvas, result)
    beyond = points["odd"].is_not_null().to_list()
    rows = points.select("value", "numerator", "denominator", "place").rows()
    texts = [f"{written_share(value)} ({_of(*counts)}), {WORDS[place]}" for value, *counts, place in rows]
    names, sides = _names(result, labels)
    named = zip(literals(names), beyond, strict=True)
    odd = {"symbol": ["diamond" if out else "circle" for out in beyond], "size": 12}
    odd["color"] = [palette.series[3] if out else palette.series[0] for out in beyond]
    canvas.scatter(
        points["denominator"],
        points["value"],
        mode="markers+text",
        marker=odd,
        text=[f"<b>{name}</b>" if name and out else name for name, out in named],
        textposition=sides,
        textfont=font(palette, 13),
        cliponaxis=False,
        hovertext=[f"{label}: {text}" for label, text in zip(literals(labels), texts, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    x = {"title": {"text": literal(metric.out_of or ""), "font": {"size": 14}}, "showgrid": False}
    x |= {"range": [0, result.curve["size"][-1]], "tickformat": ",", "nticks": 6}
    y = {"range": [0, _top(result)], "tickformat": ",.1%", "nticks": 6}
    figure = canvas.figure(300, {"r": 52}, x, y)
    title = f"{metric.title} by {dimension.title.lower()}: chance or more?"
    alt = f"{title} As at {written_day(clocks.as_at)}. {sentence(result, dimension, metric.title)}"
    return Chart(title, figure, alt, table(metric, result, dimension), tuple(labels))


def table(metric: AnyMetric, result: Funnel, dimension: Dimension) -> pl.DataFrame:
    points = result.points
    limits = [pl.Series(words, _limit_texts(points, *names)) for words, names in COLUMNS.items()]
    places = pl.Series("Where it lies", [WORDS[place] for place in points["place"]], pl.String)
    odd = pl.Series("More than chance", [odd or "" for odd in points["odd"]], pl.String)
    whole = pl.Series("All together", [written_share(result.rate)] * points.height, pl.String)
    return share_table(metric, points, [dimension]).with_columns(whole, *limits, places, odd)


def sentence(result: Funnel, dimension: Dimension, title: str, *, few: bool = False) -> str:
    """Say which groups differ by more than chance; few: say that too few were counted, whatever it has."""
    groups, what = dimension.title.lower(), f"{title[:1].lower()}{title[1:]}"
    if few or result.outcome == "too few":
        return f"Too few were counted to compare the {what} by {groups}."
    short = "rate" if "rate" in what else "share"
    names = dict(enumerate(labels_of(result.points, dimension)))
    rows = result.points.with_row_index("row").filter(pl.col("odd").is_not_null())
    if rows.is_empty():
        return f"Chance explains how the {what} differs by {groups}."
    differing = [
        f"{capitalised(names[row['row']])}'s {short} ({written_share(row['value'])}) is {row['odd']} "
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


def _limits(canvas: Canvas, result: Funnel) -> None:
    curve = result.curve
    for words, dash in (("99.8%", "solid"), ("95%", "dash")):
        pair = COLUMNS[f"{words} limits"]
        for name in pair:
            canvas.limit(curve["size"].cast(pl.Float32), curve[name].fill_null(0), dash)
        canvas.note(f" {words}", y=curve[pair[1]].fill_null(0)[-1])
    canvas.across("solid", xref="paper", x0=0, x1=1, y0=result.rate, y1=result.rate)
    canvas.note(f" all<br> {written_share(result.rate)}", y=result.rate)


def _names(result: Funnel, labels: list[str]) -> tuple[list[str], list[str]]:
    """The name by each group, and its side: clear of groups and names, and where it can of the lines.

    Those that differ by more than chance come first; for some there is no room, and no name.
    """
    points, wide, high = result.points, result.curve["size"][-1], _top(result)
    spots = [(row[0] / wide, row[1] / high) for row in points.select("denominator", "value").rows()]
    taken = [(x - 0.02, x + 0.02, y - 0.025, y + 0.025) for x, y in spots]
    texts, sides = [""] * len(labels), ["top center"] * len(labels)
    lines = _lines(result, wide, high)
    for number in sorted(range(len(labels)), key=lambda row: points["odd"][row] is None):
        boxes = _boxes(spots[number], len(labels[number]) * CHARACTER)
        for clear_of in ([*taken, *lines], taken):
            side = next((side for side, box in boxes.items() if _free(box, clear_of)), None)
            if side is not None:
                taken.append(boxes[side])
                texts[number], sides[number] = labels[number], side
                break
    return texts, sides


def _boxes(spot: tuple[float, float], width: float) -> dict[str, Box]:
    boxes = dict[str, Box]()
    for side, (right, up) in SIDES.items():
        x, y = spot[0] + right * (width / 2 + 0.03), spot[1] + up * 0.06
        boxes[side] = (x - width / 2, x + width / 2, y - 0.03, y + 0.03)
    return boxes


def _lines(result: Funnel, wide: float, high: float) -> list[Box]:
    names = [name for pair in COLUMNS.values() for name in pair]
    curve = result.curve.with_columns(pl.col(names).fill_null(0), whole=pl.lit(result.rate))
    rows = curve.select("size", *names, "whole").rows()
    half = 0.5 / max(len(rows), 1)
    return [
        (size / wide - half, size / wide + half, value / high - 0.006, value / high + 0.006)
        for size, *values in rows
        for value in values
    ]


def _free(box: Box, taken: Sequence[Box]) -> bool:
    return box[0] >= 0 and box[1] <= 1 and not any(_overlap(box, other) for other in taken)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _top(result: Funnel) -> float:
    smallest = result.points.sort("denominator")["outer_upper"].drop_nulls()
    reach = float(smallest[0]) if len(smallest) else 0.0
    return max(*result.points["value"].to_list(), reach, result.rate) * ROOM


def _of(numerator: int, denominator: int) -> str:
    return f"{written_count(numerator)} of {written_count(denominator)}"


def _limit_texts(points: pl.DataFrame, lower: str, upper: str) -> list[str]:
    pairs = points.select(pl.col(lower).fill_null(0), pl.col(upper).fill_null(1)).rows()
    return [f"{written_share(low)} to {written_share(high)}" for low, high in pairs]
