"""Cells that no released table shows, but that released figures let somebody work out."""

import datetime as dt

import pytest

from data.terms import SmallNumbers
from metrics.disclosure.control import controlled
from tests.metrics.disclosure.releases import FIRST, counted, elsewhere, frozen, override, past, typed

RULE = SmallNumbers()
LATER = FIRST + dt.timedelta(days=9)
HARM = override("failures_with_harm")


def areas(figure="failures", **numbers):
    return counted(figure, {(area,): number for area, number in numbers.items()}, ("area",))


def harm(number):
    return counted("failures_with_harm", {(): number})


def tables(result):
    return {figure.by for figure in result.figures if figure.figure == "failures"}


@pytest.mark.parametrize("number", [1, 2])
def test_a_table_of_one_area_with_failures_tells_where_all_with_harm_were(number):
    result = controlled(frozen([harm(number), areas(n=33, s=0, e=0)], overrides=[HARM]), [], RULE)
    assert result.problems or ("area",) not in tables(result)
    spread = controlled(frozen([harm(number), areas(n=33, s=20, e=12)], overrides=[HARM]), [], RULE)
    assert (spread.problems, tables(spread)) == ((), {("area",)})


def test_by_the_rule_nothing_is_told_of_them():
    result = controlled(frozen([harm(2), areas(n=33, s=0, e=0)]), [], RULE)
    assert (result.problems, tables(result)) == ((), {("area",)})


def test_nor_does_a_later_release_tell_it():
    first = frozen([harm(1)], overrides=[HARM])
    told = controlled(first, [], RULE)
    assert told.problems == ()
    for day in (FIRST, LATER):
        second = frozen([areas(n=33, s=0, e=0)], day, ledger=2)
        result = controlled(second, [past(first, told.figures)], RULE)
        assert result.problems or ("area",) not in tables(result), day


def test_nor_of_a_number_that_was_typed():
    before = elsewhere([typed("failures_with_harm", 2)])
    result = controlled(frozen([harm(2), areas(n=33, s=0, e=0)], LATER), [before], RULE)
    assert result.problems or ("area",) not in tables(result) or result.figures[0].cells[0].shown == "*"


def test_nor_does_a_table_of_two_dimensions():
    table = counted("failures", {("n", "late"): 20, ("n", "lost"): 13, ("s", "late"): 0}, ("area", "reason"))
    result = controlled(frozen([harm(2), table], overrides=[HARM]), [], RULE)
    assert result.problems or all("area" not in by for by in tables(result))


def test_nor_do_two_tables_of_one_figure():
    kinds = counted("failures", {("service",): 2, ("administrative",): 31}, ("type",))
    exact = override("failures", ("type",), ("service",))
    result = controlled(frozen([kinds, areas(n=33, s=0, e=0)], overrides=[exact]), [], RULE)
    assert result.problems or ("area",) not in tables(result)
