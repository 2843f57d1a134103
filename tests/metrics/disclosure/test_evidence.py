import datetime as dt

import pytest

from data.terms import SmallNumbers
from metrics.disclosure.evidence import counts_of, of_draft, of_past
from metrics.disclosure.relations import Key, Moment
from metrics.disclosure.rule import protect
from tests.metrics.disclosure.releases import FIRST, counted, elsewhere, frozen, override, published, typed

RULE = SmallNumbers()
ALWAYS = float("inf")


def release(figures, rule=RULE, **words):
    held = frozen(figures, **words)
    return of_draft(held, tuple(protect(each, rule, held.overrides) for each in figures))


def between(counts, quantity, *place, of=None):
    """Between which a count was told to lie, and what it is."""
    (at,) = [
        number
        for key, number in counts.keys.items()
        if (key.quantity, key.place) == (quantity, place) and of in (None, key.moment)
    ]
    return counts.low[at], counts.high[at], counts.true.get(at)


def old(cell):
    return elsewhere([cell])


def test_a_count_lies_between_what_rounds_to_what_was_told():
    counts = counts_of([release([counted("failures", {(): 33}), counted("referrals", {(): 5})])], RULE)
    assert between(counts, "failures") == (33, 37, 33)
    assert between(counts, "referrals") == (1, 7, 5)


def test_a_share_tells_of_both_its_counts():
    share = counted("share_with_harm", {(): (12, 33, 12 / 33)}, kind="share")
    counts = counts_of([release([share])], RULE)
    assert between(counts, "failures_with_harm") == (8, 12, 12)
    assert between(counts, "failures") == (33, 37, 33)


def test_a_share_told_to_the_nearest_ten_tells_no_more_than_that():
    share = counted("share_with_harm", {(): (12, 33, 12 / 33)}, kind="share")
    counts = counts_of([release([share], RULE.model_copy(update={"base": 10}))], RULE)
    assert between(counts, "failures") == (25, 34, 33)


def test_a_median_tells_whether_few_or_many_entered():
    def entered(many):
        median = counted("days_to_answer", {(): (1, many, 3.0)}, kind="median")
        return between(counts_of([release([median])], RULE), "enquiries")

    assert entered(7) == (1, 7, 7)
    assert entered(9) == (8, ALWAYS, 9)


def test_cells_add_up_to_their_totals_told_or_not():
    table = counted(cells={("n", "ask"): 3, ("n", "know"): 20, ("s", "ask"): 9}, by=("area", "route"))
    counts = counts_of([release([table])], RULE)
    assert between(counts, "disclosed", ("area", "n")) == (0, ALWAYS, 23)
    assert between(counts, "disclosed") == (0, ALWAYS, 32)
    adding = [len(rule.weights) - 1 for rule in counts.rules if (rule.low, rule.high) == (0, 0)]
    assert sorted(adding) == [1, 1, 2, 2, 3]


def test_what_is_counted_and_not_told_is_known_to_us_and_bound_by_nothing_told():
    table = counted(cells={("n",): 3, ("s",): 9}, by=("area",))
    counts = counts_of([of_draft(frozen([table]), ())], RULE)
    assert between(counts, "disclosed", ("area", "n")) == (0, ALWAYS, 3)


def test_an_override_is_known_exactly():
    counts = counts_of([release([counted("failures", {(): 3})], overrides=[override("failures")])], RULE)
    assert between(counts, "failures") == (3, 3, 3)
    assert counts.exact == {0}


def test_one_number_of_two_figures_is_one_count():
    figures = [
        counted("failures_with_harm", {(): 2}),
        counted("failures", {("harm",): 2, ("service",): 9}, ("part",)),
    ]
    first, other = (
        counts_of([release(figures, precedence=order)], RULE) for order in (("harm",), ("service", "harm"))
    )
    assert ("failures", (("part", "harm"),)) not in {key.lasting for key in first.keys}
    assert ("failures", (("part", "harm"),)) not in {key.lasting for key in other.keys}
    unlike = [counted("failures_with_harm", {(): 3}), figures[1]]
    assert ("failures", (("part", "harm"),)) in {
        key.lasting for key in counts_of([release(unlike)], RULE).keys
    }


def test_a_typed_number_lies_where_its_words_put_it():
    said = {
        "": (3582, 3582, 3582), "more than": (3583, ALWAYS, None), "at least": (3582, ALWAYS, None),
        "less than": (0, 3581, None), "at most": (0, 3582, None),
    }  # fmt: skip
    for qualifier, expected in said.items():
        counts = counts_of([old(typed("population", 3582, qualifier))], RULE)
        assert between(counts, "population") == expected, qualifier
    low, high, _ = between(counts_of([old(typed("headcount", 45, "about"))], RULE), "headcount")
    assert (low, high) == pytest.approx((40.5, 49.5))


def test_a_typed_cell_stands_where_what_was_counted_has_that_label():
    table = counted("failures", {(None,): 8, ("late",): 25}, ("reason",))
    counts = counts_of(
        [old(typed("failures", 25, by=("reason",), where=("not recorded",))), release([table])], RULE
    )
    moment = Moment(FIRST, FIRST, "elsewhere 1.1")
    assert between(counts, "failures", ("reason", None), of=moment) == (25, 25, 25)


def test_a_typed_share_binds_its_two_counts():
    cell = typed("share_with_harm", 0.1).whole.model_copy(update={"low": 0.05, "high": 0.1, "number": 0.1})
    told = typed("share_with_harm", 1).model_copy(update={"kind": "share", "cells": (cell,)})
    (above, below) = (rule.weights for rule in counts_of([old(told)], RULE).rules[:2])
    assert (list(above.values()), list(below.values())) == ([1.0, -0.05], [1.0, -0.1])


def test_counts_to_date_do_not_fall_from_one_day_to_a_later_one():
    later = FIRST + dt.timedelta(days=9)
    figures = [counted("failures", {(): 33}), counted("backlog", {(): 33})]
    counts = counts_of([release(figures), release(figures, day=later, ledger=2)], RULE)
    (only,) = counts.falls
    assert {key.quantity for key, at in counts.keys.items() if at in only.weights} == {"failures"}
    again = counts_of([release(figures), release(figures, known=later, ledger=2)], RULE)
    assert again.falls == counts.falls


def test_a_release_is_read_as_it_was_published():
    held = frozen([counted("failures", {(): 33})])
    read = of_past(held, published([protect(held.figures[0], RULE)]))
    assert Key("failures", read.moment, ()) in counts_of([read], RULE).keys
