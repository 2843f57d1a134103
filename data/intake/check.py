"""Check an extract: every row is accepted with typed values, or rejected for its first reason."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import dataframely as dy
import polars as pl

from data.errors import UserError
from data.formatting import counted, written_count
from data.incoming import Arrival
from data.intake import rules
from data.intake.days import Days
from data.intake.extract import QUARANTINE, Extract, folded, rows_listed, shape
from data.intake.mapping import ColumnPlan, TablePlan
from data.intake.privacy import reaching, refuse_people
from data.intake.sources import Header
from data.intake.typed_values import NOT_FOR_ANYTHING, REASONS
from data.intake.values import Parser, parsed, parser_of, reference
from data.schema import SCHEMAS, default_of, is_reference
from data.terms import Terms


@dataclass
class Reading:
    """Typed rows of an extract, with `row_number`; what cannot be read is null there.

    cells: the column of the extract that feeds each column of the table.
    misread: quarantine of the rows with such values, each with its first reason.
    """

    extract: Extract
    cells: dict[str, str]
    file: str
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    misread: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=QUARANTINE))
    warnings: list[str] = field(default_factory=list[str])

    def quarantined(self, numbers: pl.Series, column: str, reason: pl.Series | pl.Expr) -> pl.DataFrame:
        """Quarantine of the rows with these numbers, which shows only the shape of their values."""
        rows = pl.DataFrame({"row_number": numbers}).with_columns(column_name=pl.lit(column), reason=reason)
        if column not in self.cells:
            return rows.with_columns(shape=pl.lit(shape(None))).select(*QUARANTINE)
        texts = self.extract.rows.select("row_number", shape=self.cells[column])
        rows = rows.join(texts, on="row_number", how="left", maintain_order="left")
        shapes = pl.Series(list(map(shape, rows["shape"])), dtype=pl.String)
        return rows.with_columns(shape=shapes).select(*QUARANTINE)

    def reject(self, numbers: pl.Series, column: str, reason: pl.Series) -> None:
        self.misread = pl.concat([self.misread, self.quarantined(numbers, column, reason)])


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An extract after its checks; `rows` and `rejected` still carry their `row_number`."""

    table: str
    reading: Reading
    rows: pl.DataFrame
    rejected: pl.DataFrame
    quarantine: pl.DataFrame
    repeated: int = 0

    def without(self, breaches: Iterable[rules.Breach]) -> "Checked":
        """The same with the rows of each breach rejected for its reason, if they are not already."""
        checked = self
        for numbers, column, reason in breaches:
            rows, broken = _parted(checked.rows, numbers)
            rejected = self.reading.quarantined(broken["row_number"], column, pl.lit(reason))
            checked = replace(
                checked,
                rows=rows,
                rejected=pl.concat([checked.rejected, broken]),
                quarantine=pl.concat([checked.quarantine, rejected]),
            )
        return checked

    def arrival(self, *, fingerprint: str, whole: bool, dropped: tuple[str, ...]) -> Arrival:
        key = SCHEMAS[self.table].primary_key()
        extract = self.reading.extract
        misread = self.quarantine.filter(pl.col("column_name").is_in(key))["row_number"]
        known = _parted(self.rejected, misread)[0].filter(rules.whole_key(self.table))
        warnings = extract.warnings + tuple(self.reading.warnings)
        doubtful = _parted(self.quarantine, known["row_number"])[0]
        if whole and doubtful.height:
            # Any current row may be one of those: none of them can be called gone.
            warnings += (self._nothing_removed(doubtful),)
            whole = False
        return Arrival(
            table=self.table,
            file=self.reading.file,
            fingerprint=fingerprint,
            rows=self.rows.drop("row_number"),
            held_keys=known.select(key).unique(),
            quarantine=self.quarantine.sort("row_number"),
            whole=whole,
            read=extract.read,
            ignored=extract.ignored,
            repeated=self.repeated,
            dropped=dropped,
            warnings=warnings,
        )

    def _nothing_removed(self, doubtful: pl.DataFrame) -> str:
        key = SCHEMAS[self.table].primary_key()
        what = "reference" if len(key) == 1 else " and ".join(key)
        is_shared = doubtful["reason"] == rules.same_key(key)
        known = self.rejected.filter(rules.whole_key(self.table))["row_number"]
        shared = int(is_shared.sum())
        rejected = int((~is_shared & doubtful["row_number"].is_in(known.implode())).sum())
        unread = doubtful.height - shared - rejected
        causes = [
            (unread, f"the {what} of {written_count(unread)} cannot be read"),
            (shared, f"the {what} of {_rows(shared)} stands in other rows too, with different data"),
            (rejected, f"the {what} of {_rows(rejected)} was rejected"),
        ]
        return f"No row was taken as removed, because {', and '.join(why for count, why in causes if count)}."


