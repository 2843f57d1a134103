"""Refuse a file whose references turn out to be people: a mapping may name the wrong column."""

import polars as pl

from data.faults import Fault
from data.intake.mapping import TablePlan
from data.intake.values import is_reference
from data.schema import SCHEMAS

LOOKED_AT = 1_000

# By what they look like in the upper case of references. The share is of distinct values: one
# reference may look like a postcode, but half a column of them is a column of postcodes.
_LOOKS = {
    "e-mail addresses": (r"^[^@\s]+@[^@\s]+\.[A-Z]{2,}$", 0.01),
    "telephone numbers": (r"^(\+44 ?|0)[1237][\d ]{8,11}$", 0.9),
    "postcodes": (r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$", 0.5),
    "names of people": (r"^[A-Z][A-Z'-]+,? [A-Z][A-Z'-]+( [A-Z'-]+)?$", 0.5),
    "dates": (r"^(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d)( 00:00:00)?$", 0.5),
}


def refuse_people(rows: pl.DataFrame, plan: TablePlan, file: str) -> None:
    """Raise a sentence if a reference holds what would point to a person.

    rows: with references already made plain.
    """
    columns = SCHEMAS[plan.table].columns()
    doubted = {
        name: each.column or name
        for name, each in plan.columns.items()
        if is_reference(columns[name]) and not each.references
    }
    if not doubted:
        return
    shares = rows.select(
        pl.col(name)
        .drop_nulls()
        .head(LOOKED_AT)
        .str.contains(pattern)
        .mean()
        .fill_null(0)
        .alias(f"{name}|{what}")
        for name in doubted
        for what, (pattern, _) in _LOOKS.items()
    )
    for told, share in shares.row(0, named=True).items():
        name, _, what = told.partition("|")
        if share >= _LOOKS[what][1]:
            raise Fault(
                f"{file}: {doubted[name]!r} seems to hold {what}, which Candour never keeps as {name}: name "
                f"a column of references in the mapping, or, if they are none, write {name} = "
                f'{{ column = "{doubted[name]}", references = true }}.'
            )
