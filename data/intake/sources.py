import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.errors import UserError, refusal
from data.formatting import counted
from data.intake.delimited import MOST_IN_A_FILE, Delimited
from data.intake.extract import SEARCHED_ROWS, Extract, Heads, Source, folded, plain, safe_name
from data.intake.mapping import Plan, TablePlan, TheirColumn
from data.intake.parsed_sources import MOST_BYTES, DatabaseTable, ParquetFile, Workbook
from data.schema import SCHEMAS

PARQUET = b"PAR1"
ENCRYPTED_PARQUET = b"PARE"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MOST_COLUMNS = 2_000
MOST_LISTED = 20
CLOSE = 0.75


@dataclass(frozen=True)
class Header:
    """row: from 1. columns: place of each name asked for, folded. others: names nobody asked for.

    names: of all its columns, empty where one has none.
    """

    part: str
    row: int
    columns: dict[str, int]
    others: tuple[str, ...]
    names: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.names)

    def place(self, column: TheirColumn) -> int:
        """From 0."""
        return column - 1 if isinstance(column, int) else self.columns[folded(column)]


@dataclass(frozen=True)
class Feed:
    plan: TablePlan
    source: Source
    header: Header
    whole: bool

    def extract(self) -> Extract:
        places = dict.fromkeys((*self.header.columns.values(), *self.plan.places))
        return self.source.extract(self.header.part, self.header.row, [*places], self.header.width)


def open_sources(source: str, plan: Plan) -> list[Source]:
    most_bytes = plan.most_megabytes << 20
    if "://" in source:
        names = dict.fromkeys(table.source_table for table in plan.tables if table.source_table)
        return [DatabaseTable(source, name, most_bytes=most_bytes) for name in names or (None,)]
    path = Path(source)
    if path.is_dir():
        raise refusal("folder", source=source)
    if not path.is_file():
        raise UserError(f"There is no file {source}: check its name.")
    takers = [table for table in plan.tables if table.takes(path.name)]
    return [open_file(path, takers, most_rows=plan.most_rows, most_bytes=most_bytes)]


def open_file(
    path: Path, takers: list[TablePlan], *, most_rows: int = MOST_IN_A_FILE, most_bytes: int = MOST_BYTES
) -> Source:
    with path.open("rb") as file:
        begins = file.read(8)
    if begins.startswith(PARQUET):
        return ParquetFile(path, most_bytes=most_bytes)
    if begins.startswith(ENCRYPTED_PARQUET):
        raise UserError(f"{safe_name(path.name)} is encrypted: export it without encryption.")
    if begins.startswith(OLE):
        raise refusal("old_workbook", file=safe_name(path.name))
    if begins.startswith(ZIP):
        references = [name for table in takers for name in table.references]
        return Workbook(path, references=references)
    encoding = next((table.encoding for table in takers if table.encoding), None)
    delimiter = next((table.delimiter for table in takers if table.delimiter), None)
    return Delimited(path, encoding=encoding, delimiter=delimiter, most_rows=most_rows)


def feeds_of(sources: Sequence[Source], mapping: Plan) -> list[Feed]:
    """Return them in the order in which tables refer to one another."""
    feeds: list[Feed] = []
    for feed in (feed for source in sources for feed in _feeds_of(source, mapping)):
        if other := next((other for other in feeds if other.plan is feed.plan), None):
            raise refusal(
                "two_files", first=other.source.name, second=feed.source.name, table=feed.plan.table
            )
        feeds.append(feed)
    order = [*SCHEMAS]
    return sorted(feeds, key=lambda feed: order.index(feed.plan.table))


def _feeds_of(source: Source, mapping: Plan) -> Iterator[Feed]:
    takers = [plan for plan in mapping.tables if _takes(plan, source)]
    if not takers:
        globs = ", ".join(sorted({plan.file or "" for plan in mapping.tables}))
        raise UserError(f"No table of the mapping takes a file called {source.name}; it takes {globs}.")
    fitting = [plan for plan in takers if plan.file]
    if not fitting:
        headers = [(plan, _find(_heads(source, plan), plan.wanted)) for plan in takers]
        fitting = [plan for plan, header in headers if header and not header.missing]
        fitting = fitting or [max(headers, key=lambda pair: len(pair[1].columns) if pair[1] else 0)[0]]
    for plan in fitting:
        heads = _heads(source, plan)
        header = _demanded(heads, plan, source.name)
        complete = {other.part for other in _headers(heads, plan.wanted) if not other.missing}
        others = sorted(complete - {header.part})
        if others and isinstance(source, Workbook):
            raise refusal(
                "two_sheets", file=source.name, table=plan.table, sheet=header.part, others=", ".join(others)
            )
        yield Feed(plan, source, header, mapping.whole(plan))


