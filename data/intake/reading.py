"""Read the cells of an extract as the values that a schema asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import dataframely as dy
import polars as pl

from data.errors import UserError
from data.intake.days import Days
from data.intake.extract import QUARANTINE, Extract, folded, rows_listed, shape
from data.intake.header import Header
from data.intake.mapping import ColumnPlan, TablePlan
from data.intake.typed_values import NOT_FOR_ANYTHING, REASONS
from data.intake.values import Parser, parsed, parser_of, reference
from data.schema import default_of, is_reference
from data.terms import Terms


@dataclass
class Reading:
    """Typed rows of an extract, with `row_number`; what cannot be read is null there.

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
        found = pl.DataFrame({"row_number": numbers}).with_columns(column_name=pl.lit(column), reason=reason)
        if column not in self.cells:
            return found.with_columns(shape=pl.lit(shape(None))).select(*QUARANTINE)
        texts = self.extract.rows.select("row_number", shape=self.cells[column])
        shown = found.join(texts, on="row_number", how="left", maintain_order="left")
        outlines = pl.Series([shape(text) for text in shown["shape"]], dtype=pl.String)
        return shown.with_columns(shape=outlines).select(*QUARANTINE)


def read(extract: Extract, header: Header, plan: TablePlan, *, file: str, terms: Terms) -> Reading:
    """Read every column of the table that `plan` fills.

    Raises:
        UserError: days are in an order of day and month that the mapping does not say.
    """
    cells = {
        name: str(header.columns[folded(each.column)]) for name, each in plan.columns.items() if each.column
    }
    reading = Reading(extract, cells, file)
    columns = list(_columns(reading, plan, terms))
    reading.rows = extract.rows.select("row_number", *columns)
    if reading.misread.height:
        reading.misread = reading.misread.unique("row_number", keep="first", maintain_order=True)
    return reading


def _columns(reading: Reading, plan: TablePlan, terms: Terms) -> Iterator[pl.Expr | pl.Series]:
    for name, column in plan.schema_columns.items():
        each = plan.columns.get(name)
        if each is None:
            yield pl.lit(default_of(column), dtype=column.dtype).alias(name)
        elif each.value is not None:
            value = _constant(each.value, name, column, _parser(name, plan, terms))
            yield pl.lit(value, dtype=column.dtype).alias(name)
        elif is_reference(column):
            odd = _reject_odd(reading, name, REASONS)
            cells = pl.col(reading.cells[name])
            yield reference(_without(cells, odd)).alias(name)
        else:
            _reject_odd(reading, name, NOT_FOR_ANYTHING)
            yield _values(reading, name, each, _parser(name, plan, terms), column.dtype)


def _reject_odd(reading: Reading, name: str, reasons: dict[str, str]) -> pl.Series:
    """Numbers of the rows whose cell is of a kind that this column cannot come from; each is rejected."""
    odd, cell = reading.extract.odd, reading.cells[name]
    if cell not in odd.columns:
        return pl.Series(dtype=pl.Int64)
    found = odd.select("row_number", kind=pl.col(cell).cast(pl.String)).filter(
        pl.col("kind").is_in(list(reasons))
    )
    found = found.join(reading.extract.rows, on="row_number", how="semi")
    if found.height:
        why = found["kind"].replace_strict(reasons, return_dtype=pl.String)
        misread = reading.quarantined(found["row_number"], name, why)
        reading.misread = pl.concat([reading.misread, misread])
    return found["row_number"]


def _without(cells: pl.Expr, numbers: pl.Series) -> pl.Expr:
    if numbers.is_empty():
        return cells
    return pl.when(~pl.col("row_number").is_in(numbers.implode())).then(cells)


def _parser(name: str, plan: TablePlan, terms: Terms) -> Parser:
    return parser_of(name, plan.table, plan.columns[name], terms)


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
    texts = reading.extract.rows[reading.cells[name]]
    if isinstance(parse, Days):
        parse.epoch = reading.extract.epoch
    values, reasons = parsed(texts, parse, dtype)
    if isinstance(parse, Days):
        _refuse_contrary(reading, name, plan, parse)
        reading.warnings += parse.remarks(plan.column or name)
    if reasons is not None:
        bad = reasons.is_not_null()
        numbers = reading.extract.rows["row_number"].filter(bad)
        misread = reading.quarantined(numbers, name, reasons.filter(bad))
        reading.misread = pl.concat([reading.misread, misread])
    return values.alias(name)


def _refuse_contrary(reading: Reading, name: str, plan: ColumnPlan, days: Days) -> None:
    if not days.contrary:
        return
    rows = reading.extract.rows.filter(pl.col(reading.cells[name]).is_in(days.contrary))
    said = ", ".join(days.formats) or "day/month/year"
    raise UserError(
        f"{reading.file}: {plan.column!r} holds days with month and day the other way round than {said}, "
        f"in {rows_listed(rows['row_number'])}. Give the column's true format in the mapping."
    )
