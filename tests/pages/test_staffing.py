"""Staff and their work on the demonstration, against the tables."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.schema import STILL
from metrics.as_at import Clocks
from pages import staffing
from service.forecast import finish
from service.view import open_source
from tests.metrics.world import D


@pytest.fixture
def opened(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))

    def source(role=Role.CHIEF_OFFICER):
        token = services_of(demonstration.folder).welcome("reader", (role,), "test")
        return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")

    return source


@pytest.fixture
def then(opened):
    return lambda *day, **kept: opened().view(Clocks.then(D(*day)), kept)


def standing(demonstration, table):
    return demonstration.snapshot().scan(table).filter(pl.col("recorded_to") == STILL).collect()


def test_the_method_has_the_promise_and_the_staff_of_the_recent_reviews(then):
    assert staffing.promise(then(2024, 5, 30)) == "The staffing promise runs until 31 May 2024, 1 more day."
    assert staffing.promise(then(2023, 10, 3)) == ""
    assert staffing.plan(then(2024, 3, 29)) == (
        "Recent reviews were done by 30.3 full-time equivalents on average; there are 28.5 now."
    )
    assert staffing.plan(then(2024, 5, 30)) == ""


def test_the_outlook_says_how_likely_work_remains_when_the_promise_ends(then):
    after = "About 25% chance that work remains when the staffing promise ends (31 May 2024)."
    assert staffing.outlook(then(2024, 3, 29))[-1] == after


def test_the_outlook_has_a_sentence_for_the_pace_todays_staff_and_the_promise(then):
    pace, today, after = staffing.outlook(then(2024, 1, 11))
    assert pace == f"At the recent pace: even chance by {day_of(then(2024, 1, 11), 1)}."
    assert today.startswith("With today's staff: even chance by ")
    assert "31 May 2024" in after
    assert staffing.outlook(then(2024, 5, 30)) == ["The last detailed review was finished on 17 May 2024."]


def day_of(view, staff):
    middle = finish(view, staff).middle
    return f"{middle.day} {middle:%B}"


def test_staff_belong_to_no_area(then):
    narrowed = replace(then(2024, 3, 29, area=("east",)), filters=())
    assert narrowed.figure("reviews_done").numerator == then(2024, 3, 29).figure("reviews_done").numerator


def test_the_rate_of_a_team_is_its_reviews_over_its_person_weeks(then, demonstration):
    view = then(2024, 5, 30)
    last, first = D(2024, 5, 22), D(2024, 3, 28)
    reviews, staff = standing(demonstration, "reviews"), standing(demonstration, "staffing")
    rates = {row["team"]: row for row in staffing.rates_of(view).iter_rows(named=True)}
    assert sorted(rates) == ["team 1", "team 2", "team 3", "team 4"]
    for team, row in rates.items():
        done = reviews.filter(pl.col("team") == team, pl.col("completed_on").is_between(first, last))
        weeks = dict(staff.filter(pl.col("team") == team).select("week_on", "full_time_equivalent").rows())
        days = [first + dt.timedelta(days=each) for each in range(56)]
        worked = sum(weeks[day - dt.timedelta(days=day.weekday())] for day in days) / 7
        assert (row["done"], row["weeks"]) == (done.height, pytest.approx(worked))
    assert staffing.differences(view, staffing.rates_of(view)).startswith(
        "Eight weeks until 22 May 2024. No sign that the teams differ"
    )


def test_the_weeks_hold_every_review_and_every_week_of_the_tables(then, demonstration):
    told = staffing.weeks_table(then(2024, 5, 30))
    assert told["Reviews completed"].sum() == standing(demonstration, "reviews")["completed_on"].count()
    # The last extract was on Wednesday 22 May 2024: of the week after it nothing is known yet.
    staff = standing(demonstration, "staffing").filter(
        pl.col("headcount") > 0, pl.col("week_on") <= D(2024, 5, 22)
    )
    assert told.filter(pl.col("People") > 0).height == staff.height
    assert told["Full-time equivalents"].sum() == staff["full_time_equivalent"].sum()


def test_a_week_that_is_not_over_is_marked_and_has_no_rate(then):
    told = staffing.weeks_table(then(2024, 5, 30))
    weeks, rate = told["Week of"], "For each full-time equivalent"
    assert weeks.unique(maintain_order=True).to_list()[:2] == [
        "20 May 2024, until 22 May 2024",
        "13 May 2024",
    ]
    assert told.filter(weeks.str.contains("until"))[rate].null_count() == weeks.str.contains("until").sum()
    assert told.filter(weeks == "13 May 2024")[rate].null_count() == 0
    # A Sunday ends its week.
    assert not staffing.weeks_table(then(2024, 5, 19))["Week of"].str.contains("19 May").any()


def test_a_week_in_which_the_staff_fell_and_rose_again_is_named(then, demonstration):
    staff = standing(demonstration, "staffing").group_by("week_on").agg(pl.col("full_time_equivalent").sum())
    weeks = dict(staff.rows())
    assert [float(weeks[D(2023, 12, each)]) for each in (18, 25)] == [37.5, 15.0]
    assert staffing.sudden_falls(then(2024, 5, 30)) == (
        "In the week of 25 December 2023 full-time equivalents fell to 15 and rose again. Check the rows first."
    )
    assert staffing.dip_title(then(2024, 5, 30)) == "Staff dipped to 15 in the week of Christmas Day"
    assert staffing.sudden_falls(then(2023, 12, 29)) == ""
    assert staffing.dip_title(then(2023, 12, 29)).startswith("Work grew ")


def test_the_first_sentence_sets_the_team_against_its_peak(then):
    assert staffing.first_sentence(then(2024, 1, 11)).words.endswith(
        "full-time equivalents: its peak so far."
    )
    assert staffing.first_sentence(then(2024, 5, 30)) == (
        "The review team has 20 people, 18.5 full-time equivalents: 25 below the peak of 45.",
        False,
    )
    assert staffing.first_sentence(then(2023, 10, 3)).words == "Nobody is recorded in the review team."


def test_teams_differ_where_chance_hardly_does_as_much():
    alike, differ = "No sign that teams differ", "Teams differ by more than chance"
    assert [staffing.teams_title(chance) for chance in (0.001, 0.5, None)] == [differ, alike, alike]


def test_reviewers_are_told_to_those_alone_who_may_see_their_names(opened, demonstration):
    clocks = Clocks.then(D(2024, 5, 30))
    told = opened().view(clocks, {}).by_reviewer()
    assert told["done"].sum() == standing(demonstration, "reviews")["completed_on"].count()
    for role in (Role.ANALYST, Role.RELEASE_APPROVER, Role.PRESS_OFFICER):
        with pytest.raises(Refused):
            opened(role).view(clocks, {}).by_reviewer()
