"""Any figure over time or on the day, split and compared as chosen, with its rows and its file."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from charts.bars import bars, table
from charts.cells import heat
from charts.chart import Canvas, Chart
from charts.columns import periods
from charts.events import Event
from charts.palette import LIGHT, Palette
from charts.series import MOST_LINES, lines_of, small_multiples
from data.formatting import capitalised, short_day
from metrics.as_at import Clocks
from metrics.dimensions import PART, PERIODS, Dimension, labelled, period
from metrics.metric import AnyMetric, Duration, Metric
from pages.shell import choices
from pages.shell.address import Day, option
from pages.shell.page_start import current_view
from pages.widgets import chart_card, export_button, rows
from service.events import events as events_of
from service.over_time import added_up, compared, lines_by, over_time
from service.rows import occurring
from service.sentences.explore import lines_title, measure, method, sentence
from service.sentences.figure import chance_of, small_print
from service.view import View

NOTHING, WHOLE = "nothing", "all together"
LINE, BAR, TABLE = "Line", "Bar", "Table"
ANOTHER_DAY, OTHER_CLOCK = "Another day", "The other clock"
MOST_BARS, MOST_ACROSS, MOST_POINTS = 20, 24, 60
DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
BEHIND = "behind_explored"
FIRST = "failures"
NO_ROWS = "Nothing counts towards this figure by this day: choose a later day or narrow the view less."
Pair = Callable[[View], Mapping[str, View]]


@dataclass(frozen=True, eq=False)
class Choice:
    """A figure and how it is shown. period: one of `PERIODS`. only: labels of the split, where two are
    compared. pair: the two views that are compared, by their labels."""

    metric: AnyMetric
    split: tuple[Dimension, ...]
    period: str | None
    form: str
    only: tuple[str, ...] = ()
    pair: Pair | None = None
    shown: tuple[dt.date | None, dt.date | None] = (None, None)

    @property
    def every(self) -> str:
        return PERIODS[self.period or "month"][0]

    @property
    def keys(self) -> tuple[Dimension, ...]:
        when = (period(self.metric.dated_by, self.period),) if self.period else ()
        return (*when, *self.split)

    @property
    def title(self) -> str:
        by = [dimension.title.lower() for dimension in self.keys]
        return f"{self.metric.title} by {' and '.join(by)}" if by else self.metric.title


def draw() -> None:
    view = current_view(population="applications")
    heading = st.empty()
    choice = ask_choice(view)
    heading.header(sentence(view, choice.metric), anchor=False)
    figure = view.figure(choice.metric.name)
    if figure.denominator is not None:
        st.caption(f"{capitalised(small_print(figure))}.")
    if not figure.numerator and not figure.denominator:
        st.info(NO_ROWS)
        return
    happened = events_of(view, [choice.metric.name])
    if choice.form == TABLE:
        _card(view, choice, partial(_on_the_day, choice=choice), key="explored", table_only=True)
    elif choice.form == LINE:
        chart_card.side_by_side(
            lambda: _over_time(view, choice, happened), lambda: _beside(view, choice), widths=[3, 2]
        )
    else:
        timed = isinstance(choice.metric, Metric)
        usual = _usual_period(view, choice.metric) if timed else None
        total = replace(choice, split=(), period=usual, only=(), pair=None, shown=(None, None))
        drawings: list[Callable[[], object]] = [
            lambda: _card(
                view, choice, partial(_on_the_day, choice=choice), key="explored", chosen=_chosen(choice)
            )
        ]
        if timed and not choice.period:
            drawings.append(
                lambda: _card(view, total, partial(_lines, choice=total, events=happened), key="total")
            )
        chart_card.side_by_side(*drawings)
    _rows(view, choice)


def ask_choice(view: View) -> Choice:
    metrics = {metric.title: metric for metric in view.source.catalogue() if view.loaded([metric.name])}
    columns = st.columns([4, 3, 3, 2, 3, 2, 2], vertical_alignment="bottom", gap="small")
    usual = next((title for title, metric in metrics.items() if metric.name == FIRST), None)
    metric = metrics[choices.one("Figure", list(metrics), key="figure", default=usual, place=columns[0])]
    dimensions = {dimension.title: dimension for dimension in view.dimensions(metric.subject)}
    forms = [LINE, BAR, TABLE] if isinstance(metric, Metric) else [BAR, TABLE]
    asked = option("form", "Form", forms, widget="segmented_control")
    form = choices.ask(asked, forms[0], place=columns[4], required=True)
    with columns[5].popover("Compare", key="compare_menu", width="stretch"):
        only, pair, compared_by = _comparison(view, metric, dimensions)
    usual = next(iter(dimensions), NOTHING)
    how: dict[str, Any] = {"disabled": bool(only or pair)}
    first = _split("Split by", dimensions, "by", usual, place=columns[1], **how)
    others = {title: dimension for title, dimension in dimensions.items() if dimension is not first}
    second = _split("and by", others, "and", place=columns[2], **how) if first else None
    if only or pair:
        first, second = compared_by, None
    word = _period(view, metric, form, columns[3])
    # What stood at the end of a period is split by one dimension.
    split = (first, None) if word and form != LINE and not _happens(metric) else (first, second)
    choice = Choice(metric, tuple(filter(None, split)), word, form, only, pair)
    return replace(choice, shown=_shown(view, choice, columns[6])) if form == LINE else choice


def _split(
    label: str,
    splits: Mapping[str, Dimension],
    key: str,
    default: str = NOTHING,
    **how: Any,  # noqa: ANN401
) -> Dimension | None:
    return splits.get(choices.one(label, [NOTHING, *splits], key=key, default=default, **how))


def _usual_period(view: View, metric: AnyMetric) -> str:
    """Return the shortest period of which there are few enough to draw."""
    months = over_time(view, metric.name, "1mo")["period"]
    days = (view.clocks.known_until - months[0]).days if len(months) else 0
    return next((word for word, length in DAYS.items() if days / length <= MOST_POINTS), "year")


def _period(view: View, metric: AnyMetric, form: str, place: Any) -> str | None:  # noqa: ANN401  # a column
    if not isinstance(metric, Metric):
        return None
    titles = {capitalised(word): word for word in PERIODS}
    if form == LINE:
        default = capitalised(_usual_period(view, metric))
        return titles[choices.one("Period", list(titles), key="period", default=default, place=place)]
    return titles.get(choices.one("Period", [WHOLE, *titles], key="period", place=place))


def _happens(metric: AnyMetric) -> bool:
    """Whether the rows of a period are those that its bar counts."""
    return isinstance(metric, Metric) and added_up(metric) and metric.subject != "staffing"


def _comparison(
    view: View, metric: AnyMetric, dimensions: Mapping[str, Dimension]
) -> tuple[tuple[str, ...], Pair | None, Dimension | None]:
    """Return two labels of a dimension, or two views; neither where nothing is compared."""
    clock = [OTHER_CLOCK] if view.many_states or view.as_known_then else []
    kind = choices.one("Compare", [NOTHING, *dimensions, ANOTHER_DAY, *clock], key="compare")
    if kind in dimensions:
        labels = _labels(view, metric, dimensions[kind])
        if len(labels) <= 1:
            st.caption("There are fewer than two to compare.")
            return (), None, None
        first = choices.one("This", labels, key="this")
        rest = [label for label in labels if label != first]
        return (first, choices.one("with", rest, key="that")), None, dimensions[kind]
    if kind == ANOTHER_DAY:
        source = view.source
        usual = max(view.clocks.as_at - dt.timedelta(weeks=4), source.first_day)
        day = choices.ask(Day("other_day", "Day", source.first_day, source.last_day), usual)
        return (), partial(_days, day=day), None
    return (), _clocks if kind == OTHER_CLOCK else None, None


def _labels(view: View, metric: AnyMetric, by: Dimension) -> list[str]:
    """Labels in which anything counts, the most first."""
    result = occurring(view.result(metric.name, by=[by.name]), [by.name])
    result = result.sort("numerator", descending=True, maintain_order=True)
    return labelled(by, result[by.name].to_list())


def _days(view: View, day: dt.date) -> dict[str, View]:
    clocks = Clocks.then(day) if view.as_known_then else Clocks(day, view.clocks.known_at)
    both = (view, replace(view, clocks=clocks))
    return {f"As at {short_day(one.clocks.as_at)}": one for one in both}


def _clocks(view: View) -> dict[str, View]:
    day, last = view.clocks.as_at, view.source.last_day
    other = Clocks(day, last) if view.clocks.known_at == day else Clocks.then(day)
    return {f"Known {short_day(one.clocks.known_at)}": one for one in (view, replace(view, clocks=other))}


def _shown(view: View, choice: Choice, place: Any) -> tuple[dt.date | None, dt.date | None]:  # noqa: ANN401
    """Return the first and last period drawn, as chosen here or by dragging over the chart."""
    starts = over_time(view, choice.metric.name, choice.every)["period"].to_list()
    written = PERIODS[choice.period or "month"][1]
    days = {written(day): day for day in starts}
    chosen = any(choices.chosen(name) for name in ("begins", "ends"))
    with place.popover("Dates (set)" if chosen else "Dates", key="dates_menu", width="stretch"):
        first = choices.ask(
            option("begins", "From", list(days), optional=True), None, placeholder="The first"
        )
        last = choices.ask(option("ends", "To", list(days), optional=True), None, placeholder="The last")
        st.button("Reset", key="reset_dates", on_click=_reset, disabled=not chosen)
    return days.get(first), days.get(last)


def _reset() -> None:
    for name in ("begins", "ends"):
        choices.choose(name, None)


def _brush(choice: Choice, starts: Sequence[dt.date], boxes: Sequence[Mapping[str, Any]]) -> None:
    """Show the periods that were dragged over."""
    if not boxes:
        return
    edges = sorted(dt.date.fromisoformat(str(edge)[:10]) for edge in boxes[0]["x"])
    inside = [day for day in starts if edges[0] <= day <= edges[1]]
    if len(inside) > 1:
        written = PERIODS[choice.period or "month"][1]
        choices.choose("begins", written(inside[0]))
        choices.choose("ends", written(inside[-1]))


def course_of(view: View, choice: Choice) -> pl.DataFrame:
    """Return `period, label, value` of the periods shown, the line that ends highest first."""
    name, label = choice.metric.name, choice.metric.title
    if choice.pair:
        long = compared(choice.pair(view), name, choice.every)
    elif choice.split:
        by = choice.split[0]
        long = lines_by(view, name, choice.every, by.name)
        if by is not PART:
            long = long.filter((pl.col("value").max() > 0).over("label"))
        if choice.only:
            long = long.filter(pl.col("label").is_in(choice.only))
    else:
        long = over_time(view, name, choice.every).select("period", pl.lit(label).alias("label"), "value")
    first, last = choice.shown
    long = long.filter(pl.col("period") >= first) if first else long
    long = long.filter(pl.col("period") <= last) if last else long
    if choice.pair or choice.only:
        return long
    ends = pl.col("value").drop_nulls().last().over("label")
    return long.sort(ends, "label", "period", descending=[True, False, False], nulls_last=True)


def _lines(view: View, colours: Palette, *, choice: Choice, events: Sequence[Event] = ()) -> Chart:
    long, word = course_of(view, choice), choice.period or "month"
    share = choice.metric.share
    if choice.pair or choice.only:
        title = f"{choice.metric.title} by {word}, compared"
    else:
        title = choice.title if len(choice.split) <= 1 else replace(choice, split=choice.split[:1]).title
    if long["label"].n_unique() > MOST_LINES:
        return small_multiples(title, long, colours, share=share, every=word)
    return lines_of(title, long, colours, share=share, every=word, events=events)


def _over_time(view: View, choice: Choice, events: Sequence[Event]) -> None:
    starts = over_time(view, choice.metric.name, choice.every)["period"].to_list()
    _card(
        view,
        choice,
        partial(_lines, choice=choice, events=events),
        key="explored",
        brushed=partial(_brush, choice, starts),
        headline=lines_title(course_of(view, choice), choice.metric),
        measure=measure(choice.metric, choice.period or ""),
    )


def _beside(view: View, choice: Choice) -> None:
    """Draw the same on the day: by what it is split by, or by the first that there is."""
    dimensions = view.dimensions(choice.metric.subject)
    split = choice.split or (() if choice.pair else dimensions[:1])
    day = replace(choice, split=split, period=None)
    if split or choice.pair:
        chosen = _chosen(day) if choice.split else ""
        _card(view, day, partial(_on_the_day, choice=day), key="on_the_day", chosen=chosen)


def _chosen(choice: Choice) -> str:
    """Return the choice of rows that a click on a bar sets; none where its bars are no rows' own."""
    return BEHIND if len(choice.keys) == 1 and not choice.pair and not _state(choice) else ""


