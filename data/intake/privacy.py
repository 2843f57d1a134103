"""Keep people out: refuse a file whose references are people, hold back rows that show how to reach one."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import polars as pl

from data.errors import refusal
from data.intake.mapping import TablePlan
from data.intake.values import is_prose
from data.schema import SCHEMAS, is_reference, usual_codes

EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
TELEPHONE = r"(\+44 ?|0)[1237][\d ]{8,11}"
POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
NAME = r"[A-Z][A-Z'-]+,? [A-Z][A-Z'-]+( [A-Z'-]+)?"
DATE = r"(\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d)([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?"

PERSONAL = (TELEPHONE, POSTCODE, r"\+?[\d ()-]{9,}")

# By what they look like in the upper case of references. The share is of distinct values: one
# reference may look like a postcode, but half a column of them is a column of postcodes.
_APPEARANCES = {
    "e-mail addresses": (f"^{EMAIL}$", 0.5),
    "telephone numbers": (f"^{TELEPHONE}$", 0.9),
    "postcodes": (f"^{POSTCODE}$", 0.5),
    "names of people": (f"^{NAME}$", 0.5),
    "dates": (f"^{DATE}$", 0.5),
}
# One of these is enough to know or to reach somebody by. What stands before and after is no part of it.
_NATIONAL_INSURANCE = (
    r"(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ)"
    r"(?: ?(?:\d{6}|\d\d \d\d \d\d) ?|[-.]\d\d[-.]\d\d[-.]\d\d[-.])[A-D]"
)
_POLICE_NATIONAL_COMPUTER = r"(?:(?:19|20)\d\d ?/ ?\d{7}|\d\d ?/ ?\d{6,7}) ?[A-Z]"
_DRIVING_LICENCE = r"(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999)\d[0156]\d[0-3]\d\d[A-Z9]{2}[A-Z\d][A-Z]{2}"
_IDENTIFIERS = {
    "a national insurance number": _NATIONAL_INSURANCE,
    "a PNC number": _POLICE_NATIONAL_COMPUTER,
    "a driving licence number": _DRIVING_LICENCE,
}
_REACHES = {"an e-mail address": EMAIL, "a telephone number": TELEPHONE} | {
    what: rf"(?i)(?:^|[^A-Z0-9/]){pattern}(?:$|[^A-Z0-9])" for what, pattern in _IDENTIFIERS.items()
}

_TITLE = (
    r"(?:MR|MRS|MS|MISS|MX|DR|PROF|REV|SIR|DAME|LORD|LADY|W?PC|PS|PCSO|DC|DS|DI|DCI|DSU|SGT|INSP|SUPT"
    r"|CONSTABLE|SERGEANT|INSPECTOR)\.?"
)
_WORD = r"[A-Z]['\u2019A-Z-]*[A-Z]"
_INITIALS = r"(?:[A-Z](?:\.[ -]?|[ -])){0,3}[A-Z](?:\. ?| )"
_NAMES = "|".join(
    (
        # J. Smith, J A Smith, Dr A de Souza
        rf"(?:{_TITLE} )?{_INITIALS}{_WORD}(?: {_WORD}){{0,2}}",
        # Smith, J; Smith, J.A.; Smith, Dr J; Smith J
        rf"{_WORD}(?: {_WORD}){{0,2}}(?:, ?(?:{_TITLE} )?| )[A-Z](?:[. -]+[A-Z]){{0,3}}\.?",
        # Dr Patel; Jane Smith; Jane A. Smith; Smith, Jane Ann
        rf"{_TITLE} {_WORD}(?: {_WORD}){{0,2}}",
        rf"{_WORD}(?: [A-Z]\.?){{0,3}}(?: {_WORD}){{1,2}}",
        rf"{_WORD}(?: {_WORD})?, ?(?:{_TITLE} )?{_WORD}(?: {_WORD}| [A-Z]\.?){{0,3}}",
    )
)
# In a sentence the case of letters tells, and what stands about a number may be anything.
_ALONE = r"(?:^|[^A-Za-z0-9]){}(?:$|[^A-Za-z0-9])"
_IN_PROSE = {
    **_REACHES,
    # In small letters "q1 2nd" looks like one.
    "a postcode": _ALONE.format(rf"(?:{POSTCODE}|(?i:[A-Z]{{1,2}}\d[A-Z\d]? ?\d(?!st|nd|rd|th)[A-Z]{{2}}))"),
    "a long number": r"\d{7}|\d{3}[ -]\d{3}[ -]\d{4}",
}
_TITLED = rf"\b(?i:{_TITLE}) (?:[A-Z]\.? ?)*([A-Z][\w'\u2019-]+)"
_INITIALLED = r"\b[A-Z]\.(?: ?[A-Z]\.)* ?[A-Z][\w'\u2019-]+|\b[A-Z][\w'\u2019-]+, [A-Z]\b"
LONGEST_ACRONYM = 5

# Of five numbers that are none, all have the right check digit once in 161,000 columns.
FEWEST_CHECKED = 5
MOSTLY_CHECKED = 0.9
_NHS = r"^\d{3}[ -]?\d{3}[ -]?\d{4}$"
# A PNC number without the zeros before its serial is like many references, but for its last letter.
_SHORT_PNC = r"^(?:19|20)?(\d\d)/(\d{1,5})([A-Z])$"
_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"

_REASON = "seems to hold {}, which Candour never keeps"
Rule = tuple[pl.Expr, str, str]
"""What is true of a row that breaks it, the column to blame, and the reason."""


def refuse_people(rows: pl.DataFrame, plan: TablePlan, file: str) -> None:
    columns = SCHEMAS[plan.table].columns()
    for name, given in _doubted(plan).items():
        if is_reference(columns[name]):
            refuse_people_in(rows[name], given=given, name=name, file=file)


def refuse_people_in(references: pl.Series, *, given: str, name: str, file: str) -> None:
    """given: the file's column. name: ours."""
    for what in _seems_to_hold(references):
        raise refusal("people", file=file, given=given, what=what, name=name)


