"""What each sheet of a release's workbook says, by the Government Analysis Function's conventions.

A cover, a list of contents and the notes come first; then each sheet has one table, under its title and
what it needs to be read; no cell is empty, and a number that is withheld is "[c]", which a screen reader
says aloud, where it passes over a star.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data.formatting import written_day
from data.publishing.content import PublishedCell, PublishedFigure
from metrics.clauses import NOT_TOLD, titled
from reports.press.issue import Issue
from reports.press.lines import heading, remark, written
from reports.press.notice import QUOTE, changes_of, helping, meanings_of, notice_of

WITHHELD, NONE = "[c]", "[z]"
COVER, CONTENTS, NOTES, FIGURES, CHANGES, DEFINITIONS = (
    "Cover", "Contents", "Notes", "Figures", "Changes", "Definitions",
)  # fmt: skip
ONE_TABLE = "This worksheet contains one table. Notes are on the worksheet called Notes."
HOW = "How it is given"
SYMBOLS = {
    WITHHELD: f"{WITHHELD} is a number that is not told, to protect people.",
    NONE: f"{NONE} stands where there can be no number.",
}
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


def book_of(issue: Issue) -> Book:
    public, notice = issue.public, notice_of(issue)
    named = {"status": issue.status, "small": public.rule, "order": public.precedence}
    numbers = {name: n for n, name in enumerate((each for each, text in named.items() if text), 1)}
    book = Book(
        title=notice.title,
        about_it=(*notice.marks, notice.body, *notice.lines),
        about=(
            f"The review: {public.review}.",
            *public.note.splitlines(),
            QUOTE,
            *SYMBOLS.values(),
            f"Digest of this release (SHA-256), by which a copy can be checked: {issue.digest}",
        ),
        contact=tuple(filter(None, (issue.help.contact, issue.help.website, *helping(issue)))),
        notes=tuple(text for text in named.values() if text),
        leaves=tuple(_leaves(issue, numbers)),
    )
    return _plain_book(book)


def value_of(shown: str) -> Value:
    """Return a number as a spreadsheet holds it: "3,780" as 3780, "0.93%" as 0.93, "not told" as "[c]"."""
    if shown in ("*", NOT_TOLD):
        return WITHHELD
    if not _NUMBER.fullmatch(shown):
        return shown
    digits = shown.replace(",", "").removesuffix("%")
    return float(digits) if "." in digits else int(digits)


def _leaves(issue: Issue, numbers: dict[str, int]) -> Iterator[Leaf]:
    public = issue.public
    above = (*issue.marks, issue.short)
    day = written_day(public.as_at)
    general = tuple(numbers[each] for each in ("status", "small") if each in numbers)
    whole = [each for each in public.figures if not each.by]
    if whole:
        rows = tuple(
            (each.title, _value(each.whole), _unit(each), *_given(each, each.whole)) for each in whole
        )
        columns = ("Figure", "Value", "Unit", "As published", HOW)
        yield Leaf(
            name=FIGURES, title=f"Figures as at {day}", notes=general, above=above, columns=columns, rows=rows
        )
    for number, each in enumerate((each for each in public.figures if each.by), 1):
        notes = (*general, *(numbers[name] for name in ("order",) if name in numbers and "part" in each.by))
        yield _split(f"Table {number}", each, notes, above, day)
    changes = changes_of(public)
    if changes.rows:
        rows = tuple((name, value_of(before), value_of(now)) for name, before, now in changes.rows)
        yield Leaf(
            name=CHANGES,
            title=changes.caption,
            notes=general,
            above=above,
            columns=changes.columns,
            rows=rows,
        )
    rows = tuple(meanings_of(public)) or (("Every figure", "No definition was published with it."),)
    columns = ("Figure", "What it means")
    yield Leaf(name=DEFINITIONS, title="What the figures mean", above=above, columns=columns, rows=rows)


def _split(
    name: str, told: PublishedFigure, notes: tuple[int, ...], above: tuple[str, ...], day: str
) -> Leaf:
    rows = tuple((*cell.where, _value(cell), *_given(told, cell)) for cell in told.cells)
    title = f"{titled(told)}, as at {day}"
    columns = (*told.titles, f"{heading(told)} (value)", "As published", HOW)
    return Leaf(name=name, title=title, notes=notes, above=above, columns=columns, rows=rows)


def _value(said: PublishedCell) -> Value:
    if said.number is None and said.treatment != "suppressed":
        return NONE
    return WITHHELD if said.number is None else value_of(said.shown.removeprefix(said.qualifier).strip())


def _given(told: PublishedFigure, said: PublishedCell) -> tuple[str, str]:
    """Return how a number was published and how it is given; what is withheld is written as such again."""
    shown = WITHHELD if said.treatment == "suppressed" else written(said)
    return shown, ". ".join(filter(None, (remark(said) or said.treatment, told.rule)))


def _unit(told: PublishedFigure) -> str:
    return f"per cent of {told.out_of or told.counts}" if told.kind == "share" else told.unit


def _plain_book(book: Book) -> Book:
    return Book(
        title=_plain(book.title),
        about_it=tuple(map(_plain, book.about_it)),
        about=tuple(map(_plain, book.about)),
        contact=tuple(map(_plain, book.contact)),
        notes=tuple(str(_plain_cell(each)) for each in book.notes),
        leaves=tuple(map(_plain_leaf, book.leaves)),
    )


def _plain_leaf(leaf: Leaf) -> Leaf:
    used = {cell for row in leaf.rows for cell in row}
    symbols = tuple(said for symbol, said in SYMBOLS.items() if symbol in used)
    return Leaf(
        name=leaf.name,
        title=_plain(leaf.title),
        notes=leaf.notes,
        above=tuple(map(_plain, (*leaf.above, *symbols))),
        columns=tuple(map(_plain, leaf.columns)),
        rows=tuple(tuple(_plain_cell(cell) for cell in row) for row in leaf.rows),
    )


def _plain_cell(cell: Value) -> Value:
    if not isinstance(cell, str):
        return cell
    return _plain(cell) if _SPOKEN.search(cell) else f"{_plain(cell)} (as recorded)".strip()


def _plain(text: str) -> str:
    return _CODE.sub("_ ", text.replace("$$", "$ $").replace("](", "] ("))
