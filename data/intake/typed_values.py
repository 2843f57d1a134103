"""Typed cells as the text that a CSV would give, and which of them no reference can come from."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import polars as pl

from data.intake.refusal import NOT_FOR_ANYTHING, REASONS

# A column of whole numbers with a gap comes as 101.0, and its references must be those of a CSV.
NO_PART = r"\.0+$"
UNREADABLE = "\ufffd"
"""Text of a cell that has none: the row of such a cell is rejected."""

KIND = pl.Enum(list(REASONS))

# Whole numbers are exact up to these; a double shows 15 digits of any number as they were given.
_MOST_EXACT: dict[type[pl.DataType], int] = {
    pl.Float64: 10**15 - 1,
    pl.Float32: 2**24 - 1,
    pl.Float16: 2**11 - 1,
}
_MOST_DIGITS = 15


def as_text(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Texts, none null, and kinds of columns with odd cells; moments with a zone are in UTC and end in Z."""
    return _frames(map(_column, frame.iter_columns()))


def cells_as_text(
    names: Sequence[str], rows: Sequence[Sequence[object]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    columns: Iterable[Sequence[object]] = zip(*rows, strict=True) if rows else ((),) * len(names)
    read = [(name, [_cell(cell) for cell in cells]) for name, cells in zip(names, columns, strict=True)]
    return _frames(
        (
            pl.Series(name, [text for text, _ in cells], dtype=pl.String),
            pl.Series(name, [kind for _, kind in cells], dtype=KIND),
        )
        for name, cells in read
    )


def _frames(columns: Iterable[tuple[pl.Series, pl.Series | None]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    texts, kinds = zip(*columns, strict=True)
    odd = [kind for kind in kinds if kind is not None and kind.null_count() < kind.len()]
    return pl.DataFrame([text.fill_null("") for text in texts]), pl.DataFrame(odd)


def _column(column: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    kind = column.dtype
    if kind == pl.Binary or kind.is_nested() or kind == pl.Object:
        odd = "bytes" if kind == pl.Binary else "nested"
        return _all(column, UNREADABLE, pl.String()), _all(column, odd, KIND)
    if kind.is_temporal():
        zoned = isinstance(kind, pl.Datetime) and kind.time_zone is not None
        utc = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zoned else column
        return utc.dt.to_string("iso") + ("Z" if zoned else ""), _all(column, "date", KIND)
    text = column.cast(pl.String)
    if kind.is_float() or kind.is_decimal():
        text = text.str.replace(NO_PART, "")
    if kind.is_float():
        return text, _inexact(column, text)
    return text, _all(column, "flag", KIND) if kind == pl.Boolean else None


def _all(column: pl.Series, value: str, dtype: pl.DataType) -> pl.Series:
    filled = pl.when(pl.col(column.name).is_not_null()).then(pl.lit(value, dtype=dtype))
    return pl.select(pl.lit(column)).select(filled.alias(column.name)).to_series()


def _inexact(column: pl.Series, text: pl.Series) -> pl.Series:
    most = _MOST_EXACT[type(column.dtype)]
    digits = text.str.replace_all(r"^[-0.]+|\.", "")
    vast = (column.abs() > most) | text.str.contains("e", literal=True)
    lost = vast | (digits.str.len_chars() > _MOST_DIGITS)
    frame = pl.DataFrame({"lost": lost, "finite": column.is_finite()})
    kind = "digits" if column.dtype == pl.Float64 else "single"
    odd = pl.when(~pl.col("finite")).then(pl.lit("nan", dtype=KIND))
    odd = odd.when(pl.col("lost")).then(pl.lit(kind, dtype=KIND))
    return frame.select(odd.alias(column.name)).to_series()


def _cell(cell: object) -> tuple[str, str | None]:
    if cell is None:
        return "", None
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, float | Decimal):
        return _number(cell)
    for kind, types in _ODD_TYPES.items():
        if isinstance(cell, types):
            return (UNREADABLE if kind in NOT_FOR_ANYTHING else str(cell)), kind
    return str(cell), None


# A flag is a number to Python, but none of these types is a float or a Decimal.
_ODD_TYPES: dict[str, tuple[type, ...]] = {
    "flag": (bool,),
    "date": (dt.date, dt.time, dt.timedelta),
    "bytes": (bytes, bytearray, memoryview),
    "nested": (list, tuple, set, dict),
}


def _number(cell: float | Decimal) -> tuple[str, str | None]:
    value = Decimal(str(cell))
    if not value.is_finite():
        return str(cell), "nan"
    text = re.sub(NO_PART, "", format(value, "f"))
    digits = len(value.normalize().as_tuple().digits)
    lost = isinstance(cell, float) and (abs(cell) >= 10**_MOST_DIGITS or digits > _MOST_DIGITS)
    return text, "digits" if lost else None
