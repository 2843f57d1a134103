"""Counts over days as lines: stepped on one scale, in panels, stacked, or as small as a word."""

import base64
import html
import re
from collections.abc import Callable, Mapping, Sequence
from math import inf
from textwrap import wrap
from typing import Any

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, Part, in_words, literal, small_panel, spread, time_axis
from charts.events import TOP, Events, Span, mark, over_time
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_count, written_day, written_share
from metrics.dimensions import PERIODS

LINE_OF_TEXT = 0.085
PANELS_HEIGHT = 240
SPANS = {"y": [0.5, 1.0], "y2": [0.0, 0.36]}
LINE, LETTER = 15 / 186, 6.5  # a line of words, of the height of both panels; a letter in pixels
NAME, NARROW = 18, 16  # letters on a line of a name, and of one above a small panel
LABEL = 0.16  # height of two lines of words, as a part of the plot's
ACROSS, GAP = 3, 0.03  # small panels abreast, and the room between them as a part of the width
TITLE, END = 0.3, 0.9  # of a small panel's room: where its name, and where its plot ends
HOVER = "%{fullData.name}, %{x|%-d %B %Y}: %{y:,}"
Courses = Mapping[str, pl.DataFrame]
"""`day, numerator` of each line by its name, all on the same days."""
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 120, 26, 3
MOST_POINTS = 60
SERIES_HEIGHT, MOST_LINES = 260, 6
PANEL_HEIGHT, MOST_PANELS, SMALL_ACROSS = 110, 24, 2
SMALL_ROOM = (0.92, 0.08, 0.66)  # of a small chart: its width, and where it begins and ends from the top
APART = 0.075  # of the height of a chart: a line of words
LONGEST = 18  # letters of a name at the end of a line
LETTER_OF_NAME = 7  # pixels
MOST_SPOKEN = 6
FINE = 0.05  # an axis up to less marks parts of a per cent

Ends = dict[str, dict[str, Any]]
End = tuple[float, str, str]  # where a line ends, what is written there, and in which colour
Write = Callable[[float], str]


def lines(title: str, courses: Courses, unit: str, palette: Palette, events: Events = ()) -> Chart:
    """Draw lines with their names above their ends."""
    canvas, counts, ends = Canvas(palette), _counts(courses), list[End]()
    days, *series = counts.get_columns()
    for colour, line in zip(palette.series, series, strict=False):
        canvas.course(days, line, {"color": colour, "width": 3}, HOVER, name=literal(line.name))
        ends.append((line[-1], f"<b>{literal(line.name)} {written_count(line[-1])}</b>", colour))
    # Words beside a line would stretch the axis to days on which nothing was, or is yet.
    where = {"x": days[-1], "xref": "x", "xanchor": "right", "yanchor": "bottom"}
    _name_ends(canvas, ends, max(ends)[0] or 1, LINE_OF_TEXT, inf, **where)
    figure = over_time(canvas, events, (days[0], days[-1]), COUNTS)
    return _chart(title, figure, counts, unit)


def panels(
    title: str,
    above: Courses,
    below: Courses,
    palette: Palette,
    *,
    unit: str,
    events: Events = (),
    height: int = PANELS_HEIGHT,
) -> Chart:
    """Draw two small panels on one time axis, never two scales in one; the first line of each is meant."""
    canvas, days = Canvas(palette), next(iter(above.values()))["day"]
    upper, lower = _panel(canvas, above, "y"), _panel(canvas, below, "y2")
    words = html.unescape("<br>".join(re.sub("</?b>", "", note["text"]) for note in canvas.notes))
    letters = max(map(len, words.split("<br>")))
    mark(canvas, events, days[0], days[-1])
    margin = {"r": 16 + round(LETTER * letters), "t": TOP}
    x = {**time_axis(days[0], days[-1]), "anchor": "y2"}
    figure = canvas.figure(height, margin, x, {**upper, "tickformat": ","}, axes={"yaxis2": lower})
    return _chart(title, figure, _counts({**above, **below}), unit)


def _panel(canvas: Canvas, courses: Courses, axis: str) -> Part:
    top = max(max(rows["numerator"].to_list()) for rows in courses.values()) * 1.08 or 1.0
    domain, line_break, ends = SPANS[axis], "<br>" if len(courses) == 1 else " ", list[End]()
    # The first is drawn last, over the others.
    for name, rows in reversed(list(courses.items())):
        meant, last = name == next(iter(courses)), rows["numerator"][-1]
        colour = canvas.palette.series[0] if meant else canvas.palette.quiet
        ends.append((last, f"<b>{written_count(last)}</b>{line_break}{literal(name)}", colour))
        fill = {"fill": "tozeroy", "fillcolor": canvas.palette.band} if meant else {}
        line, hover = {"color": colour, "width": 2}, f"%{{x|%-d %B %Y}}: %{{y:,}} {literal(name)}"
        canvas.course(rows["day"], rows["numerator"], line, hover, yaxis=axis, **fill)
    _name_ends(canvas, ends[::-1], top, LINE / (domain[1] - domain[0]), yref=axis, xshift=4)
    return {"domain": domain, "range": [0, top], "nticks": 3}


