"""What leaves in these tests: one table with every kind of column, and texts that mean harm."""

import datetime as dt

import polars as pl
import pytest

from charts.bars import bars
from charts.palette import LIGHT
from data.terms import USUAL_WORDS
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import dimension
from metrics.metric import spoken
from reports.content import Content, Section, Table
from tests.pages.conftest import app, opened_menus

__all__ = ["app", "opened_menus"]

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
    asked: dict = {
        "review": "The first review",
        "marking": MARKING,
        "created_at": MADE,
        "created_by": "analyst 7",
    }
    return Content(**(asked | {"tables": tables} | changed))


def table_of(rows: pl.DataFrame, title: str = "Failures: by area") -> Table:
    said = "As at 11 January 2024, as known on 8 May 2024."
    return Table(
        title=title, subtitle=said, rows=rows, notes=(("Unit", "applications"), ("Definition", "=all"))
    )


@pytest.fixture(scope="session")
def content() -> Content:
    return content_of(table_of(ROWS), reason="To check the failures of the north with its staff.")


def briefing_of(*sections: Section, **changed: object) -> Content:
    asked = {"body": "Body of #police_ *officers*", "days": "As at 11 January 2024, as known on 8 May 2024."}
    return content_of(sections=sections, **(asked | changed))


def chart_of(*areas: str):
    """A chart of 15 failures and fewer, by area."""
    nothing = pl.lit(None, pl.Float64)
    counts = pl.DataFrame({"area": areas, "numerator": [15 - 4 * place for place in range(len(areas))]})
    result = counts.with_columns(
        denominator=pl.lit(None, pl.Int64), value=pl.col("numerator").cast(float), low=nothing, high=nothing
    )
    clocks = Clocks.then(dt.date(2024, 1, 11))
    return bars(spoken(catalogue.metric("failures"), USUAL_WORDS), result, dimension("area"), clocks, LIGHT)


LONG = pl.DataFrame(
    {"Area": [f"area {number}" for number in range(60)], "Failures": range(-30, 30), "Why": ["x", None] * 30}
)


@pytest.fixture(scope="session")
def briefing() -> Content:
    """A briefing with everything that one can hold, and a table that goes on upon a second page."""
    return briefing_of(
        Section(
            heading="Where the review stands",
            lines=(
                "All 3,778 applications are done; 33 of them — 0.87% — failed.",
                '#read("/etc/passwd") *_$ <b>',
            ),
            points=(("Promise kept.", " “Words” office"), ("", "A point of its own " * 9)),
        ),
        Section(heading="Failures", charts=(chart_of("north", "$x$", "<b>b</b>"),)),
        Section(heading="Table", tables=(Table(title="By area", subtitle="As at today.", rows=LONG),)),
    )
