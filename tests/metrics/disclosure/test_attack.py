"""Random release histories, attacked by an independent solver."""

import itertools
import re

import numpy as np
import pytest

from data.publishing.content import EXACTLY
from data.terms import SmallNumbers
from metrics.disclosure.control import controlled
from metrics.disclosure.rule import protect
from tests.metrics.disclosure.attacker import FAR, Attack, interval
from tests.metrics.disclosure.releases import FIRST, counted, frozen, override, past

RULE = SmallNumbers()
SPLITS = ((), ("area",), ("route",), ("area", "route"))


class History:
    """A table that grows over some days, is at times corrected downwards, and is published after each."""

    def __init__(self, seed, most_rows, most_columns, most_days):
        random = np.random.default_rng(seed)
        rows, columns = random.integers(2, most_rows + 1), random.integers(2, most_columns + 1)
        self.worlds, self.days, self.released = [], [], []
        self.finest, self.tables, self.blocked = 0, 0, 0
        mean = random.choice([1.5, 4, 10])
        world = random.poisson(random.gamma(1, mean, (rows, columns)))
        splits = [each for each in SPLITS if each in ((), ("area", "route")) or random.random() < 0.7]
        published = []
        for day in range(random.integers(2, most_days + 1)):
            held = self.held(world, day, splits, random)
            told = controlled(held, published, RULE)
            self.tables += len(splits)
            self.finest += len(splits) - len(told.coarsened) if not told.problems else 0
            if told.problems:
                self.blocked += 1
            else:
                published.append(
                    past(held.model_copy(update={"overrides": told.overrides}), told.figures, day + 1)
                )
                self.worlds.append(world)
                self.released.append((held, told))
            world = world + random.poisson(random.choice([0.1, 0.8, 3]), world.shape)
            if random.random() < 0.3:
                world = np.maximum(world - (random.random(world.shape) < 0.15), 0)

    def held(self, world, day, splits, random):
        figures = [counted("disclosed", cells(world, by), by) for by in splits]
        overrides = []
        small = [(by, at) for by in splits for at, n in cells(world, by).items() if 0 < n <= RULE.threshold]
        if small and random.random() < 0.25:
            by, at = small[random.integers(len(small))]
            overrides.append(override("disclosed", by, at))
        when = FIRST.replace(month=1 + 2 * day)
        return frozen(figures, when, ledger=day + 1, overrides=overrides)


def cells(world, by):
    rows, columns = world.shape
    if not by:
        return {(): int(world.sum())}
    if by == ("area",):
        return {(f"a{row}",): int(world[row].sum()) for row in range(rows)}
    if by == ("route",):
        return {(f"r{column}",): int(world[:, column].sum()) for column in range(columns)}
    return {
        (f"a{row}", f"r{column}"): int(world[row, column])
        for row, column in itertools.product(range(rows), range(columns))
    }


def told_of(history):
    """Each figure that each release tells, with its day and the base that is printed beside it."""
    for day, (_, release) in enumerate(history.released):
        for told in release.figures:
            found = re.search(r"nearest (\d+)", told.rule)
            yield day, told, int(found.group(1)) if found else RULE.base


def learned(attack, history):
    for day, told, base in told_of(history):
        area = [cell.where[told.by.index("area")] for cell in told.cells] if "area" in told.by else []
        route = [cell.where[told.by.index("route")] for cell in told.cells] if "route" in told.by else []
        for cell in told.cells:
            where = dict(zip(told.by, cell.where, strict=True))
            weights = np.zeros(attack.shape)
            _, rows, columns = attack.shape
            for row, column in itertools.product(range(rows), range(columns)):
                at_row = "area" not in where or where["area"] == (f"a{row}" if f"a{row}" in area else "other")
                at_column = "route" not in where or where["route"] == (
                    f"r{column}" if f"r{column}" in route else "other"
                )
                weights[day, row, column] = at_row and at_column
            if cell.treatment in EXACTLY:
                attack.learn(weights, cell.number, cell.number)
            else:
                attack.learn(weights, *interval(cell.shown, RULE.threshold, base))


def targets(history):
    """Every cell, row and column of each release, and every change of one, that is small in truth.

    Each with how wide what is concluded of it must be: 3, or what a number told exactly leaves of that: a part
    of it, and what it was on an earlier day, cannot be more. Nothing but itself may come out exactly.
    """
    worlds = np.array(history.worlds)
    days, rows, columns = worlds.shape
    places = [*itertools.product(range(rows), range(columns)), *((row, None) for row in range(rows))]
    places += [(None, column) for column in range(columns)] + [(None, None)]
    exact = {
        (day, *place_of(each.by, each.where))
        for day, (_, release) in enumerate(history.released)
        for each in release.overrides
    }
    attack = Attack(worlds.shape)

    def number(day, place):
        return (attack.cells(day, *place) * worlds).sum()

    def room(day, place):
        """Between which a number lies by what was told exactly; whether by that of its own place only."""
        if (day, *place) in exact:
            return number(day, place), number(day, place), True
        above = [each for each in exact if day <= each[0] and within(place, each[1:])]
        text = printed(history, day, place)
        least, most = 1 if text == "*" else 0, 0 if text == "0" else FAR
        most = min([most, *(number(each[0], each[1:]) for each in above)])
        return least, most, any(each[1:] == place for each in exact)

    for place in places:
        for day in range(days):
            least, most, itself = room(day, place)
            if 0 < number(day, place) <= RULE.threshold and (day, *place) not in exact:
                yield attack.cells(day, *place), wide(most - least, itself)
        for first, later in itertools.combinations(range(days), 2):
            before, after = room(first, place), room(later, place)
            if 0 < abs(number(later, place) - number(first, place)) <= RULE.threshold:
                low, high = max(after[0] - before[1], 0), after[1] - before[0]
                weights = attack.cells(later, *place) - attack.cells(first, *place)
                yield weights, wide(high - low, before[2] and after[2])


