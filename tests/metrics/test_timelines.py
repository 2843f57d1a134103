import datetime as dt

import polars as pl
import pytest

from data.schema import STILL
from metrics.as_at import Clocks, known
from metrics.histories.cases import recommendations, referrals
from metrics.timelines import case_file, events_of, recommendations_on, referrals_on
from tests.metrics.world import BY_HAND, TERMS, THIRD, frames

D = dt.date
NOW = Clocks.then(D(2024, 5, 30))


@pytest.fixture(scope="module")
def tables(demonstration):
    return demonstration.snapshot().scan_all()


def told(file, what):
    rows = file.filter(pl.col("what") == what)
    return rows.select("happened_on", "said", "recorded_from", "recorded_to").rows()


def test_a_fact_that_was_corrected_is_there_as_it_was_recorded_each_time(tables):
    file = case_file(tables, "DV/22/02794", NOW, staff=True)
    assert told(file, "Failure found") == [
        (
            D(2023, 11, 6),
            "service, no harm, should have disclosed, in scope",
            D(2023, 11, 9),
            D(2023, 11, 16),
        ),
        (D(2023, 11, 6), "service, with harm, should have disclosed, in scope", D(2023, 11, 16), STILL),
    ]
    assert file["happened_on"].is_sorted()


@pytest.mark.parametrize(
    ("clocks", "first", "second"),
    [
        (NOW, "corrected or removed", "known"),
        (Clocks(D(2024, 1, 11), D(2023, 11, 12)), "known", "not yet recorded"),
        (Clocks(D(2023, 11, 5), D(2023, 12, 1)), "corrected or removed", "still to happen"),
        (Clocks(D(2024, 1, 11), D(2023, 11, 8)), "not yet recorded", "not yet recorded"),
    ],
)
def test_what_the_clocks_see_of_each_is_said(tables, clocks, first, second):
    file = case_file(tables, "DV/22/02794", clocks, staff=False)
    assert file.filter(pl.col("what") == "Failure found")["seen"].to_list() == [first, second]


def test_what_is_recorded_again_without_a_change_of_it_is_one_row(tables):
    versions = tables["reviews"].filter(application_ref="DV/22/02794").collect()
    file = case_file(tables, "DV/22/02794", NOW, staff=True)
    assert versions.height == 2
    assert [row[1] for row in told(file, "Review allocated")] == ["first review, team 2"]
    assert told(file, "Review completed")[0][2] == D(2023, 11, 9)


def test_the_referrals_of_its_failures_and_the_people_to_contact_are_in_it_and_no_others(tables):
    file = case_file(tables, "DV/22/02794", NOW, staff=False)
    links = tables["referral_failures"].collect()
    (own,) = links.filter(failure_ref="F-0004")["referral_ref"]
    assert file.filter(pl.col("what") == "Referred")["ref"].to_list() == [own]
    people = tables["people_to_contact"].filter(application_ref="DV/22/02794").collect()
    states = tables["contact_states"].collect().join(people, on="person_ref", how="semi")
    assert file.filter(pl.col("what") == "State of contact").height == states.height > 0
    assert not any(ref in str(file.rows()) for ref in people["person_ref"])
    assert {row[1] for row in told(file, "Person to contact identified")} == {"person 1", "person 2"}


def test_staff_are_told_only_where_they_may_be_and_otherwise_not_even_a_change_of_them(tables):
    reviews = tables["reviews"].filter(application_ref="DV/22/02794").collect()
    changed = reviews.with_columns(
        reviewer_ref=pl.lit("RV-OTHER"), recorded_from=D(2024, 2, 1), recorded_to=STILL
    )
    first = reviews.with_columns(recorded_to=pl.min_horizontal("recorded_to", D(2024, 2, 1)))
    world = {**tables, "reviews": pl.concat([first, changed.tail(1)]).lazy()}
    named, plain = (case_file(world, "DV/22/02794", NOW, staff=staff) for staff in (True, False))
    assert named.filter(pl.col("what") == "Review completed").height == 2
    assert plain.filter(pl.col("what") == "Review completed").height == 1
    assert plain["staff"].null_count() == plain.height
    assert not any(ref in str(plain.rows()) for ref in (*reviews["reviewer_ref"], "RV-OTHER"))


