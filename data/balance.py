"""Whether a ledger's books balance: what its receipts say against the rows that are there."""

from collections.abc import Iterator
from typing import Any

import polars as pl
import sqlalchemy as sa

from data.rows import frame_of
from data.tables import Tables

KEY = ("load", "table_name")


def imbalances(connection: sa.Connection, tables: Tables) -> list[str]:
    """Say, in one sentence for each, where the loads, the receipts and the rows do not agree."""
    loads = [row.load for row in connection.execute(sa.select(tables.loads.c.load).order_by("load"))]
    found = [] if loads == list(range(1, len(loads) + 1)) else ["The loads are not numbered one by one."]
    receipts = _receipts(connection, tables)
    found += [f"Load {load} has no receipt." for load in sorted(set(loads) - set(receipts["load"].to_list()))]
    for what, counted in _counted(connection, tables):
        compared = receipts.select(*KEY, what).join(counted, on=KEY, how="full", coalesce=True)
        wrong = compared.with_columns(pl.col(what, "rows").fill_null(0)).filter(
            pl.col(what) != pl.col("rows")
        )
        found += [
            f"The receipt of {table} in load {load} says {said:,} rows {what}, and there are {there:,}."
            for load, table, said, there in wrong.sort(KEY).rows()
        ]
    return found


def _receipts(connection: sa.Connection, tables: Tables) -> pl.DataFrame:
    held = tables.receipts.c
    query = sa.select(
        held.load,
        held.table_name,
        (held.new + held.changed).label("opened"),
        (held.changed + held.removed).label("closed"),
        held.quarantined.label("held back"),
    )
    return frame_of(connection, query).cast({"load": pl.Int64, "table_name": pl.String})


def _counted(connection: sa.Connection, tables: Tables) -> Iterator[tuple[str, pl.DataFrame]]:
    versions = tables.versions.items()
    yield "opened", _count(connection, [(name, held, held.c.opened_by) for name, held in versions])
    yield "closed", _count(connection, [(name, held, held.c.closed_by) for name, held in versions])
    held = tables.quarantine
    query = sa.select(held.c.load, held.c.table_name, sa.func.count().label("rows")).group_by(*KEY)
    yield "held back", _frame(connection, query)


def _count(
    connection: sa.Connection, each: list[tuple[str, sa.Table, sa.ColumnElement[int]]]
) -> pl.DataFrame:
    queries = [
        sa.select(load.label("load"), sa.literal(name).label("table_name"), sa.func.count().label("rows"))
        .select_from(held)
        .where(load.is_not(None))
        .group_by(load)
        for name, held, load in each
    ]
    return pl.concat(_frame(connection, query) for query in queries)


def _frame(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
    return frame_of(connection, query).cast({"load": pl.Int64, "table_name": pl.String, "rows": pl.Int64})