def wide(room, itself):
    return min(3, max(room, 0 if itself else 1))


def within(place, whole):
    return all(larger is None or larger == own for own, larger in zip(place, whole, strict=True))


def printed(history, day, place):
    """What was printed of a place; nothing where nothing was, or only together with others."""
    for told in history.released[day][1].figures:
        for cell in told.cells:
            if "other" not in cell.where and place_of(told.by, cell.where) == place:
                return cell.shown
    return ""


def place_of(by, where):
    named = dict(zip(by, where, strict=True))
    return tuple(int(named[name][1:]) if name in named else None for name in ("area", "route"))


def fallen(worlds):
    return {
        (first, first + 1, row, column)
        for first in range(len(worlds) - 1)
        for row, column in zip(*np.nonzero(worlds[first + 1] < worlds[first]), strict=True)
    }


def concluded(history):
    """What an attacker finds out of small numbers: (truth, least, most), too near to each other.

    He tries without assuming that counts to date do not fall, assuming it of those that did not, and of all.
    """
    if not history.released:
        return []
    worlds, wanted, found = np.array(history.worlds), list(targets(history)), []
    fell, seen = fallen(worlds), []
    for but in (fell, None, ()) if fell else (fell, None):
        attack = Attack(worlds.shape)
        learned(attack, history)
        if but is not None:
            attack.never_fall(but)
        ends = attack.ends(wanted, seen if but is None else []) if wanted else []
        for (weights, _), held in zip(wanted, ends or [], strict=ends is not None):
            truth = (weights * worlds).sum()
            if held is not None and held[0] <= truth <= held[1]:
                found.append((truth, *held))
        if but is fell:
            seen = attack.seen  # whatever fits with more assumed fits with less
    return found


@pytest.mark.long
@pytest.mark.parametrize("histories", [50, pytest.param(200, marks=pytest.mark.soak)])
def test_an_attacker_learns_no_small_number_from_many_release_histories(histories):
    for seed in range(histories):
        assert concluded(History(seed, 3, 3, 2)) == [], seed


@pytest.mark.soak
def test_an_attacker_learns_no_small_number_from_1000_larger_release_histories():
    for seed in range(1_000, 2_000):
        assert concluded(History(seed, 6, 4, 4)) == [], seed


def grown(seed):
    random = np.random.default_rng(seed)
    first = random.poisson(random.gamma(1, 4, (4, 3)))
    return np.array([first, first + random.poisson(0.8, first.shape)])


def recovered(read):
    """Of small cells in five histories, the share that comes out exactly, and the share less than 3 apart.

    read: from a true count to between what and what the published text leaves it.
    """
    exact = near = small = 0
    for seed in range(5):
        worlds = grown(seed)
        attack = Attack(worlds.shape)
        places = [*itertools.product(range(4), range(3)), (None, None)]
        places += [(row, None) for row in range(4)] + [(None, column) for column in range(3)]
        for day, place in itertools.product(range(2), places):
            weights = attack.cells(day, *place)
            attack.learn(weights, *read(int((weights * worlds).sum())))
        attack.never_fall()
        wanted = [
            (attack.cells(day, row, column), 3)
            for day, row, column in np.argwhere((worlds > 0) & (worlds < 5))
        ]
        ends = attack.ends(wanted)
        small += len(wanted)
        near += sum(held is not None for held in ends)
        exact += sum(held is not None and held[0] == held[1] for held in ends)
    assert small > 50
    return exact / small, near / small


def test_the_attacker_recovers_most_of_what_plain_suppression_under_five_hides():
    exact, _ = recovered(lambda count: (1, 4) if 0 < count < 5 else (count, count))
    assert exact > 0.5


def test_the_attacker_pins_some_of_what_the_rule_alone_hides():
    def by_the_rule(count):
        (text,) = [cell.shown for cell in protect(counted(cells={(): count}), RULE).cells]
        return interval(text, RULE.threshold, RULE.base)

    _, near = recovered(by_the_rule)
    assert near > 0


def twelve_releases_of_a_large_table():
    """Of a table of 6 by 8 cells, its margins and its total, every month; where each takes so much work."""
    random = np.random.default_rng(3)
    world = random.poisson(random.gamma(1, 4, (6, 8)))
    before = []
    for month in range(12):
        held = frozen(
            [counted("disclosed", cells(world, by), by) for by in SPLITS],
            FIRST.replace(month=1 + month),
            ledger=month + 1,
        )
        told = controlled(held, before, RULE)
        before.append(past(held, told.figures, month + 1))
        yield told
        world = world + random.poisson(0.5, world.shape)


@pytest.mark.soak
def test_twelve_releases_of_a_large_table_are_within_the_limit_of_the_audit():
    assert [told.problems for told in twelve_releases_of_a_large_table()] == [()] * 12


def test_the_same_is_told_with_the_same_work():
    first, again = (
        [told.model_dump_json() for result in itertools.islice(twelve_releases_of_a_large_table(), 3)
         for told in result.figures]
        for _ in range(2)
    )  # fmt: skip
    assert first == again
