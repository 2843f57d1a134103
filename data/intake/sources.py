"""Tell what a source is by its first bytes, and open it."""

from collections.abc import Callable
from pathlib import Path

from data.faults import Fault
from data.intake.delimited import Delimited
from data.intake.extract import Source
from data.intake.mapping import Plan, TablePlan

PARQUET = b"PAR1"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_source(source: str, plan: Plan) -> Source:
    """Open a file, or another database by its SQLAlchemy URL.

    Raises:
        Fault: there is none, or it is of no kind that Candour reads.
    """
    return _delimited(Path(source), plan)


def _delimited(path: Path, plan: Plan) -> Delimited:
    takers = [table for table in plan.tables if table.takes(path.name)]
    return Delimited(
        path, encoding=_first(takers, lambda t: t.encoding), delimiter=_first(takers, lambda t: t.delimiter)
    )


def _first(tables: list[TablePlan], setting: Callable[[TablePlan], str | None]) -> str | None:
    return next((found for table in tables if (found := setting(table))), None)
