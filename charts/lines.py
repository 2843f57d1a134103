"""Lines: the course of one or more figures over time, each line labelled at its end."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import plotly.graph_objects as go
import polars as pl

from charts.chart import Chart, blank, literal, packed
from charts.palette import Palette
from data.formatting import listed_words, short_day, written_count, written_day

DAY = 86_400_000
LINE_OF_TEXT = 0.085
Labelled = Literal["ends", "legend"]


def lines(
    title: str,
    courses: Mapping[str, pl.DataFrame],
    unit: str,
    palette: Palette,
    *,
    labelled: Labelled = "ends",
) -> Chart:
    """Draw counts on even-spaced days as stepped lines.

    labelled: where each line is named; by a legend if they run close, or end at one place.
    courses: what `course` returned for each figure, by the words that label its line; all on the same days.
    """
    figure = blank(palette, height=340)
    ends: list[tuple[str, float]] = []
    for number, (words, found) in enumerate(courses.items()):
        days, counts = found["day"], packed(found["numerator"])
        figure.add_scatter(
            x0=days[0].isoformat(),
            dx=DAY * _step(days),
            y=counts,
            mode="lines",
            line={"color": palette.series[number], "width": 3, "shape": "hv"},
            name=literal(words),
            hovertemplate="%{fullData.name}, %{x|%-d %B %Y}: %{y:,}<extra></extra>",
        )
        ends.append((f"{words} {written_count(found['numerator'][-1])}", found["numerator"][-1]))
    days = next(iter(courses.values()))["day"]
    if labelled == "legend":
        font = {"color": palette.text, "size": 14}
        legend = {"orientation": "h", "font": font, "x": 0, "y": 1.02, "yanchor": "bottom"}
        figure.update_layout(showlegend=True, legend=legend)
    elif len(courses) > 1:
        _label_ends(figure, days[-1], ends, palette)
    else:
        _label_peak(figure, next(iter(courses.values())), palette.text)
    if len(days) > 1:
        # Words beside a line would stretch the axis to days on which nothing was, or is yet.
        figure.update_xaxes(range=[days[0], days[-1]])
    figure.update_xaxes(type="date", showgrid=False, tickformat="%-d %b<br>%Y", nticks=6)
    figure.update_yaxes(rangemode="tozero", tickformat=",", nticks=6)
    return Chart(title, figure, _message(title, courses, unit), _table(courses))


def _step(days: pl.Series) -> int:
    return 1 if len(days) == 1 else (days[1] - days[0]).days


def _label_ends(
    figure: go.Figure, last: dt.date, ends: Sequence[tuple[str, float]], palette: Palette
) -> None:
    top = max((count for _, count in ends), default=0) or 1
    taken: list[float] = []
    for number, (text, count) in sorted(enumerate(ends), key=lambda each: each[1][1]):
        place = max(
            [count / top] + [each + LINE_OF_TEXT for each in taken if each + LINE_OF_TEXT > count / top]
        )
        taken.append(place)
        figure.add_annotation(
            x=last, y=place * top, text=f"<b>{literal(text)}</b>", showarrow=False,
            xanchor="right", yanchor="bottom",
            font={"color": palette.series[number], "size": 14},
        )  # fmt: skip


def _label_peak(figure: go.Figure, found: pl.DataFrame, colour: str) -> None:
    place = int(found["numerator"].arg_max() or 0)
    top = found.row(place, named=True)
    side = "left" if place < found.height / 2 else "right"
    figure.add_annotation(
        x=top["day"], y=top["numerator"], showarrow=False, yanchor="bottom", xanchor=side,
        text=f"<b>{written_count(top['numerator'])}</b> from {short_day(top['day'])}",
        font={"color": colour, "size": 14},
    )  # fmt: skip


def _message(title: str, courses: Mapping[str, pl.DataFrame], unit: str) -> str:
    parts = [
        f"{words} from {written_count(found['numerator'][0])} to {written_count(found['numerator'][-1])}"
        for words, found in courses.items()
    ]
    days = next(iter(courses.values()))["day"]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    return f"{title}, in {unit}, {span}: {listed_words(parts)}."


def _table(courses: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    days = next(iter(courses.values()))["day"]
    held = [pl.Series("Day", [short_day(day) for day in days])]
    return pl.DataFrame(held + [found["numerator"].alias(words) for words, found in courses.items()])
