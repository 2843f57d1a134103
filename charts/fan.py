import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from charts.chart import COUNTS, WORDS, Canvas, Chart, course, time_axis
from charts.events import TOP, Event, mark
from charts.palette import Palette
from data.formatting import short_day, written_count, written_day

MOST_AHEAD = 120  # days drawn past the last that is named
STEP = 5  # working days
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
    events: Sequence[Event] = (),
    height: int = 250,
) -> Chart:
    """Draw what remained as a line, and what will as a band from the 10th to the 90th percentile.

    remained: `day, numerator`, every day. band: `day, low, middle, high`, every working day after, or None.
    finishes: when half and nine tenths of the draws are finished.
    """
    named = [day for day in (promised, *(finishes or ())) if day is not None]
    shown = _sampled(remained, band, named, far=not (finishes and finishes[1]))
    canvas, first = Canvas(palette), remained["day"][0]
    last = _ends(remained, shown, named)
    if shown is not None:
        _band(canvas, shown)
    line, hover = {"color": palette.series[0], "width": 2.5}, "%{x|%-d %B %Y}: %{y:,} outstanding"
    canvas.traces.append(course(remained["day"], remained["numerator"], line, hover))
    _now(canvas, remained)
    if finishes is not None:
        canvas.upright(finishes[0], palette.series[0], "dot")
    if promised is not None:
        canvas.upright(promised, palette.mark, "solid")
    _named(canvas, remained, promised, finishes)
    mark(canvas, events, first, last)
    figure = canvas.figure(height, {"t": TOP}, time_axis(first, last), {**COUNTS, "nticks": 5})
    return Chart(title, figure, _message(title, remained, finishes, promised, unit), _table(remained, band))


def _now(canvas: Canvas, remained: pl.DataFrame) -> None:
    """Write how many remain on the last day known, or, where none does, how many did at the most."""
    top, last = _top_and_last(remained)
    row, side = (last, "right") if last["numerator"] else (top, "center")
    when = "now" if row is last else f"on {short_day(row['day'])}"
    colour = canvas.palette.series[0]
    canvas.scatter(
        pl.Series([row["day"]]),
        pl.Series([row["numerator"]]),
        mode="markers",
        hoverinfo="skip",
        marker={"color": colour, "size": 8},
    )
    text = f"<b>{written_count(row['numerator'])}</b> {when}"
    canvas.note(
        text,
        x=row["day"],
        y=row["numerator"],
        xref="x",
        xanchor=side,
        yanchor="bottom",
        xshift=-6 if row is last else 0,
        font={"color": colour, "size": WORDS},
    )


def _named(
    canvas: Canvas, remained: pl.DataFrame, promised: dt.date | None, finishes: Finishes | None
) -> None:
    """Name the upright lines left of the earlier one, where the band is low and no line runs."""
    lines = (
        []
        if promised is None
        else [f"<b><span style='color:{canvas.palette.alarm}'>Promised {_day(promised)}</span></b>"]
    )
    lines += [] if finishes is None else [f"Even chance by <b>{_day(finishes[0])}</b>"]
    days = [day for day in (promised, finishes and finishes[0]) if day is not None]
    if lines:
        first, last = remained["day"][0], remained["day"][-1]
        side = "right" if min(days) > last or (min(days) - first) * 2 > last - first else "left"
        canvas.note(
            "<br>".join(lines),
            x=min(days),
            xref="x",
            y=1,
            yref="paper",
            xanchor=side,
            yanchor="top",
            xshift=-5 if side == "right" else 5,
            align=side,
        )


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"


def _top_and_last(remained: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    top = int(remained["numerator"].arg_max() or 0)
    return remained.row(top, named=True), remained.row(-1, named=True)


def _sampled(
    remained: pl.DataFrame, band: pl.DataFrame | None, named: Sequence[dt.date], *, far: bool
) -> pl.DataFrame | None:
    """The band from the last day that is known, every fifth working day: it looks the same as every day."""
    if band is None:
        return None
    last = remained.row(-1, named=True)
    names = ("low", "middle", "high")
    begins = pl.DataFrame({"day": [last["day"]], **{name: [float(last["numerator"])] for name in names}})
    ends = max([last["day"], *named]) + dt.timedelta(days=MOST_AHEAD if far else 7)
    days = band.select("day", *names).filter(pl.col("day") <= ends)
    sampled = pl.concat([days.gather_every(STEP, STEP - 1), days.tail(1)]).unique("day").sort("day")
    return pl.concat([begins, sampled])


def _band(canvas: Canvas, shown: pl.DataFrame) -> None:
    for name, line, words, how in (
        ("high", {"width": 0}, "90% chance: at most", {}),
        ("low", {"width": 0}, "10% chance: at most", {"fill": "tonexty", "fillcolor": canvas.palette.band}),
        (
            "middle",
            {"width": 2, "dash": "dot", "color": canvas.palette.series[0]},
            "even chance of at most",
            {},
        ),
    ):
        hover = f"%{{x|%-d %B %Y}}, {words} %{{y:,.0f}}<extra></extra>"
        canvas.scatter(shown["day"], shown[name], mode="lines", line=line, hovertemplate=hover, **how)


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
