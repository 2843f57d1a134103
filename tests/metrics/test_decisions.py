from dataclasses import replace

import pytest

from data.decision_step import Action, DecisionStep
from data.terms import DECISIONS, Case, DecisionRule, Stages, words_of
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.decisions import (
    COMMITMENT,
    DUE,
    HARM,
    HIGH_GRADE,
    MATTERS,
    NO_FINISH,
    SILENT,
    STALE,
    Decision,
    Promise,
    PromiseStatus,
    answer_enquiries,
    apart,
    finish,
    judged,
    keep_staffing,
    owned,
    owner_words,
    ranked,
    refer_all,
    stale,
    waiting,
)
from metrics.evaluate import Ages
from metrics.metric import Metric
from tests.metrics.world import D

BEFORE, DUE_ON, AFTER = D(2024, 4, 1), D(2024, 5, 31), D(2024, 7, 1)
PROMISE = Promise("C1", D(2023, 11, 30), "finish by a day", "We will finish.", DUE_ON, None)


@pytest.mark.parametrize(
    ("found", "referred", "standing", "said"),
    [
        (33, 3, PromiseStatus.NOT_KEPT, "3 of 33 failures have a referral. There are 5 referrals in all."),
        (5, 5, PromiseStatus.SO_FAR, "5 of 5 failures have a referral. There are 5 referrals in all."),
        (0, 0, PromiseStatus.SO_FAR, "No failure has been found."),
    ],
)
def test_a_promise_to_refer_all_failures_is_held_against_those_with_a_referral(
    found, referred, standing, said
):
    assert refer_all(found, referred, 5) == (standing, said)


@pytest.mark.parametrize(
    ("day", "left", "chance", "standing"),
    [
        (BEFORE, (0, 116), (0.8, "about 80%"), PromiseStatus.NOT_DUE),
        (BEFORE, (0, 116), (0.3, "about 30%"), PromiseStatus.AT_RISK),
        (BEFORE, (0, 116), None, PromiseStatus.NOT_DUE),
        (BEFORE, (0, 116), NO_FINISH, PromiseStatus.AT_RISK),
        (BEFORE, (0, 0), None, PromiseStatus.KEPT),
        (DUE_ON, (0, 1), (1.0, "more than 95%"), PromiseStatus.NOT_KEPT),
        (AFTER, (2, 0), None, PromiseStatus.NOT_KEPT),
        (AFTER, (0, 0), None, PromiseStatus.KEPT),
    ],
)
def test_a_promise_to_finish_is_held_against_what_remains_and_before_its_day_against_the_forecast(
    day, left, chance, standing
):
    found, said = finish(PROMISE, day, left, chance)
    assert found == standing
    forecast = chance not in (None, NO_FINISH)
    assert ("About" in said) == (found in (PromiseStatus.AT_RISK, PromiseStatus.NOT_DUE) and forecast)
    assert said.endswith(". No finish is in sight.") == (chance == NO_FINISH)


def test_a_promise_is_judged_on_its_own_day_once_that_is_over():
    assert PROMISE.judged_on(BEFORE) == BEFORE
    assert PROMISE.judged_on(AFTER) == DUE_ON
    assert "on 31 May 2024" in finish(PROMISE, AFTER, (0, 3), None)[1]


def test_a_level_of_staff_that_nobody_wrote_down_cannot_be_judged_but_none_at_all_is_not_enough():
    found, said = keep_staffing(PROMISE, BEFORE, 45, 20, 116)
    assert found == PromiseStatus.UNKNOWN
    assert said.startswith(
        "45 people in the review team at the time, 20 on 1 April 2024. 116 detailed reviews outstanding."
    )
    assert keep_staffing(PROMISE, BEFORE, 45, 0, 116)[0] == PromiseStatus.NOT_KEPT
    assert keep_staffing(PROMISE, BEFORE, 45, 0, 0)[0] == PromiseStatus.UNKNOWN


def test_a_promise_to_answer_enquiries_is_kept_so_far_only_if_every_one_was_answered_in_time():
    assert answer_enquiries((9, 9), 12, 0)[0] == PromiseStatus.SO_FAR
    assert answer_enquiries((363, 388), 432, 19) == (
        PromiseStatus.NOT_KEPT,
        "94% answered within ten working days (target: all). 19 are open.",
    )
    assert answer_enquiries((9, 9), 12, 0)[1].startswith("100% answered within ten working days")
    assert answer_enquiries((387, 388), 432, 19)[1].startswith("99.7% answered within ten working days")
    assert answer_enquiries((1, 388), 432, 19)[1].startswith("0.26% answered within ten working days")


