import datetime as dt

import polars as pl
import pytest

from data.schema import STILL
from metrics.as_at import Clocks
from metrics.case_file import case_file

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