def _card(
    view: View,
    choice: Choice,
    make: Callable[[View, Palette], Chart],
    *,
    key: str,
    table_only: bool = False,
    **how: Any,  # noqa: ANN401  # of a card
) -> None:
    chart = make(view, chart_card.colours())
    if choice.form == LINE or choice.pair or choice.only or _state(choice):
        offer = export_button.of_table(view, chart.title, lambda view: make(view, LIGHT).table)
    else:
        by, every = [dimension.name for dimension in choice.split], choice.every if choice.period else None
        offer = export_button.of_figure(view, choice.metric.name, by=by, every=every, occurring=True)
    if table_only or not chart.figure.data:
        with chart_card.frame(key):
            chart_card.head(chart.title)
            st.dataframe(chart.table, hide_index=True)
            offer.draw(key=key)
        return
    about = " ".join(filter(None, (method(choice.metric, choice.period), _chance(view, choice))))
    chart_card.show(chart, key=key, offer=offer, method=about, **how)


def _chance(view: View, choice: Choice) -> str:
    if len(choice.split) != 1 or choice.period or not choice.metric.chance or choice.pair:
        return ""
    return chance_of(result_of(view, choice), f"the groups by {choice.split[0].title.lower()}")


def _state(choice: Choice) -> bool:
    """Whether each period has what stood at its end."""
    return bool(choice.period) and not _happens(choice.metric)


