"""What the values of a file say: kinds of columns, the order of days, and how many rows are of one case."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any

import polars as pl

from data.intake.delimited import DELIMITERS
from data.intake.extract import SEARCHED_ROWS, Source, folded, is_totals, plain
from data.intake.privacy import DATE, EMAIL, PERSONAL, TELEPHONE, personal
from data.intake.values import (
    DAY_FIRST,
    FEWEST_IN_DOUBT,
    FLAGS,
    OTHER_FORMATS,
    PLACEHOLDERS,
    Days,
    Parser,
    formats_for,
    parsed,
)
from data.schema import REFERENCE
from data.terms import read_toml

SIGNS: dict[str, Any] = read_toml(Path(__file__).with_name("signs.toml"))
LOOKED_AT = 50
SAMPLED = 500  # distinct values of a column
MOSTLY = 0.8
HALF, FEW_ODD, NEARLY_ALL = 0.5, 0.95, 0.98
FEW_CODES, MOST_CODES, ROWS_TO_A_CODE = 2, 400, 4
LONGEST_CODE = 60
HALF_A_LIFE = 15 * 365  # days
_DATA = (DATE, *PERSONAL, r"-?[\d,]+(\.\d+)?")


class Kind(StrEnum):
    EMPTY = "nothing in it"
    INDEX = "the rows' numbers"
    DAY = "days"
    FLAG = "yes or no"
    NUMBER = "numbers"
    CODE = "codes"
    REFERENCE = "references"
    PEOPLE = "about people"
    TEXT = "free text"


@dataclass(frozen=True, eq=False, kw_only=True)
class Column:
    """name: empty where the header is. cells: text, null where blank. codes: few values, none of people.

    form: the format that reads its days where none is read without; doubtful: another order would do too.
    """

    name: str
    place: int
    kind: Kind
    cells: pl.Series
    distinct: int
    codes: tuple[str, ...] = ()
    people: int = 0
    placeholders: tuple[str, ...] = ()
    form: str | None = None
    doubtful: bool = False
    unread: int = 0
    days: pl.Series = field(default_factory=pl.Series)

    @property
    def filled(self) -> int:
        return self.cells.len() - self.cells.null_count()

    @property
    def span(self) -> list[dt.date]:
        """First and last of its days, if it has any."""
        days = self.days.drop_nulls().sort()
        return [*days.head(1), *days.tail(1)]

    @property
    def middle(self) -> dt.date:
        """The day that as many are before as after."""
        days = self.days.drop_nulls().sort()
        return days[days.len() // 2]

    @property
    def source(self) -> str | int:
        """What a mapping calls it: its name, or its place from 1 where it has none."""
        return self.name or self.place + 1

    @property
    def title(self) -> str:
        return " ".join(self.name.split()) or f"column {self.place + 1}"

    @property
    def values(self) -> pl.Series:
        """Its days, or its texts; null where they say nothing."""
        return self.days if self.kind == Kind.DAY else self.cells.replace(list(self.placeholders), None)

    @property
    def is_unique(self) -> bool:
        return self.distinct == self.cells.len()

    @property
    def refers(self) -> bool:
        return self.kind == Kind.REFERENCE or (
            self.kind == Kind.CODE and share(self.codes, _has_digit) >= MOSTLY
        )

    @property
    def pseudonyms(self) -> bool:
        """Whether it is of people, and none of them is named in it."""
        named = set(words(self.name)) & vocabulary("people")
        return bool(named) and share(sample(self.cells), _has_digit) >= MOSTLY and self.kind != Kind.DAY


@dataclass(frozen=True, eq=False)
class Part:
    """A sheet, or the whole of a file without sheets."""

    name: str
    columns: list[Column]
    height: int

    @property
    def merit(self) -> int:
        return sum(column.filled for column in self.columns)


def parts_of(source: Source) -> Iterator[Part]:
    heads = source.heads()
    headers = {part: header for part in heads if (header := _header(heads[part][:SEARCHED_ROWS]))}
    widest = max((len(set(names)) for _, names in headers.values()), default=0)
    for part, (row, names) in headers.items():
        # A file has one mark between its cells: the others only make fewer of them.
        if part in DELIMITERS and len(set(names)) < widest:
            continue
        rows = source.extract(part, row + 1, list(range(len(names))), len(names)).rows.drop("row_number")
        if rows.height and is_totals(rows.row(-1)):
            rows = rows.head(-1)
        columns = [profiled(name, place, rows[str(place)]) for place, name in enumerate(names)]
        yield Part(part, without_births(columns), rows.height)


def _header(records: list[list[str]]) -> tuple[int, list[str]] | None:
    """Return the fullest of the first rows, where more than one cell has a name, and its names."""
    fullness = [len({folded(cell) for cell in record if not _is_data(cell)} - {""}) for record in records]
    # A row with days or numbers has more words than the header where columns have no name.
    least = max(fullness, default=0) * HALF
    wordy = [n * (n >= least and not any(map(_is_data, r))) for n, r in zip(fullness, records, strict=True)]
    fullness = wordy if max(wordy, default=0) > 1 else fullness
    row = fullness.index(max(fullness)) if fullness else 0
    return (row, list(map(plain, records[row]))) if fullness and fullness[row] > 1 else None


def _is_data(cell: str) -> bool:
    text = plain(cell).upper()
    return bool(re.search(EMAIL, text)) or any(re.fullmatch(pattern, text) for pattern in _DATA)


def has_header(part: Part) -> bool:
    """Whether the "header" is none of the rows: it looks unlike them, and repeats none of their values."""
    pairs = [(column.name, sample(column.cells)) for column in part.columns if column.name]
    if any(_is_data(name) or name in texts or _same_shape(name, texts) for name, texts in pairs):
        return False
    return any(texts and share(texts, _has_digit) >= MOSTLY for _, texts in pairs)


def _same_shape(name: str, texts: list[str]) -> bool:
    def outline(text: str) -> str:
        return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "9", text))

    return _has_digit(name) and share(texts, lambda text: outline(text) == outline(name)) > 1 - MOSTLY


def profiled(name: str, place: int, cells: pl.Series) -> Column:
    bare = cells.str.strip_chars().replace("", None)
    distinct = bare.drop_nulls().unique(maintain_order=True)
    placeholders = tuple(distinct.filter(distinct.str.to_uppercase().is_in(PLACEHOLDERS)).sort())
    texts = [text for text in sample(bare) if text not in placeholders]
    form, doubtful = _format_of_days(name, texts)
    codes, people = _codes(set(words(name)), bare)
    kind = _kind(set(words(name)), texts, bare, codes, people) if form is None else Kind.DAY
    column = Column(
        name=name, place=place, kind=kind, cells=bare, distinct=distinct.len(), people=people,
        codes=tuple(code for code in codes if code not in placeholders), placeholders=placeholders,
    )  # fmt: skip
    if kind != Kind.DAY:
        return column
    days, reasons = parsed(bare.fill_null(""), Days((form,) if form else ()), pl.Date())
    unread = 0 if reasons is None else int((reasons.is_not_null() & ~bare.is_in(placeholders)).sum())
    return replace(column, codes=(), people=0, form=form or None, doubtful=doubtful, days=days, unread=unread)


def _kind(about: set[str], texts: list[str], cells: pl.Series, codes: tuple[str, ...], people: int) -> Kind:
    digits, has_codes = share(texts, _has_digit), bool(codes) or people > 0
    of_people = people >= HALF * (people + len(codes)) if has_codes else _shows_people(about, texts)
    named = about & vocabulary("people") and not about & vocabulary("groups")
    refers = digits >= MOSTLY and share(texts, _is_reference) >= MOSTLY
    # The first of these that holds.
    kinds = (
        (Kind.EMPTY, not texts),
        (Kind.INDEX, not about - {"unnamed", "index", "row"} and _counts_up(cells)),
        (Kind.PEOPLE, about & (vocabulary("traits") | vocabulary("names"))),
        (Kind.FLAG, all(folded(text) in FLAGS for text in texts)),
        (Kind.PEOPLE, of_people or (named and digits < MOSTLY)),
        (Kind.REFERENCE, refers and cells.drop_nulls().is_unique().all()),
        (Kind.CODE, has_codes),
        (Kind.NUMBER, share(texts, _is_fraction) > 1 - MOSTLY),
        (Kind.REFERENCE, refers),
    )
    return next((kind for kind, holds in kinds if holds), Kind.TEXT)


def without_births(columns: list[Column]) -> list[Column]:
    """Columns, of which days half a life before all others are about people."""
    many = [column for column in columns if column.kind == Kind.DAY and column.filled >= FEWEST_IN_DOUBT]
    before = max((column.middle for column in many), default=dt.date.max) - dt.timedelta(HALF_A_LIFE)
    return [
        replace(column, kind=Kind.PEOPLE) if column in many and column.middle < before else column
        for column in columns
    ]


def _format_of_days(name: str, texts: list[str]) -> tuple[str | None, bool]:
    """Return the format of most days, empty where none need be named, or none where they are no days."""
    bare = [plain(text) for text in texts]
    # Most columns hold no days, and each format costs as much as all else.
    if not any(Days()(text)[0] or formats_for([text]) for text in bare[:LOOKED_AT]):
        return None, False
    if not bare or (not set(words(name)) & _DAY_WORDS and share(bare, str.isdigit) >= 1 - MOSTLY):
        full = bare and all(re.fullmatch(r"(19|20)\d\d[01]\d[0-3]\d", text) for text in bare)
        return ("%Y%m%d" if full and share_read(bare, Days(("%Y%m%d",))) == 1 else None), False
    usual = Days()
    if share_read(bare, usual) >= MOSTLY and not usual.contrary:
        doubt = share_read(bare, Days(("%m/%d/%Y",))) == 1 and share_read(bare, Days(("%Y-%m-%d",))) < 1
        return "", doubt
    best = max((*OTHER_FORMATS, *DAY_FIRST), key=lambda form: share_read(bare[:LOOKED_AT], Days((form,))))
    if share_read(bare, Days((best,))) < MOSTLY:
        return None, False
    return best, best == "%d/%m/%y" and share_read(bare, Days(("%m/%d/%y",))) == 1


_DAY_WORDS = {"date", "day", "dt", "on"}


def _codes(about: set[str], cells: pl.Series) -> tuple[tuple[str, ...], int]:
    """Return few values as they are written, without those that may be of people, and how many those are."""
    distinct = cells.drop_nulls().unique()
    if distinct.len() > MOST_CODES * 2:
        return (), 0
    written = sorted({" ".join(plain(text).split()) for text in distinct} - {""})
    # Codes that differ only by case are one: the terms of reference would refuse both.
    filled = sorted({folded(text): text for text in reversed(written)}.values())
    few = len(filled) <= max(FEW_CODES, min(MOST_CODES, cells.len() / ROWS_TO_A_CODE))
    if not few or any(len(text) > LONGEST_CODE for text in filled):
        return (), 0
    plainly = [text for text in filled if not _shows_a_person(about, text)]
    # "Reasonable redress" is a name nowhere but in a column of names, of which few are in small letters.
    among_codes = len(plainly) >= ENOUGH_PLAIN * len(filled)
    codes = tuple(t for t in filled if t in plainly or (among_codes and re.fullmatch(_LIKE_A_SENTENCE, t)))
    return codes, len(filled) - len(codes)


_LIKE_A_SENTENCE = r"[^\W\d_][a-z'-]*( [a-z'-]+)+"
ENOUGH_PLAIN = 0.4


def _shows_people(about: set[str], texts: list[str]) -> bool:
    return share(texts, partial(_shows_a_person, about)) >= HALF


def _shows_a_person(about: set[str], text: str) -> bool:
    # References of nine digits look like telephone numbers too.
    if re.fullmatch(r"\d[\d-]*", text) and not re.fullmatch(TELEPHONE, text):
        return False
    of_text = words(text)
    if not vocabulary("in_codes").isdisjoint(of_text):
        return False
    # "Brook Lane" would be a person elsewhere.
    is_of_places = not about.isdisjoint(vocabulary("headers", "applications.area"))
    ends = {*of_text[:1], *of_text[-1:]}
    return personal(text) and not (is_of_places and ends & vocabulary("places"))


def _is_fraction(text: str) -> bool:
    return bool(re.fullmatch(r"-?[\d,]*\.\d+", text))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_reference(text: str) -> bool:
    return (
        bool(re.fullmatch(REFERENCE, text))
        and text.count(" ") < FEW_CODES
        and not re.fullmatch(r"-?\d*\.\d+", text)
    )


def _counts_up(cells: pl.Series) -> bool:
    numbers = cells.cast(pl.Int64, strict=False)
    return bool(cells.len() and not numbers.null_count() and (numbers.diff().drop_nulls() == 1).all())


def sample(cells: pl.Series) -> list[str]:
    return cells.drop_nulls().unique(maintain_order=True).head(SAMPLED).to_list()


def share(texts: Sequence[str], holds: Callable[[str], object]) -> float:
    return sum(map(bool, map(holds, texts))) / len(texts) if texts else 0.0


def share_read(texts: Sequence[str], parse: Parser) -> float:
    return share(texts, lambda text: parse(text)[0] is not None)


@cache
def vocabulary(*path: str) -> frozenset[str]:
    part: Any = SIGNS
    for step in path:
        part = part.get(step, {})
    return frozenset(_singular(word) for word in (part or "").split())


def words(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()
    return [_singular(word) for word in re.findall(r"[^\W\d_]+", apart)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004


def is_steady(case: Column, column: Column) -> bool:
    """Whether all rows of a case say the same."""
    rows = pl.DataFrame({"case": case.cells, "value": column.values}).drop_nulls()
    values = rows.group_by("case").agg(pl.col("value").n_unique(), pl.len()).filter(pl.col("len") > 1)
    return values.filter(pl.col("value") == 1).height >= NEARLY_ALL * values.height


def follows(later: Column, earlier: Column) -> bool:
    both = pl.DataFrame({"later": later.days, "earlier": earlier.days}).drop_nulls()
    in_order = both.filter(pl.col("later") >= pl.col("earlier")).height
    return in_order >= max(1, FEW_ODD * both.height)


def place_of_last(case: Column, day: Column) -> str:
    """Return which row of a case has its latest day, "last" or "first"; empty where they have no order."""
    rows = pl.DataFrame({"case": case.cells, "day": day.days}).drop_nulls()
    steps = rows.select(pl.col("day").diff().over("case")).to_series().drop_nulls()
    orders = {"last": steps.dt.total_days() >= 0, "first": steps.dt.total_days() <= 0}
    return next((which for which, holds in orders.items() if holds.all()), "")


def is_odd(later: Column, earlier: Column) -> bool:
    """Whether some of its days cannot be read, or cannot be so."""
    return later.unread > 0 or bool((later.days < earlier.days).any())


def tells_apart(columns: list[Column], least: float = NEARLY_ALL) -> bool:
    """Whether these columns together are different in each row, or in a share of them."""
    rows = pl.DataFrame({str(place): column.cells for place, column in enumerate(columns)})
    return rows.n_unique() >= least * rows.height
