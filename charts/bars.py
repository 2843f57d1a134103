"""Bars of a figure by a dimension or by period, with the words and the table that other charts share."""

import datetime as dt
from collections.abc import Collection, Sequence

import polars as pl

from charts.chart import COUNTS, DAY, NAMES, Canvas, Chart, Map, Part, either, in_words, literals, rows_height
from charts.events import TOP, Events, Span, over_time
from charts.palette import Palette
from data.formatting import (
    capitalised,
    counted,
    listed_words,
    short_day,
    signed,
    written_count,
    written_day,
    written_share,
)
from metrics.as_at import Clocks
from metrics.bridge import Bridge
from metrics.dimensions import PERIODS, Dimension, labelled
from metrics.metric import AnyMetric, Duration, Metric

ROOM_FOR_SHARES, ROOM_FOR_WORDS, ROOM_FOR_MEDIANS = 1.02, 1.15, 1.25
SHARE_HEIGHT, STEP_HEIGHT, COLUMN_HEIGHT = 52, 48, 240
MOST_TICKS = 4
TICK_STEPS = tuple(lead * 10.0**power for power in range(-6, 12) for lead in (1, 2, 2.5, 5))
MOST, MOST_WHOLE = 12, 5  # bars with a word each; and a count up to which an axis marks every number
HALF = dt.timedelta(days=4)  # past the Monday of a week, for the whole of its column


def bars(
    metric: AnyMetric,
    result: pl.DataFrame,
    dimension: Dimension,
    clocks: Clocks,
    palette: Palette,
    *,
    lit: Collection[str] | None = None,
) -> Chart:
    """Draw bars, a share with its 95% interval, a median not yet reached without one. result: what `evaluate`
    returned by the dimension. lit: labels of the bars that are meant; all, if none are given."""
    labels, texts, value = labels_of(result, dimension), texts_of(metric, result), result["value"]
    title, share, canvas = title_of(metric, dimension), metric.share, Canvas(palette)
    how = canvas.at_ends(None if share else texts) | {"hovertext": texts}
    how["error_x"] = canvas.whiskers(result, 5) if metric.chance else None
    meant = (lit is None or label in lit for label in labels)
    colours = either(meant, palette.series[0], palette.other)
    canvas.level_bars(labels, value.fill_null(0).to_numpy(), colours, "%{y}: %{hovertext}", **how)
    x: Part = {"visible": share, "tickangle": 0}
    y: Part = {**NAMES, "dtick": 1}
    median = isinstance(metric, Duration)
    ends = value if median else pl.concat([value, result["high"]])
    longest = float(max(ends.drop_nulls(), default=0)) or 1.0
    room = ROOM_FOR_MEDIANS if median else ROOM_FOR_SHARES if share else ROOM_FOR_WORDS
    if share:
        x |= {"tickformat": ",.1%", "tickvals": _ticks(longest)}
        # The numbers go below the names, where no width can cut them off.
        names = [f"{label}<br>{text}" for label, text in zip(literals(labels), texts, strict=True)]
        y |= {"tickvals": list(range(len(labels))), "ticktext": names}
    height = rows_height(len(labels), row=SHARE_HEIGHT) if share else rows_height(len(labels))
    figure = canvas.figure(height, {}, {**x, "range": [0, longest * room]}, y)
    alt = as_at(f"{title}, median" if median else title, clocks, paired(labels, texts))
    return Chart(title, figure, alt, table(metric, result, [dimension]), tuple(labels))


