"""What each figure counts, by one name, and how figures share the rows that they count.

No relation is kept by hand. Each figure is asked of rows of every kind that its subject can have: which of
them it counts says what is a part of it, or counts the same. What counts other rows says so (`part_of`).
"""

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.optimize import nnls

from data.schema import SCHEMAS
from data.terms import Terms
from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimension, dimensions_of
from metrics.histories.subjects import HISTORIES, identity_of
from metrics.metric import AnyMetric, Duration, Spell, Subject

Place = tuple[tuple[str, str | None], ...]  # the value of each dimension of a cell, in the order of the names
Cell = tuple[str, Place]  # what is counted, and the values of dimensions that say which kinds of rows it has
Listed = tuple[tuple[str, tuple[str, ...]], ...]  # values of columns that the terms of reference list
Signs = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

TODAY = dt.date(2024, 1, 1)
AROUND = (-30, -9, 9)  # days from today on which something happens, beside those near a definition's numbers
ANY, ANOTHER = "any", "another"  # stand for the values that the terms list
# In a definition as Polars writes it.
NUMBER, DAY = re.compile(r"(?<![-:.\d])\d{1,4}(?![-:\d])"), re.compile(r"\d{4}-\d\d-\d\d")
COLUMN_OR_TEXT = re.compile(r'col\("[^"]*"\)|"([^"]*)"')
WITHOUT, AND = " without ", " and "
CLOSE = 1e-6


@dataclass(frozen=True, eq=False)
class Kinds:
    """Rows of every kind that a subject can have; each array has an entry for each."""

    counts: dict[str, Signs]  # whether each figure counts it
    values: dict[str, dict[str | None, Signs]]  # whether it has each value, by dimensions that say so much
    usual: Signs  # rows of `usual` of the history, that hold for a kind if no day is out of order

    def of(self, side: str, place: Place) -> Signs:
        return np.logical_and.reduce([self.counts[side], *(self.values[by][value] for by, value in place)])


def sides(metric: AnyMetric) -> dict[str, tuple[Spell | None, pl.Expr]]:
    """The spell of each side, and whether a row counts today; by the name if no other counts the same."""
    name = metric.name
    if isinstance(metric, Duration):
        entered = Spell(begins=metric.stage.begins, where=metric.stage.where)
        left = metric.entered(TODAY) & ~metric.stage.open_on(TODAY)
        return {f"{name}: left": (None, left), f"{name}: out of": (entered, metric.entered(TODAY))}
    above = f"{name}: numerator" if metric.share else name
    spells = {above: metric.numerator, f"{name}: out of": metric.denominator}
    return {side: (spell, spell.open_on(TODAY)) for side, spell in spells.items() if spell is not None}


@cache
def kinds_of(subject: Subject, listed: Listed = ()) -> Kinds:
    history = HISTORIES[subject]
    known = Terms.model_construct(timescales=(), response_days=1)
    versions = {
        "recorded_from": pl.Date,
        "recorded_to": pl.Date,
        "opened_by": pl.Int64,
        "closed_by": pl.Int64,
    }
    empty = {table: pl.LazyFrame(schema={**pl.Schema(of), **versions}) for table, of in SCHEMAS.items()}
    schema = history.of(known)(empty).collect_schema()
    counts = {
        side: row
        for metric in _figures(subject)
        for side, (spell, row) in sides(metric).items()
        if spell is None or spell.weight.meta.eq(pl.lit(1, pl.Int64))
    }
    rules = [*history.always, *history.usual]
    columns = {name for part in (*rules, *counts.values()) for name in part.meta.root_names()}
    splits = {split.name: split.value(TODAY) for split in dimensions_of(subject)}
    types = pl.LazyFrame(schema=schema).select(**splits).collect_schema()
    finite = pl.Enum, pl.Boolean, pl.String
    telling = {name for name, value in splits.items() if not columns.isdisjoint(value.meta.root_names())}
    splits = {name: splits[name] for name in splits if name in telling and isinstance(types[name], finite)}
    # In the order of the rules, so that few rows are made that no rule lets be.
    parts = [part for metric in _figures(subject) for spell in metric.spells.values() for part in spell.parts]
    wanted = [*rules, *parts, *splits.values()]
    rows, left = pl.DataFrame({"": [0]}), list(history.always)
    for column in dict.fromkeys(name for part in wanted for name in part.meta.root_names() if name in schema):
        with pl.Config(fmt_table_cell_list_len=-1, fmt_str_lengths=1_000):
            text = " ".join(str(part) for part in wanted if column in part.meta.root_names())
        values = _values(schema[column], text, dict(listed).get(column, ()))
        rows = rows.join(pl.DataFrame({column: pl.Series(values, dtype=schema[column])}), how="cross")
        ready = [set(rule.meta.root_names()) <= set(rows.columns) for rule in left]
        rows = rows.filter(pl.lit(value=True), *itertools.compress(left, ready))
        left = [rule for rule, applied in zip(left, ready, strict=True) if not applied]
    texts = {f"by {name}": value.cast(pl.String) for name, value in splits.items()}
    usual = {f"usual {at}": rule.fill_null(value=False) for at, rule in enumerate(history.usual)}
    rows = rows.select(**counts, **texts, **usual).unique(maintain_order=True)
    return Kinds(
        counts={side: rows[side].to_numpy() for side in counts},
        values={
            name: {
                value: rows[f"by {name}"].eq_missing(pl.Series([value], dtype=pl.String)).to_numpy()
                for value in rows[f"by {name}"].unique(maintain_order=True)
            }
            for name in splits
        },
        usual=np.array([rows[rule].to_numpy() for rule in usual]).reshape(len(usual), len(rows)),
    )


