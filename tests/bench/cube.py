"""The cube: what it costs to build, and to ask on any pair of clocks."""

from collections.abc import Mapping

import polars as pl

from metrics import cube
from metrics.as_at import Clocks
from metrics.metric import Subject

Cubes = dict[Subject, cube.Cube]


def build(histories: Mapping[Subject, pl.LazyFrame]) -> Cubes:
    """Return the cube of every subject, without its dimensions."""
    return {
        subject: cube.cube(subject, cube.cells(subject, rows, ()), {}) for subject, rows in histories.items()
    }


def answers(cubes: Cubes, clocks: Clocks) -> dict[str, cube.Numbers]:
    """Return every count by the name of its figure."""
    return {name: numbers for counted in cubes.values() for name, numbers in counted.totals(clocks).items()}
