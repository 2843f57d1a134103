import polars as pl
import pytest

from metrics.ages import Ages, ages
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.dimensions import having
from metrics.histories.subjects import HISTORIES
from tests.metrics.world import BY_HAND, TERMS, THIRD, D, frames


@pytest.fixture(scope="module")
def people():
    return HISTORIES["people"].of(TERMS)(frames(BY_HAND)).collect().lazy()


def test_who_waits_has_waited_since_the_day_they_were_identified(people):
    # C2 was identified on 29 November and nothing has been done; C1 was reached, C3 must not be contacted.
    found = ages(metric("people_waiting"), people, Clocks.then(THIRD))
    assert found == Ages(1, D(2023, 11, 29), 8.0, 8)


def test_of_several_the_first_day_the_median_and_the_longest_are_told(people):
    found = ages(metric("people_to_contact"), people, Clocks.then(THIRD))
    # C1, C2 and C3: 43, 8 and 56 days.
    assert found == Ages(3, D(2023, 10, 12), 43.0, 56)


def test_only_the_rows_that_are_meant_are_told(people):
    clocks = Clocks.then(THIRD)
    north = having([("area", "north")], THIRD)
    assert ages(metric("people_to_contact"), people, clocks, north) == Ages(2, D(2023, 10, 25), 25.5, 43)


def test_where_nothing_waits_there_is_no_day(people):
    nobody = people.filter(pl.lit(value=False))
    assert ages(metric("people_waiting"), nobody, Clocks.then(THIRD)) == Ages(0, None, None, None)