def _seems_to_hold(references: pl.Series) -> Iterator[str]:
    distinct = references.drop_nulls().unique().to_frame("distinct")
    tests = [pl.col("distinct").str.contains(pattern) for pattern, _ in _APPEARANCES.values()]
    shares = distinct.select(test.mean().alias(str(place)) for place, test in enumerate(tests)).row(0)
    for (what, (_, least)), share in zip(_APPEARANCES.items(), shares, strict=True):
        if (share or 0) >= least:
            yield what
    yield from checked_numbers(references)


def checked_numbers(references: pl.Series) -> Iterator[str]:
    """What the numbers of a column are, if nearly all of those that could be so end as only those do."""
    could = references.filter(references.str.contains(_NHS)).unique()
    if could.len() >= FEWEST_CHECKED and _mostly(_are_nhs_numbers(could)):
        yield "NHS numbers"
    could = references.filter(references.str.contains(_SHORT_PNC)).unique()
    if could.len() >= FEWEST_CHECKED and _mostly(_are_pnc_numbers(could)):
        yield "PNC numbers"


def _are_nhs_numbers(could: pl.Series) -> pl.Series:
    digits = could.str.replace_all(r"\D", "").to_frame("digits")
    weighed = [(10 - place) * pl.col("digits").str.slice(place, 1).cast(pl.Int64) for place in range(10)]
    return digits.select(pl.sum_horizontal(weighed) % 11 == 0).to_series()


def _are_pnc_numbers(could: pl.Series) -> pl.Series:
    year, serial, letter = (pl.col("number").str.extract(_SHORT_PNC, group) for group in (1, 2, 3))
    place = pl.concat_str(year, serial.str.zfill(7)).cast(pl.Int64) % len(_PNC_LETTERS)
    right = place.replace_strict(dict(enumerate(_PNC_LETTERS)), return_dtype=pl.String) == letter
    return could.to_frame("number").select(right).to_series()


def _mostly(checked: pl.Series) -> bool:
    right = checked.sum()
    return right >= FEWEST_CHECKED and right >= MOSTLY_CHECKED * checked.len()


