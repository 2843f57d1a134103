import polars as pl
import pytest

from metrics.as_at import Clocks
from metrics.assurance import NOT_SENT_ON, SAMPLE_CHECKS, SAMPLE_SENT_ON, chance_alone, drawn
from metrics.dimensions import dimension
from metrics.evaluate import evaluate
from tests.metrics import oracle
from tests.metrics.test_evaluate import SAMPLED
from tests.metrics.world import D


def groups(*rows):
    return pl.DataFrame(rows, schema=["numerator", "denominator"], orient="row")


def test_two_groups_are_compared_exactly():
    """Fisher's own tea: of 4 and 4 cups, 3 and 1 are told apart; 34 of 70 ways are as uneven."""
    assert chance_alone(groups((3, 4), (1, 4))) == pytest.approx(34 / 70)


def test_more_groups_are_compared_by_the_same_seeded_shuffles_every_time():
    found = chance_alone(groups((9, 25), (0, 25), (0, 25)))
    assert found < 0.01
    assert chance_alone(groups((9, 25), (0, 25), (0, 25))) == found
    assert chance_alone(groups((3, 25), (3, 25), (3, 25))) == 1.0


@pytest.mark.parametrize("rows", [[], [(1, 9)], [(0, 9), (0, 9)], [(9, 9), (4, 4)], [(1, 9), (0, 0)]])
def test_nothing_is_said_where_nothing_can_differ(rows):
    assert chance_alone(groups(*rows)) is None


@pytest.mark.parametrize("split", [None, "area", "grade"])
def test_the_sample_is_part_of_those_that_it_speaks_for(split):
    world, built = SAMPLED[2]
    clocks, by = Clocks(D(2023, 11, 20), D(2023, 12, 1)), [dimension(split)] if split else []
    parts = (SAMPLE_CHECKS, SAMPLE_SENT_ON, NOT_SENT_ON)
    found = drawn(*(evaluate(each, built[each.subject], clocks, by=by) for each in parts))
    counts = {
        each.name: oracle.evaluate(each.name, world, clocks.as_at, clocks.known_at, split) for each in parts
    }
    assert found["numerator"].sum() > 0
    for row in found.iter_rows(named=True):
        value = row[split] if split else None
        checked, since, unsent = (counts[each.name].get(value, (0,))[0] for each in parts)
        assert (row["numerator"], row["denominator"]) == (checked, unsent + since)
        assert row["value"] == checked / (unsent + since) <= 1
