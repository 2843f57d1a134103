import datetime as dt
import time

import pytest

from metrics.disclosure.count_constraints import MOST, Contradiction, Counts, Moment, Problem, Rule
from tests.metrics.disclosure.releases import FIRST


def problem(rules, low=(0, 0, 0), high=(5, 5, 9), seconds=10, whole=(True, True, True)):
    return Problem(low, high, whole, rules, time.monotonic() + seconds)


def test_the_greatest_of_a_sum_is_found_with_counts_that_come_to_it():
    adds_up = Rule({0: 1.0, 1: 1.0, 2: -1.0}, 0, 0)
    found = problem([adds_up])
    answer = found.greatest({2: 1.0}, whole=False)
    assert (answer.most, list(answer.counts)) == (9, [*answer.counts[:2], 9])
    assert found.greatest({0: -1.0, 1: -1.0}, whole=False).most == 0
    assert found.greatest({0: 1.0, 2: -1.0}, whole=True).most == 0


def test_what_is_no_whole_number_is_a_bound_and_no_answer():
    twice = Rule({0: 2.0}, 3, 7)
    loose = problem([twice]).greatest({0: 1.0}, whole=False)
    assert (loose.most, loose.counts) == (3.5, None)
    assert problem([twice]).greatest({0: 1.0}, whole=True).most == 3


def test_weights_need_not_be_whole():
    found = problem([Rule({0: 2.0}, 3, 7)], whole=(False, True, True)).greatest({0: 1.0}, whole=True)
    assert (found.most, found.counts[0]) == (3.5, 3.5)


def test_what_contradicts_itself_is_said_to():
    with pytest.raises(Contradiction):
        problem([Rule({0: 1.0}, 6, 7)]).greatest({0: 1.0}, whole=False)
    with pytest.raises(Contradiction):
        problem([Rule({0: 2.0}, 3, 3)]).greatest({0: 1.0}, whole=True)


def test_what_has_no_limit_has_the_greatest_there_is():
    assert problem([], high=(float("inf"), 5, 9)).greatest({0: 1.0}, whole=False).most == MOST


def test_when_time_is_up_there_is_no_answer():
    assert problem([], seconds=-1).greatest({0: 1.0}, whole=False) is None


NOW = Moment(FIRST, FIRST, "1")


def known(**numbers):
    counts = Counts()
    for name, number in numbers.items():
        counts.true[counts.place_of(name, NOW, ())] = number
    return counts


def test_a_rule_is_so_or_not_so_or_not_known_to_be():
    rule = Rule({0: 1.0, 1: -1.0}, 0, 2)
    assert rule.holds({0: 3, 1: 2}) is True
    assert rule.holds({0: 3, 1: 4}) is False
    assert rule.holds({0: 3}) is None


def test_what_is_left_of_a_whole_can_be_worked_out():
    counts = known(population=20, risk_assessed=17)
    counts.relate()
    assert counts.true[counts.place_of("not_assessed", NOW, ())] == 3


def test_a_whole_can_be_worked_out_from_all_its_parts():
    counts = known(risk_assessed=17, not_assessed=3)
    counts.relate()
    assert counts.true[counts.place_of("population", NOW, ())] == 20


def test_of_some_parts_it_is_known_that_they_are_no_more_than_the_whole():
    counts = known(people_to_contact=9, people_reached=2, people_waiting=4)
    counts.relate()
    names = [{key.quantity for key, at in counts.keys.items() if at in rule.weights} for rule in counts.rules]
    assert names == []  # two parts of those to be reached are missing
    counts.true[counts.place_of("share_reached: out of", NOW, ())] = 8
    counts.relate()
    assert [(rule.low, rule.high) for rule in counts.rules] == [(0, float("inf"))] * len(counts.rules)
    assert len(counts.rules) == 3


def test_what_the_truth_belies_is_not_taken_for_known():
    counts = known(population=17, risk_assessed=20)
    counts.relate()
    assert counts.rules == []


def test_what_is_told_twice_lies_in_both():
    counts = known(failures=33)
    counts.say((0,), 33, 37, exact=False)
    counts.say((0,), 25, 34, exact=False)
    assert (counts.low[0], counts.high[0]) == (33, 34)


LATER = FIRST + dt.timedelta(days=9)


def followed(quantity, *told):
    """Rules between counts: each of a moment and, where we know it, what it is in truth."""
    counts = Counts()
    for moment, true in told:
        at = counts.place_of(quantity, Moment(*moment), ())
        if true is not None:
            counts.true[at] = true
    counts.follow()
    days = {at: key.moment.edition for key, at in counts.keys.items()}
    return sorted(
        tuple(days[at] for at, _ in sorted(rule.weights.items(), key=lambda each: each[1]))
        for rule in counts.falls
    )


def test_what_is_counted_on_the_same_days_is_the_same_whatever_was_loaded_since():
    both = [("1", "2"), ("2", "1")]
    assert followed("backlog", ((FIRST, FIRST, "1"), 13), ((FIRST, FIRST, "2"), 13)) == both
    assert followed("backlog", ((FIRST, FIRST, "1"), 13), ((FIRST, FIRST, "typed"), None)) == [
        ("1", "typed"), ("typed", "1"),
    ]  # fmt: skip


def test_only_what_a_load_of_the_very_day_told_apart_is_not():
    of = FIRST, FIRST
    told = ((*of, "1"), 13), ((*of, "2"), 14), ((*of, "3"), 13), ((*of, "typed"), None)
    assert followed("failures", *told) == [("1", "3"), ("3", "1"), ("3", "typed"), ("typed", "3")]


def test_what_was_known_later_of_the_same_day_does_not_fall_either():
    told = ((FIRST, FIRST, "1"), 13), ((FIRST, LATER, "2"), 13)
    assert followed("failures", *told) == [("1", "2")]
    assert followed("backlog", *told) == []
    assert followed("failures", ((FIRST, LATER, "1"), 13), ((LATER, FIRST, "2"), 13)) == []


def test_many_releases_of_one_day_need_few_rules():
    first = [((FIRST, FIRST, f"{number}"), 13) for number in range(4)]
    later = [((LATER, LATER, f"later {number}"), 15) for number in range(4)]
    assert len(followed("failures", *first, *later)) == 2 * 3 + 2 * 3 + 1
