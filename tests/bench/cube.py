"""The cube, where the product has one: nothing is measured of it until then."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import polars as pl

from metrics.as_at import Clocks
from metrics.metric import Subject

MODULE = "metrics.cube"


class Cube(NamedTuple):
    """build: from the histories by their subjects. answers: every figure of it on two days."""

    build: Callable[[Mapping[Subject, pl.LazyFrame]], Any]
    answers: Callable[[Any, Clocks], Any]


def cube() -> Cube | None:
    """An AttributeError says that the module is there and is to be asked in another way than here."""
    if find_spec(MODULE) is None:
        return None
    module = import_module(MODULE)
    return Cube(module.build, module.answers)
