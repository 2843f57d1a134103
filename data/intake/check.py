"""Check an extract: every row is accepted with typed values, or held back with its first reason."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from data.formatting import counted, written_count
from data.incoming import Arrival
from data.intake import rules
from data.intake.extract import Extract
from data.intake.header import Header
from data.intake.mapping import TablePlan
from data.intake.privacy import reaching, refuse_people
from data.intake.reading import Reading, read
from data.intake.totals import without_totals
from data.schema import SCHEMAS
from data.terms import Terms


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An extract after its checks; `rows` and `held` still carry their `row_number`."""

    table: str
    reading: Reading
    rows: pl.DataFrame
    held: pl.DataFrame
    quarantine: pl.DataFrame
    repeated: int = 0

    def without(self, breaches: Iterable[rules.Breach]) -> "Checked":
        """The same with the rows of each breach held back for its reason, if they are not already."""
        checked = self
        for numbers, column, reason in breaches:
            checked = checked._held_back(numbers, column, reason)
        return checked

    def _held_back(self, numbers: pl.Series, column: str, reason: str) -> "Checked":
        rows, broken = _parted(self.rows, numbers)
        shown = self.reading.quarantined(broken["row_number"], column, pl.lit(reason))
        return replace(
            self,
            rows=rows,
            held=pl.concat([self.held, broken]),
            quarantine=pl.concat([self.quarantine, shown]),
        )

    def _keys_read(self, key: list[str]) -> pl.DataFrame:
        blamed = self.quarantine.filter(pl.col("column_name").is_in(key))["row_number"]
        others, _ = _parted(self.held, blamed)
        return others.filter(rules.whole_key(self.table)).select("row_number", *key)

    def _doubtful(self, read: pl.DataFrame) -> pl.DataFrame:
        return _parted(self.quarantine, read["row_number"])[0]

    def _nothing_removed(self, doubtful: pl.DataFrame) -> str:
        key = SCHEMAS[self.table].primary_key()
        what = "reference" if len(key) == 1 else " and ".join(key)
        shared = doubtful["reason"] == rules.same_key(key)
        known = self.held.filter(rules.whole_key(self.table))["row_number"]
        rejected = ~shared & doubtful["row_number"].is_in(known.implode())
        unread = doubtful.height - int(shared.sum()) - int(rejected.sum())
        causes = [
            (unread, f"the {what} of {written_count(unread)} cannot be read"),
            (shared.sum(), f"the {what} of {_rows(shared)} stands in other rows too, with different data"),
            (rejected.sum(), f"the {what} of {_rows(rejected)} was rejected"),
        ]
        return (
            f"No row was taken as removed, because {', and '.join(told for count, told in causes if count)}."
        )

    def arrival(self, *, fingerprint: str, whole: bool, dropped: tuple[str, ...]) -> Arrival:
        key = SCHEMAS[self.table].primary_key()
        extract = self.reading.extract
        held_keys = self._keys_read(key)
        warnings = extract.warnings + tuple(self.reading.warnings)
        if whole and (doubtful := self._doubtful(held_keys)).height:
            # Any current row may be one of those: none of them can be called gone.
            warnings += (self._nothing_removed(doubtful),)
            whole = False
        return Arrival(
            table=self.table,
            file=self.reading.file,
            fingerprint=fingerprint,
            rows=self.rows.drop("row_number"),
            held_keys=held_keys.select(key).unique(),
            quarantine=self.quarantine.sort("row_number"),
            whole=whole,
            read=extract.read,
            ignored=extract.ignored,
            repeated=self.repeated,
            dropped=dropped,
            warnings=warnings,
        )


def check(
    extract: Extract, header: Header, plan: TablePlan, *, file: str, terms: Terms, recorded_on: dt.date
) -> Checked:
    """Read and check every row of an extract, all but what it refers to.

    Raises:
        UserError: the extract is not what the mapping takes it for.
    """
    schema = SCHEMAS[plan.table]
    reading = read(without_totals(extract, file), header, plan, file=file, terms=terms)
    refuse_people(reading.rows, plan, file)
    rows, held = _parted(_scoped(reading.rows, plan, terms), reading.misread["row_number"])
    key = schema.primary_key()
    # Most files hold each reference once, which is quickly seen.
    once = rows.select(pl.struct(key).n_unique()).item() == rows.height
    first = pl.struct(schema.column_names()).is_first_distinct()
    # Two rows without a reference may be two different cases, whatever else they say.
    merged = rows if once else rows.filter(first | pl.any_horizontal(pl.col(key).is_null()))
    checked = Checked(
        table=plan.table,
        reading=reading,
        rows=merged,
        held=held,
        quarantine=pl.concat([reading.extract.damaged, reading.misread]),
        repeated=rows.height - merged.height,
    )
    checked = checked.without(reaching(checked.rows, plan))
    if held.height or not once:
        checked = checked.without(rules.conflicts(checked.rows, checked.held, key))
    return checked.without(rules.breaches(checked.rows, plan.table, terms=terms, recorded_on=recorded_on))


def _scoped(rows: pl.DataFrame, plan: TablePlan, terms: Terms) -> pl.DataFrame:
    """Rows that are in scope by the day they were received, where the register does not say."""
    if plan.table != "applications" or "in_scope" in plan.columns:
        return rows
    return rows.with_columns(in_scope=terms.period.holds(pl.col("received_on")).fill_null(value=False))


def _rows(marked: pl.Series) -> str:
    return counted(int(marked.sum()), "row", "rows")


def _parted(rows: pl.DataFrame, numbers: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    if numbers.is_empty():
        return rows, rows.clear()
    bad = rows["row_number"].is_in(numbers.implode())
    return rows.filter(~bad), rows.filter(bad)
