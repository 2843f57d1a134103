import datetime as dt
import difflib
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Literal

import dataframely as dy
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from data.intake.extract import folded
from data.schema import SCHEMAS, default_of, is_reference, listed_columns
from data.terms import alike, fitted, read_toml, twins

TRIED = (dt.datetime(2001, 2, 3, 1, 2, tzinfo=dt.UTC), dt.datetime(2023, 11, 28, 13, 45, tzinfo=dt.UTC))
Extent = Literal["full", "partial"]
Take = Literal["first", "last", "highest", "lowest", "any", "all", "joined"]
TheirColumn = Annotated[str, Field(min_length=1)] | Annotated[int, Field(ge=1, le=2_000)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _known_table(table: str) -> str:
    if table not in SCHEMAS:
        raise ValueError(f"there is no table {table!r}{_nearest(table, list(SCHEMAS))}")
    return table


def _known_encoding(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        raise ValueError(f"there is no encoding called {encoding!r}") from None
    return encoding


def _formats_of_days(formats: tuple[str, ...]) -> tuple[str, ...]:
    for form in formats:
        if not _tells_days(form):
            raise ValueError(
                f"the format {form!r} does not tell a whole day: give day, month and year once each, "
                "like %d/%m/%Y"
            )
    return formats


def _codes_apart(codes: dict[str, str]) -> dict[str, str]:
    if twin := twins(codes):
        raise ValueError(f"there are codes {alike(*twin)}: keep one of them")
    return codes


class Choice(_Section):
    """Which texts are meant: those of a list, or all but those of one."""

    among: tuple[str, ...] | None = None
    """Only rows with one of these texts. A bare list is the same."""
    without: tuple[str, ...] = Field(default=(), alias="not")
    """Only rows with none of these texts."""

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, choice: object) -> object:
        return {"among": choice} if isinstance(choice, list) else choice

    def takes(self, text: str) -> bool:
        bare = folded(text)
        if self.among is not None:
            return bare in map(folded, self.among)
        return bare not in map(folded, self.without)


class ColumnPlan(_Section):
    """Where one column of a table comes from, and how its texts are read."""

    column: TheirColumn | None = None
    """The file's column: its name, or its place from 1 where it has none."""
    value: str | None = None
    """One value for every row, instead of a column."""
    formats: Annotated[tuple[str, ...], AfterValidator(_formats_of_days)] = ()
    """Formats of days, as strptime has them, tried in order."""
    codes: Annotated[dict[str, str], AfterValidator(_codes_apart)] = {}
    """The file's codes, and which of ours each is."""
    otherwise: str | None = None
    """Our code for every code that is neither ours nor translated."""
    null: tuple[str, ...] = ()
    """Texts that say nothing: the cell is taken as empty."""
    where: dict[str, Choice] = {}
    """Rows in which it says something, by the file's columns; in others the cell is taken as empty."""
    bad: Literal["not known"] | None = None
    """Take what cannot be read, or cannot be so, as empty, and keep the row."""
    references: bool = False
    """A person vouches that these are references, and no names."""
    take: Take = "first"
    """Which value stays where several rows become one. The highest code is the last in its list."""

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, plan: object) -> object:
        is_bare = isinstance(plan, str | int) and not isinstance(plan, bool)
        return {"column": plan} if is_bare else plan

    @model_validator(mode="after")
    def _fed_once(self) -> "ColumnPlan":
        if (self.column is None) == (self.value is None):
            raise ValueError("name either the column that it comes from or one value for every row")
        if self.where and self.column is None:
            raise ValueError("one value for every row stands in every row, so it has no where")
        return self

    @property
    def label(self) -> str:
        return f"column {self.column}" if isinstance(self.column, int) else self.column or ""


