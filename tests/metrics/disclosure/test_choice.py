"""What the choice of coarsening tells beyond the numbers: whoever knows the rules can try every table that fits
the numbers and see which would have been published in the same way.
"""

import numpy as np
import pytest

from data.terms import SmallNumbers
from metrics.disclosure.control import controlled
from tests.metrics.disclosure.attacker import Attack
from tests.metrics.disclosure.releases import counted, frozen
from tests.metrics.disclosure.test_attack import SPLITS, cells, learned

RULE = SmallNumbers()
TRIES, STEPS = 25, 30  # tables tried for each value that a count could have; random changes that lead to each
MOST_VALUES = 12


class World:
    """A table of one day, what is published of it, and which tables fit the published numbers."""

    def __init__(self, table):
        self.table, self.attack = table, Attack((1, *table.shape))
        splits = [by for by in SPLITS if table.shape[1] > 1 or "route" not in by]
        told = controlled(frozen([counted("disclosed", cells(table, by), by) for by in splits]), [], RULE)
        self.released, self.blocked = [(None, told)], bool(told.problems)
        self.choice = [figure.model_dump() for figure in told.figures]
        learned(self.attack, self)

    def fits(self, table):
        sums = np.array(self.attack.rows) @ table.ravel()
        return (table >= 0).all() and ((self.attack.low <= sums) & (sums <= self.attack.high)).all()

    def tables_with(self, weights, value, random):
        fixed = Attack(self.attack.shape, [*self.attack.rows], [*self.attack.low], [*self.attack.high])
        fixed.learn(weights, value, value)
        for _ in range(TRIES):
            table = fixed.solve(random.normal(size=weights.shape)).reshape(weights.shape).astype(int)
            for _ in range(STEPS):
                moved = table + random.integers(-2, 3, table.shape) * (random.random(table.shape) < 0.4)
                if (weights * moved).sum() == value and self.fits(moved):
                    table = moved
            yield table[0]

    def values(self, weights, random):
        """Values of a count that the numbers leave, and those for which the same choice was come upon."""
        ends = [self.attack.solve(sign * weights) @ weights.ravel() for sign in (-1, 1)]
        left = range(int(ends[0]), min(int(ends[1]), int(ends[0]) + MOST_VALUES) + 1)
        true = (weights * self.table).sum()
        return left, [
            value
            for value in left
            if value == true
            or any(World(table).choice == self.choice for table in self.tables_with(weights, value, random))
        ]


def small_counts(seeds):
    """Of each small cell: the values that the numbers leave, and those that the choice leaves."""
    for seed in seeds:
        random = np.random.default_rng(seed)
        shape = (random.integers(2, 7), random.choice([1, 1, 2, 3]))
        world = World(random.poisson(random.gamma(1, random.choice([2.0, 5.0, 10.0]), shape)))
        if not world.blocked:
            for row, column in np.argwhere((world.table > 0) & (world.table <= RULE.threshold)):
                yield world.values(world.attack.cells(0, row, column), np.random.default_rng(seed))


@pytest.mark.soak
def test_the_choice_narrows_few_small_counts_more_than_the_numbers_do():
    """As DECISIONS has it, and not more: one in twenty, and one in thirty to fewer than three apart."""
    found = list(small_counts(range(120)))
    width = [(left[-1] - left[0], chosen[-1] - chosen[0]) for left, chosen in found]
    assert len(found) > 400
    assert sum(after < before for before, after in width) <= len(found) / 20
    assert sum(after < 3 for _, after in width) <= len(found) / 30
