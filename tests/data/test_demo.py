"""The demonstration comes out with every figure that was published, on its day and on both clocks."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from data.demo import (
    ABANDONED_SECONDS,
    ANNOUNCED_ON,
    EXAMPLE,
    JANUARY_ON,
    MAY_ON,
    NOVEMBER_ON,
    build,
    loads_of,
)
from data.errors import UserError
from data.ledger import Ledger
from data.notes import Notes
from data.review import Review, open_review
from data.schema import SCHEMAS, STILL
from tests.loading import row_versions_of
from tests.working_days import works

ROOT = Path(__file__).parents[2]
EXTRACTS: tuple[dt.date, ...] = tuple(loads_of(EXAMPLE)["extracts"])
LATEST = EXTRACTS[-1]
SLIPS = loads_of(EXAMPLE)["slips"]


def stood(review: Review, table: str, known: dt.date) -> pl.DataFrame:
    """Rows of a table as they were known at the end of a day."""
    rows = review.snapshot().scan(table)
    return rows.filter(pl.col("recorded_from") <= known, pl.col("recorded_to") > known).collect()


def in_scope(review: Review, table: str, as_at: dt.date, known: dt.date, dated_by: str) -> pl.DataFrame:
    return stood(review, table, known).filter(pl.col(dated_by) <= as_at, pl.col("in_scope"))


def population(review: Review, as_at: dt.date, known: dt.date) -> int:
    return in_scope(review, "applications", as_at, known, "received_on").height


def assessed(review: Review, as_at: dt.date, known: dt.date) -> int:
    cases = in_scope(review, "applications", as_at, known, "received_on")
    graded = stood(review, "risk_assessments", known).filter(pl.col("assessed_on") <= as_at)
    return cases.join(graded, on="application_ref", how="semi").height


def failures(review: Review, as_at: dt.date, known: dt.date) -> tuple[int, int, int, int]:
    """All failures; those with harm; the administrative and the service ones without."""
    found = in_scope(review, "failures", as_at, known, "found_on")
    harmless = found.filter(~pl.col("harm"))
    parts = [harmless.filter(pl.col("type") == kind).height for kind in ("administrative", "service")]
    return found.height, found["harm"].sum(), *parts


def referrals(review: Review, as_at: dt.date, known: dt.date) -> int:
    return in_scope(review, "referrals", as_at, known, "referred_on").height


def staff(review: Review, as_at: dt.date, known: dt.date) -> int:
    """People in the review team in the last week that had begun."""
    weeks = stood(review, "staffing", known).filter(pl.col("week_on") <= as_at)
    return weeks.filter(pl.col("week_on") == pl.col("week_on").max())["headcount"].sum()


@pytest.mark.parametrize(
    ("day", "then", "now"),
    [
        (ANNOUNCED_ON, 3_539, 3_778),
        (NOVEMBER_ON, 3_582, 3_778),
        (JANUARY_ON, 3_582, 3_778),
        (MAY_ON, 3_778, 3_778),
    ],
)
def test_the_population_is_what_was_published_on_each_day(
    demonstration: Review, day: dt.date, then: int, now: int
) -> None:
    assert population(demonstration, day, known=day) == then
    assert population(demonstration, day, known=LATEST) == now


def test_in_january_3582_were_known_to_be_assessed_and_now_3778_are(demonstration: Review) -> None:
    assert assessed(demonstration, JANUARY_ON, known=JANUARY_ON) == 3_582
    assert assessed(demonstration, JANUARY_ON, known=LATEST) == 3_778
    assert assessed(demonstration, MAY_ON, known=MAY_ON) == 3_778


def test_only_a_small_number_had_been_assessed_when_the_review_was_announced(demonstration: Review) -> None:
    assert 0 < assessed(demonstration, ANNOUNCED_ON, known=ANNOUNCED_ON) < 50


def test_assessments_were_under_way_in_november(demonstration: Review) -> None:
    assert 1_000 < assessed(demonstration, NOVEMBER_ON, known=NOVEMBER_ON) < 2_500


def test_the_population_grew_by_196_after_further_checks_and_the_loads_say_so(demonstration: Review) -> None:
    loads = demonstration.ledger.loads()
    checked = loads.filter(pl.col("note").str.contains("following additional database checks"))
    days = checked["recorded_on"].cast(pl.String).str.to_date().to_list()
    assert [day.month for day in days] == [2, 2, 3]
    grown = [
        population(demonstration, day, known=day)
        - population(demonstration, day, known=day - dt.timedelta(days=1))
        for day in days
    ]
    # One of the last 41 had a date that does not exist, and came a week later.
    assert grown == [74, 81, 40]
    assert sum(grown) + 1 == 3_778 - 3_582


@pytest.mark.parametrize("clock", ["then", "now"])
@pytest.mark.parametrize(
    ("day", "counts"), [(JANUARY_ON, (25, 2, 11, 12)), (MAY_ON, (33, 2, 14, 17))], ids=["January", "May"]
)
def test_failures_are_what_was_published_on_both_clocks(
    demonstration: Review, day: dt.date, counts: tuple[int, ...], clock: str
) -> None:
    assert failures(demonstration, day, known=day if clock == "then" else LATEST) == counts


def test_some_failures_were_found_by_october_and_more_by_november(demonstration: Review) -> None:
    october = failures(demonstration, ANNOUNCED_ON, known=ANNOUNCED_ON)
    november = failures(demonstration, NOVEMBER_ON, known=NOVEMBER_ON)
    assert 0 < october[0] < november[0] < 25
    assert november[1] == 2


def test_a_failure_was_of_another_type_as_known_in_november(demonstration: Review) -> None:
    then = failures(demonstration, NOVEMBER_ON, known=NOVEMBER_ON)
    now = failures(demonstration, NOVEMBER_ON, known=LATEST)
    assert (now[0], now[2], now[3]) == (then[0], then[2] - 1, then[3] + 1)


def test_every_failure_is_in_an_application_of_its_own_that_was_reviewed(demonstration: Review) -> None:
    found = in_scope(demonstration, "failures", LATEST, LATEST, "found_on")
    reviewed = stood(demonstration, "reviews", LATEST).filter(pl.col("outcome") == "failure found")
    assert found["application_ref"].n_unique() == 33
    assert found.join(reviewed, on="application_ref", how="semi").height == 33
    assert set(reviewed["application_ref"]) == set(found["application_ref"])


@pytest.mark.parametrize("clock", ["then", "now"])
@pytest.mark.parametrize(
    ("day", "count"), [(ANNOUNCED_ON, 1), (NOVEMBER_ON, 4), (JANUARY_ON, 4), (MAY_ON, 5)]
)
def test_referrals_are_what_was_published_on_both_clocks(
    demonstration: Review, day: dt.date, count: int, clock: str
) -> None:
    assert referrals(demonstration, day, known=day if clock == "then" else LATEST) == count


def test_the_five_referrals_are_about_what_they_were_about(demonstration: Review) -> None:
    made = in_scope(demonstration, "referrals", LATEST, LATEST, "referred_on")
    about = stood(demonstration, "referral_failures", LATEST).join(made, on="referral_ref", how="semi")
    found = about.join(stood(demonstration, "failures", LATEST), on="failure_ref")
    chained = stood(demonstration, "referral_chains", LATEST).join(
        made.filter(pl.col("subject") == "organisation"), on="referral_ref"
    )
    earlier = stood(demonstration, "referrals", LATEST).join(
        chained, left_on="referral_ref", right_on="earlier_referral_ref", how="semi"
    )
    assert sorted(made["subject"]) == ["failure", "failure", "failure", "member of staff", "organisation"]
    assert sorted(found.select("type", "harm").rows()) == [
        ("administrative", False),
        ("service", True),
        ("service", True),
    ]
    assert sorted(day.year for day in earlier["referred_on"]) == [2019, 2020]
    assert not earlier["in_scope"].any()


def test_what_happened_after_the_period_is_recorded_and_never_counted(demonstration: Review) -> None:
    outside = [
        stood(demonstration, table, LATEST).filter(~pl.col("in_scope"))
        for table in ("applications", "failures", "referrals")
    ]
    application, failure, referral = outside
    assert application["received_on"].to_list() == [dt.date(2023, 11, 14)]
    assert failure["found_on"].to_list() == [dt.date(2024, 1, 12)]
    assert failure["harm"].to_list() == [True]
    assert dt.date(2024, 1, 12) in referral["referred_on"].to_list()
    assert not stood(demonstration, "failures", JANUARY_ON).filter(~pl.col("in_scope")).height


@pytest.mark.parametrize(("day", "count"), [(NOVEMBER_ON, 36), (JANUARY_ON, 45)])
def test_the_team_was_as_large_as_was_published(demonstration: Review, day: dt.date, count: int) -> None:
    assert staff(demonstration, day, known=day) == staff(demonstration, day, known=LATEST) == count


def test_the_team_was_45_at_its_height_and_kept_to_the_end_of_may(demonstration: Review) -> None:
    weeks = stood(demonstration, "staffing", LATEST).group_by("week_on").agg(pl.col("headcount").sum())
    assert weeks["headcount"].max() == 45
    assert weeks["week_on"].max() == dt.date(2024, 5, 27)
    assert (
        0
        < staff(demonstration, dt.date(2024, 5, 30), known=LATEST)
        < staff(demonstration, MAY_ON, known=MAY_ON)
        < 45
    )


def test_every_detailed_review_was_complete_for_the_closing_statement(demonstration: Review) -> None:
    reviews = stood(demonstration, "reviews", MAY_ON)
    sent = stood(demonstration, "risk_assessments", MAY_ON).filter(pl.col("sent_on"))
    first = reviews.filter(pl.col("kind") == "first")
    assert reviews["completed_on"].null_count() == 0
    assert set(sent["application_ref"]) == set(first["application_ref"])


def test_the_backlog_rises_to_the_new_year_and_is_gone_in_may(demonstration: Review) -> None:
    sent = stood(demonstration, "risk_assessments", LATEST).filter(pl.col("sent_on"))
    first = stood(demonstration, "reviews", LATEST).filter(pl.col("kind") == "first")

    def waiting(day: dt.date) -> int:
        asked = sent.filter(pl.col("assessed_on") <= day)["application_ref"].n_unique()
        return asked - first.filter(pl.col("allocated_on") <= day).height

    assert 0 < waiting(ANNOUNCED_ON) < waiting(NOVEMBER_ON) < waiting(JANUARY_ON)
    assert waiting(JANUARY_ON) > waiting(dt.date(2024, 3, 14)) > waiting(MAY_ON) == 0


def test_a_sample_of_300_that_were_not_sent_on_had_no_failure(demonstration: Review) -> None:
    sample = stood(demonstration, "reviews", LATEST).filter(pl.col("kind") == "sample")
    sent = stood(demonstration, "risk_assessments", LATEST).filter(pl.col("sent_on"))
    assert sample.height == 300
    assert set(sample["outcome"]) == {"no failure"}
    assert sample.join(sent, on="application_ref", how="semi").is_empty()


def test_about_a_fifth_were_sent_on_and_one_area_failed_more_than_the_others(demonstration: Review) -> None:
    cases = in_scope(demonstration, "applications", LATEST, LATEST, "received_on")
    sent = stood(demonstration, "risk_assessments", LATEST).filter(pl.col("sent_on"))
    assert 0.15 < sent["application_ref"].n_unique() / cases.height < 0.25
    failed = cases.join(stood(demonstration, "failures", LATEST), on="application_ref", how="semi")
    east = pl.col("area") == "east"
    assert cases.filter(east).height < 0.15 * cases.height
    assert failed.filter(east).height > 0.33 * failed.height


def test_nobody_reviews_on_a_weekend_or_a_bank_holiday(demonstration: Review) -> None:
    reviews = stood(demonstration, "reviews", LATEST)
    graded = stood(demonstration, "risk_assessments", LATEST)
    days = {*reviews["allocated_on"], *reviews["completed_on"], *graded["assessed_on"]}
    assert all(works(day) for day in days)


def test_an_application_graded_again_keeps_its_earlier_grade(demonstration: Review) -> None:
    graded = stood(demonstration, "risk_assessments", LATEST)
    again = graded.group_by("application_ref").agg(pl.col("grade").n_unique()).filter(pl.col("grade") > 1)
    assert again.height == graded.height - graded["application_ref"].n_unique() == 46


def test_one_member_of_staff_is_suspended_throughout(demonstration: Review) -> None:
    for day in EXTRACTS:
        duties = stood(demonstration, "duty_statuses", day).sort("from_on")
        latest = duties.group_by("person_ref", maintain_order=True).last()
        assert latest.filter(pl.col("status") == "suspended").height == 1


def test_a_small_number_of_people_were_not_reached(demonstration: Review) -> None:
    states = stood(demonstration, "contact_states", LATEST).sort("from_on")
    last = states.group_by("person_ref", maintain_order=True).last()
    counts = {state: last.filter(pl.col("state") == state).height for state in set(last["state"])}
    assert counts.keys() >= {"unable to contact", "not safe or appropriate", "contacted"}
    assert counts["unable to contact"] + counts["not safe or appropriate"] < 0.1 * last.height
    reached = stood(demonstration, "contact_attempts", LATEST).filter(pl.col("outcome") == "reached")
    contacted = last.filter(pl.col("state") == "contacted")
    assert contacted.join(reached, on="person_ref", how="anti").is_empty()


@pytest.mark.parametrize("day", [ANNOUNCED_ON, NOVEMBER_ON, JANUARY_ON, MAY_ON])
def test_enquiries_peak_after_each_statement(demonstration: Review, day: dt.date) -> None:
    arrived = stood(demonstration, "enquiries", LATEST)["received_on"]
    week = dt.timedelta(days=7)
    after = arrived.is_between(day, day + week, closed="left").sum()
    before = arrived.is_between(day - week, day, closed="left").sum()
    assert after > 2 * before


def test_the_public_promises_are_kept_as_commitments(demonstration: Review) -> None:
    promises = stood(demonstration, "commitments", LATEST)
    assert {"refer all failures", "keep staffing", "finish by a day"} <= set(promises["kind"])
    staffing = promises.filter(pl.col("kind") == "keep staffing")
    assert staffing["due_on"].to_list() == [dt.date(2024, 5, 31)]


def test_one_recommendation_is_answered_after_an_extension(demonstration: Review) -> None:
    made = stood(demonstration, "recommendations", LATEST)
    extended = made.filter(pl.col("extended_to").is_not_null())
    assert extended.height == 1
    assert (extended["responded_on"] <= extended["extended_to"]).all()


# The founding review has failures in their place.
NONE_OF = ("allegations", "findings")


@pytest.mark.parametrize("table", [table for table in SCHEMAS if table not in NONE_OF])
def test_every_table_has_rows_and_keeps_to_its_schema(demonstration: Review, table: str) -> None:
    schema = SCHEMAS[table]
    rows = stood(demonstration, table, LATEST).select(schema.column_names())
    good, failure = schema.filter(rows, cast=True)
    assert good.height == rows.height > 0
    assert failure.counts() == {}


def test_the_founding_review_has_no_findings_but_failures(demonstration: Review) -> None:
    assert all(stood(demonstration, table, LATEST).is_empty() for table in NONE_OF)


def test_every_slip_of_the_register_was_held_back_and_is_mended_now(demonstration: Review) -> None:
    held = demonstration.ledger.quarantine()
    blamed = held.select("table_name", "column_name").rows()
    assert {(slip.table, slip.column) for slip in SLIPS} <= set(blamed)
    # The risk assessment of an application that was held back has to wait with it.
    assert len(SLIPS) <= held.height <= len(SLIPS) + 2
    last = demonstration.ledger.receipts().group_by("table_name").last()
    assert last["quarantined"].sum() == 0


def test_duplicates_were_struck_out_before_the_end_of_november(demonstration: Review) -> None:
    versions = demonstration.snapshot().scan("applications").collect()
    standing = versions.filter(pl.col("recorded_to") == STILL)
    gone = versions.join(standing, on="application_ref", how="anti")
    assert gone["application_ref"].n_unique() == 14
    assert gone["recorded_to"].max() < NOVEMBER_ON


def test_there_is_one_load_for_each_extract(demonstration: Review) -> None:
    days = demonstration.ledger.loads()["recorded_on"].cast(pl.String).str.to_date().to_list()
    assert tuple(days) == EXTRACTS
    assert {ANNOUNCED_ON, NOVEMBER_ON, JANUARY_ON, MAY_ON} <= set(EXTRACTS)


def test_it_is_labelled_a_demonstration_wherever_it_is_opened(demonstration: Review) -> None:
    assert open_review(demonstration.folder).terms.demonstration
    assert demonstration.ledger.demonstration()
    assert "demonstration" in demonstration.terms.name


DIES_IN_THE_THIRD_LOAD = """
import os, sys
from pathlib import Path
from data.demo import build
dies = lambda what, done, of: os._exit(9) if done == 2 else None
build(Path(sys.argv[1]), example="housing", progress=dies)
"""


@pytest.mark.long
def test_a_killed_build_leaves_nothing_half_made_and_the_next_is_the_same_as_ever(
    housing: Review, tmp_path: Path
) -> None:
    folder = tmp_path / "demonstration"
    killed = subprocess.run(
        [sys.executable, "-c", DIES_IN_THE_THIRD_LOAD, str(folder)], cwd=ROOT, check=False
    )
    assert killed.returncode == 9
    assert not folder.exists()
    (abandoned,) = tmp_path.iterdir()
    long_ago = time.time() - ABANDONED_SECONDS - 1
    os.utime(abandoned, (long_ago, long_ago))

    again = build(folder, example="housing")

    assert list(tmp_path.iterdir()) == [folder]
    assert same(again.ledger, housing.ledger)


def same(one: Ledger, other: Ledger) -> bool:
    version = one.version()
    tables = [(row_versions_of(one, t, version), row_versions_of(other, t, version)) for t in SCHEMAS]
    records = [
        (one.receipts(), other.receipts()),
        (one.quarantine(), other.quarantine()),
        (one.loads().drop("loaded_at"), other.loads().drop("loaded_at")),
    ]
    return all(mine.equals(theirs) for mine, theirs in [*tables, *records])


def test_a_build_that_is_interrupted_clears_up(tmp_path: Path) -> None:
    def interrupt(what: str, done: int, of: int) -> None:
        raise KeyboardInterrupt(what, done, of)

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "demonstration", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("keep me")
    with pytest.raises(UserError, match="already"):
        build(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "keep me"


def test_the_demonstration_never_goes_into_a_ledger_for_real_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOUR_LEDGER", f"sqlite:///{tmp_path / 'real.sqlite'}")
    with pytest.raises(UserError, match="CANDOUR_LEDGER"):
        build(tmp_path / "demonstration")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", [*EXTRACTS, ANNOUNCED_ON, NOVEMBER_ON, JANUARY_ON, MAY_ON])
def test_the_staff_of_the_week_of_every_extract_and_statement_is_known_on_its_day(
    demonstration: Review, day: dt.date
) -> None:
    monday = day - dt.timedelta(days=day.weekday())
    then = stood(demonstration, "staffing", day).filter(pl.col("week_on") == monday)
    now = stood(demonstration, "staffing", LATEST).filter(pl.col("week_on") == monday)
    # One row, whose headcount was no whole number, was held back for a week.
    held = [slip.table for slip in SLIPS if slip.on == day].count("staffing")
    assert then.height == now.height - held
    assert now.height == 6


def test_extracts_of_staffing_are_never_more_than_a_week_apart(demonstration: Review) -> None:
    taken = demonstration.ledger.receipts().filter(pl.col("table_name") == "staffing")["load"]
    loads = demonstration.ledger.loads().filter(pl.col("load").is_in(taken.implode()))
    days = loads["recorded_on"].cast(pl.String).str.to_date()
    assert days[0] == dt.date(2023, 10, 5)
    assert days.diff().max() <= dt.timedelta(days=8)


def test_the_demonstration_has_two_notes_known_from_the_loads_after_what_they_tell(
    demonstration: Review,
) -> None:
    christmas, moved = Notes(demonstration).all()
    assert (christmas.happened_on, christmas.recorded_from, christmas.figures) == (
        dt.date(2023, 12, 25), dt.date(2024, 1, 4), ("full_time_equivalents",),
    )  # fmt: skip
    assert (moved.happened_on, moved.recorded_from, moved.figures) == (
        dt.date(2024, 1, 15), dt.date(2024, 1, 18), (),
    )  # fmt: skip
    staff = pl.col("full_time_equivalent").sum()
    weeks = stood(demonstration, "staffing", LATEST).group_by("week_on").agg(staff).sort("week_on")
    full = dict(weeks.iter_rows())
    assert full[christmas.happened_on] < full[dt.date(2023, 12, 18)] / 2
    triage = stood(demonstration, "staffing", LATEST).filter(pl.col("team") == "triage")
    people = dict(triage.select("week_on", "headcount").iter_rows())
    assert people[moved.happened_on] < people[dt.date(2024, 1, 8)] / 2
