"""Whether groups differ by more than chance, in words."""

import polars as pl

from data.formatting import capitalised
from metrics.chance.groups import RARE, chance_alone
from metrics.chance.steady_rate import STATED

IN_A_HUNDRED = 100
JUDGED = f"Groups that are alike are said to differ in at most {STATED} cases."


def told(result: pl.DataFrame, groups: str) -> str:
    """Say whether a share differs from group to group by more than chance alone would make it.

    result: the share by groups, as `evaluate` returns it. groups: what they are called, as "the teams".
    """
    chance = chance_alone(result)
    if chance is None:
        return f"There is too little to tell whether {groups} differ."
    return said(chance, groups)


def said(chance: float, groups: str) -> str:
    """Say whether groups differ by more than chance; chance: how often alike ones differ as much."""
    if chance <= RARE:
        return f"{capitalised(groups)} differ by more than chance explains ({_how_often(chance)}). {JUDGED}"
    return f"No sign that {groups} differ: chance alone does as much {_how_often(chance)}."


def _how_often(chance: float) -> str:
    times = round(IN_A_HUNDRED * chance)
    return "less than once in 100 times" if times < 1 else f"about {times} times in 100"
