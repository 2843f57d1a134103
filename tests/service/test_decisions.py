"""What needs a decision on several days of the demonstration, counted anew in the tables."""

import datetime as dt
import shutil

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from data.review import open_review
from metrics.as_at import Clocks
from metrics.decisions import COMMITMENT, STALE, JudgedPromise, Promise, PromiseStatus
from service import cache
from service import decisions as found
from service.decisions import decisions, promises
from service.view import open_source
from tests.loading import sealed_loading
from tests.metrics.world import D
from tests.pages.reading import captions, headings, one_enquiry, tables


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    cache.clear()
    token = services_of(demonstration.folder).welcome("reader", (Role.RELEASE_APPROVER,), "test")
    return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")


def known(demonstration, name, day):
    rows = demonstration.snapshot().scan(name)
    return rows.filter(pl.col("recorded_from") <= day, pl.col("recorded_to") > day).collect()


def found_on(view):
    return decisions(view, promises(view))


def by_kind(view):
    return {each.kind: each for each in found_on(view)}


def test_on_the_last_day_a_recommendation_is_due_four_referrals_are_silent_and_two_promises_broken(source):
    told = [
        (each.kind, each.count, each.since) for each in found_on(source.view(Clocks.then(D(2024, 5, 30)), {}))
    ]
    assert told == [
        ("due", 1, D(2024, 6, 11)),
        ("silent", 4, D(2023, 10, 25)),
        (COMMITMENT, 1, D(2023, 10, 26)),
        (COMMITMENT, 1, D(2023, 10, 26)),
    ]


def test_referrals_without_an_event_are_those_whose_last_step_is_28_days_old(source, demonstration):
    for day in (D(2024, 2, 15), D(2024, 4, 11), D(2024, 5, 22)):
        referrals = known(demonstration, "referrals", day).filter("in_scope")
        last = (
            known(demonstration, "referral_events", day)
            .group_by("referral_ref")
            .agg(pl.col("happened_on").max())
        )
        ages = [(day - on).days for on in referrals.join(last, on="referral_ref")["happened_on"]]
        found = by_kind(source.view(Clocks.then(day), {}))["silent"]
        assert found.count == sum(age >= 28 for age in ages)
        assert found.since == day - dt.timedelta(days=max(ages))


def test_high_grades_waiting_are_those_sent_on_and_not_reviewed(source, demonstration):
    day = D(2023, 11, 16)
    cases = known(demonstration, "applications", day).filter("in_scope")["application_ref"]
    assessed = (
        known(demonstration, "risk_assessments", day)
        .sort("assessed_on")
        .group_by("application_ref")
        .agg(pl.col("grade").cast(pl.String).last(), sent=pl.col("assessed_on").filter("sent_on").min())
    )
    done = known(demonstration, "reviews", day).filter(pl.col("kind") == "first").drop_nulls("completed_on")
    waits = assessed.filter(
        pl.col("grade") == "high",
        pl.col("sent").is_not_null(),
        pl.col("application_ref").is_in(cases.to_list()),
        ~pl.col("application_ref").is_in(done["application_ref"].to_list()),
    )
    found = by_kind(source.view(Clocks.then(day), {}))["high grade"]
    assert (found.count, found.since) == (waits.height, waits["sent"].min())
    assert found.count > 10


def test_decisions_not_to_contact_are_looked_at_again_once_their_day_has_passed(source, demonstration):
    day = D(2024, 4, 11)
    last = known(demonstration, "contact_states", day).sort("from_on").group_by("person_ref").last()
    passed = last.filter(pl.col("state") == "not safe or appropriate", pl.col("look_again_on") < day)
    found = by_kind(source.view(Clocks.then(day), {}))["look again"]
    assert (found.count, found.since) == (passed.height, passed["look_again_on"].min())
    assert "overdue" not in found.sentence


def test_harm_is_without_a_referral_from_the_day_it_is_found_until_it_has_one(source):
    now = D(2024, 5, 30)
    assert by_kind(source.view(Clocks(D(2023, 11, 6), now), {}))["harm"].count == 1
    assert "harm" not in by_kind(source.view(Clocks(D(2023, 11, 7), now), {}))


def test_a_register_not_loaded_for_more_than_14_days_is_old_and_the_demonstrations_last_day_is_not(source):
    assert STALE not in by_kind(source.view(Clocks.then(D(2024, 5, 30)), {}))
    assert STALE not in by_kind(source.view(Clocks.then(D(2024, 5, 29)), {}))


