import glob
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import dataframely as dy
import tomlkit

from data.formatting import counted
from data.intake.extract import folded
from data.intake.fitting import UNKNOWN, Line
from data.intake.grain import plural
from data.intake.guess import Guess, guess_of, guesses_of
from data.intake.meant_rows import Meant
from data.intake.privacy import personal
from data.intake.profile import Column, vocabulary, words
from data.schema import SCHEMAS, USUAL, is_reference, listed_columns, usual_codes
from data.terms import FROM_DATA, Stages

_KINDS: dict[type[dy.Column], str] = {
    dy.Date: " (a day)",
    dy.Bool: " (yes or no)",
    dy.Int32: " (a whole number)",
    dy.Float64: " (a number)",
}
# A longer list is filled by the first load.
MOST_TYPED = 40


@dataclass(frozen=True)
class Suggestion:
    mapping: str
    remarks: tuple[str, ...]


def suggest(file: str, *, table: str | None = None) -> Suggestion:
    """Values are written only where a column of codes was recognised, never names or references."""
    guesses = [guess_of(file, table=table)] if table else guesses_of(file)
    terms = "\n".join(["For the terms of reference, unless they have them:", *terms_of(guesses)])
    remarks = (remark for guess in guesses for remark in remarks_of(guess))
    return Suggestion(mapping_of(guesses), (*remarks, terms))


def mapping_of(guesses: Sequence[Guess], *, of_other_days: bool = True) -> str:
    """of_other_days: whether later extracts, of which only the numbers in the name differ, fit too."""
    lines = [line for guess in guesses for line in _written(guess, of_other_days=of_other_days)]
    return "\n".join([*_PREFACE, *lines]) + "\n"


_PREFACE = (
    "# A first mapping, guessed from the values: read every line before you load with it.",
    '# "full": a row that a later extract lacks is gone; "partial": it is only not in it.',
    'extract = "full"',
)


def _written(guess: Guess, *, of_other_days: bool) -> Iterator[str]:
    file = glob.escape(guess.file)
    file = re.sub(r"[0-9][0-9_.-]*(?=.*\.)", "*", file) if of_other_days else file
    yield f"\n# {guess.grain}"
    for draft in guess.drafts:
        yield "\n[[tables]]"
        yield f'table = "{draft.table}"'
        yield f"file = {quoted(file)}"
        if guess.is_workbook and guess.part.name:
            yield f"sheet = {quoted(guess.part.name)}"
        if draft.one_row_per:
            yield f'one_row_per = ["{draft.one_row_per}"]'
        if draft.key:
            yield f"key = [{', '.join(map(_part_of_key, draft.key))}]"
        if draft.offered:
            key = quoted([column.source for column in draft.offered])
            yield f'# key = {key}  # people: one finding of each, where you take out the first "#"'
            yield f"# and with it, take out one_row_per and the line of {draft.one_row_per}"
        yield from _where(draft.where)
        yield "\n[tables.columns]"
        for name, column in SCHEMAS[draft.table].columns().items():
            if line := draft.lines.get(name):
                yield from _fed(line, column)
            elif name in draft.missing:
                once = "" if is_reference(column) else ' or { value = "..." }'
                yield f'# NEEDED: {name} = "..."{once}: {_described(column)}'
            else:
                yield f'# {name} = "...": {_described(column)}'
    for column in guess.unused:
        yield f"# left out: {column.title} ({column.kind})"


def _part_of_key(column: Column) -> str:
    """Say of codes that a load would take for names that they are none: the mapping shows each."""
    vouched = {"column": column.source, "references": True}
    return quoted(vouched if any(map(personal, column.codes)) else column.source)


def _where(meant: Sequence[Meant]) -> Iterator[str]:
    """Yield one setting of what is likely, and a line to take up for each that is in doubt."""
    likely = [rows for rows in meant if not rows.in_doubt]
    for group in ([likely] if likely else []) + [[rows] for rows in meant if rows.in_doubt]:
        settings: dict[str, object] = {}
        for rows in group:
            settings |= rows.setting
        reasons = "; ".join(rows.reason for rows in group)
        yield f"{'# ' * group[0].in_doubt}where = {quoted(settings)}  # {reasons}"


def quoted(setting: object) -> str:
    if isinstance(setting, dict):
        return f"{{{', '.join(f'{quoted(name)} = {quoted(ours)}' for name, ours in setting.items())}}}"
    return tomlkit.item(setting).as_string()


def _described(column: dy.Column) -> str:
    if usual := usual_codes(column):
        return f"{column.description} (one of: {', '.join(usual)})"
    if closed := (column.metadata or {}).get("listed"):
        return f"{column.description} (one of the {closed} in terms.toml)"
    return f"{column.description}{_KINDS.get(type(column), '')}"


