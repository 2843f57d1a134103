"""Any figure over time or on the day, split and compared as chosen, with its rows and its file."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.bars import bars, labels_of, periods, table
from charts.cells import heat
from charts.chart import Canvas, Chart
from charts.lines import MOST_LINES, lines_of, small_multiples
from charts.palette import LIGHT, Palette
from data.formatting import capitalised, short_day
from metrics.as_at import Clocks
from metrics.dimensions import PART, PERIODS, Dimension, dimension
from metrics.metric import AnyMetric, Metric
from pages.shell import choices
from pages.shell.address import Day, option
from pages.shell.page_start import current_view
from pages.widgets import chart_card, export_button, rows
from service.events import events
from service.over_time import added_up, compared, lines_by, over_time
from service.results import occurring
from service.sentences.figure import chance_of, lines_title, measure, method, sentence, small_print
from service.view import View

NOTHING, WHOLE = "nothing", "all together"
LINE, BAR, TABLE = "Line", "Bar", "Table"
ANOTHER_DAY, OTHER_CLOCK = "Another day", "The other clock"
MOST_BARS, MOST_ACROSS, MOST_POINTS = 20, 24, 60
DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
BEHIND = "behind_explored"
EDGES = ("begins", "ends")  # of the periods shown
Pair = Callable[[View], Mapping[str, View]]


@dataclass(frozen=True, eq=False)
class Choice:
    """A figure and how it is shown. period: one of `PERIODS`. only: labels of the split, where two are
    compared. pair: the two views that are compared, by their labels. shown: the first and last period."""

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
    def names(self) -> list[str]:
        return [split.name for split in self.split]

    @property
    def keys(self) -> tuple[Dimension, ...]:
        when = (dimension(f"{self.period} of {self.metric.dated_by}"),) if self.period else ()
        return (*when, *self.split)

    @property
    def title(self) -> str:
        by = [dimension.title.lower() for dimension in self.keys]
        return f"{self.metric.title} by {' and '.join(by)}" if by else self.metric.title

    @property
    def state(self) -> bool:
        """Whether each period has what stood at its end."""
        return bool(self.period) and not _happens(self.metric)


Drawing = Callable[[View, Palette, Choice], Chart]


def draw() -> None:
    view = current_view()
    heading = st.empty()
    choice = ask_choice(view)
    heading.header(sentence(view, choice.metric), anchor=False)
    figure = view.figure(choice.metric.name)
    if figure.denominator is not None:
        st.caption(f"{capitalised(small_print(figure))}.")
    if not figure.numerator and not figure.denominator:
        st.info("Nothing counts towards this figure by this day: choose a later day or narrow the view less.")
        return
    if choice.form == TABLE:
        _card(view, choice, _on_the_day, key="explored")
    elif choice.form == LINE:
        drawings = (lambda: _over_time(view, choice), lambda: _on_one_day(view, choice))
        chart_card.side_by_side(*drawings, widths=[3, 2])
    else:
        timed = isinstance(choice.metric, Metric)
        usual = _usual_period(view, choice.metric) if timed else None
        total = replace(choice, split=(), period=usual, only=(), pair=None)
        lines = partial(_card, view, total, _lines, key="total")
        chart_card.side_by_side(
            partial(_card, view, choice, _on_the_day, key="explored", chosen=_chosen(choice)),
            *([lines] if timed and not choice.period else []),
        )
    _rows(view, choice)


def ask_choice(view: View) -> Choice:
    metrics = {metric.title: metric for metric in view.source.catalogue() if view.loaded([metric.name])}
    columns = st.columns([4, 3, 3, 2, 3, 2, 2], vertical_alignment="bottom", gap="small")
    usual = next((title for title, metric in metrics.items() if metric.name == "failures"), None)
    metric = metrics[choices.one("Figure", list(metrics), key="figure", default=usual, place=columns[0])]
    splits = {dimension.title: dimension for dimension in view.dimensions(metric.subject)}
    forms = [LINE, BAR, TABLE] if metric.has_course else [BAR, TABLE]
    asked = option("form", "Form", forms, widget="segmented_control")
    form = choices.ask(asked, forms[0], place=columns[4], required=True)
    with columns[5].popover("Compare", key="compare_menu", width="stretch"):
        only, pair, compared_by = _comparison(view, metric, splits)
    usual, how = next(iter(splits), NOTHING), {"disabled": bool(only or pair)}
    titles = [NOTHING, *splits]
    first = choices.one("Split by", titles, key="by", default=usual, place=columns[1], **how)
    second = NOTHING
    if first != NOTHING:
        others = [title for title in titles if title != first]
        second = choices.one("and by", others, key="and", default=NOTHING, place=columns[2], **how)
    word = _period(view, metric, form, columns[3])
    split = tuple(splits[title] for title in (first, second) if title != NOTHING)
    if only or pair:
        split = (compared_by,) if compared_by else ()
    # What stood at the end of a period is split by one dimension.
    split = split[:1] if word and form != LINE and not _happens(metric) else split
    choice = Choice(metric, split, word, form, only, pair)
    return replace(choice, shown=_shown(view, choice, columns[6])) if form == LINE else choice


def _usual_period(view: View, metric: AnyMetric) -> str:
    months = over_time(view, metric.name, "1mo")["period"]
    days = (view.clocks.known_until - months[0]).days if len(months) else 0
    return next((word for word, length in DAYS.items() if days / length <= MOST_POINTS), "year")


def _period(view: View, metric: AnyMetric, form: str, place: DeltaGenerator) -> str | None:
    if not isinstance(metric, Metric) and form != LINE:
        return None
    titles = {capitalised(word): word for word in PERIODS}
    if form == LINE:
        default = capitalised(_usual_period(view, metric))
        return titles[choices.one("Period", list(titles), key="period", default=default, place=place)]
    return titles.get(choices.one("Period", [WHOLE, *titles], key="period", place=place))


def _happens(metric: AnyMetric) -> bool:
    """Whether the rows of a period are those that its bar counts."""
    return added_up(metric) and metric.subject != "staffing"


def _comparison(
    view: View, metric: AnyMetric, splits: Mapping[str, Dimension]
) -> tuple[tuple[str, ...], Pair | None, Dimension | None]:
    """Return two labels of a dimension, or two views; neither where nothing is compared."""
    clock = [OTHER_CLOCK] if view.many_states else []
    kind = choices.one("Compare", [NOTHING, *splits, ANOTHER_DAY, *clock], key="compare")
    if kind in splits:
        # Those in which anything counts, the most first.
        result = occurring(view.result(metric.name, by=[splits[kind].name]), [splits[kind].name])
        result = result.sort("numerator", descending=True, maintain_order=True)
        labels = labels_of(result, splits[kind])
        if len(labels) <= 1:
            st.caption("There are fewer than two to compare.")
            return (), None, None
        first = choices.one("This", labels, key="this")
        rest = [label for label in labels if label != first]
        return (first, choices.one("with", rest, key="that")), None, splits[kind]
    if kind == ANOTHER_DAY:
        source = view.source
        usual = max(view.clocks.as_at - dt.timedelta(weeks=4), source.first_day)
        day = choices.ask(Day("other_day", "Day", source.first_day, source.last_day), usual)
        return (), partial(_days, day=day), None
    return (), _clocks if kind == OTHER_CLOCK else None, None


def _days(view: View, day: dt.date) -> dict[str, View]:
    clocks = Clocks.then(day) if view.as_known_then else Clocks(day, view.clocks.known_at)
    both = (view, replace(view, clocks=clocks))
    return {f"As at {short_day(one.clocks.as_at)}": one for one in both}


def _clocks(view: View) -> dict[str, View]:
    day, last = view.clocks.as_at, view.source.last_day
    other = Clocks(day, last) if view.clocks.known_at == day else Clocks.then(day)
    return {f"Known {short_day(one.clocks.known_at)}": one for one in (view, replace(view, clocks=other))}


def _shown(view: View, choice: Choice, place: DeltaGenerator) -> tuple[dt.date | None, dt.date | None]:
    starts = over_time(view, choice.metric.name, choice.every)["period"].to_list()
    written = PERIODS[choice.period or "month"][1]
    days = {written(day): day for day in starts}
    chosen = any(map(choices.chosen, EDGES))
    with place.popover("Dates (set)" if chosen else "Dates", key="dates_menu", width="stretch"):
        first, last = (
            choices.ask(option(name, title, list(days), optional=True), None, placeholder=f"The {usual}")
            for name, title, usual in (("begins", "From", "first"), ("ends", "To", "last"))
        )
        st.button("Reset", key="reset_dates", on_click=choices.clear, args=(EDGES, None), disabled=not chosen)
    return days.get(first), days.get(last)


def _brush(choice: Choice, starts: Sequence[dt.date], boxes: Sequence[Mapping[str, Any]]) -> None:
    if not boxes:
        return
    edges = sorted(dt.date.fromisoformat(str(edge)[:10]) for edge in boxes[0]["x"])
    inside = [day for day in starts if edges[0] <= day <= edges[1]]
    if len(inside) > 1:
        written = PERIODS[choice.period or "month"][1]
        for name, day in zip(EDGES, (inside[0], inside[-1]), strict=True):
            choices.choose(name, written(day))


def course_of(view: View, choice: Choice) -> pl.DataFrame:
    """Return `period, label, value` of the periods shown, the line that ends highest first."""
    name, (first, last) = choice.metric.name, choice.shown
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
        long = compared({choice.metric.title: view}, name, choice.every)
    long = long.filter(pl.col("period").is_between(first or dt.date.min, last or dt.date.max))
    if choice.pair or choice.only:
        return long
    ends = pl.col("value").drop_nulls().last().over("label")
    return long.sort(ends, "label", "period", descending=[True, False, False], nulls_last=True)


def _lines(view: View, colours: Palette, choice: Choice) -> Chart:
    long, word, share = course_of(view, choice), choice.period or "month", choice.metric.share
    title = replace(choice, split=choice.split[:1]).title
    if choice.pair or choice.only:
        title = f"{choice.metric.title} by {word}, compared"
    if long["label"].n_unique() > MOST_LINES:
        return small_multiples(title, long, colours, share=share, every=word)
    marked = events(view, [choice.metric.name])
    return lines_of(title, long, colours, share=share, every=word, events=marked)


def _over_time(view: View, choice: Choice) -> None:
    starts = over_time(view, choice.metric.name, choice.every)["period"].to_list()
    title = lines_title(course_of(view, choice), choice.metric)
    how = {"headline": title, "measure": measure(choice.metric, choice.period or "")}
    _card(view, choice, _lines, key="explored", brushed=partial(_brush, choice, starts), **how)


def _on_one_day(view: View, choice: Choice) -> None:
    split = choice.split or (() if choice.pair else view.dimensions(choice.metric.subject)[:1])
    day = replace(choice, split=tuple(split), period=None)
    if split or choice.pair:
        _card(view, day, _on_the_day, key="on_the_day", chosen=_chosen(day) if choice.split else "")


def _chosen(choice: Choice) -> str:
    """Return the choice of rows that a click on a bar sets; none where its bars are no rows' own."""
    return BEHIND if len(choice.keys) == 1 and not choice.pair and not choice.state else ""


