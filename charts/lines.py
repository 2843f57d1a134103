"""Courses over time: figures as lines, each labelled at its end, and a pace as columns, week by week."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import plotly.graph_objects as go
import polars as pl

from charts.chart import DAY, TIME, Chart, blank, legend, literal, packed
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_count, written_day

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
    days = next(iter(courses.values()))["day"]
    for number, (words, course) in enumerate(courses.items()):
        figure.add_scatter(
            x0=days[0].isoformat(),
            dx=DAY * step_of(days),
            y=packed(course["numerator"]),
            mode="lines",
            line={"color": palette.series[number], "width": 3, "shape": "hv"},
            name=literal(words),
            hovertemplate="%{fullData.name}, %{x|%-d %B %Y}: %{y:,}<extra></extra>",
        )
    if labelled == "legend":
        figure.update_layout(showlegend=True, legend=legend(palette))
    elif len(courses) > 1:
        _label_ends(figure, days[-1], courses, palette)
    else:
        _label_peak(figure, next(iter(courses.values())), palette.text)
    if len(days) > 1:
        # Words beside a line would stretch the axis to days on which nothing was, or is yet.
        figure.update_xaxes(range=[days[0], days[-1]])
    figure.update_xaxes(TIME)
    figure.update_yaxes(rangemode="tozero", tickformat=",", nticks=6)
    counts = {words: course["numerator"] for words, course in courses.items()}
    rows = [pl.Series("Day", [short_day(day) for day in days])]
    rows += [numerators.alias(words) for words, numerators in counts.items()]
    return Chart(title, figure, message_of(title, days, counts, unit), pl.DataFrame(rows))


def step_of(days: pl.Series) -> int:
    """Days from one of even-spaced days to the next."""
    return 1 if len(days) == 1 else (days[1] - days[0]).days


def _label_ends(
    figure: go.Figure, last: dt.date, courses: Mapping[str, pl.DataFrame], palette: Palette
) -> None:
    ends = [(course["numerator"][-1], words) for words, course in courses.items()]
    top = max((count for count, _ in ends), default=0) or 1
    taken: list[float] = []
    for number, (count, words) in sorted(enumerate(ends), key=lambda end: end[1][0]):
        above = [place + LINE_OF_TEXT for place in taken]
        place = max([count / top, *(place for place in above if place > count / top)])
        taken.append(place)
        figure.add_annotation(
            x=last, y=place * top, text=f"<b>{literal(words)} {written_count(count)}</b>", showarrow=False,
            xanchor="right", yanchor="bottom",
            font={"color": palette.series[number], "size": 14},
        )  # fmt: skip


def _label_peak(figure: go.Figure, course: pl.DataFrame, colour: str) -> None:
    place = int(course["numerator"].arg_max() or 0)
    top = course.row(place, named=True)
    side = "left" if place < course.height / 2 else "right"
    figure.add_annotation(
        x=top["day"], y=top["numerator"], showarrow=False, yanchor="bottom", xanchor=side,
        text=f"<b>{written_count(top['numerator'])}</b> from {short_day(top['day'])}",
        font={"color": colour, "size": 14},
    )  # fmt: skip


def message_of(title: str, days: pl.Series, counts: Mapping[str, pl.Series], unit: str) -> str:
    parts = [
        f"{words} from {written_count(numbers[0])} to {written_count(numbers[-1])}"
        for words, numbers in counts.items()
    ]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    return f"{title}, in {unit}, {span}: {listed_words(parts)}."


def pace(
    title: str, weeks: pl.DataFrame, palette: Palette, *, unit: str, columns: Mapping[str, str]
) -> Chart:
    """Draw a rate by week as upright columns; a week in which nobody worked is a gap.

    weeks: `week_on, rate` and the columns that the rate was divided from. unit: what the rate is, in words.
    columns: what each of those is called in the table, in order.
    """
    figure = blank(palette, height=300)
    figure.add_bar(
        x0=weeks["week_on"][0].isoformat() if weeks.height else None,
        dx=7 * DAY,
        y=packed(weeks["rate"]),
        marker={"color": palette.series[0]},
        hovertemplate=f"week of %{{x|%-d %B %Y}}: %{{y:.1f}} {unit}<extra></extra>",
    )
    figure.update_xaxes(TIME)
    figure.update_yaxes(rangemode="tozero", nticks=5)
    rows = [pl.Series("Week of", [short_day(day) for day in weeks["week_on"]], pl.String)]
    rows += [weeks[name].alias(words) for name, words in columns.items()]
    rows.append(weeks["rate"].round(1).alias(capitalised(unit)))
    return Chart(title, figure, _pace_message(title, weeks, unit), pl.DataFrame(rows))


def _pace_message(title: str, weeks: pl.DataFrame, unit: str) -> str:
    worked = weeks.drop_nulls("rate")
    if worked.is_empty():
        return f"{title}: no week has any yet."
    top = worked.row(int(worked["rate"].arg_max() or 0), named=True)
    last = worked.row(-1, named=True)
    return (
        f"{title}: the most, {written_count(round(top['rate'], 1))} {unit}, in the week of "
        f"{written_day(top['week_on'])}; {written_count(round(last['rate'], 1))} in the last, the week of "
        f"{written_day(last['week_on'])}."
    )
