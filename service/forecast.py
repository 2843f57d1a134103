"""When the detailed reviews, or in a register without them the open cases, will be finished, in words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from charts.chart import Chart
from charts.events import Event
from charts.fan import fan
from charts.palette import Palette
from data.formatting import capitalised, counted, written_count, written_day
from metrics.forecast import FEWEST, Forecast, Workload, forecast, workload
from metrics.workdays import working_days
from service.cache import of_view
from service.over_time import every_day
from service.view import View

CAME = ("population", "risk_assessed", "sent_on")
DONE = ("not_assessed", "backlog", "allocated", "completed")
NEEDED = (*CAME, *DONE)
CLOSINGS = ("population", "closed", "open_cases")
# A chance is given in steps of five: a thousand draws from thirty days know no more.
STEP, RARE, SURE = 5, 0.05, 0.95
TITLE = "Reviews left, and the forecast finish"
USUAL = 100  # the recent number of staff, in percent


@of_view
def finish(view: View, staff: float = 1.0) -> Forecast | None:
    """Forecast when the detailed reviews are finished. staff: the recent pace is multiplied by it. None where
    the register cannot tell."""
    if view.loaded(NEEDED) != list(NEEDED):
        return None
    day = view.extract_day("reviews") or view.clocks.as_at
    return forecast(_workload(view, day), staff=staff).on(view.clocks)


@of_view
def closing(view: View) -> Forecast | None:
    """Forecast when no case is open, by the same rules. None where the register is graded, or does not say on
    which days cases ended."""
    if view.loaded(["risk_assessed"]) or view.loaded(CLOSINGS) != list(CLOSINGS) or not dated(view):
        return None
    day = view.extract_day("applications") or view.clocks.as_at
    return forecast(_closings(view, day)).on(view.clocks)


def dated(view: View) -> bool:
    """Whether the register gives the days on which cases ended, and not only that they had by an extract."""
    return view.source.terms.case.closed_by == "day" or "final_on" in view.source.filled("findings")


def closing_sentence(view: View, forecast: Forecast) -> str:
    """Say when no case is open, or why that cannot be said."""
    words, made_on = view.words, written_day(forecast.made_on)
    if forecast.outcome == "finished" and forecast.finished_on:
        return words(f"The last {{case}} was {{closed}} on {written_day(forecast.finished_on)}.")
    if forecast.outcome == "out of date":
        return words(f"No end is forecast: the last extract of {{cases}} ({made_on}) is too old.")
    if forecast.outcome == "not begun":
        return words("No {case} has been received yet, so there is no end to forecast.")
    if forecast.outcome == "no progress":
        came, done = (written_count(round(pace, 1)) for pace in (forecast.sent_on, forecast.completed))
        pace = words(f"each working day {came} {{cases}} are received and {done} {{closed}}")
        return f"No end is in sight: {pace}."
    return when(view, forecast)


@of_view
def promised_on(view: View) -> dt.date | None:
    """Day by which the body has promised to finish: the latest promise known; None if there is none."""
    return promised_until(view, "finish by a day") or view.source.terms.promised_on


def promised_until(view: View, kind: str) -> dt.date | None:
    """Return the day due of the latest promise of a kind that stood on the day; None if there is none."""
    stood = pl.col("withdrawn_on").is_null() | (pl.col("withdrawn_on") > view.clocks.as_at)
    promises = view.promises().filter(pl.col("kind") == kind, stood).drop_nulls("due_on")
    return promises.sort("made_on", "commitment_ref")["due_on"][-1] if promises.height else None


def sentence(view: View) -> str:
    forecast = finish(view)
    if forecast is None:
        return ""
    against = against_promise(forecast, promised_on(view)) if forecast.is_current else ""
    return f"{when(view, forecast)} {against}".strip()


def when(view: View, forecast: Forecast) -> str:
    if forecast.outcome == "finished" and forecast.finished_on:
        return f"The last {view.words.detailed_review} was finished on {written_day(forecast.finished_on)}."
    if not forecast.is_current:
        why = f"the last extract of reviews ({written_day(forecast.made_on)}) is too old"
        if forecast.outcome == "not known":
            why = "what is known ends before this day"
        return f"No finish is forecast: {why}."
    if forecast.outcome == "not begun":
        return view.words("No {detailed_review} is needed yet, so there is no finish to forecast.")
    if forecast.outcome == "too few days":
        days = counted(forecast.days_used, "working day is known", "working days are known")
        return f"It is too early to forecast a finish: {days} and {FEWEST} are needed."
    if forecast.outcome == "no progress" or forecast.middle is None or forecast.low is None:
        came, done = (written_count(round(pace, 1)) for pace in (forecast.sent_on, forecast.completed))
        came = f"{came} are sent for {view.words.any_review}"
        return f"No finish is in sight: each working day {came} and {done} completed."
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
    (name, *_) = view.loaded(["backlog", "open_cases"])
    return view.course(name, every_day(view, day), then=view.as_known_then).select("day", "numerator")


def _workload(view: View, last_extract: dt.date) -> Workload:
    day = min(view.clocks.as_at, last_extract)
    days = every_day(view, day)
    done = _totals(view, DONE, days, then=False).rename({"not_assessed": "waiting", "backlog": "outstanding"})
    return workload(_totals(view, CAME, days, then=view.as_known_then), done, day)


def _closings(view: View, last_extract: dt.date) -> Workload:
    """What is received is what comes in, and all that is open is in hand: nothing waits to be assessed."""
    period, day = view.source.terms.period, min(view.clocks.as_at, last_extract)
    days = pl.date_range(min(period.begins, day), day, eager=True).to_list()
    totals = _totals(view, CLOSINGS, days, then=False)
    nothing, received = pl.lit(0, pl.Int64), pl.col("population")
    came = totals.select("day", population=nothing, risk_assessed=nothing, sent_on=received)
    left = {"outstanding": "open_cases", "allocated": "population", "completed": "closed"}
    work = workload(came, totals.select("day", waiting=nothing, **left), day)
    # What is received after the period is outside the scope.
    return replace(work, more_for=len(working_days(day + dt.timedelta(days=1), period.ends)))


def _totals(view: View, figures: Sequence[str], days: list[dt.date], *, then: bool) -> pl.DataFrame:
    totals = [view.course(figure, days, then=then)["numerator"].alias(figure) for figure in figures]
    return pl.DataFrame([pl.Series("day", days, pl.Date), *totals])


def fan_chart(view: View, forecast: Forecast, colours: Palette, events: Sequence[Event] = ()) -> Chart:
    words, title, unit = view.words, "{Cases} {open}, and the forecast end", "{cases} {open}"
    if view.loaded(["backlog"]):
        title, unit = TITLE, "{cases} outstanding"
    level = f", at a {words.staffing} level of {round(forecast.staff * USUAL)}%"
    return fan(
        f"{words(title)}{'' if forecast.staff == 1 else level}",
        remaining(view, forecast),
        forecast.band,
        colours,
        unit=words(unit),
        promised=promised_on(view),
        finishes=(forecast.middle, forecast.high) if forecast.middle else None,
        events=events,
    )
