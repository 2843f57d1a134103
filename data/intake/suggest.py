import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import dataframely as dy
import tomlkit

from data.errors import UserError, refusal
from data.formatting import capitalised, counted, measured
from data.intake.extract import folded
from data.intake.parsed_sources import Workbook
from data.intake.profile import (
    MOSTLY,
    NEARLY_ALL,
    Column,
    Kind,
    Part,
    follows,
    has_header,
    is_steady,
    parts_of,
    sample,
    share,
    tells_apart,
    vocabulary,
    words,
)
from data.intake.sources import open_file
from data.intake.values import is_prose, number
from data.schema import SCHEMAS, USUAL, default_of, is_reference, listed_columns, staff_columns, usual_codes

ENOUGH, SURE, LIKELY = 0.5, 1.2, 0.8
OF_TABLE = 0.4
FEW_ROWS = 20
HALF_KNOWN = 0.35
CASES, ALLEGATIONS, FINDINGS = GENERAL = ("applications", "allegations", "findings")
# A stage's table fits where most columns of a file are its own.
CLEARLY = 0.6
UNKNOWN = "not known"
_KINDS: dict[type[dy.Column], str] = {
    dy.Date: " (a day)",
    dy.Bool: " (yes or no)",
    dy.Int32: " (a whole number)",
    dy.Float64: " (a number)",
}


@dataclass(frozen=True, eq=False)
class Line:
    """take: as in a mapping, where several rows become one."""

    table: str
    name: str
    column: Column
    score: float
    reason: str
    take: str = ""

    @property
    def chosen_by_a_person(self) -> bool:
        return self.name in staff_columns()

    @property
    def unknown(self) -> tuple[str, ...]:
        """Texts that stand for no code, of a column that takes any code of the terms."""
        column = SCHEMAS[self.table].columns()[self.name]
        if self.name not in listed_columns(SCHEMAS[self.table]) or usual_codes(column):
            return ()
        blank = self.column.cells.null_count() and (self.name in ("route", "area") or not column.nullable)
        return ("",) * bool(blank) + self.column.placeholders

    @property
    def confidence(self) -> str:
        return "sure" if self.score >= SURE else "likely" if self.score >= LIKELY else "guess"


@dataclass(frozen=True, eq=False)
class Draft:
    table: str
    lines: dict[str, Line]
    one_row_per: str = ""

    def __post_init__(self) -> None:
        ordered = [self.lines[name] for name in SCHEMAS[self.table].column_names() if name in self.lines]
        object.__setattr__(self, "lines", {line.name: line for line in ordered})

    @property
    def missing(self) -> list[str]:
        needed = [
            name
            for name, column in SCHEMAS[self.table].columns().items()
            if not column.nullable and default_of(column) is None
        ]
        return [name for name in needed if name not in self.lines or self.lines[name].chosen_by_a_person]


@dataclass(frozen=True, eq=False)
class Guess:
    """What one file seems to hold. grain: a sentence on what a row is. case: the column that tells them apart."""

    file: str
    part: Part
    is_workbook: bool
    drafts: list[Draft]
    case: Column | None
    noun: str
    grain: str

    @property
    def missing(self) -> list[str]:
        return [name for draft in self.drafts for name in draft.missing]

    @property
    def lines(self) -> list[Line]:
        return [line for draft in self.drafts for line in draft.lines.values()]


@dataclass(frozen=True)
class Suggestion:
    mapping: str
    remarks: tuple[str, ...]


def suggest(file: str, *, table: str | None = None) -> Suggestion:
    """Values are written only where a column of codes was recognised, never names or references."""
    guess = guess_of(file, table=table)
    return Suggestion(mapping_of([guess]), tuple(remarks_of(guess)))


def guess_of(file: str, *, table: str | None = None) -> Guess:
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
    # A scratch sheet has few filled cells, whatever its columns are called.
    part = max(parts, key=lambda part: part.merit)
    drafts, case = _drafts(part, table)
    noun = _noun(case, source.name)
    is_workbook = isinstance(source, Workbook)
    grain = _grain(part, drafts, case, noun)
    return Guess(source.name, part, is_workbook, drafts, case, noun, grain)


