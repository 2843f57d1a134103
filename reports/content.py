import datetime as dt
from dataclasses import dataclass

import polars as pl
import polars.selectors as cs

from charts.chart import Chart
from data.errors import UserError

LONGEST_NAME, LONGEST_TEXT = 255, 32_767
# Of the kinds of column that a file can hold; codes leave as text.
_PLAIN = cs.string() | cs.integer() | cs.float() | cs.boolean() | cs.date() | cs.datetime()
_CODES = cs.enum() | cs.categorical() | cs.by_dtype(pl.Null)


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    title: str
    rows: pl.DataFrame
    subtitle: str = ""  # a sentence, its days
    notes: tuple[tuple[str, str], ...] = ()  # its unit, definition and the like, each with its label
    named: str = ""  # of a file with it alone, whose name many may see: never what its rows hold


@dataclass(frozen=True, kw_only=True)
class Grid:
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]  # of each column, whether it holds numbers
    subtitle: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Section:
    heading: str
    lines: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()  # bold words or none, and the rest
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()  # of texts and counts, in a briefing
    grids: tuple[Grid, ...] = ()  # in a notice


@dataclass(frozen=True, kw_only=True, eq=False)
class Content:
    """Everything that one file holds: tables, or a briefing's sections with the tables in them."""

    review: str
    marking: str
    created_at: dt.datetime  # in UTC
    created_by: str
    reason: str | None = None
    caution: str = ""  # what a reader must know before they pass a number on
    body: str = ""  # whose review it is
    days: str = ""  # a sentence, of all of it
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.marking}: {' '.join(self.review.split())}"

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        moment = f"{self.created_at:%Y-%m-%d %H:%M:%S} UTC by {self.created_by}"
        lines = (("Review", self.review), ("Made", moment))
        lines += (("Publication", self.caution),) if self.caution else ()
        return lines if self.reason is None else (*lines, ("Reason", self.reason))

    @property
    def table(self) -> Table:
        (table,) = self.tables
        return table


def plain_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as any file has them: codes as text, every other column as it is. A TypeError where a column is of
    a kind that no file holds, or there is none; a UserError where a name cannot stand in every program.
    """
    plain = rows.with_columns(_CODES.cast(pl.String))
    if misfits := sorted(set(plain.columns) - set(plain.select(_PLAIN).columns)):
        raise TypeError(f"the column {misfits[0]} is of a kind that no file holds")
    if not plain.columns:
        raise TypeError("a table without columns cannot leave")
    names = [name.lower() for name in plain.columns]
    if any(not name.isprintable() or not 0 < len(name) <= LONGEST_NAME for name in names):
        raise UserError(
            f"A column's name must be one line of at most {LONGEST_NAME} characters: choose others."
        )
    if twice := next((name for name in plain.columns if names.count(name.lower()) > 1), None):
        fault = f"Two columns are called {twice!r} but for capitals: call one of them something else."
        raise UserError(fault)
    return plain


def for_spreadsheets(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as a spreadsheet has them; a UserError where a text or a name is not for one."""
    # A spreadsheet would round a time.
    plain = plain_rows(rows).with_columns(cs.datetime().dt.to_string("iso:strict"))
    # A spreadsheet counts a character beyond the basic plane as two.
    length = cs.string().str.len_chars() + cs.string().str.count_matches(r"[\x{10000}-\x{10FFFF}]")
    for column in plain.select((length > LONGEST_TEXT).any()).iter_columns():
        if column.item():
            fault = f"The column {column.name!r} has a text too long for a spreadsheet: choose Parquet."
            raise UserError(fault)
    return plain
