"""What each figure counts, by one name, and how figures share the rows that they count.

No relation is kept by hand. Each figure is asked of rows of every kind that its subject can have: which of
them it counts says what is a part of it, or counts the same. What counts other rows says so (`part_of`).
"""

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
import scipy  # which imports a part when it is first asked for

from data.schema import SCHEMAS
from data.terms import Terms
from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimension, dimensions_of
from metrics.histories.subjects import HISTORIES, identity_of
from metrics.metric import AnyMetric, Duration, Spell, Subject

Place = tuple[tuple[str, str | None], ...]  # the value of each dimension of a cell, in the order of the names
Cell = tuple[str, Place]  # what is counted, and the values of dimensions that say which kinds of rows it has
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
def kinds_of(subject: Subject, *listed: tuple[str, tuple[str, ...]]) -> Kinds:
    """listed: values of columns that the terms of reference list."""
    history = HISTORIES[subject]
    known = Terms.model_construct(body="", timescales=(), response_days=1)
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
    sides: dict[
        str, dict[Subject, str]
    ]  # the first of each name in each subject whose rows it counts one by one
    spells: dict[str, Spell]
    within: list[tuple[str, tuple[str, ...]]]  # what counts no more than some others together


@cache
def names() -> Names:
    """What counts the same rows has one name; two registers of one table have the same rows."""
    of_sides: dict[str, str] = {}
    by_rows: dict[tuple[object, ...], str] = {}
    by_subject: dict[str, dict[Subject, str]] = defaultdict(dict)
    spells: dict[str, Spell] = {}
    for subject in HISTORIES:
        for metric in _figures(subject):
            for side, (spell, _) in sides(metric).items():
                rows: list[tuple[object, ...]] = []
                if (signs := kinds_of(subject).counts.get(side)) is not None:
                    if not signs.any():
                        raise ValueError(f"of the rows made for the audit none counts towards {side}")
                    rows.append((subject, signs.tobytes()))
                if spell is not None:
                    register = HISTORIES[subject].table, identity_of(subject)
                    rows.append((*register, *(part.meta.serialize() for part in spell.parts)))
                name = of_sides[side] = next((by_rows[same] for same in rows if same in by_rows), side)
                by_rows |= {same: by_rows.get(same, name) for same in rows}
                if signs is not None:
                    by_subject[name].setdefault(subject, side)
                if spell is not None:
                    spells.setdefault(name, spell)
    within: list[tuple[str, tuple[str, ...]]] = []
    for metric in (metric for metric in CATALOGUE if metric.part_of):
        part = list(sides(metric))[isinstance(metric, Duration)]
        within.append((of_sides[part], tuple(of_sides[whole] for whole in metric.part_of)))
    return Names(of_sides, by_subject, spells, within)


def counted_by(figure: str) -> str:
    """The first count of the same rows: "failures_with_harm" for the figure "share_with_harm"."""
    sides = (f"{figure}{end}" for end in ("", ": numerator", ": left"))
    return next((names().of_sides[side] for side in sides if side in names().of_sides), figure)


def counted_out_of(figure: str) -> str:
    return names().of_sides.get(f"{figure}: out of", f"{figure}: out of")


def subjects_of(quantity: str) -> list[Subject]:
    """Whose rows it counts, one by one; none where they are weighed, or it is no figure's."""
    return list(names().sides.get(quantity, {}))


def names_in(quantity: str) -> list[str]:
    """Of what is left of one count without another."""
    return [name.partition(" in ")[0] for name in re.split(f"{WITHOUT}|{AND}", quantity)]


@cache
def _of_subject(subject: Subject) -> list[str]:
    return [name for name in names().sides if subject in subjects_of(name)]


def _counts(subject: Subject, cell: Cell, *listed: tuple[str, tuple[str, ...]]) -> Signs:
    name, place = cell
    return kinds_of(subject, *listed).of(names().sides[name][subject], place)


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
    values = kinds_of(subject).values
    telling = tuple((by, value) for by, value in place if not {value, ANY}.isdisjoint(values.get(by, ())))
    return telling, tuple(pair for pair in place if pair not in telling)


def of_part(place: Place) -> Place:
    """What rows of a headline part have, where harm comes first: its type, and no harm."""
    named = dict(place)
    part = named.pop("part", None)
    if part is None or {"type", "harm"} & named.keys():
        return place
    return tuple(sorted({**named, "harm": "false", "type": part}.items()))


@cache
def alike(figure: str, place: Place, *, harm_first: bool) -> Cell:
    """The name of what a figure counts there. harm_first: whether the part "harm" is all those with harm."""
    # A truth value as text is "true" to Polars and "True" to Python.
    parts = {("part", "harm"), ("part", "with harm")} if harm_first else ()
    pairs = (("harm", "true") if pair in parts else pair for pair in place)
    pairs = ((name, value.lower() if value and name == "harm" else value) for name, value in pairs)
    quantity, place = counted_by(figure), tuple(sorted(pairs))
    for subject in subjects_of(quantity):
        telling, rest = apart(subject, place)
        if telling:
            name, shown = _named(quantity, telling)
            return name, tuple(sorted((*rest, *shown)))
    return quantity, place


