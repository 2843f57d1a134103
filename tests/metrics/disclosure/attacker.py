"""An attacker who reads what was published, knows the rule, and solves for what was not.

It shares nothing with the audit: it reads the printed text, takes each innermost cell of each day as an
unknown, and asks SciPy for the least and the greatest of whatever it wants to know.
"""

import itertools
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FAR = 10_000


@cache
def interval(text, threshold, base):
    """What a printed count can stand for, by trying every count."""
    found = [n for n in range(1_500) if told(n, threshold, base) == text]
    return found[0], found[-1]


def told(n, threshold, base):
    """The NHS rule, and that a number which would round to the threshold or below is not told."""
    if n == 0:
        return "0"
    first = threshold + 1
    while (2 * first + base) // (2 * base) * base < first:
        first += 1
    return "*" if n < first else f"{(2 * n + base) // (2 * base) * base:,}"


@dataclass
class Attack:
    """Everything known of a table of cells on several days.

    shape: rows, columns, days. Unknowns are the cells of each day. seen: worlds that fit.
    """

    shape: tuple
    rows: list = field(default_factory=list)
    low: list = field(default_factory=list)
    high: list = field(default_factory=list)
    seen: list = field(default_factory=list)

    def cells(self, day, row=None, column=None):
        """Weights that add up the cells of a day, of one row or column if it is named."""
        weights = np.zeros(self.shape)
        weights[day, slice(None) if row is None else row, slice(None) if column is None else column] = 1
        return weights

    def learn(self, weights, low, high):
        self.rows.append(weights.ravel())
        self.low.append(low)
        self.high.append(high)

    def never_fall(self, but=()):
        days, rows, columns = self.shape
        for first, later in itertools.pairwise(range(days)):
            for row, column in itertools.product(range(rows), range(columns)):
                if (first, later, row, column) not in but:
                    grown = self.cells(later, row, column) - self.cells(first, row, column)
                    self.learn(grown, 0, FAR)

    def solve(self, weights):
        """A world that fits with the most of something; None if none fits.

        Whole numbers are only asked for where what comes out without asking is not whole.
        """
        for whole in (0, 1):
            found = milp(
                -weights.ravel(),
                integrality=np.full(weights.size, whole),
                bounds=Bounds(0, FAR),
                constraints=LinearConstraint(np.array(self.rows), self.low, self.high),
            )
            if found.x is None or np.abs(found.x - np.round(found.x)).max() < 1e-6:
                return None if found.x is None else np.round(found.x)
        raise AssertionError

    def ends(self, wanted, seen=()):
        """Between which each (sum, how wide it must be) lies; None where it is as wide.

        Every world found says something of each sum, so that few need to be asked for.
        """
        table, least, most = np.array([weights.ravel() for weights, _ in wanted]), np.inf, -np.inf
        self.seen, found = list(seen), []
        for world in seen:
            least, most = np.minimum(least, table @ world), np.maximum(most, table @ world)
        for first in [*self.leaps(table), *range(len(table))]:
            at, weights = (first, wanted[first][0]) if isinstance(first, int) else (None, first)
            for sign in (1, -1):
                if at is None or np.size(least) == 1 or most[at] - least[at] < wanted[at][1]:
                    world = self.solve(sign * weights)
                    if world is None:
                        return None
                    self.seen.append(world)
                    least, most = np.minimum(least, table @ world), np.maximum(most, table @ world)
            if at is not None:
                found.append(None if most[at] - least[at] >= wanted[at][1] else (least[at], most[at]))
        return found

    def leaps(self, table):
        """Sums of many of what is wanted, which show much of it at once."""
        random = np.random.default_rng(len(table))
        return [random.choice([-1.0, 1.0], len(table)) @ table for _ in range(3)] if not self.seen else []
