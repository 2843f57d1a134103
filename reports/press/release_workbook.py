"""A release as an accessible workbook, by the conventions of the Government Analysis Function.

No cell is empty, and a number that is withheld is "[c]", since a screen reader passes over a star.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from data.formatting import written_day
from data.publishing.content import PublishedCell, PublishedFigure
from metrics.clauses import WITHHELD as HIDDEN
from metrics.clauses import titled
from reports.press import notice
from reports.press.notice import Issue
from reports.table_files import Book, Sheet, write_book

WITHHELD, NONE = "[c]", "[z]"
COVER, CONTENTS, NOTES, FIGURES, CHANGES, DEFINITIONS = (
    "Cover", "Contents", "Notes", "Figures", "Changes", "Definitions"
)  # fmt: skip
SYMBOLS = {
    WITHHELD: f"{WITHHELD} is a number withheld to protect people.",
    NONE: f"{NONE} stands where there can be no number.",
}
NARROWEST, WIDEST, LETTER = 12, 70, 1.2  # letters, and how much wider one is than Excel takes it to be
_COVER_WIDTH = 85
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?%?")
_SPOKEN = re.compile(r"[A-Za-z0-9]")
_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel's own way of writing a letter
Value = str | int | float
Row = tuple[Value, ...]


def xlsx(issue: Issue) -> bytes:
    return write_book(book_of(issue))


def book_of(issue: Issue) -> Book:
    public = issue.public
    texts = {"status": issue.status, "small": public.rule, "order": public.precedence}
    texts = {name: text for name, text in texts.items() if text}
    numbers = {name: number for number, name in enumerate(texts, 1)}
    tables = tuple(_tables(issue, numbers))
    contents = [(table.name, table.above[0][1].partition(" [note ")[0]) for table in tables]
    sheets = (
        _cover(issue),
        _sheet(CONTENTS, "Table of contents", ("Sheet name", "Table description"), contents, linked=True),
        _sheet(NOTES, "Notes", ("Note number", "Note text"), list(enumerate(texts.values(), 1))),
        *tables,
    )
    named = tuple(replace(sheet, table=f"Table_{number}") for number, sheet in enumerate(sheets))
    return Book(title=issue.title, author=public.body, created_at=issue.published_at, sheets=named)


def _cover(issue: Issue) -> Sheet:
    public, paper = issue.public, notice.notice_of(issue)
    about = (
        f"The review: {public.review}.",
        *public.note.splitlines(),
        *map(str, public.dated_notes),
        notice.QUOTE,
        *SYMBOLS.values(),
        f"Digest of this release (SHA-256), by which a copy can be checked: {issue.digest}",
    )
    parts = {
        "Introductory information": (*paper.marks, paper.body, *paper.lines),
        "About these data": about,
        "Contact": filter(None, (issue.help.contact, issue.help.website, *notice.helping(issue))),
    }
    lines = [("cover", _readable(paper.title))]
    for title, texts in parts.items():
        lines += [("part", title), *(("line", _readable(text)) for text in texts)]
    return Sheet(name=COVER, above=tuple(lines), widths=(_COVER_WIDTH,))


def _tables(issue: Issue, numbers: dict[str, int]) -> Iterator[Sheet]:
    """numbers: of the notes, by what they are of."""
    public, day, above = issue.public, written_day(issue.public.as_at), (*issue.marks, issue.short)
    general = tuple(numbers[name] for name in ("status", "small") if name in numbers)
    if whole := [figure for figure in public.figures if not figure.by]:
        columns = ("Figure", "Value", "Unit", "As published", notice.GIVEN)
        rows = [(by.title, _value(by.whole), _unit(by), *_given(by, by.whole)) for by in whole]
        yield _sheet(FIGURES, f"Figures as at {day}", columns, rows, above=above, notes=general)
    for number, figure in enumerate((figure for figure in public.figures if figure.by), 1):
        notes = (*general, numbers["order"]) if "order" in numbers and "part" in figure.by else general
        columns = (*figure.titles, f"{notice.heading(figure)} (value)", "As published", notice.GIVEN)
        rows = [(*cell.where, _value(cell), *_given(figure, cell)) for cell in figure.cells]
        title = f"{titled(figure)}, as at {day}"
        yield _sheet(f"Table {number}", title, columns, rows, above=above, notes=notes)
    changes = notice.changes_of(public)
    if changes.rows:
        rows = [(name, value_of(before), value_of(now)) for name, before, now in changes.rows]
        yield _sheet(CHANGES, changes.caption, changes.columns, rows, above=above, notes=general)
    rows = notice.meanings_of(public) or [("Every figure", "No definition was published with it.")]
    columns = ("Figure", "What it means")
    yield _sheet(DEFINITIONS, "What the figures mean", columns, rows, above=above)


def _sheet(
    name: str,
    title: str,
    columns: tuple[str, ...],
    rows: Sequence[Row],
    *,
    above: Sequence[str] = (),
    notes: Sequence[int] = (),
    linked: bool = False,
) -> Sheet:
    """notes: their numbers. linked: whether the first column leads to the sheets it names."""
    rows = [tuple(_readable(cell) if isinstance(cell, str) else cell for cell in row) for row in rows]
    columns = tuple(map(_readable, columns))
    used = {cell for row in rows for cell in row}
    symbols = (words for symbol, words in SYMBOLS.items() if symbol in used)
    noted = f"{title} {''.join(f'[note {note}]' for note in notes)}".strip()
    lines = [("title", _readable(noted)), *(("above", _readable(text)) for text in (*above, *symbols))]
    where = f" Notes are on the worksheet called {NOTES}." if above else ""
    lines.append(("instruction", f"This worksheet contains one table.{where}"))
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    numbers = [all(not isinstance(cell, str) or cell in SYMBOLS for cell in column) for column in cells[1:]]
    longest = (max(map(len, map(str, column))) for column in zip(columns, *rows, strict=True))
    return Sheet(
        name=name,
        above=tuple(lines),
        widths=tuple(min(max(round(length * LETTER) + 2, NARROWEST), WIDEST) for length in longest),
        columns=columns,
        heads=("head", *("number head" if number else "head" for number in numbers)),
        styles=("link" if linked else "cell", *("number" if number else "cell" for number in numbers)),
        rows=rows,
        frozen=(len(lines) + 1, 1),
    )


def value_of(shown: str) -> Value:
    """Return a number as a spreadsheet holds it: "3,780" as 3780, "0.93%" as 0.93, "withheld" as "[c]".

    Releases published before say "not told".
    """
    if shown in ("*", HIDDEN, "not told"):
        return WITHHELD
    if not _NUMBER.fullmatch(shown):
        return shown
    digits = shown.replace(",", "").removesuffix("%")
    return float(digits) if "." in digits else int(digits)


def _value(cell: PublishedCell) -> Value:
    if cell.number is None:
        return WITHHELD if cell.treatment == "suppressed" else NONE
    return value_of(cell.shown.removeprefix(cell.qualifier).strip())


def _given(figure: PublishedFigure, cell: PublishedCell) -> tuple[str, str]:
    """Return how a number was published and how it is given."""
    shown = WITHHELD if cell.treatment == "suppressed" else notice.written(cell)
    return shown, ". ".join(filter(None, (notice.remark(cell) or cell.treatment, figure.rule)))


def _unit(figure: PublishedFigure) -> str:
    return f"per cent of {figure.out_of or figure.counts}" if figure.kind == "share" else figure.unit


def _readable(text: str) -> str:
    """Return a text without letters in Excel's own code, and never one that cannot be read aloud."""
    text = _CODE.sub("_ ", text)
    return text if _SPOKEN.search(text) else f"{text} (as recorded)".strip()
