import datetime as dt
from types import SimpleNamespace

import pytest

from data.terms import SmallNumbers
from metrics.disclosure.evidence import counts_of, of_draft
from metrics.disclosure.inference import (
    LEAST_WIDTH,
    MOST,
    Contradiction,
    Family,
    Work,
    audit,
    own_limits,
    targets_of,
)
from metrics.disclosure.relations import Key, Rule
from metrics.disclosure.rule import protect
from tests.metrics.disclosure.releases import FIRST, counted, elsewhere, frozen, override, typed

RULE = SmallNumbers()
EACH_ONE = {(f"a{number}",): 1 for number in range(7)}


def release(figures, days=0, **words):
    held = frozen(figures, FIRST + dt.timedelta(days=days), ledger=days + 1, **words)
    return of_draft(held, tuple(protect(each, RULE, held.overrides) for each in figures))


def old(*told, days=0):
    return elsewhere(told, FIRST + dt.timedelta(days=days))


def found(*releases):
    """What could be concluded: (place, days of it, least, most)."""
    return sorted(
        (
            each.target.keys[0].place,
            tuple((key.moment.as_at - FIRST).days for key in each.target.keys),
            each.low,
            each.high,
        )
        for each in audit(releases, RULE)
    )


def test_a_small_count_by_itself_cannot_be_concluded():
    assert found(release([counted(cells={(): 3})])) == []


def test_seven_stars_that_add_up_to_a_star_are_one_each():
    told = found(release([counted(cells={(): 7}), counted(cells=EACH_ONE, by=("area",))]))
    assert told == [((), (0,), 7, 7), *[((("area", f"a{number}"),), (0,), 1, 1) for number in range(7)]]


def test_six_of_them_and_a_star_leave_two_numbers_for_each():
    cells = dict(list(EACH_ONE.items())[:6])
    told = found(release([counted(cells={(): 6}), counted(cells=cells, by=("area",))]))
    assert {(low, high) for _, _, low, high in told} == {(1, 2), (6, 7)}


def test_a_total_and_what_is_left_of_it_give_a_small_rest_away():
    # 40 of 41: told as 40 and 40, so that 0 to 4 are left.
    assert found(release([counted("population", {(): 41}), counted("risk_assessed", {(): 40})])) == []
    exact = [override("population"), override("risk_assessed")]
    figures = [counted("population", {(): 41}), counted("risk_assessed", {(): 40})]
    (rest,) = audit([release(figures, overrides=exact)], RULE)
    assert (rest.target.keys[0].quantity, rest.low, rest.high) == ("not_assessed", 1, 1)


def test_a_small_change_is_held_as_a_small_count_is():
    # 16 was said, and 17 is told as 15: 13 to 17, no less than 16, and not 16, which would be told again.
    assert found(old(typed("failures", 16)), release([counted("failures", {(): 17})], 9)) == [
        ((), (0, 9), 1, 1)
    ]
    assert found(old(typed("failures", 14)), release([counted("failures", {(): 17})], 9)) == [
        ((), (0, 9), 1, 3)
    ]
    assert found(old(typed("failures", 12)), release([counted("failures", {(): 17})], 9)) == []


def test_a_number_that_can_fall_tells_less_of_the_day_after():
    backlog = old(typed("backlog", 16)), release([counted("backlog", {(): 17})], 9)
    assert found(*backlog) == []


def test_a_correction_that_lowers_a_count_is_taken_for_what_it_is():
    # 13 became 12: told as 15 and 10, which says so; on each day alone nothing small is told.
    first, later = counted("failures", {(): 13}), counted("failures", {(): 12})
    assert found(release([first]), release([later], 9)) == []


def test_who_assumes_wrongly_that_nothing_fell_may_still_come_upon_the_truth():
    # Among days 0, 9 and 18 the second fell; with the first held not to be above the third all fits.
    days = [release([counted("failures", {(): n})], 9 * at) for at, n in enumerate((15, 13, 17))]
    assert found(*days) == []


def test_what_was_published_before_and_is_wrong_does_not_stop_the_audit():
    low = old(typed("failures", 5), days=1)
    assert (
        found(old(typed("failures", 30, "more than")), low, release([counted("failures", {(): 9})], 2)) == []
    )


