"""What may leave, as plain data, and the one way to make a file of it: written, opened again, compared."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from access.roles import Permission
from reports import text, typesetting, workbook
from reports.content import Content
from reports.reopened import columnar as columnar_again
from reports.reopened import pdf as pdf_again
from reports.reopened import text as text_again
from reports.reopened import workbook as workbook_again

LONGEST_SLUG = 60


class Format(StrEnum):
    """A kind of file, as a reader chooses it."""

    XLSX = "Excel workbook"
    CSV = "CSV"
    PARQUET = "Parquet"
    PDF = "PDF"


TABLES = (Format.XLSX, Format.CSV, Format.PARQUET)


@dataclass(frozen=True, kw_only=True)
class Export:
    """One thing that may leave: who may have it, and whether a reason is asked.

    holds: what is in it, where its title does not tell.
    """

    id: str
    title: str
    needs: Permission
    reason_asked: bool
    formats: tuple[Format, ...] = TABLES
    holds: str = ""


EXPORTS = (
    Export(id="figures", title="Figures", needs=Permission.EXPORT_FIGURES, reason_asked=False),
    Export(id="cases", title="Case rows", needs=Permission.EXPORT_CASE_ROWS, reason_asked=True),
    Export(id="record", title="The record", needs=Permission.EXPORT_RECORD, reason_asked=False),
    Export(
        id="briefing",
        title="Briefing",
        needs=Permission.EXPORT_FIGURES,
        reason_asked=False,
        formats=(Format.PDF,),
        holds="What this page says, on a few sheets of paper: the answer, what needs a decision, the "
        "figures, the pictures and what changed, with what each figure means; a screen reader can read it.",
    ),
    Export(
        id="workbook",
        title="Workbook",
        needs=Permission.EXPORT_FIGURES,
        reason_asked=False,
        formats=(Format.XLSX,),
        holds="Every figure on these days: each as a number, by area, route, grade and year, and by week, "
        "with what each figure and each column of the register means.",
    ),
)


@dataclass(frozen=True)
class File:
    """A file that may leave: it has been opened again and compared with what was asked for.

    rows: how many rows its tables have together. digest: its SHA-256, in hexadecimal digits.
    """

    name: str
    media_type: str
    content: bytes
    rows: int
    digest: str


@dataclass(frozen=True)
class _Kind:
    suffix: str
    media_type: str
    write: Callable[[Content], bytes]
    check: Callable[[bytes, Content], None]


_KINDS = {
    Format.XLSX: _Kind(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        workbook.workbook,
        workbook_again.check,
    ),
    Format.CSV: _Kind("csv", "text/csv; charset=utf-8", text.csv, text_again.check),
    Format.PARQUET: _Kind("parquet", "application/vnd.apache.parquet", text.parquet, columnar_again.check),
    Format.PDF: _Kind("pdf", "application/pdf", typesetting.pdf, pdf_again.check),
}


def export(id_: str) -> Export:
    """Return the export called `id_`.

    Raises:
        KeyError: there is none.
    """
    return {each.id: each for each in EXPORTS}[id_]


def make(export: Export, content: Content, format_: Format) -> File:
    """Make a file, open it again and compare it with what was asked for.

    Raises:
        Fault: the file cannot hold what was asked for; with `NotAsAsked`, it was made and differs.
        ValueError: the export has no such format, or it asks for a reason and none was given.
    """
    if format_ not in export.formats:
        raise ValueError(f"{export.id} does not leave as {format_}")
    if export.reason_asked and not (content.reason or "").strip():
        raise ValueError(f"{export.id} does not leave without a reason")
    kind = _KINDS[format_]
    file = kind.write(content)
    kind.check(file, content)
    rows = sum(table.rows.height for table in content.every_table)
    return File(
        _name(export, content, kind.suffix), kind.media_type, file, rows, hashlib.sha256(file).hexdigest()
    )


def _name(export: Export, content: Content, suffix: str) -> str:
    """Name a file by its day, its review, what is in it and its marking, in letters that every system takes.

    Never by what its rows hold: names of files are seen by many.
    """
    named = content.tables[0].named if len(content.tables) == 1 else ""
    words = (f"{content.made_at:%Y-%m-%d}", content.review, named or export.title, content.marking)
    return f"{'_'.join(_slug(each) for each in words)}.{suffix}"


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "review"
