"""A day, month or year that a sentence names."""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, product
from typing import Literal

from metrics.statement.text import PHRASES, WORDS, Sentence, Span, Words


@dataclass(frozen=True)
class Anchor(Span):
    begins: dt.date
    ends: dt.date
    how: Literal["in", "since", "aside"] = "in"  # was so in it, has changed since, or neither
    vague: bool = False  # whether it may be any day between
    as_at: bool = False  # as in "as at 28 February 2024"
    ago: bool = False  # only about that day: "four months ago"


WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
YEARS, DAYS = range(1900, 2101), range(1, 32)
SMALL = "no one two three four five six seven eight nine ten eleven twelve"
COUNTED = {word: number for number, word in enumerate(SMALL.split())} | {"a": 1, "an": 1}
# Days that a unit of time has, and how many days about it are meant too.
LENGTHS = {"day": (1, 0), "week": (7, 3), "fortnight": (14, 3), "month": (30.44, 15), "year": (365, 90)}
MOST_DAYS_AGO, MOST_DIGITS = 15_000, 3
LAST_STATEMENT = (*PHRASES["last_spoke"], *product(WORDS["last"], WORDS["statement"]))
FIRST_DAY, ONE_DAY = dt.date(1900, 1, 1), dt.timedelta(days=1)

_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"\d{4}")


def anchors(sentence: Sentence, day: dt.date) -> list[Anchor]:
    days: list[Anchor] = []
    for place in range(len(sentence.tokens)):
        if days and place <= days[-1].last:
            continue
        anchor = _at(sentence, place, day)
        if anchor is not None:
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
    if not sentence.word(place + 1).isdecimal() or before == "on" or year:
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
    """A day reckoned from the day of the statement."""
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
    digits = count.isdecimal() and len(count) <= MOST_DIGITS
    number = COUNTED.get(count) or (int(count) if digits else 0)
    length, about = LENGTHS.get(unit, (0, 0))
    if sentence.word(place + 2) != "ago" or not 0 < number * int(length) <= MOST_DAYS_AGO:
        return None
    middle, about = day - dt.timedelta(days=round(number * length)), dt.timedelta(days=about)
    return Anchor(place, place + 2, middle - about, min(middle + about, day - ONE_DAY), ago=True)


def _how(
    sentence: Sentence, anchor: Anchor, last: Anchor | None, day: dt.date
) -> Literal["in", "since", "aside"]:
    before = sentence.before(anchor.first, 5)
    if anchor.begins > day:
        return "aside"
    if "since" in before[-3:]:
        return "since"
    # The second day of "between April and August" goes with the first.
    if last is not None and last.last == anchor.first - 2 and before[-1:] in (("and",), ("to",)):
        return last.how
    if "referred" in before:
        # "was referred on 12 January" says when what is counted was so; "referred in 2019" only dates it.
        wider = ("", *sentence.before(anchor.first, 6))
        dating = {word for by, word in pairwise(wider) if by not in ("was", "were", "been")}
    else:
        dating = set(before)
    return "aside" if WORDS["began"] & dating or WORDS["ranges"] & set(before[-2:]) else "in"