@pytest.mark.parametrize(
    ("answered", "open_", "said"),
    [
        (25, 4, "No enquiry has reached its tenth working day; 25 are answered."),
        (1, 0, "No enquiry has reached its tenth working day; 1 is answered."),
        (0, 4, "No enquiry has reached its tenth working day; none is answered."),
        (0, 0, "No enquiry has arrived."),
    ],
)
def test_before_any_enquiry_is_due_the_promise_says_how_many_are_answered_all_the_same(answered, open_, said):
    assert answer_enquiries((0, 0), answered, open_) == (PromiseStatus.SO_FAR, said)


def test_a_promise_withdrawn_or_beyond_the_register_needs_no_decision():
    withdrawn = Promise("C2", BEFORE, "other", "We will.", None, DUE_ON)
    assert judged(withdrawn, Clocks.then(AFTER), None).status == PromiseStatus.WITHDRAWN
    beyond = judged(withdrawn, Clocks.then(BEFORE), None)
    assert (beyond.status, beyond.needs_a_decision) == (PromiseStatus.UNKNOWN, False)
    assert judged(PROMISE, Clocks.then(AFTER), (PromiseStatus.NOT_KEPT, "3 left.")).needs_a_decision


def test_a_promise_is_not_judged_on_a_day_after_the_last_that_is_known():
    told = judged(PROMISE, Clocks(AFTER, BEFORE), (PromiseStatus.NOT_KEPT, "3 left."))
    assert told.status == PromiseStatus.NOT_JUDGED
    assert not told.needs_a_decision
    assert "What is known ends on" in told.figures


DAY = D(2024, 5, 30)


def test_one_is_told_as_one_and_several_as_several():
    one = waiting(HARM, Ages(1, D(2024, 5, 16), 14.0, 14), DAY)
    assert one.sentence == (
        "1 failure with harm has no referral. It was found on 16 May 2024, 14 days earlier."
    )
    several = waiting(HARM, Ages(3, D(2024, 5, 29), 1.0, 1), DAY)
    assert several.sentence == (
        "3 failures with harm have no referral. The first was found on 29 May 2024, 1 day earlier."
    )
    assert (several.kind, several.count, several.since, several.figure) == (
        "harm", 3, D(2024, 5, 29), "harm_not_referred",
    )  # fmt: skip


def test_what_is_due_later_is_told_with_the_days_left():
    due = waiting(DUE, Ages(1, D(2024, 6, 11), -12.0, -12), DAY)
    assert due.sentence == "1 learning recommendation needs an answer by 11 June 2024, in 12 days."


def test_a_matter_speaks_in_the_words_of_the_review():
    words = words_of(Case(one="complaint", many="complaints"), Stages())
    found = waiting(HIGH_GRADE, Ages(2, D(2024, 5, 1), 20.0, 29), DAY, words, (("grade", "high"),))
    assert found.sentence == (
        "2 complaints graded high wait for their detailed reviews, the longest since 1 May 2024, "
        "29 days earlier."
    )
    assert found.where == (("grade", "high"),)


def test_where_nothing_waits_nothing_is_to_be_decided():
    assert waiting(HARM, Ages(0, None, None, None), DAY) is None


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.name)
def test_every_matter_is_counted_by_a_figure_of_the_catalogue(matter):
    assert isinstance(metric(matter.figure), Metric)


@pytest.mark.parametrize(("last", "old"), [(D(2024, 5, 16), False), (D(2024, 5, 15), True)])
def test_the_register_is_old_when_it_was_last_loaded_more_than_14_days_before(last, old):
    found = stale(last, DAY)
    assert (found is not None) == old
    if found:
        assert "last loaded on 15 May 2024, 15 days earlier" in found.sentence


def test_a_register_that_was_never_loaded_is_not_old():
    assert stale(None, DAY) is None


def test_days_are_told_before_on_and_after_the_day():
    assert [apart(day, DAY) for day in (D(2024, 5, 28), DAY, D(2024, 5, 31))] == [
        "2 days earlier", "the day of these figures", "in 1 day",
    ]  # fmt: skip