# Dimensions, and columns, of the states that something has one after another.
STATES = {"status", "mode", "state", "unsafe_reason", "duty"}


def never_falls(quantity: str, place: Place) -> bool:
    """Of a count to date, but for corrections."""
    spell, by = names().spells.get(quantity), [name for name, _ in place]
    if spell is None or not all(dimension(name).steady for name in by):
        return False
    # Of what has one state after another all that has ever been is there, but not in the cell of a state.
    follows = spell.ends is not None and spell.ends.meta.eq(pl.col("until_on"))
    states = follows and "from_on" in spell.begins.meta.root_names()
    return spell.ends is None or (states and STATES.isdisjoint([*spell.where.meta.root_names(), *by]))


class Parting(NamedTuple):
    """How some cells of one place share its rows. An atom is rows that no cell divides further."""

    cells: Signs  # a row for each atom, a column for each cell
    labels: list[str]  # of each atom
    figures: list[tuple[str, np.ndarray]]  # that add up from the cells, and how often each is taken
    columns: Signs  # of the cells, then of the figures
    nested: list[tuple[int, int]]  # columns of which one is a part of the other, or the same


@cache
def _parting(subject: Subject, cells: tuple[Cell, ...], usual: tuple[int, ...]) -> Parting:
    values = kinds_of(subject).values
    listed: dict[str, list[str]] = defaultdict(list)
    for by, value in dict.fromkeys(pair for _, place in cells for pair in place):
        if value is not None and value not in values[by]:
            listed[by].append(value)
    given = tuple((by, tuple(texts)) for by, texts in listed.items())
    holds = kinds_of(subject, *given).usual[list(usual)].all(axis=0)
    table = np.array([_counts(subject, cell, *given)[holds] for cell in cells]).T
    atoms, at = np.unique(table, axis=0, return_index=True)
    columns = [*atoms.T]
    figures: list[tuple[str, np.ndarray]] = []
    for name in _of_subject(subject):
        counts = _counts(subject, (name, ()), *given)[holds]
        of = counts[at]
        taken = np.round(np.linalg.lstsq(atoms.astype(float), of.astype(float), rcond=None)[0], 6)
        known = any((of == column).all() for column in columns)
        if not known and (np.abs(table @ taken - counts) < CLOSE).all():
            columns.append(of)
            figures.append((name, taken))
    some = atoms.any(axis=1)
    atoms, every = atoms[some], np.column_stack(columns)[some]
    nested = np.argwhere((every[:, :, None] <= every[:, None, :]).all(axis=0)).tolist()
    nested = [(part, whole) for part, whole in nested if part != whole]
    return Parting(atoms, [_label(cells, atoms, signs) for signs in atoms], figures, every, nested)


def parting(subject: Subject, cells: tuple[Cell, ...], true: Sequence[float | None]) -> Parting | None:
    """By as much of what is usual as the truth does not belie; None if it belies the definitions."""
    known = [at for at, number in enumerate(true) if number is not None]
    numbers = np.array([true[at] for at in known], float)

    def fits(usual: tuple[int, ...]) -> bool:
        return not known or can_be(_parting(subject, cells, usual).cells[:, known], numbers)

    every = tuple(range(len(HISTORIES[subject].usual)))
    chosen = every if fits(every) else ()
    for rule in () if chosen else every:
        chosen = (*chosen, rule) if fits((*chosen, rule)) else chosen
    return _parting(subject, cells, chosen) if fits(chosen) else None


def can_be(cells: np.ndarray, numbers: np.ndarray) -> bool:
    """Whether cells can come to these numbers, with some of each atom."""
    if not len(cells):
        return not numbers.any()
    _, gap = scipy.optimize.nnls(cells.T.astype(float), numbers)
    return bool(gap < CLOSE * (1 + np.abs(numbers).max(initial=0)))


@cache
def is_part(name: str, whole: str) -> bool:
    return name == whole or any((part <= of).all() for _, part, of in _shared(name, whole))


@cache
def share(name: str, other: str, by: str = "") -> bool:
    """Whether two counts can have rows in common; in one cell of a dimension that says not of which kinds."""
    return any(
        by not in kinds_of(subject).values
        and (not by or subject in (dimension(by).subjects or (subject,)))
        and (one & two).any()
        for subject, one, two in _shared(name, other)
    )


def _shared(name: str, other: str) -> Iterator[tuple[Subject, Signs, Signs]]:
    for subject in subjects_of(name):
        if subject in subjects_of(other):
            yield subject, _counts(subject, (name, ())), _counts(subject, (other, ()))


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