def _drafts(part: Part, table: str | None) -> tuple[list[Draft], Column | None]:
    stages = [table] if table else [name for name in SCHEMAS if name not in GENERAL]
    named = [_by_names(part, name) for name in stages if name not in GENERAL]
    clear = [draft for draft in named if table or _is_clear(draft, part)]
    if clear:
        return [max(clear, key=lambda draft: sum(line.score for line in draft.lines.values()))], None
    case = _case_column(part)
    drafts = _by_values(part, case)
    if table:
        drafts = [draft for draft in drafts if draft.table == table] or [_by_names(part, table)]
    return drafts, case


def _is_clear(draft: Draft, part: Part) -> bool:
    filled = sum(column.kind not in (Kind.EMPTY, Kind.INDEX, Kind.TEXT) for column in part.columns)
    unnamed = [name for name in draft.missing if name not in draft.lines]
    return not unnamed and len(draft.lines) >= CLEARLY * filled


def _by_names(part: Part, table: str) -> Draft:
    schema = SCHEMAS[table].columns()
    lines = [_line(table, name, column) for name in schema for column in part.columns]
    drafted = Draft(table, {line.name: line for line in _greedy(lines)})
    # The only day that is left is the day that is missing; so with numbers.
    for name in (name for name in drafted.missing if name not in drafted.lines):
        used = {line.column.place for line in drafted.lines.values()}
        left = [
            c for c in part.columns if c.place not in used and _fits(table, name, c) and not _of_others(c)
        ]
        if len(left) == 1 and isinstance(schema[name], dy.Date | dy.Bool | dy.Float64):
            drafted.lines[name] = Line(table, name, left[0], ENOUGH, "the only one left of its kind")
    return drafted


def _of_others(column: Column) -> bool:
    return not vocabulary("other_days").isdisjoint(words(column.name))


