"""Staff against the work they do: by week, by team, and, for those who may see them, by pseudonym."""

import datetime as dt

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import rates
from charts.chart import Chart
from charts.lines import lines, pace
from charts.palette import LIGHT, Palette
from data.formatting import listed_words, short_day, written_count, written_day
from metrics.throughput import WEEK, by_chance, by_week, dips, per_person_week, weekly
from pages.shell import choices
from pages.widgets import chart_card, export_button
from service.days import days_of, every_day
from service.rows import shown
from service.sentences.chance import said
from service.sentences.staffing import reviewing
from service.view import View

SPAN = 56
COURSES = {"People": "headcount", "Full-time equivalents": "full_time_equivalents"}
PACE = "Reviews of every kind for each full-time equivalent, by week"
TEAMS = "Reviews of every kind for each full-time equivalent and week, by team"
WEEKS = "Staff and work by week and team"
NOT_A_RANKING = (
    "This is no ranking of teams or people: reviews differ in difficulty, and who is given the hardest does "
    "the fewest."
)


def people(view: View) -> None:
    courses = {words: view.course(name, days_of(view), then=False) for words, name in COURSES.items()}
    title = f"Staff in the review team, as known on {written_day(view.clocks.known_at)}"
    chart = lines(title, courses, "people and full-time equivalents", chart_card.colours(), labelled="legend")
    leaving = export_button.of_course(view, list(COURSES.values()), then=False)
    chart_card.show(chart, key="staff", leaving=leaving)
    if fallen := sudden(view):
        st.caption(fallen)


def sudden(view: View) -> str:
    """Name the weeks in which full-time equivalents fell and rose again; nothing where none did."""
    staff = view.course("full_time_equivalents", every_day(view, view.clocks.as_at), then=False)
    found = dips(staff.select("day", "numerator"))
    if found.is_empty():
        return ""
    weeks = listed_words([written_day(day) for day in found["week_on"]])
    fell = listed_words([written_count(number) for number in found["numerator"]])
    return (
        f"In the {'week' if found.height == 1 else 'weeks'} of {weeks} full-time equivalents fell to {fell} "
        "and rose again: look at the rows before reading it as a loss of staff."
    )


def over_time(view: View) -> None:
    """Show how much is done for each full-time equivalent, week by week."""
    leaving = export_button.of_table(view, PACE, lambda seen: pace_chart(seen, LIGHT).table)
    chart_card.show(pace_chart(view, chart_card.colours()), key="per_head", leaving=leaving)


def pace_chart(view: View, colours: Palette) -> Chart:
    """Draw the reviews completed for each full-time equivalent of the teams that review, by week."""
    last = _last(view)
    days = every_day(view, last)
    done = view.course("reviews_done", days, then=False).select("day", "numerator")
    called = {"done": "Reviews completed", "weeks": "Full-time equivalents, in weeks"}
    weeks = weekly(done, reviewing(view, days), last)
    weeks = weeks.with_columns(pl.col("weeks").round(1))
    return pace(PACE, weeks, colours, unit="reviews for each full-time equivalent", columns=called)


def teams(view: View) -> None:
    """Show how much each team did for each full-time equivalent, and whether they differ by chance."""
    found = rates_of(view)
    if found.is_empty():
        st.info("No team has completed a review in the last eight weeks: there is no rate to show.")
        return
    leaving = export_button.of_table(view, TEAMS, lambda seen: rates_chart(rates_of(seen), LIGHT).table)
    chart_card.show(rates_chart(found, chart_card.colours()), key="rates", leaving=leaving)
    st.caption(f"{differences(view, found)} {NOT_A_RANKING}")


def rates_chart(found: pl.DataFrame, colours: Palette) -> Chart:
    return rates(
        TEAMS, found, colours, of="team", done="Reviews completed", worked="Full-time equivalents, in weeks",
        unit="reviews for each full-time equivalent and week",
    )  # fmt: skip


def rates_of(view: View) -> pl.DataFrame:
    """Return the rate of each team over the eight weeks until the last extract."""
    last = _last(view)
    days = [last - dt.timedelta(days=back) for back in range(SPAN - 1, -1, -1)]
    done = view.split_course("reviews_done", "team", [days[0] - dt.timedelta(days=1), *days], then=False)
    ends = done.filter(pl.col("day").is_in([done["day"].min(), last])).sort("team", "day")
    counts = ends.group_by("team").agg(done=pl.col("numerator").last() - pl.col("numerator").first())
    staff = view.split_course("full_time_equivalents", "team", days, then=False)
    return per_person_week(counts, staff.select("day", "team", "numerator"))


def differences(view: View, found: pl.DataFrame) -> str:
    chance = by_chance(found)
    span = f"Eight weeks until {written_day(_last(view))}."
    if chance is None:
        return span
    return f"{span} {said(chance, 'the teams')}"


def weeks(view: View) -> None:
    if not choices.switch("Show the weeks, team by team", key="weeks"):
        return
    st.subheader(WEEKS)
    st.dataframe(weeks_of(view), hide_index=True)
    export_button.of_table(view, WEEKS, weeks_of).draw(key="weeks_table")


def weeks_of(view: View) -> pl.DataFrame:
    """Return staff and work by week and team, until the last extract; a week not over by it has no rate."""
    last = _last(view)
    sundays = [day for day in every_day(view, last) if day.isoweekday() == WEEK or day == last]
    named = ("headcount", "full_time_equivalents", "reviews_done")
    found = [view.split_course(name, "team", sundays, then=False) for name in named]
    written = {
        "week_on": "Week of", "team": "Team", "people": "People", "equivalents": "Full-time equivalents",
        "done": "Reviews completed", "rate": "For each full-time equivalent",
    }  # fmt: skip
    told = by_week(*found)
    over = pl.col("week_on") + pl.duration(days=WEEK - 1) <= last
    told = told.with_columns(rate=pl.when(over).then(pl.col("rate").round(1)))
    weeks_on = pl.Series("week_on", [_written_week(day, last) for day in told["week_on"]], pl.String)
    return told.with_columns(weeks_on).rename(written)


def _written_week(monday: dt.date, last: dt.date) -> str:
    """Write a week by its Monday, with the last day known where that is not its Sunday."""
    over = monday + dt.timedelta(days=WEEK - 1) <= last
    return short_day(monday) if over else f"{short_day(monday)}, until {short_day(last)}"


def reviewers(view: View) -> None:
    """List reviews by pseudonym, once that is asked for, to those who may see them."""
    if not view.source.visit.may(Permission.REVIEWER_NAMES):
        return
    if choices.switch("Show the reviews by reviewer", key="reviewers"):
        st.caption(f"{NOT_A_RANKING} Each look at this table is recorded.")
        told = view.by_reviewer().rename({"done": "reviews_completed", "in_hand": "reviews_in_hand"})
        st.dataframe(shown(told), hide_index=True)


def _last(view: View) -> dt.date:
    return min(view.clocks.as_at, view.told_until("reviews") or view.clocks.as_at)