def counts(
    title: str, rows: pl.DataFrame, palette: Palette, *, named: str, unit: str, word: str, level: bool = False
) -> Chart:
    """Draw one bar for each row, upright or level (the first twelve), the marked part at its end. rows:
    `label, count, marked`, where marked is a part of count. named: what labels are. word: of what is marked,
    such as "refused"."""
    drawn = rows.head(MOST) if level else rows
    labels, part, canvas = drawn["label"].to_list(), drawn["marked"], Canvas(palette)
    rest, most = drawn["count"] - part, max(drawn["count"], default=0)
    # Past so many bars a word has no room: its number alone stands there.
    ending = f" {word}" if level or len(labels) <= MOST else ""
    texts = [f"{written_count(number)}{ending}" if number else "" for number in part]
    how = {**canvas.at_ends(texts), "constraintext": "none", "textangle": 0}
    across = {**COUNTS, **({"dtick": 1} if most <= MOST_WHOLE else {})}
    if level:
        canvas.level_bars(labels, rest.to_numpy(), palette.other, "%{y}: %{x:,}")
        canvas.level_bars(labels, part.to_numpy(), palette.mark, "%{y}: %{text}", **how)
        axes = {**across, "range": [0, 1.3 * most or 1]}, {**NAMES, "dtick": 1}
    else:
        canvas.columns(literals(labels), rest, palette.other, "%{x}: %{y:,}")
        canvas.columns(literals(labels), part, palette.mark, f"%{{x}}: %{{y:,}} {word}", **how)
        axes = {"type": "category", "showgrid": False, "nticks": 4, "tickangle": 0}, across
    height = rows_height(len(labels) if level else 0, least=COLUMN_HEIGHT)
    titles = {"label": capitalised(named), "count": capitalised(unit), "marked": capitalised(word)}
    table = rows.select(pl.col(name).alias(title) for name, title in titles.items())
    figure = canvas.figure(height, {}, *axes, barmode="stack")
    alt = f"{title}: no {unit}."
    if rows["count"].sum():
        total, marked = (written_count(int(rows[name].sum())) for name in ("count", "marked"))
        top = rows.row(int(rows["count"].arg_max() or 0), named=True)
        most = f"the most, {written_count(top['count'])}, for {top['label']}"
        alt = f"{title}: {total} {unit}, {marked} {word}; {most}."
    return Chart(title, figure, alt, table, tuple(labels))


def changes(metric: AnyMetric, bridge: Bridge, opening: Clocks, closing: Clocks, palette: Palette) -> Chart:
    names, sizes = [capitalised(step.why) for step in bridge.steps], [step.change for step in bridge.steps]
    canvas, places = Canvas(palette), list(range(len(sizes)))
    colours = either((size > 0 for size in sizes), palette.series[0], palette.series[3])
    # The same reason may both add and take away: its two bars stand at places of their own.
    how = canvas.at_ends([signed(size) for size in sizes]) | {"y": places, "hovertext": literals(names)}
    canvas.level_bars(names, sizes, colours, "%{hovertext}: %{text}", **how)
    least, most = min([0, *sizes]) * 1.2, max([0, *sizes]) * 1.2
    # A side without bars keeps room for the words of the other.
    x = {"range": [least or -most / 50, most or -least / 50], "showticklabels": False, "zeroline": True}
    broken = [name.replace(", ", ",<br>") for name in literals(names)]
    y = {"tickvals": places, "ticktext": broken, "range": [len(names) - 0.5, -0.5]}
    y |= {"showgrid": False, "zeroline": False, "ticklabelstandoff": 6}
    height = rows_height(max(len(sizes), 1), row=STEP_HEIGHT)
    title = f"{metric.title}: from {written_count(bridge.opening)} to {written_count(bridge.closing)}"
    figure = canvas.figure(height, {}, {**x, "showgrid": False}, y)
    message = changes_message(metric, bridge, opening, closing)
    return Chart(title, figure, message, changes_table(bridge, opening, closing))


def changes_message(metric: AnyMetric, bridge: Bridge, opening: Clocks, closing: Clocks) -> str:
    """As in "3,582 on 11 January 2024, 3,602 on 22 May 2024. 17 new; 3 earlier ones recorded late."."""
    days = [written_day(clocks.as_at) for clocks in (opening, closing)]
    if not bridge.steps:
        return f"{metric.title}: no change between {' and '.join(days)} ({written_count(bridge.closing)})."
    numbers = [written_count(number) for number in (bridge.opening, bridge.closing)]
    ends = ", ".join(f"{number} on {day}" for number, day in zip(numbers, days, strict=True))
    steps = "; ".join(f"{signed(step.change).removeprefix('+')} {step.why}" for step in bridge.steps)
    return f"{metric.title}: {ends}. {steps}."


def changes_table(bridge: Bridge, opening: Clocks, closing: Clocks) -> pl.DataFrame:
    lines = [
        (f"As at {written_day(opening.as_at)}", bridge.opening),
        *((capitalised(step.why), step.change) for step in bridge.steps),
        (f"As at {written_day(closing.as_at)}", bridge.closing),
    ]
    return pl.DataFrame(lines, schema={"Step": pl.String, "Number": pl.Int64}, orient="row")


def title_of(metric: AnyMetric, *split: Dimension) -> str:
    return f"{metric.title} by {' and '.join(by.title.lower() for by in split)}"


