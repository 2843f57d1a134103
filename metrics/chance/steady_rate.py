"""Whether a series may have had one steady rate: the test behind every verdict on a series.

The series is compared with 999 seeded ones of a steady rate that have the same total. Each split, and each
stretch, is scored by its likelihood ratio less a penalty for its length (Duembgen and Spokoiny), so single
points, runs, steps and trends are all looked for at once and paid for once.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import scipy  # which imports a part when it is first asked for

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Kind = Literal["share", "count"]
Measure = Literal["share", "count", "spread"]
"""By what a part is compared with the rest: as a share, by Poisson's spread, or by the series' own."""
Outcome = Literal["change", "chance", "too few"]

SEED: Final = 1
TRIALS: Final = 999
LEVEL: Final = 0.03
"""A chance up to it is more than chance. The 1 in 20 that we state leaves room for the one seed."""
STATED: Final = "1 in 20"
LEAST_POINTS: Final = 5
LEAST_EVENTS: Final = 5  # of fewer events, nothing is said
EVERY_LENGTH: Final = 16
GROWTH: Final = 1.15
SPLIT_BONUS: Final = 0.8
"""A change that lasts has few places to be in: it is penalised less than a stretch that ends again."""
HAIR: Final = 1e-9
CELLS: Final = 600_000
MOST_LOGS: Final = 2_000_000  # past so many a table of them takes more memory than it saves time


@dataclass(frozen=True)
class Evidence:
    kind: Kind  # a share's events are among exposures, each at most once; a count's need not be
    events: tuple[float, ...]
    exposures: tuple[int, ...]  # cases, or 1 for each of equal periods
    places: tuple[int, ...]  # the row of the series that each point stands for

    @property
    def total(self) -> float:
        return sum(self.events)

    @property
    def rarer(self) -> float:
        """Events, or of a share those not counted, if they are fewer."""
        return min(self.total, sum(self.exposures) - self.total) if self.kind == "share" else self.total


@dataclass(frozen=True)
class Stretch:
    first: int  # row of the series
    last: int
    higher: bool
    inside: tuple[float, int]  # the events there, and the cases or equal points they were counted among
    outside: tuple[float, int]


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    chance: float | None = None  # how often a steady series looks at least as uneven
    stretch: Stretch | None = None  # the part that differs most, of a change

    @property
    def change(self) -> bool:
        return self.outcome == "change"


@dataclass(frozen=True, eq=False)
class _Parts:
    """The parts of a series that are scored: points `first` up to before `after`."""

    first: Places
    after: Places
    size: Places
    penalty: Numbers
    whole: int


def judge(evidence: Evidence) -> Verdict:
    """Return whether a series changed by more than chance, said of at most 1 in 20 steady series."""
    if evidence.rarer < LEAST_EVENTS or len(evidence.events) < LEAST_POINTS:
        return Verdict("too few")
    rows, parts = np.array([evidence.events]), _parts(evidence.exposures)
    if evidence.kind == "count" and len(set(evidence.exposures)) == 1:
        as_uneven, part = _against_both(rows, parts, evidence)
    else:
        score, part = _best(rows, parts, evidence.kind)
        by_chance = _by_chance(evidence.kind, evidence.exposures, evidence.total)
        as_uneven = int(_as_high(by_chance, score)[0])
    # The series itself is one of those that are as uneven.
    chance = (1 + as_uneven) / (1 + TRIALS)
    if chance > LEVEL:
        return Verdict("chance", chance)
    return Verdict("change", chance, _stretch(evidence, int(parts.first[part]), int(parts.after[part])))


def steady(kind: Kind, exposures: tuple[int, ...], total: float, trials: int) -> Places:
    """Return the events of so many series of a steady rate, which are whole numbers."""
    rng, among = np.random.default_rng(SEED), np.array(exposures, dtype=np.int64)
    if kind == "share":
        return rng.multivariate_hypergeometric(among, int(total), trials, method="marginals")
    return rng.multinomial(int(total), among / among.sum(), trials)


def _against_both(rows: Numbers, parts: _Parts, evidence: Evidence) -> tuple[int, int]:
    """How many steady series are as uneven by Poisson's spread or their own, and the most uneven part."""
    counts, spreads, joint = _both_by_chance(evidence.exposures, evidence.total)
    (counted, at_count), (spread, at_spread) = (_best(rows, parts, kind) for kind in ("count", "spread"))
    by_count, by_spread = int(_as_high(counts, counted)[0]), int(_as_high(spreads, spread)[0])
    # A steady series is as high as itself, which this one is not counted to be yet.
    as_rare = int(np.searchsorted(joint, min(by_count, by_spread) + 1, side="right"))
    return as_rare, at_count if by_count <= by_spread else at_spread


@lru_cache(maxsize=256)
def _by_chance(kind: Kind, exposures: tuple[int, ...], total: float) -> Numbers:
    return np.sort(_highest(steady(kind, exposures, total, TRIALS), _parts(exposures), kind))


