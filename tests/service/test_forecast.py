"""What is said of the finish on several days of the demonstration, each as it was known then."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from metrics.as_at import Clocks
from pages.widgets import forecast
from service import forecast as finish
from service.sentences import status
from service.view import open_source
from tests.metrics.world import D
from tests.pages.small import small_review


def opened(demonstration, role):
    token = services_of(demonstration.folder).welcome("reader", (role,), "test")
    return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")


@pytest.fixture
def then(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    source = opened(demonstration, Role.ANALYST)
    return lambda *day, **kept: source.view(Clocks.then(D(*day)), kept)


def remaining(demonstration, day):
    """Reviews sent on and not completed, counted in the tables as they were on a day."""
    tables = demonstration.snapshot().scan_all()

    def known(name):
        return tables[name].filter(pl.col("recorded_from") <= day, pl.col("recorded_to") > day).collect()

    scope = set(known("applications").filter("in_scope")["application_ref"])
    sent = set(known("risk_assessments").filter("sent_on", pl.col("assessed_on") <= day)["application_ref"])
    looked = known("reviews").filter(pl.col("kind") == "first", pl.col("completed_on") <= day)
    return len((sent & scope) - set(looked["application_ref"]))


def test_the_finish_is_forecast_from_what_was_known_on_the_day(then, demonstration):
    view = then(2024, 2, 15)
    made = finish.finish(view)
    assert made.outstanding == remaining(demonstration, D(2024, 2, 15)) == 361
    assert (made.made_on, made.days_used) == (D(2024, 2, 15), 30)
    said = finish.sentence(view)
    low, middle, high = (f"{day.day} {day:%B}" for day in (made.low, made.middle, made.high))
    assert said == (
        f"Even chance by {middle}; 80% between {low} and {high}. About 80% chance of finishing by 31 May."
    )
    assert round(made.chance_by(D(2024, 5, 31)), 1) == 0.8


def test_a_forecast_between_two_extracts_is_the_one_of_the_last(then):
    early, late = finish.finish(then(2024, 2, 15)), finish.finish(then(2024, 2, 20))
    assert late.made_on == early.made_on
    assert late.finishes.equals(early.finishes)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ((2023, 10, 5), "No detailed review is needed yet, so there is no finish to forecast."),
        ((2023, 10, 26), "It is too early to forecast a finish: 11 working days are known and 15 are needed."),
        ((2023, 11, 30), "No finish is in sight: each working day 11 are sent for review and 3.1 completed. The promise to finish by 31 May 2024 would be missed."),
        ((2024, 5, 22), "The last detailed review was finished on 17 May 2024. That was 14 days before the promised day"),
    ],
)  # fmt: skip
def test_where_no_range_can_be_given_the_sentence_says_why(then, day, said):
    assert said in finish.sentence(then(*day))


def test_the_record_has_what_was_said_and_what_remains(then, demonstration):
    view = then(2024, 3, 29)
    told = forecast.earlier(view)
    assert told["Made on"].to_list() == ["28 Mar 2024", "29 Feb 2024", "1 Feb 2024", "4 Jan 2024"]
    assert told["Remain"].unique().to_list() == [str(remaining(demonstration, D(2024, 3, 29)))]
    early = finish.finish(replace(view, clocks=Clocks.then(D(2024, 3, 1))))
    assert early is finish.finish(then(2024, 3, 1))
    assert forecast.summary(view) == "2 of 3 forecasts covered what remains now."
    assert forecast.summary(then(2024, 5, 22)) == "All 3 forecasts covered the actual finish."
    assert forecast.earlier(then(2023, 10, 12)).height <= 1


def test_more_staff_move_the_range_and_are_said_in_one_sentence(then):
    view = then(2024, 1, 11)
    usual, more = finish.finish(view), finish.finish(view, 1.2)
    assert more.middle < usual.middle
    day, chance = f"{more.middle.day} {more.middle:%B}", finish.chances(more.chance_by(D(2024, 5, 31)))
    assert forecast.what_if(view, more, 120) == (
        f"With 20% more staff: even chance of finishing by {day}, {chance} by 31 May."
    )


def test_at_the_recent_pace_the_range_is_said(then):
    view = then(2024, 1, 11)
    made = finish.finish(view)
    low, high = (f"{day.day} {day:%B}" for day in (made.low, made.high))
    assert forecast.what_if(view, made, 100) == f"At the recent pace: 80% between {low} and {high}."


def test_where_no_finish_is_in_sight_the_what_if_says_so(then):
    view = then(2023, 11, 30)
    said = forecast.what_if(view, finish.finish(view), 80)
    assert said == f"With 20% fewer staff: {finish.when(view, finish.finish(view))}"


def test_how_it_was_made_is_said_with_its_numbers_in_short_sentences(then):
    said = forecast.how(then(2024, 2, 15))
    for words in ("15 February 2024", "30 working days", "1,000 times (seed 20240531)", "bank holidays"):
        assert words in " ".join(said)
    assert max(len(sentence.split()) for each in said for sentence in each.split(". ")) <= 20
    assert forecast.how(then(2024, 5, 30)) == ["Nothing remains, so nothing is forecast."]


def test_the_scope_is_said_to_have_grown_since_all_then_known_were_assessed(then):
    grown = status.scope_grown(then(2024, 5, 30))
    assert "On 11 January 2024, as reported at the time, every one of 3,582" in grown
    assert grown.endswith("196 applications more: 3,778 since 14 March 2024.")
    assert status.scope_grown(then(2024, 1, 11)).endswith("The scope has not changed since.")
    assert not status.scope_grown(then(2023, 12, 1))


def test_chances_are_told_in_steps_of_five():
    assert [finish.chances(each) for each in (0.01, 0.07, 0.5, 0.93, 0.999)] == [
        "less than 5%", "about 5%", "about 50%", "about 95%", "more than 95%",
    ]  # fmt: skip


def test_a_promise_is_the_latest_one_known_and_has_its_day(then):
    assert finish.promised_on(then(2023, 10, 12)) == D(2024, 5, 31)
    late = finish.finish(then(2024, 2, 15))
    assert finish.against_promise(late, D(2024, 2, 1)) == "The promised day, 1 February 2024, has passed."
    assert finish.against_promise(late, None) == ""
    done = finish.finish(then(2024, 5, 30))
    assert finish.against_promise(done, D(2024, 5, 17)) == "That was the promised day."
    assert finish.against_promise(done, D(2024, 5, 16)).startswith("That was 1 day after")


def test_no_forecast_is_made_for_who_may_see_no_figures(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    view = opened(demonstration, Role.ANALYST).view(Clocks.then(dt.date(2024, 2, 15)), {})
    assert finish.finish(view)
    press = opened(demonstration, Role.PRESS_OFFICER).view(view.clocks, {})
    with pytest.raises(Refused):
        finish.finish(press)


def test_a_register_with_one_extract_is_not_judged_by_when_it_was_loaded(untouched, tmp_path, monkeypatch):
    review = small_review(untouched, tmp_path / "review", 2)
    review.snapshot()
    monkeypatch.setenv("CANDOUR_REVIEW", str(review.folder))
    source = opened(review, Role.ANALYST)
    made = finish.finish(source.view(Clocks.then(source.last_day), {}))
    assert source.states == 1
    assert made.days_used > 1
    review.ledger.engine.dispose()


@pytest.fixture
def of_complaints(housing, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(housing.folder))
    return opened(housing, Role.ANALYST)


def test_a_register_without_risk_assessments_forecasts_when_no_case_is_open(of_complaints, then):
    view = of_complaints.view(Clocks.then(of_complaints.last_day), {})
    made = finish.closing(view)
    assert (finish.finish(view), made.outcome, made.outstanding) == (None, "range", 83)
    assert made.low < made.middle < made.high
    assert finish.closing_sentence(view, made).startswith("Even chance by 17 October; 80% between ")
    # The founding review has no closing days.
    monitored = then(2024, 2, 15)
    assert finish.closing(monitored) is None


def test_no_end_is_in_sight_while_as_many_are_received_as_are_closed(of_complaints):
    view = of_complaints.view(Clocks(D(2024, 7, 10), of_complaints.last_day), {})
    made = finish.closing(view)
    assert (made.outcome, made.low, made.high) == ("no progress", None, None)
    said = finish.closing_sentence(view, made)
    assert said == "No end is in sight: each working day 0.8 complaints are received and 0.8 closed."


def test_an_old_extract_forecasts_no_closing(of_complaints):
    later = of_complaints.last_day + dt.timedelta(days=200)
    view = of_complaints.view(Clocks(later, of_complaints.last_day), {})
    assert finish.closing(view).outcome == "not known"