def labels_of(result: pl.DataFrame, dimension: Dimension) -> list[str]:
    return labelled(dimension, result.get_column(dimension.name).to_list())


def ended(periods: pl.Series, word: str, clocks: Clocks) -> list[bool]:
    """Whether each period, by its first day, was over at the end of the day. word: such as "week"."""
    ends = periods.dt.offset_by(PERIODS[word][0])
    return (ends <= clocks.known_until + dt.timedelta(days=1)).to_list()


def marked(labels: Sequence[str], over: Sequence[bool]) -> list[str]:
    return [label if is_over else f"{label} (not over)" for label, is_over in zip(labels, over, strict=True)]


def paired(labels: Sequence[str], texts: Sequence[str]) -> list[str]:
    return [f"{label} {text}" for label, text in zip(labels, texts, strict=True)]


def as_at(title: str, clocks: Clocks, parts: list[str]) -> str:
    day = written_day(clocks.as_at)
    return f"{title}, as at {day}: {listed_words(parts)}." if parts else f"{title}: nothing by {day}."


def written(metric: AnyMetric, result: pl.DataFrame) -> list[str]:
    """The number of each row of a result; a share of nothing as "none", a median not reached in words."""
    if isinstance(metric, Duration):
        days = result["value"]
        return ["not yet known" if value is None else counted(round(value), "day", "days") for value in days]
    if metric.share:
        return ["none" if value is None else written_share(value) for value in result["value"]]
    return [written_count(number) for number in result["numerator"]]


def table(metric: AnyMetric, result: pl.DataFrame, dimensions: Sequence[Dimension]) -> pl.DataFrame:
    columns = [in_words(by.title, labels_of(result, by)) for by in dimensions]
    if isinstance(metric, Duration):
        columns.append(in_words("Days" if metric.has_course else "Half within", written(metric, result)))
    columns.append(counts_of(metric, result))
    if metric.share or not metric.has_course:
        columns.append(result.get_column("denominator").alias(capitalised(metric.out_of or "")))
    if metric.share:
        columns.append(in_words("Share", result["value"], written_share))
        if metric.chance:
            columns.append(in_words("95% interval", result.select("low", "high").rows(), _interval))
    return pl.DataFrame(columns)


def counts_of(metric: AnyMetric, result: pl.DataFrame) -> pl.Series:
    return result.get_column("numerator").alias(capitalised(metric.counts))


def _interval(ends: tuple[float | None, float | None]) -> str:
    return "" if None in ends else " to ".join(map(written_share, ends))


def texts_of(metric: AnyMetric, result: pl.DataFrame) -> list[str]:
    if not metric.share:
        return written(metric, result)
    shares = map(written_share, result["value"])
    return [f"{share} ({counts})" for share, counts in zip(shares, parts_of(result), strict=True)]


def parts_of(result: pl.DataFrame) -> list[str]:
    counts = result.select("numerator", "denominator").rows()
    return [f"{written_count(part)} of {written_count(whole)}" for part, whole in counts]


def _ticks(longest: float) -> list[float]:
    """Places on the axis to mark: even, at most five, none beyond the longest bar."""
    step = next(step for step in TICK_STEPS if longest / step <= MOST_TICKS)
    return [step * number for number in range(int(longest / step) + 1)]


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
    title: str, weeks: pl.DataFrame, palette: Palette, *, unit: str, columns: Map, events: Events = ()
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
    for name, label, colour in zip(names, literals(names), (palette.other, palette.series[0]), strict=True):
        hover = f"{label}, week of %{{x|%-d %B %Y}}: %{{y:,}}"
        canvas.columns(days.to_numpy(), weeks[name], colour, hover, name=label)
        signs.append(f'<span style="color:{colour}">\N{BLACK SQUARE}</span> {label}')
    canvas.note("   ".join(signs), x=0, y=1, yref="paper", yanchor="bottom", yshift=TOP)
    figure = over_time(canvas, events, _whole_weeks(days), COUNTS, margin={"t": 2 * TOP})
    sums = [f"{name} {written_count(weeks[name].sum())}" for name in names]
    span = f"from {written_day(days[0])} to {written_day(days[-1])}"
    rows = weeks.select(in_words("Week of", days, short_day), *names).reverse()
    return Chart(title, figure, f"{title}, {span}, in {unit}: {listed_words(sums)}.", rows)


def _whole_weeks(mondays: pl.Series) -> Span | None:
    return (mondays[0] - HALF, mondays[-1] + HALF) if len(mondays) else None
