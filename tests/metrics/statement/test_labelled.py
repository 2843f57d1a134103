"""How often the check is right: measured on sentences written before it, and never tuned on them."""

import sys

import pytest

from metrics.statement import measured as told
from metrics.statement.marks import Mark
from tests.metrics.statement.measuring import AGAIN, LABELLED, Measured, measured


@pytest.fixture(scope="module")
def found() -> Measured:
    return measured(LABELLED, AGAIN)


def test_the_set_is_large_and_half_of_it_is_wrong(found):
    assert found.sentences >= 100
    assert 0.4 <= found.wrong / found.sentences <= 0.6


def test_the_check_is_as_good_as_it_was_measured(found):
    sys.stdout.write(f"{found.table()}\n")
    precision, recall = found.alarms()
    assert precision >= 0.93
    assert recall >= 0.93


def test_each_set_is_read_as_well_as_it_was_measured():
    floors = {LABELLED: (0.93, 0.93), AGAIN: (0.93, 0.9)}
    for file, (least_right, least_found) in floors.items():
        precision, recall = measured(file).alarms()
        assert precision >= least_right
        assert recall >= least_found


def test_what_the_page_says_of_it_is_what_was_measured(found):
    right = sum(count for (deserved, got), count in found.pairs.items() if deserved == got)
    assert (found.sentences, found.wrong) == (told.SENTENCES, told.WRONG)
    assert (found.caught, len(found.wolves)) == (told.CAUGHT, told.WOLVES)
    assert (found.pairs.total(), right) == (told.NUMBERS, told.RIGHT)


def test_nothing_wrong_is_said_to_match(found):
    assert found.precision(Mark.MATCHES) == 1
