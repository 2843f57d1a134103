import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from charts.chart import COUNTS, TIME, Chart, course, legend, picture
from charts.palette import Palette
from data.formatting import short_day, written_count, written_day

MOST_AHEAD = 120  # days drawn past the last that is named
OPACITY = 0.35
Finishes = tuple[dt.date, dt.date | None]
MARGIN = dt.timedelta(days=3)  # past the last day, for a line on it to be seen whole


def fan(
    title: str,
    remained: pl.DataFrame,
    band: pl.DataFrame | None,
    palette: Palette,
    *,
    unit: str,
    promised: dt.date | None = None,
    finishes: Finishes | None = None,
) -> Chart:
    """Draw what remained as a line, and what will as a band from the 10th to the 90th percentile.

    remained: `day, numerator`, every day. band: `day, low, middle, high`, every working day after, or None.
    finishes: when half and nine tenths of the draws are finished.
    """
    named = [day for day in (promised, *(finishes or ())) if day is not None]
    shown = _daily(remained, band, named, far=not (finishes and finishes[1]))
    colour = palette.series[0]
    line, hover = {"color": colour, "width": 3}, "%{x|%-d %B %Y}: %{y:,} outstanding"
    traces = [] if shown is None else _band(shown, colour)
    traces.append(course(remained["day"], remained["numerator"], line, hover, showlegend=False))
    marks = [("even chance by", finishes[0] if finishes else None, palette.quiet, "dot")]
    marks.append(("promised", promised, palette.series[3], "dash"))
    shapes = [_mark(words, day, colour, dash) for words, day, colour, dash in marks if day is not None]
    how: dict[str, Any] = {"shapes": shapes, "showlegend": bool(shapes)}
    how["legend"] = legend(palette, itemclick=False, itemdoubleclick=False)
    how["annotations"] = [_known(remained, palette)]
    x = {**TIME, "range": [remained["day"][0], _ends(remained, shown, named)]}
    figure = picture(palette, 380, traces, x, {**COUNTS, "nticks": 6}, **how)
    return Chart(title, figure, _message(title, remained, finishes, promised, unit), _table(remained, band))


def _known(remained: pl.DataFrame, palette: Palette) -> dict[str, Any]:
    """Write how many remain on the last day known, or, where none does, how many did at the most."""
    top, last = _top_and_last(remained)
    row, side, shift = (last, "left", 6) if last["numerator"] else (top, "center", 0)
    # The day itself stands at the head of the page: beside a finish that is near there is no room for it.
    when = "left" if row is last else f"on {short_day(row['day'])}"
    text = f"<b>{written_count(row['numerator'])}</b> {when}"
    note = {"x": row["day"], "y": row["numerator"], "text": text, "xanchor": side, "xshift": shift}
    return {**note, "showarrow": False, "yanchor": "bottom", "font": {"color": palette.series[0], "size": 14}}


def _top_and_last(remained: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    top = int(remained["numerator"].arg_max() or 0)
    return remained.row(top, named=True), remained.row(-1, named=True)


def _daily(
    remained: pl.DataFrame, band: pl.DataFrame | None, named: Sequence[dt.date], *, far: bool
) -> pl.DataFrame | None:
    """The band on every day from the last that is known: evenly spaced days travel as two numbers."""
    if band is None:
        return None
    last = remained.row(-1, named=True)
    names = ("low", "middle", "high")
    begins = pl.DataFrame({"day": [last["day"]], **{name: [float(last["numerator"])] for name in names}})
    ends = max([last["day"], *named]) + dt.timedelta(days=MOST_AHEAD if far else 7)
    days = pl.concat([begins, band.select("day", *names)]).filter(pl.col("day") <= ends)
    return days.upsample("day", every="1d").with_columns(pl.exclude("day").forward_fill().round(0))


def _band(shown: pl.DataFrame, colour: str) -> list[dict[str, Any]]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    filled = f"rgba({red},{green},{blue},{OPACITY})"
    lines = (
        ("high", {"width": 0}, "high end %{y:,}", {"fillcolor": filled}),
        ("low", {"width": 0}, "low end %{y:,}", {"fill": "tonexty", "fillcolor": filled}),
        ("middle", {"width": 2, "dash": "dot", "color": colour}, "even chance of %{y:,} or fewer", {}),
    )
    day = "%{x|%-d %B %Y}"
    return [
        course(shown["day"], shown[name].cast(pl.Int64), line, f"{day}: {words}", **how, showlegend=False)
        for name, line, words, how in lines
    ]


def _mark(words: str, day: dt.date, colour: str, dash: str) -> dict[str, Any]:
    """An upright line on a day, named in the legend, where no line can run through the words."""
    line = {"color": colour, "width": 2, "dash": dash}
    place = {"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper"}
    return {**place, "name": f"{words} <b>{short_day(day)}</b>", "showlegend": True, "line": line}


def _ends(remained: pl.DataFrame, shown: pl.DataFrame | None, named: Sequence[dt.date]) -> dt.date:
    first, last = remained["day"][0], remained["day"][-1]
    room = (last - first) / 4 if remained["numerator"][-1] else dt.timedelta()
    marked = [day + MARGIN for day in named]
    return max([last + max(room, MARGIN), *marked, *([] if shown is None else [shown["day"][-1]])])


def _message(
    title: str, remained: pl.DataFrame, finishes: Finishes | None, promised: dt.date | None, unit: str
) -> str:
    top, last = _top_and_last(remained)
    most, left = written_count(top["numerator"]), written_count(last["numerator"])
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
        ahead = {
            "10% chance: at most": pl.col("low"),
            "Even chance: at most": pl.col("middle"),
            "90% chance: at most": pl.col("high"),
        }
        whole = {words: number.round(0).cast(pl.Int64) for words, number in ahead.items()}
        rows = pl.concat([rows, band.select(Day="day", **whole)], how="diagonal")
    return rows.with_columns(pl.Series("Day", [short_day(day) for day in rows["Day"]], pl.String))
