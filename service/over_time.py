"""The days that a line is drawn over, and the work done over them."""

import datetime as dt

import polars as pl

from charts.chart import Chart
from charts.lines import lines
from charts.palette import Palette
from data.formatting import capitalised, written_day
from metrics.evaluate import wilson
from service.view import View

# Past this many points a line looks the same by the week, and costs a seventh.
MOST_DAYS = 400
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


def rate_by_period(view: View, name: str) -> pl.DataFrame:
    course = view.course(name, days_of(view), then=view.as_known_then)
    ends = course.group_by(pl.col("day").dt.truncate("1mo").alias("period"), maintain_order=True).last()
    steps = ends.select(
        "period", *(pl.col(name) - pl.col(name).shift(fill_value=0) for name in ("numerator", "denominator"))
    )
    low, high = wilson(steps["numerator"], steps["denominator"])
    value = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    return steps.with_columns(value=value, low=low, high=high)
