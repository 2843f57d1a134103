"""From an extract's texts to the columns of a table, as a mapping has them."""

from collections.abc import Iterator
from dataclasses import replace

import dataframely as dy
import polars as pl

from data.errors import UserError, refusal
from data.formatting import counted
from data.intake.checked import Checked, broken
from data.intake.columnar_child import NOT_FOR_ANYTHING, REASONS
from data.intake.extract import Extract, folded, rows_listed
from data.intake.mapping import Choice, ColumnPlan, TablePlan
from data.intake.privacy import reaching_reference, refuse_people_in
from data.intake.sources import Header
from data.intake.values import Days, Parser, formats_for, parsed, parser_of, reference
from data.schema import SCHEMAS, default_of, is_reference
from data.terms import Terms


def read(
    extract: Extract, header: Header, plan: TablePlan, nulls: frozenset[str], *, file: str, terms: Terms
) -> Checked:
    """nulls: texts, folded, that say nothing in any column."""
    cells = {name: str(header.place(column.column)) for name, column in plan.columns.items() if column.column}
    for name, given in plan.columns.items():
        if given.where:
            meant_here = pl.when(_takes(extract.rows, header, given.where)).then(pl.col(cells[name]))
            cells[name], rows = name, extract.rows.with_columns(meant_here.fill_null("").alias(name))
            extract = replace(extract, rows=rows)
    parts = [str(header.place(part.column)) if part.column else "" for part in plan.key]
    if plan.key:
        cells[plan.keyed] = next(filter(None, parts))
    unread = Checked(
        table=plan.table,
        file=file,
        extract=extract,
        cells=cells,
        warnings=list(extract.warnings),
        misread=[],
        rows=extract.rows,
        rejected=extract.rows,
        quarantine=extract.damaged,
    )
    columns = list(_columns(unread, plan, nulls, terms))
    if plan.key:
        columns.append(_joined(unread, plan, nulls, parts).alias(plan.keyed))
    rows = extract.rows.select("row_number", *columns).select("row_number", *plan.schema_columns)
    if plan.table == "applications" and "in_scope" not in plan.columns:
        # Where the register does not say, a row is in scope by the day on which it was received.
        in_scope = terms.period.holds(pl.col("received_on")).fill_null(value=False)
        rows = rows.with_columns(in_scope=in_scope)
    return replace(unread, rows=rows, rejected=rows.clear())


def meant(extract: Extract, header: Header, plan: TablePlan) -> Extract:
    """Return the rows that `where` means."""
    return replace(extract, rows=extract.rows.filter(_takes(extract.rows, header, plan.where)))


def _takes(rows: pl.DataFrame, header: Header, where: dict[str, Choice]) -> pl.Series:
    """Return for each row whether it is meant."""
    takes = pl.repeat(value=True, n=rows.height, eager=True)
    for name, choice in where.items():
        cells = rows[str(header.place(name))]
        texts = cells.unique()
        of_texts = pl.Series(list(map(choice.takes, texts)), dtype=pl.Boolean)
        if texts.len():
            takes &= cells.replace_strict(texts, of_texts, return_dtype=pl.Boolean)
    return takes


def _columns(
    checked: Checked, plan: TablePlan, nulls: frozenset[str], terms: Terms
) -> Iterator[pl.Expr | pl.Series]:
    for name, column in plan.schema_columns.items():
        given = plan.columns.get(name)
        if given is None:
            if not (plan.key and name == plan.keyed):
                yield pl.lit(default_of(column), dtype=column.dtype).alias(name)
        elif given.value is not None:
            value = _constant(given.value, name, column, parser_of(name, plan.table, given, terms))
            yield pl.lit(value, dtype=column.dtype).alias(name)
        elif is_reference(column):
            yield _reference(checked, name, _texts(checked, checked.cells[name], given, nulls)).alias(name)
        else:
            if not given.bad:
                _reject_odd(checked, name, checked.cells[name], NOT_FOR_ANYTHING)
            texts = _texts(checked, checked.cells[name], given, nulls)
            parse = parser_of(name, plan.table, given, terms)
            yield _values(checked, name, given, texts, parse)


