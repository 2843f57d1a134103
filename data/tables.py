"""Tables of row versions, and of every key ever known, to which the foreign keys of versions refer."""

import datetime as dt
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import dataframely as dy
import polars as pl
import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from data.connection import AT_ONCE
from data.errors import Unverified
from data.guards import check, guard, key, next_only, on_create, text
from data.publishing.release_tables import release_tables
from data.schema import SCHEMAS, identity, links, referred_tables

LONGEST_NOTE = 120
TYPES: dict[type, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    dt.date: pl.Date(),
    dt.datetime: pl.Datetime("us"),
}
LATER_COUNTS = ("left_out", "combined")
"""Of receipts: null where there are none, as in every load of an earlier version of Candour."""
ENTRY_LENGTHS = {"kind": 20, "who": 200, "role": 40, "scope": 1000, "reason": 500, "outcome": 20}


@dataclass(frozen=True)
class Tables:
    metadata: sa.MetaData
    versions: dict[str, sa.Table]
    keys: dict[str, sa.Table]
    review: sa.Table
    loads: sa.Table
    superseded: sa.Table
    receipts: sa.Table
    quarantine: sa.Table
    record: sa.Table
    notes: sa.Table
    decision_steps: sa.Table
    sessions: sa.Table
    saved_views: sa.Table
    publishing: dict[str, sa.Table]


def ledger_tables(dialect: sa.Dialect) -> Tables:
    return _tables_of(dialect.name)


@cache
def _tables_of(kind: str) -> Tables:
    dialect = sa.make_url(f"{kind}://").get_dialect()()
    metadata = sa.MetaData()
    tables = Tables(
        metadata=metadata,
        versions={name: _versions(metadata, name, schema, dialect) for name, schema in SCHEMAS.items()},
        keys={name: _keys(metadata, name, dialect) for name in referred_tables()},
        publishing=release_tables(metadata),
        **{name: sa.Table(name, metadata, *columns) for name, columns in _columns().items()},
    )
    guard(metadata, closable=set(SCHEMAS), free={"sessions", "saved_views"})
    for table, column in ((tables.record, "number"), (tables.decision_steps, "step")):
        for name, statements in next_only(table, column).items():
            for statement in statements:
                on_create(table, name, statement)
    return tables


def _versions(metadata: sa.MetaData, name: str, schema: type[dy.Schema], dialect: sa.Dialect) -> sa.Table:
    columns = schema.to_sqlalchemy_columns(dialect)
    for column in columns:
        column.primary_key = False
        column.unique = False
    current = sa.text("closed_by IS NULL")
    one = f"{name}_one_current"
    return sa.Table(
        name,
        metadata,
        *columns,
        sa.Column("recorded_from", sa.Date, nullable=False),
        sa.Column("recorded_to", sa.Date),
        sa.Column("opened_by", sa.ForeignKey("loads.load"), nullable=False),
        sa.Column("closed_by", sa.ForeignKey("loads.load")),
        sa.PrimaryKeyConstraint(*schema.primary_key(), "opened_by"),
        check(f"{name}_closed_whole", "(recorded_to IS NULL) = (closed_by IS NULL)"),
        check(f"{name}_closed_after_opened", "recorded_to >= recorded_from"),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}_keys.{identity(target)}"])
            for column, target in links(schema).items()
        ),
        sa.Index(one, *schema.primary_key(), unique=True, sqlite_where=current, postgresql_where=current),
    )


def _keys(metadata: sa.MetaData, name: str, dialect: sa.Dialect) -> sa.Table:
    kind = SCHEMAS[name].columns()[identity(name)].sqlalchemy_dtype(dialect)
    return sa.Table(f"{name}_keys", metadata, sa.Column(identity(name), kind, primary_key=True))


