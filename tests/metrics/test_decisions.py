import pytest

from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.decisions import (
    DUE,
    HARM,
    HIGH_GRADE,
    MATTERS,
    NO_FINISH,
    Promise,
    PromiseStatus,
    answer_enquiries,
    apart,
    finish,
    judged,
    keep_staffing,
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
    found, said = finish(PROMISE, day, left, chance, "applications")
    assert found == standing
    forecast = chance not in (None, NO_FINISH)
    assert ("About" in said) == (found in (PromiseStatus.AT_RISK, PromiseStatus.NOT_DUE) and forecast)
    assert said.endswith(". No finish is in sight.") == (chance == NO_FINISH)


def test_a_promise_is_judged_on_its_own_day_once_that_is_over():
    assert PROMISE.judged_on(BEFORE) == BEFORE
    assert PROMISE.judged_on(AFTER) == DUE_ON
    assert "on 31 May 2024" in finish(PROMISE, AFTER, (0, 3), None, "applications")[1]


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
    words = {"grade": "high", "case": "complaint", "cases": "complaints"}
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
