"""Numbers that are no figures of a review: days, times, telephones, ages, money, and places in a list."""

from metrics.statement.days import Anchor
from metrics.statement.quantities import Quantity
from metrics.statement.text import Sentence
from metrics.statement.words import words

TIME, WORKING, CALLED = words("time"), words("working"), words("called")
TELEPHONES, LABELS = words("telephones"), words("labels")
AGES = range(10, 111)
# A telephone number is written in a few groups of digits.
LONGEST_GROUP = 6
MONEY = frozenset("\N{POUND SIGN}$\N{EURO SIGN}")


def aside(sentence: Sentence, quantity: Quantity, days: list[Anchor]) -> str:
    """Return what a number is that is no figure, or nothing if it may be one."""
    first, last, stems = quantity.first, quantity.last, sentence.stems
    before = sentence.words[first - 1] if first else ""
    after = stems[last + 1 : last + 3]
    if any(each.first <= last and first <= each.last for each in days):
        return "a day"
    if quantity.kind == "share" and not quantity.top:
        return ""
    if before in MONEY or after[:1] in (("pound",), ("pence",), ("euro",), ("dollar",)):
        return "an amount of money"
    if _is_age(sentence, quantity, before):
        return "an age"
    return "a length of time" if _is_time(after) else _marked(sentence, quantity, before)


def _is_time(after: tuple[str, ...]) -> bool:
    hyphened = after[:1] == ("-",) and bool(TIME & set(after[1:2]))
    working = bool(WORKING & set(after[:1])) and after[1:2] == ("day",)
    return bool(TIME & set(after[:1])) or hyphened or working


def _marked(sentence: Sentence, quantity: Quantity, before: str) -> str:
    first = quantity.first
    if _is_telephone(sentence, first):
        return "a telephone number"
    if before in LABELS and sentence.tokens[first].has_digit:
        return "the number of something that is not counted"
    if first == 0 and sentence.words[1:2] in ((".",), (")",)) and sentence.tokens[0].has_digit:
        return "a place in a list"
    if quantity.kind == "count" and "nearest" in sentence.words[max(0, first - 2) : first]:
        return "how the figures are rounded"
    return ""


def _is_telephone(sentence: Sentence, first: int) -> bool:
    called = bool(CALLED & set(sentence.words[max(0, first - 4) : first]))
    if sentence.words[first] in TELEPHONES and (called or "999" in sentence.words):
        return True
    group = first
    while group and first - group < LONGEST_GROUP and sentence.tokens[group - 1].text.isdecimal():
        group -= 1
    opening = sentence.tokens[group].text
    return len(opening) > 1 and opening[0] == "0" and "." not in opening


def _is_age(sentence: Sentence, quantity: Quantity, before: str) -> bool:
    years = sentence.stems[quantity.last + 1 : quantity.last + 5] == ("-", "year", "-", "old")
    if years or before in ("aged", "age"):
        return True
    marks = (before, *sentence.words[quantity.last + 1 : quantity.last + 2])
    digits = sentence.tokens[quantity.first].has_digit
    # "the man, 47, was": a number between commas, behind a word that is one person.
    person = sentence.words[quantity.first - 2] if quantity.first > 1 else ""
    return digits and marks == (",", ",") and quantity.value in AGES and person not in ("of",)
