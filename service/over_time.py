"""The days that a line is drawn over, and the work done over them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from charts.chart import Chart
from charts.lines import lines
from charts.palette import Palette
from data.formatting import capitalised, written_day
from metrics.as_at import Clocks
from metrics.dimensions import dimension, labelled
from metrics.metric import AnyMetric, Metric
from metrics.rates import added, periods, rates
from service.cache import of_view
from service.view import View

# Past this many points a line looks the same by the week, and costs a seventh.
MOST_DAYS = 400
RESULT = ("numerator", "denominator", "value", "low", "high")
BURN_UP = {"In the review": "population", "{Triaged}": "risk_assessed", "{Detailed_reviewed}": "completed"}


@of_view
def days_of(view: View, first: dt.date | None = None) -> list[dt.date]:
    """Days of the review until the last that the view can know, each day or, over a long time, each week.

    first: where they begin, if not with the review.
    """
    last = view.clocks.known_until
    first = min(first or view.source.terms.began_on, last)
    step = 1 if (last - first).days <= MOST_DAYS else 7
    return [last - dt.timedelta(days=step * back) for back in range((last - first).days // step, -1, -1)]


def every_day(view: View, last: dt.date) -> list[dt.date]:
    return _days(min(view.source.terms.began_on, last), last)


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return pl.date_range(first, last, eager=True).to_list()


@of_view
def scope_since_whole(view: View) -> pl.DataFrame:
    """Return `day, size` of the scope, as was known on each day, from the first on which all that was in it
    had been risk assessed; no row before that, nor where only one load says what was known."""
    days = every_day(view, view.clocks.known_until)
    names = ["population", "risk_assessed"]
    size, assessed = (view.course(name, days, then=True)["numerator"] for name in names)
    whole = ((size > 0) & (size == assessed)).cum_max()
    is_known = view.loaded(names) == names and view.many_states
    return pl.DataFrame({"day": days, "size": size}).filter(whole & is_known)


@of_view
def last_extract(view: View) -> dt.date:
    return min(view.clocks.as_at, view.extract_day("reviews") or view.clocks.as_at)


@of_view
def begun_days(view: View, *, then: bool) -> list[dt.date]:
    """Return the days of `days_of` from the first on which a case had been received, and one was known."""
    last = view.clocks.known_until
    days = view.course("population", _days(min(view.source.first_day, last), last), then=False)
    begun = days.filter(pl.col("numerator") > 0)["day"]
    first = begun[0] if len(begun) else last
    return days_of(view, max(first, view.source.first_load) if then else first)


def burn_up_chart(view: View, colours: Palette, *, then: bool) -> Chart:
    case, days, figures = view.source.terms.case, days_of(view), BURN_UP
    if view.loaded(["closed"]) and not view.loaded(["risk_assessed"]):
        days = begun_days(view, then=then)
        figures = {
            "Received": "population",
            capitalised(case.closed): "closed",
            capitalised(case.open): "open_cases",
        }
    title = f"{capitalised(case.many)} over time, {known_on(view, then=then)}"
    figures = {view.words(words): name for words, name in figures.items() if view.loaded([name])}
    return lines(title, courses(view, figures, then=then, days=days), case.many, colours)


def known_on(view: View, *, then: bool) -> str:
    return "as known on each day" if then else f"as known on {written_day(view.clocks.known_at)}"


def courses(
    view: View, figures: Mapping[str, str], *, then: bool, days: list[dt.date] | None = None
) -> dict[str, pl.DataFrame]:
    return {words: view.course(name, days or days_of(view), then=then) for words, name in figures.items()}


@of_view
def rate_by_period(view: View, name: str, every: str = "1mo") -> pl.DataFrame:
    """Return what each period added to both counts of a share: `period, whole`, the result. As known on the
    day of the view. A period has no share where it can have none: see `rates.rates`."""
    ends = _periods(view, name, every)
    return _dated(rates(_added(view, name, ends)), ends)


def added_up(metric: AnyMetric) -> bool:
    """Whether a figure counts what only happens, so that a period has what it added."""
    return isinstance(metric, Metric) and not metric.share and metric.numerator.ends is None


@of_view
def over_time(view: View, name: str, every: str, *by: str) -> pl.DataFrame:
    """Return a figure period by period: `period, whole, [by]`, the result. A share, and a count of what can
    end, as a backlog can, is what stood at the end of each period. A count of what only happens, as failures
    are found, is how many the period added; but where what it is split by can differ from day to day, as a
    grade can, it is what stood too."""
    ends = _periods(view, name, every)
    if not added_up(view.metric(name)) or not all(dimension(split).steady for split in by):
        return _dated(_states(view, name, ends["day"].to_list(), *by), ends, *by)
    new = _added(view, name, ends, *by)
    return _dated(new.with_columns(value=pl.col("numerator").cast(pl.Float64)), ends, *by)


@of_view
def lines_by(view: View, name: str, every: str, by: str) -> pl.DataFrame:
    """Return `period, label, value` of a figure over time, a line for each value of a dimension."""
    frame = over_time(view, name, every, by)
    labels = pl.Series("label", labelled(dimension(by), frame[by].to_list()), pl.String)
    return frame.select("period", labels, "value")


def compared(views: Mapping[str, View], name: str, every: str) -> pl.DataFrame:
    """Return `period, label, value` of a figure over time, a line for each view."""
    frames = [over_time(view, name, every).with_columns(label=pl.lit(label)) for label, view in views.items()]
    return pl.concat(frames).select("period", "label", "value")


def _periods(view: View, name: str, every: str) -> pl.DataFrame:
    """Return the periods from the first day on which a figure counts anything: `period, day, whole`."""
    last = view.clocks.known_until
    days = view.course(name, _days(min(view.source.first_day, last), last), then=False)
    begun = days.filter(pl.any_horizontal(pl.col("numerator", "denominator") > 0))["day"]
    return periods(begun[0], last, every) if len(begun) else periods(last, last, every).clear()


def _added(view: View, name: str, ends: pl.DataFrame, *by: str) -> pl.DataFrame:
    before = [day - dt.timedelta(days=1) for day in ends["period"].head(1)]
    return added(_states(view, name, [*before, *ends["day"]], *by), by)


def _states(view: View, name: str, days: list[dt.date], *by: str) -> pl.DataFrame:
    last = view.clocks.known_until
    if not by:
        course = view.course(name, _days(days[0], days[-1]) if days else [last], then=False)
        return course.filter(pl.col("day").is_in(days))
    if dimension(by[0]).steady:
        return view.split_course(name, by[0], days, then=False)
    # Values that differ from day to day are counted day by day.
    views = {day: replace(view, clocks=Clocks(day, view.clocks.known_at)) for day in days or [last]}
    results = [one.result(name, by=by).with_columns(day=pl.lit(day)) for day, one in views.items()]
    return pl.concat(results)


def _dated(states: pl.DataFrame, ends: pl.DataFrame, *by: str) -> pl.DataFrame:
    return ends.join(states, on="day", maintain_order="left_right").select("period", "whole", *by, *RESULT)
