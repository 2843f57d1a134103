"""The days and numbers that a sentence names, in digits or words, and how firmly."""

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise, product
from typing import Literal

from text_to_num import find_numbers

from metrics.statement.text import DECLARED, NUMBERS, PHRASES, WORDS, Sentence, Span, Words

How = Literal["in", "since", "aside"]  # was so in it, has changed since, or neither


@dataclass(frozen=True)
class Anchor(Span):
    begins: dt.date
    ends: dt.date
    how: How = "in"
    vague: bool = False  # whether it may be any day between
    as_at: bool = False  # as in "as at 28 February 2024"
    ago: bool = False  # only about that day: "four months ago"


WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_NAMES = [*enumerate(calendar.month_name), *enumerate(calendar.month_abbr)]
MONTHS = {name.lower(): number for number, name in _NAMES if name}
YEARS, DAYS = range(1900, 2101), range(1, 32)
# Days that a unit of time has, and how many days about it are meant too.
LENGTHS = {"day": (1, 0), "week": (7, 3), "fortnight": (14, 3), "month": (30.44, 15), "year": (365, 90)}
MOST_DAYS_AGO, MOST_DIGITS_AGO = 15_000, 3
LAST_STATEMENT = (*PHRASES["last_spoke"], *product(WORDS["last"], WORDS["statement"]))
FIRST_DAY, ONE_DAY = dt.date(1900, 1, 1), dt.timedelta(days=1)
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"\d{4}")


def anchors(sentence: Sentence, day: dt.date) -> list[Anchor]:
    days: list[Anchor] = []
    for place in range(len(sentence.tokens)):
        free = not days or place > days[-1].last
        if free and (anchor := _at(sentence, place, day)):
            before = sentence.before(place, 2)
            as_at = before in (("as", "of"), ("as", "at")) and anchor.begins == anchor.ends < day
            how = _how(sentence, anchor, days[-1] if days else None, day)
            days.append(replace(anchor, how=how, as_at=as_at))
    return days


def _at(sentence: Sentence, place: int, day: dt.date) -> Anchor | None:
    word, month = sentence.word(place), _month(sentence, place)
    # "May" and "March" are words too.
    if month and (
        word not in ("may", "march")
        or sentence.word(place - 1) in WORDS["beside_a_month"]
        or sentence.word(place + 1).isdecimal()
    ):
        return _in_month(sentence, place, month, day)
    if (on := _DAY.fullmatch(word)) and (month := _month(sentence, place + 1)):
        year = _year(sentence, place + 2)
        return _on(Span(place, place + 2 if year else place + 1), year, month, int(on[1]), day)
    if slashed := _SLASHED.fullmatch(word):
        return _on(Span(place, place), int(slashed[3]), int(slashed[2]), int(slashed[1]), day)
    year = _year(sentence, place)
    grouped = sentence.word(place - 1).isdecimal() or sentence.word(place + 1).isdecimal()
    if year is None or grouped:
        return _relative(sentence, place, day)
    match sentence.after(place, 4):
        case ("-", month, "-", on) if month.isdecimal() and on.isdecimal():
            return _on(Span(place, place + 4), year, int(month[:2]), int(on[:2]), day)
        case _:
            return Anchor(place, place, dt.date(year, 1, 1), dt.date(year, 12, 31))


def _month(sentence: Sentence, place: int) -> int | None:
    capital = place < len(sentence.tokens) and sentence.tokens[place].written[0].isupper()
    return MONTHS.get(sentence.word(place)) if capital else None


def _year(sentence: Sentence, place: int) -> int | None:
    word = sentence.word(place)
    return int(word) if _YEAR.fullmatch(word) and int(word) in YEARS else None


def _in_month(sentence: Sentence, place: int, month: int, day: dt.date) -> Anchor | None:
    on, after = _DAY.fullmatch(sentence.word(place + 1)), sentence.after(place, 2)
    if on and int(on[1]) in DAYS and _is_dated(sentence, place):
        at = place + 3 if sentence.word(place + 2) == "," else place + 2
        year = _year(sentence, at)
        return _on(Span(place, at if year else place + 1), year, month, int(on[1]), day)
    last, year = place + 1, _year(sentence, place + 1)
    if year is None:
        last, year = place, day.year - (month > day.month)
        if after in (("last", "year"), ("this", "year")):
            last, year = place + 2, day.year - (after[0] == "last")
        elif sentence.word(place - 1) == "last" and month == day.month:
            year -= 1
    ends = calendar.monthrange(year, month)[1]
    return Anchor(place, last, dt.date(year, month, 1), dt.date(year, month, ends))


