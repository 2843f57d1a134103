import polars as pl

from data.schema import SCHEMAS


def changes(versions: pl.LazyFrame, table: str, load: int) -> pl.DataFrame:
    """Return what `load` changed in `table`, from its row versions.

    One row for each row that came or went, and one for each column that became different:
    the key's columns, `change` ("new", "removed" or "changed"), `column`, `before`, `after`.
    """
    key = SCHEMAS[table].primary_key()
    columns = SCHEMAS[table].column_names()
    text = [pl.col(column).cast(pl.String) for column in columns]
    opened = versions.filter(pl.col("opened_by") == load).select(text).collect()
    closed = versions.filter(pl.col("closed_by") == load).select(text).collect()
    came = opened.join(closed, on=key, how="anti").select(*key, change=pl.lit("new"))
    went = closed.join(opened, on=key, how="anti").select(*key, change=pl.lit("removed"))
    return pl.concat([_differences(closed, opened, key), went, came], how="diagonal")


def _differences(before: pl.DataFrame, after: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    rest = [column for column in before.columns if column not in key]
    left = before.unpivot(rest, index=key, variable_name="column", value_name="before")
    right = after.unpivot(rest, index=key, variable_name="column", value_name="after")
    return (
        left.join(right, on=[*key, "column"])
        .filter(pl.col("before").ne_missing(pl.col("after")))
        .with_columns(change=pl.lit("changed"))
        .select(*key, "change", "column", "before", "after")
        .sort(*key, "column")
    )