def _card(view: View, choice: Choice, make: Drawing, *, key: str, **how: object) -> None:
    chart = make(view, chart_card.colours(), choice)
    if choice.form == LINE or choice.pair or choice.only or choice.state:
        offer = export_button.of_table(view, chart.title, lambda view: make(view, LIGHT, choice).table)
    else:
        every = choice.every if choice.period else None
        offer = export_button.of_figure(
            view, choice.metric.name, by=choice.names, every=every, occurring=True
        )
    if choice.form == TABLE or not chart.spec["data"]:
        with chart_card.frame(key, chart.title):
            st.dataframe(chart.table, hide_index=True)
            offer.draw(key=key)
        return
    about = " ".join(filter(None, (method(choice.metric, choice.period), _chance(view, choice))))
    chart_card.show(chart, key=key, offer=offer, method=about, **how)


def _chance(view: View, choice: Choice) -> str:
    if len(choice.split) != 1 or choice.period or not choice.metric.chance or choice.pair:
        return ""
    return chance_of(result_of(view, choice), f"the groups by {choice.split[0].title.lower()}")


def result_of(view: View, choice: Choice) -> pl.DataFrame:
    name, by = choice.metric.name, choice.names
    if choice.pair:
        views = choice.pair(view).items()
        return pl.concat([one.result(name).with_columns(compared=pl.lit(label)) for label, one in views])
    if choice.state:
        result = over_time(view, name, choice.every, *by)
    else:
        result = view.result(name, by=by, every=choice.every if choice.period else None)
    result = occurring(result, by)
    result = result.rename({"period": choice.keys[0].name}) if choice.period else result
    if choice.only:
        labels = pl.Series(labels_of(result, choice.split[0]), dtype=pl.String)
        result = result.filter(labels.is_in(choice.only))
    return result


def _on_the_day(view: View, colours: Palette, choice: Choice) -> Chart:
    """Draw up to two keys; none has no picture, and three have none that can be read."""
    metric, clocks, result, keys = choice.metric, view.clocks, result_of(view, choice), choice.keys
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
    if choice.form == LINE or choice.pair or choice.state:
        choice = replace(choice, period=None, pair=None)
    if not choice.keys:
        rows.rows_on_demand(view, choice.metric.name, "Rows", key="rows_explored")
        return
    result = result_of(view, choice)
    if not choice.metric.has_course:
        result = result.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))
    rows.under(view, choice.metric.name, result, choice.keys, key=BEHIND)