def _values(dtype: pl.DataType, text: str, listed: Iterable[str]) -> Sequence[object]:
    """Enough to be on each side of whatever the definitions compare a column with. text: of those."""
    numbers = {int(number) for number in NUMBER.findall(text)}
    if isinstance(dtype, pl.Date):
        near = {*AROUND, *(by for number in numbers for by in (-number - 40, -number - 9, number + 9))}
        days = {TODAY + dt.timedelta(days=day) for day in near}
        named = {dt.date.fromisoformat(day) for day in DAY.findall(text)} - {TODAY}
        days |= {day + dt.timedelta(days=by) for day in named for by in (-1, 0, 1)}
        return [None, *sorted(days)]
    if isinstance(dtype, pl.Boolean):
        return [True, False]
    if isinstance(dtype, pl.Enum):
        return [None, *dtype.categories]
    if isinstance(dtype, pl.String):
        return list(dict.fromkeys([None, ANY, ANOTHER, *filter(None, COLUMN_OR_TEXT.findall(text)), *listed]))
    if dtype.is_numeric():
        return sorted({0, 1, *(number + by for number in numbers for by in (-1, 0, 1))} - {-1})
    return [None]


@cache
def _figures(subject: Subject) -> list[AnyMetric]:
    """Counts first: each has the name of what it counts."""
    figures = [metric for metric in CATALOGUE if metric.subject == subject]
    return sorted(figures, key=lambda metric: metric.share or isinstance(metric, Duration))


class Names(NamedTuple):
    of_sides: dict[str, str]  # of each side of a figure: that of the first that counts the same
    sides: dict[str, dict[Subject, str]]  # the first side of each name in each subject whose rows it counts
    spells: dict[str, Spell]
    within: list[tuple[str, tuple[str, ...]]]  # what counts no more than some others together


@cache
def names() -> Names:
    of_sides: dict[str, str] = {}
    first: dict[str, dict[Subject, str]] = defaultdict(dict)
    spells: dict[str, Spell] = {}
    for subject in HISTORIES:
        for metric in _figures(subject):
            for side, (spell, _) in sides(metric).items():
                if not kinds_of(subject).counts.get(side, np.array([True])).any():
                    raise ValueError(f"of the rows made for the audit none counts towards {side}")
                same = (name for name, of in first.items() if _is_same(subject, side, spell, of, spells))
                name = of_sides[side] = next(same, side)
                first[name].setdefault(subject, side)
                if spell is not None:
                    spells.setdefault(name, spell)
    within: list[tuple[str, tuple[str, ...]]] = []
    for metric in (metric for metric in CATALOGUE if metric.part_of):
        part = list(sides(metric))[isinstance(metric, Duration)]
        within.append((of_sides[part], tuple(of_sides[whole] for whole in metric.part_of)))
    return Names(of_sides, first, spells, within)


def _is_same(
    subject: Subject,
    side: str,
    spell: Spell | None,
    named: Mapping[Subject, str],
    spells: Mapping[str, Spell],
) -> bool:
    """Whether it counts the same rows as what has a name; two registers of one table have the same rows."""
    counts, own = kinds_of(subject).counts, named.get(subject)
    if own is not None:
        return {side, own} <= counts.keys() and bool((counts[side] == counts[own]).all())
    of, other = next(iter(named.items()))
    if HISTORIES[of].table != HISTORIES[subject].table or identity_of(of) != identity_of(subject):
        return False
    return spell is not None and other in spells and spell.is_same(spells[other])


