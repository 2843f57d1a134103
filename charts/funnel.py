from collections.abc import Sequence

import polars as pl

from charts.bars import labels_of, texts_of, title_of
from charts.bars import table as share_table
from charts.chart import Canvas, Chart, either, in_words, literal, literals
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
LIMITS = {
    "95%": ("inner_lower", "inner_upper", "dash"), "99.8%": ("outer_lower", "outer_upper", "solid"),
}  # fmt: skip
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
    points, curve, canvas = result.points, result.curve, Canvas(palette)
    for words, (lower, upper, dash) in reversed(LIMITS.items()):
        for name in (lower, upper):
            canvas.limit(curve["size"].cast(pl.Float32), curve[name].fill_null(0), dash)
        canvas.note(f" {words}", y=curve[upper].fill_null(0)[-1])
    canvas.across(result.rate, "solid")
    canvas.note(f" all<br> {written_share(result.rate)}", y=result.rate)
    labels, beyond = labels_of(points, dimension), points["odd"].is_not_null().to_list()
    rows = zip(literals(labels), texts_of(metric, points), points["place"], strict=True)
    texts = [f"{label}: {text}, {WORDS[place]}" for label, text, place in rows]
    names, sides = _names(result, labels)
    colours = either(beyond, palette.series[3], palette.series[0])
    marker = {"symbol": either(beyond, "diamond", "circle"), "size": 12, "color": colours}
    named = zip(literals(names), beyond, strict=True)
    words = [f"<b>{name}</b>" if name and out else name for name, out in named]
    how = {"text": words, "textposition": sides, "textfont": canvas.font(size=13), "cliponaxis": False}
    how |= {"mode": "markers+text", "marker": marker, "hovertext": texts}
    canvas.scatter(points["denominator"], points["value"], "%{hovertext}", **how)
    x = {"title": {"text": literal(metric.out_of or ""), "font": {"size": 14}}, "showgrid": False}
    x |= {"range": [0, curve["size"][-1]], "tickformat": ",", "nticks": 6}
    y = {"range": [0, _top(result)], "tickformat": ",.1%", "nticks": 6}
    title = f"{title_of(metric, dimension)}: chance or more?"
    alt = f"{title} As at {written_day(clocks.as_at)}. {sentence(result, dimension, metric.title)}"
    figure = canvas.figure(300, {"r": 52}, x, y)
    return Chart(title, figure, alt, table(metric, result, dimension), tuple(labels))


def table(metric: AnyMetric, result: Funnel, dimension: Dimension) -> pl.DataFrame:
    points = result.points
    limits = [
        in_words(
            f"{words} limits",
            points.select(pl.col(lower).fill_null(0), pl.col(upper).fill_null(1)).rows(),
            lambda ends: " to ".join(map(written_share, ends)),
        )
        for words, (lower, upper, _) in LIMITS.items()
    ]
    whole = in_words("All together", [written_share(result.rate)] * points.height)
    places = in_words("Where it lies", points["place"], WORDS.__getitem__)
    odd = in_words("More than chance", points["odd"].fill_null(""))
    return share_table(metric, points, [dimension]).with_columns(whole, *limits, places, odd)


def sentence(result: Funnel, dimension: Dimension, title: str, *, few: bool = False) -> str:
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


def _names(result: Funnel, labels: list[str]) -> tuple[list[str], list[str]]:
    """The name by each group, and its side: clear of groups and names, and where it can of the lines.

    Those that differ by more than chance come first; for some there is no room, and no name.
    """
    points, wide, high = result.points, result.curve["size"][-1], _top(result)
    spots = [(size / wide, share / high) for size, share in points.select("denominator", "value").rows()]
    taken, lines = [_box(x, y, 0.02, 0.025) for x, y in spots], _lines(result, wide, high)
    texts, sides = [""] * len(labels), ["top center"] * len(labels)
    for number in sorted(range(len(labels)), key=lambda row: points["odd"][row] is None):
        (x, y), half = spots[number], len(labels[number]) * CHARACTER / 2
        boxes = {
            side: _box(x + right * (half + 0.03), y + up * 0.06, half, 0.03)
            for side, (right, up) in SIDES.items()
        }
        rooms = ([*taken, *lines], taken)
        free = (side for room in rooms for side, box in boxes.items() if _free(box, room))
        if side := next(free, None):
            taken.append(boxes[side])
            texts[number], sides[number] = labels[number], side
    return texts, sides


def _lines(result: Funnel, wide: float, high: float) -> list[Box]:
    names = [name for lower, upper, _ in LIMITS.values() for name in (lower, upper)]
    rows = result.curve.select("size", pl.col(names).fill_null(0), whole=pl.lit(result.rate)).rows()
    half = 0.5 / max(len(rows), 1)
    return [_box(size / wide, value / high, half, 0.006) for size, *values in rows for value in values]


def _box(x: float, y: float, half_width: float, half_height: float) -> Box:
    return x - half_width, x + half_width, y - half_height, y + half_height


def _free(box: Box, taken: Sequence[Box]) -> bool:
    left, right, low, high = box
    return (
        left >= 0
        and right <= 1
        and not any(
            left < other[1] and other[0] < right and low < other[3] and other[2] < high for other in taken
        )
    )


def _top(result: Funnel) -> float:
    smallest = result.points.sort("denominator")["outer_upper"].drop_nulls()
    reach = float(smallest[0]) if len(smallest) else 0.0
    return max(*result.points["value"].to_list(), reach, result.rate) * ROOM
