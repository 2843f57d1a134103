"""Who reviews, what they get done, and what that means for the finish."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import pace
from charts.chart import Chart
from charts.dots import team_rates
from charts.palette import Palette
from data.formatting import capitalised, counted, listed_words, measured, written_count, written_day
from metrics.chance.groups import RARE
from metrics.dimensions import TEAM
from metrics.forecast import WINDOW, Forecast
from metrics.rates import WEEK, by_chance, by_week, dips, per_person_week, weekly
from metrics.workdays import bank_holiday, working_days
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import chart_card, figure_strip, rows
from service.events import events
from service.forecast import chances, finish, near_day, promised_until, when
from service.markdown import plain
from service.over_time import every_day, last_extract
from service.results import shown
from service.sentences.figure import chance_sentence
from service.sentences.status import Status, growth_title
from service.view import View

SPAN = 56
FIGURES = {
    "backlog": "Work waiting",
    "headcount": "People",
    "full_time_equivalents": "Full-time equivalents",
    "reviews_done": "{Any_reviews} done",
    "reviews_in_hand": "{Any_reviews} in hand",
}
WORK, STAFF = {"waiting": "backlog"}, {"people": "headcount", "equivalents": "full_time_equivalents"}
PACE = "{Any_reviews} of every kind for each full-time equivalent, by week"
TEAMS = "{Any_reviews} of every kind for each full-time equivalent and week, by team"
WEEKS = "{Staff} and work by week and team"
NOT_A_RANKING = "This is no ranking: {any_reviews} differ in difficulty, and the hardest take longest."
EQUIVALENTS = ("full-time equivalent", "full-time equivalents")
LITTLE = 0.02  # of the staff: a difference that moves no range


def draw() -> None:
    chosen = current_view()
    whole, of_teams = replace(chosen, filters=()), (one for one in chosen.filters if one[0] == TEAM.name)
    view = replace(chosen, filters=tuple(of_teams))
    figure_strip.status(view, first_sentence(whole))
    figure_strip.draw(view, FIGURES)
    sentences = [plain(sentence) for sentence in outlook(whole)]
    beside = partial(_finish, sentences) if sentences else None
    chart_card.side_by_side(lambda: work(view), beside, widths=[3, 2])
    if view.loaded(["reviews_done"]):
        chart_card.side_by_side(lambda: weekly_pace(view), lambda: teams(view))
    else:
        rows.breakdown(view, "headcount", TEAM, key="by_team")
    below(view)


def _finish(sentences: Sequence[str]) -> None:
    with chart_card.frame("outlook", "The finish"):
        for sentence in sentences:
            st.markdown(sentence)


def work(view: View) -> None:
    title = f"Work waiting and {view.words.staff}, as known on {written_day(view.clocks.known_at)}"
    above, below, unit = STAFF, dict[str, str](), "people and full-time equivalents"
    if view.loaded(list(WORK.values())):
        above, below, unit = WORK, STAFF, f"{view.words.any_reviews}, {unit}"
    chart_card.draw_courses(
        view, title, above, below, unit=unit, then=False, key="staff",
        headline=dip_title(view), measure=view.words("{Any_reviews}, people, equivalents"),
    )  # fmt: skip


def weekly_pace(view: View) -> None:
    rates = weeks_of(view)["rate"].drop_nulls()
    words = f"Latest week: {rates[-1]:.1f} {view.words.any_reviews} each" if len(rates) else ""

    def make(view: View, colours: Palette) -> Chart:
        called = {"done": view.words("{Any_reviews} completed"), "weeks": "Full-time equivalents, in weeks"}
        unit = view.words("{any_reviews} for each full-time equivalent")
        return pace(view.words(PACE), weeks_of(view), colours, unit=unit, columns=called, events=events(view))

    measure = "For each full-time equivalent"
    chart_card.draw(view, make, key="per_head", headline=words, measure=measure, compact=True)


def weeks_of(view: View) -> pl.DataFrame:
    last = last_extract(view)
    days = every_day(view, last)
    done = view.course("reviews_done", days, then=False).select("day", "numerator")
    return weekly(done, reviewing(view, days), last).with_columns(pl.col("weeks").round(1))


def teams(view: View) -> None:
    rates = rates_of(view)
    if rates.height >= rows.FEWEST:
        headline, method = teams_title(by_chance(rates)), view.words(NOT_A_RANKING)
        measure = view.words("{Any_reviews} each week")
        chart_card.draw(
            view, rates_chart, key="rates", headline=headline, measure=measure, method=method, compact=True
        )
        return
    numbers = "; ".join(f"{row['team']} {row['rate']:.2f}" for row in rates.iter_rows(named=True))
    words = (
        f"{numbers}." if numbers else view.words("No team completed a {any_review} in the last eight weeks.")
    )
    chart_card.words("rates", view.words("{Any_reviews} for each full-time equivalent and week"), words)


def rates_chart(view: View, colours: Palette) -> Chart:
    return team_rates(
        view.words(TEAMS), rates_of(view), colours, done=view.words("{Any_reviews} completed"),
        worked="Full-time equivalents, in weeks",
        unit=view.words("{any_reviews} for each full-time equivalent and week"),
    )  # fmt: skip


def rates_of(view: View) -> pl.DataFrame:
    last = last_extract(view)
    days = [last - dt.timedelta(days=back) for back in range(SPAN - 1, -1, -1)]
    done = view.split_course("reviews_done", "team", [days[0] - dt.timedelta(days=1), *days], then=False)
    ends = done.filter(pl.col("day").is_in([done["day"].min(), last])).sort("team", "day")
    counts = ends.group_by("team").agg(done=pl.col("numerator").last() - pl.col("numerator").first())
    staff = view.split_course("full_time_equivalents", "team", days, then=False)
    return per_person_week(counts, staff.select("day", "team", "numerator"))


def differences(view: View, team_rates: pl.DataFrame) -> str:
    chance = by_chance(team_rates)
    sentence = "" if chance is None else chance_sentence(chance, "the teams")
    return f"Eight weeks until {written_day(last_extract(view))}. {sentence}".strip()


def below(view: View) -> None:
    tabs: dict[str, Callable[[View], None]] = {"Rows": lambda view: rows.rows_of(view, "headcount")}
    if view.loaded(["reviews_done"]):
        may = view.source.visit.may(Permission.REVIEWER_NAMES)
        tabs = {"Weeks": weeks, **({"Reviewers": reviewers} if may else {}), **tabs}
    choices.tabs("below", {**tabs, "Method": method}, view)


def weeks(view: View) -> None:
    chart_card.draw_table(view, view.words(WEEKS), weeks_table, key="weeks_table")


def weeks_table(view: View) -> pl.DataFrame:
    """Return staff and work by week and team, until the last extract; a week not over by it has no rate."""
    last = last_extract(view)
    sundays = [day for day in every_day(view, last) if day.isoweekday() == WEEK or day == last]
    named = ("headcount", "full_time_equivalents", "reviews_done")
    courses = [view.split_course(name, "team", sundays, then=False) for name in named]
    written = {
        "week_on": "Week of", "team": "Team", "people": "People", "equivalents": "Full-time equivalents",
        "done": view.words("{Any_reviews} completed"), "rate": "For each full-time equivalent",
    }  # fmt: skip
    table = by_week(*courses)
    over, week_on = pl.col("week_on") + pl.duration(days=WEEK - 1) <= last, rows.day("week_on")
    until = pl.format("{}, until {}", week_on, pl.lit(last).dt.to_string("%-d %b %Y"))
    rate = pl.when(over).then(pl.col("rate").round(1))
    return table.with_columns(rate=rate, week_on=pl.when(over).then(week_on).otherwise(until)).rename(written)


def reviewers(view: View) -> None:
    st.caption(f"{view.words(NOT_A_RANKING)} Each look at this table is recorded.")
    by_reviewer = view.by_reviewer().rename({"done": "reviews_completed", "in_hand": "reviews_in_hand"})
    st.dataframe(shown(by_reviewer, view.words), hide_index=True)


def method(view: View) -> None:
    whole = replace(view, filters=())
    sentences = [promise(whole), plan(whole), sudden_falls(view)]
    if view.loaded(["reviews_done"]):
        sentences += [differences(view, rates_of(view)), view.words(NOT_A_RANKING)]
        sentences += [
            view.words(
                "A rate is {any_reviews} of every kind over the full-time equivalents of the same weeks."
            ),
            "Intervals are exact 95% Poisson intervals.",
        ]
    figure_strip.points(sentences)


def first_sentence(view: View) -> Status:
    people = view.figure("headcount")
    if not people.numerator:
        return Status("Nobody is recorded in the review team.", attention=people.value == 0)
    course = view.course("headcount", every_day(view, view.clocks.as_at), then=False)
    most = max(course["numerator"].to_list(), default=0)
    below = f"{written_count(most - people.numerator)} below the peak of {written_count(most)}"
    compared = "its peak so far" if most == people.numerator else below
    equivalents = measured(view.figure("full_time_equivalents").value or 0, *EQUIVALENTS)
    team = counted(people.numerator, "person", "people")
    return Status(f"The review team has {team}, {equivalents}: {compared}.")


def dip_title(view: View) -> str:
    falls = _falls(view)
    if falls.is_empty():
        return growth_title(view)
    week, number = falls.select("week_on", "numerator").row(-1)
    name = bank_holiday(week, week + dt.timedelta(days=WEEK - 1)) or f"{week.day} {week:%B}"
    return f"{view.words.Staff} dipped to {written_count(number)} in the week of {name}"


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


def promise(view: View) -> str:
    ends = promised_until(view, "keep staffing")
    if ends is None:
        return ""
    if view.clocks.ahead:
        return f"As known, the {view.words.staffing} promise runs until {written_day(ends)}."
    days = (ends - view.clocks.as_at).days
    if days < 0:
        return f"The {view.words.staffing} promise ended on {written_day(ends)}."
    left = "today" if days == 0 else f"{counted(days, 'more day', 'more days')}"
    return f"The {view.words.staffing} promise runs until {written_day(ends)}, {left}."


def outlook(view: View) -> list[str]:
    forecast = finish(view)
    if forecast is None or not forecast.is_current:
        return []
    if forecast.middle is None:
        return [when(view, forecast)]
    paces = {"At the recent pace": forecast, view.words("With today's {staff}"): _todays(view, forecast)}
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
    if forecast is None or forecast.outcome != "range" or _todays(view, forecast) is None:
        return ""
    now, usual = (round(staff, 1) for staff in todays_and_recent_staff(view, forecast))
    recent = f"Recent {view.words.any_reviews} were done by {measured(usual, *EQUIVALENTS)} on average"
    return f"{recent}; there {'is' if now == 1 else 'are'} {written_count(now)} now."


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
    ends = promised_until(view, "keep staffing")
    chance = None if ends is None else forecast.chance_by(ends)
    if ends is None or chance is None:
        return ""
    if ends < forecast.made_on:
        return f"The {view.words.staffing} promise ended on {written_day(ends)}."
    left = capitalised(chances(1 - chance))
    return (
        f"{left} chance that work remains when the {view.words.staffing} promise ends ({written_day(ends)})."
    )