class TablePlan(_Section):
    """How a file, a sheet or a table of a database becomes rows of one table. A table may have several."""

    table: Annotated[str, AfterValidator(_known_table)]
    """The table that it fills."""
    file: str | None = None
    """Names of the files, with * for what changes."""
    sheet: str | None = None
    """The sheet of a workbook, where more than one would fit."""
    source_table: str | None = None
    """The table of a database."""
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    """Of a CSV file, where it cannot be told from the file."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Of a CSV file, where it cannot be told from the file."""
    extract: Extent | None = None
    """As for the whole mapping, which it goes before."""
    where: dict[str, Choice] = {}
    """Rows that are meant, by the file's columns: texts, or { not = [...] }; others are left out."""
    null: tuple[str, ...] = ()
    """Texts that say nothing, in every column."""
    key: tuple[ColumnPlan, ...] = ()
    """The file's columns that together are the table's reference, joined by a stroke."""
    one_row_per: tuple[str, ...] = ()
    """Our columns: rows that agree on all of them become one; "case" stands for the case's reference."""
    columns: dict[str, ColumnPlan]
    """Our columns, and where each comes from."""

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, plan: object) -> object:
        if not isinstance(plan, dict) or not isinstance(per := plan.get("one_row_per"), str):  # pyright: ignore[reportUnknownMemberType]
            return plan  # pyright: ignore[reportUnknownVariableType]
        return {**plan, "one_row_per": ["application_ref" if per == "case" else per]}

    @model_validator(mode="after")
    def _whole(self) -> "TablePlan":
        known, given = self.schema_columns, {*self.columns, *([self.keyed] if self.key else [])}
        if unknown := sorted(set(self.columns) - set(known)):
            near = _nearest(unknown[0], list(known))
            raise ValueError(f"{self.table} has no column {unknown[0]!r}{near}")
        if missing := sorted(set(self.one_row_per) - given):
            raise ValueError(f"one_row_per names {missing[0]!r}, which has no column in the mapping")
        if self.key and self.keyed in self.columns:
            raise ValueError(f"key makes {self.keyed!r} of {self.table}: take that column out")
        if self.key and not any(part.column for part in self.key):
            raise ValueError("key names no column of the file")
        if any(part.where for part in self.key):
            raise ValueError("a part of key stands in every row, so it has no where")
        for name, column in known.items():
            if name not in given and not column.nullable and default_of(column) is None:
                raise ValueError(
                    f"the column {name!r} of {self.table} is missing: name the column that it comes from, "
                    'or give {value = "..."} for every row'
                )
        for name, plan in self.columns.items():
            self._fits(name, plan)
        return self

    def _fits(self, name: str, plan: ColumnPlan) -> None:
        column = self.schema_columns[name]
        coded = isinstance(column, dy.Enum) or name in listed_columns(SCHEMAS[self.table])
        if plan.otherwise is not None and not coded:
            raise ValueError(f"{name!r} of {self.table} has no codes, so there is none to take otherwise")
        if plan.bad and not column.nullable:
            raise ValueError(f"{name!r} of {self.table} cannot be empty, so no bad one can be not known")
        if plan.take in ("any", "all") and not isinstance(column, dy.Bool):
            raise ValueError(f"{name!r} of {self.table} is not yes or no, so it cannot take {plan.take!r}")
        if plan.take == "joined" and (coded or not isinstance(column, dy.String) or is_reference(column)):
            raise ValueError(f"{name!r} of {self.table} is no text, so its values cannot be joined")

    @property
    def schema_columns(self) -> dict[str, dy.Column]:
        return SCHEMAS[self.table].columns()

    @property
    def keyed(self) -> str:
        """The column that `key` makes."""
        names = SCHEMAS[self.table].primary_key()
        if len(names) > 1 or not is_reference(self.schema_columns[names[0]]):
            raise ValueError(f"{self.table} has no reference of its own that key could make")
        return names[0]

    @property
    def sources(self) -> list[TheirColumn]:
        """Every column of the file that is read."""
        plans = (*self.columns.values(), *self.key)
        markers = [name for plan in (self, *plans) for name in plan.where]
        return [*(plan.column for plan in plans if plan.column), *markers]

    @property
    def wanted(self) -> list[str]:
        """Names of the file's columns that are read, each once."""
        names = (name for name in self.sources if isinstance(name, str))
        return list({folded(name): name for name in names}.values())

    @property
    def places(self) -> list[int]:
        """Places, from 0, of the columns that are read and not named."""
        return [place - 1 for place in self.sources if isinstance(place, int)]

    @property
    def references(self) -> list[str]:
        known = self.schema_columns
        plans = [*(plan for name, plan in self.columns.items() if is_reference(known[name])), *self.key]
        return [plan.column for plan in plans if isinstance(plan.column, str)]

    def takes(self, name: str) -> bool:
        return self.file is None or fnmatch(name, self.file)


class Plan(_Section):
    """How the files of one kind of extract become tables."""

    extract: Extent
    """"full": a row that a later extract lacks is gone; "partial": it is only not in it."""
    null: tuple[str, ...] = ()
    """Texts that say nothing, in every column of every table."""
    most_rows: int = Field(default=5_000_000, gt=0)
    """Of a CSV file or a workbook."""
    most_megabytes: int = Field(default=1_024, gt=0)
    """Of a Parquet file or a database's table, as text."""
    tables: tuple[TablePlan, ...] = Field(min_length=1)
    """One [[tables]] for each."""

    def whole(self, table: TablePlan) -> bool:
        return (table.extract or self.extract) == "full"

    def nulls(self, table: TablePlan) -> frozenset[str]:
        """Texts, folded, that say nothing in every column of a table."""
        return frozenset(map(folded, (*self.null, *table.null)))


def read_mapping(path: Path) -> Plan:
    return fitted(Plan, read_toml(path), path.name)


def _tells_days(form: str) -> bool:
    # Python 3.13 warns of reading a day without a year, and a later one will refuse it.
    if not re.search("%[YyGcx]", form.replace("%%", "")):
        return False
    try:
        # A zone's name (%Z) is read and left unheeded, which may be another day.
        return "%Z" not in form and all(
            dt.datetime.strptime(moment.strftime(form), form).date() == moment.date()  # noqa: DTZ007
            for moment in TRIED
        )
    except (ValueError, re.error):
        return False


def _nearest(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"; the nearest is {near[0]!r}" if near else f"; there are {', '.join(names)}"
