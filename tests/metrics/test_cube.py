"""The cube gives what `evaluate` and `course` count from rows, on any clocks and narrowed by any dimension."""

import datetime as dt
import random

import polars as pl
import pytest

from metrics import catalogue
from metrics.as_at import Clocks
from metrics.cube import BY, Cube, cells, counts_of, cube, parts_of, result
from metrics.dimensions import dimensions_of, narrow
from metrics.evaluate import course, evaluate_all
from metrics.histories.subjects import HISTORIES
from metrics.metric import Metric
from tests.metrics.world import BY_HAND, SHAPES, TERMS, frames, sampled

FIRST, LAST = dt.date(2023, 9, 1), dt.date(2024, 2, 1)
DAYS = pl.date_range(FIRST, LAST, eager=True).to_list()
WORLDS = {
    "by hand": (BY_HAND, TERMS),
    **{f"sampled {seed}": (sampled(seed), TERMS) for seed in (1, 2, 3)},
    **{f"shape {number}": (SHAPES[number].world(number), SHAPES[number].terms) for number in (0, 35, 70)},
}
OF_MORE_SEEDS = ("sampled 2", "sampled 3")
IN_TURN = [
    pytest.param(world, marks=[pytest.mark.soak] if world in OF_MORE_SEEDS else []) for world in WORLDS
]


def histories(rows, terms):
    tables = frames(rows)
    return {subject: history.of(terms)(tables).collect() for subject, history in HISTORIES.items()}


def narrowings(subject, rows, chance):
    yield {}
    for split in dimensions_of(subject):
        if split.steady:
            values = rows.select(split.value(FIRST).cast(pl.String)).to_series().unique(maintain_order=True)
            if len(values):
                yield {split.name: tuple(chance.sample(values.to_list(), min(2, len(values))))}


@pytest.mark.long
@pytest.mark.parametrize("pairs", [2, pytest.param(200, marks=pytest.mark.soak)])
@pytest.mark.parametrize("world", IN_TURN)
def test_every_count_is_that_of_its_rows_on_random_clocks_and_narrowed_by_every_steady_dimension(
    world, pairs
):
    chance = random.Random(world)
    for subject, rows in histories(*WORLDS[world]).items():
        steps = cells(subject, rows.lazy())
        for narrowing in narrowings(subject, rows, chance):
            counted = cube(subject, steps, narrowing)
            for clocks in (Clocks(chance.choice(DAYS), chance.choice(DAYS)) for _ in range(pairs)):
                seen = narrow(rows.lazy(), subject, narrowing, clocks.as_at)
                expected, numbers = evaluate_all(counts_of(subject), seen, clocks), counted.totals(clocks)
                assert numbers.keys() == expected.keys()
                for metric in counts_of(subject):
                    assert result(metric, numbers[metric.name]).equals(expected[metric.name]), (
                        metric.name, clocks, narrowing,
                    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    "known_at", [None, dt.date(2023, 11, 20)], ids=["as known then", "as known on a day"]
)
@pytest.mark.parametrize("world", IN_TURN)
def test_a_course_is_that_of_the_rows(world, known_at):
    for subject, rows in histories(*WORLDS[world]).items():
        courses = cube(subject, cells(subject, rows.lazy()), {}).courses(FIRST, LAST, known_at)
        for metric in counts_of(subject):
            expected = course(metric, rows.lazy(), DAYS, known_at=known_at)
            assert courses.of(metric).equals(expected), metric.name


def test_a_cube_of_too_many_cells_has_the_force_alone_and_the_same_counts(monkeypatch):
    rows = histories(BY_HAND, TERMS)["cases"].lazy()
    clocks = Clocks(dt.date(2023, 12, 9), dt.date(2023, 12, 9))
    whole = cells("cases", rows)
    monkeypatch.setattr("metrics.cube.MOST_CELLS", 10)
    plain = cells("cases", rows)
    assert len([name for name in whole.columns if name.startswith(BY)]) > 1
    assert [name for name in plain.columns if name.startswith(BY)] == [BY + "force"]
    assert cube("cases", plain, {}).totals(clocks) == cube("cases", whole, {}).totals(clocks)


def test_every_count_of_the_catalogue_is_in_the_cube_of_its_subject():
    for metric in catalogue.CATALOGUE:
        if isinstance(metric, Metric):
            names = {name for name, _ in parts_of(metric.subject)}
            assert {f"{metric.name}.{part}" for part in metric.spells} <= names


def test_of_no_rows_every_count_is_nothing_and_every_share_is_none():
    rows = histories({}, TERMS)["cases"]
    counted: Cube = cube("cases", cells("cases", rows.lazy()), {})
    numbers = counted.totals(Clocks(LAST, LAST))
    assert numbers["population"]["numerator"] == 0
    assert numbers["share_assessed"] == {
        "numerator": 0, "denominator": 0, "value": None, "low": None, "high": None,
    }  # fmt: skip