def test_a_slip_of_one_number_leaves_all_that_the_others_tell():
    harm = old(typed("failures_with_harm", 5, "at least"))
    slip = old(typed("failures", 40, "more than"))
    now = release([counted("failures", {(): 33}), counted("failures_with_harm", {(): 7})], 9)
    assert found(harm, now) == [((), (9,), 5, 7)]
    assert found(harm, slip, now) == [((), (9,), 5, 7)]
    assert found(slip, now) == []


def test_an_amended_version_is_held_against_the_first():
    types = counted("failures", {("administrative",): 6, ("service",): 7}, by=("type",))
    whole = frozen([counted("failures", {(): 13})], FIRST)
    first = of_draft(whole, tuple(protect(each, RULE) for each in whole.figures))
    for known in (FIRST, FIRST + dt.timedelta(days=7)):
        split = frozen([types], FIRST, known=known, ledger=2)
        second = of_draft(split, tuple(protect(each, RULE) for each in split.figures))
        assert {each[2:] for each in found(first, second)} == {(6, 7)}


def test_a_release_whose_words_are_not_of_its_counts_cannot_be_audited():
    held = frozen([counted(cells={(): 3}), counted(cells={("n",): 3}, by=("area",))])
    other = [counted(cells={(): 30}), held.figures[1]]
    with pytest.raises(Contradiction):
        audit([of_draft(held, tuple(protect(each, RULE) for each in other))], RULE)


def test_what_is_not_decided_within_the_work_allowed_is_said_to_be_so():
    table = [counted(cells={(): 7}), counted(cells=EACH_ONE, by=("area",))]
    left = audit([release(table)], RULE, Work(0))
    assert {(each.low, each.high) for each in left} == {(None, None)}
    assert len(left) == 8


def test_what_is_told_exactly_is_no_secret_and_others_are():
    cells = {("n",): 1, ("s",): 0}
    figures = [counted(cells={(): 1}), counted(cells=cells, by=("area",))]
    assert found(release(figures, overrides=[override("disclosed", ("area",), ("n",))])) == [((), (0,), 1, 1)]


def test_of_the_days_before_an_exact_number_no_more_is_asked_than_it_leaves():
    first = release([counted("failures_with_harm", {(): 2})])
    later = release([counted("failures_with_harm", {(): 2})], 9, overrides=[override("failures_with_harm")])
    assert found(first, later) == []
    counts = counts_of([first, later], RULE)
    assert own_limits(counts, 7) == {0: 2, 1: 2}
    assert [each.wide for each in targets_of(counts, 7)] == [1]


def test_a_weight_of_parts_of_one_is_audited_too():
    halves = counted("full_time_equivalents", {(): 3.5})
    assert found(release([halves])) == []
    teams = counted("full_time_equivalents", {("one",): 3.5, ("two",): 0.0}, ("team",))
    assert found(release([halves, teams])) == []
    exact = release([halves, teams], overrides=[override("full_time_equivalents", ("team",), ("one",))])
    assert found(exact) == [((), (0,), 3.5, 3.5)]


def test_three_apart_is_far_enough():
    assert LEAST_WIDTH == 3


def problem(rules, low=(0, 0, 0), high=(5, 5, 9), work=1_000, whole=(True, True, True)):
    true = {at: 0 if is_whole else 0.5 for at, is_whole in enumerate(whole)}
    counts = SimpleNamespace(low=low, high=high, true=true, key_of=(Key("failures", None, ()),) * 3)
    return Family(counts, (0, 1, 2), rules, Work(work))


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


def test_when_the_work_is_used_up_there_is_no_answer():
    assert problem([], work=0).greatest({0: 1.0}, whole=False) is None


def test_the_work_is_counted_and_not_timed():
    table = [counted(cells={(): 7}), counted(cells=EACH_ONE, by=("area",))]
    used = []
    for _ in range(2):
        work = Work(10_000)
        audit([release(table), release(table, 9)], RULE, work)
        used.append(work.left)
    assert used[0] == used[1] < 10_000