def _columns() -> dict[str, list[SchemaItem]]:
    rows = ("read", "ignored", "repeated", "quarantined", "accepted")
    changes = ("new", "changed", "unchanged", "removed")
    later = [f"coalesce({name}, 0)" for name in LATER_COUNTS]
    return {
        "review": [
            sa.Column("one", sa.Integer, primary_key=True),
            text("id", 32),
            text("name", 200),
            sa.Column("demonstration", sa.Boolean, nullable=False),
            check("review_is_one", "one = 1"),
        ],
        "loads": [
            key("load"),
            sa.Column("recorded_on", sa.Date, nullable=False),
            sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
            text("note", 500),
        ],
        "superseded": [
            key("load", sa.ForeignKey("loads.load")),
            # The load that takes it out of every figure: it brings no extract of its own.
            sa.Column("by_load", sa.ForeignKey("loads.load"), nullable=False),
            text("who", 200),
            text("reason", 500),
            check("superseded_by_a_later_load", "by_load > load"),
            check("superseded_for_a_reason", "reason <> ''"),
        ],
        "receipts": [
            sa.Column("load", sa.ForeignKey("loads.load"), primary_key=True),
            sa.Column("table_name", sa.String(40), primary_key=True),
            text("file", 300),
            sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
            sa.Column("whole", sa.Boolean, nullable=False),
            *(sa.Column(count, sa.Integer, nullable=False) for count in (*rows, *changes)),
            *(sa.Column(count, sa.Integer) for count in LATER_COUNTS),
            text("dropped"),
            text("warnings"),
            check(
                "receipts_rows_add_up",
                " + ".join(["read = accepted + quarantined + repeated + ignored", *later]),
            ),
            check("receipts_changes_add_up", "accepted = new + changed + unchanged"),
        ],
        "quarantine": [
            sa.Column("load", sa.ForeignKey("loads.load"), primary_key=True),
            sa.Column("table_name", sa.String(40), primary_key=True),
            sa.Column("row_number", sa.Integer, primary_key=True),
            text("file", 300),
            text("column_name", 300),
            text("shape", 80),
            text("reason", 500),
        ],
        "record": [
            key("number", large=True),
            # Text, and always UTC: what is signed must come back from either database letter by letter.
            text("at", 32),
            *(text(name, longest) for name, longest in ENTRY_LENGTHS.items()),
            text("key_id", 16),
            text("digest", 64),
            sa.Index("record_by_kind", "kind", "number"),
        ],
        # A later version takes the place of the one before it, on its own day.
        "notes": [
            key("note"),
            key("version"),
            sa.Column("happened_on", sa.Date, nullable=False),
            text("words", LONGEST_NOTE),
            # Names of metrics, parted by a space; none is all of them.
            text("figures"),
            text("role", 40),
            sa.Column("recorded_from", sa.Date, nullable=False),
            check("notes_counted_from_one", "note >= 1 AND version >= 1"),
            check("notes_words_fit", f"length(words) BETWEEN 1 AND {LONGEST_NOTE}"),
        ],
        "decision_steps": [
            key("step"),
            text("kind", 20),
            # Of the promise; empty for a matter.
            text("reference", 80),
            text("action", 10),
            text("to_role", 40),
            text("note", LONGEST_NOTE),
            text("who", 200),
            text("role", 40),
            # Text, and always UTC and as long: it must come back from either database letter by letter.
            text("at", 32),
            # Day of the figures on which it was decided, and how many waited on it.
            sa.Column("as_at", sa.Date, nullable=False),
            sa.Column("size", sa.Integer, nullable=False),
            sa.Column("recorded_from", sa.Date, nullable=False),
            check("decision_steps_known", "action IN ('taken', 'assigned')"),
            check("decision_steps_assigned_to_a_role", "(action = 'assigned') = (to_role <> '')"),
            check("decision_steps_notes_fit", f"length(note) BETWEEN 1 AND {LONGEST_NOTE}"),
        ],
        "sessions": [
            # A digest of the cookie: who reads this table cannot sign in with it.
            sa.Column("digest", sa.String(64), primary_key=True),
            text("who", 200),
            text("role", 40),
            text("roles", 400),
            # Seconds since 1970, UTC.
            sa.Column("began_at", sa.Double, nullable=False),
            sa.Column("seen_at", sa.Double, nullable=False),
            sa.Column("ended_at", sa.Double),
        ],
        "saved_views": [
            sa.Column("who", sa.String(200), primary_key=True),
            sa.Column("name", sa.String(60), primary_key=True),
            text("page", 40),
            # An object in JSON, from the name of a choice to its texts.
            text("choices"),
            text("role", 40),
            # Empty where only its owner sees it.
            text("shared_with", 40),
            # Seconds since 1970, UTC.
            sa.Column("saved_at", sa.Double, nullable=False),
        ],
    }


def has_reference(connection: sa.Connection, tables: Tables, texts: Collection[str]) -> bool:
    """Whether one of the texts is a reference of the register, in whatever case it is written."""
    lower = sorted({text.lower() for text in texts})
    columns = [column for table in tables.keys.values() for column in table.primary_key]
    queries = (sa.select(column).where(sa.func.lower(column).in_(lower)).limit(1) for column in columns)
    return bool(lower) and any(connection.execute(query).first() is not None for query in queries)


@contextmanager
def legible() -> Generator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        raise Unverified(
            f"Rows of the ledger cannot be read ({type(error).__name__}): they were altered. Have whoever "
            "looks after the ledger restore the last whole backup."
        ) from error


@legible()
def typed(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Row versions with their codes as the schema has them."""
    return rows.cast(pl.Schema(SCHEMAS[table]))


def _as_type(column: pl.Expr, stored_as: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    # SQLite keeps days and moments as text.
    if stored_as == pl.String and wanted == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    if stored_as == pl.String and wanted == pl.Datetime:
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return column.cast(wanted)


@legible()
def frame_of(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
    """Result of a query, in types that do not depend on the database; moments are in UTC."""
    # Converting each cell in Python, as SQLAlchemy does, would cost more than all the rest.
    result = connection.execute(query)
    cursor = cast("sa.engine.interfaces.DBAPICursor", result.cursor)
    types = (TYPES[column.type.python_type] for column in query.selected_columns)
    kinds = dict(zip(result.keys(), types, strict=True))
    frames = list[pl.DataFrame]()
    # Rows of Python take ten times the room of a frame's.
    while cells := cursor.fetchmany(AT_ONCE):
        rows = pl.DataFrame(cells, schema=[*kinds], orient="row", infer_schema_length=None)
        frames.append(rows.select(_as_type(pl.col(name), rows.schema[name], kinds[name]) for name in kinds))
    # Most tables have no rows of one load, and to convert none takes as long as to convert a few.
    return pl.concat(frames) if frames else pl.DataFrame(schema=kinds)


def rows_of(
    connection: sa.Connection,
    table: sa.Table,
    columns: Collection[str] = (),
    where: sa.ColumnElement[bool] | None = None,
) -> pl.DataFrame:
    """Rows of a table, without `where` in the order of its key; columns: none for all."""
    query = sa.select(*(column for column in table.columns if not columns or column.name in columns))
    ordered = query.order_by(*table.primary_key.columns) if where is None else query.where(where)
    return frame_of(connection, ordered)
