"""What the register of the demonstration is made of: rows, and random numbers that are always the same."""

import datetime as dt
import random
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
"""One state of a row of the register; what is not a column of its table is left out.

It is in the register from `entered_on` until before `left_on`. Some of its columns are blank until
`filled_on`, the day on which somebody wrote them down.
"""


class Draws(random.Random):
    """Random numbers for one subject: the same in every build, whatever other subjects draw."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"Candour demonstration, {subject}")

    def one_of(self, weights: dict[str, int]) -> str:
        return self.choices(list(weights), list(weights.values()))[0]


def table(columns: str, rows: Iterable[tuple[object, ...]]) -> list[Row]:
    return [dict(zip(columns.split(), row, strict=True)) for row in rows]


def superseded(row: Row, on: dt.date, **changes: object) -> Row:
    """End a row on a day, and return the one that takes its place from then on."""
    row["left_on"] = on
    return {**row, "entered_on": on, "left_on": None, **changes}
