"""What the record vouches for of each load: a digest of all rows that it wrote and of all that it closed."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data.connection import writing
from data.errors import Unverified, sentence
from data.guards import CLOSING
from data.ledger import Ledger
from data.loading import version_of
from data.record import Kind, Record, Signed, done_here
from data.schema import SCHEMAS, added_columns
from data.tables import LATER_COUNTS, Tables, rows_of

# What an entry of another kind says is partly what somebody typed.
SEALING: Final = (Kind.COLLECTION, Kind.ALTERATION, Kind.ERASURE)
WORDS = " holds sha256 "
AT_ONCE, PLACE = 100_000, "place in the key's order"
_SEAL = re.compile(rf"load (\d+){WORDS}([0-9a-f]{{64}})")
# Never another form: a digest of years ago must come out the same.
_FORMS: dict[type[pl.DataType], str] = {pl.Date: "%Y-%m-%d", pl.Datetime: "%Y-%m-%dT%H:%M:%S%.6f"}


def seal(connection: sa.Connection, tables: Tables, load: int) -> str:
    """Return what a signed entry says of a load once all its rows are written."""
    return f"load {load}{WORDS}{digests(connection, tables, load)[load]}"


def digests(connection: sa.Connection, tables: Tables, load: int | None = None) -> dict[int, str]:
    """Return the digest of each load, or of one: the same on SQLite and on PostgreSQL."""
    parts: dict[int, list[tuple[str, str, str]]] = {}
    every = [*_parts(tables)]
    asked = "IS NOT NULL" if load is None else "= :load"
    some = _with_rows(connection, [(table, f'"{column}" {asked}') for table, column, _ in every], load=load)
    for table, column, names in (every[place] for place in some):
        own = table.c[column]
        rows = rows_of(connection, table, names, own.is_not(None) if load is None else own == load)
        added = added_columns(SCHEMAS[table.name]) if table.name in SCHEMAS else {*LATER_COUNTS}
        key = [own.name for own in table.primary_key if own.name in names]
        for number, digest in _by_load(rows, column, key, sorted(added.intersection(names))):
            parts.setdefault(number, []).append((table.name, column, digest))
    return {key: hashlib.sha256(json.dumps(sorted(own)).encode()).hexdigest() for key, own in parts.items()}


def _parts(tables: Tables) -> Iterator[tuple[sa.Table, str, Collection[str]]]:
    """Yield each table with the column that names the load, and the columns that are that load's."""
    yield from _registers(tables)
    for name, table in tables.versions.items():
        yield table, "opened_by", [column.name for column in table.columns if column.name not in CLOSING]
        yield table, "closed_by", [*SCHEMAS[name].primary_key(), "opened_by", *CLOSING]


def _with_rows(
    connection: sa.Connection, asked: Sequence[tuple[sa.Table, str]], **values: int | None
) -> list[int]:
    """Return the places of the tables that have rows of which a condition holds."""
    # Most tables have none, and to ask one after another takes longer than to read those that have.
    parts = (
        f'SELECT {place} WHERE EXISTS (SELECT 1 FROM "{table.name}" WHERE {condition})'
        for place, (table, condition) in enumerate(asked)
    )
    return sorted(connection.scalars(sa.text(" UNION ALL ".join(parts)), values))


def _registers(tables: Tables) -> Iterator[tuple[sa.Table, str, Collection[str]]]:
    for table in (tables.loads, tables.receipts, tables.quarantine):
        yield table, "load", table.columns.keys()
    yield tables.superseded, "by_load", tables.superseded.columns.keys()


