"""A fan: what remained on each day, and the range of what will, up to the day promised and the finish."""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.chart import DAY, TIME, Chart, blank, legend, packed
from charts.palette import Palette
from data.formatting import short_day, written_count, written_day

MOST_AHEAD = 120  # days drawn past the last that is named
OPACITY = 0.35
MARGIN = dt.timedelta(days=3)  # past the last day, for a line on it to be seen whole


def fan(
    title: str,
    remained: pl.DataFrame,
    band: pl.DataFrame | None,
    palette: Palette,
    *,
    unit: str,
    promised: dt.date | None = None,
    finishes: tuple[dt.date, dt.date | None] | None = None,
) -> Chart:
    """Draw what remained as a line, and what will as a band from the tenth to the ninetieth of a hundred.

    remained: `day, numerator`, every day. band: `day, low, middle, high`, every working day after; None where
    nothing is forecast. finishes: when half and nine tenths of the draws are finished.
    """
    figure = blank(palette, height=380)
    shown = _daily(remained, band, promised, finishes)
    colour = palette.series[0]
    if shown is not None:
        _draw_band(figure, shown, colour)
    figure.add_scatter(
        x0=remained["day"][0].isoformat(),
        dx=DAY,
        y=packed(remained["numerator"]),
        mode="lines",
        line={"color": colour, "width": 3, "shape": "hv"},
        hovertemplate="%{x|%-d %B %Y}: %{y:,} outstanding<extra></extra>",
    )
    _label_known(figure, remained, palette)
    _mark_days(figure, finishes[0] if finishes else None, promised, palette)
    ends = _ends(remained, shown, promised, finishes)
    figure.update_xaxes(TIME, range=[remained["day"][0], ends])
    figure.update_yaxes(rangemode="tozero", tickformat=",", nticks=6)
    return Chart(title, figure, _message(title, remained, finishes, promised, unit), _table(remained, band))


def _label_known(figure: go.Figure, remained: pl.DataFrame, palette: Palette) -> None:
    """Write how many remain on the last day known, or, where none does, how many did at the most."""
    last = remained.row(-1, named=True)
    top = remained.row(int(remained["numerator"].arg_max() or 0), named=True)
    row, side = (last, "left") if last["numerator"] else (top, "center")
    # The day itself stands at the head of the page: beside a finish that is near there is no room for it.
    when = "left" if row is last else f"on {short_day(row['day'])}"
    figure.add_annotation(
        x=row["day"], y=row["numerator"], showarrow=False, xanchor=side, yanchor="bottom",
        xshift=6 if row is last else 0,
        text=f"<b>{written_count(row['numerator'])}</b> {when}",
        font={"color": palette.series[0], "size": 14},
    )  # fmt: skip


def _daily(
    remained: pl.DataFrame,
    band: pl.DataFrame | None,
    promised: dt.date | None,
    finishes: tuple[dt.date, dt.date | None] | None,
) -> pl.DataFrame | None:
    """The band on every day from the last that is known: evenly spaced days travel as two numbers."""
    if band is None:
        return None
    last = remained.row(-1, named=True)
    names = ("low", "middle", "high")
    begins = pl.DataFrame({"day": [last["day"]], **{name: [float(last["numerator"])] for name in names}})
    named = [day for day in (promised, *(finishes or ())) if day is not None]
    ends = max([last["day"], *named]) + dt.timedelta(days=7 if finishes and finishes[1] else MOST_AHEAD)
    days = pl.concat([begins, band.select("day", *names)]).filter(pl.col("day") <= ends)
    return days.upsample("day", every="1d").with_columns(pl.exclude("day").forward_fill().round(0))


