"""Upright columns, one for each period."""

import datetime as dt
from collections.abc import Mapping

import polars as pl

from charts.bars import as_at, ended, labels_of, marked, table, title_of, written
from charts.chart import COUNTS, DAY, Canvas, Chart, in_words, literal, literals
from charts.events import TOP, Events, Span, over_time
from charts.palette import Palette
from data.formatting import capitalised, listed_words, short_day, written_count, written_day
from metrics.as_at import Clocks
from metrics.dimensions import Dimension
from metrics.metric import Metric

HALF = dt.timedelta(days=4)  # past the Monday of a week, for the whole of its column


def periods(
    metric: Metric, result: pl.DataFrame, dimension: Dimension, clocks: Clocks, palette: Palette
) -> Chart:
    """Draw a count as columns, a share as points with gaps where there was nothing, oldest first. result:
    what `evaluate` returned for the metric with `every`, its period under the dimension's name."""
    labels, title, canvas = labels_of(result, dimension), title_of(metric, dimension), Canvas(palette)
    named = marked(labels, ended(result[dimension.name], dimension.title.lower(), clocks))
    if metric.share:
        ends = canvas.whiskers(result) if metric.chance else None
        how = {"marker": {"size": 9}, "line": {"color": palette.series[0], "width": 3}, "error_y": ends}
        places = {"x": literals(named), "y": result["value"].to_numpy()}
        canvas.add("scatter", "%{x}: %{y:.1%}", mode="markers+lines", **places, **how)
    else:
        canvas.columns(literals(named), result["numerator"], palette.series[0], "%{x}: %{y:,}")
    x = {"type": "category", "showgrid": False, "nticks": 8, "tickangle": 0}
    figure = canvas.figure(320, {}, x, {**COUNTS, "tickformat": ",.0%" if metric.share else ","})
    texts = in_words("text", written(metric, result))
    known = result.with_columns(texts, in_words("label", named)).drop_nulls("value")
    alt = as_at(title, clocks, [])
    if not known.is_empty():
        places = known["value"].arg_max(), known["value"].arg_min()
        most, least = (known.row(int(place or 0), named=True) for place in places)
        alt = (
            f"{title}, as at {written_day(clocks.as_at)}, from {named[0]} to {named[-1]}: the most in "
            f"{most['label']} ({most['text']}), the least in {least['label']} ({least['text']})."
        )
    rows = table(metric, result, [dimension]).with_columns(in_words(dimension.title, named))
    return Chart(title, figure, alt, rows, tuple(labels))


def pace(
    title: str,
    weeks: pl.DataFrame,
    palette: Palette,
    *,
    unit: str,
    columns: Mapping[str, str],
    events: Events = (),
) -> Chart:
    """Draw a rate by week, the last with its number; a week of no work is a gap. weeks: `week_on, rate` and
    the columns that it was divided from; columns: their names in the table."""
    canvas, days, rates = Canvas(palette), weeks["week_on"], weeks["rate"]
    last = ["" if rate is None else f"<b>{rate:.1f}</b>" for rate in rates.tail(1)]
    texts = [""] * (len(rates) - len(last)) + last
    how = {"x0": days[0].isoformat() if len(days) else None, "dx": 7 * DAY, **canvas.at_ends(texts)}
    hover = f"week of %{{x|%-d %B %Y}}: %{{y:.1f}} {unit}"
    canvas.columns(None, rates, palette.series[0], hover, **how)
    axis = {"rangemode": "tozero", "nticks": 5}
    figure = over_time(canvas, events, _whole_weeks(days), axis)
    rows = pl.DataFrame([in_words("Week of", days, short_day)]).with_columns(
        *(weeks[name].alias(words) for name, words in columns.items()),
        rates.round(1).alias(capitalised(unit)),
    )
    worked, alt = weeks.drop_nulls("rate").select("week_on", "rate"), f"{title}: no week has any yet."
    if not worked.is_empty():
        (top_day, top), (last_day, last) = worked.row(int(worked["rate"].arg_max() or 0)), worked.row(-1)
        most = f"the most, {written_count(round(top, 1))} {unit}, in the week of {written_day(top_day)}"
        latest = f"{written_count(round(last, 1))} in the last, the week of {written_day(last_day)}"
        alt = f"{title}: {most}; {latest}."
    return Chart(title, figure, alt, rows)


def turnover(title: str, weeks: pl.DataFrame, palette: Palette, *, unit: str, events: Events = ()) -> Chart:
    """Draw two counts of each week, what came and what was done, the second as the one meant. weeks: `week`
    (its Monday) and two columns of counts."""
    canvas, (week, *names), signs = Canvas(palette), weeks.columns, list[str]()
    days = weeks[week]
    for name, colour in zip(names, (palette.other, palette.series[0]), strict=True):
        hover = f"{literal(name)}, week of %{{x|%-d %B %Y}}: %{{y:,}}"
        canvas.columns(days.to_numpy(), weeks[name], colour, hover, name=literal(name))
        signs.append(f'<span style="color:{colour}">\N{BLACK SQUARE}</span> {literal(name)}')
    canvas.note("   ".join(signs), x=0, y=1, yref="paper", yanchor="bottom", yshift=TOP)
    figure = over_time(canvas, events, _whole_weeks(days), COUNTS, margin={"t": 2 * TOP})
    sums = [f"{name} {written_count(weeks[name].sum())}" for name in names]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    rows = weeks.select(in_words("Week of", days, short_day), *names).reverse()
    return Chart(title, figure, f"{title}, {span}, in {unit}: {listed_words(sums)}.", rows)


def _whole_weeks(mondays: pl.Series) -> Span | None:
    return (mondays[0] - HALF, mondays[-1] + HALF) if len(mondays) else None