def reaching(plan: TablePlan) -> Iterator[Rule]:
    columns = SCHEMAS[plan.table].columns()
    for name in _doubted(plan):
        if is_reference(columns[name]):
            yield from reaching_reference(name)
        else:
            for what, pattern in _REACHES.items():
                yield pl.col(name).str.contains(pattern), name, _REASON.format(what)


def reaching_reference(name: str) -> Iterator[Rule]:
    cell = pl.col(name)
    for what, pattern in _REACHES.items():
        # Digits inside a reference are its own; in prose they are where they are.
        alone = f"^{pattern}$" if pattern == TELEPHONE else pattern
        yield cell.str.contains(alone), name, _REASON.format(what)
    named = cell.map_batches(_are_names, return_dtype=pl.Boolean, is_elementwise=True)
    yield named, name, _REASON.format("the name of a person")


def _are_names(cells: pl.Series) -> pl.Series:
    likely = cells.filter(cells.str.contains(f"^(?:{_NAMES})$")).unique()
    return cells.is_in(pl.Series(list(filter(_is_name, likely)), dtype=pl.String).implode())


def _doubted(plan: TablePlan) -> dict[str, str]:
    columns = SCHEMAS[plan.table].columns()
    return {
        name: given.label
        for name, given in plan.columns.items()
        if given.column and not given.references and (is_reference(columns[name]) or is_prose(columns[name]))
    }


def personal(text: str) -> bool:
    upper = text.upper()
    patterns = (*PERSONAL, *_IDENTIFIERS.values(), _NHS)
    if re.search(EMAIL, text) or any(re.fullmatch(pattern, upper) for pattern in patterns):
        return True
    return _is_name(upper)


def personal_in(sentence: str, own: str = "") -> str:
    """Say what of a person a sentence seems to hold; empty for nothing. own: words of the review's own."""
    text = unicodedata.normalize("NFKC", sentence)
    bare = re.sub(r"(?<=[\d(])[().-]|[().-](?=\d)", "", text)
    for what, pattern in _IN_PROSE.items():
        if re.search(pattern, text) or (pattern == TELEPHONE and re.search(pattern, bare)):
            return what
    return "the name of a person" if _names_somebody(text, own) else ""


def _names_somebody(text: str, own: str) -> bool:
    none = set[str]().union(*_no_names().values(), re.findall(r"[^\W\d_]+", own.casefold()))
    if any(match[1].casefold() not in none for match in re.finditer(_TITLED, text)):
        return True
    if re.search(_INITIALLED, text):
        return True
    signs = re.findall(r"[^\W\d_][\w'\u2019-]*|[^\w\s]", text)
    return any(
        _could_name(one)
        and _could_name(other)
        and none.isdisjoint((one.casefold(), other.casefold()))
        and (one.isupper() == other.isupper() or not (_acronym(one) or _acronym(other)))
        for one, other in pairwise(signs)
    )


def _could_name(word: str) -> bool:
    return len(word) > 1 and word[0].isupper()


def _acronym(word: str) -> bool:
    return word.isupper() and len(word) <= LONGEST_ACRONYM


def _is_name(upper: str) -> bool:
    if not re.fullmatch(_NAMES, upper):
        return False
    words: list[str] = re.findall(_WORD, re.sub(f"^{_TITLE} ", "", upper))
    # No code has a comma or a stop after one letter.
    if "," in upper or re.search(r"\b[A-Z]\.", upper):
        return True
    first, last = words[0].casefold(), words[-1].casefold()
    return first not in _no_names()["begin_codes"] and last not in _no_names()["end_codes"]


@cache
def _no_names() -> dict[str, frozenset[str]]:
    words = tomllib.loads(Path(__file__).with_name("no_names.toml").read_text(encoding="utf-8"))
    columns = [column for schema in SCHEMAS.values() for column in schema.columns().values()]
    codes = [code for column in columns for code in usual_codes(column)]
    words["begin_codes"] += " ".join(["right", *(code.split()[0] for code in codes)])
    return {kind: frozenset(text.split()) for kind, text in words.items()}
