"""Who reviews, what they get done, and what that means for the finish."""

import datetime as dt
from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import pace
from charts.chart import Chart
from charts.dots import team_rates
from charts.events import Event
from charts.palette import Palette
from data.formatting import short_day, written_day
from metrics.dimensions import TEAM
from metrics.rates import WEEK, by_chance, by_week, per_person_week, weekly
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import breakdown, chart_card, figure_strip, rows
from pages.widgets.chart_card import side_by_side
from service.events import events
from service.markdown import plain
from service.over_time import every_day, last_extract
from service.rows import shown
from service.sentences import staffing, status
from service.sentences.figure import chance_sentence
from service.sentences.staffing import reviewing
from service.view import View

SPAN = 56
FIGURES = {
    "backlog": "Work waiting",
    "headcount": "People",
    "full_time_equivalents": "Full-time equivalents",
    "reviews_done": "Reviews done",
    "reviews_in_hand": "Reviews in hand",
}
WORK, STAFF = {"waiting": "backlog"}, {"people": "headcount", "equivalents": "full_time_equivalents"}
LEAST = 3  # values of a chart
PACE = "Reviews of every kind for each full-time equivalent, by week"
TEAMS = "Reviews of every kind for each full-time equivalent and week, by team"
WEEKS = "Staff and work by week and team"
NOT_A_RANKING = "This is no ranking: reviews differ in difficulty, and the hardest take longest."


def draw() -> None:
    chosen = current_view(headcount="staffing")
    view, whole = staffing.of_teams(chosen), staffing.whole(chosen)
    happened = events(view)
    figure_strip.status(view, staffing.status(whole))
    figure_strip.draw(view, FIGURES)
    outlook = [plain(sentence) for sentence in staffing.outlook(whole)]
    finish = [lambda: _finish(outlook)] if outlook else []
    side_by_side(lambda: work(view, happened), *finish, widths=[3, 2] if finish else 1)
    if view.loaded(["reviews_done"]):
        side_by_side(lambda: weekly_pace(view, happened), lambda: teams(view))
    else:
        breakdown.show(view, "headcount", TEAM, key="by_team")
        st.info(status.not_loaded("reviews"))
    below(view)


def _finish(outlook: Sequence[str]) -> None:
    with chart_card.frame("outlook"):
        chart_card.head("The finish")
        for sentence in outlook:
            st.markdown(sentence)


def work(view: View, events: Sequence[Event]) -> None:
    title = f"Work waiting and staff, as known on {written_day(view.clocks.known_at)}"
    above, below, unit = STAFF, dict[str, str](), "people and full-time equivalents"
    if view.loaded(list(WORK.values())):
        above, below, unit = WORK, STAFF, f"reviews, {unit}"
    chart_card.draw_courses(
        view, title, above, below, unit=unit, then=False, events=events, key="staff",
        headline=staffing.dip_title(view), measure="Reviews, people, equivalents",
    )  # fmt: skip


def weekly_pace(view: View, events: Sequence[Event]) -> None:
    rates = weeks_of(view)["rate"].drop_nulls()
    words = f"Latest week: {rates[-1]:.1f} reviews each" if len(rates) else ""

    def make(view: View, colours: Palette) -> Chart:
        called = {"done": "Reviews completed", "weeks": "Full-time equivalents, in weeks"}
        unit = "reviews for each full-time equivalent"
        return pace(PACE, weeks_of(view), colours, unit=unit, columns=called, events=events)

    measure = "For each full-time equivalent"
    chart_card.draw(view, make, key="per_head", headline=words, measure=measure, compact=True)


def weeks_of(view: View) -> pl.DataFrame:
    last = last_extract(view)
    days = every_day(view, last)
    done = view.course("reviews_done", days, then=False).select("day", "numerator")
    return weekly(done, reviewing(view, days), last).with_columns(pl.col("weeks").round(1))


def teams(view: View) -> None:
    rates = rates_of(view)
    if rates.height >= LEAST:
        words = staffing.teams_title(by_chance(rates))
        how = {"headline": words, "measure": "Reviews each week", "method": NOT_A_RANKING}
        chart_card.draw(view, rates_chart, key="rates", compact=True, **how)
        return
    numbers = "; ".join(f"{row['team']} {row['rate']:.2f}" for row in rates.iter_rows(named=True))
    words = f"{numbers}." if numbers else "No team completed a review in the last eight weeks."
    chart_card.words("rates", "Reviews for each full-time equivalent and week", words)


def rates_chart(view: View, colours: Palette) -> Chart:
    return team_rates(
        TEAMS, rates_of(view), colours, done="Reviews completed", worked="Full-time equivalents, in weeks",
        unit="reviews for each full-time equivalent and week",
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
    chart_card.draw_table(view, WEEKS, weeks_table, key="weeks_table")


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
    st.caption(f"{NOT_A_RANKING} Each look at this table is recorded.")
    by_reviewer = view.by_reviewer().rename({"done": "reviews_completed", "in_hand": "reviews_in_hand"})
    st.dataframe(shown(by_reviewer), hide_index=True)


def method(view: View) -> None:
    whole = staffing.whole(view)
    sentences = [staffing.sentence(whole), staffing.plan(whole), staffing.sudden_falls(view)]
    if view.loaded(["reviews_done"]):
        sentences += [
            differences(view, rates_of(view)),
            NOT_A_RANKING,
            "A rate is reviews of every kind over the full-time equivalents of the same weeks.",
            "Intervals are exact 95% Poisson intervals.",
        ]
    figure_strip.points(sentences)