def result_of(view: View, choice: Choice) -> pl.DataFrame:
    name, by = choice.metric.name, [dimension.name for dimension in choice.split]
    if choice.pair:
        views = choice.pair(view).items()
        return pl.concat([one.result(name).with_columns(compared=pl.lit(label)) for label, one in views])
    if _state(choice):
        result = occurring(over_time(view, name, choice.every, *by), by)
    else:
        result = occurring(view.result(name, by=by, every=choice.every if choice.period else None), by)
    result = result.rename({"period": choice.keys[0].name}) if choice.period else result
    if choice.only:
        labels = pl.Series(labelled(choice.split[0], result[by[0]].to_list()), dtype=pl.String)
        result = result.filter(labels.is_in(choice.only))
    return result


def _on_the_day(view: View, colours: Palette, *, choice: Choice) -> Chart:
    """Draw up to two keys; none has no picture, and three have none that can be read."""
    metric, clocks, result = choice.metric, view.clocks, result_of(view, choice)
    keys = choice.keys
    if choice.pair:
        keys = (Dimension("compared", "Compared"),)
        result = result.with_columns(pl.col("low", "high").cast(pl.Float64))
    match keys:
        case (_, across):
            chart = heat(metric, _largest(result, across, MOST_ACROSS), keys, clocks, colours)
        case (key,) if choice.period and not choice.pair and isinstance(metric, Metric):
            chart = periods(metric, result, key, clocks, colours)
        case (key,):
            chart = bars(metric, _largest(result, key, MOST_BARS), key, clocks, colours)
        case _:
            chart = Chart(choice.title, Canvas(colours).figure(240), "", result)
    return replace(chart, table=table(metric, result, keys))


def _largest(result: pl.DataFrame, by: Dimension, most: int) -> pl.DataFrame:
    sums = result.group_by(by.name).agg(pl.col("numerator").sum()).sort("numerator", by.name)
    if sums.height <= most:
        return result
    largest = sums.tail(most).select(by.name)
    return result.join(largest, on=by.name, how="semi", nulls_equal=True, maintain_order="left")


def _rows(view: View, choice: Choice) -> None:
    if choice.form == LINE or choice.pair or _state(choice):
        choice = replace(choice, period=None, pair=None)
    if not choice.keys:
        rows.rows_on_demand(view, choice.metric.name, "Rows", key="rows_explored")
        return
    result = result_of(view, choice)
    waiting = result.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))
    behind = waiting if isinstance(choice.metric, Duration) else result
    rows.under(view, choice.metric.name, behind, choice.keys, key=BEHIND)