def _by_load(
    rows: pl.DataFrame, column: str, key: Sequence[str], added: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """Yield each load that the column names, and the digest of its rows."""
    lacks = {f"lacks {name}": pl.col(name).is_null().all().over(column) for name in added}
    for alike in rows.with_columns(**lacks).partition_by([*lacks]) if added else [rows]:
        # A load of an older version wrote none of these, and its digest is of what it wrote.
        unused = [name for name in added if alike[f"lacks {name}"][0]]
        digests = dict[int, Any]()
        for number, lines in _lines_by(column, alike.drop(*lacks, *unused), key):
            if number in digests:
                digests[number].update(b"\n")
            digests.setdefault(number, hashlib.sha256()).update(lines.encode())
        yield from ((number, digest.hexdigest()) for number, digest in digests.items())


def _lines_by(column: str, rows: pl.DataFrame, key: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield lines of each load in the order of the key, of some rows after others: all at once are large."""
    order = _text(rows.select(key)).with_row_index(PLACE).sort(key)[PLACE]
    for begin in range(0, rows.height, AT_ONCE):
        text = _text(rows[order[begin : begin + AT_ONCE]])
        lines = text.group_by(column, maintain_order=True).agg(lines=_lines(text.columns))
        yield from ((int(number), own) for number, own in lines.iter_rows())


def _canonical(rows: pl.DataFrame, key: Collection[str]) -> str:
    text = _text(rows).sort(key)
    return hashlib.sha256(str(text.select(_lines(text.columns)).item()).encode()).hexdigest()


def _text(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.col(name).dt.to_string(_FORMS[kind.base_type()])
        if kind.base_type() in _FORMS
        else pl.col(name).cast(pl.String)
        for name, kind in sorted(rows.schema.items())
    )


def _lines(names: Collection[str]) -> pl.Expr:
    # With the length before it, no cell can end or begin as its neighbour does.
    cells = (
        pl.format("{}:{}", column.str.len_bytes(), column).fill_null("-") for column in map(pl.col, names)
    )
    return pl.concat_str(cells, separator=" ").str.join("\n")


def _sealed(signed: Signed) -> dict[int, str]:
    # The last entry of a load counts: what the law had erased is sealed anew.
    by_entry = (_SEAL.findall(entry.scope) for entry in signed.entries if entry.kind in SEALING)
    return {int(load): digest for seals in by_entry for load, digest in seals}


def unsealed(connection: sa.Connection, tables: Tables, signed: Signed, *, older: bool = False) -> list[str]:
    """Say of each load that the record does not vouch for what is wrong with it.

    older: whether loads of an earlier version of Candour, which no entry has sealed, may be among them.
    """
    if signed.fault is not None:
        return [f"The record vouches for no load: {signed.fault}."]
    sealed = _sealed(signed)
    actual = digests(connection, tables)
    # The day of a closing is sealed with the load that closed, so none may stand without one.
    unclosed = "closed_by IS NULL AND recorded_to IS NOT NULL"
    versions = [(table, unclosed) for table in tables.versions.values()]
    wrong = [
        f"Rows of {versions[place][0].name} have a last day, and no load that closed them."
        for place in _with_rows(connection, versions)
    ]
    return wrong + [
        f"Load {load} is {'not as the record has it' if load in actual else 'gone'}."
        for load in sorted(sealed.keys() | actual.keys())
        if sealed.get(load) != actual.get(load) and not (older and load not in sealed)
    ]


def refuse_altered(record: Record, connection: sa.Connection, tables: Tables) -> None:
    _refuse(unsealed(connection, tables, record.signed(connection)))


def refuse_cut(record: Record, connection: sa.Connection, tables: Tables) -> None:
    """Refuse a ledger that lacks its last loads: an earlier snapshot would stand for it."""
    last, sealed = version_of(connection, tables), _seals(record, connection)
    _refuse([f"Load {load} is gone." for load in sorted(sealed) if load > last])


def _seals(record: Record, connection: sa.Connection) -> dict[int, str]:
    signed = record.signed(connection)
    if signed.fault is not None:
        _refuse([f"The record vouches for no load: {signed.fault}."])
    return _sealed(signed)


def registers(connection: sa.Connection, tables: Tables, version: int) -> pl.DataFrame:
    """Return a digest of the loads up to one, of their receipts, and of what was rejected or superseded."""
    rows = (
        (table, rows_of(connection, table, names, table.c[column] <= version))
        for table, column, names in _registers(tables)
    )
    digest = [(table.name, _canonical(own, table.primary_key.columns.keys())) for table, own in rows]
    return pl.DataFrame(digest, schema=["table", "digest"], orient="row")


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise Unverified(sentence("unverified_load", wrong=wrong[0]))


def seal_older(record: Record, ledger: Ledger) -> list[int]:
    """Seal the loads of an earlier version of Candour, as they are now, and return their numbers."""
    with writing(ledger.engine) as connection:
        known, own = _seals(record, connection), digests(connection, ledger.tables)
        # From the first sealed load on each is sealed: one that is not was put in later.
        older = sorted(load for load in own if load < min(known, default=load + 1))
        heads = [
            record.append(connection, done_here(Kind.COLLECTION, f"load {load}{WORDS}{own[load]}"))
            for load in older
        ]
    record.committed(heads)
    return older
