from typing import Any, cast

import polars as pl
import sqlalchemy as sa

from data.schema import SCHEMAS


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
