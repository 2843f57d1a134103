"""How well a column of a file fits one of the schema: by its values, and by its name."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import dataframely as dy

from data.intake.extract import folded
from data.intake.profile import MOSTLY, Column, Kind, sample, share, share_read, vocabulary, words
from data.intake.values import is_prose, number
from data.schema import SCHEMAS, is_reference, listed_columns, staff_columns, usual_codes

ENOUGH, LIKELY, SURE = 0.5, 0.8, 1
OF_TABLE = 0.4
FEW_ROWS = 20
SHORTEST = 3
FEW_STRAYS = 0.1
UNKNOWN = "not known"


@dataclass(frozen=True, eq=False)
class Line:
    """take: as in a mapping, where several rows become one. bad: whether days of it cannot be so.

    where: a column, and its codes in whose rows alone this one is meant.
    """

    table: str
    name: str
    column: Column
    score: float
    reason: str
    take: str = ""
    bad: bool = False
    where: tuple[Column, tuple[str, ...]] | None = None

    @property
    def chosen_by_a_person(self) -> bool:
        return self.name in staff_columns()

    @property
    def needed(self) -> bool:
        """Whether no cell may be empty, which holds of two more once a register has them."""
        return not SCHEMAS[self.table].columns()[self.name].nullable or self.name in ("route", "area")

    @property
    def unknown(self) -> tuple[str, ...]:
        """Texts that say nothing, of a list that must say something."""
        column = SCHEMAS[self.table].columns()[self.name]
        if not self.needed or usual_codes(column) or self.name not in listed_columns(SCHEMAS[self.table]):
            return ()
        return ("",) * (self.column.cells.null_count() > 0) + self.column.placeholders

    @cached_property
    def translated(self) -> dict[str, str]:
        """Codes that are plainly one of the usual list, though written otherwise."""
        same = {code: [one for one in self._usual if _is_plainly(code, one)] for code in self.column.codes}
        return {code: ours[0] for code, ours in same.items() if len(ours) == 1 and folded(code) != ours[0]}

    @property
    def strange(self) -> list[str]:
        """Codes of a usual list that it does not have."""
        known = {*self._usual, *map(folded, self.translated)}
        return [code for code in self.column.codes if folded(code) not in known] if self._usual else []

    @cached_property
    def stray(self) -> dict[str, str]:
        """What a mapping says of few cells with no code of the list: of people, or of no usual list."""
        if not (self.strange or self.column.people) or not _is_coded(self.table, self.name):
            return {}
        codes = set(map(folded, {*self.column.codes, *self.column.placeholders} - set(self.strange)))
        cells = self.column.cells.drop_nulls()
        strays = [text for text in cells.unique() if folded(text) not in codes]
        if cells.is_in(strays).sum() > FEW_STRAYS * cells.len():
            return {}
        if not self.needed:
            return {"bad": UNKNOWN}
        others = [code for code in self._usual if code in ("other", UNKNOWN)] if self._usual else [UNKNOWN]
        return {"otherwise": others[0]} if others else {}

    @property
    def _usual(self) -> list[str]:
        return list(map(folded, usual_codes(SCHEMAS[self.table].columns()[self.name])))

    @property
    def settings(self) -> dict[str, object]:
        """What a mapping says of it, beside the column."""
        settings: dict[str, object] = {
            "formats": [self.column.form] if self.column.form else [],
            "codes": dict.fromkeys(self.unknown, UNKNOWN) | self.translated,
            "null": [] if self.needed else list(self.column.placeholders),
            "where": {self.where[0].name: list(self.where[1])} if self.where else {},
            "bad": UNKNOWN if self.bad else "",
            **self.stray,
            "take": self.take,
        }
        return {name: setting for name, setting in settings.items() if setting}

    @property
    def confidence(self) -> str:
        return "sure" if self.score >= SURE else "likely" if self.score >= LIKELY else "guess"


def best_lines(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the best lines, of which none feeds a column twice or from a column that feeds another."""
    fed: set[tuple[str, str]] = set()
    used: set[int] = set()
    for line in sorted(lines, key=lambda line: -line.score):
        if line.score >= ENOUGH and (line.table, line.name) not in fed and line.column.place not in used:
            fed.add((line.table, line.name))
            used.add(line.column.place)
            yield line


