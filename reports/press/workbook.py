"""A release as an accessible workbook, by the conventions and library of the Government Analysis Function.

A cover, a list of contents and the notes come first; then each sheet has one table, under its title and
what it needs to be read; no cell is empty, and a number that is withheld is "[c]", which a screen reader
says aloud, where it passes over a star.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data.formatting import written_day
from data.publishing.content import PublishedCell, PublishedFigure
from metrics.clauses import NOT_TOLD, titled
from reports.press.issue import Issue
from reports.press.notice import (
    GIVEN,
    QUOTE,
    changes_of,
    heading,
    helping,
    meanings_of,
    notice_of,
    remark,
    written,
)
from reports.tables import A4, SAFELY, as_it_is

WITHHELD, NONE = "[c]", "[z]"
COVER, CONTENTS, NOTES, FIGURES, CHANGES, DEFINITIONS = (
    "Cover", "Contents", "Notes", "Figures", "Changes", "Definitions",
)  # fmt: skip
ONE_TABLE = "This worksheet contains one table. Notes are on the worksheet called Notes."
SYMBOLS = {
    WITHHELD: f"{WITHHELD} is a number that is not told, to protect people.",
    NONE: f"{NONE} stands where there can be no number.",
}
NARROWEST, WIDEST, LETTER = 12, 70, 1.2  # letters, and how much wider one is than Excel takes it to be
LIST_WIDTHS = (NARROWEST + 4, WIDEST)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?%?")
_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel's own way of writing a letter
_SPOKEN = re.compile(r"[A-Za-z0-9]")
Value = str | int | float


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One sheet: its name, its title, the numbers of its notes, what else stands over it, and its table."""

    name: str
    title: str
    notes: tuple[int, ...] = ()
    above: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Book:
    title: str
    about_it: tuple[str, ...]
    about: tuple[str, ...]
    contact: tuple[str, ...]
    notes: tuple[str, ...]
    leaves: tuple[Leaf, ...]


def xlsx(issue: Issue) -> bytes:
    """Write a release as a workbook: the same release gives the same bytes."""
    book = book_of(issue)
    written = io.BytesIO()
    with warnings.catch_warnings():
        # gptables uses what pandas will take away, and leaves a file of its own open.
        warnings.simplefilter("ignore")
        workbook = _workbook(written, book)
    _, contents, notes, *sheets = workbook.worksheets()
    for sheet, leaf in zip(sheets, book.leaves, strict=True):
        sheet.freeze_panes(len(leaf.above) + 3, 1)
    widths = [LIST_WIDTHS, LIST_WIDTHS, *map(widths_of, book.leaves)]
    for sheet, columns in zip((contents, notes, *sheets), widths, strict=True):
        for place, width in enumerate(columns):
            sheet.set_column(place, place, width)
    for sheet in workbook.worksheets():
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    workbook.set_properties(
        {"title": issue.title, "author": issue.public.body, "created": issue.published_at}
    )
    workbook.close()
    return written.getvalue()


def widths_of(leaf: Leaf) -> tuple[int, ...]:
    longest = [
        max(len(str(cell)) for cell in column) for column in zip(leaf.columns, *leaf.rows, strict=True)
    ]
    return tuple(min(max(round(length * LETTER) + 2, NARROWEST), WIDEST) for length in longest)


def _workbook(written: io.BytesIO, book: Book) -> Any:  # noqa: ANN401  # gptables ships no types
    import gptables
    import pandas as pd

    notes = {
        "Note": [str(number) for number in range(1, len(book.notes) + 1)],
        "Note text": [as_it_is(note) for note in book.notes],
    }
    # What xlsxwriter writes to may be in memory, which the types of gptables do not tell.
    into: Any = written
    return gptables.produce_workbook(
        into,
        {leaf.name: _table(leaf, number) for number, leaf in enumerate(book.leaves, 1)},
        cover=gptables.Cover(
            title=as_it_is(book.title),
            intro=[as_it_is(line) for line in book.about_it],
            about=[as_it_is(line) for line in book.about],
            contact=[as_it_is(line) for line in book.contact],
            cover_label=COVER,
        ),
        contentsheet_label=CONTENTS,
        notes_table=pd.DataFrame(notes),
        notesheet_label=NOTES,
        auto_width=False,
        workbook_options=dict(SAFELY),
    )


