"""The answer of the staffing page: who is there, how that compares, what it means for the finish."""

import datetime as dt
from dataclasses import replace

import polars as pl

from data.formatting import capitalised, counted, listed_words, measured, written_count, written_day
from metrics.chance.groups import RARE
from metrics.dimensions import TEAM
from metrics.forecast import WINDOW, Forecast
from metrics.rates import WEEK, dips
from metrics.workdays import bank_holiday, working_days
from service.forecast import chances, finish, near_day, when
from service.over_time import every_day
from service.sentences.status import Status, growth_title
from service.view import View

EQUIVALENTS = ("full-time equivalent", "full-time equivalents")
LITTLE = 0.02  # of the staff: a difference that moves no range


def whole(view: View) -> View:
    return replace(view, filters=())


def of_teams(view: View) -> View:
    return replace(view, filters=tuple(chosen for chosen in view.filters if chosen[0] == TEAM.name))


def status(view: View) -> Status:
    people = view.figure("headcount")
    if not people.numerator:
        return Status("Nobody is recorded in the review team.", attention=people.value == 0)
    most, _ = peak(view)
    below = f"{written_count(most - people.numerator)} below the peak of {written_count(most)}"
    compared = "its peak so far" if most == people.numerator else below
    return Status(f"The review team has {_team(view)}: {compared}.")


def _team(view: View) -> str:
    people, equivalents = view.figure("headcount"), view.figure("full_time_equivalents")
    team = counted(people.numerator, "person", "people")
    return f"{team}, {measured(equivalents.value or 0, *EQUIVALENTS)}"


def dip_title(view: View) -> str:
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
    when = f"{'week' if falls.height == 1 else 'weeks'} of {weeks}"
    return f"In the {when} full-time equivalents fell to {fell} and rose again. Check the rows first."


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
    (people,), day = view.counts("headcount"), written_day(view.clocks.as_at)
    if not people:
        return f"On {day} nobody is recorded in the review team."
    most, first = peak(view)
    fewer = f"{written_count(most - people)} fewer than the peak of {written_count(most)}"
    compared = "the peak" if most == people else f"{fewer}, first reached on {written_day(first)}"
    return f"On {day} the review team has {_team(view)}. That is {compared}."


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
    forecast = finish(view)
    if forecast is None or not forecast.is_current:
        return []
    if forecast.middle is None:
        return [when(forecast)]
    paces = {"At the recent pace": forecast, "With today's staff": _todays(view, forecast)}
    chances = [
        f"{pace}: even chance by {near_day(changed.middle, view.clocks.as_at)}."
        for pace, changed in paces.items()
        if changed is not None and changed.middle is not None
    ]
    return [*chances, *filter(None, [_after(view, forecast)])]


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
    now, usual = (round(staff, 1) for staff in todays_and_recent_staff(view, forecast))
    finished = when(changed)
    return (
        f"Recent reviews were done by {measured(usual, *EQUIVALENTS)} on average; there "
        f"{'is' if now == 1 else 'are'} {written_count(now)} now. "
        f"With today's staff: {finished[:1].lower()}{finished[1:]}"
    )


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