def _fed(line: Line, column: dy.Column) -> Iterator[str]:
    given, source = line.column, quoted(line.column.source)
    settings = "".join(f", {name} = {quoted(setting)}" for name, setting in line.settings.items())
    fed = f"{{column = {source}{settings}}}" if settings else source
    if line.chosen_by_a_person:
        yield f'# {line.name} = {fed}  # people: only where you take out the first "#"; never a name'
        return
    yield f"{line.name} = {fed}  # {line.confidence}: {line.reason}"
    if given.doubtful:
        yield f"# every day of {line.name} would fit the other order of day and month: make sure"
    if usual := usual_codes(column):
        if line.strange:
            yield f"# translate with codes = {{ ... }}: {', '.join(line.strange)}; ours: {', '.join(usual)}"
    elif line.name in listed_columns(SCHEMAS[line.table]):
        if given.codes:
            more = len(given.codes) - MOST_TYPED
            shown = [*given.codes[:MOST_TYPED], *([f"and {more} more"] if more > 0 else [])]
            yield f"# found: {', '.join(shown)}"
        if given.people:
            count = counted(given.people, "value looks like a person", "values look like people")
            yield f"# {count}, not told here: make sure that {line.name} is no name of anybody"


def remarks_of(guess: Guess) -> Iterator[str]:
    """Without what it says of the terms."""
    yield f"The file looks like {' and '.join(draft.table for draft in guess.drafts)}. {guess.grain}"
    if guess.missing:
        yield f"Not recognised, and needed: {', '.join(guess.missing)}."


def terms_of(guesses: Sequence[Guess]) -> Iterator[str]:
    """Lines of a terms.toml for which the values speak: findings, what a case is called, period, lists."""
    lines = [line for guess in guesses for line in guess.lines]
    lists = _lists(lines)
    findings = lists.get("findings", [])
    if findings:
        yield f"adverse = {quoted([code for code in findings if _gravity(code) == ADVERSE])}"
        yield f"undecided = {quoted([code for code in findings if _gravity(code) == WAITING])}"
    noun = next((guess.noun for guess in guesses if guess.noun != "case"), "case")
    names = {line.name for line in lines}
    closed_by = "findings" if "final" in names and "closed_on" not in names else "day"
    yield f"\n[case]\none = {quoted(noun)}\nmany = {quoted(plural(noun))}\nclosed_by = {quoted(closed_by)}"
    if stages := dict(_stages(guesses)):
        yield "\n[stages]"
        yield from (f"{name} = {quoted(noun)}" for name, noun in stages.items())
    if days := [day for line in lines if line.name == "received_on" for day in line.column.span]:
        yield f"\n[period]\nbegins = {min(days)}\nends = {max(days)}  # cases received later never count"
    if lists:
        yield "\n[lists]"
    for closed, codes in lists.items():
        # A load that fills a list takes no code that looks like a name.
        is_long = len(codes) > MOST_TYPED and closed != "findings" and not any(map(personal, codes))
        yield f"{closed} = {quoted(FROM_DATA if is_long else codes)}"


# The word of the terms for what a row of a table is; its other forms begin alike.
_STAGES = {
    "risk_assessments": "triage",
    "reviews": "detailed_review",
    "failures": "failure",
    "referrals": "referral",
    "recommendations": "recommendation",
    "staffing": "staffing",
    "people_to_contact": "contact",
    "enquiries": "enquiry",
}


def _stages(guesses: Sequence[Guess]) -> Iterator[tuple[str, str]]:
    """Yield the usual words for the stages that have a table."""
    stages = {_STAGES.get(draft.table, "")[:4] for guess in guesses for draft in guess.drafts}
    yield from ((name, noun) for name, noun in Stages().model_dump().items() if name[:4] in stages)


def _lists(lines: Sequence[Line]) -> dict[str, list[str]]:
    lists: dict[str, dict[str, str]] = {}
    for line in lines:
        closed = listed_columns(SCHEMAS[line.table]).get(line.name)
        if closed and closed not in USUAL and line.column.codes:
            codes = [*line.column.codes, *([UNKNOWN] if UNKNOWN in _made_up(line) else [])]
            lists.setdefault(closed, {}).update({folded(code): code for code in codes})
    ordered = {closed: list(codes.values()) for closed, codes in lists.items()}
    # The gravest comes last, which is the one that counts where a case has several.
    return (
        ordered | {"findings": sorted(ordered["findings"], key=_gravity)}
        if "findings" in ordered
        else ordered
    )


def _made_up(line: Line) -> tuple[object, ...]:
    return (line.settings.get("otherwise"), *(UNKNOWN for _ in line.unknown))


WAITING, NONE, NOT_ADVERSE, ADVERSE = range(4)


def _gravity(code: str) -> int:
    of_code = set(words(code))
    if of_code & vocabulary("findings", "waiting"):
        return WAITING
    if of_code & vocabulary("findings", "none") or code == UNKNOWN:
        return NONE
    is_turned = not of_code.isdisjoint(vocabulary("findings", "turned"))
    return NOT_ADVERSE if is_turned or of_code.isdisjoint(vocabulary("findings", "adverse")) else ADVERSE
