"""Days that are told from the day of the statement: "last week", "four months ago", "our last update"."""

import calendar
import datetime as dt

from metrics.statement.date_mention import Anchor, whole_month
from metrics.statement.words import turns, words

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