def _is_dated(sentence: Sentence, place: int) -> bool:
    """Whether the number behind a month is its day: "January 11, 2024", and not "in May 25"."""
    before, comma = sentence.word(place - 1), sentence.word(place + 2) == ","
    year = _year(sentence, place + 3 if comma else place + 2)
    if year or before == "on" or not sentence.word(place + 1).isdecimal():
        return True
    rest = sentence.words[place + 2 :]
    if before == "in" or not rest:
        return False
    ends = next((at for at, word in enumerate(rest) if word in WORDS["joining"] | set(";:().")), len(rest))
    # A day only where the clause has another number for it.
    return comma or any(word[0].isdecimal() for word in rest[:ends])


def _on(span: Span, year: int | None, month: int, on: int, day: dt.date) -> Anchor | None:
    if year is None:
        year = day.year - ((month, on) > (day.month, day.day))
    try:
        date = dt.date(year, month, on)
    except ValueError:
        return None
    return Anchor(span.first, span.last, date, date)


def _relative(sentence: Sentence, place: int, day: dt.date) -> Anchor | None:
    word, comparing = sentence.word(place), WORDS["comparing"] & set(sentence.before(place, 4))
    if word in WEEKDAYS and sentence.word(place - 1) in ("on", "last", "this"):
        on = day - dt.timedelta(days=(day.weekday() - WEEKDAYS[word]) % 7)
        return Anchor(place, place, on, on)
    for wanted, begins, ends, vague in _spoken_days(day):
        last = None if comparing and wanted is LAST_STATEMENT else sentence.phrase_at(place, wanted)
        if last is not None:
            return Anchor(place, last, begins, ends, vague=vague)
    return _ago(sentence, place, day)


@lru_cache(maxsize=8)
def _spoken_days(day: dt.date) -> list[tuple[Sequence[Words], dt.date, dt.date, bool]]:
    """Phrases, the first and the last day that they mean, and whether they may mean any between."""
    yesterday, new_year, month = day - ONE_DAY, dt.date(day.year, 1, 1), day.replace(day=1)
    monday, year = day - dt.timedelta(days=day.weekday() + 7), dt.date(day.year - 1, 1, 1)
    return [
        ([("today",)], day, day, False),
        ([("yesterday",)], yesterday, yesterday, False),
        ([("last", "year")], year, new_year - ONE_DAY, False),
        ([("last", "month")], (month - ONE_DAY).replace(day=1), month - ONE_DAY, False),
        ([("last", "week")], monday, monday + 6 * ONE_DAY, False),
        (PHRASES["start_of_the_year"], new_year, min(yesterday, dt.date(day.year, 3, 1) - ONE_DAY), False),
        (PHRASES["lately"], new_year, yesterday, True),
        (LAST_STATEMENT, FIRST_DAY, yesterday, True),
    ]


def _ago(sentence: Sentence, place: int, day: dt.date) -> Anchor | None:
    count, unit = sentence.word(place), sentence.word(place + 1).removesuffix("s")
    digits = count.isdecimal() and len(count) <= MOST_DIGITS_AGO
    number = NUMBERS["counted"].get(count) or (int(count) if digits else 0)
    length, about = LENGTHS.get(unit, (0, 0))
    if sentence.word(place + 2) != "ago" or not 0 < number * int(length) <= MOST_DAYS_AGO:
        return None
    middle, about = day - dt.timedelta(days=round(number * length)), dt.timedelta(days=about)
    return Anchor(place, place + 2, middle - about, min(middle + about, day - ONE_DAY), ago=True)


def _how(sentence: Sentence, anchor: Anchor, last: Anchor | None, day: dt.date) -> How:
    before = sentence.before(anchor.first, 5)
    if anchor.begins > day:
        return "aside"
    if "since" in before[-3:]:
        return "since"
    # The second day of "between April and August" goes with the first.
    if last is not None and last.last == anchor.first - 2 and before[-1:] in (("and",), ("to",)):
        return last.how
    dating = set(before)
    if "referred" in before:
        # "was referred on 12 January" says when what is counted was so; "referred in 2019" only dates it.
        wider = ("", *sentence.before(anchor.first, 6))
        dating = {word for by, word in pairwise(wider) if by not in ("was", "were", "been")}
    return "aside" if WORDS["began"] & dating or WORDS["ranges"] & set(before[-2:]) else "in"


Kind = Literal["count", "share", "times", "ordinal", "vague"]
Firm = Literal[
    "", "exactly", "more than", "at least", "less than", "at most", "about", "nearly", "just over", "between"
]

Join = Callable[["Quantity", "Quantity"], "Quantity | None"]
MOST_DIGITS, THOUSAND = 15, 1_000
# How far below or above what it bounds a number may be before it says too little to be right.
NEAR, NEAR_SHARE, SLACK = 0.75, 0.4, 2
ABOUT = 0.15  # of the hundred in "about one in a hundred"


