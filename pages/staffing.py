"""Who reviews, what they get done, and what that means for the finish."""

import datetime as dt

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import rates
from charts.chart import Chart
from charts.lines import lines as lines_chart
from charts.lines import pace
from charts.palette import Palette
from data.formatting import listed_words, short_day, written_count, written_day
from metrics.dimensions import TEAM
from metrics.throughput import WEEK, by_chance, by_week, dips, per_person_week, weekly
from pages.shell import choices
from pages.shell.address import Switch
from pages.shell.page_start import current_view
from pages.widgets import breakdown, chart_card, export_button, figure_card, rows
from pages.widgets.chart_card import side_by_side
from service.markdown import plain
from service.over_time import days_of, every_day, last_extract
from service.rows import shown
from service.sentences import page_answers, staffing
from service.sentences.figure import chance_sentence, peak
from service.sentences.staffing import reviewing
from service.view import View

SPAN = 56
CARDS = ("headcount", "full_time_equivalents", "reviews_done", "reviews_in_hand")
COURSES = {"People": "headcount", "Full-time equivalents": "full_time_equivalents"}
PACE = "Reviews of every kind for each full-time equivalent, by week"
TEAMS = "Reviews of every kind for each full-time equivalent and week, by team"
WEEKS = "Staff and work by week and team"
NOT_A_RANKING = (
    "This is no ranking of teams or people: reviews differ in difficulty, and who is given the hardest does "
    "the fewest."
)


def draw() -> None:
    chosen = current_view(headcount="staffing")
    view, whole = staffing.of_teams(chosen), staffing.whole(chosen)
    st.header(staffing.sentence(whole))
    if outlook := staffing.outlook(whole):
        st.markdown(f"**{plain(outlook)}** {plain(staffing.plan(whole))}")
    if view.filters != chosen.filters:
        st.caption("Staff belong to no area, route, grade or year: this page is of the whole review.")
    figure_card.row(view, CARDS, notes={"headcount": peak(view, "headcount")})
    side_by_side(lambda: people(view), lambda: breakdown.show(view, "headcount", TEAM, key="by_team"))
    if view.loaded(["reviews_done"]):
        side_by_side(lambda: chart_card.draw(view, pace_chart, key="per_head"), lambda: teams(view))
        weeks(view)
        reviewers(view)
    else:
        st.info(page_answers.not_loaded("reviews"))
    if choices.ask(Switch("staff_rows", "Show the rows of the staff there now"), default=False):
        rows.rows_of(view, "headcount")


def people(view: View) -> None:
    courses = {words: view.course(name, days_of(view), then=False) for words, name in COURSES.items()}
    title = f"Staff in the review team, as known on {written_day(view.clocks.known_at)}"
    unit = "people and full-time equivalents"
    chart = lines_chart(title, courses, unit, chart_card.colours(), labelled="legend")
    offer = export_button.of_course(view, list(COURSES.values()), then=False)
    chart_card.show(chart, key="staff", offer=offer)
    if fallen := sudden_falls(view):
        st.caption(fallen)


def sudden_falls(view: View) -> str:
    staff = view.course("full_time_equivalents", every_day(view, view.clocks.as_at), then=False)
    falls = dips(staff.select("day", "numerator"))
    if falls.is_empty():
        return ""
    weeks = listed_words([written_day(day) for day in falls["week_on"]])
    fell = listed_words([written_count(number) for number in falls["numerator"]])
    return (
        f"In the {'week' if falls.height == 1 else 'weeks'} of {weeks} full-time equivalents fell to {fell} "
        "and rose again: look at the rows before reading it as a loss of staff."
    )


def pace_chart(view: View, colours: Palette) -> Chart:
    last = last_extract(view)
    days = every_day(view, last)
    done = view.course("reviews_done", days, then=False).select("day", "numerator")
    called = {"done": "Reviews completed", "weeks": "Full-time equivalents, in weeks"}
    weeks = weekly(done, reviewing(view, days), last).with_columns(pl.col("weeks").round(1))
    return pace(PACE, weeks, colours, unit="reviews for each full-time equivalent", columns=called)


def teams(view: View) -> None:
    team_rates = rates_of(view)
    if team_rates.is_empty():
        st.info("No team has completed a review in the last eight weeks: there is no rate to show.")
        return
    chart_card.draw(view, rates_chart, key="rates")
    st.caption(f"{differences(view, team_rates)} {NOT_A_RANKING}")


def rates_chart(view: View, colours: Palette) -> Chart:
    return rates(
        TEAMS, rates_of(view), colours, of="team", done="Reviews completed",
        worked="Full-time equivalents, in weeks", unit="reviews for each full-time equivalent and week",
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
    span = f"Eight weeks until {written_day(last_extract(view))}."
    return span if chance is None else f"{span} {chance_sentence(chance, 'the teams')}"


def weeks(view: View) -> None:
    if not choices.ask(Switch("weeks", "Show the weeks, team by team"), default=False):
        return
    st.subheader(WEEKS)
    st.dataframe(weeks_table(view), hide_index=True)
    export_button.of_table(view, WEEKS, weeks_table).draw(key="weeks_table")


def weeks_table(view: View) -> pl.DataFrame:
    """Return staff and work by week and team, until the last extract; a week not over by it has no rate."""
    last = last_extract(view)
    sundays = [day for day in every_day(view, last) if day.isoweekday() == WEEK or day == last]
    named = ("headcount", "full_time_equivalents", "reviews_done")
    courses = [view.split_course(name, "team", sundays, then=False) for name in named]
    written = {
        "week_on": "Week of", "team": "Team", "people": "People", "equivalents": "Full-time equivalents",
        "done": "Reviews completed", "rate": "For each full-time equivalent",
    }  # fmt: skip
    table = by_week(*courses)
    over, week_on = pl.col("week_on") + pl.duration(days=WEEK - 1) <= last, rows.day("week_on")
    until = pl.format("{}, until {}", week_on, pl.lit(short_day(last)))
    rate = pl.when(over).then(pl.col("rate").round(1))
    return table.with_columns(rate=rate, week_on=pl.when(over).then(week_on).otherwise(until)).rename(written)


def reviewers(view: View) -> None:
    if not view.source.visit.may(Permission.REVIEWER_NAMES):
        return
    if choices.ask(Switch("reviewers", "Show the reviews by reviewer"), default=False):
        st.caption(f"{NOT_A_RANKING} Each look at this table is recorded.")
        by_reviewer = view.by_reviewer().rename({"done": "reviews_completed", "in_hand": "reviews_in_hand"})
        st.dataframe(shown(by_reviewer), hide_index=True)