def _greedy(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the best lines, of which none feeds a column twice or from a column that feeds another."""
    fed: set[tuple[str, str]] = set()
    used: set[int] = set()
    for line in sorted(lines, key=lambda line: -line.score):
        if line.score >= ENOUGH and (line.table, line.name) not in fed and line.column.place not in used:
            fed.add((line.table, line.name))
            used.add(line.column.place)
            yield line


def _line(table: str, name: str, column: Column, more: float = 0, reason: str = "") -> Line:
    """more: what its values say beside the name, from 0 to 1, with the reason."""
    if not column.name or not _fits(table, name, column):
        return Line(table, name, column, 0, "")
    alike = _likeness(table, name, column.name)
    if found := _share_known(table, name, column):
        more, reason = more + found, reason or "its codes"
    reasons = [reason] if reason else []
    return Line(table, name, column, alike + more, " and ".join([*reasons, "its name"] if alike else reasons))


def _fits(table: str, name: str, given: Column) -> bool:
    column = SCHEMAS[table].columns()[name]
    if isinstance(column, dy.Date):
        return given.kind == Kind.DAY
    if isinstance(column, dy.Bool):
        return given.kind == Kind.FLAG
    if isinstance(column, dy.Int32 | dy.Float64):
        return share(sample(given.cells), number) >= MOSTLY
    if is_reference(column):
        is_key = SCHEMAS[table].primary_key() == [name]
        return (
            given.pseudonyms if name in staff_columns() else given.refers and (given.is_unique or not is_key)
        )
    if is_prose(column):
        return given.kind == Kind.TEXT
    # In a short file the codes are as many as the rows.
    short = given.kind == Kind.TEXT and (given.distinct < given.filled or given.filled < FEW_ROWS)
    return given.kind in (Kind.CODE, Kind.FLAG) or short


def _likeness(table: str, name: str, given: str) -> float:
    """How alike two names are, from 0 to 1: by words, whichever way they stand."""
    column = SCHEMAS[table].columns()[name]
    kind = "day" if isinstance(column, dy.Date) else "reference" if is_reference(column) else ""
    aside, own = vocabulary(kind) if kind else frozenset[str](), set(words(name)) - {"ref", "on"}
    theirs = set(words(given)) - vocabulary("ignored")
    content = theirs - (aside - own)
    if not content:
        return 0.3 if theirs else 0
    others = vocabulary("headers", f"{table}.{name}") | vocabulary("headers", name)
    hits = [_hit(word, own, others, set(words(table))) for word in content]
    # A word of the table alone says nothing of the column.
    return max(hits) * (1 + sum(hits) / len(hits)) / 2 if max(hits) > OF_TABLE else 0


def _hit(word: str, own: set[str], others: frozenset[str], of_table: set[str]) -> float:
    if word in own:
        return 1
    if word in others:
        return 0.9
    # Short words sound alike by chance: "route" and "outcome", "mouth" and "month".
    near = any(difflib.SequenceMatcher(None, word, mine).ratio() >= MOSTLY for mine in own)
    return 0.7 if near else OF_TABLE if word in of_table else 0


def _share_known(table: str, name: str, column: Column) -> float:
    ours = set(map(folded, usual_codes(SCHEMAS[table].columns()[name])))
    if ours:
        return 0.7 * share(column.codes, lambda code: any(_stands_for(folded(code), one) for one in ours))
    known = vocabulary("values", f"{table}.{name}") | vocabulary("values", name)
    if name == "area" and share(column.codes, lambda code: code.isdigit()) >= MOSTLY:
        return 0.3
    return 0.7 * share(column.codes, lambda code: not known.isdisjoint(words(code)))


def _stands_for(short: str, code: str) -> bool:
    """Whether it is the code, or has some of its letters in their order, like "wdrn" of "withdrawn"."""
    letters = iter(code)
    return short == code or (
        len(short) > 2 and short[0] == code[0] and all(sign in letters for sign in short)
    )  # noqa: PLR2004


def _case_column(part: Part) -> Column | None:
    references = [
        column for column in part.columns if column.kind == Kind.REFERENCE and not column.pseudonyms
    ]
    coarsest = min((column.distinct for column in references), default=0)

    def merit(column: Column) -> float:
        rows = [_likeness(table, f"{table[:-1]}_ref", column.name) for table in (ALLEGATIONS, FINDINGS)]
        return (
            _likeness(CASES, "application_ref", column.name) - max(rows) + (column.distinct == coarsest) / 2
        )

    return max((column for column in references if column.name), key=merit, default=None)


def _by_values(part: Part, case: Column | None) -> list[Draft]:
    if case is None:
        return [_by_names(part, CASES)]
    is_single = case.distinct >= NEARLY_ALL * part.height
    others = [column for column in part.columns if column is not case and column.name]
    steady = [column for column in others if is_single or is_steady(case, column)]
    keys = [c for c in others if c.kind == Kind.REFERENCE and not c.pseudonyms and c.is_unique]
    varying = [column for column in others if column not in steady]
    lines = [*_of_cases(steady), *_of_findings(others)]
    if keys and not is_single:
        lines += [_line(ALLEGATIONS, "category", column) for column in varying]
    best = list(_greedy(lines))
    best += _left_over(best, steady, varying if keys else [])
    fed = {line.table for line in best if line.name not in ("recommended_on", "final_on")}
    if not (fed & {FINDINGS, ALLEGATIONS}) and not any(line.name == "received_on" for line in best):
        best = [line for line in best if line.column not in varying] + list(_of_events(varying, best))
        fed = {line.table for line in best} | {CASES}
    return [
        draft
        for table in GENERAL
        if table in fed and (draft := _joined(table, best, part, case, keys, is_single=is_single))
    ] or [_by_names(part, CASES)]


def _of_findings(columns: list[Column]) -> Iterator[Line]:
    for name in ("recommended", "recommended_on", "final", "final_on"):
        for column in columns:
            # Findings look alike: only its name says of one that it is not the last.
            if not name.startswith("recommended") or _likeness(FINDINGS, name, column.name):
                yield _line(FINDINGS, name, column)


def _of_cases(steady: list[Column]) -> Iterator[Line]:
    days = [c for c in steady if c.kind == Kind.DAY and not _of_others(c)]
    days.sort(key=lambda column: str(column.days.median()))
    first, last = (days[0], days[-1]) if days else (None, None)
    # Another list of decisions is one of findings, and so with its day.
    decided = [c for c in steady if _share_known(CASES, "decision", c) >= HALF_KNOWN]
    for name, column in SCHEMAS[CASES].columns().items():
        if is_reference(column) or (name in ("decided_on", "disclosed_on") and not decided):
            continue
        for given in days if isinstance(column, dy.Date) else steady:
            more, reason = 0.0, ""
            if name == "received_on" and given is first:
                more, reason = 0.6, "the earliest of its days"
            if (
                name == "closed_on"
                and given is last
                and first is not None
                and follows(given, first)
                and given is not first
            ):
                more, reason = 0.4, f"never before {first.name}"
            if name != "decision" or given in decided:
                yield _line(CASES, name, given, more, reason)


def _left_over(best: list[Line], steady: list[Column], varying: list[Column]) -> Iterator[Line]:
    """A list of codes that nothing else names says what a case or an allegation is about."""
    used, fed = {line.column.place for line in best}, {(line.table, line.name) for line in best}
    for table, columns in ((CASES, steady), (ALLEGATIONS, varying)):
        codes = [
            c for c in columns
            if c.kind == Kind.CODE and c.place not in used and not c.pseudonyms and c.distinct > 2  # noqa: PLR2004
            and share(c.codes, lambda code: any(map(str.isalpha, code))) >= MOSTLY
        ]  # fmt: skip
        if codes and (table, "category") not in fed:
            yield Line(table, "category", codes[0], ENOUGH, "the first list of codes with no other use")


def _of_events(varying: list[Column], best: list[Line]) -> Iterator[Line]:
    """Of the steps of a case, the first is its receipt, and the last says how it stands."""
    used = {line.column.place for line in best}
    days = [column for column in varying if column.kind == Kind.DAY and column.place not in used]
    if days:
        day = min(days, key=lambda column: str(column.days.min()))
        yield Line(CASES, "received_on", day, ENOUGH, "the earliest day of each case", "lowest")
    lines = [_line(CASES, "status", column) for column in varying if column.kind == Kind.CODE]
    for line in _greedy(lines):
        yield replace(line, take="last", reason="the last step of each case")


def _joined(
    table: str, best: list[Line], part: Part, case: Column, keys: list[Column], *, is_single: bool
) -> Draft | None:
    """Draft with its references: of the rows, of their case, of the allegation that they are on."""
    lines = {line.name: line for line in best if line.table == table}
    own, reason = f"{table[:-1]}_ref", "every row has another"
    if table == CASES:
        lines[own] = Line(table, own, case, 1 + is_single, reason if is_single else "what its rows share")
        if "received_on" not in lines and not is_single:
            return None
        return Draft(table, lines, "" if case.is_unique else own)
    likely = sorted(keys, key=lambda key: -_likeness(table, own, key.name))
    key = likely[0] if likely else case
    if not likely and not is_single and table == ALLEGATIONS:
        return None
    lines["application_ref"] = Line(table, "application_ref", case, 1, "the case")
    lines[own] = Line(
        table, own, key, 1, reason if key.is_unique else "one of each case, for want of another"
    )
    for name in SCHEMAS[table].columns():
        links = [c for c in part.columns if c.refers and c not in (case, key) and not c.pseudonyms]
        offered = [c for c in part.columns if c.pseudonyms] if name in staff_columns() else links
        if name not in lines and is_reference(SCHEMAS[table].columns()[name]):
            lines |= {line.name: line for line in _greedy(_line(table, name, column) for column in offered)}
    if key.is_unique:
        return Draft(table, lines)
    graver = {
        name: replace(lines[name], take="highest") for name in ("recommended", "final") if name in lines
    }
    return Draft(table, lines | graver, own)


def _noun(case: Column | None, file: str) -> str:
    """What a case is called: by its reference, or by the file."""
    named = [word for name in (case.name if case else "", file) for word in words(name)]
    return next((word for word in named if word in vocabulary("cases")), "case")


def plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _grain(part: Part, drafts: list[Draft], case: Column | None, noun: str) -> str:
    rows = measured(part.height, "row", "rows")
    if case is None:
        return f"{capitalised(rows)} of {drafts[0].table.replace('_', ' ')}."
    if case.distinct >= NEARLY_ALL * part.height:
        return f"One row for each {noun}: {rows}."
    of_cases = f"{rows} for {counted(case.distinct, noun, plural(noun))}"
    others = [c for c in part.columns if c.name and c is not case and c.kind not in (Kind.TEXT, Kind.EMPTY)]
    others.sort(key=lambda column: column.kind not in (Kind.REFERENCE, Kind.CODE, Kind.PEOPLE))
    pairs = [[one, other] for place, one in enumerate(others) for other in others[place + 1 :]]
    for more in ([[one] for one in others] + pairs)[:200]:
        if tells_apart([case, *more]):
            names = " and ".join(_bare(column.name) for column in more)
            return f"One row for each {noun} and {names}: {of_cases}."
    return f"Several rows for each {noun}, which no other column tells apart: {of_cases}."


def _bare(name: str) -> str:
    spare = vocabulary("reference") | vocabulary("day") | {"name"}
    return " ".join(word for word in words(name) if word not in spare) or " ".join(name.split())


def mapping_of(guesses: Sequence[Guess]) -> str:
    lines = [line for guess in guesses for line in _written(guess)]
    return "\n".join([*_PREFACE, *lines]) + "\n"


_PREFACE = (
    "# A first mapping, guessed from the values: read every line before you load with it.",
    '# "full": a row that a later extract lacks is gone; "partial": it is only not in it.',
    'extract = "full"',
)


def _written(guess: Guess) -> Iterator[str]:
    yield f"\n# {guess.grain}"
    for draft in guess.drafts:
        yield "\n[[tables]]"
        yield f'table = "{draft.table}"'
        yield "file = " + quoted(re.sub(r"[0-9][0-9_.-]*(?=.*\.)", "*", guess.file))
        if guess.is_workbook and guess.part.name:
            yield f"sheet = {quoted(guess.part.name)}"
        if draft.one_row_per:
            yield f'one_row_per = ["{draft.one_row_per}"]'
        yield "\n[tables.columns]"
        for name, column in SCHEMAS[draft.table].columns().items():
            if line := draft.lines.get(name):
                yield from _fed(line, column)
            elif name in draft.missing:
                once = "" if is_reference(column) else ' or { value = "..." }'
                yield f'# NEEDED: {name} = "..."{once}: {_described(column)}'
            else:
                yield f'# {name} = "...": {_described(column)}'
    used = {line.column.place for line in guess.lines}
    for column in guess.part.columns:
        if column.place not in used:
            name = " ".join(column.name.split()) or f"column {column.place + 1}"
            yield f"# left out: {name} ({column.kind})"


def quoted(text: str | list[str]) -> str:
    return tomlkit.item(text).as_string()


def _described(column: dy.Column) -> str:
    if usual := usual_codes(column):
        return f"{column.description} (one of: {', '.join(usual)})"
    if closed := (column.metadata or {}).get("listed"):
        return f"{column.description} (one of the {closed} in terms.toml)"
    return f"{column.description}{_KINDS.get(type(column), '')}"


def _fed(line: Line, column: dy.Column) -> Iterator[str]:
    given, source = line.column, quoted(line.column.name)
    settings = [f'formats = ["{given.form}"]'] if given.form else []
    translated = dict.fromkeys(line.unknown, UNKNOWN)
    settings += (
        [f"codes = {{{', '.join(f'{quoted(a)} = {quoted(b)}' for a, b in translated.items())}}}"]
        if translated
        else []
    )
    settings += [f'take = "{line.take}"'] if line.take else []
    fed = f"{{column = {', '.join([source, *settings])}}}" if settings else source
    if line.chosen_by_a_person:
        yield f'# {line.name} = {fed}  # people: only where you take out the first "#"; never a name'
        return
    yield f"{line.name} = {fed}  # {line.confidence}: {line.reason}"
    if given.doubtful:
        yield f"# every day of {line.name} would fit the other order of day and month: make sure"
    if usual := usual_codes(column):
        known = set(map(folded, usual))
        if unknown := [code for code in given.codes if folded(code) not in known]:
            yield f"# translate with codes = {{ ... }}: {', '.join(unknown)}; ours: {', '.join(usual)}"
    elif line.name in listed_columns(SCHEMAS[line.table]):
        if given.codes:
            yield f"# found: {', '.join(given.codes)}"
        if given.people:
            count = counted(given.people, "value looks like a person", "values look like people")
            yield f"# {count}, not told here: make sure that {line.name} is no name of anybody"


def remarks_of(guess: Guess) -> Iterator[str]:
    yield f"The file looks like {' and '.join(draft.table for draft in guess.drafts)}. {guess.grain}"
    if guess.missing:
        yield f"Not recognised, and needed: {', '.join(guess.missing)}."
    if lines := list(lists_of([guess])):
        yield "For the terms of reference, unless they have them:\n" + "\n".join(lines)


def lists_of(guesses: Sequence[Guess]) -> Iterator[str]:
    lists: dict[str, dict[str, str]] = {}
    for line in (line for guess in guesses for line in guess.lines):
        closed = listed_columns(SCHEMAS[line.table]).get(line.name)
        if closed and closed not in USUAL and line.column.codes:
            lists.setdefault(closed, {}).update({folded(code): code for code in line.column.codes})
            lists[closed] |= {UNKNOWN: UNKNOWN} if line.unknown else {}
    if lists:
        yield "[lists]"
    for closed, codes in lists.items():
        yield f"{closed} = {quoted(list(codes.values()))}"