def _firmness(name: str) -> list[tuple[Words, Firm]]:
    """The longest phrase first."""
    pairs = [(tuple(text.split()), firm) for firm, texts in DECLARED[name].items() for text in texts]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


FIRM, FIRM_AFTER = _firmness("firm"), _firmness("firm_after")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Quantity(Span):
    kind: Kind
    value: float  # a share as a part of 1
    firm: Firm = ""
    top: float = 0  # of a range
    places: int = 0  # decimals of a percentage as it is written
    plain: bool = False  # a single word such as "one", which often is no number at all
    spelt: bool = False  # a fraction in words, "two thirds"

    def agrees(self, number: float) -> bool:
        """Whether a sentence with this is right, and says enough, where the figure is `number`."""
        value, near = self.value, self._near(number)
        if self.kind == "share" and not self.firm:
            return self._rounds_to(number)
        right: dict[Firm, bool] = {
            "": number == value,
            "exactly": number == value,
            "more than": number > value and near,
            "at least": number >= value and near,
            "less than": number < value and near,
            "at most": number <= value and near,
            "about": self._is_about(number),
            "nearly": 0.9 * value <= number < value,
            "just over": value < number <= 1.1 * value,
            "between": value <= number <= self.top,
        }
        return right[self.firm]

    def _is_about(self, number: float) -> bool:
        if self.kind == "share":
            if self.top:
                return number > 0 and abs(1 / number - self.top) <= ABOUT * self.top
            rounds = not self.spelt and self._rounds_to(number)
            return rounds or abs(number - self.value) <= 0.1 * self.value
        written = f"{self.value:.0f}"
        unit = 10.0 ** (len(written) - len(written.rstrip("0")))
        return abs(number - self.value) <= min(max(unit / 2, 0.05 * self.value), 0.1 * self.value)

    def _near(self, number: float) -> bool:
        low, high = sorted((number, self.value))
        limit = NEAR_SHARE if self.kind == "share" else NEAR
        return low >= limit * high or (self.kind == "count" and high - low <= SLACK)

    def _rounds_to(self, number: float) -> bool:
        if self.top:
            # "one in 114": right for whatever is as near to it as to its neighbours.
            return number > 0 and abs(1 / number - self.top) <= 1
        half = 0.5 * 10.0 ** -(self.places + 2)
        return abs(number - self.value) <= half * (1 + 1e-9)


def quantities(sentence: Sentence) -> list[Quantity]:
    """In their order; no two share a token."""
    numbers = sorted(chain(_in_digits(sentence), _in_words(sentence)), key=lambda number: number.first)
    numbers = _joined(numbers, lambda one, other: _thousands(sentence, one, other))
    numbers = [_bounded(sentence, _scaled(sentence, number)) for number in numbers]
    numbers = _joined(numbers, lambda one, other: _range(sentence, one, other))
    apart: list[Quantity] = []
    for number in sorted([*numbers, *_others(sentence)], key=lambda one: (one.first, one.first - one.last)):
        if not apart or number.first > apart[-1].last:
            apart.append(number)
    return apart


def _in_digits(sentence: Sentence) -> Iterator[Quantity]:
    for place, word in enumerate(sentence.words):
        written = word.replace(",", "")
        if len(written) > MOST_DIGITS:
            continue
        if _NUMBER.fullmatch(written):
            yield Quantity(place, place, "count", float(written), places=len(written.partition(".")[2]))
        elif ordinal := _ORDINAL.fullmatch(written):
            yield Quantity(place, place, "ordinal", float(ordinal[1]))


def _in_words(sentence: Sentence) -> Iterator[Quantity]:
    for number in find_numbers(list(sentence.tokens), "en", threshold=0):
        if not math.isfinite(number.value) or number.value >= 10**MOST_DIGITS:
            continue
        first, last = number.start, number.end - 1
        single, word = first == last, sentence.word(first)
        # "service ones" and "every one of the 33" count nothing.
        every = word == "one" and sentence.word(first - 1) in ("every", "each", "any")
        if single and (word == "ones" or every):
            continue
        if not any(token.has_digit for token in sentence.tokens[first : last + 1]):
            kind: Kind = "ordinal" if number.is_ordinal else "count"
            decimals = len(number.text.partition(".")[2])
            plain = single and word in WORDS["common"]
            yield Quantity(first, last, kind, number.value, places=decimals, plain=plain)
    for place, word in enumerate(sentence.words):
        if word == "dozen":
            yield Quantity(place, place, "count", 6 if sentence.before(place, 2) == ("half", "a") else 12)
        elif word == "couple" and sentence.word(place + 1) == "of":
            yield Quantity(place, place, "count", 2)


