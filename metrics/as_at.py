"""The two clocks: the day a figure speaks of, and the day by which its facts had been recorded."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from data.formatting import written_day
from data.schema import known_on


@dataclass(frozen=True)
class Clocks:
    as_at: dt.date  # the day the figure speaks of
    known_at: dt.date  # facts recorded by the end of this day

    @property
    def ahead(self) -> bool:
        return self.as_at > self.known_at

    @property
    def known_until(self) -> dt.date:
        return min(self.as_at, self.known_at)

    @classmethod
    def then(cls, day: dt.date) -> "Clocks":
        return cls(day, day)


def known(rows: pl.LazyFrame, day: dt.date) -> pl.LazyFrame:
    """At the end of `day`: one for each key."""
    return rows.filter(known_on(day))


def at(rows: pl.LazyFrame, clocks: Clocks, dated_by: str) -> pl.LazyFrame:
    return known(rows, clocks.known_at).filter(pl.col(dated_by) <= clocks.as_at)


def not_compared(clocks: Clocks, day: dt.date) -> str:
    """Empty if it can be."""
    if day >= clocks.as_at:
        return (
            f"Nothing is compared: {written_day(day)} is not before {written_day(clocks.as_at)}. "
            "Choose an earlier day at the side."
        )
    if day >= clocks.known_at:
        return (
            f"Nothing is compared: what is known ends on {written_day(clocks.known_at)}, "
            f"and the day compared with is {written_day(day)}."
        )
    return ""
