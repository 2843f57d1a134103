"""Refuse a file whose references turn out to be people: a mapping may name the wrong column."""

import polars as pl

from data.faults import Fault
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


def refuse_people(rows: pl.DataFrame, table: str, columns: dict[str, str], file: str) -> None:
    """Raise a sentence if a reference holds what would point to a person.

    rows: with references already made plain; columns: the register's name of each column.
    """
    references = [name for name, column in SCHEMAS[table].columns().items() if is_reference(column)]
    if not references:
        return
    looked_at = {name: pl.col(name).drop_nulls().head(LOOKED_AT) for name in references}
    shares = rows.select(
        expression.str.contains(pattern).mean().fill_null(0).alias(f"{name}|{what}")
        for name, expression in looked_at.items()
        for what, (pattern, _) in _LOOKS.items()
    )
    for told, share in shares.row(0, named=True).items():
        name, _, what = told.partition("|")
        if share >= _LOOKS[what][1]:
            raise Fault(
                f"{file}: {columns.get(name, name)!r} seems to hold {what}, which Candour never keeps as "
                f"{name}: name a column of references or pseudonyms in the mapping."
            )