def _joined(numbers: Iterable[Quantity], join: Join) -> list[Quantity]:
    """Those as one that say something together."""
    joined: list[Quantity] = []
    together = None
    for number in numbers:
        together = join(joined[-1], number) if joined and not together else None
        if together:
            joined[-1] = together
        else:
            joined.append(number)
    return joined


def _thousands(sentence: Sentence, one: Quantity, other: Quantity) -> Quantity | None:
    together = sentence.words[one.last : other.first] == ("thousand", ",")
    counts = one.kind == other.kind == "count"
    if counts and together and 0 < other.value < THOUSAND and not sentence.tokens[other.first].has_digit:
        return replace(one, last=other.last, value=one.value + other.value)
    return None


def _scaled(sentence: Sentence, number: Quantity) -> Quantity:
    last = sentence.phrase_at(number.last + 1, PHRASES["percent"])
    scale = NUMBERS["scales"].get(sentence.word(number.last + 1))
    if number.kind == "count" and last is not None:
        return replace(number, last=last, kind="share", value=number.value / 100, plain=False)
    if number.kind == "count" and scale and sentence.tokens[number.last].has_digit:
        return replace(number, last=number.last + 1, value=number.value * scale)
    return number


def _bounded(sentence: Sentence, number: Quantity) -> Quantity:
    for phrase, firm in FIRM:
        if sentence.before(number.first, len(phrase)) == phrase:
            return replace(number, firm=firm, plain=False)
    for phrase, firm in FIRM_AFTER:
        if sentence.after(number.last, len(phrase)) == phrase:
            return replace(number, firm=firm, last=number.last + len(phrase), plain=False)
    return number


def _range(sentence: Sentence, one: Quantity, other: Quantity) -> Quantity | None:
    """As in "between 20 and 30", "one in ten"."""
    between = sentence.words[one.last + 1 : other.first]
    if one.kind != other.kind or one.value >= other.value:
        return None
    if one.kind == "count" and one.value > 0 and between in PHRASES["in_every"]:
        top, places = other.value if one.value == 1 else 0, max(len(f"{other.value:.0f}") - 3, 0)
        return Quantity(one.first, other.last, "share", one.value / other.value, one.firm, top, places)
    digits = sentence.tokens[one.first].has_digit and sentence.tokens[other.first].has_digit
    opened = sentence.word(one.first - 1) == "between" and between == ("and",)
    if one.kind in ("count", "share") and (opened or (digits and between == ("-",))):
        return replace(one, last=other.last, firm="between", top=other.value, plain=False)
    return None


def _others(sentence: Sentence) -> Iterator[Quantity]:
    """Yield amounts that are no numerals: of one place, the vague one first."""
    for place, word in enumerate(sentence.words):
        before, after = sentence.word(place - 1), sentence.word(place + 1)
        last = sentence.phrase_at(place, PHRASES["vague"])
        # "the most" is no quantity of anything, and "the number of" has its number elsewhere.
        if last is not None and not (before in ("the", "at", "total") and word in ("most", "number")):
            yield Quantity(place, last, "vague", 0)
        if word in NUMBERS["times"]:
            yield Quantity(place, place, "times", NUMBERS["times"][word])
        elif word == "half" and after in ("of", "the", "were") and before != "a":
            yield _bounded(sentence, Quantity(place, place, "share", 0.5))
        elif fraction := _fraction(sentence, place):
            yield _bounded(sentence, fraction)
        elif (last := _nobody(sentence, place)) is not None:
            yield Quantity(place, last, "count", 0, plain=True)


def _nobody(sentence: Sentence, place: int) -> int | None:
    """The last place of what says that there is none."""
    before, after = sentence.word(place - 1), sentence.word(place + 1)
    no = sentence.word(place) == "no" and (not before or before in WORDS["before_no"])
    last = sentence.phrase_at(place, PHRASES["nobody"])
    return place if last is None and no and after not in WORDS["after_no"] else last


def _fraction(sentence: Sentence, place: int) -> Quantity | None:
    """As in "a third of", "by nearly a third" and "two thirds"; not "a third failure"."""
    parts = NUMBERS["fractions"].get(sentence.word(place))
    first = place - 2 if sentence.word(place - 1) == "-" else place - 1
    numerator, after = NUMBERS["numerators"].get(sentence.word(first)), sentence.word(place + 1)
    which = numerator == 1 and after.isalpha() and after not in WORDS["after_a_fraction"]
    if parts is None or numerator is None or which:
        return None
    return Quantity(first, place, "share", numerator / parts, spelt=True)
