import pytest

from metrics.as_at import Clocks
from metrics.catalogue.team import NOT_SENT_ON, SAMPLE_CHECKS, SAMPLE_SENT_ON, drawn
from metrics.dimensions import dimension
from metrics.evaluate import evaluate
from tests.metrics import oracle
from tests.metrics.test_evaluate import SAMPLED
from tests.metrics.world import D


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
