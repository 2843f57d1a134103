"""What came and what was done, by week."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, columns, literal, time_axis
from charts.events import TOP, Event, mark
from charts.palette import Palette
from data.formatting import listed_words, short_day, written_count, written_day

HALF = dt.timedelta(days=4)


def turnover(
    title: str,
    weeks: pl.DataFrame,
    names: Sequence[str],
    palette: Palette,
    *,
    unit: str,
    events: Sequence[Event] = (),
) -> Chart:
    """Draw two counts of each week as columns, the second as the one meant.

    weeks: `week` (its Monday) and a column for each of the names, in order.
    """
    canvas, days, signs = Canvas(palette), weeks["week"], list[str]()
    for name, colour in zip(names, (palette.other, palette.series[0]), strict=True):
        hover = f"{literal(name)}, week of %{{x|%-d %B %Y}}: %{{y:,}}"
        canvas.traces.append(columns(days.to_numpy(), weeks[name], colour, hover, name=literal(name)))
        signs.append(f'<span style="color:{colour}">\N{BLACK SQUARE}</span> {literal(name)}')
    canvas.note("   ".join(signs), x=0, y=1, yref="paper", yanchor="bottom", yshift=TOP)
    first, last = days[0] - HALF, days[-1] + HALF
    mark(canvas, events, first, last)
    figure = canvas.figure(250, {"t": 2 * TOP}, time_axis(first, last), COUNTS)
    sums = [f"{name} {written_count(weeks[name].sum())}" for name in names]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    table = weeks.select(
        pl.Series("Week of", [short_day(day) for day in days], dtype=pl.String), *names
    ).reverse()
    return Chart(title, figure, f"{title}, {span}, in {unit}: {listed_words(sums)}.", table)
