"""What a figure is: its words, the rows it counts, and the days between which they count."""

import datetime as dt
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import polars as pl

from data.terms import Nouns

Subject = Literal[
    "cases", "failures", "referrals", "investigated", "recommendations", "people", "attempts", "staffing",
    "second_looks", "sample_checks", "enquiries", "disclosures", "reviews", "findings",
]  # fmt: skip
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Spell:
    """Rows that count from one day until, but not including, another.

    A backlog is the rows sent on until they are completed; a running total never ends. One definition so
    gives the figure on any day, its course over time, and the rows behind it.
    """

    begins: pl.Expr  # a null never counts
    ends: pl.Expr | None = None  # a null, or no `ends`, never ends
    where: pl.Expr = pl.lit(value=True)
    weight: pl.Expr = pl.lit(1, pl.Int64)  # 1 unless the row is itself a count

    def open_on(self, day: dt.date) -> pl.Expr:
        """Never null."""
        counts = self.where & (self.begins <= day)
        if self.ends is not None:
            counts &= self.ends.is_null() | (self.ends > day)
        return counts.fill_null(value=False)

    def total(self, day: dt.date) -> pl.Expr:
        """0 where no rows count."""
        # Counting the rows is quicker than adding up their ones.
        rows_alone = self.weight.meta.eq(pl.lit(1, pl.Int64))
        total = self.open_on(day).sum() if rows_alone else self.weight.filter(self.open_on(day)).sum()
        return total.cast(pl.Int64)

    @property
    def parts(self) -> list[pl.Expr]:
        return [self.begins, self.where, self.weight, *([] if self.ends is None else [self.ends])]

    @property
    def columns(self) -> set[str]:
        return {name for part in self.parts for name in part.meta.root_names()}


IN_SCOPE = pl.col("in_scope")


def both(*days: str) -> pl.Expr:
    """Null until all of them have happened."""
    return pl.when(pl.all_horizontal(pl.col(*days).is_not_null())).then(pl.max_horizontal(*days))


def in_scope(day: str, *days: str, until: str | None = None, where: pl.Expr | None = None) -> Spell:
    """Rows in scope from the day by which `day` and all of `days` had happened until the day `until`."""
    return Spell(
        begins=both(day, *days) if days else pl.col(day),
        ends=None if until is None else pl.col(until),
        where=IN_SCOPE if where is None else IN_SCOPE & where,
    )


_STAGES: tuple[Subject, ...] = ("failures", "referrals", "recommendations", "second_looks", "enquiries")
# What is counted, where it is not called as its subject is.
UNITS: dict[Subject, str] = {
    **dict.fromkeys(("cases", "sample_checks", "disclosures"), "{cases}"),
    **dict.fromkeys(("investigated", "staffing"), "people"),
    **{name: f"{{{name}}}" for name in _STAGES},
    "reviews": "{any_reviews}",
}
OWNERS: dict[Subject, str] = {
    **dict.fromkeys(("referrals", "recommendations", "investigated"), "Professional standards"),
    **dict.fromkeys(("people", "attempts"), "Contact team"),
    "enquiries": "Communications",
    "disclosures": "Disclosure unit",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Words(ABC):
    name: str
    title: str
    definition: str
    why_it_matters: str
    subject: Subject = "cases"
    counts: str = ""  # what the numerator counts; as in the title
    out_of: str | None = None  # what the denominator counts
    out_of_one: str | None = None  # the same of a single one, in the words of a review
    dated_by: str = ""  # column of the periods; the last of the days by which the widest spell begins
    unit: str = ""
    better: Better = "neither"
    owner: str = ""
    listed: bool = True  # in the catalogue, as what `evaluate` does not count by itself is not
    part_of: tuple[str, ...] = ()  # what counts other rows, and together no fewer than the first side of this

    def __post_init__(self) -> None:
        title = re.sub(r"^\{[A-Z]", lambda brace: brace.group().lower(), self.title)
        usual = {
            "counts": title[:1].lower() + title[1:],
            "dated_by": [*self.spells.values()][-1].begins.meta.root_names()[-1],
            "owner": OWNERS.get(self.subject, "Review team"),
            "unit": "share" if "denominator" in self.spells else UNITS.get(self.subject, self.subject),
        }
        for name, value in usual.items():
            object.__setattr__(self, name, getattr(self, name) or value)

    @property
    @abstractmethod
    def spells(self) -> dict[str, Spell]:
        """What it is counted from, by the name of the part; the widest is the last."""

    @property
    def cache_key(self) -> tuple[str, str]:
        return self.name, self.title

    @cached_property
    def columns(self) -> set[str]:
        return {self.dated_by}.union(*(spell.columns for spell in self.spells.values()))

    def out_of_so_many(self, count: float) -> str:
        return (self.out_of_one if count == 1 else None) or self.out_of or ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Metric(Words):
    """A share's numerator is part of its denominator, row by row, so that it can bear an interval."""

    numerator: Spell
    denominator: Spell | None = None
    chance: bool = False  # whether chance moves the share; how much of some work is done needs no interval
    has_course: Literal[True] = True  # over time
    parts: int = 1  # of one, in which weights are whole numbers, so that sums are exact: 100 for hundredths

    @property
    def share(self) -> bool:
        return self.denominator is not None

    @property
    def spells(self) -> dict[str, Spell]:
        below = {} if self.denominator is None else {"denominator": self.denominator}
        return {"numerator": self.numerator, **below}


@dataclass(frozen=True, kw_only=True, eq=False)
class Duration(Words):
    """Median days that rows spend in a stage; those still in it count as still in it."""

    stage: Spell  # the numerator is the rows that have left it, the denominator those that entered it
    still: float | None = None  # the quantile of the days so far of those still in it, both sides, instead
    unit: str = "days"
    share: Literal[False] = False
    chance: Literal[False] = False

    @property
    def has_course(self) -> bool:
        return self.still is not None

    @property
    def spells(self) -> dict[str, Spell]:
        return {"stage": self.stage}

    def entered(self, day: dt.date) -> pl.Expr:
        return (self.stage.where & (self.stage.begins <= day)).fill_null(value=False)

    def days(self, day: dt.date) -> pl.Expr:
        """0 if it had left before it entered."""
        until = pl.when(self.stage.open_on(day)).then(pl.lit(day)).otherwise(self.stage.ends)
        return (until - self.stage.begins).dt.total_days().clip(0)


AnyMetric = Metric | Duration


SPOKEN = ("title", "definition", "why_it_matters", "counts", "out_of", "unit")


# Nouns of the figures other than the review's own; the first of a phrase is what is counted.
ONE = {
    "{cases}": "{case}", "{detailed_reviews}": "{detailed_review}", "{any_reviews}": "{any_review}",
    **{f"{{{name}}}": f"{{{name.removesuffix('s')}}}" for name in _STAGES}, "{enquiries}": "{enquiry}",
    "people": "person", "attempts": "attempt", "findings": "finding",
}  # fmt: skip
_MANY = re.compile("|".join(map(re.escape, ONE)))


def singular(words: str) -> str:
    """As in "person identified" for "people identified"."""
    return _MANY.sub(lambda match: ONE[match.group()], words, count=1)


@lru_cache(1_024)
def spoken(metric: AnyMetric, words: Nouns) -> AnyMetric:
    one = metric.out_of and singular(metric.out_of)
    texts = {name: getattr(metric, name) for name in SPOKEN} | {"out_of_one": one}
    return replace(metric, **{name: text and words(text) for name, text in texts.items()})
