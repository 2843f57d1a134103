"""The weekly extracts: what the register says of each table, written as a register writes it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dataframely as dy
import polars as pl

from data.demo.cases import LATE, all_cases, application_rows
from data.demo.days import EXTRACTS, LAST_ON, MAY_ON, STATEMENTS
from data.demo.detail import all_looks, review_rows
from data.demo.findings import all_findings, failure_rows
from data.demo.mistakes import slipped
from data.demo.oversight import oversight_rows
from data.demo.people import people_rows
from data.demo.register import Row, history, standing
from data.demo.resources import enquiry_rows, staffing_rows
from data.demo.triage import assess, assessment_rows
from data.intake.mapping import ColumnPlan, Plan, TablePlan
from data.schema import SCHEMAS

# The contact team and the inbox send their lists every other week, and for each statement.
EVERY_OTHER_WEEK = frozenset({"people_to_contact", "contact_states", "contact_attempts", "enquiries"})
FORTNIGHTS = frozenset({*EXTRACTS[::2], *STATEMENTS})


@dataclass
class Register:
    """The fictional register: every state of every row by table, and what it last sent of each."""

    states: dict[str, pl.DataFrame]
    sent: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])

    def extracts(self, plan: Plan, folder: Path, day: dt.date, again: set[str]) -> Iterator[Path]:
        """Write the extracts of a day: of the tables with something new to say, or asked for again."""
        for each in plan.tables:
            asked = each.table in again
            if day not in FORTNIGHTS and each.table in EVERY_OTHER_WEEK and not asked:
                continue
            rows = standing(self.states[each.table], each.table, day)
            last = self.sent.get(each.table, rows.clear())
            if not rows.equals(last) or asked:
                yield self._written(rows, last, each, folder, day)

    def _written(
        self, rows: pl.DataFrame, last: pl.DataFrame, plan: TablePlan, folder: Path, day: dt.date
    ) -> Path:
        cells = slipped(plan.table, day, rows, last, _cells(rows, plan))
        path = folder / (plan.file or f"{plan.table}*.csv").replace("*", f"-{day}")
        # Registers print columns of their own too, which nobody asked for: the intake drops them.
        cells.with_columns(pl.lit(f"{day:%d/%m/%Y}").alias("Extracted On")).write_csv(path)
        self.sent[plan.table] = rows
        return path


def fictional_register() -> Register:
    cases = all_cases()
    assess(cases)
    # Second gradings raise grades and send more cases on, so they come before the reviews.
    assessments = assessment_rows(cases)
    looks = all_looks(cases)
    findings = all_findings(looks)
    rows: dict[str, list[Row]] = {
        "applications": application_rows(cases),
        "risk_assessments": assessments,
        "reviews": review_rows(looks),
        "failures": failure_rows(findings),
        **oversight_rows(findings),
        "staffing": staffing_rows(),
        **people_rows(cases, findings),
        "enquiries": enquiry_rows(cases),
    }
    return Register({table: history(table, rows[table]) for table in SCHEMAS})


def note(day: dt.date) -> str:
    """What the analyst wrote beside the load of a day."""
    if day in LATE:
        return f"Weekly extract, with {LATE[day]} applications added following additional database checks"
    if day == MAY_ON:
        return "Extract for the closing statement, a day early"
    if day == LAST_ON:
        return "Last extract"
    return "Weekly extract"


def _cells(rows: pl.DataFrame, plan: TablePlan) -> pl.DataFrame:
    schema = SCHEMAS[plan.table]
    return rows.select(
        _written(schema.columns()[name], column).alias(column.column or name)
        for name in schema.column_names()
        if (column := plan.columns.get(name))
    )


def _written(column: dy.Column, plan: ColumnPlan) -> pl.Expr:
    values = column.col
    if plan.formats:
        return values.dt.to_string(plan.formats[0])
    if isinstance(column, dy.Bool):
        values = pl.when(values).then(pl.lit("yes")).otherwise(pl.lit("no"))
    codes = {ours: given for given, ours in plan.codes.items()}
    return values.cast(pl.String).replace(codes)
