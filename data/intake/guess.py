"""What a file seems to hold: what a row of it is, and which tables its columns feed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import dataframely as dy

from data.errors import UserError, refusal
from data.formatting import listed_words
from data.intake.extract import Source
from data.intake.fitting import ENOUGH, Line, best_lines, fits, likeness, line_of, share_known
from data.intake.grain import ALLEGATIONS, CASES, FINDINGS, GENERAL, Rows, grain_of, noun_of
from data.intake.meant_rows import Meant, kinds_of, void_rows
from data.intake.parsed_sources import Workbook
from data.intake.profile import (
    Column,
    Kind,
    Part,
    follows,
    has_header,
    is_odd,
    parts_of,
    place_of_last,
    vocabulary,
    words,
)  # fmt: skip
from data.intake.sources import open_file
from data.schema import SCHEMAS, default_of, is_reference, staff_columns

# A stage's table fits where most columns of a file are its own.
CLEARLY = 0.6
HALF_KNOWN = 0.35
FEW = 2


@dataclass(frozen=True, eq=False)
class Draft:
    """offered: a key that has pseudonyms of people, which only a person takes."""

    table: str
    lines: dict[str, Line]
    one_row_per: str = ""
    key: tuple[Column, ...] = ()
    where: tuple[Meant, ...] = ()
    offered: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        ordered = [self.lines[name] for name in SCHEMAS[self.table].column_names() if name in self.lines]
        object.__setattr__(self, "lines", {line.name: line for line in ordered})

    @property
    def merit(self) -> float:
        return sum(line.score for line in self.lines.values())

    @property
    def missing(self) -> list[str]:
        needed = [
            name
            for name, column in SCHEMAS[self.table].columns().items()
            if not column.nullable and default_of(column) is None
        ]
        keyed = SCHEMAS[self.table].primary_key() if self.key else []
        given = [name for name, line in self.lines.items() if not line.chosen_by_a_person]
        return [name for name in needed if name not in (*keyed, *given)]


@dataclass(frozen=True, eq=False)
class Guess:
    """grain: a sentence on what a row is."""

    file: str
    part: Part
    is_workbook: bool
    drafts: list[Draft]
    rows: Rows
    noun: str
    grain: str

    @property
    def missing(self) -> list[str]:
        return [name for draft in self.drafts for name in draft.missing]

    def of_tables(self, by_table: Mapping[str, "Guess"]) -> "Guess":
        """Return it with the tables alone that are its own."""
        return replace(self, drafts=[draft for draft in self.drafts if by_table[draft.table] is self])

    @property
    def lines(self) -> list[Line]:
        return [line for draft in self.drafts for line in draft.lines.values()]

    @property
    def unused(self) -> list[Column]:
        used = {line.column.place for line in self.lines}
        return [column for column in self.part.columns if column.place not in used]


def guess_of(file: str, *, table: str | None = None) -> Guess:
    """Return the guess of a file, or of the sheet that has most in it."""
    source, parts = _parts(file, table)
    return _guess(source, parts[0], table)


def guesses_of(file: str) -> list[Guess]:
    """Return a guess of each sheet that has a table of its own on the same cases; of other files only one."""
    source, parts = _parts(file)
    first, *others = [_guess(source, part) for part in parts]
    related = [guess for guess in others if not guess.missing and guess.rows.shares_cases(first.rows)]
    guesses = [first, *related] if isinstance(source, Workbook) else [first]
    by_table = fullest(guesses)
    return [guess for guess in (guess.of_tables(by_table) for guess in guesses) if guess.drafts]


def fullest(guesses: Sequence[Guess]) -> dict[str, Guess]:
    """Return for each table the guess that has most of it: one with a row for each case, or the longest."""
    drafts = [(draft, guess) for guess in guesses for draft in guess.drafts]
    drafts.sort(key=lambda pair: (not pair[0].missing, pair[1].rows.is_single, pair[1].part.height))
    return {draft.table: guess for draft, guess in drafts}


def _parts(file: str, table: str | None = None) -> tuple[Source, list[Part]]:
    """Return the parts of a file that have a header, the one with most in it first.

    A scratch sheet has few filled cells, whatever its columns are called.
    """
    path = Path(file)
    if "://" in file or not path.is_file():
        raise UserError(f"There is no file {file}: suggest reads a CSV, XLSX or Parquet file.")
    if table is not None and table not in SCHEMAS:
        raise UserError(f"There is no table {table!r}; there are {', '.join(SCHEMAS)}.")
    source = open_file(path, [])
    parts = list(parts_of(source))
    if not parts:
        raise UserError(f"Nothing in {source.name} looks like a table with a header.")
    parts = [part for part in parts if has_header(part)]
    if not parts:
        raise refusal("header_is_data", file=source.name)
    return source, sorted(parts, key=lambda part: -part.merit)


def _guess(source: Source, part: Part, table: str | None = None) -> Guess:
    rows = Rows(part)
    kinds = [(meant, Rows(own)) for meant, own in kinds_of(part)]
    drafts = _of_kinds(kinds, table) or _drafts(rows, table)
    fed = {line.column.place for draft in drafts for line in draft.lines.values()}
    void = tuple(void_rows(part, fed))
    drafts = [replace(draft, where=(*draft.where, *void)) for draft in drafts]
    rows = next((own for meant, own in kinds if meant in drafts[0].where), rows)
    noun = noun_of(rows.case, source.name)
    grain = grain_of(rows, [draft.table for draft in drafts], noun)
    if kinds:
        named = [f"{' and '.join(meant.codes)} ({meant.rows:,})" for meant, _ in kinds]
        grain = f"Rows of {len(kinds)} kinds by {kinds[0][0].column.title}: {listed_words(named)}. {grain}"
    return Guess(source.name, part, isinstance(source, Workbook), drafts, rows, noun, grain)


def _of_kinds(kinds: Sequence[tuple[Meant, Rows]], table: str | None) -> list[Draft]:
    """Return the best draft of each table, from the kind of rows that has the most of it."""
    best: dict[str, Draft] = {}
    for meant, rows in kinds:
        for draft in _drafts(rows, table):
            other = best.get(draft.table)
            if not draft.missing and (other is None or draft.merit > other.merit):
                best[draft.table] = replace(draft, where=(meant,))
    return sorted(best.values(), key=lambda draft: [*SCHEMAS].index(draft.table))


def _drafts(rows: Rows, table: str | None) -> list[Draft]:
    stages = [table] if table else [name for name in SCHEMAS if name not in GENERAL]
    named = [_by_names(rows.part, name) for name in stages if name not in GENERAL]
    if clear := [draft for draft in named if table or _is_clear(draft, rows.part)]:
        return [max(clear, key=lambda draft: draft.merit)]
    drafts = [draft for draft in _by_values(rows) if table in (None, draft.table)]
    return drafts or [_by_names(rows.part, table or CASES)]


def _is_clear(draft: Draft, part: Part) -> bool:
    filled = sum(column.kind not in (Kind.EMPTY, Kind.INDEX, Kind.TEXT) for column in part.columns)
    unnamed = [name for name in draft.missing if name not in draft.lines]
    return not unnamed and len(draft.lines) >= CLEARLY * filled


def _by_names(part: Part, table: str) -> Draft:
    schema = SCHEMAS[table].columns()
    lines = [line_of(table, name, column) for name in schema for column in part.columns]
    drafted = Draft(table, {line.name: line for line in best_lines(lines)})
    # The only day that is left is the day that is missing; so with numbers.
    for name in (name for name in drafted.missing if name not in drafted.lines):
        used = {line.column.place for line in drafted.lines.values()}
        left = [c for c in part.columns if c.place not in used and fits(table, name, c) and not _of_others(c)]
        if len(left) == 1 and isinstance(schema[name], dy.Date | dy.Bool | dy.Float64):
            drafted.lines[name] = Line(table, name, left[0], ENOUGH, "the only one left of its kind")
    return drafted


def _of_others(column: Column) -> bool:
    return not vocabulary("other_days").isdisjoint(words(column.name))


def _by_values(rows: Rows) -> Iterator[Draft]:
    if rows.case is None:
        return
    lines = [*_of_cases(rows.steady), *_of_findings(rows.others)]
    lines += [line_of(ALLEGATIONS, "category", column) for column in rows.of_allegations]
    best = list(best_lines(lines))
    best += _left_over(best, rows)
    if not any(line.name == "received_on" for line in best):
        steps = list(_of_events(rows))
        if any(line.name == "status" for line in steps) or not {FINDINGS, ALLEGATIONS} & _fed(best):
            own = {line.column.place for line in steps}
            best = [line for line in best if line.column.place not in own] + steps
    fed = _fed(best)
    if not rows.is_single and not any(line.name == "received_on" for line in best):
        fed -= {CASES}
    for table in GENERAL:
        if table in fed:
            yield _joined(table, {line.name: line for line in best if line.table == table}, rows)


def _fed(lines: list[Line]) -> set[str]:
    # A day of findings alone is no finding.
    return {line.table for line in lines if line.name not in ("recommended_on", "final_on")}


def _of_cases(steady: list[Column]) -> Iterator[Line]:
    days = [column for column in steady if column.kind == Kind.DAY and not _of_others(column)]
    days.sort(key=lambda column: column.middle)
    named = [column for column in days if likeness(CASES, "received_on", column.name) == 1]
    first, last = (named or days or [None])[0], days[-1] if days else None
    # Another list of decisions is one of findings, and so with its day.
    decided = [column for column in steady if share_known(CASES, "decision", column) >= HALF_KNOWN]
    for name, column in SCHEMAS[CASES].columns().items():
        if is_reference(column) or (name in ("decided_on", "disclosed_on") and not decided):
            continue
        for given in days if isinstance(column, dy.Date) else decided if name == "decision" else steady:
            more, reason = 0.0, ""
            if name == "received_on" and given is first:
                more, reason = 0.6, "the earliest of its days"
            elif name == "closed_on" and first and given is last is not first and follows(given, first):
                more, reason = 0.5, f"never before {first.name}"
            yield line_of(CASES, name, given, more, reason)


def _of_findings(columns: list[Column]) -> Iterator[Line]:
    for name in ("recommended", "recommended_on", "final", "final_on"):
        for column in columns:
            # Findings look alike: only its name says of one that it is not the last.
            if not name.startswith("recommended") or likeness(FINDINGS, name, column.name):
                yield line_of(FINDINGS, name, column)


def _left_over(best: list[Line], rows: Rows) -> Iterator[Line]:
    """Lines for lists of codes that nothing else names: what a case, or an allegation, is about.

    A list of single words may be one of surnames, and nothing says of this one that it is not.
    """
    used, fed = {line.column.place for line in best}, {(line.table, line.name) for line in best}
    for table, columns in (
        (CASES, rows.steady),
        (ALLEGATIONS, rows.of_allegations),
    ):
        codes = [c for c in columns if c.kind == Kind.CODE and c.place not in used and not c.pseudonyms]
        codes = [c for c in codes if not likeness(FINDINGS, "final", c.name)]
        codes = [c for c in codes if not c.people and "by" not in words(c.name) and len(c.codes) > FEW]
        texts = [c for c in codes if any(" " in code for code in c.codes)]
        if texts and (table, "category") not in fed:
            yield Line(table, "category", texts[0], ENOUGH, "the first list of codes with no other use")


def _of_events(rows: Rows) -> Iterator[Line]:
    """Lines of the steps of a case: the first is its receipt, and the last says how it stands."""
    days = [column for column in rows.varying if column.kind == Kind.DAY]
    if not days or rows.case is None:
        return
    day = min(days, key=lambda column: column.span[0])
    yield Line(CASES, "received_on", day, ENOUGH, "the earliest day of each case", "lowest")
    codes = [line_of(CASES, "status", column) for column in rows.varying if column.kind == Kind.CODE]
    for line in best_lines(codes):
        if last := place_of_last(rows.case, day):
            yield replace(line, take=last, reason="the last step of each case")
        of_steps = {code: set(words(code)) for code in line.column.codes}
        ends = tuple(code for code, own in of_steps.items() if own & vocabulary("steps", "ends"))
        again = any(own & vocabulary("steps", "again") for own in of_steps.values())
        if ends and line.column.name:
            why = f"the last day of {listed_words(list(ends))}" + ", though a case was opened again" * again
            yield Line(CASES, "closed_on", day, ENOUGH, why, "highest", where=(line.column, ends))


def _joined(table: str, lines: dict[str, Line], rows: Rows) -> Draft:
    """Draft with its references: of the rows, of their case, of the allegation that they are on."""
    case, own, reason = rows.case, f"{table[:-1]}_ref", "every row has another"
    assert case is not None
    if table == CASES:
        why = reason if rows.is_single else "what its rows share"
        received = lines.get("received_on")
        for name, line in lines.items():
            if received and line.column.kind == Kind.DAY and not line.needed:
                lines[name] = replace(line, bad=is_odd(line.column, received.column))
        lines[own] = Line(table, own, case, 1 + rows.is_single, why)
        return Draft(table, lines, "" if case.is_unique else own)
    keys = [] if rows.is_single else rows.keys
    key = max(keys, key=lambda key: likeness(table, own, key.name), default=case)
    why = reason if key.is_unique else "one of each case, for want of another"
    lines["application_ref"] = Line(table, "application_ref", case, 1, "the case")
    lines[own] = Line(table, own, key, 1 if key.is_unique else ENOUGH, why)
    links = [column for column in rows.others if column.refers]
    for name, column in SCHEMAS[table].columns().items():
        if is_reference(column) and name not in lines:
            offered = [c for c in links if c.pseudonyms == (name in staff_columns())]
            best = best_lines(line_of(table, name, other) for other in offered)
            lines |= {line.name: line for line in best}
    if rows.composed:
        del lines[own]
        return Draft(table, lines, key=rows.composed)
    if key.is_unique:
        return Draft(table, lines)
    telling = (case, *rows.telling) if any(column.pseudonyms for column in rows.telling) else ()
    taken = {name: replace(line, take=_taken(name)) for name, line in lines.items()}
    return Draft(table, taken, own, offered=telling)


def _taken(name: str) -> str:
    return "highest" if name in ("recommended", "final") else ""
