"""The ledger's SQL tables, made from the schemas.

Each table of a review becomes a table of row versions, plus, where others refer to it, a table of
every key ever known, so that the database itself holds the foreign keys of versioned rows.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import dataframely as dy
import polars as pl
import sqlalchemy as sa

from data.guards import guard
from data.publishing.release_tables import release_tables
from data.schema import SCHEMAS, identity, links, referred_tables

# The most characters that each field of an entry in the record may have.
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
    sessions: sa.Table
    publishing: dict[str, sa.Table]


def ledger_tables(dialect: sa.Dialect) -> Tables:
    return _tables_of(dialect.name)


@cache
def _tables_of(kind: str) -> Tables:
    dialect = sa.make_url(f"{kind}://").get_dialect()()
    metadata = sa.MetaData()
    loads = _loads(metadata)
    keys = {table: _keys(metadata, table, dialect) for table in referred_tables()}
    tables = Tables(
        metadata=metadata,
        versions={name: _versions(metadata, name, schema, dialect) for name, schema in SCHEMAS.items()},
        keys=keys,
        review=_review(metadata),
        loads=loads,
        superseded=_superseded(metadata),
        receipts=_receipts(metadata),
        quarantine=_quarantine(metadata),
        record=_record(metadata),
        sessions=_sessions(metadata),
        publishing=release_tables(metadata),
    )
    guard(metadata, closable=set(SCHEMAS), free={"sessions"})
    return tables


def _versions(metadata: sa.MetaData, name: str, schema: type[dy.Schema], dialect: sa.Dialect) -> sa.Table:
    columns = schema.to_sqlalchemy_columns(dialect)
    for column in columns:
        column.primary_key = False
        column.unique = False
    return sa.Table(
        name,
        metadata,
        *columns,
        sa.Column("recorded_from", sa.Date, nullable=False),
        sa.Column("recorded_to", sa.Date),
        sa.Column("opened_by", sa.ForeignKey("loads.load"), nullable=False),
        sa.Column("closed_by", sa.ForeignKey("loads.load")),
        sa.PrimaryKeyConstraint(*schema.primary_key(), "opened_by"),
        sa.CheckConstraint("(recorded_to IS NULL) = (closed_by IS NULL)", name=f"{name}_closed_whole"),
        sa.CheckConstraint("recorded_to >= recorded_from", name=f"{name}_closed_after_opened"),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}_keys.{identity(target)}"])
            for column, target in links(schema).items()
        ),
        *_one_current(name, schema),
    )


def _one_current(name: str, schema: type[dy.Schema]) -> list[sa.Index]:
    current = sa.text("closed_by IS NULL")
    return [
        sa.Index(
            f"{name}_one_current",
            *schema.primary_key(),
            unique=True,
            sqlite_where=current,
            postgresql_where=current,
        )
    ]


def _keys(metadata: sa.MetaData, name: str, dialect: sa.Dialect) -> sa.Table:
    column = SCHEMAS[name].columns()[identity(name)]
    key = sa.Column(identity(name), column.sqlalchemy_dtype(dialect), primary_key=True)
    return sa.Table(f"{name}_keys", metadata, key)


def _review(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "review",
        metadata,
        sa.Column("one", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("demonstration", sa.Boolean, nullable=False),
        sa.CheckConstraint("one = 1", name="review_is_one"),
    )


def _loads(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "loads",
        metadata,
        sa.Column("load", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
    )


def _superseded(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "superseded",
        metadata,
        sa.Column("load", sa.ForeignKey("loads.load"), primary_key=True, autoincrement=False),
        # The load that takes it out of every figure: it brings no extract of its own.
        sa.Column("by_load", sa.ForeignKey("loads.load"), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.CheckConstraint("by_load > load", name="superseded_by_a_later_load"),
        sa.CheckConstraint("reason <> ''", name="superseded_for_a_reason"),
    )


def _receipts(metadata: sa.MetaData) -> sa.Table:
    counts = (
        "read",
        "ignored",
        "repeated",
        "quarantined",
        "accepted",
        "new",
        "changed",
        "unchanged",
        "removed",
    )
    return sa.Table(
        "receipts",
        metadata,
        sa.Column("load", sa.ForeignKey("loads.load"), primary_key=True),
        sa.Column("table_name", sa.String(40), primary_key=True),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
        sa.Column("whole", sa.Boolean, nullable=False),
        *(sa.Column(count, sa.Integer, nullable=False) for count in counts),
        sa.Column("dropped", sa.Text, nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.CheckConstraint("read = accepted + quarantined + repeated + ignored", name="receipts_rows_add_up"),
        sa.CheckConstraint("accepted = new + changed + unchanged", name="receipts_changes_add_up"),
    )


def _quarantine(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "quarantine",
        metadata,
        sa.Column("load", sa.ForeignKey("loads.load"), primary_key=True),
        sa.Column("table_name", sa.String(40), primary_key=True),
        sa.Column("row_number", sa.Integer, primary_key=True),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("column_name", sa.String(300), nullable=False),
        sa.Column("shape", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
    )


def _record(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "record",
        metadata,
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        # Text, and always UTC: what is signed must come back from either database letter by letter.
        sa.Column("at", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String(longest), nullable=False) for name, longest in ENTRY_LENGTHS.items()),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def _sessions(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "sessions",
        metadata,
        # A digest of the cookie: who reads this table cannot sign in with it.
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("roles", sa.String(400), nullable=False),
        # Seconds since 1970, UTC.
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
    )


def typed(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    wanted = {**pl.Schema(SCHEMAS[table]), "recorded_from": pl.Date(), "recorded_to": pl.Date()}
    return rows.with_columns(
        _as_type(pl.col(name), rows.schema[name], wanted[name]) for name in rows.columns if name in wanted
    )


def _as_type(column: pl.Expr, found: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    if wanted == pl.Date and found == pl.String:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(wanted)


def frame_of(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
    """Result of a query as a frame, in columns that the first rows' values cannot mislead."""
    result = connection.execute(query)
    return pl.DataFrame(
        [tuple(row) for row in result], schema=list(result.keys()), orient="row", infer_schema_length=None
    )


def stored(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
    """Result of a query of row versions, cells as the driver gives them: `typed` gives them their types."""
    # Converting each cell in Python, as SQLAlchemy does, would cost more than all the rest.
    result = connection.execute(query)
    rows = cast("sa.engine.interfaces.DBAPICursor", result.cursor).fetchall()
    return pl.DataFrame(rows, schema=list(result.keys()), orient="row", infer_schema_length=None)
