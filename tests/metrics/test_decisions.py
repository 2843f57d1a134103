import pytest

from metrics.ages import Ages
from metrics.catalogue import metric
from metrics.decisions import DUE, HARM, HIGH_GRADE, MATTERS, apart, stale, waiting
from metrics.metric import Metric
from tests.metrics.world import D

DAY = D(2024, 5, 30)


def test_one_is_told_as_one_and_several_as_several():
    one = waiting(HARM, Ages(1, D(2024, 5, 16), 14.0, 14), DAY)
    assert one.sentence == (
        "1 failure with harm has no referral: it was found on 16 May 2024, 14 days earlier."
    )
    several = waiting(HARM, Ages(3, D(2024, 5, 29), 1.0, 1), DAY)
    assert several.sentence == (
        "3 failures with harm have no referral: the first was found on 29 May 2024, 1 day earlier."
    )
    assert (several.kind, several.count, several.since, several.figure) == (
        "harm", 3, D(2024, 5, 29), "harm_not_referred",
    )  # fmt: skip


def test_what_is_due_later_is_told_with_the_days_left():
    due = waiting(DUE, Ages(1, D(2024, 6, 11), -12.0, -12), DAY)
    assert due.sentence == "1 learning recommendation is to be answered by 11 June 2024, in 12 days."


def test_a_matter_speaks_in_the_words_of_the_review():
    words = {"grade": "high", "case": "complaint", "cases": "complaints"}
    found = waiting(HIGH_GRADE, Ages(2, D(2024, 5, 1), 20.0, 29), DAY, words, (("grade", "high"),))
    assert found.sentence == (
        "2 complaints graded high wait for their detailed reviews to be completed, the longest since "
        "1 May 2024, 29 days earlier."
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