def line_of(table: str, name: str, column: Column, more: float = 0, reason: str = "") -> Line:
    """more: what its values say beside the name, from 0 to 1, with the reason."""
    if not fits(table, name, column):
        return Line(table, name, column, 0, "")
    alike = likeness(table, name, column.name)
    if shared := share_known(table, name, column):
        more, reason = more + shared, reason or "its codes"
    reasons = [reason] if reason else []
    return Line(table, name, column, alike + more, " and ".join([*reasons, "its name"] if alike else reasons))


def fits(table: str, name: str, given: Column) -> bool:
    column = SCHEMAS[table].columns()[name]
    if isinstance(column, dy.Date):
        return given.kind == Kind.DAY
    if isinstance(column, dy.Bool):
        return given.kind == Kind.FLAG
    if isinstance(column, dy.Int32 | dy.Float64):
        return share_read(sample(given.cells), number) >= MOSTLY
    if is_reference(column):
        is_key = SCHEMAS[table].primary_key() == [name]
        return (
            given.pseudonyms if name in staff_columns() else given.refers and (given.is_unique or not is_key)
        )
    if is_prose(column):
        return given.kind == Kind.TEXT
    # In a short file the codes are as many as the rows.
    short = given.kind == Kind.TEXT and (given.distinct < given.filled or given.filled < FEW_ROWS)
    return given.kind in (Kind.CODE, Kind.FLAG) or short


def likeness(table: str, name: str, given: str) -> float:
    """How alike two names are, from 0 to 1: by words, whichever way they stand."""
    column = SCHEMAS[table].columns()[name]
    kind = "day" if isinstance(column, dy.Date) else "reference" if is_reference(column) else ""
    aside, own = vocabulary(kind) if kind else frozenset[str](), set(words(name)) - {"ref", "on"}
    theirs = set(words(given)) - vocabulary("ignored")
    content = theirs - (aside - own)
    if not content:
        return 0.3 if theirs else 0
    others = vocabulary("headers", f"{table}.{name}") | vocabulary("headers", name)
    hits = [_hit(word, own, others, set(words(table))) for word in content]
    # A word of the table alone says nothing of the column.
    return max(hits) * (1 + sum(hits) / len(hits)) / 2 if max(hits) > OF_TABLE else 0


def _hit(word: str, own: set[str], others: frozenset[str], of_table: set[str]) -> float:
    if word in own:
        return 1
    if word in others:
        return 0.9
    # Short words sound alike by chance: "route" and "outcome", "mouth" and "month".
    near = any(difflib.SequenceMatcher(None, word, mine).ratio() >= MOSTLY for mine in own)
    return 0.7 if near else OF_TABLE if word in of_table else 0


def share_known(table: str, name: str, column: Column) -> float:
    ours = set(map(folded, usual_codes(SCHEMAS[table].columns()[name])))
    if ours:
        return 0.7 * share(column.codes, lambda code: any(_stands_for(folded(code), one) for one in ours))
    known = vocabulary("values", f"{table}.{name}") | vocabulary("values", name)
    if name == "area" and share(column.codes, lambda code: code.isdigit()) >= MOSTLY:
        return 0.3
    return 0.7 * share(column.codes, lambda code: not known.isdisjoint(words(code)))


def _is_plainly(code: str, ours: str) -> bool:
    """Whether it has the same words, or is how its one word begins."""
    mine, theirs = words(ours), words(code)
    begins = len(folded(code)) > SHORTEST and len(mine) == len(theirs) == 1 and mine[0].startswith(theirs[0])
    return begins or sorted(mine) == sorted(theirs)


def _is_coded(table: str, name: str) -> bool:
    column = SCHEMAS[table].columns()[name]
    return isinstance(column, dy.Enum) or name in listed_columns(SCHEMAS[table])


def _stands_for(short: str, code: str) -> bool:
    """Whether it is the code, or has some of its letters in their order, like "wdrn" of "withdrawn"."""
    letters = iter(code)
    return short == code or (
        len(short) >= SHORTEST and short[0] == code[0] and all(sign in letters for sign in short)
    )