def counted_by(figure: str) -> str:
    """The first count of the same rows: "failures_with_harm" for the figure "share_with_harm"."""
    sides = (f"{figure}{end}" for end in ("", ": numerator", ": left"))
    return next((names().of_sides[side] for side in sides if side in names().of_sides), figure)


def counted_out_of(figure: str) -> str:
    return names().of_sides.get(f"{figure}: out of", f"{figure}: out of")


def spell_of(quantity: str) -> Spell | None:
    return names().spells.get(quantity)


def subjects_of(quantity: str) -> list[Subject]:
    """Whose rows it counts, one by one; none where they are weighed, or it is no figure's."""
    of = names().sides.get(quantity, {})
    return [subject for subject, side in of.items() if side in kinds_of(subject).counts]


def names_in(quantity: str) -> list[str]:
    """Of what is left of one count without another."""
    return [name.partition(" in ")[0] for name in re.split(f"{WITHOUT}|{AND}", quantity)]


@cache
def kin(quantity: str) -> frozenset[str]:
    """All that could tell something of it: what shares rows with it, or is declared to be a part."""
    near, before = set(names_in(quantity)), set[str]()
    groups = [{part, *wholes} for part, wholes in names().within]
    groups += [
        {one, other}
        for subject in HISTORIES
        for one, other in itertools.combinations(_of_subject(subject), 2)
        if (_counts(subject, (one, ())) & _counts(subject, (other, ()))).any()
    ]
    while near != before:
        near, before = near.union(*(group for group in groups if group & near)), near
    return frozenset(near)


@cache
def _of_subject(subject: Subject) -> list[str]:
    return [name for name in names().sides if subject in subjects_of(name)]


def _counts(subject: Subject, cell: Cell, listed: Listed = ()) -> Signs:
    name, place = cell
    return kinds_of(subject, listed).of(names().sides[name][subject], place)


def _says(subject: Subject, name: str, value: str | None) -> bool:
    """Whether a value of a dimension says which kinds of rows a cell has."""
    values = kinds_of(subject).values.get(name, {})
    return value in values or ANY in values


@cache
def _named(name: str, telling: Place) -> Cell:
    """A cell that another figure counts has its name; one that another has as well, the name of the first."""
    for subject in subjects_of(name):
        values = kinds_of(subject).values
        general = tuple((by, value if value in values[by] else ANY) for by, value in telling)
        own = _counts(subject, (name, general))
        for place, shown in (((), ()), (general, telling)):
            for other in _of_subject(subject):
                if own.any() and (_counts(subject, (other, place)) == own).all():
                    return other, shown
    return name, telling


def apart(subject: Subject, place: Place) -> tuple[Place, Place]:
    """What of a place says which kinds of rows it has, and the rest."""
    telling = tuple((name, value) for name, value in place if _says(subject, name, value))
    return telling, tuple(pair for pair in place if pair not in telling)


@cache
def alike(quantity: str, place: Place, *, harm_first: bool) -> Cell:
    # A truth value as text is "true" to Polars and "True" to Python. The part "harm" is all those with harm,
    # where harm comes first in the headline partition.
    parts = {("part", "harm"), ("part", "with harm")} if harm_first else ()
    pairs = (("harm", "true") if pair in parts else pair for pair in place)
    place = tuple((name, value.lower() if value and name == "harm" else value) for name, value in pairs)
    for subject in subjects_of(quantity):
        telling, rest = apart(subject, place)
        if telling:
            name, shown = _named(quantity, telling)
            return name, tuple(sorted((*rest, *shown)))
    return quantity, tuple(sorted(place))


def cell_of(figure: str, by: Iterable[str], where: Iterable[str | None], *, harm_first: bool) -> Cell:
    return alike(counted_by(figure), tuple(sorted(zip(by, where, strict=True))), harm_first=harm_first)


# Dimensions, and columns, of the states that something has one after another.
STATES = {"status", "mode", "state", "unsafe_reason", "duty"}


def never_falls(quantity: str, place: Place) -> bool:
    """Of a count to date, but for corrections."""
    spell, by = spell_of(quantity), [name for name, _ in place]
    if spell is None or not all(dimension(name).steady for name in by):
        return False
    # Of what has one state after another all that has ever been is there, but not in the cell of a state.
    follows = spell.ends is not None and spell.ends.meta.eq(pl.col("until_on"))
    states = follows and "from_on" in spell.begins.meta.root_names()
    return spell.ends is None or (states and STATES.isdisjoint([*spell.where.meta.root_names(), *by]))