def check(
    extract: Extract, header: Header, plan: TablePlan, *, file: str, terms: Terms, recorded_on: dt.date
) -> Checked:
    """Read and check every row of an extract, all but what it refers to.

    Raises:
        UserError: the extract is not what the mapping takes it for.
    """
    schema = SCHEMAS[plan.table]
    reading = _read(extract.without_totals(file), header, plan, file=file, terms=terms)
    refuse_people(reading.rows, plan, file)
    rows, rejected = _parted(_scoped(reading.rows, plan, terms), reading.misread["row_number"])
    key = schema.primary_key()
    # Most files hold each reference once, which is quickly seen.
    once = rows.select(pl.struct(key).n_unique()).item() == rows.height
    first = pl.struct(schema.column_names()).is_first_distinct()
    # Two rows without a reference may be two different cases, whatever else they say.
    distinct = rows if once else rows.filter(first | pl.any_horizontal(pl.col(key).is_null()))
    checked = Checked(
        table=plan.table,
        reading=reading,
        rows=distinct,
        rejected=rejected,
        quarantine=pl.concat([reading.extract.damaged, reading.misread]),
        repeated=rows.height - distinct.height,
    )
    checked = checked.without(reaching(checked.rows, plan))
    if rejected.height or not once:
        checked = checked.without(rules.conflicts(checked.rows, checked.rejected, key))
    return checked.without(rules.breaches(checked.rows, plan.table, terms=terms, recorded_on=recorded_on))


def _scoped(rows: pl.DataFrame, plan: TablePlan, terms: Terms) -> pl.DataFrame:
    """Rows that are in scope by the day they were received, where the register does not say."""
    if plan.table != "applications" or "in_scope" in plan.columns:
        return rows
    return rows.with_columns(in_scope=terms.period.holds(pl.col("received_on")).fill_null(value=False))


def _rows(count: int) -> str:
    return counted(count, "row", "rows")


def _parted(rows: pl.DataFrame, numbers: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    if numbers.is_empty():
        return rows, rows.clear()
    bad = rows["row_number"].is_in(numbers.implode())
    return rows.filter(~bad), rows.filter(bad)


def _read(extract: Extract, header: Header, plan: TablePlan, *, file: str, terms: Terms) -> Reading:
    cells = {
        name: str(header.columns[folded(column.column)])
        for name, column in plan.columns.items()
        if column.column
    }
    reading = Reading(extract, cells, file)
    reading.rows = extract.rows.select("row_number", *list(_columns(reading, plan, terms)))
    reading.misread = reading.misread.unique("row_number", keep="first", maintain_order=True)
    return reading


def _columns(reading: Reading, plan: TablePlan, terms: Terms) -> Iterator[pl.Expr | pl.Series]:
    for name, column in plan.schema_columns.items():
        given = plan.columns.get(name)
        if given is None:
            yield pl.lit(default_of(column), dtype=column.dtype).alias(name)
            continue
        parse = parser_of(name, plan.table, given, terms)
        if given.value is not None:
            yield pl.lit(_constant(given.value, name, column, parse), dtype=column.dtype).alias(name)
        elif is_reference(column):
            odd = _reject_odd(reading, name, REASONS)
            cells = pl.col(reading.cells[name])
            yield reference(pl.when(~pl.col("row_number").is_in(odd.implode())).then(cells)).alias(name)
        else:
            _reject_odd(reading, name, NOT_FOR_ANYTHING)
            yield _values(reading, name, given, parse, column.dtype)


def _reject_odd(reading: Reading, name: str, reasons: dict[str, str]) -> pl.Series:
    """Numbers of the rows whose cell is of a kind that this column cannot come from; each is rejected."""
    odd, cell = reading.extract.odd, reading.cells[name]
    if cell not in odd.columns:
        return pl.Series(dtype=pl.Int64)
    rows = odd.select("row_number", kind=pl.col(cell).cast(pl.String))
    rows = rows.filter(pl.col("kind").is_in(list(reasons)))
    rows = rows.join(reading.extract.rows, on="row_number", how="semi")
    if rows.height:
        why = rows["kind"].replace_strict(reasons, return_dtype=pl.String)
        reading.reject(rows["row_number"], name, why)
    return rows["row_number"]


def _constant(text: str, name: str, column: dy.Column, parse: Parser) -> object:
    if is_reference(column):
        raise UserError(
            f"The mapping gives every row the same {name!r}: a reference must come from a column."
        )
    value, reason = parse(text)
    if reason:
        raise UserError(f"The mapping's value for {name!r}, {text!r}, {reason}.")
    return value


def _values(reading: Reading, name: str, plan: ColumnPlan, parse: Parser, dtype: pl.DataType) -> pl.Series:
    rows = reading.extract.rows
    if isinstance(parse, Days):
        parse.epoch = reading.extract.epoch
    values, reasons = parsed(rows[reading.cells[name]], parse, dtype)
    if isinstance(parse, Days):
        _refuse_contrary(reading, name, plan, parse)
        reading.warnings += parse.remarks(plan.column or name)
    if reasons is not None:
        bad = reasons.is_not_null()
        reading.reject(rows["row_number"].filter(bad), name, reasons.filter(bad))
    return values.alias(name)


def _refuse_contrary(reading: Reading, name: str, plan: ColumnPlan, days: Days) -> None:
    if not days.contrary:
        return
    rows = reading.extract.rows.filter(pl.col(reading.cells[name]).is_in(days.contrary))
    raise UserError(
        f"{reading.file}: {plan.column!r} holds days with month and day the other way round than "
        f"{', '.join(days.formats) or 'day/month/year'}, in {rows_listed(rows['row_number'])}. Give the "
        "column's true format in the mapping."
    )
