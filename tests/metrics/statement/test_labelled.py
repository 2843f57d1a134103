"""Floors under the check on sentences it knows; text it had not seen was read worse (measured.py)."""

import sys

import pytest

from metrics.statement.published import Mark
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


def test_nothing_wrong_is_said_to_match(found):
    assert found.precision(Mark.MATCHES) == 1
