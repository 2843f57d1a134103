"""The numbers of a sentence, in digits or words: how much each says, and how firmly."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from text_to_num import find_numbers

from metrics.statement.text import DECLARED, PHRASES, WORDS, Sentence, Span, Words

Kind = Literal["count", "share", "times", "ordinal", "vague"]
Firm = Literal[
    "", "exactly", "more than", "at least", "less than", "at most", "about", "nearly", "just over", "between"
]

MOST_DIGITS, THOUSAND = 15, 1_000
# How far below or above what it bounds a number may be before it says too little to be right.
NEAR, NEAR_SHARE, SLACK = 0.75, 0.4, 2
ABOUT = 0.15  # of the hundred in "about one in a hundred"


def _firmness(name: str) -> list[tuple[Words, Firm]]:
    """The longest phrase first."""
    pairs = [(tuple(text.split()), firm) for firm, texts in DECLARED[name].items() for text in texts]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


FIRM, FIRM_AFTER = _firmness("firm"), _firmness("firm_after")
TIMES = {"doubled": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "halved": 0.5}
IN_EVERY = (("in",), ("in", "every"), ("out", "of"), ("out", "of", "every"))
NUMERATORS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
FRACTIONS = {"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5}

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
            near = abs(number - self.value) <= 0.1 * self.value
            return near or (not self.spelt and self._rounds_to(number))
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
            decimals = len(written.partition(".")[2])
            yield Quantity(place, place, "count", float(written), places=decimals)
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


def _joined(
    numbers: Iterable[Quantity], join: Callable[[Quantity, Quantity], Quantity | None]
) -> list[Quantity]:
    """Those as one that say something together."""
    joined: list[Quantity] = []
    previous: Quantity | None = None
    for number in numbers:
        if previous and (together := join(previous, number)):
            joined[-1], previous = together, None
        else:
            joined.append(number)
            previous = number
    return joined


def _thousands(sentence: Sentence, one: Quantity, other: Quantity) -> Quantity | None:
    together = sentence.words[one.last : other.first] == ("thousand", ",")
    counts = one.kind == other.kind == "count"
    if counts and together and 0 < other.value < THOUSAND and not sentence.tokens[other.first].has_digit:
        return replace(one, last=other.last, value=one.value + other.value)
    return None


def _scaled(sentence: Sentence, number: Quantity) -> Quantity:
    last = sentence.phrase_at(number.last + 1, (("%",), ("percent",), ("per", "cent")))
    scale = {"thousand": 1_000, "million": 1_000_000}.get(sentence.word(number.last + 1))
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
    if one.kind == "count" and one.value > 0 and between in IN_EVERY:
        top = other.value if one.value == 1 else 0
        return Quantity(one.first, other.last, "share", one.value / other.value, one.firm, top)
    digits = sentence.tokens[one.first].has_digit and sentence.tokens[other.first].has_digit
    opened = sentence.word(one.first - 1) == "between" and between == ("and",)
    if one.kind in ("count", "share") and (opened or (digits and between == ("-",))):
        return replace(one, last=other.last, firm="between", top=other.value, plain=False)
    return None


def _others(sentence: Sentence) -> Iterator[Quantity]:
    """Yield amounts that are no numerals: vague ones first."""
    for place in range(len(sentence.words)):
        last = sentence.phrase_at(place, PHRASES["vague"])
        # "the most" is no quantity of anything, and "the number of" has its number elsewhere.
        elsewhere = sentence.word(place - 1) in ("the", "at", "total")
        if last is not None and not (elsewhere and sentence.word(place) in ("most", "number")):
            yield Quantity(place, last, "vague", 0)
    for place, word in enumerate(sentence.words):
        before, after = sentence.word(place - 1), sentence.word(place + 1)
        if word in TIMES:
            yield Quantity(place, place, "times", TIMES[word])
        elif word == "half" and after in ("of", "the", "were") and before != "a":
            yield _bounded(sentence, Quantity(place, place, "share", 0.5))
        elif fraction := _fraction(sentence, place):
            yield _bounded(sentence, fraction)
        elif (last := sentence.phrase_at(place, PHRASES["nobody"])) is not None:
            yield Quantity(place, last, "count", 0, plain=True)
        elif word in ("none", "nobody") or (
            word == "no"
            and after not in ("longer", "more", "doubt", "fewer", "less")
            and (not before or before in WORDS["before_no"])
        ):
            yield Quantity(place, place, "count", 0, plain=True)


def _fraction(sentence: Sentence, place: int) -> Quantity | None:
    """As in "a third of", "by nearly a third" and "two thirds"; not "a third failure"."""
    parts = FRACTIONS.get(sentence.word(place))
    first = place - 2 if sentence.word(place - 1) == "-" else place - 1
    numerator = NUMERATORS.get(sentence.word(first))
    after = sentence.word(place + 1)
    if parts is None or numerator is None:
        return None
    if numerator == 1 and after and after not in WORDS["after_a_fraction"] and after.isalpha():
        return None
    return Quantity(first, place, "share", numerator / parts, spelt=True)
