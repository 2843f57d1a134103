import datetime as dt
import hashlib
import re
import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from access.roles import Permission
from reports import table_files, typesetting, verify
from reports.content import Content
from reports.press import image, markup, notice, release_workbook
from reports.press.notice import Issue
from reports.reader import must

LONGEST_SLUG = 60
LONGEST_REVIEW = 32


class Format(StrEnum):
    XLSX = "Excel workbook"
    CSV = "CSV"
    PARQUET = "Parquet"
    PDF = "PDF"
    DOCX = "Word document"
    HTML = "Web page"
    PNG = "Picture"


TABLES = (Format.XLSX, Format.CSV, Format.PARQUET)


@dataclass(frozen=True)
class Export:
    id: str
    title: str
    needs: Permission
    formats: tuple[Format, ...] = TABLES
    reason_asked: bool = False

    @property
    def holds(self) -> str:
        """What is in it, where its title does not say."""
        return _HOLDS.get(self.id, "")


_HOLDS = {
    "briefing": "This page on a few sheets: the answer, what needs a decision, the figures, charts and "
    "changes. Each figure is defined. A screen reader can read it.",
    "workbook": "Every figure on these days: as a number, by area, route, grade and year, and by week. Each "
    "figure and each column of the register is defined.",
    "notice": "The release to send out: lines to copy, changes, definitions, notes to editors and where to "
    "get help. A screen reader can read it.",
    "release_workbook": "The release for analysts: a table on each sheet, with notes, by the Government "
    "Analysis Function's conventions.",
    "web_page": "The release as one complete page for a website. Readers can leave it at once.",
    "social_image": "One figure in large words, 1200 by 675 pixels, for social media. Post its text "
    "alternative with it.",
}
_FIGURES, _RELEASES = Permission.EXPORT_FIGURES, Permission.RELEASES
EXPORTS = (
    Export("figures", "Figures", _FIGURES),
    Export("cases", "Case rows", Permission.EXPORT_CASE_ROWS, reason_asked=True),
    Export("record", "The record", Permission.EXPORT_RECORD),
    Export("briefing", "Briefing", _FIGURES, (Format.PDF,)),
    Export("workbook", "Workbook", _FIGURES, (Format.XLSX,)),
    Export("notice", "Press notice", _RELEASES, (Format.DOCX, Format.PDF)),
    Export("release_workbook", "Workbook of the release", _RELEASES, (Format.XLSX,)),
    Export("web_page", "Web page of the release", _RELEASES, (Format.HTML,)),
    Export("social_image", "Picture of a figure", _RELEASES, (Format.PNG,)),
)


@dataclass(frozen=True)
class File:
    """A file that was compared with what was asked for."""

    name: str
    media_type: str
    content: bytes
    rows: int  # of all its tables
    digest: str  # SHA-256, in hex


class _Kind(NamedTuple):
    suffix: str
    media_type: str
    write: Callable[[Any], bytes]
    check: Callable[[bytes, Any], None]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_XLSX, _DOCX = f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.wordprocessingml.document"
_CSV, _HTML = (f"text/{kind}; charset=utf-8" for kind in ("csv", "html"))
_PARQUET, _PDF, _PNG = "application/vnd.apache.parquet", "application/pdf", "image/png"
_KINDS = {
    Format.XLSX: _Kind("xlsx", _XLSX, table_files.xlsx, verify.check_xlsx),
    Format.CSV: _Kind("csv", _CSV, table_files.csv, verify.check_csv),
    Format.PARQUET: _Kind("parquet", _PARQUET, table_files.parquet, verify.check_parquet),
    Format.PDF: _Kind("pdf", _PDF, typesetting.pdf, verify.check_pdf),
}
# Of a release: each kind of file is made from what was published, and from nothing else.
_RELEASED = {
    Format.DOCX: _Kind("docx", _DOCX, markup.docx, verify.check_docx),
    Format.PDF: _Kind("pdf", _PDF, notice.pdf, verify.check_release_pdf),
    Format.XLSX: _Kind("xlsx", _XLSX, release_workbook.xlsx, verify.check_release_xlsx),
    Format.HTML: _Kind("html", _HTML, markup.html, verify.check_page),
    Format.PNG: _Kind("png", _PNG, image.png, verify.check_image),
}


def export(id_: str) -> Export:
    return {export.id: export for export in EXPORTS}[id_]


def make(export: Export, content: Content | Issue, format_: Format) -> File:
    """Make a file, open it again and compare it with what was asked for. A UserError where it cannot hold
    that, `NotAsAsked` where it differs. A ValueError where the export has no such format, is made of
    something else or lacks its reason.
    """
    if format_ not in export.formats:
        raise ValueError(f"{export.id} does not leave as {format_}")
    if (export.needs is Permission.RELEASES) != isinstance(content, Issue):
        raise ValueError(f"{export.id} is not made of this: a release's files are, and no others are")
    if isinstance(content, Issue):
        rows = 1 if content.figure else sum(len(figure.cells) for figure in content.public.figures)
        title = f"{content.public.name} {export.title.removesuffix(' of the release')} {content.figure}"
        review = content.public.review.replace("(", "").replace(")", "")
        review = textwrap.shorten(review, LONGEST_REVIEW, placeholder="")
        kind, name = _RELEASED[format_], _name(content.published_at, review, title, *content.short_marks)
    else:
        if export.reason_asked and not (content.reason or "").strip():
            raise ValueError(f"{export.id} does not leave without a reason")
        of_sections = (table for section in content.sections for table in section.tables)
        rows = sum(table.rows.height for table in (*content.tables, *of_sections))
        # Never named by what its rows hold: names of files are seen by many.
        title = (content.tables[0].named if len(content.tables) == 1 else "") or export.title
        kind, name = _KINDS[format_], _name(content.created_at, content.review, title, content.marking)
    file = kind.write(content)
    kind.check(file, content)
    must(file == kind.write(content), "its bytes")  # written once more, it is the same
    return File(f"{name}.{kind.suffix}", kind.media_type, file, rows, hashlib.sha256(file).hexdigest())


def _name(day: dt.datetime, *words: str) -> str:
    return "_".join(map(_slug, (f"{day:%Y-%m-%d}", *words)))


def _slug(words: str) -> str:
    # Only letters that every system takes in the name of a file.
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "review"