def _name_ends(
    canvas: Canvas, ends: Sequence[End], top: float, gap: float, most: float = 1, **where: object
) -> None:
    """Write names right of the ends of lines, unless `where` says otherwise, apart from each other. gap,
    most: how far apart and how high, as parts of the height."""
    places = spread([count / top for count, _, _ in ends], gap, most)
    for place, (_, words, colour) in zip(places, ends, strict=True):
        canvas.note(words, y=place * top, font=canvas.font(colour), **where)


def areas(
    title: str, rows: pl.DataFrame, palette: Palette, *, kinds: Sequence[str], unit: str, events: Events = ()
) -> Chart:
    """Draw stacked steps named at their ends, the first part at the bottom. rows: `day` and a column for
    each part. kinds: all that there can be, in order of colour."""
    canvas, (days, *series), below, ends = Canvas(palette), rows.get_columns(), 0, list[End]()
    colours = dict(zip(kinds, palette.series, strict=False))
    for part in series:
        colour, last = colours[part.name], int(part[-1])
        how = {"fillcolor": colour, "stackgroup": "one", "name": literal(part.name)}
        canvas.course(days, part, {"color": palette.background, "width": 1}, HOVER, **how)
        sign = f'<span style="color:{colour}">\N{BLACK SQUARE}</span>'
        ends.append((below + last / 2, f"{sign} {_named(part, NAME)}", palette.text))
        below += last
    top = max(rows.drop("day").sum_horizontal(), default=0) or 1
    _name_ends(canvas, ends, top, LABEL, xshift=4)
    y = {**COUNTS, "tickformat": ",d", "range": [0, top * 1.04]}
    figure = over_time(canvas, events, (days[0], days[-1]), y, margin={"r": 136, "t": TOP})
    return _chart(title, figure, rows, unit)


def multiples(
    title: str, rows: pl.DataFrame, palette: Palette, *, unit: str, meant: Sequence[str], events: Events = ()
) -> Chart:
    """Draw steps in small panels, all on the same axes. rows: as for `areas`. meant: parts that the series'
    own colour is for."""
    canvas, marks, (days, *series) = Canvas(palette), Canvas(palette), rows.get_columns()
    across, axes = min(len(series), ACROSS), dict[str, Part]()
    room = (1 - GAP * across, TITLE, END)
    top = rows.drop("day").max().max_horizontal().item() or 1
    x, y = {**time_axis(days[0], days[-1]), "nticks": 4}, {**COUNTS, "nticks": 3, "range": [0, top * 1.04]}
    mark(marks, events, days[0], days[-1])
    for number, part in enumerate(series):
        panel, where, name = small_panel(number, len(series), across, room, x=x, y=y)
        axes |= panel
        line = {"color": palette.series[0] if part.name in meant else palette.quiet, "width": 2}
        fill = {"fill": "tozeroy", "fillcolor": palette.band, "name": literal(part.name)}
        canvas.course(days, part, line, HOVER, **where, **fill)
        canvas.note(_named(part, NARROW, max_lines=2), **name)
        place = {"xref": where["xaxis"], "yref": f"{where['yaxis']} domain"}
        canvas.shapes.extend({**shape, **place} for shape in marks.shapes)
        canvas.notes.extend({**note, **place, "yanchor": "top"} for note in marks.notes)
    figure = canvas.figure(60 + 116 * -(-len(series) // across), {"t": 0}, axes=axes)
    return _chart(title, figure, rows, unit)


def _named(part: pl.Series, width: int, max_lines: int | None = None) -> str:
    lines = wrap(part.name, width, max_lines=max_lines, placeholder="…")
    return f"<b>{written_count(part[-1])}</b> {'<br>'.join(map(literal, lines))}"


def _counts(courses: Courses) -> pl.DataFrame:
    days = next(iter(courses.values()))["day"]
    return pl.DataFrame([days, *(rows["numerator"].alias(name) for name, rows in courses.items())])


def _chart(title: str, spec: Part, counts: pl.DataFrame, unit: str) -> Chart:
    """counts: `day` and a column for each line or part."""
    days, *series = counts.get_columns()
    parts = [f"{line.name} from {written_count(line[0])} to {written_count(line[-1])}" for line in series]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    alt = f"{title}, in {unit}, {span}: {listed_words(parts)}."
    return Chart(title, spec, alt, pl.DataFrame([in_words("Day", days, short_day), *series]))


def sparkline(values: Sequence[float], palette: Palette) -> str:
    """Return an SVG as a data address: the course from zero up, its last value marked by a dot."""
    step = -(-len(values) // MOST_POINTS)
    sampled, colour = values[::-1][::step][::-1], palette.series[0]
    floor = SPARK_HEIGHT - SPARK_EDGE
    wide = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(sampled) - 1, 1)
    high = (floor - SPARK_EDGE) / (max(*sampled, 0) or 1)
    points = [
        f"{round(SPARK_EDGE + n * wide, 1)},{round(floor - value * high, 1)}"
        for n, value in enumerate(sampled)
    ]
    line, (x, y) = " ".join(points), points[-1].split(",")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SPARK_WIDTH}" height="{SPARK_HEIGHT}">'
        f'<polygon points="{SPARK_EDGE},{floor} {line} {x},{floor}" fill="{colour}" fill-opacity=".14"/>'
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/></svg>'
    )
    return data_address(svg)