class Parting(NamedTuple):
    """How some cells of one place share its rows. A row of a table is what no cell divides further."""

    cells: Signs  # a column for each
    labels: list[str]  # of each row
    others: list[tuple[str, np.ndarray]]  # figures that add up from the cells, and how often each is taken
    columns: Signs  # of the cells, then of the others
    nested: list[tuple[int, int]]  # columns of which one is a part of the other, or the same


@cache
def _parting(subject: Subject, cells: tuple[Cell, ...], usual: tuple[int, ...]) -> Parting:
    values = kinds_of(subject).values
    listed: dict[str, list[str]] = defaultdict(list)
    for by, value in dict.fromkeys(pair for _, place in cells for pair in place):
        if value is not None and value not in values[by]:
            listed[by].append(value)
    given = tuple((by, tuple(texts)) for by, texts in listed.items())
    holds = kinds_of(subject, given).usual[list(usual)].all(axis=0)
    table = np.array([_counts(subject, cell, given)[holds] for cell in cells]).T
    rows, at = np.unique(table, axis=0, return_index=True)
    columns, added = {column.tobytes() for column in rows.T}, dict[bytes, Signs]()
    others: list[tuple[str, np.ndarray]] = []
    for name in _of_subject(subject):
        of = _counts(subject, (name, ()), given)[holds]
        taken = np.round(np.linalg.lstsq(rows.astype(float), of[at].astype(float), rcond=None)[0], 6)
        known = of[at].tobytes() in columns | added.keys()
        if not known and (np.abs(table @ taken - of) < CLOSE).all():
            added[of[at].tobytes()] = of[at]
            others.append((name, taken))
    some = rows.any(axis=1)
    every = np.column_stack([rows[some], *(column[some] for column in added.values())])
    nested = np.argwhere((every[:, :, None] <= every[:, None, :]).all(axis=0)).tolist()
    labels = [_label(cells, rows[some], signs) for signs in rows[some]]
    return Parting(rows[some], labels, others, every, [(one, other) for one, other in nested if one != other])


def parting(subject: Subject, cells: tuple[Cell, ...], true: Sequence[float | None]) -> Parting | None:
    """By as much of what is usual as the truth does not belie; None if it belies the definitions."""
    known = [at for at, number in enumerate(true) if number is not None]
    numbers = np.array([true[at] for at in known], float)

    def fits(usual: tuple[int, ...]) -> bool:
        return not known or shares_of(_parting(subject, cells, usual).cells[:, known], numbers) is not None

    chosen = tuple(range(len(HISTORIES[subject].usual)))
    if not fits(chosen):
        every, chosen = chosen, ()
        for rule in every:
            chosen = (*chosen, rule) if fits((*chosen, rule)) else chosen
    return _parting(subject, cells, chosen) if fits(chosen) else None


@cache
def is_part(name: str, whole: str) -> bool:
    return name == whole or any(
        (_counts(subject, (name, ())) <= _counts(subject, (whole, ()))).all()
        for subject in subjects_of(name)
        if subject in subjects_of(whole)
    )


@cache
def share(name: str, other: str, by: str = "") -> bool:
    """Whether two counts can have rows in common; in one cell of a dimension that says not of which kinds."""
    return any(
        subject in subjects_of(other)
        and by not in kinds_of(subject).values
        and (not by or subject in (dimension(by).subjects or (subject,)))
        and (_counts(subject, (name, ())) & _counts(subject, (other, ()))).any()
        for subject in subjects_of(name)
    )


def _label(cells: Sequence[Cell], table: Signs, signs: Signs) -> str:
    """The smallest cells that it is in, and the largest that it is not in."""

    def is_in(one: int, other: int) -> bool:
        return bool((table[:, one] <= table[:, other]).all()) and one != other

    inside, outside = ([at for at, sign in enumerate(signs) if bool(sign) is of] for of in (True, False))
    inside = [at for at in inside if not any(is_in(other, at) for other in inside)]
    meets = table[:, inside].all(axis=1)
    outside = [at for at in outside if (table[:, at] & meets).any()]
    outside = [at for at in outside if not any(is_in(at, other) for other in outside)]
    texts = [f"{name}{''.join(f' in {by} {value}' for by, value in place)}" for name, place in cells]
    return WITHOUT.join([AND.join(texts[at] for at in inside), *(texts[at] for at in outside)])


def shares_of(table: np.ndarray, numbers: np.ndarray) -> np.ndarray | None:
    """How many of each row there can be, for its cells to come to these numbers; None if they cannot."""
    if not len(table):
        return None if numbers.any() else np.array([])
    shares, gap = nnls(table.T.astype(float), numbers)
    return shares if gap < CLOSE * (1 + np.abs(numbers).max(initial=0)) else None
