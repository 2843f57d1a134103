"""What is not known yet: when the reviews are finished, and what a sample leaves possible."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, in_words, literal, packed
from charts.events import Events, over_time
from charts.palette import Palette
from data.formatting import capitalised, short_day, written_count, written_day
from data.terms import Nouns
from metrics.chance.bounds import Bound

MOST_AHEAD = 120  # days drawn past the last that is named
STEP = 5  # working days
Finishes = tuple[dt.date, dt.date | None]
MARGIN = dt.timedelta(days=3)  # past the last day, for a line on it to be seen whole
AHEAD = {"low": "10% chance: at most", "middle": "Even chance: at most", "high": "90% chance: at most"}
TITLE = "What a sample leaves possible"
STILL_POSSIBLE = "most {failures} still possible"


def fan(
    title: str,
    remained: pl.DataFrame,
    band: pl.DataFrame | None,
    palette: Palette,
    *,
    unit: str,
    promised: dt.date | None = None,
    finishes: Finishes | None = None,
    events: Events = (),
) -> Chart:
    """Draw what remained as a line, and what will as a band from the 10th to the 90th percentile. remained:
    `day, numerator`, every day. band: `day, low, middle, high`, every working day after, or None. finishes:
    when half and nine tenths of the draws are finished."""
    canvas, named = Canvas(palette), [day for day in (promised, *(finishes or ())) if day is not None]
    first, last, known = remained["day"][0], remained["day"][-1], remained["numerator"][-1]
    room = (last - first) / 4 if known else MARGIN
    last = max([last + max(room, MARGIN), *(day + MARGIN for day in named)])
    if band is not None:
        shown = _sampled(remained, band, named, far=not (finishes and finishes[1]))
        _band(canvas, shown)
        last = max(last, shown["day"][-1])
    line, hover = {"color": palette.series[0], "width": 2.5}, "%{x|%-d %B %Y}: %{y:,} outstanding"
    canvas.course(remained["day"], remained["numerator"], line, hover)
    _now(canvas, remained)
    _named_days(canvas, remained, promised, finishes)
    figure = over_time(canvas, events, (first, last), COUNTS)
    return Chart(title, figure, _message(title, remained, finishes, promised, unit), _table(remained, band))


def _now(canvas: Canvas, remained: pl.DataFrame) -> None:
    """Write how many remain on the last day known, or, where none does, how many did at the most."""
    top, last = _top_and_last(remained)
    row, when, place = last, "now", {"xanchor": "right", "xshift": -6}
    if not last["numerator"]:
        row, when, place = top, f"on {short_day(top['day'])}", {"xanchor": "center", "xshift": 0}
    day, count, colour = row["day"], row["numerator"], canvas.palette.series[0]
    marker = {"color": colour, "size": 8}
    canvas.scatter(pl.Series([day]), pl.Series([count]), mode="markers", marker=marker)
    place |= {"x": day, "y": count, "xref": "x", "yanchor": "bottom", "font": canvas.font(colour)}
    canvas.note(f"<b>{written_count(count)}</b> {when}", **place)


def _named_days(
    canvas: Canvas, remained: pl.DataFrame, promised: dt.date | None, finishes: Finishes | None
) -> None:
    """Draw upright lines, named left of the earlier one, where the band is low and no line runs."""
    palette, lines = canvas.palette, dict[str, dt.date]()
    if finishes is not None:
        day = finishes[0]
        canvas.upright(day.isoformat(), "dot", color=palette.series[0], width=2)
        lines = {f"Even chance by <b>{day.day} {day:%b}</b>": day}
    if promised is not None:
        canvas.upright(promised.isoformat(), "solid", color=palette.mark, width=2)
        words = f"<span style='color:{palette.alarm}'>Promised {promised.day} {promised:%b}</span>"
        lines = {f"<b>{words}</b>": promised, **lines}
    if lines:
        day, first, last = min(lines.values()), remained["day"][0], remained["day"][-1]
        side, shift = ("right", -5) if day > last or (day - first) * 2 > last - first else ("left", 5)
        place = {"x": day, "xref": "x", "xanchor": side, "align": side, "xshift": shift}
        canvas.note("<br>".join(lines), y=1, yref="paper", yanchor="top", **place)


def _top_and_last(remained: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    top = int(remained["numerator"].arg_max() or 0)
    return remained.row(top, named=True), remained.row(-1, named=True)


def _sampled(
    remained: pl.DataFrame, band: pl.DataFrame, named: Sequence[dt.date], *, far: bool
) -> pl.DataFrame:
    """The band from the last day that is known, every fifth working day: it looks the same as every day."""
    last, known = remained["day"][-1], float(remained["numerator"][-1])
    begins = pl.DataFrame({"day": [last], **{name: [known] for name in AHEAD}})
    ends = max([last, *named]) + dt.timedelta(days=MOST_AHEAD if far else 7)
    days = band.select("day", *AHEAD).filter(pl.col("day") <= ends)
    sampled = pl.concat([days.gather_every(STEP, STEP - 1), days.tail(1)]).unique("day").sort("day")
    return pl.concat([begins, sampled])


def _band(canvas: Canvas, shown: pl.DataFrame) -> None:
    # The lower edge is filled as far as the trace before it, which is the upper one.
    fill, edge = {"fill": "tonexty", "fillcolor": canvas.palette.band}, {"width": 0}
    middle = {"width": 2, "dash": "dot", "color": canvas.palette.series[0]}
    for name, words, line, how in (
        ("high", AHEAD["high"], edge, {}), ("low", AHEAD["low"], edge, fill),
        ("middle", "even chance of at most", middle, {}),
    ):  # fmt: skip
        hover = f"%{{x|%-d %B %Y}}, {words} %{{y:,.0f}}"
        canvas.scatter(shown["day"], shown[name], hover, mode="lines", line=line, **how)


def _message(
    title: str, remained: pl.DataFrame, finishes: Finishes | None, promised: dt.date | None, unit: str
) -> str:
    top, last = _top_and_last(remained)
    most, left = (written_count(row["numerator"]) for row in (top, last))
    parts = [f"{title}, in {unit}: {most} at the most, on {written_day(top['day'])}"]
    parts.append(f"{left} on {written_day(last['day'])}")
    if finishes is not None:
        middle, high = finishes
        late = f"nine in ten by {written_day(high)}" if high else "nine in ten only in over a year"
        parts.append(f"even chance of none left by {written_day(middle)}, {late}")
    if promised is not None:
        parts.append(f"promised by {written_day(promised)}")
    return f"{'; '.join(parts)}."


def _table(remained: pl.DataFrame, band: pl.DataFrame | None) -> pl.DataFrame:
    rows = remained.select(Day="day", Outstanding="numerator")
    if band is not None:
        whole = (pl.col(name).round(0).cast(pl.Int64).alias(words) for name, words in AHEAD.items())
        rows = pl.concat([rows, band.select(pl.col("day").alias("Day"), *whole)], how="diagonal")
    return rows.with_columns(in_words("Day", rows["Day"], short_day))


def bounds(reviewed: Bound, others: Sequence[Bound], words: Nouns, palette: Palette) -> Chart:
    """Draw the most failures that samples of several sizes leave possible, and the review's own. others: of
    the same population, by growing samples, with as many failures."""
    canvas, hover = Canvas(palette), "%{x:,} checked: up to %{y:,}"
    rows = pl.DataFrame(
        [(bound.sample, bound.most) for bound in others], {"x": pl.Int64, "y": pl.Int64}, orient="row"
    )
    line = {"color": palette.series[0], "width": 3}
    canvas.add("scatter", hover, x=packed(rows["x"]), y=packed(rows["y"]), mode="lines", line=line)
    if reviewed.sample:
        marker, hover = {"color": palette.series[2], "size": 12}, hover.replace("checked", "checked so far")
        canvas.add("scatter", hover, x=[reviewed.sample], y=[reviewed.most], mode="markers", marker=marker)
        checked = f"<b>{written_count(reviewed.sample)} checked: up to {written_count(reviewed.most)}</b>"
        arrow = {"showarrow": True, "arrowcolor": palette.text, "arrowwidth": 1, "ax": 24, "ay": -40}
        canvas.note(checked, x=reviewed.sample, y=reviewed.most, xref="x", **arrow)
    x, y = (
        {**COUNTS, "nticks": 6, "title": {"text": title, "font": {"size": 14}}}
        for title in (f"{literal(words.cases)} checked", words(STILL_POSSIBLE))
    )
    figure = canvas.figure(300, {}, {**x, "showgrid": False}, y)
    return Chart(
        TITLE, figure, _bounds_words(reviewed, others, words), _bounds_table(reviewed, others, words)
    )


def _bounds_words(reviewed: Bound, others: Sequence[Bound], words: Nouns) -> str:
    failures = f"{written_count(reviewed.found) if reviewed.found else 'none'} found"
    some = [*others[:: max(len(others) // 4, 1)][:4], *others[-1:]]
    parts = [f"{written_count(bound.sample)} checked up to {written_count(bound.most)}" for bound in some]
    here = f"; the {written_count(reviewed.sample)} checked so far leave up to {written_count(reviewed.most)}"
    population = f"{written_count(reviewed.population)} {words.cases} not sent for {words.detailed_review}"
    return f"{TITLE}, of {population}, with {failures}: {', '.join(parts)}{here if reviewed.sample else ''}."


def _bounds_table(reviewed: Bound, others: Sequence[Bound], words: Nouns) -> pl.DataFrame:
    rows = sorted({(bound.sample, bound.most) for bound in [*others, reviewed]})
    names = f"{words.Cases} checked", capitalised(words(STILL_POSSIBLE))
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")
    more = pl.lit(reviewed.population).alias(f"{words.Cases} not sent for {words.detailed_review}")
    return table.select(names[0], more, pl.lit(reviewed.found).alias("Found"), names[1])
