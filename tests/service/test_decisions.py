"""What needs a decision on several days of the demonstration, counted anew in the tables."""

import datetime as dt
import shutil
from dataclasses import replace

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.decisions import DecisionSteps
from data.errors import UserError
from data.formatting import written_day
from data.publishing.release import Person
from data.review import open_review
from metrics.as_at import Clocks
from metrics.decisions import COMMITMENT, STALE, JudgedPromise, Promise, PromiseStatus
from service import decisions as found
from service.decisions import decide, decisions, promises
from service.view import open_source
from tests.loading import sealed_loading
from tests.metrics.world import D
from tests.pages.reading import captions, headings, one_enquiry, tables


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    token = services_of(demonstration.folder).welcome("reader", (Role.RELEASE_APPROVER,), "test")
    return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")


def known(demonstration, name, day):
    rows = demonstration.snapshot().scan(name)
    return rows.filter(pl.col("recorded_from") <= day, pl.col("recorded_to") > day).collect()


def found_on(view):
    return decisions(view, promises(view))


def by_kind(view):
    return {each.kind: each for each in found_on(view)}


def test_on_the_last_day_two_promises_are_broken_four_referrals_are_silent_and_a_recommendation_is_due(
    source,
):
    day = D(2024, 5, 30)
    told = [
        (each.kind, each.count, each.since, each.owner, each.due)
        for each in found_on(source.view(Clocks.then(day), {}))
    ]
    assert told == [
        (COMMITMENT, 1, D(2023, 10, 26), "chief officer", D(2023, 10, 26)),
        (COMMITMENT, 1, D(2023, 10, 26), "chief officer", D(2023, 10, 26)),
        ("silent", 4, D(2023, 10, 25), "chief officer", D(2023, 11, 29)),
        ("due", 1, D(2024, 6, 11), "chief officer", D(2024, 6, 11)),
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
    assert told[0].endswith(" Chief officer, overdue 183 days.")
    assert any("3 of 33 failures have a referral" in each.label for each in page.expander)
    assert all(after <= before + 1 for before, after in zip(headings(page), headings(page)[1:], strict=False))


NOTE = "The oversight body was asked"
LAST, EARLIER, DECEMBER = D(2024, 5, 30), D(2024, 4, 11), D(2023, 12, 14)


@pytest.fixture
def opened(untouched, tmp_path, monkeypatch):
    """Return a view of a copy of the demonstration, as a page has one in each run."""
    folder = tmp_path / "own"
    shutil.copytree(untouched, folder)
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    desk = services_of(folder)

    def view(clocks=Clocks(LAST, LAST), role=Role.CHIEF_OFFICER, **narrowing):
        return open_source(desk.visit(desk.welcome("ben", (role,), "test")), "M").view(clocks, narrowing)

    view.review = desk.review
    return view


def silent(view):
    return by_kind(view)["silent"]


def test_a_decision_that_was_taken_comes_last_with_who_when_and_why(opened):
    view = opened()
    taken = decide(view, silent(view), NOTE)
    last = found_on(opened())[-1]
    assert (last.kind, last.taken) == ("silent", taken)
    assert (taken.who, taken.role, taken.as_at, taken.size) == ("ben", "chief officer", LAST, 4)
    day = written_day(taken.recorded_from)
    assert found.decision_sentence(view, last).endswith(
        f" Decided by ben (chief officer) on {day}: The oversight body was asked."
    )


def test_a_decision_is_known_on_both_clocks_from_the_day_of_its_figures_and_of_its_recording(opened):
    view = opened(Clocks(EARLIER, LAST))
    taken = decide(view, silent(view), NOTE)
    assert silent(opened(Clocks(EARLIER, LAST))).taken == taken
    assert silent(opened(Clocks(EARLIER - dt.timedelta(days=1), LAST))).taken is None
    # It was recorded after the last load.
    assert silent(opened(Clocks.then(EARLIER))).taken is None
    before = LAST - dt.timedelta(days=1)
    assert silent(opened(Clocks(EARLIER, before))).taken is None


def test_a_step_recorded_on_an_earlier_day_is_known_from_that_day(opened):
    steps, by = DecisionSteps(opened.review, lambda: D(2024, 5, 9)), Person("ben", "chief officer")
    step = steps.add(by, ("silent", ""), NOTE, figures=(EARLIER, 9), seen=0)
    assert silent(opened(Clocks(EARLIER, D(2024, 5, 9)))).taken == step
    assert silent(opened(Clocks(EARLIER, D(2024, 5, 8)))).taken is None


def test_it_waits_again_on_a_later_day_by_which_more_began_to_wait(opened):
    view = opened(Clocks(DECEMBER, LAST))
    first = silent(view)
    decide(view, first, NOTE)
    again = silent(opened())
    assert again.newest > DECEMBER
    assert again.taken is None


def test_a_promise_is_decided_by_its_reference_and_waits_again_once_more_is_owed(opened):
    view = opened(Clocks(DECEMBER, LAST))
    broken = next(each for each in found_on(view) if each.figure == "failures_not_referred")
    decide(view, broken, NOTE)
    on_that_day = {each.about: each for each in found_on(opened(Clocks(DECEMBER, LAST)))}
    later = {each.about: each for each in found_on(opened())}
    assert on_that_day[broken.about].taken is not None
    assert [each.kind for each in on_that_day.values() if each.taken] == [COMMITMENT]
    assert later[broken.about].size > broken.size
    assert later[broken.about].taken is None


def test_an_assigned_decision_belongs_to_its_role_which_may_then_take_it(opened):
    analyst = opened(role=Role.ANALYST)
    assert not found.may_decide(analyst, silent(analyst))
    view = opened()
    decide(view, silent(view), NOTE, "analyst")
    analyst = opened(role=Role.ANALYST)
    mine = silent(analyst)
    assert mine.owner == "analyst"
    assert "Analyst, overdue 183 days." in found.decision_sentence(analyst, mine)
    decide(analyst, mine, "It has answered")
    assert silent(opened()).taken.role == "analyst"


REFUSED = (
    "Only the chief officer and its owner, the chief officer, decide it: on the whole review, as known now."
)


@pytest.mark.parametrize(
    "how",
    [
        {"role": Role.ANALYST},
        {"area": ["west"]},
        {"clocks": Clocks.then(EARLIER)},
        {"clocks": Clocks(EARLIER, EARLIER)},
    ],
    ids=["another's", "a part of the review", "as known then", "as known on a day"],
)
def test_who_does_not_own_it_and_who_sees_a_part_of_it_takes_none(opened, how):
    view = opened(**how)
    with pytest.raises(UserError) as refused:
        decide(view, replace(silent(opened(Clocks(EARLIER, LAST))), owner="chief officer"), NOTE)
    assert str(refused.value) == REFUSED
    assert view.source.decision_steps() == ([], [])


def test_a_role_that_may_take_none_is_refused_and_that_is_recorded(opened):
    with pytest.raises(Refused, match="taking of decisions"):
        decide(opened(role=Role.RELEASE_APPROVER), silent(opened()), NOTE)
    with opened.review.record.reading() as rows:
        assert [row.scope for row in rows if row.outcome == "refused"] == ["decide"]


def test_it_is_assigned_to_no_role_that_there_is_not(opened):
    view = opened()
    with pytest.raises(UserError, match=r"^There is no role 'mayor' to assign it to\.$"):
        decide(view, silent(view), NOTE, "mayor")


def test_the_terms_give_a_decision_another_owner_day_and_rank(opened):
    own = '[[decisions]]\nkind = "due"\nowner = "analyst"\ndays = 7\nconsequence = "high"\n'
    terms = opened.review.folder / "terms.toml"
    terms.write_text(f"{terms.read_text()}\n{own}")
    first = found_on(opened())[0]
    assert (first.kind, first.owner, first.due) == ("due", "analyst", D(2024, 6, 4))
