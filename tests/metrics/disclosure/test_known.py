"""The audit must know whatever is always so: what counts and cells come to is searched for in many registers.

Whatever two or three counts have in common in every one of them, an attacker can find in the definitions.
"""

import itertools
import random
from types import SimpleNamespace

import numpy as np
import pytest

from data.terms import SmallNumbers
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimensions_of
from metrics.disclosure.evidence import counts_of, of_draft
from metrics.disclosure.inference import Family, Work
from metrics.disclosure.kinds import counted_by, counted_out_of, names_in
from metrics.evaluate import counted, evaluate_all
from metrics.histories.subjects import HISTORIES
from tests.metrics.disclosure import releases
from tests.metrics.disclosure.releases import frozen
from tests.metrics.world import TERMS, D, frames, sampled

RULE = SmallNumbers()
BY_CHANCE = {
    # In a made-up register answers come on any day, so that most are late.
    ("answered_in_time: numerator", "enquiries_late"),
    ("answered_in_time: numerator", "enquiries_open"),
    ("answered_in_time: numerator", "enquiries_overdue"),
    ("enquiries_overdue", "enquiries_answered"),
    # Most of its cases are closed, few of its findings are adverse, and few cases have been assessed.
    ("risk_assessed", "closed"),
    ("share_adverse: numerator", "outside_scope"),
    ("share_adverse: numerator", "not_assessed"),
    ("adverse", "not_assessed"),
}
"""No more of the one than of the other in every register searched, though no definition says so."""
DAYS = (Clocks(D(2023, 10, 12), D(2023, 10, 25)), Clocks(D(2023, 11, 8), D(2023, 11, 20)))
MOST_VALUES = 7
SUBJECTS = {side(each.name): each.subject for each in CATALOGUE for side in (counted_out_of, counted_by)}


def figures(rows, clocks, splits):
    """Every figure of the catalogue as a release counts it, whole and by each dimension."""
    for subject in sorted(rows):
        ways = [[], *([each] for each in dimensions_of(subject) if each.name in splits)]
        for way in ways:
            of = [each for each in CATALOGUE if each.subject == subject]
            for name, result in evaluate_all(of, rows[subject], clocks, by=way).items():
                metric = next(each for each in of if each.name == name)
                yield counted(metric, result, [each.name for each in way], "0" * 64)


SPLITS = (
    "area", "grade", "part", "type", "harm", "status", "mode", "state", "unsafe_reason", "verdict", "topic",
    "method", "came_of_it", "kind", "subject",
)  # fmt: skip


def world(seed, size):
    """A register of its own, of which each table holds some of the rows: what is alike by chance is not."""
    chance, rows = random.Random(seed), sampled(seed, size)
    thinned = {
        table: [each for each in held if chance.random() < part]
        for table, held in rows.items()
        for part in [chance.choice([0.1, 0.6, 1])]
    }
    tables = frames(thinned)
    return {name: history.of(TERMS)(tables).collect().lazy() for name, history in HISTORIES.items()}


def release(rows, clocks, splits):
    return frozen(list(figures(rows, clocks, splits)), clocks.as_at, known=clocks.known_at)


def searched(releases):
    """What each count and each cell came to in every register; nothing where there was none of it."""
    found = [counts_of([of_draft(each, ())], RULE) for each in releases]
    # What is left of one count without another is counted only where it is small.
    figures = [key for each in found for key in each.keys if names_in(key.quantity) == [key.quantity]]
    names = sorted({key.lasting for key in figures if len(key.place) < 2}, key=str)
    table = np.zeros((len(names), len(found)))
    for column, each in enumerate(found):
        held = {key.lasting: each.true[at] for key, at in each.keys.items() if at in each.true}
        table[:, column] = [held.get(name, 0) for name in names]
    return found, names, table


def stable(names, table):
    """Sums of counts that are none in every register (0), or never less than none (1)."""
    told = [at for at in range(len(names)) if len(set(table[at])) > 3]
    wholes = [at for at in told if not names[at][1]]
    for one, other in itertools.permutations(told, 2):
        if (table[one] == table[other]).all():
            yield 0, {one: 1.0, other: -1.0}
    for one, other in itertools.permutations(wholes, 2):
        same = SUBJECTS.get(names[one][0]) == SUBJECTS.get(names[other][0])
        if same and (table[one] <= table[other]).all() and (table[one] < table[other]).any():
            yield 1, {other: 1.0, one: -1.0}
    sums = {tuple(table[at]): at for at in wholes}
    for one, other in itertools.combinations(wholes, 2):
        if (whole := sums.get(tuple(table[one] + table[other]))) is not None:
            yield 0, {whole: 1.0, one: -1.0, other: -1.0}
    tables = {}
    for at in told:
        if names[at][1]:
            tables.setdefault((names[at][0], names[at][1][0][0]), []).append(at)
    for cells in tables.values():
        for size in range(2, min(len(cells), MOST_VALUES)):
            for some in itertools.combinations(cells, size):
                if (whole := sums.get(tuple(table[list(some)].sum(axis=0)))) is not None:
                    yield 0, {whole: 1.0, **dict.fromkeys(some, -1.0)}


def implied(counts, names, weights, most):
    """Whether the audit knows it: whether its rules alone allow nothing else; None where it has no such counts."""
    at = {key.lasting: number for key, number in counts.keys.items()}
    if not all(names[each] in at for each in weights):
        return None
    if not hasattr(counts, "problem"):
        size = len(at)
        free = SimpleNamespace(
            low=[0.0] * size, high=[1e4] * size, true=dict.fromkeys(range(size), 0.5), key_of=counts.key_of
        )
        counts.problem = Family(free, range(size), counts.rules, Work(10**9))
    moved = {at[names[each]]: taken for each, taken in weights.items()}
    ends = [moved, {number: -taken for number, taken in moved.items()}][most:]
    return all(counts.problem.greatest(end, whole=False).most < 1e-6 for end in ends)


def unknown(releases):
    found, names, table = searched(releases)
    for kind, weights in stable(names, table):
        if all(implied(each, names, weights, kind) is not True for each in found):
            yield kind, tuple(sorted((names[at], taken) for at, taken in weights.items()))


@pytest.mark.long
@pytest.mark.parametrize(
    "splits",
    [
        pytest.param(("method", "state", "status"), id="three splits"),
        pytest.param(SPLITS, id="every split", marks=pytest.mark.soak),
    ],
)
def test_the_audit_knows_all_that_is_so_in_every_register(splits):
    worlds = [world(seed, (30, 50, 70)[seed % 3]) for seed in range(6)]
    told = [release(rows, clocks, splits) for rows in worlds for clocks in DAYS]
    found = list(unknown(told))
    assert [each for kind, each in found if kind == 0] == []
    less = {tuple(name for (name, _), _ in sorted(each, key=lambda cell: cell[1])) for _, each in found}
    assert less <= BY_CHANCE


def test_the_search_finds_what_the_audit_does_not_know():
    told = [frozen([counted_as("failures", n), counted_as("population", n)]) for n in range(9)]
    assert [kind for kind, _ in unknown(told)] == [0, 0]
    told = [frozen([counted_as("failures", 2 * n), counted_as("population", n)]) for n in range(9)]
    assert list(unknown(told)) == []


def counted_as(name, number):
    figure = next(each for each in CATALOGUE if each.name == name)
    return releases.counted(name, {(): number}, title=figure.title)