RULE = DecisionRule(kind="harm", days=2, consequence="high")
HARMED = waiting(HARM, Ages(3, D(2024, 5, 1), 20.0, 29, D(2024, 5, 20)), DAY)


def step(action=Action.TAKEN, *, as_at=DAY, size=3, to_role="", about=("harm", "")) -> DecisionStep:
    own = (action, to_role, "We decided", "ben", "chief officer", "2024-05-30T10:00:00.000000+00:00")
    return DecisionStep(1, *about, *own, as_at, size, DAY)


def assigned(to_role) -> DecisionStep:
    return step(Action.ASSIGNED, to_role=to_role)


def test_every_matter_has_a_rule_of_who_owns_it():
    assert {rule.kind for rule in DECISIONS} == {*(matter.name for matter in MATTERS), COMMITMENT, STALE}


def test_a_decision_belongs_to_the_owner_of_its_kind_and_is_due_its_days_after_it_began_to_wait():
    mine = owned(HARMED, RULE, [])
    assert (mine.owner, mine.due, mine.consequence, mine.taken) == (
        "chief officer", D(2024, 5, 3), "high", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("matter", "dated", "begun"),
    [
        (HARM, D(2024, 5, 1), D(2024, 5, 1)),
        (DUE, D(2024, 6, 11), D(2024, 5, 28)),
        (SILENT, D(2024, 4, 1), D(2024, 4, 29)),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_what_is_due_later_or_silent_begins_to_wait_on_the_day_that_makes_it_so(matter, dated, begun):
    found = waiting(matter, Ages(1, dated, 0.0, 0, dated), DAY)
    assert (found.since, found.begun, found.newest) == (dated, begun, begun)


def test_old_data_begins_to_wait_on_its_fifteenth_day():
    found = stale(D(2024, 5, 15), DAY)
    assert (found.begun, found.newest) == (DAY, DAY)


def test_the_last_role_it_was_assigned_to_owns_it():
    assert owned(HARMED, RULE, [assigned("analyst"), assigned("auditor")]).owner == "auditor"
    assert owned(HARMED, RULE, [assigned("analyst"), step()]).owner == "analyst"


def test_a_decision_that_was_taken_counts_for_what_had_begun_to_wait_by_then():
    for as_at in (DAY, D(2024, 5, 20)):
        assert owned(HARMED, RULE, [step(as_at=as_at)]).taken == step(as_at=as_at)


@pytest.mark.parametrize(
    "steps",
    [
        [step(as_at=D(2024, 5, 19))],
        [step(size=2)],
        [step(about=("overdue", ""))],
        [step(about=("harm", "C-1"))],
        [step(), assigned("analyst")],
    ],
    ids=["began anew", "grew", "another matter", "a promise", "assigned afterwards"],
)
def test_it_waits_again_once_the_matter_grew_or_began_anew_or_it_was_assigned(steps):
    assert owned(HARMED, RULE, steps).taken is None


def test_fewer_than_were_decided_on_are_still_decided():
    assert owned(replace(HARMED, size=2), RULE, [step()]).taken is not None


def test_a_decision_of_an_earlier_day_that_was_recorded_later_takes_nothing_back():
    earlier = step(as_at=D(2024, 5, 2), size=1)
    assert owned(HARMED, RULE, [step(), earlier]).taken == step()


def decision(consequence, due, taken=None) -> Decision:
    return replace(HARMED, consequence=consequence, due=due, taken=taken)


def test_decisions_are_ranked_by_consequence_then_by_how_overdue_and_those_taken_are_last():
    grave, later = decision("high", D(2024, 5, 2)), decision("high", D(2024, 5, 9))
    medium, low = decision("medium", D(2024, 1, 1)), decision("low", D(2023, 1, 1))
    taken = decision("high", D(2020, 1, 1), step())
    assert ranked([taken, low, later, medium, grave]) == [grave, later, medium, low, taken]


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (D(2024, 6, 14), "Chief officer, due 14 June"),
        (D(2025, 1, 14), "Chief officer, due 14 January 2025"),
        (DAY, "Chief officer, due 30 May"),
        (D(2024, 5, 29), "Chief officer, overdue 1 day"),
        (D(2024, 5, 27), "Chief officer, overdue 3 days"),
    ],
)
def test_an_owner_stands_with_the_day_due_or_the_days_since(due, words):
    assert owner_words(replace(HARMED, owner="chief officer", due=due), DAY) == words
