"""Find the header of a table among the first rows of a file."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.errors import UserError
from data.formatting import counted
from data.intake.extract import folded, plain

SEARCHED_ROWS = 20
MOST_COLUMNS = 2_000
MOST_LISTED = 20
CLOSE = 0.75


@dataclass(frozen=True)
class Header:
    """Where a table begins: its part of the file, its row (from 1), and its columns.

    columns: the names asked for, folded, with their places; others: names that nobody asked for.
    """

    part: str
    row: int
    columns: dict[str, int]
    others: tuple[str, ...]
    width: int
    missing: tuple[str, ...] = ()


def find(heads: dict[str, list[list[str]]], wanted: Sequence[str]) -> Header | None:
    """Header that holds the most of the columns `wanted`, the first such; None if none holds any."""
    best: Header | None = None
    for header in _candidates(heads, wanted):
        if best is None or len(header.columns) > len(best.columns):
            best = header
    return best


def rivals(heads: dict[str, list[list[str]]], wanted: Sequence[str], found: Header) -> list[str]:
    parts = {header.part for header in _candidates(heads, wanted) if len(header.columns) == len(wanted)}
    return sorted(parts - {found.part})


def _candidates(heads: dict[str, list[list[str]]], wanted: Sequence[str]) -> Iterable[Header]:
    names = {folded(name): name for name in wanted}
    for part, records in heads.items():
        for number, cells in enumerate(records[:SEARCHED_ROWS], start=1):
            if header := _header(part, number, cells, names):
                yield header


def _header(part: str, number: int, cells: list[str], names: dict[str, str]) -> Header | None:
    found = [folded(cell) for cell in cells]
    if names.keys().isdisjoint(found):
        return None
    return Header(
        part=part,
        row=number,
        columns={cell: place for place, cell in reversed(list(enumerate(found))) if cell in names},
        others=tuple(plain(cells[i]) for i, cell in enumerate(found) if cell and cell not in names),
        width=len(cells),
        missing=tuple(name for cell, name in names.items() if cell not in found),
    )


def demand(
    header: Header | None, heads: dict[str, list[list[str]]], wanted: Sequence[str], file: str
) -> Header:
    """Return the header, or refuse the file: it is missing, lacks columns, or names one twice."""
    if header is None:
        raise UserError(
            f"{file} has none of the columns of the mapping ({_list(wanted)}): {_present(heads)}."
        )
    cells = [folded(cell) for cell in heads[header.part][header.row - 1]]
    if len(cells) > MOST_COLUMNS:
        raise UserError(
            f"{file} has {len(cells):,} columns, and the most is {MOST_COLUMNS:,}: save only the table."
        )
    if header.missing:
        raise UserError(_lacking(header, heads, file))
    if twice := sorted({cell for cell in cells if cell and cells.count(cell) > 1}):
        raise UserError(
            f"{file} has two columns called {twice[0]!r} in row {header.row}: rename or remove one."
        )
    return header


def _lacking(header: Header, heads: dict[str, list[list[str]]], file: str) -> str:
    cells = [plain(cell) for cell in heads[header.part][header.row - 1]]
    missing = header.missing[0]
    merged = "; unmerge the cells of the header row" if "" in cells[: max(header.columns.values())] else ""
    named = len(header.columns) + len(header.missing)
    return (
        f"{file} has no column {missing!r}, which the mapping names{_nearest(missing, cells)}. "
        f"Row {header.row} has {len(header.columns)} of the {named} columns that the mapping names, and "
        f"lacks {_list(header.missing)}{merged}."
    )


def _nearest(missing: str, cells: Sequence[str]) -> str:
    # Without a header these cells are people: only what is nearly the name asked for is repeated.
    near = difflib.get_close_matches(folded(missing), [folded(cell) for cell in cells if cell], 1, CLOSE)
    return f"; the nearest is {near[0]!r}" if near else ""


def _present(heads: dict[str, list[list[str]]]) -> str:
    widths = [len(cells) for part in heads.values() for cells in part if any(map(plain, cells))]
    if not widths:
        return "it is empty"
    columns = counted(max(widths), "column has another name", "columns have other names")
    return f"its {columns}, or it has no header: look at its first rows"


def _list(names: Sequence[str]) -> str:
    shown = [name[:60] for name in names[:MOST_LISTED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
