"""A day, month or year that a sentence names."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Literal

from metrics.statement.text import Sentence, turns, words


@dataclass(frozen=True)
class Anchor:
    """A day, month or year that a sentence names, between two of its tokens, both included.

    how: whether it says when something was so ("in"), since when something changed ("since"), or only
    dates something that the sentence does not count ("aside"). vague: whether it may be any day between.
    as_at: whether it says of which day a figure is: "as at 28 February 2024". ago: whether it is only
    about that day: "four months ago".
    """

    first: int
    last: int
    begins: dt.date
    ends: dt.date
    how: Literal["in", "since", "aside"] = "in"
    vague: bool = False
    as_at: bool = False
    ago: bool = False


def whole_month(first: int, last: int, year: int, month: int) -> Anchor:
    return Anchor(
        first, last, dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    )


WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
SMALL = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
COUNTED = {word: number for number, word in enumerate(SMALL)} | {"a": 1, "an": 1}
# Days that a unit of time has, and how many days about it are meant too.
LENGTHS = {"day": (1, 0), "week": (7, 3), "fortnight": (14, 3), "month": (30, 15), "year": (365, 90)}
MOST_AGO, MOST_DIGITS, START_OF_A_YEAR = 500, 4, 2
LAST, STATEMENT = words("last"), words("statement")
START, SPOKE, LATELY = turns("start_of_the_year"), turns("last_spoke"), turns("lately")
NOT_WITHIN = words("comparing")
FIRST_DAY = dt.date(1900, 1, 1)


def relative(said: tuple[str, ...], place: int, day: dt.date) -> Anchor | None:
    """Return the day that begins at a word and is told from the day of the statement."""
    word = said[place]
    if word in WEEKDAYS and said[max(0, place - 1) : place] in (("on",), ("last",), ("this",)):
        on_day = day - dt.timedelta(days=(day.weekday() - WEEKDAYS[word]) % 7)
        return Anchor(place, place, on_day, on_day)
    return _before(said, place, day) or _ago(said, place, day) or _last_time(said, place, day)


def _before(said: tuple[str, ...], place: int, day: dt.date) -> Anchor | None:
    match said[place : place + 2]:
        case ("today", *_):
            return Anchor(place, place, day, day)
        case ("yesterday", *_):
            return Anchor(place, place, day - dt.timedelta(days=1), day - dt.timedelta(days=1))
        case ("last", "year"):
            year = day.year - 1
            return Anchor(place, place + 1, dt.date(year, 1, 1), dt.date(year, 12, 31))
        case ("last", "month"):
            before = day.replace(day=1) - dt.timedelta(days=1)
            return whole_month(place, place + 1, before.year, before.month)
        case ("last", "week"):
            monday = day - dt.timedelta(days=day.weekday() + 7)
            return Anchor(place, place + 1, monday, monday + dt.timedelta(days=6))
        case _:
            return None


def _ago(said: tuple[str, ...], place: int, day: dt.date) -> Anchor | None:
    match said[place : place + 3]:
        case (count, unit, "ago") if unit.removesuffix("s") in LENGTHS:
            number = COUNTED.get(count) or (
                int(count) if count.isdecimal() and len(count) < MOST_DIGITS else 0
            )
        case _:
            return None
    length, about = LENGTHS[unit.removesuffix("s")]
    if not 0 < number * length <= MOST_AGO * LENGTHS["month"][0]:
        return None
    middle = day - dt.timedelta(days=round(number * (30.44 if length == LENGTHS["month"][0] else length)))
    ends = min(middle + dt.timedelta(days=about), day - dt.timedelta(days=1))
    return Anchor(place, place + 2, middle - dt.timedelta(days=about), ends, ago=True)


def _last_time(said: tuple[str, ...], place: int, day: dt.date) -> Anchor | None:
    yesterday = day - dt.timedelta(days=1)
    for turn in START:
        if said[place : place + len(turn)] == turn:
            ends = min(yesterday, whole_month(0, 0, day.year, START_OF_A_YEAR).ends)
            return Anchor(place, place + len(turn) - 1, dt.date(day.year, 1, 1), ends)
    for turn in LATELY:
        if said[place : place + len(turn)] == turn:
            return Anchor(place, place + len(turn) - 1, dt.date(day.year, 1, 1), yesterday, vague=True)
    if NOT_WITHIN & set(said[max(0, place - 4) : place]):
        return None
    for turn in SPOKE:
        if said[place : place + len(turn)] == turn:
            return Anchor(place, place + len(turn) - 1, FIRST_DAY, yesterday, vague=True)
    if said[place] in LAST and said[place + 1 : place + 2] and said[place + 1] in STATEMENT:
        return Anchor(place, place + 1, FIRST_DAY, yesterday, vague=True)
    return None


MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
SHORT_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
PASSIVE = (("was",), ("were",), ("been",))
YEARS, DAYS = range(1900, 2101), range(1, 32)
BESIDE_A_MONTH, BEGAN, RANGES = words("beside_a_month"), words("began"), words("ranges")
JOINING = words("joining") | {";", ":", "(", ")", "."}
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"\d{4}")


def anchors(sentence: Sentence, day: dt.date) -> list[Anchor]:
    """Return the days that a sentence of a statement made on `day` names, in their order."""
    days: list[Anchor] = []
    place = 0
    while place < len(sentence.tokens):
        each = _at(sentence, place, day)
        if each is None:
            place += 1
            continue
        last = days[-1] if days else None
        before = sentence.words[max(0, each.first - 2) : each.first]
        as_at = before in (("as", "of"), ("as", "at")) and each.begins == each.ends < day
        days.append(replace(each, how=_how(sentence, each, last, day), as_at=as_at))
        place = each.last + 1
    return days


def _at(sentence: Sentence, place: int, day: dt.date) -> Anchor | None:
    words, word = sentence.words, sentence.words[place]
    if month := _month(sentence, place):
        return _in_month(words, place, month, day)
    if (on := _DAY.fullmatch(word)) and _is_month_after_a_day(sentence, place):
        month = MONTHS.get(words[place + 1]) or SHORT_MONTHS[words[place + 1]]
        year, last = _year_after(words, place + 2)
        return _on((place, last or place + 1), year, month, int(on[1]), day)
    return _in_digits(words, place, day) or relative(words, place, day)


def _in_digits(words: tuple[str, ...], place: int, day: dt.date) -> Anchor | None:
    word = words[place]
    if slashed := _SLASHED.fullmatch(word):
        return _on((place, place), int(slashed[3]), int(slashed[2]), int(slashed[1]), day)
    if _YEAR.fullmatch(word) and int(word) in YEARS and not _grouped(words, place):
        if iso := _iso(words, place):
            return _on((place, place + 4), *iso, day)
        return Anchor(place, place, dt.date(int(word), 1, 1), dt.date(int(word), 12, 31))
    return None


def _grouped(words: tuple[str, ...], place: int) -> bool:
    beside = (*words[max(0, place - 1) : place], *words[place + 1 : place + 2])
    return any(each.isdecimal() for each in beside)


def _dated(words: tuple[str, ...], place: int) -> bool:
    """Whether the number behind a month is its day: "January 11, 2024", and not "in May 25"."""
    before = words[max(0, place - 1) : place]
    following = words[place + 2 : place + 4]
    comma = 1 if following[:1] == (",",) else 0
    if not words[place + 1].isdecimal() or before == ("on",) or _year_after(words, place + 2 + comma)[0]:
        return True
    if before == ("in",) or not following:
        return False
    rest = words[place + 2 :]
    clause = rest[: next((at for at, word in enumerate(rest) if word in JOINING), len(rest))]
    # A day only where the clause has another number for it.
    return bool(comma) or any(each[0].isdecimal() for each in clause)


def _month(sentence: Sentence, place: int) -> int | None:
    token = sentence.tokens[place]
    number = MONTHS.get(token.word) or (SHORT_MONTHS.get(token.word) if token.word != "may" else None)
    if number is None or not token.text[0].isupper():
        return None
    if token.word not in ("may", "march"):
        return number
    before = sentence.words[place - 1] if place else ""
    after = sentence.words[place + 1] if place + 1 < len(sentence.words) else ""
    return number if before in BESIDE_A_MONTH or after.isdecimal() else None


def _is_month_after_a_day(sentence: Sentence, place: int) -> bool:
    if place + 1 >= len(sentence.tokens):
        return False
    following = sentence.tokens[place + 1]
    return following.text[0].isupper() and (following.word in MONTHS or following.word in SHORT_MONTHS)


def _in_month(words: tuple[str, ...], place: int, month: int, day: dt.date) -> Anchor | None:
    on = _DAY.fullmatch(words[place + 1]) if place + 1 < len(words) else None
    if on and int(on[1]) in DAYS and _dated(words, place):
        comma = 1 if words[place + 2 : place + 3] == (",",) else 0
        year, last = _year_after(words, place + 2 + comma)
        return _on((place, last or place + 1), year, month, int(on[1]), day)
    year, last = _year_after(words, place + 1)
    if year is None:
        year = day.year if month <= day.month else day.year - 1
        if words[place + 1 : place + 3] == ("last", "year"):
            year, last = day.year - 1, place + 2
        elif words[place + 1 : place + 3] == ("this", "year"):
            year, last = day.year, place + 2
        elif words[max(0, place - 1) : place] == ("last",) and month == day.month:
            year -= 1
    return whole_month(place, last or place, year, month)


def _year_after(words: tuple[str, ...], place: int) -> tuple[int | None, int | None]:
    if place < len(words) and _YEAR.fullmatch(words[place]) and int(words[place]) in YEARS:
        return int(words[place]), place
    return None, None


def _on(places: tuple[int, int], year: int | None, month: int, on: int, day: dt.date) -> Anchor | None:
    if year is None:
        year = day.year if (month, on) <= (day.month, day.day) else day.year - 1
    try:
        found = dt.date(year, month, on)
    except ValueError:
        return None
    return Anchor(*places, found, found)


def _iso(words: tuple[str, ...], place: int) -> tuple[int, int, int] | None:
    match words[place : place + 5]:
        case (year, "-", month, "-", on) if month.isdecimal() and on.isdecimal():
            return int(year), int(month[:2]), int(on[:2])
        case _:
            return None


def _how(
    sentence: Sentence, each: Anchor, last: Anchor | None, day: dt.date
) -> Literal["in", "since", "aside"]:
    before = sentence.words[max(0, each.first - 5) : each.first]
    if each.begins > day:
        return "aside"
    if "since" in before[-3:]:
        return "since"
    # The second day of "between April and August" goes with the first.
    joined = last is not None and last.last == each.first - 2 and before[-1:] in (("and",), ("to",))
    if joined and last is not None:
        return last.how
    # "was referred on 12 January" says when what is counted was so; "referred in 2019" only dates it.
    wider = sentence.words[max(0, each.first - 6) : each.first]
    told = {word for place, word in enumerate(wider) if wider[max(0, place - 1) : place] not in PASSIVE}
    dated = BEGAN & set(before) if "referred" not in before else BEGAN & told
    if RANGES & set(before[-2:]) or dated:
        return "aside"
    return "in"
