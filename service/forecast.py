"""When the detailed reviews will be finished, against the day promised, in words."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from charts.chart import Chart
from charts.events import Event
from charts.fan import fan
from charts.palette import Palette
from data.formatting import capitalised, counted, written_count, written_day
from metrics.forecast import FEWEST, Forecast, Workload, forecast, workload
from service.cache import of_view
from service.over_time import every_day
from service.view import View

CAME = ("population", "risk_assessed", "sent_on")
DONE = ("not_assessed", "backlog", "allocated", "completed")
NEEDED = (*CAME, *DONE)
# A chance is given in steps of five: a thousand draws from thirty days know no more.
STEP, RARE, SURE = 5, 0.05, 0.95
TITLE = "Reviews left, and the forecast finish"
USUAL = 100  # the recent number of staff, in percent


@of_view
def finish(view: View, staff: float = 1.0) -> Forecast | None:
    """staff: the recent pace is multiplied by it. None where the register cannot tell."""
    if view.loaded(NEEDED) != list(NEEDED):
        return None
    day = view.extract_day("reviews") or view.clocks.as_at
    return view.forecast(staff, lambda: forecast(_workload(view, day), staff=staff)).on(view.clocks)


@of_view
def promised_on(view: View) -> dt.date | None:
    """Day by which the body has promised to finish: the latest promise known; None if there is none."""
    return view.promised_until("finish by a day") or view.source.terms.promised_on


def sentence(view: View) -> str:
    forecast = finish(view)
    if forecast is None:
        return ""
    against = against_promise(forecast, promised_on(view)) if forecast.is_current else ""
    return f"{when(forecast)} {against}".strip()


def when(forecast: Forecast) -> str:
    if forecast.outcome == "finished" and forecast.finished_on:
        return f"The last detailed review was finished on {written_day(forecast.finished_on)}."
    if not forecast.is_current:
        why = f"the last extract of reviews ({written_day(forecast.made_on)}) is too old"
        if forecast.outcome == "not known":
            why = "what is known ends before this day"
        return f"No finish is forecast: {why}."
    if forecast.outcome == "not begun":
        return "No detailed review is needed yet, so there is no finish to forecast."
    if forecast.outcome == "too few days":
        days = counted(forecast.days_used, "working day is known", "working days are known")
        return f"It is too early to forecast a finish: {days} and {FEWEST} are needed."
    if forecast.outcome == "no progress" or forecast.middle is None or forecast.low is None:
        came, done = (written_count(round(pace, 1)) for pace in (forecast.sent_on, forecast.completed))
        return f"No finish is in sight: each working day {came} are sent for review and {done} completed."
    middle, low = (near_day(day, forecast.made_on) for day in (forecast.middle, forecast.low))
    return f"Even chance by {middle}; 80% between {low} and {latest(forecast)}."


def latest(forecast: Forecast) -> str:
    return near_day(forecast.high, forecast.made_on) if forecast.high else "over a year on"


def near_day(day: dt.date, other: dt.date) -> str:
    """Write a day without its year where that is the year of the other."""
    return f"{day.day} {day:%B}" if day.year == other.year else written_day(day)


def against_promise(forecast: Forecast, promised: dt.date | None) -> str:
    """Set the forecast against the day promised; nothing where none was, or where nothing is forecast."""
    if promised is None:
        return ""
    day = written_day(promised)
    if forecast.finished_on is not None:
        days = (promised - forecast.finished_on).days
        apart = f"{counted(abs(days), 'day', 'days')} {'before' if days > 0 else 'after'}"
        return f"That was {apart} the promised day, {day}." if days else "That was the promised day."
    if promised < forecast.made_on:
        return f"The promised day, {day}, has passed."
    if forecast.outcome == "no progress":
        return f"The promise to finish by {day} would be missed."
    chance = forecast.chance_by(promised)
    if chance is None:
        return f"The promise is to finish by {day}."
    return f"{capitalised(chances(chance))} chance of finishing by {near_day(promised, forecast.made_on)}."


def chances(share: float) -> str:
    if share < RARE:
        return "less than 5%"
    if share > SURE:
        return "more than 95%"
    return f"about {round(100 * share / STEP) * STEP}%"


def remaining(view: View, forecast: Forecast) -> pl.DataFrame:
    """Detailed reviews outstanding on each day until the forecast is made: `day, numerator`."""
    day = view.clocks.as_at if forecast.finished_on else forecast.made_on
    return view.course("backlog", every_day(view, day), then=view.as_known_then).select("day", "numerator")


def _workload(view: View, last_extract: dt.date) -> Workload:
    day = min(view.clocks.as_at, last_extract)
    done = _totals(view, DONE, day, then=False).rename({"not_assessed": "waiting", "backlog": "outstanding"})
    return workload(_totals(view, CAME, day, then=view.as_known_then), done, day)


def _totals(view: View, figures: Sequence[str], day: dt.date, *, then: bool) -> pl.DataFrame:
    days = every_day(view, day)
    totals = [view.course(figure, days, then=then)["numerator"].alias(figure) for figure in figures]
    return pl.DataFrame([pl.Series("day", days, pl.Date), *totals])


def fan_chart(view: View, forecast: Forecast, colours: Palette, events: Sequence[Event] = ()) -> Chart:
    staff = "" if forecast.staff == 1 else f", at a staffing level of {round(forecast.staff * USUAL)}%"
    return fan(
        f"{TITLE}{staff}",
        remaining(view, forecast),
        forecast.band,
        colours,
        unit=f"{view.source.terms.case.many} outstanding",
        promised=promised_on(view),
        finishes=(forecast.middle, forecast.high) if forecast.middle else None,
        events=events,
    )
