"""Figures that hang together by their definitions, attacked by the independent solver.

Each application is in one of four states, and moves from left to right: not assessed, not sent on, sent on,
reviewed. Each figure counts some of the states, so that the attacker knows how they add up.
"""

import itertools

import numpy as np

from data.terms import SmallNumbers
from metrics.disclosure.control import controlled
from metrics.disclosure.rule import protect
from tests.metrics.disclosure.attacker import FAR, Attack
from tests.metrics.disclosure.releases import FIRST, counted, frozen, past

RULE = SmallNumbers()
STATES = {
    "population": (0, 1, 2, 3), "not_assessed": (0,), "risk_assessed": (1, 2, 3), "not_sent_on": (1,),
    "sent_on": (2, 3), "backlog": (2,), "completed": (3,),
}  # fmt: skip
TO_DATE = ("population", "risk_assessed", "sent_on", "completed")
SPLITS = ((), ("area",))


def moved(world, random):
    """The same applications some time later, with new ones."""
    world = world.copy()
    for state, later in ((2, 3), (0, 2), (0, 1)):
        going = random.binomial(world[:, state], 0.2)
        world[:, state] -= going
        world[:, later] += going
    world[:, 0] += random.poisson(1, len(world))
    return world


def number(world, figure, area=None):
    return int(world[slice(None) if area is None else area, list(STATES[figure])].sum())


def figures(world, names):
    for name, by in itertools.product(names, SPLITS):
        areas = [None] if not by else range(len(world))
        where = {(() if area is None else (f"a{area}",)): number(world, name, area) for area in areas}
        yield counted(name, where, by)


def released(worlds, names, control):
    """Releases of each day: what was told of (figure, area), as between what and what."""
    before = []
    for day, world in enumerate(worlds):
        held = frozen(list(figures(world, names)), FIRST.replace(month=1 + day), ledger=day + 1)
        told = control(held, before)
        if told is None:
            return None
        before.append(past(held, told, day + 1))
    return before


def audited(held, before):
    result = controlled(held, before, RULE)
    return None if result.problems else result.figures


def by_the_rule(held, _before):
    return tuple(protect(each, RULE) for each in held.figures)


def weights(attack, day, figure, area=None):
    of = np.zeros(attack.shape)
    of[day, slice(None) if area is None else area, list(STATES[figure])] = 1
    return of


def concluded(worlds, names, publics):
    """Small counts and changes of any figure, told or not, that come out less than 3 apart."""
    shape = np.array(worlds).shape
    attack = Attack(shape)
    for day, public in enumerate(publics):
        for told in public.figures:
            named = {cell.where[0] for cell in told.cells} if told.by else set()
            for cell in told.cells:
                areas = [None]
                if told.by:
                    (label,) = cell.where
                    areas = [int(label[1:])] if label != "other" else [
                        area for area in range(shape[1]) if f"a{area}" not in named
                    ]  # fmt: skip
                total = sum(weights(attack, day, told.figure, area) for area in areas)
                attack.learn(total, cell.low, cell.high)
    places = [None, *range(shape[1])]
    for figure, area in itertools.product(TO_DATE, places):
        for day in range(len(worlds) - 1):
            grown = weights(attack, day + 1, figure, area) - weights(attack, day, figure, area)
            attack.learn(grown, 0, FAR)
    sums = [
        weights(attack, day, figure, area)
        for day in range(len(worlds))
        for figure in names
        for area in places
    ]
    sums += [
        weights(attack, later, figure, area) - weights(attack, first, figure, area)
        for first, later in itertools.combinations(range(len(worlds)), 2)
        for figure in names
        for area in places
    ]
    wanted = [(each, 3) for each in sums if 0 < abs((each * np.array(worlds)).sum()) <= RULE.threshold]
    return [held for held in (attack.ends(wanted) if wanted else []) if held is not None]


def histories(control, count):
    for seed in range(count):
        random = np.random.default_rng(seed)
        first = random.poisson(random.gamma(1, 5, (3, 4)))
        worlds = [first, moved(first, random)]
        names = [name for name in STATES if random.random() < 0.6] or ["population"]
        publics = released(worlds, names, control)
        if publics is not None:
            yield concluded(worlds, names, publics)


def test_an_attacker_learns_no_small_number_from_figures_that_hang_together():
    found = list(histories(audited, 20))
    assert len(found) > 15
    assert found == [[]] * len(found)


def test_the_same_attacker_learns_some_from_the_rule_alone():
    assert any(histories(by_the_rule, 20))
