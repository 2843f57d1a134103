"""The greatest that a sum of counts can be under linear rules, by HiGHS."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

NEARLY = 1e-6
MOST = 1e7
"""More than any review counts: what is not known to be less is taken to be at most so many."""
Weights = Mapping[int, float]
"""What is added up: the place of a count among the counts, and how often it is taken."""


@dataclass(frozen=True)
class Rule:
    """A sum of counts lies between two numbers, both included."""

    weights: Weights
    low: float
    high: float


@dataclass
class Problem:
    """Counts between two numbers each, and rules for their sums.

    whole: which counts are whole numbers. deadline: on the clock of `time.monotonic`, in seconds.
    """

    low: Sequence[float]
    high: Sequence[float]
    whole: Sequence[bool]
    rules: Sequence[Rule]
    deadline: float
    _solvers: dict[bool, highspy.Highs] = field(default_factory=dict[bool, highspy.Highs])

    def greatest(self, weights: Weights, *, whole: bool) -> "Answer | None":
        """Return the greatest that a sum of counts can be; None if that was not decided in time.

        whole: whether counts are held to be whole numbers; if not, the answer is a bound.

        Raises:
            Contradiction: no counts fit the rules.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            return None
        solver = self._solver(whole=whole)
        solver.setOptionValue("time_limit", solver.getRunTime() + left)
        at, taken = np.array(list(weights), np.int32), np.array(list(weights.values()), np.float64)
        solver.changeColsCost(len(at), at, taken)
        solver.run()
        status, most = solver.getModelStatus(), solver.getInfo().objective_function_value
        found = np.asarray(solver.getSolution().col_value)
        solver.changeColsCost(len(at), at, np.zeros(len(at)))  # which forgets the solution
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            # No count is without a limit (see `MOST`), so nothing is unbounded.
            raise Contradiction
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        return Answer(float(most), self._counts(found), found)

    def _counts(self, found: np.ndarray) -> np.ndarray | None:
        nearest = np.where(self.whole, np.round(found), found)
        return nearest if np.abs(nearest - found).max(initial=0) < NEARLY else None

    def _solver(self, *, whole: bool) -> highspy.Highs:
        if whole not in self._solvers:
            self._solvers[whole] = self._made(whole=whole)
        return self._solvers[whole]

    def _made(self, *, whole: bool) -> highspy.Highs:
        solver = highspy.Highs()
        for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}.items():
            solver.setOptionValue(option, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.low), len(self.rules)
        model.col_cost_ = np.zeros(len(self.low))
        model.col_lower_, model.col_upper_ = np.array(self.low, float), np.minimum(self.high, MOST)
        model.row_lower_ = np.array([each.low for each in self.rules], float)
        model.row_upper_ = np.array([each.high for each in self.rules], float)
        model.sense_ = highspy.ObjSense.kMaximize
        weights = [each.weights for each in self.rules]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *map(len, weights)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([at for each in weights for at in each], np.int32)
        model.a_matrix_.value_ = np.array([taken for each in weights for taken in each.values()], float)
        if whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[each] for each in self.whole]
        solver.passModel(model)
        return solver


@dataclass(frozen=True)
class Answer:
    """The greatest that a sum can be, and counts with which it is, if they are whole numbers.

    found: the counts with which it is, whole or not.
    """

    most: float
    counts: np.ndarray | None
    found: np.ndarray


class Contradiction(Exception):
    """No counts fit the rules."""