@lru_cache(maxsize=256)
def _both_by_chance(exposures: tuple[int, ...], total: float) -> tuple[Numbers, Numbers, Places]:
    drawn, parts = steady("count", exposures, total, TRIALS), _parts(exposures)
    counts, spreads = _highest(drawn, parts, "count"), _highest(drawn, parts, "spread")
    by_count, by_spread = np.sort(counts), np.sort(spreads)
    joint = np.minimum(_as_high(by_count, counts), _as_high(by_spread, spreads))
    return by_count, by_spread, np.sort(joint)


def _as_high(ordered: Numbers, scores: Numbers) -> Places:
    """Whole numbers, so that ties are ties."""
    return len(ordered) - np.searchsorted(ordered, scores - HAIR, side="left")


@lru_cache(maxsize=256)
def _parts(exposures: tuple[int, ...]) -> _Parts:
    """Every change that lasts, and stretches that end again, of ever fewer lengths. What begins with the
    series is scored as the change at its end.
    """
    points = len(exposures)
    firsts, afters = [np.arange(1, points)], [np.full(points - 1, points)]
    length = 1
    while length < points - 1:
        within = np.arange(1, points - length, max(1, length // EVERY_LENGTH))
        firsts.append(within)
        afters.append(within + length)
        length = length + 1 if length < EVERY_LENGTH else int(np.ceil(length * GROWTH))
    first, after = np.concatenate(firsts), np.concatenate(afters)
    passed = np.concatenate([[0], np.cumsum(exposures)])
    size = passed[after] - passed[first]
    share = size / passed[-1]
    penalty = np.sqrt(2 * np.log(np.e / np.minimum(share, 1 - share)))
    penalty[: points - 1] -= SPLIT_BONUS
    return _Parts(first, after, size, penalty, int(passed[-1]))


def _best(rows: Numbers, parts: _Parts, measure: Measure) -> tuple[Numbers, int]:
    scores = _scores(rows, parts, measure, slice(None))
    return scores.max(axis=0), int(np.argmax(scores))


def _highest(rows: Places, parts: _Parts, measure: Measure) -> Numbers:
    step = max(CELLS // len(rows), 1)
    pieces = (slice(begin, begin + step) for begin in range(0, len(parts.first), step))
    return np.max([_scores(rows, parts, measure, piece).max(axis=0) for piece in pieces], axis=0)


def _scores(rows: Numbers | Places, parts: _Parts, measure: Measure, some: slice) -> Numbers:
    """Return scores: a row for each part, which lies together in memory, and a column for each series."""
    if measure == "spread":
        rows = rows - rows.mean(axis=1, keepdims=True)
    passed = np.zeros((rows.shape[1] + 1, len(rows)), rows.dtype)
    np.cumsum(rows.T, axis=0, out=passed[1:])
    inside = passed[parts.after[some]] - passed[parts.first[some]]
    size, penalty, whole = parts.size[some, np.newaxis], parts.penalty[some, np.newaxis], parts.whole
    total = rows[0].sum()
    outside = total - inside
    if measure == "spread":
        spread = (rows**2).sum(axis=1)
        share = inside**2 * (whole / (size * (whole - size))) / np.where(spread > 0, spread, 1)
        doubled = -whole * np.log1p(-np.minimum(share, 1 - 1e-12))
    elif measure == "count":
        share = size / whole
        alike = inside * np.log(total * share), outside * np.log(total * (1 - share))
        doubled = 2 * (_times_log(inside) + _times_log(outside) - alike[0] - alike[1])
    else:
        counted = _times_log(inside) + _times_log(size - inside)
        of_both = counted + _times_log(outside) + _times_log(whole - size - outside)
        of_parts = _times_log(size) + _times_log(whole - size)
        alike = _times_log(np.array([total, whole - total, whole]))
        doubled = 2 * (of_both - of_parts - (alike[0] + alike[1] - alike[2]))
    return np.sqrt(np.maximum(doubled, 0)) - penalty


def _times_log(counts: npt.NDArray[np.number]) -> Numbers:
    """Return each number times its logarithm; whole numbers are looked up, which is quicker."""
    most = int(counts.max(initial=0))
    if counts.dtype.kind != "i" or most > MOST_LOGS:
        return scipy.special.xlogy(counts, counts)
    return _logs(1 << most.bit_length())[counts.astype(np.int64, copy=False)]


@lru_cache(maxsize=8)
def _logs(count: int) -> Numbers:
    numbers = np.arange(count, dtype=np.float64)
    return scipy.special.xlogy(numbers, numbers)


def _stretch(evidence: Evidence, first: int, after: int) -> Stretch:
    events, exposures = evidence.events, evidence.exposures
    if after == len(events) and sum(exposures[:first]) < sum(exposures[first:]):
        first, after = 0, first
    inside = sum(events[first:after]), sum(exposures[first:after])
    outside = evidence.total - inside[0], sum(exposures) - inside[1]
    higher = inside[0] * outside[1] > outside[0] * inside[1]
    return Stretch(evidence.places[first], evidence.places[after - 1], higher, inside, outside)
