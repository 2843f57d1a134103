import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal

LEAST, MOST = 0.01, 99.9
LONGEST_LIST = 60  # characters
UP_TO = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
SMALL = 10  # per cent: below it two places, so that 0.87% is not 0.9%


def written_day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def short_day(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"


def written_count(count: float | Decimal) -> str:
    """Write a count as "3,778"; a part of one is kept to one place."""
    return f"{count:,.0f}" if float(count).is_integer() else f"{count:,.1f}"


def signed(change: float) -> str:
    sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else ""
    return f"{sign}{abs(change):,}"


def written_share(share: float | None) -> str:
    """To two places under ten per cent, else to one; only none is 0%, only all is 100%."""
    if share is None:
        return "no share (none of none)"
    percentage = 100 * share
    if percentage in (0, 100):
        return f"{percentage:.0f}%"
    if percentage < LEAST:
        return f"under {LEAST}%"
    if percentage > MOST:
        return f"over {MOST}%"
    return f"{percentage:.2f}%" if percentage < SMALL else f"{percentage:.1f}%"


def counted(count: int, one: str, many: str) -> str:
    return f"{'no' if count == 0 else written_count(count)} {one if count == 1 else many}"


def measured(count: float, one: str, many: str) -> str:
    """Write a number with its unit, none as 0: "1 day", "2.5 days", "0 days"."""
    return f"{written_count(count)} {one if count == 1 else many}"


def named(body: str) -> str:
    """Write a body's name with its article: "the Independent Office", "the Commission"."""
    return f"the {body[4:] if body[:4].lower() == 'the ' else body}"


def spelled(count: int) -> str:
    return UP_TO[count - 1] if count in range(1, len(UP_TO) + 1) else written_count(count)


def ordinal(number: int) -> str:
    """Write a place as "tenth", or "15th" past it; up to the 20th."""
    return PLACES[number - 1] if number in range(1, len(PLACES) + 1) else f"{number}th"


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def argument(path: object) -> str:
    """Write a path as a shell takes it for one argument."""
    return f'"{path}"' if " " in str(path) else str(path)


def listed_words(words: Sequence[str]) -> str:
    if not words:
        return "none"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def briefly(values: Sequence[str]) -> str:
    """Name values, or, where the record has no room for them, their number and a digest that tells which."""
    text = ", ".join(values)
    if len(text) <= LONGEST_LIST:
        return text
    return f"{len(values)} values ({hashlib.sha256(text.encode()).hexdigest()[:12]})"
