"""Counts as bars, with the part of each that needs attention in its colour and word."""

import polars as pl

from charts.chart import (
    COUNTS,
    FRAME_HEIGHT,
    NAMES,
    ROW_HEIGHT,
    Chart,
    at_ends,
    columns,
    level_bars,
    literals,
    picture,
)
from charts.palette import Palette
from data.formatting import capitalised, written_count

HEIGHT = 240
MOST, MOST_TICKS = 12, 5


def counts(
    title: str, rows: pl.DataFrame, palette: Palette, *, named: str, unit: str, word: str, level: bool = False
) -> Chart:
    """Draw one bar for each row, upright or level (the first twelve), the marked part at its end.

    rows: `label, count, marked`, where marked is a part of count. named: what labels are. word: of what is
    marked, such as "refused".
    """
    drawn = rows.head(MOST) if level else rows
    labels, marked = drawn["label"].to_list(), drawn["marked"]
    # Past so many bars a word has no room: its number alone stands there.
    said = f" {word}" if level or len(labels) <= MOST else ""
    texts = [f"{written_count(number)}{said}" if number else "" for number in marked]
    how = {**at_ends(texts, palette), "constraintext": "none", "textangle": 0}
    whole = {"dtick": 1} if max(drawn["count"], default=0) <= MOST_TICKS else {}
    if level:
        rest = level_bars(labels, (drawn["count"] - marked).to_numpy(), palette.other, "%{y}: %{x:,}")
        part = level_bars(labels, marked.to_numpy(), palette.mark, "%{y}: %{text}", **how)
        axes = (
            {**COUNTS, **whole, "range": [0, 1.3 * max(drawn["count"], default=0) or 1]},
            {**NAMES, "dtick": 1},
        )
    else:
        names = literals(labels)
        rest = columns(names, drawn["count"] - marked, palette.other, "%{x}: %{y:,}")
        part = columns(names, marked, palette.mark, f"%{{x}}: %{{y:,}} {word}", **how)
        axes = {"type": "category", "showgrid": False, "nticks": 6, "tickangle": 0}, {**COUNTS, **whole}
    height = max(HEIGHT, FRAME_HEIGHT + ROW_HEIGHT * len(labels)) if level else HEIGHT
    figure = picture(palette, height, [rest, part], *axes, barmode="stack")
    table = rows.select(
        pl.col("label").alias(capitalised(named)),
        pl.col("count").alias(capitalised(unit)),
        pl.col("marked").alias(capitalised(word)),
    )
    return Chart(title, figure, _message(title, rows, unit, word), table, tuple(labels))


def _message(title: str, rows: pl.DataFrame, unit: str, word: str) -> str:
    if rows.is_empty() or not rows["count"].sum():
        return f"{title}: no {unit}."
    total, marked = (written_count(int(rows[name].sum())) for name in ("count", "marked"))
    top = rows.row(int(rows["count"].arg_max() or 0), named=True)
    most = f"the most, {written_count(top['count'])}, for {top['label']}"
    return f"{title}: {total} {unit}, {marked} {word}; {most}."