def data_address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def lines_of(
    title: str, long: pl.DataFrame, palette: Palette, *, share: bool, every: str, events: Events = ()
) -> Chart:
    """Draw up to six lines, the first in colour, their names and last values at their ends. long: `period,
    label, value`; a period without a value is a gap."""
    canvas, ends, write = Canvas(palette), _ends(long), written_share if share else written_count
    labels, top, named = list(ends)[:MOST_LINES], _top(long), list[End]()
    texts = [f"{_short(label)} {write(ends[label]['value'])}" for label in labels]
    # The first is drawn last, over the others.
    for label, text in reversed(list(zip(labels, texts, strict=True))):
        line, ink, words = {"color": palette.other, "width": 2}, palette.quiet, literal(text)
        if label == labels[0]:
            line, ink, words = {"color": palette.series[0], "width": 3}, palette.series[0], f"<b>{words}</b>"
        _series_line(canvas, long.filter(label=label), line, every, write)
        named.append((ends[label]["value"], f" {words}", ink))
    _name_ends(canvas, named[::-1], top, APART)
    margin = {"r": 12 + LETTER_OF_NAME * max(map(len, texts), default=0), "t": 24}
    figure = over_time(
        canvas, events, _range(long), _axis(top, share=share), height=SERIES_HEIGHT, margin=margin
    )
    return Chart(title, figure, _series_words(title, ends, labels, write), table(long, every, write))


def small_multiples(title: str, long: pl.DataFrame, palette: Palette, *, share: bool, every: str) -> Chart:
    """Draw a small chart for each label, the highest at its end first, 24 at most, on one scale. long: as of
    `lines_of`. The table has every label."""
    canvas, ends, write = Canvas(palette), _ends(long), written_share if share else written_count
    labels = sorted(ends, key=lambda label: -ends[label]["value"])[:MOST_PANELS]
    span, y = _range(long), {**_axis(_top(long), share=share), "nticks": 3}
    x: Part = time_axis(*span) if span else {}
    axes: dict[str, Part] = {"xaxis": x, "yaxis": y}
    for number, label in enumerate(labels):
        panel, where, name = small_panel(number, len(labels), SMALL_ACROSS, SMALL_ROOM, x=x, y=y)
        axes |= panel
        _series_line(
            canvas, long.filter(label=label), {"color": palette.series[0], "width": 2}, every, write, **where
        )
        canvas.note(f"<b>{literal(_short(label, 2 * LONGEST))}</b> {write(ends[label]['value'])}", **name)
    height = max(SERIES_HEIGHT, -(-len(labels) // SMALL_ACROSS) * PANEL_HEIGHT)
    figure = canvas.figure(height, {"b": 24, "t": 16}, axes=axes)
    return Chart(title, figure, _series_words(title, ends, labels, write), table(long, every, write))


def _ends(long: pl.DataFrame) -> Ends:
    """First and last value of each label that has any, in their order."""
    known = pl.col("value").drop_nulls()
    rows = long.group_by("label", maintain_order=True).agg(known.last(), first=known.first())
    return {row["label"]: row for row in rows.drop_nulls("value").iter_rows(named=True)}


def _series_line(
    canvas: Canvas, rows: pl.DataFrame, line: Part, every: str, write: Write, **where: str
) -> None:
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


def _series_words(title: str, ends: Ends, labels: list[str], write: Write) -> str:
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
    first = capitalised(every)
    while first in long["label"]:
        first = f"({first})"
    texts = in_words("text", long["value"], lambda value: "" if value is None else write(value))
    rows = long.select("label", texts, pl.col("period").alias(first))
    wide = rows.pivot("label", index=first, values="text").sort(first).fill_null("")
    return wide.with_columns(in_words(first, wide[first], PERIODS[every][1]))