def test_between_two_loads_far_apart_the_register_was_old(untouched, tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    with sealed_loading(open_review(folder), D(2024, 7, 1)) as loading:
        loading.store(one_enquiry(D(2024, 6, 4)))
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    cache.clear()
    token = services_of(folder).welcome("reader", (Role.RELEASE_APPROVER,), "test")
    between = open_source(services_of(folder).visit(token), "OFFICIAL").view(Clocks.then(D(2024, 6, 20)), {})
    assert "last loaded on 30 May 2024, 21 days earlier" in by_kind(between)[STALE].sentence


def test_nothing_is_said_to_need_a_decision_on_a_day_that_is_not_known(source):
    assert found_on(source.view(Clocks(D(2024, 5, 30), D(2024, 5, 9)), {})) == []


def test_each_promise_is_held_against_the_figures_of_the_whole_review(source):
    narrowed = source.view(Clocks.then(D(2024, 5, 30)), {"area": ("west",)})
    held = {each.promise.kind: (str(each.status), each.figures) for each in promises(narrowed)}
    assert held["refer all failures"] == (
        "not kept",
        "3 of 33 failures have a referral. There are 5 referrals in all.",
    )
    assert held["finish by a day"][0] == "kept"
    assert held["answer enquiries"] == (
        "not kept",
        "94% answered within ten working days (target: all). 19 are open.",
    )
    assert held["keep staffing"] == (
        "no measure set",
        (
            "45 people in the review team at the time, 20 on 30 May 2024. No detailed reviews outstanding. "
            "The register has no promised level."
        ),
    )


def test_a_promise_to_finish_is_at_risk_where_no_finish_is_in_sight(source):
    view = source.view(Clocks.then(D(2023, 12, 1)), {})
    held = {each.promise.kind: each for each in promises(view)}["finish by a day"]
    assert (held.status, held.needs_a_decision) == ("at risk", True)
    assert held.figures.endswith(" on 1 December 2023. No finish is in sight.")


def test_answers_given_before_any_tenth_working_day_are_counted(source, demonstration):
    day = D(2023, 11, 7)
    answered = known(demonstration, "enquiries", day).filter(pl.col("answered_on") <= day).height
    held = {each.promise.kind: each.figures for each in promises(source.view(Clocks.then(day), {}))}
    assert answered > 1
    assert held["answer enquiries"] == (
        f"No enquiry has reached its tenth working day; {answered} are answered."
    )


def test_before_a_promise_was_made_it_is_not_told(source):
    assert not promises(source.view(Clocks.then(D(2023, 10, 25)), {}))


def test_a_broken_promise_links_the_rows_that_it_still_owes(source):
    told = found_on(source.view(Clocks.then(D(2024, 4, 11)), {}))
    figures = {each.promise.kind: each.figure for each in told if each.promise}
    assert figures["refer all failures"] == "failures_not_referred"


def test_a_promise_that_owes_no_row_links_none(source):
    view = source.view(Clocks.then(D(2024, 5, 30)), {})
    made = Promise("C9", D(2023, 11, 30), "keep staffing", "We will.", None, None)
    later = Promise("C8", D(2023, 11, 30), "finish by a day", "We will.", D(2023, 12, 15), None)
    assert found._broken(view, JudgedPromise(made, PromiseStatus.NOT_KEPT, "None left.")).figure is None
    assert found._broken(view, JudgedPromise(later, PromiseStatus.NOT_KEPT, "Some left.")).figure == "backlog"
    assert found.judged(view, later).clocks == Clocks(D(2023, 12, 15), D(2024, 5, 30))


def test_the_rows_of_a_broken_promise_are_of_the_whole_review_however_the_view_is_narrowed(app):
    page = app(role=Role.CHIEF_OFFICER, area="headquarters")
    labels = [each.label for each in page.expander]
    label = next(each for each in labels if "3 of 33 failures have a referral" in each)
    assert label.startswith("**Promise not kept.** “")
    page.session_state["decision_commitment_C-1"] = True
    page.run()
    assert not page.exception
    assert "Failures without a referral in the whole review on 30 May 2024: 30." in captions(page)
    rows = next(each for each in tables(page) if "Failure ref" in each.columns)
    assert rows.height == 33 - 3


def test_the_overview_shows_each_with_its_rows_one_click_away(app):
    page = app(role=Role.CHIEF_OFFICER)
    told = [each.label for each in page.expander if "Quiet referrals" in each.label]
    assert told[0].startswith("**Quiet referrals.** 4 open referrals have had no event for 28 days")
    assert any("3 of 33 failures have a referral" in each.label for each in page.expander)
    assert all(after <= before + 1 for before, after in zip(headings(page), headings(page)[1:], strict=False))
