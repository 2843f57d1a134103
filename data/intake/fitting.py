"""How well a column of a file fits one of the schema: by its values, and by its name."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import dataframely as dy

from data.intake.extract import folded
from data.intake.profile import MOSTLY, Column, Kind, sample, share, share_read, vocabulary, words
from data.intake.values import is_prose, number
from data.schema import SCHEMAS, is_reference, listed_columns, staff_columns, usual_codes

ENOUGH, LIKELY, SURE = 0.5, 0.8, 1
OF_TABLE = 0.4
FEW_ROWS = 20
SHORTEST = 3
UNKNOWN = "not known"


@dataclass(frozen=True, eq=False)
class Line:
    """take: as in a mapping, where several rows become one. bad: whether days of it cannot be so."""

    table: str
    name: str
    column: Column
    score: float
    reason: str
    take: str = ""
    bad: bool = False

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

    @property
    def settings(self) -> dict[str, object]:
        """What a mapping says of it, beside the column."""
        settings = {
            "formats": [self.column.form] if self.column.form else [],
            "codes": dict.fromkeys(self.unknown, UNKNOWN),
            "null": [] if self.needed else list(self.column.placeholders),
            "bad": UNKNOWN if self.bad else "",
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


def _stands_for(short: str, code: str) -> bool:
    """Whether it is the code, or has some of its letters in their order, like "wdrn" of "withdrawn"."""
    letters = iter(code)
    return short == code or (
        len(short) >= SHORTEST and short[0] == code[0] and all(sign in letters for sign in short)
    )
