"""The answer of the staffing page: who is there, how that compares, what it means for the finish."""

import datetime as dt

import polars as pl

from data.formatting import capitalised, counted, listed_words, measured, written_count, written_day
from metrics.chance.groups import RARE
from metrics.dimensions import TEAM
from metrics.forecast import WINDOW, Forecast
from metrics.rates import WEEK, dips
from metrics.workdays import bank_holiday, working_days
from service.forecast import chances, finish, when
from service.over_time import every_day
from service.sentences.status import Status, growth_title, near_day
from service.view import View

EQUIVALENTS = ("full-time equivalent", "full-time equivalents")
LITTLE = 0.02  # of the staff: a difference that moves no range


def whole(view: View) -> View:
    return View(view.source, view.clocks, (), view.against)


def of_teams(view: View) -> View:
    filters = tuple(chosen for chosen in view.filters if chosen[0] == TEAM.name)
    return View(view.source, view.clocks, filters, view.against)


def status(view: View) -> Status:
    """Say how large the team is against its peak; somebody must act where nobody is left."""
    people, equivalents = view.figure("headcount").numerator, view.figure("full_time_equivalents").value
    if not people:
        return Status("Nobody is recorded in the review team.", attention=view.figure("headcount").value == 0)
    most, _ = peak(view)
    team = f"{counted(people, 'person', 'people')}, {measured(equivalents or 0, *EQUIVALENTS)}"
    below = f"{written_count(most - people)} below the peak of {written_count(most)}"
    return Status(f"The review team has {team}: {'its peak so far' if most == people else below}.")


def dip_title(view: View) -> str:
    """Name the last week in which staff fell and rose again, by its bank holiday if it has one."""
    falls = _falls(view)
    if falls.is_empty():
        return growth_title(view)
    week, number = falls.select("week_on", "numerator").row(-1)
    name = bank_holiday(week, week + dt.timedelta(days=WEEK - 1)) or f"{week.day} {week:%B}"
    return f"Staff dipped to {written_count(number)} in the week of {name}"


def sudden_falls(view: View) -> str:
    falls = _falls(view)
    if falls.is_empty():
        return ""
    weeks = listed_words([written_day(day) for day in falls["week_on"]])
    fell = listed_words([written_count(number) for number in falls["numerator"]])
    return (
        f"In the {'week' if falls.height == 1 else 'weeks'} of {weeks} full-time equivalents fell to {fell} "
        "and rose again. Check the rows first."
    )


def _falls(view: View) -> pl.DataFrame:
    staff = view.course("full_time_equivalents", every_day(view, view.clocks.as_at), then=False)
    return dips(staff.select("day", "numerator"))


def teams_title(chance: float | None) -> str:
    """chance: how often teams that are alike differ as much."""
    differ = chance is not None and chance <= RARE
    return "Teams differ by more than chance" if differ else "No sign that teams differ"


def sentence(view: View) -> str:
    return f"{_now(view)} {_promise(view)}".strip()


def _now(view: View) -> str:
    people, equivalents = view.figure("headcount"), view.figure("full_time_equivalents")
    day = written_day(view.clocks.as_at)
    if not people.numerator:
        return f"On {day} nobody is recorded in the review team."
    team = f"On {day} the review team has {counted(people.numerator, 'person', 'people')}, "
    team += measured(equivalents.value or 0, *EQUIVALENTS)
    most, first = peak(view)
    if most == people.numerator:
        return f"{team}. That is the peak."
    fewer = f"{written_count(most - people.numerator)} fewer than the peak of {written_count(most)}"
    return f"{team}. That is {fewer}, first reached on {written_day(first)}."


def peak(view: View) -> tuple[int, dt.date]:
    course = view.course("headcount", every_day(view, view.clocks.as_at), then=False)
    top = course.row(int(course["numerator"].arg_max() or 0), named=True)
    return top["numerator"], top["day"]


def _promise(view: View) -> str:
    ends = view.promised_until("keep staffing")
    if ends is None:
        return ""
    if view.clocks.ahead:
        return f"As known, the staffing promise runs until {written_day(ends)}."
    days = (ends - view.clocks.as_at).days
    if days < 0:
        return f"The staffing promise ended on {written_day(ends)}."
    left = "today" if days == 0 else f"{counted(days, 'more day', 'more days')}"
    return f"The staffing promise runs until {written_day(ends)}, {left}."


def outlook(view: View) -> list[str]:
    """Say when the review finishes at the recent pace and with today's staff, and what is promised."""
    forecast = finish(view)
    if forecast is None or not forecast.is_current:
        return []
    if forecast.middle is None:
        return [when(forecast)]
    sentences = [f"At the recent pace: even chance by {near_day(forecast.middle, view.clocks.as_at)}."]
    changed = _todays(view, forecast)
    if changed is not None and changed.middle is not None:
        sentences.append(f"With today's staff: even chance by {near_day(changed.middle, view.clocks.as_at)}.")
    return [*sentences, *filter(None, [_after(view, forecast)])]


def _todays(view: View, forecast: Forecast) -> Forecast | None:
    """Return the forecast with today's staff; None where they are as many as before."""
    now, usual = todays_and_recent_staff(view, forecast)
    return finish(view, round(now / usual, 2)) if usual and abs(now / usual - 1) >= LITTLE else None


def plan(view: View) -> str:
    forecast = finish(view)
    if forecast is None or forecast.outcome != "range":
        return ""
    return f"{_with_todays_staff(view, forecast)} {_after(view, forecast)}".strip()


def _with_todays_staff(view: View, forecast: Forecast) -> str:
    changed = _todays(view, forecast)
    if changed is None:
        return ""
    now, usual = todays_and_recent_staff(view, forecast)
    then, today = measured(round(usual, 1), *EQUIVALENTS), round(now, 1)
    return (
        f"Recent reviews were done by {then} on average; there {'is' if today == 1 else 'are'} "
        f"{written_count(today)} now. With today's staff: {_lower(when(changed))}"
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def todays_and_recent_staff(view: View, forecast: Forecast) -> tuple[float, float]:
    """Return the full-time equivalents of the teams that review: now, and over the days of the forecast."""
    days = every_day(view, view.clocks.as_at)
    worked = working_days(days[0], forecast.made_on)[-min(forecast.days_used, WINDOW) :]
    staff = reviewing(view, days)
    if staff.is_empty() or not worked:
        return 0.0, 0.0
    recent = staff.filter(pl.col("day").is_in(worked))["numerator"].to_numpy()
    return float(staff["numerator"][-1]), float(recent.mean())


def reviewing(view: View, days: list[dt.date]) -> pl.DataFrame:
    """Return the full-time equivalents, on each day, of the teams that have completed any review."""
    done = view.result("reviews_done", by=["team"]).filter(pl.col("numerator") > 0)["team"]
    staff = view.split_course("full_time_equivalents", "team", days, then=False)
    of_teams = staff.filter(pl.col("team").is_in(done.implode()))
    return of_teams.group_by("day").agg(pl.col("numerator").sum()).sort("day")


def _after(view: View, forecast: Forecast) -> str:
    ends = view.promised_until("keep staffing")
    chance = None if ends is None else forecast.chance_by(ends)
    if ends is None or chance is None:
        return ""
    if ends < forecast.made_on:
        return f"The staffing promise ended on {written_day(ends)}."
    left = capitalised(chances(1 - chance))
    return f"{left} chance that work remains when the staffing promise ends ({written_day(ends)})."
