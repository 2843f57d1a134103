"""Write one table as text for spreadsheets (CSV) or as columns for programs (Parquet)."""

import io

import polars as pl
import pyarrow.parquet as pq

from data.csv_safe import separated
from reports.content import Content, for_spreadsheets, leaving


def csv(content: Content) -> bytes:
    """Write the one table as CSV: marked above and below, with what it is above it.

    A mark at the beginning tells spreadsheets that it is UTF-8.
    """
    return separated(for_spreadsheets(content.table.rows), content.marking, above(content))


def above(content: Content) -> list[str]:
    """Return the lines that stand over a table in text: what it is, and of which days."""
    table = content.table
    labelled = (*table.notes, ("Empty cells", "Not recorded."), *content.lines)
    return [table.title, table.said, *(f"{label}: {text}" for label, text in labelled)]


def parquet(content: Content) -> bytes:
    """Write the one table as Parquet, with the marking and what it is in the file's metadata."""
    rows = leaving(content.table.rows).rechunk()
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).replace_schema_metadata(metadata(content))
    written = io.BytesIO()
    # Without an index and statistics, every byte belongs to a column or to the list of the columns.
    pq.write_table(table, written, compression="zstd", write_statistics=False, write_page_index=False)
    return written.getvalue()


def metadata(content: Content) -> dict[str, str]:
    table = content.table
    facts = {"Marking": content.marking, "Title": table.title, "Days": table.said}
    return facts | dict(table.notes) | dict(content.lines)