def _draw_band(figure: go.Figure, shown: pl.DataFrame, colour: str) -> None:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    for name, fill in (("high", None), ("low", "tonexty")):
        figure.add_scatter(
            x0=shown["day"][0].isoformat(), dx=DAY, y=packed(shown[name].cast(pl.Int64)), mode="lines",
            line={"width": 0, "shape": "hv"}, fill=fill, fillcolor=f"rgba({red},{green},{blue},{OPACITY})",
            hovertemplate=f"%{{x|%-d %B %Y}}: {name} end %{{y:,}}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x0=shown["day"][0].isoformat(), dx=DAY, y=packed(shown["middle"].cast(pl.Int64)), mode="lines",
        line={"width": 2, "shape": "hv", "dash": "dot", "color": colour},
        hovertemplate="%{x|%-d %B %Y}: as likely as not %{y:,} or fewer<extra></extra>",
    )  # fmt: skip


def _mark_days(figure: go.Figure, middle: dt.date | None, promised: dt.date | None, palette: Palette) -> None:
    """Mark when half the draws are finished, and the day promised, each named above the picture.

    No line can run through the words there, however narrow the picture is.
    """
    if middle is not None:
        _mark(figure, f"as likely as not by <b>{short_day(middle)}</b>", middle, palette.quiet, "dot")
    if promised is not None:
        _mark(figure, f"promised <b>{short_day(promised)}</b>", promised, palette.series[3], "dash")
    figure.update_layout(
        showlegend=middle is not None or promised is not None,
        legend=legend(palette, itemclick=False, itemdoubleclick=False),
    )
    figure.update_traces(showlegend=False)


def _mark(figure: go.Figure, words: str, day: dt.date, colour: str, dash: str) -> None:
    """Draw an upright line on a day, named in the legend."""
    figure.add_shape(
        type="line", x0=day, x1=day, y0=0, y1=1, yref="paper", name=words, showlegend=True,
        line={"color": colour, "width": 2, "dash": dash},
    )  # fmt: skip


def _ends(
    remained: pl.DataFrame,
    shown: pl.DataFrame | None,
    promised: dt.date | None,
    finishes: tuple[dt.date, dt.date | None] | None,
) -> dt.date:
    """Last day of the axis: of all that is drawn, with room for the words beside the last day known."""
    first, last = remained["day"][0], remained["day"][-1]
    room = (last - first) / 4 if remained["numerator"][-1] else dt.timedelta()
    marked = [day + MARGIN for day in (promised, *(finishes or ())) if day is not None]
    return max([last + max(room, MARGIN), *marked, *([] if shown is None else [shown["day"][-1]])])


def _message(
    title: str,
    remained: pl.DataFrame,
    finishes: tuple[dt.date, dt.date | None] | None,
    promised: dt.date | None,
    unit: str,
) -> str:
    top = remained.row(int(remained["numerator"].arg_max() or 0), named=True)
    last = remained.row(-1, named=True)
    most, left = written_count(top["numerator"]), written_count(last["numerator"])
    parts = [f"{title}, in {unit}: {most} at the most, on {written_day(top['day'])}"]
    parts.append(f"{left} on {written_day(last['day'])}")
    if finishes is not None:
        middle, high = finishes
        late = f"nine chances in ten by {written_day(high)}" if high else "nine in ten only in over a year"
        parts.append(f"none is left as likely as not by {written_day(middle)}, {late}")
    if promised is not None:
        parts.append(f"the day promised is {written_day(promised)}")
    return f"{'; '.join(parts)}."


def _table(remained: pl.DataFrame, band: pl.DataFrame | None) -> pl.DataFrame:
    """One row for each day, those to come after those that were."""
    rows = remained.select(Day="day", Outstanding="numerator")
    if band is not None:
        ahead = {
            "One chance in ten: at most": pl.col("low"),
            "As likely as not: at most": pl.col("middle"),
            "Nine in ten: at most": pl.col("high"),
        }
        whole = {words: number.round(0).cast(pl.Int64) for words, number in ahead.items()}
        rows = pl.concat([rows, band.select(Day="day", **whole)], how="diagonal")
    return rows.with_columns(pl.Series("Day", [short_day(day) for day in rows["Day"]], pl.String))
