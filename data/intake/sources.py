"""Tell what a source is by its first bytes, and open it."""

from collections.abc import Callable
from pathlib import Path

from data.errors import UserError
from data.intake.columnar import MOST_BYTES, DatabaseTable, ParquetFile
from data.intake.delimited import MOST_IN_A_FILE, Delimited
from data.intake.extract import Source, safe_name
from data.intake.mapping import Plan, TablePlan
from data.intake.workbook import Workbook

PARQUET = b"PAR1"
ENCRYPTED_PARQUET = b"PARE"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_sources(source: str, plan: Plan) -> list[Source]:
    """Open a file, or the mapped tables of another database by its SQLAlchemy URL.

    Raises:
        UserError: there is none, or it is of no kind that Candour reads.
    """
    most_bytes = plan.most_megabytes << 20
    if "://" in source:
        names = dict.fromkeys(table.source_table for table in plan.tables if table.source_table)
        return [DatabaseTable(source, name, most_bytes=most_bytes) for name in names or (None,)]
    path = Path(source)
    if path.is_dir():
        raise UserError(
            f"{source} is a folder: name the files in it that are to be loaded, one after the other."
        )
    if not path.is_file():
        raise UserError(f"There is no file {source}: check its name.")
    takers = [table for table in plan.tables if table.takes(path.name)]
    return [open_file(path, takers, most_rows=plan.most_rows, most_bytes=most_bytes)]


def open_file(
    path: Path, takers: list[TablePlan], *, most_rows: int = MOST_IN_A_FILE, most_bytes: int = MOST_BYTES
) -> Source:
    """Open a file as what its first bytes say it is, for the tables that may take it."""
    with path.open("rb") as file:
        begins = file.read(8)
    if begins.startswith(PARQUET):
        return ParquetFile(path, most_bytes=most_bytes)
    if begins.startswith(ENCRYPTED_PARQUET):
        raise UserError(f"{safe_name(path.name)} is encrypted: export it without encryption.")
    if begins.startswith(ZIP):
        references = [name for table in takers for name in table.references]
        return Workbook(path, sheet=_first(takers, lambda table: table.sheet), references=references)
    if begins.startswith(OLE):
        raise UserError(
            f"{safe_name(path.name)} is an old .xls workbook, or has a password: remove the password, and "
            "save it as .xlsx."
        )
    return Delimited(
        path,
        encoding=_first(takers, lambda table: table.encoding),
        delimiter=_first(takers, lambda table: table.delimiter),
        most_rows=most_rows,
    )


def _first(tables: list[TablePlan], setting: Callable[[TablePlan], str | None]) -> str | None:
    return next((found for table in tables if (found := setting(table))), None)
