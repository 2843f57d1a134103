"""Typed columns as text: of Parquet files, which the child parses, and of rows from a database."""

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.errors import REFUSALS
from data.intake.child import MOST_IN_A_CELL, Refusal, vast_cell

# A column of whole numbers with a gap comes as 101.0, and its references must be those of a CSV.
NO_PART = r"\.0+$"
UNREADABLE = "\ufffd"
"""Text of a cell that has none: the row of such a cell is rejected."""

REASONS: dict[str, str] = REFUSALS["cells"]
NOT_FOR_ANYTHING = {kind: REASONS[kind] for kind in ("bytes", "nested")}
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
    "nested": (list, tuple, set, frozenset, dict),
}


def _number(cell: float | Decimal) -> tuple[str, str | None]:
    value = Decimal(str(cell))
    if not value.is_finite():
        return str(cell), "nan"
    text = re.sub(NO_PART, "", format(value, "f"))
    digits = len(value.normalize().as_tuple().digits)
    lost = isinstance(cell, float) and (abs(cell) >= 10**_MOST_DIGITS or digits > _MOST_DIGITS)
    return text, "digits" if lost else None


ROWS_IN_A_BATCH = 1 << 14
# What a cell takes in memory beside the letters of a longer text.
CELL = 16

# PyArrow ships no types.
Arrow = Any
Texts = tuple[pl.DataFrame, pl.DataFrame]


def parquet_names(given: str) -> dict[str, object]:
    with _opened(given) as file:
        return {"names": file.schema_arrow.names}


def parquet_rows(given: str, places: str, most: str, out: str) -> dict[str, object]:
    with _opened(given) as file:
        wanted = [int(place) for place in places.split(",")]
        names = [file.schema_arrow.names[place] for place in wanted]
        for place, name in zip(wanted, names, strict=True):
            if pa.types.is_nested(file.schema_arrow.field(place).type):
                raise Refusal(
                    f"cannot be read: the column {name!r} holds lists or bytes, not values: export it as text"
                )
        for place in range(file.metadata.num_columns):
            column = file.metadata.schema.column(place)
            if column.path in names and "UNDEFINED" in (column.logical_type.type, column.converted_type):
                raise Refusal(f"has a column {column.path!r} of a type that nobody knows: export it again")
        # Before any row is made: a file of a few MB can hold as many rows as it likes.
        _refuse_too_much(file.metadata.num_rows * (len(names) + 1) * CELL, int(most), file.metadata.num_rows)
        frames = (pl.DataFrame(pl.from_arrow(batch)) for batch in _batches(file, wanted))
        _write(map(as_text, frames), places.split(","), int(most), out)
        with Path(given).open("rb") as pages:
            return {"checksums": all(map(partial(_has_checksum, pages), _first_pages(file, wanted)))}


TASKS: dict[str, Callable[..., dict[str, object]]] = {
    "parquet_names": parquet_names,
    "parquet_rows": parquet_rows,
}


def _opened(given: str) -> Arrow:
    """PyArrow holds pages to their checksums; the footer has none, but says most things twice."""
    options = {"pre_buffer": False, "arrow_extensions_enabled": False}
    try:
        file = pq.ParquetFile(given, page_checksum_verification=True, **options)
    except OSError as error:
        raise _refusal(error) from None
    for what in chain(_contradictions(file.metadata, file.schema_arrow), _other_types(file)):
        raise _contradiction(what)
    return file


def _contradictions(metadata: Arrow, schema: Arrow) -> Iterator[str]:
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    if sum(group.num_rows for group in groups) != metadata.num_rows:
        yield "its number of rows"
    for group in groups if not any(map(pa.types.is_nested, schema.types)) else ():
        chunks = [group.column(place) for place in range(group.num_columns)]
        if [chunk.path_in_schema for chunk in chunks] != schema.names:
            yield "the names of its columns"
        if any(chunk.num_values != group.num_rows for chunk in chunks):
            yield "its number of rows"
    for place in range(metadata.num_columns):
        column = metadata.schema.column(place)
        # The older name of a type may tell its width or unit: INT is UINT_8, TIME is TIME_MILLIS.
        name = {"STRING": "UTF8", "NONE": ".*", "UNDEFINED": ".*"}.get(
            column.logical_type.type, column.logical_type.type
        )
        if not re.fullmatch(rf"NONE|U?{name}(_\w+)?", column.converted_type):
            yield f"the type of {column.name!r}"


def _other_types(file: Arrow) -> Iterator[str]:
    schema, encoded = file.schema_arrow, (file.metadata.metadata or {}).get(b"ARROW:schema")
    if encoded is None:
        return
    try:
        written = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(encoded, validate=True)))
    except (pa.ArrowException, OSError, ValueError):
        yield "the types of its columns"
        return
    if written.names != schema.names:
        yield "the names of its columns"
        return
    for name, ours, theirs in zip(schema.names, schema.types, written.types, strict=True):
        if _plain(ours) != _plain(theirs) and not _coerced(ours, theirs):
            yield f"the type of {name!r}"


def _plain(kind: Arrow) -> Arrow:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    return pa.date32() if pa.types.is_date64(kind) else kind


def _coerced(ours: Arrow, theirs: Arrow) -> bool:
    """Whether a type was written as one that Parquet has: whole seconds are not among its units."""
    if pa.types.is_timestamp(ours) and pa.types.is_timestamp(theirs):
        return theirs.unit == "s" and ours.unit == "ms" and ours.tz == theirs.tz
    return bool(pa.types.is_nested(ours) and pa.types.is_nested(theirs))


