"""A pace: how much is done in a day's or a person's work, week by week."""

from collections.abc import Mapping

import polars as pl

from charts.bars import WEEKLY
from charts.chart import Chart, blank, packed
from charts.lines import DAY
from charts.palette import Palette
from data.formatting import short_day, written_count, written_day

HEIGHT = 300


def pace(
    title: str, weeks: pl.DataFrame, palette: Palette, *, unit: str, columns: Mapping[str, str]
) -> Chart:
    """Draw a rate by week as upright columns; a week in which nobody worked is a gap.

    weeks: `week_on, rate` and the columns that the rate was divided from. unit: what the rate is, in words.
    columns: what each of those is called in the table, in order.
    """
    figure = blank(palette, height=HEIGHT)
    figure.add_bar(
        x0=weeks["week_on"][0].isoformat() if weeks.height else None,
        dx=7 * DAY,
        y=packed(weeks["rate"]),
        marker={"color": palette.series[0]},
        hovertemplate=f"week of %{{x|%-d %B %Y}}: %{{y:.1f}} {unit}<extra></extra>",
    )
    figure.update_xaxes(WEEKLY, type="date", showgrid=False)
    figure.update_yaxes(rangemode="tozero", nticks=5)
    return Chart(title, figure, _message(title, weeks, unit), _table(weeks, unit, columns))


def _message(title: str, weeks: pl.DataFrame, unit: str) -> str:
    told = weeks.drop_nulls("rate")
    if told.is_empty():
        return f"{title}: no week has any yet."
    top = told.row(int(told["rate"].arg_max() or 0), named=True)
    last = told.row(-1, named=True)
    return (
        f"{title}: the most, {written_count(round(top['rate'], 1))} {unit}, in the week of "
        f"{written_day(top['week_on'])}; {written_count(round(last['rate'], 1))} in the last, the week of "
        f"{written_day(last['week_on'])}."
    )


def _table(weeks: pl.DataFrame, unit: str, columns: Mapping[str, str]) -> pl.DataFrame:
    days = pl.Series("Week of", [short_day(day) for day in weeks["week_on"]], pl.String)
    held = [weeks[name].alias(words) for name, words in columns.items()]
    return pl.DataFrame([days, *held, weeks["rate"].round(1).alias(f"{unit[0].upper()}{unit[1:]}")])
