"""What leaves in these tests: one table with every kind of column, and texts that mean harm."""

import datetime as dt

import polars as pl
import pytest

from reports.content import Content, Table

MARKING = "OFFICIAL-SENSITIVE · R&D DATA"
MADE = dt.datetime(2024, 5, 8, 14, 7, 9, tzinfo=dt.UTC)

ROWS = pl.DataFrame(
    {
        "Application ref": ["00123", "1E5", "=1+1", "<r><t>bold</t></r>", "_x0041_", "", None],
        "Area": pl.Series(
            ["north", "south", "north", None, "a & b", "north", "south"],
            dtype=pl.Enum(["north", "south", "a & b"]),
        ),
        "Note": ["http://x.y", "\x00a\r\nb\tc", " lead", "x\n=1", "é\U0001f600\ufffe", "'", "@SUM(1)"],
        "Received on": [dt.date(1900, 3, 1), None, dt.date(2024, 2, 29), dt.date(9999, 12, 31), *[dt.date(2020, 1, 2)] * 3],
        "Days": [-5, 0, None, 10**15 - 1, 1, 2, 3],
        "Share": [0.1 + 0.2, -0.0, None, 1e300, -2.5, 1 / 3, 5.0],
        "Harm": [True, False, None, True, True, False, False],
        "Recorded at": pl.Series([dt.datetime(2024, 1, 1, 2, 3, 4, 567891, tzinfo=dt.UTC), None, *[MADE] * 5]),
    }
)  # fmt: skip


def content_of(*tables: Table, **changed: object) -> Content:
    asked: dict = {"review": "The first review", "marking": MARKING, "made_at": MADE, "made_by": "analyst 7"}
    return Content(**(asked | {"tables": tables} | changed))


def table_of(rows: pl.DataFrame, title: str = "Failures: by area") -> Table:
    said = "As at 11 January 2024, as known on 8 May 2024."
    return Table(title=title, said=said, rows=rows, notes=(("Unit", "applications"), ("Definition", "=all")))


@pytest.fixture(scope="session")
def content() -> Content:
    return content_of(table_of(ROWS), reason="To check the failures of the north with its staff.")