def test_an_application_that_was_never_recorded_has_nothing(tables):
    assert case_file(tables, "DV/99/00000", NOW, staff=True).is_empty()


TABLES = frames(BY_HAND)


@pytest.fixture(scope="module")
def spells():
    return known(referrals(TABLES), THIRD).collect()


def lives(spells, day):
    links, chains = TABLES["referral_failures"].collect(), TABLES["referral_chains"].collect()
    return referrals_on(spells, links, chains, day)


def test_each_event_has_the_day_from_which_its_status_lasted(spells):
    found = events_of(spells, THIRD).filter(matter="Q1").rows()
    # Referred on 2 October, closed on the 20th, open again on 10 November.
    assert found == [
        ("Q1", D(2023, 10, 2), "referred"),
        ("Q1", D(2023, 10, 20), "closed"),
        ("Q1", D(2023, 11, 10), "re-opened"),
    ]


def test_events_are_told_until_the_day_and_no_further(spells):
    found = events_of(spells, D(2023, 10, 12)).rows()
    assert [row for row in found if row[0] == "Q1"] == [("Q1", D(2023, 10, 2), "referred")]
    assert not [row for row in found if row[0] == "Q2"]


def test_one_that_had_ended_by_the_day_is_none_of_the_open(spells):
    open_on = {day: set(events_of(spells, day, only_open=True)["matter"]) for day in (D(2023, 11, 1), THIRD)}
    assert "Q1" not in open_on[D(2023, 11, 1)]
    assert "Q1" in open_on[THIRD]


def test_how_each_stands_has_its_days_its_failures_and_its_order(spells):
    found = lives(spells, THIRD)
    assert found["referral_ref"].to_list() == ["Q0", "Q1", "Q2"]
    assert found.select("status", "days", "silent").rows() == [
        ("referred", (THIRD - D(2019, 5, 1)).days, (THIRD - D(2019, 5, 1)).days),
        ("re-opened", 66, 27),
        ("referred", 22, 22),
    ]
    assert found["failure_refs"].to_list() == [["F9"], ["F1"], []]


def test_one_that_has_ended_is_as_old_as_it_was_when_it_did(spells):
    closed = lives(spells, D(2023, 11, 1)).filter(referral_ref="Q1")
    assert closed.select("status", "days", "silent").row(0) == ("closed", 18, None)


@pytest.fixture(scope="module")
def rows():
    return known(recommendations(frames(BY_HAND), TERMS), THIRD).collect()


def test_an_answer_is_due_on_the_56th_day_the_day_it_was_made_being_the_first(rows):
    due = dict(rows.select("recommendation_ref", "due_on").rows())
    assert due["L1"] == D(2023, 11, 26)
    assert due["L2"] == D(2023, 12, 20)


def test_one_is_out_of_scope_only_if_its_referral_is(rows):
    assert dict(rows.select("recommendation_ref", "in_scope").rows()) == {
        "L1": True, "L2": True, "L3": True, "L4": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (D(2023, 11, 11), {"L1": ("not due yet", 15), "L2": ("not due yet", 39), "L3": ("not due yet", 15)}),
        (D(2023, 11, 26), {"L1": ("due within 14 days", 0), "L3": ("answered in time", None)}),
        (
            D(2023, 11, 27),
            {"L1": ("overdue", -1), "L2": ("not due yet", 23), "L3": ("answered in time", None)},
        ),
    ],
)
def test_each_stands_as_it_did_on_the_day(rows, day, standing):
    found = {ref: (said, left) for ref, said, left in _told(rows, day)}
    assert {ref: found[ref] for ref in standing} == standing


def test_an_answer_after_its_day_is_late(rows):
    late = rows.filter(recommendation_ref="L3").with_columns(responded_on=pl.lit(D(2023, 11, 27)))
    assert _told(late, THIRD) == [("L3", "answered late", None)]


def test_none_is_told_before_it_was_made_and_those_due_first_come_first(rows):
    assert recommendations_on(rows, D(2023, 10, 1)).is_empty()
    assert [ref for ref, *_ in _told(rows, THIRD)] == ["L1", "L4", "L2", "L3"]


def _told(rows, day):
    return recommendations_on(rows, day).select("recommendation_ref", "standing", "days").rows()