def _table(leaf: Leaf, number: int) -> Any:  # noqa: ANN401
    import gptables
    import pandas as pd

    rows = [[as_it_is(cell) if isinstance(cell, str) else cell for cell in row] for row in leaf.rows]
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=list(leaf.columns), dtype=object),
        table_name=f"Table_{number}",
        title=f"{leaf.title} {''.join(f'$${note}$$' for note in leaf.notes)}".strip(),
        subtitles=[as_it_is(line) for line in leaf.above],
        instructions=ONE_TABLE,
        index_columns={2: 0},
    )


def book_of(issue: Issue) -> Book:
    public, notice = issue.public, notice_of(issue)
    notes = {"status": issue.status, "small": public.rule, "order": public.precedence}
    notes = {name: text for name, text in notes.items() if text}
    numbers = {name: number for number, name in enumerate(notes, 1)}
    about = (
        f"The review: {public.review}.",
        *public.note.splitlines(),
        QUOTE,
        *SYMBOLS.values(),
        f"Digest of this release (SHA-256), by which a copy can be checked: {issue.digest}",
    )
    contact = filter(None, (issue.help.contact, issue.help.website, *helping(issue)))
    return Book(
        title=_plain(notice.title),
        about_it=tuple(map(_plain, (*notice.marks, notice.body, *notice.lines))),
        about=tuple(map(_plain, about)),
        contact=tuple(map(_plain, contact)),
        notes=tuple(str(_plain_cell(text)) for text in notes.values()),
        leaves=tuple(_leaves(issue, numbers)),
    )


def _leaves(issue: Issue, numbers: dict[str, int]) -> Iterator[Leaf]:
    public = issue.public
    above = (*issue.marks, issue.short)
    day = written_day(public.as_at)
    general = tuple(numbers[name] for name in ("status", "small") if name in numbers)
    if whole := [figure for figure in public.figures if not figure.by]:
        columns = ("Figure", "Value", "Unit", "As published", GIVEN)
        rows = [
            (figure.title, _value(figure.whole), _unit(figure), *_given(figure, figure.whole))
            for figure in whole
        ]
        yield _leaf(FIGURES, f"Figures as at {day}", columns, rows, above=above, notes=general)
    for number, figure in enumerate((figure for figure in public.figures if figure.by), 1):
        notes = (*general, numbers["order"]) if "order" in numbers and "part" in figure.by else general
        columns = (*figure.titles, f"{heading(figure)} (value)", "As published", GIVEN)
        rows = [(*cell.where, _value(cell), *_given(figure, cell)) for cell in figure.cells]
        yield _leaf(
            f"Table {number}", f"{titled(figure)}, as at {day}", columns, rows, above=above, notes=notes
        )
    changes = changes_of(public)
    if changes.rows:
        rows = [(name, value_of(before), value_of(now)) for name, before, now in changes.rows]
        yield _leaf(CHANGES, changes.caption, changes.columns, rows, above=above, notes=general)
    rows = meanings_of(public) or [("Every figure", "No definition was published with it.")]
    yield _leaf(
        DEFINITIONS, "What the figures mean", ("Figure", "What it means"), rows, above=above, notes=()
    )


def _leaf(
    name: str,
    title: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Value, ...]],
    *,
    above: tuple[str, ...],
    notes: tuple[int, ...],
) -> Leaf:
    """Return a sheet in plain words, with what the symbols in it stand for over its table."""
    used = {cell for row in rows for cell in row}
    symbols = (words for symbol, words in SYMBOLS.items() if symbol in used)
    return Leaf(
        name=name,
        title=_plain(title),
        notes=notes,
        above=tuple(map(_plain, (*above, *symbols))),
        columns=tuple(map(_plain, columns)),
        rows=tuple(tuple(map(_plain_cell, row)) for row in rows),
    )


def value_of(shown: str) -> Value:
    """Return a number as a spreadsheet holds it: "3,780" as 3780, "0.93%" as 0.93, "not told" as "[c]"."""
    if shown in ("*", NOT_TOLD):
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
    """Return how a number was published and how it is given; what is withheld is written as such again."""
    shown = WITHHELD if cell.treatment == "suppressed" else written(cell)
    return shown, ". ".join(filter(None, (remark(cell) or cell.treatment, figure.rule)))


def _unit(figure: PublishedFigure) -> str:
    return f"per cent of {figure.out_of or figure.counts}" if figure.kind == "share" else figure.unit


def _plain_cell(cell: Value) -> Value:
    if not isinstance(cell, str):
        return cell
    return _plain(cell) if _SPOKEN.search(cell) else f"{_plain(cell)} (as recorded)".strip()


def _plain(text: str) -> str:
    """Return a text in which gptables finds no mark of a note or a link, and Excel no letter in its code."""
    return _CODE.sub("_ ", text.replace("$$", "$ $").replace("](", "] ("))
