"""What the rows of a part are of: one to a case or several, which other columns tell apart."""

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations

from data.formatting import counted, measured
from data.intake.fitting import likeness
from data.intake.profile import (
    HALF,
    NEARLY_ALL,
    Column,
    Kind,
    Part,
    is_steady,
    tells_apart,
    vocabulary,
    words,
)  # fmt: skip

CASES, ALLEGATIONS, FINDINGS = GENERAL = ("applications", "allegations", "findings")
MOST_TRIED = 200


class Rows:
    """What the rows of a part are of. case: the column whose values are the cases, where there is one."""

    def __init__(self, part: Part) -> None:
        self.part, self.case = part, _case_column(part)
        self.others = [column for column in part.columns if column is not self.case]

    @cached_property
    def is_single(self) -> bool:
        """Whether a row is a case."""
        return self.case is not None and self.case.distinct >= NEARLY_ALL * self.part.height

    @cached_property
    def steady(self) -> list[Column]:
        """Columns that say the same in all rows of a case."""
        case = self.case
        return [c for c in self.others if case is not None and (self.is_single or is_steady(case, c))]

    @cached_property
    def varying(self) -> list[Column]:
        return [column for column in self.others if column not in self.steady]

    @cached_property
    def keys(self) -> list[Column]:
        # Numbers under no name may be those of the rows.
        references = [c for c in self.others if c.kind == Kind.REFERENCE and c.name]
        return [c for c in references if c.is_unique and not c.pseudonyms]

    @cached_property
    def telling(self) -> list[Column]:
        """The fewest columns that tell the rows of a case apart, people first; none where none do."""
        kinds = (Kind.REFERENCE, Kind.CODE, Kind.PEOPLE, Kind.DAY)
        others = [column for column in self.varying if column.kind in kinds and self.case is not None]
        others.sort(key=lambda column: (not column.pseudonyms, kinds.index(column.kind)))
        tried = [*([one] for one in others), *map(list, combinations(others, 2))][:MOST_TRIED]
        return next((columns for columns in tried if tells_apart([*self.cases, *columns])), [])

    @property
    def cases(self) -> list[Column]:
        return [] if self.case is None else [self.case]

    @cached_property
    def composed(self) -> tuple[Column, ...]:
        """Columns that make a reference of each row together, where no column is one; none of people."""
        columns = (*self.cases, *self.telling)
        whole = all(c.refers or c.kind == Kind.CODE for c in columns)
        whole &= all(c.filled == self.part.height and not c.pseudonyms and not c.people for c in columns)
        is_step = any(column.kind == Kind.DAY for column in self.varying)
        is_lacking = not (self.keys or self.is_single or is_step)
        return columns if is_lacking and whole and tells_apart(list(columns), 1) else ()

    def shares_cases(self, other: "Rows") -> bool:
        """Whether most cases of one are among those of the other."""
        if self.case is None or other.case is None:
            return False
        mine, theirs = self.case.cells.drop_nulls().unique(), other.case.cells.drop_nulls().unique()
        return mine.is_in(theirs.implode()).sum() >= HALF * min(mine.len(), theirs.len())

    @property
    def of_allegations(self) -> list[Column]:
        """Columns that may say something of each row alone, which needs a reference then."""
        return self.varying if (self.keys and not self.is_single) or self.composed else []


def _case_column(part: Part) -> Column | None:
    """The reference by whose values most else is settled, though it comes again; names break ties.

    Pseudonyms of people are the cases only where nothing else can be and no row shares one.
    """
    every = [c for c in part.columns if c.name and (c.kind == Kind.REFERENCE or _is_named_as_cases(c))]
    references = [column for column in every if not column.pseudonyms]
    references = references or [column for column in every if column.is_unique]
    coarsest = min((column.distinct for column in references), default=0)
    others = [column for column in part.columns if column.kind in (Kind.DAY, Kind.CODE)]

    def merit(column: Column) -> float:
        of_rows = max(likeness(table, f"{table[:-1]}_ref", column.name) for table in (ALLEGATIONS, FINDINGS))
        named = likeness(CASES, "application_ref", column.name) - of_rows
        settled = (
            0 if column.is_unique else sum(is_steady(column, other) for other in others) / len(others or "-")
        )
        return named + settled + (column.distinct == coarsest) / 2

    return references[0] if len(references) == 1 else max(references, key=merit, default=None)


def _is_named_as_cases(column: Column) -> bool:
    """Whether codes with digits are references of cases: few cases with many rows each look like codes."""
    of_name = set(words(column.name))
    is_named = of_name & vocabulary("cases") and of_name & vocabulary("reference")
    return column.kind == Kind.CODE and column.refers and bool(is_named)


def noun_of(case: Column | None, file: str) -> str:
    """What a case is called: by its reference, or by the file."""
    named = [word for name in (case.name if case else "", file) for word in words(name)]
    return next((word for word in named if word in vocabulary("cases")), "case")


def plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def grain_of(rows: Rows, tables: Sequence[str], noun: str) -> str:
    height = measured(rows.part.height, "row", "rows")
    if rows.case is None or tables[0] not in GENERAL:
        return f"{height} of {tables[0].replace('_', ' ')}."
    if rows.is_single:
        return f"One row for each {noun}: {height}."
    of_cases = f"{height} for {counted(rows.case.distinct, noun, plural(noun))}"
    if rows.telling:
        names = " and ".join(_bare(column.name) for column in rows.telling)
        return f"One row for each {noun} and {names}: {of_cases}."
    return f"Several rows for each {noun}, which no other column tells apart: {of_cases}."


def _bare(name: str) -> str:
    spare = vocabulary("reference") | vocabulary("day") | {"name"}
    return " ".join(word for word in words(name) if word not in spare) or " ".join(name.split())