def _takes(plan: TablePlan, source: Source) -> bool:
    if isinstance(source, DatabaseTable):
        return plan.source_table == source.source_table
    return plan.takes(source.name)


def _heads(source: Source, plan: TablePlan) -> Heads:
    """Return the heads of the sheet that a table names, or all of them."""
    heads = source.heads()
    if plan.sheet is None or not isinstance(source, Workbook):
        return heads
    if plan.sheet not in heads:
        raise UserError(f"{source.name} has no visible sheet {plan.sheet!r}; it has {', '.join(heads)}.")
    return {plan.sheet: heads[plan.sheet]}


def _find(heads: Heads, wanted: Sequence[str]) -> Header | None:
    return max(_headers(heads, wanted), key=lambda header: len(header.columns), default=None)


def _headers(heads: Heads, wanted: Sequence[str]) -> Iterator[Header]:
    names = {folded(name): name for name in wanted}
    for part, records in heads.items():
        for number, record in enumerate(records[:SEARCHED_ROWS], start=1):
            cells = [folded(cell) for cell in record]
            if names.keys().isdisjoint(cells):
                continue
            yield Header(
                part=part,
                row=number,
                columns={cell: place for place, cell in reversed(list(enumerate(cells))) if cell in names},
                others=tuple(plain(record[i]) for i, cell in enumerate(cells) if cell and cell not in names),
                names=tuple(map(plain, record)),
                missing=tuple(name for cell, name in names.items() if cell not in cells),
            )


def _demanded(heads: Heads, plan: TablePlan, file: str) -> Header:
    wanted, places = plan.wanted, plan.places
    header = _find(heads, wanted)
    if header is None:
        raise refusal("no_header", file=file, columns=_listed(wanted), present=_present(heads))
    if header.width > MOST_COLUMNS:
        raise refusal("too_many_columns", file=file, columns=header.width, most=MOST_COLUMNS)
    cells = [folded(cell) for cell in heads[header.part][header.row - 1]]
    if header.missing:
        missing = header.missing[0]
        is_merged = "" in cells[: max(header.columns.values())]
        # Without a header these cells are people: only what is nearly the name asked for is repeated.
        near = difflib.get_close_matches(folded(missing), filter(None, cells), 1, CLOSE)
        raise UserError(
            f"{file} has no column {missing!r}, which the mapping names"
            f"{f'; the nearest is {near[0]!r}' if near else ''}. "
            f"Row {header.row} has {len(header.columns)} of the {len(header.columns) + len(header.missing)} "
            f"columns that the mapping names, and lacks {_listed(header.missing)}"
            f"{'; unmerge the cells of the header row' if is_merged else ''}."
        )
    if twice := sorted({cell for cell in cells if cell and cells.count(cell) > 1}):
        raise refusal("column_twice", file=file, column=twice[0], row=header.row)
    if places and max(places) >= header.width:
        columns = counted(header.width, "column", "columns")
        raise UserError(f"{file} has {columns}, and the mapping names column {max(places) + 1}.")
    named = {plain(cell) for place, cell in enumerate(heads[header.part][header.row - 1]) if place in places}
    return replace(header, others=tuple(name for name in header.others if name not in named))


def _present(heads: Heads) -> str:
    widths = [len(cells) for part in heads.values() for cells in part if any(map(plain, cells))]
    if not widths:
        return "it is empty"
    columns = counted(max(widths), "column has another name", "columns have other names")
    return f"its {columns}, or it has no header: look at its first rows"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_LISTED
    return ", ".join(name[:60] for name in names[:MOST_LISTED]) + (f" and {more:,} more" if more > 0 else "")