def _joined(checked: Checked, plan: TablePlan, nulls: frozenset[str], parts: list[str]) -> pl.Series:
    """Return the references that `key` makes; null where a part is blank."""
    series: list[pl.Series] = []
    for part, cell in zip(plan.key, parts, strict=True):
        if not cell:
            text = pl.Series([part.value or ""]).to_frame("part").select(reference(pl.col("part")))
            series.append(text.to_series().new_from_index(0, checked.extract.rows.height))
            continue
        own = _reference(checked, plan.keyed, _texts(checked, cell, part, nulls), cell)
        if not part.references:
            rows = pl.DataFrame({"row_number": checked.extract.rows["row_number"], "part": own})
            refuse_people_in(own, given=str(part.column), name=plan.keyed, file=checked.file)
            rules = [(bad, plan.keyed, why) for bad, _, why in reaching_reference("part")]
            checked.misread.extend(broken(rows, rules))
        series.append(own)
    frame = pl.DataFrame({str(place): own for place, own in enumerate(series)})
    return frame.select(pl.concat_str(pl.all(), separator="/")).to_series()


def _texts(checked: Checked, cell: str, plan: ColumnPlan, nulls: frozenset[str]) -> pl.Series:
    """Return the cells of a column, blank where they say nothing."""
    cells, own = checked.extract.rows[cell], nulls | frozenset(map(folded, plan.null))
    texts = [text for text in cells.unique() if own and folded(text) in own]
    return cells.replace(texts, [""] * len(texts)) if texts else cells


def _reference(checked: Checked, name: str, texts: pl.Series, cell: str = "") -> pl.Series:
    odd = _reject_odd(checked, name, cell or checked.cells[name], REASONS)
    rows = pl.DataFrame({"row_number": checked.extract.rows["row_number"], "text": texts})
    text = pl.when(~pl.col("row_number").is_in(odd.implode())).then(pl.col("text"))
    return rows.select(reference(text)).to_series()


def _reject_odd(checked: Checked, name: str, cell: str, reasons: dict[str, str]) -> pl.Series:
    odd = checked.extract.odd
    if cell not in odd.columns:
        return pl.Series(dtype=pl.Int64)
    rows = odd.select("row_number", kind=pl.col(cell).cast(pl.String))
    rows = rows.filter(pl.col("kind").is_in(list(reasons)))
    why = rows["kind"].replace_strict(reasons, return_dtype=pl.String)
    checked.misread.append((rows["row_number"], name, why))
    return rows["row_number"]


def not_known(cells: int, column: str, why: str) -> str:
    """Say of cells that they were taken as empty."""
    return f"{counted(cells, 'cell', 'cells')} of {column!r} {why}: taken as not known."


def _constant(text: str, name: str, column: dy.Column, parse: Parser) -> object:
    if is_reference(column):
        raise refusal("constant_reference", name=name)
    value, reason = parse(text)
    if reason:
        raise UserError(f"The mapping's value for {name!r}, {text!r}, {reason}.")
    return value


def _values(checked: Checked, name: str, plan: ColumnPlan, cells: pl.Series, parse: Parser) -> pl.Series:
    dtype = SCHEMAS[checked.table].columns()[name].dtype
    numbers = checked.extract.rows["row_number"]
    if isinstance(parse, Days):
        parse.epoch = checked.extract.epoch
    values, reasons = parsed(cells, parse, dtype)
    if isinstance(parse, Days):
        if parse.contrary:
            raise refusal(
                "days_turned_round",
                file=checked.file,
                column=plan.label,
                formats=", ".join(parse.formats) or "day/month/year",
                true=next((f', which seems to be "{form}"' for form in formats_for(parse.contrary)), ""),
                rows=rows_listed(numbers.filter(cells.is_in(parse.contrary))),
            )
        checked.warnings.extend(parse.remarks(plan.label))
    if reasons is not None:
        bad = reasons.is_not_null()
        if plan.bad:
            checked.warnings.append(not_known(int(bad.sum()), plan.label, "could not be read"))
        else:
            checked.misread.append((numbers.filter(bad), name, reasons.filter(bad)))
    return values.alias(name)
