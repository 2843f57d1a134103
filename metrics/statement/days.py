"""The days that a sentence speaks of, told from the day of its statement."""

import calendar
import datetime as dt
import re
from dataclasses import replace
from typing import Literal

from metrics.statement.date_mention import Anchor, whole_month
from metrics.statement.relative import relative
from metrics.statement.text import Sentence
from metrics.statement.words import words

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
    found: list[Anchor] = []
    place = 0
    while place < len(sentence.tokens):
        each = _at(sentence, place, day)
        if each is None:
            place += 1
            continue
        last = found[-1] if found else None
        before = sentence.words[max(0, each.first - 2) : each.first]
        as_at = before in (("as", "of"), ("as", "at")) and each.begins == each.ends < day
        found.append(replace(each, how=_how(sentence, each, last, day), as_at=as_at))
        place = each.last + 1
    return found


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
