"""How often the check is right: measured on sentences written before it, and never tuned on them."""

import sys

import pytest

from metrics.statement.marks import Mark
from tests.metrics.statement.measuring import Measured, measured


@pytest.fixture(scope="module")
def found() -> Measured:
    return measured()


def test_the_set_is_large_and_half_of_it_is_wrong(found):
    assert found.sentences >= 100
    assert 0.4 <= found.wrong / found.sentences <= 0.6


def test_the_check_is_as_good_as_it_was_measured(found):
    sys.stdout.write(f"{found.table()}\n")
    precision, recall = found.alarms()
    assert found.right >= 0.91
    assert precision >= 0.93
    assert recall >= 0.93
    assert found.caught / found.wrong >= 0.96
    assert len(found.wolves) <= 3


def test_nothing_wrong_is_ever_said_to_match(found):
    assert found.precision(Mark.MATCHES) == 1
