"""What is public exactly stays exact while it is unchanged, and that it has changed is all it gives away."""

import datetime as dt
from dataclasses import replace

import pytest

from data.terms import SmallNumbers
from metrics.disclosure.control import controlled
from metrics.disclosure.evidence import counts_of, of_draft
from tests.metrics.disclosure.releases import FIRST, counted, elsewhere, frozen, past, typed

RULE = SmallNumbers()
LATER = FIRST + dt.timedelta(days=28)
LATEST = LATER + dt.timedelta(days=28)


def told_of(result, figure, by=()):
    (told,) = [each for each in result.figures if (each.figure, each.by) == (figure, by)]
    return {cell.where: (cell.shown, cell.treatment) for cell in told.cells}


def failures(number, day=LATER, **more):
    return frozen([counted("failures", {(): number})], day, **more)


@pytest.mark.parametrize("number", [2, 33])
def test_a_number_that_was_published_exactly_and_is_unchanged_is_told_again_as_it_was(number):
    result = controlled(failures(number), [elsewhere([typed("failures", number)])], RULE)
    assert told_of(result, "failures") == {(): (str(number), "exact, as it was before")}
    assert result.problems == ()
    assert [(each.figure, each.who) for each in result.overrides] == [("failures", "already public")]


def test_a_number_that_only_those_read_who_were_let_look_is_not_public():
    statement = elsewhere([typed("failures", 33)])
    result = controlled(failures(33), [replace(statement, public=False)], RULE)
    assert told_of(result, "failures")[()][1] != "exact, as it was before"


def test_a_number_that_has_changed_is_told_by_the_rule():
    result = controlled(failures(38), [elsewhere([typed("failures", 33)])], RULE)
    assert told_of(result, "failures") == {(): ("40", "rounded")}


def test_a_number_that_was_only_bounded_before_is_told_by_the_rule():
    result = controlled(failures(33), [elsewhere([typed("failures", 33, "about")])], RULE)
    assert told_of(result, "failures") == {(): ("35", "rounded")}


def test_a_number_that_was_told_by_the_rule_since_is_not_told_exactly_again():
    statement = elsewhere([typed("failures", 33)])
    between = failures(38)
    second = past(between, controlled(between, [statement], RULE).figures, 2)
    result = controlled(failures(33, LATEST), [statement, second], RULE)
    assert told_of(result, "failures")[()][1] != "exact, as it was before"


def test_what_was_published_of_a_later_day_decides_nothing():
    result = controlled(failures(33, FIRST), [elsewhere([typed("failures", 33)], LATER)], RULE)
    assert told_of(result, "failures")[()][1] != "exact, as it was before"


def test_the_parts_of_a_headline_stay_exact_one_by_one():
    by = ("part",)
    parts = [
        typed("failures", 2, by=by, where=("harm",)),
        typed("failures", 14, by=by, where=("administrative",)),
    ]
    table = counted("failures", {("harm",): 2, ("administrative",): 14}, by)
    result = controlled(frozen([table], LATER), [elsewhere(parts)], RULE)
    assert {shown for shown, _ in told_of(result, "failures", by).values()} == {"2", "14"}


def test_the_same_number_under_another_name_is_known_to_be_it():
    statement = elsewhere([typed("failures", 2, by=("part",), where=("harm",))])
    result = controlled(frozen([counted("failures_with_harm", {(): 2})], LATER), [statement], RULE)
    assert told_of(result, "failures_with_harm") == {(): ("2", "exact, as it was before")}


def test_who_knows_the_rule_concludes_from_a_rounded_number_that_it_has_changed():
    statement = elsewhere([typed("failures", 36)])
    now = failures(37)
    told = controlled(now, [], RULE).figures
    counts = counts_of([statement, of_draft(now, told)], RULE)
    (at,) = [place for key, place in counts.keys.items() if key.moment.as_at == LATER]
    # "35" stands for 33 to 37, and 36 would have been told as 36.
    assert told[0].cells[0].shown == "35"
    assert (counts.low[at], counts.high[at]) == (37, 37)


def test_a_change_that_would_so_come_out_exactly_is_told_more_coarsely():
    result = controlled(failures(37), [elsewhere([typed("failures", 36)])], RULE)
    assert told_of(result, "failures") != {(): ("35", "rounded")}
    assert result.coarsened or result.problems


def test_a_number_that_fell_is_known_to_have_fallen():
    statement = elsewhere([typed("failures", 36)])
    now = failures(34)
    told = controlled(now, [], RULE).figures
    counts = counts_of([statement, of_draft(now, told)], RULE)
    (at,) = [place for key, place in counts.keys.items() if key.moment.as_at == LATER]
    assert (counts.low[at], counts.high[at]) == (33, 35)


def test_the_closing_figures_of_the_founding_review_are_told_again_a_week_later_as_they_were():
    part = ("part",)
    names = {"population": 3778, "failures": 33, "failures_with_harm": 2, "referrals": 5}
    parts = {"harm": 2, "administrative": 14, "service": 17}
    statement = [typed(name, number) for name, number in names.items()]
    statement += [typed("failures", number, by=part, where=(name,)) for name, number in parts.items()]
    figures = [counted(name, {(): number}) for name, number in names.items()]
    figures.append(counted("failures", {(name,): number for name, number in parts.items()}, part))
    result = controlled(frozen(figures, LATER), [elsewhere(statement)], RULE)
    assert result.problems == result.coarsened == ()
    told = {name: told_of(result, name)[()][0] for name in names}
    assert told == {"population": "3,778", "failures": "33", "failures_with_harm": "2", "referrals": "5"}
    assert [shown for shown, _ in told_of(result, "failures", part).values()] == ["2", "14", "17"]
