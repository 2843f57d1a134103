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
from service.view import View

# Past this many points a line looks the same by the week, and costs a seventh.
MOST_DAYS = 400
MOST_POINTS = 200
RESULT = ("numerator", "denominator", "value", "low", "high")
BURN_UP = {"In the review": "population", "Risk assessed": "risk_assessed", "Reviewed in detail": "completed"}


def days_of(view: View) -> list[dt.date]:
    """Days of the review until the last that the view can know, each day or, over a long time, each week."""
    last = view.clocks.known_until
    first = min(view.source.terms.began_on, last)
    step = 1 if (last - first).days <= MOST_DAYS else 7
    return [last - dt.timedelta(days=step * back) for back in range((last - first).days // step, -1, -1)]


def every_day(view: View, last: dt.date) -> list[dt.date]:
    first = min(view.source.terms.began_on, last)
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def last_extract(view: View) -> dt.date:
    return min(view.clocks.as_at, view.extract_day("reviews") or view.clocks.as_at)


def burn_up_chart(view: View, colours: Palette, *, then: bool) -> Chart:
    many = view.source.terms.case.many
    title = f"{capitalised(many)} over time, {known_on(view, then=then)}"
    return lines(title, courses(view, burn_up_figures(view), then=then), many, colours)


def known_on(view: View, *, then: bool) -> str:
    return "as known on each day" if then else f"as known on {written_day(view.clocks.known_at)}"


def burn_up_figures(view: View) -> dict[str, str]:
    return {words: name for words, name in BURN_UP.items() if view.loaded([name])}


def courses(view: View, figures: dict[str, str], *, then: bool) -> dict[str, pl.DataFrame]:
    return {words: view.course(name, days_of(view), then=then) for words, name in figures.items()}


def rate_by_period(view: View, name: str, every: str = "1mo") -> pl.DataFrame:
    """Return what each period added to both counts of a share: `period, whole`, the result.

    As known on the day of the view. A period has no share where it can have none: see `rates.rates`.
    """
    ends = _periods(view, name, every)
    if ends.is_empty():
        return _dated(_states(view, name, ends["day"].to_list(), None), ends, ())
    return _dated(rates(added(_states(view, name, _with_day_before(ends), None))), ends, ())


def rate_by_year_received(view: View, name: str) -> pl.DataFrame:
    return view.result(name, by=["year"])


def to_date(view: View, name: str) -> pl.DataFrame:
    """Return a figure from the first day on which it counts anything: `day`, the result; at most 200 days."""
    first, last = _begun(view, name), view.clocks.known_until
    if first is None:
        return view.course(name, [last], then=False).clear()
    step = (last - first).days // MOST_POINTS + 1
    days = [last - dt.timedelta(days=step * back) for back in range((last - first).days // step, -1, -1)]
    return view.course(name, days, then=False)


def at_period_ends(view: View, name: str, every: str, by: str | None = None) -> pl.DataFrame:
    """Return a figure as it stood at the end of each period: `period, whole, [by]`, the result."""
    ends = _periods(view, name, every)
    return _dated(_states(view, name, ends["day"].to_list(), by), ends, (by,) if by else ())


def added_up(metric: AnyMetric) -> bool:
    """Whether a figure counts what only happens, so that a period has what it added."""
    return isinstance(metric, Metric) and not metric.share and metric.numerator.ends is None


def over_time(view: View, name: str, every: str, by: str | None = None) -> pl.DataFrame:
    """Return a figure period by period: `period, whole, [by]`, the result.

    A share, and a count of what can end, as a backlog can, is what stood at the end of each period. A count
    of what only happens, as failures are found, is how many the period added; but where what it is split by
    can differ from day to day, as a grade can, it is what stood too.
    """
    ends, keys = _periods(view, name, every), (by,) if by else ()
    if not added_up(view.metric(name)) or ends.is_empty() or (by and not dimension(by).steady):
        return at_period_ends(view, name, every, by)
    new = added(_states(view, name, _with_day_before(ends), by), keys)
    return _dated(new.with_columns(value=pl.col("numerator").cast(pl.Float64)), ends, keys)


def lines_by(view: View, name: str, every: str, by: str) -> pl.DataFrame:
    """Return `period, label, value` of a figure over time, a line for each value of a dimension."""
    frame = over_time(view, name, every, by)
    labels = pl.Series("label", labelled(dimension(by), frame[by].to_list()), pl.String)
    return frame.select("period", labels, "value")


def compared(views: Mapping[str, View], name: str, every: str) -> pl.DataFrame:
    """Return `period, label, value` of a figure over time, a line for each view."""
    frames = [
        over_time(view, name, every).select("period", pl.lit(label).alias("label"), "value")
        for label, view in views.items()
    ]
    return pl.concat(frames)


def _begun(view: View, name: str) -> dt.date | None:
    last = view.clocks.known_until
    first = min(view.source.first_day, last)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    counted = pl.any_horizontal(pl.col("numerator", "denominator") > 0)
    begun = view.course(name, days, then=False).filter(counted)["day"]
    return begun[0] if len(begun) else None


def _periods(view: View, name: str, every: str) -> pl.DataFrame:
    begun, last = _begun(view, name), view.clocks.known_until
    return periods(last, last, every).clear() if begun is None else periods(begun, last, every)


def _with_day_before(ends: pl.DataFrame) -> list[dt.date]:
    return [ends["period"][0] - dt.timedelta(days=1), *ends["day"]]


def _states(view: View, name: str, days: list[dt.date], by: str | None) -> pl.DataFrame:
    if by and dimension(by).steady:
        return view.split_course(name, by, days, then=False)
    if by:
        return pl.concat([_on(view, name, day, by) for day in days or [view.clocks.known_until]])
    span = days or [view.clocks.known_until]
    daily = [span[0] + dt.timedelta(days=number) for number in range((span[-1] - span[0]).days + 1)]
    return view.course(name, daily, then=False).filter(pl.col("day").is_in(days))


def _on(view: View, name: str, day: dt.date, by: str) -> pl.DataFrame:
    """One day, by a dimension whose values differ from day to day."""
    result = replace(view, clocks=Clocks(day, view.clocks.known_at)).result(name, by=[by])
    return result.with_columns(pl.lit(day).alias("day"))


def _dated(states: pl.DataFrame, ends: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    return ends.join(states, on="day", maintain_order="left_right").select("period", "whole", *by, *RESULT)