def _batches(file: Arrow, wanted: list[int]) -> Iterator[Arrow]:
    """Yield batches of the columns at these places, called by them: several columns may have no name."""
    every, leaves = file.schema_arrow.names, _leaves(file, wanted)
    names = list(dict.fromkeys(every[place] for place in wanted))
    # A name brings every column of that name.
    brought = [place for name in names for place, other in enumerate(every) if other == name]
    for place in range(file.metadata.num_row_groups):
        group, rows = file.metadata.row_group(place), 0
        try:
            for batch in file.iter_batches(ROWS_IN_A_BATCH, [place], names, use_threads=False):
                rows += batch.num_rows
                batch.validate(full=True)
                columns = [batch.column(brought.index(column)) for column in wanted]
                for column, leaf in zip(columns, leaves, strict=True):
                    _refuse_beyond_bounds(column, group.column(leaf))
                yield pa.RecordBatch.from_arrays(columns, names=list(map(str, wanted)))
        except (OSError, pa.ArrowInvalid) as error:
            raise _refusal(error) from None
        if rows != group.num_rows:
            raise _contradiction("its number of rows")


def _leaves(file: Arrow, wanted: list[int]) -> list[int]:
    """Return the places of columns among the footer's, where one of lists or the like takes several."""
    every, schema = file.schema_arrow.names, file.metadata.schema
    paths = [schema.column(place).path for place in range(file.metadata.num_columns)]
    same = [[leaf for leaf, path in enumerate(paths) if path == every[place]] for place in wanted]
    return [leaves[every[:place].count(every[place])] for place, leaves in zip(wanted, same, strict=True)]


def _refuse_beyond_bounds(values: Arrow, chunk: Arrow) -> None:
    column, bounds = _comparable(values), chunk.statistics
    if column is None or bounds is None or not bounds.has_min_max:
        return
    ends = pc.call_function("min_max", [column])
    least, greatest = ends["min"].as_py(), ends["max"].as_py()
    if least is not None and not (bounds.min_raw <= least and greatest <= bounds.max_raw):
        raise _contradiction(f"the values of {chunk.path_in_schema!r}")


def _comparable(column: Arrow) -> Arrow:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _comparable(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.large_binary())
    if pa.types.is_date32(kind):
        return column.view(pa.int32())
    if pa.types.is_timestamp(kind) and kind.unit != "s":
        return column.view(pa.int64())
    return column if kind in (pa.int32(), pa.int64()) else None


def _first_pages(file: Arrow, wanted: list[int]) -> Iterator[int]:
    leaves = _leaves(file, wanted)
    for place in range(file.metadata.num_row_groups):
        for chunk in map(file.metadata.row_group(place).column, leaves):
            dictionary = chunk.dictionary_page_offset if chunk.has_dictionary_page else None
            yield chunk.data_page_offset if dictionary is None else dictionary


def _has_checksum(file: IO[bytes], page: int) -> bool:
    """Whether a page's header, in Thrift's compact form, has its fourth field: PyArrow does not tell."""
    file.seek(page)
    return bool(re.match(rb"(\x15[\x80-\xff]*[\x00-\x7f]){3}\x15", file.read(64), re.DOTALL))


def _contradiction(what: str) -> Refusal:
    return Refusal(f"contradicts itself, so it is damaged ({what}): export it again")


def _refusal(error: Exception) -> Refusal:
    if "decrypt" in str(error):
        return Refusal("is encrypted, or a part of it is: export it without encryption")
    if isinstance(error, MemoryError):
        raise error
    return Refusal("is cut short or damaged, and no Parquet file: export it again")


def _write(batches: Iterable[Texts], places: list[str], most: int, out: str) -> None:
    texts = [(place, pa.large_string()) for place in places]
    schema = pa.schema([*texts, *((f"{place} odd", pa.int8()) for place in places)])
    with pa.OSFile(out, "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for frame, kinds in bounded(batches, most):
            arrays = [column.to_arrow().cast(pa.large_string()) for column in frame.iter_columns()]
            blank = pa.nulls(frame.height, pa.int8())
            for name in frame.columns:
                is_odd = name in kinds.columns
                arrays.append(kinds[name].to_physical().cast(pl.Int8).to_arrow() if is_odd else blank)
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def bounded(batches: Iterable[Texts], most: int) -> Iterator[Texts]:
    """Yield the batches; refuse a vast cell, and texts that come to over `most` bytes in memory."""
    size = rows = 0
    for frame, kinds in batches:
        lengths = frame.select(pl.all().str.len_bytes())
        longest = lengths.select(pl.max_horizontal(pl.all())).to_series()
        if (longest.max() or 0) > MOST_IN_A_CELL:  # type: ignore[operator]
            # Typed columns have their header in row 1.
            raise vast_cell(rows + int((longest > MOST_IN_A_CELL).arg_max() or 0) + 2)
        letters = lengths.select(pl.sum_horizontal(pl.all().sum())).item() or 0
        size += letters + frame.height * (frame.width + 1) * CELL
        rows += frame.height
        _refuse_too_much(size, most, rows)
        yield frame, kinds


def _refuse_too_much(size: int, most: int, rows: int) -> None:
    if size > most:
        raise Refusal(
            f"comes to over {most >> 20:,} MB as text ({rows:,} rows or more), and the mapping allows no "
            "more: raise most_megabytes in the mapping, if this machine has four times as much memory, or "
            "load it in parts"
        )
