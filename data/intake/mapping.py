import datetime as dt
import difflib
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Literal

import dataframely as dy
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from data.intake.extract import folded
from data.schema import SCHEMAS, default_of, is_reference
from data.terms import alike, fitted, read_toml, twins

TRIED = (dt.datetime(2001, 2, 3, 1, 2, tzinfo=dt.UTC), dt.datetime(2023, 11, 28, 13, 45, tzinfo=dt.UTC))
Extent = Literal["full", "partial"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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


class ColumnPlan(_Section):
    """formats: of strptime, tried in order. codes: theirs to ours. references: a person vouches for them.

    take: of several rows that become one; the highest code is the last in its list.
    """

    column: str | None = Field(default=None, min_length=1)
    value: str | None = None
    formats: Annotated[tuple[str, ...], AfterValidator(_formats_of_days)] = ()
    codes: Annotated[dict[str, str], AfterValidator(_codes_apart)] = {}
    references: bool = False
    take: Literal["first", "last", "highest", "lowest"] = "first"

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, plan: object) -> object:
        return {"column": plan} if isinstance(plan, str) else plan

    @model_validator(mode="after")
    def _fed_once(self) -> "ColumnPlan":
        if (self.column is None) == (self.value is None):
            raise ValueError("name either the column that it comes from or one value for every row")
        return self


class TablePlan(_Section):
    table: Annotated[str, AfterValidator(_known_table)]
    file: str | None = None
    sheet: str | None = None
    source_table: str | None = None
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    extract: Extent | None = None
    one_row_per: tuple[str, ...] = ()
    columns: dict[str, ColumnPlan]

    @model_validator(mode="after")
    def _whole(self) -> "TablePlan":
        known = self.schema_columns
        if unknown := sorted(set(self.columns) - set(known)):
            near = _nearest(unknown[0], list(known))
            raise ValueError(f"{self.table} has no column {unknown[0]!r}{near}")
        if missing := sorted(set(self.one_row_per) - set(self.columns)):
            raise ValueError(f"one_row_per names {missing[0]!r}, which has no column in the mapping")
        for name, column in known.items():
            if name not in self.columns and not column.nullable and default_of(column) is None:
                raise ValueError(
                    f"the column {name!r} of {self.table} is missing: name the column that it comes from, "
                    'or give {value = "..."} for every row'
                )
        return self

    @property
    def schema_columns(self) -> dict[str, dy.Column]:
        return SCHEMAS[self.table].columns()

    @property
    def wanted(self) -> list[str]:
        return list({folded(p.column): p.column for p in self.columns.values() if p.column}.values())

    @property
    def references(self) -> list[str]:
        known = self.schema_columns
        return [
            plan.column for name, plan in self.columns.items() if plan.column and is_reference(known[name])
        ]

    def takes(self, name: str) -> bool:
        return self.file is None or fnmatch(name, self.file)


class Plan(_Section):
    """most_rows: of a CSV or a workbook; most_megabytes: of a Parquet file or a database table, as text."""

    extract: Extent
    most_rows: int = Field(default=5_000_000, gt=0)
    most_megabytes: int = Field(default=1_024, gt=0)
    tables: tuple[TablePlan, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _no_table_twice(self) -> "Plan":
        names = [table.table for table in self.tables]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(
                f"the table {twice[0]!r} is mapped twice; keep one mapping for each kind of extract"
            )
        return self

    def whole(self, table: TablePlan) -> bool:
        return (table.extract or self.extract) == "full"


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
