import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from charts.chart import COUNTS, DAY, Canvas, Chart, at_ends, course, literal, time_axis
from charts.chart import columns as columns_of
from charts.events import TOP, Event, mark
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_count, written_day

LINE_OF_TEXT = 0.085
HALF = dt.timedelta(days=4)  # past the Monday of a week, for the whole of its column


def lines(
    title: str,
    courses: Mapping[str, pl.DataFrame],
    unit: str,
    palette: Palette,
    events: Sequence[Event] = (),
) -> Chart:
    """Draw counts as stepped lines, named at their ends; a single one where it is highest.

    courses: what `course` returned for each figure, by its label; all on the same even-spaced days.
    """
    days, hover = next(iter(courses.values()))["day"], "%{fullData.name}, %{x|%-d %B %Y}: %{y:,}"
    traces = [
        course(days, counts["numerator"], {"color": colour, "width": 3}, hover, name=literal(words))
        for colour, (words, counts) in zip(palette.series, courses.items(), strict=False)
    ]
    canvas = Canvas(palette, traces)
    if len(courses) > 1:
        canvas.notes.extend(_ends(days[-1], courses, palette))
    else:
        canvas.notes.append(_peak(next(iter(courses.values())), palette.text))
    mark(canvas, events, days[0], days[-1])
    # Words beside a line would stretch the axis to days on which nothing was, or is yet.
    figure = canvas.figure(250, {"t": TOP}, time_axis(days[0], days[-1]), COUNTS)
    counts = {words: course["numerator"] for words, course in courses.items()}
    rows = [pl.Series("Day", [short_day(day) for day in days])]
    rows += [numerators.alias(words) for words, numerators in counts.items()]
    return Chart(title, figure, message_of(title, days, counts, unit), pl.DataFrame(rows))


def _ends(last: dt.date, courses: Mapping[str, pl.DataFrame], palette: Palette) -> list[dict[str, Any]]:
    ends = [(course["numerator"][-1], words) for words, course in courses.items()]
    top = max((count for count, _ in ends), default=0) or 1
    taken, notes = list[float](), list[dict[str, Any]]()
    for number, (count, words) in sorted(enumerate(ends), key=lambda end: end[1][0]):
        above = [place + LINE_OF_TEXT for place in taken]
        place = max([count / top, *(place for place in above if place > count / top)])
        taken.append(place)
        note = {"x": last, "y": place * top, "text": f"<b>{literal(words)} {written_count(count)}</b>"}
        notes.append({**note, "xanchor": "right", **_above(palette.series[number])})
    return notes


def _peak(course: pl.DataFrame, colour: str) -> dict[str, Any]:
    place = int(course["numerator"].arg_max() or 0)
    top = course.row(place, named=True)
    side = "left" if place < course.height / 2 else "right"
    text = f"<b>{written_count(top['numerator'])}</b> from {short_day(top['day'])}"
    return {"x": top["day"], "y": top["numerator"], "text": text, "xanchor": side, **_above(colour)}


def _above(colour: str) -> dict[str, Any]:
    return {"showarrow": False, "yanchor": "bottom", "font": {"color": colour, "size": 12}}


def message_of(title: str, days: pl.Series, counts: Mapping[str, pl.Series], unit: str) -> str:
    parts = [
        f"{words} from {written_count(numbers[0])} to {written_count(numbers[-1])}"
        for words, numbers in counts.items()
    ]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    return f"{title}, in {unit}, {span}: {listed_words(parts)}."


def pace(
    title: str,
    weeks: pl.DataFrame,
    palette: Palette,
    *,
    unit: str,
    columns: Mapping[str, str],
    events: Sequence[Event] = (),
) -> Chart:
    """Draw a rate by week as upright columns, the last with its number; a week of no work is a gap.

    weeks: `week_on, rate` and the columns that it was divided from; columns: their names in the table.
    """
    hover = f"week of %{{x|%-d %B %Y}}: %{{y:.1f}} {unit}"
    numbers = ["" if rate is None else f"<b>{rate:.1f}</b>" for rate in weeks["rate"]]
    texts = [*("" for _ in numbers[:-1]), *numbers[-1:]]
    bar = columns_of(None, weeks["rate"], palette.series[0], hover, dx=7 * DAY, **at_ends(texts, palette))
    bar["x0"] = weeks["week_on"][0].isoformat() if weeks.height else None
    canvas, axis = Canvas(palette, [bar]), {}
    if weeks.height:
        first, last = weeks["week_on"][0] - HALF, weeks["week_on"][-1] + HALF
        axis = time_axis(first, last)
        mark(canvas, events, first, last)
    figure = canvas.figure(250, {"t": TOP}, axis, {"rangemode": "tozero", "nticks": 5})
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
