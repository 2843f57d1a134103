import time

import pytest

from metrics.disclosure.solver import MOST, Contradiction, Problem, Rule


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
