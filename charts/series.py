"""Several lines over time: on one chart with their names at their ends, or as small charts on one scale."""

from collections.abc import Callable
from typing import Any

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, Part, in_words, literal, small_panel, spread, time_axis
from charts.events import Events, Span, over_time
from charts.palette import Palette
from data.formatting import capitalised, listed_words, written_count, written_share
from metrics.dimensions import PERIODS

HEIGHT, MOST_LINES = 260, 6
PANEL_HEIGHT, MOST_PANELS, ACROSS = 110, 24, 2
ROOM = (0.92, 0.08, 0.66)  # of a small chart: its width, and where it begins and ends from the top
APART = 0.075  # of the height of a chart: a line of words
LONGEST = 18  # letters of a name at the end of a line
LETTER = 7  # pixels
MOST_SPOKEN = 6
FINE = 0.05  # an axis up to less marks parts of a per cent

Ends = dict[str, dict[str, Any]]
Write = Callable[[float], str]


def lines_of(
    title: str, long: pl.DataFrame, palette: Palette, *, share: bool, every: str, events: Events = ()
) -> Chart:
    """Draw up to six lines, the first in colour, their names and last values at their ends. long: `period,
    label, value`; a period without a value is a gap."""
    canvas, ends, write = Canvas(palette), _ends(long), written_share if share else written_count
    labels, top = list(ends)[:MOST_LINES], _top(long)
    places = spread([ends[label]["value"] / top for label in labels], APART, 1)
    texts = [f"{_short(label)} {write(ends[label]['value'])}" for label in labels]
    drawn = list(zip(labels, places, texts, strict=True))
    # The first is drawn last, over the others.
    for label, place, text in [*drawn[1:], *drawn[:1]]:
        line, ink, words = {"color": palette.other, "width": 2}, palette.quiet, literal(text)
        if label == labels[0]:
            line, ink, words = {"color": palette.series[0], "width": 3}, palette.series[0], f"<b>{words}</b>"
        _line(canvas, long.filter(label=label), line, every, write)
        canvas.note(f" {words}", y=place * top, font=canvas.font(ink))
    margin = {"r": 12 + LETTER * max(map(len, texts), default=0), "t": 24}
    figure = over_time(canvas, events, _range(long), _axis(top, share=share), height=HEIGHT, margin=margin)
    return Chart(title, figure, _message(title, ends, labels, write), table(long, every, write))


def small_multiples(title: str, long: pl.DataFrame, palette: Palette, *, share: bool, every: str) -> Chart:
    """Draw a small chart for each label, the highest at its end first, 24 at most, on one scale. long: as of
    `lines_of`. The table has every label."""
    canvas, ends, write = Canvas(palette), _ends(long), written_share if share else written_count
    labels = sorted(ends, key=lambda label: -ends[label]["value"])[:MOST_PANELS]
    span, y = _range(long), {**_axis(_top(long), share=share), "nticks": 3}
    x: Part = time_axis(*span) if span else {}
    axes: dict[str, Part] = {"xaxis": x, "yaxis": y}
    for number, label in enumerate(labels):
        panel, where, name = small_panel(number, len(labels), ACROSS, ROOM, x=x, y=y)
        axes |= panel
        _line(
            canvas, long.filter(label=label), {"color": palette.series[0], "width": 2}, every, write, **where
        )
        canvas.note(f"<b>{literal(_short(label, 2 * LONGEST))}</b> {write(ends[label]['value'])}", **name)
    height = max(HEIGHT, -(-len(labels) // ACROSS) * PANEL_HEIGHT)
    figure = canvas.figure(height, {"b": 24, "t": 16}, axes=axes)
    return Chart(title, figure, _message(title, ends, labels, write), table(long, every, write))


def _ends(long: pl.DataFrame) -> Ends:
    """First and last value of each label that has any, in their order."""
    known = pl.col("value").drop_nulls()
    rows = long.group_by("label", maintain_order=True).agg(known.last(), first=known.first())
    return {row["label"]: row for row in rows.drop_nulls("value").iter_rows(named=True)}


def _line(canvas: Canvas, rows: pl.DataFrame, line: Part, every: str, write: Write, **where: str) -> None:
    # A value between two gaps has no line: its point alone shows it.
    few = rows["value"].is_not_null().sum() == 1
    words = [
        literal(f"{label}, {PERIODS[every][1](day)}: {'none' if value is None else write(value)}")
        for day, label, value in rows.rows()
    ]
    how = {"mode": "lines+markers" if few else "lines", "line": line, "name": literal(rows["label"][0])}
    canvas.scatter(rows["period"], rows["value"], "%{hovertext}", hovertext=words, **how, **where)


def _top(long: pl.DataFrame) -> float:
    return max(long["value"].drop_nulls(), default=0.0) * 1.08 or 1.0


def _range(long: pl.DataFrame) -> Span | None:
    days = long["period"].unique().sort()
    return (days[0], days[-1]) if len(days) > 1 else None


def _axis(top: float, *, share: bool) -> Part:
    ticks = (",.0%" if top >= FINE else ",.1%") if share else ","
    return {**COUNTS, "range": [0, top], "tickformat": ticks}


def _short(label: str, longest: int = LONGEST) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1]}…"


def _message(title: str, ends: Ends, labels: list[str], write: Write) -> str:
    if not labels:
        return f"{title}: nothing yet."
    parts = [
        f"{label} from {write(ends[label]['first'])} to {write(ends[label]['value'])}"
        for label in labels[:MOST_SPOKEN]
    ]
    rest = {"drawn": len(labels) - len(parts), "in the table": len(ends) - len(labels)}
    more = [f"{count} more are {where}" for where, count in rest.items() if count]
    return f"{title}: {'; '.join([listed_words(parts), *more])}."


def table(long: pl.DataFrame, every: str, write: Write) -> pl.DataFrame:
    """A row for each period and a column for each label; empty where there is no value."""
    periods, labels = long["period"].unique().sort(), long["label"].unique(maintain_order=True).to_list()
    first = capitalised(every)
    while first in labels:
        first = f"({first})"
    columns = [in_words(first, periods, PERIODS[every][1])]
    for label in labels:
        values = dict(long.filter(label=label).select("period", "value").drop_nulls().rows())
        columns.append(in_words(label, [write(values[day]) if day in values else "" for day in periods]))
    return pl.DataFrame(columns)
