"""The numbers of a sentence, in digits or words: how much each says, and how firmly."""

import math
import re
from dataclasses import dataclass, replace
from typing import Literal

from text_to_num import find_numbers

from metrics.statement.text import Sentence, Token, firm, turns, words

Kind = Literal["count", "share", "times", "ordinal", "vague"]
Firm = Literal[
    "", "exactly", "more than", "at least", "less than", "at most", "about", "nearly", "just over", "between"
]

MOST_DIGITS, THOUSAND = 15, 1_000
# How far below or above what it bounds a number may be before it says too little to be held right.
NEAR, NEAR_SHARE, SLACK = 0.75, 0.4, 2
ABOUT = 0.15  # of the hundred in "about one in a hundred"

FIRMNESS: list[tuple[tuple[str, ...], Firm]] = firm("firm")
AFTER: list[tuple[tuple[str, ...], Firm]] = firm("firm_after")
TIMES = {"doubled": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "halved": 0.5}
PARTS = {"two": 2, "three": 3, "four": 4}
AFTER_A_FRACTION = words("after_a_fraction")
NOBODY = turns("nobody")
FRACTIONS = {"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5}

FOUND = words("found")
NO_NUMBER = (("longer",), ("more",), ("doubt",), ("fewer",), ("less",))
COMMON, VAGUE = words("common"), turns("vague")

_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Quantity:
    """A number between two tokens of its sentence, both included.

    value: a share as a part of 1. top: of a range. places: decimals of a percentage as it is written.
    plain: whether it is a single word such as "one", which often is no number at all. spelt: whether it is a
    fraction in words, "two thirds".
    """

    first: int
    last: int
    kind: Kind
    value: float
    firm: Firm = ""
    top: float = 0
    places: int = 0
    plain: bool = False
    spelt: bool = False

    def agrees(self, number: float) -> bool:
        """Whether a sentence with this is right, and says enough, where the figure is `number`."""
        if self.kind == "share" and not self.firm:
            return self._rounds_to(number)
        bounds = {
            "": number == self.value,
            "exactly": number == self.value,
            "more than": number > self.value and self._near(number),
            "at least": number >= self.value and self._near(number),
            "less than": number < self.value and self._near(number),
            "at most": number <= self.value and self._near(number),
            "about": self._is_about(number),
            "nearly": 0.9 * self.value <= number < self.value,
            "just over": self.value < number <= 1.1 * self.value,
            "between": self.value <= number <= self.top,
        }
        return bounds[self.firm]

    def _is_about(self, number: float) -> bool:
        if self.kind == "share" and self.top:
            return number > 0 and abs(1 / number - self.top) <= ABOUT * self.top
        near = abs(number - self.value) <= self._slack()
        return near or (self.kind == "share" and not self.spelt and self._rounds_to(number))

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

    def _slack(self) -> float:
        if self.kind == "share":
            return 0.1 * self.value
        digits = f"{self.value:.0f}".rstrip("0")
        unit = 10.0 ** (len(f"{self.value:.0f}") - len(digits))
        return min(max(unit / 2, 0.05 * self.value), 0.1 * self.value)


class _Spoken:
    def __init__(self, token: Token) -> None:
        self._token = token

    def text(self) -> str:
        return self._token.text

    def text_lowercase(self) -> str:
        return self._token.word

    def nt_separated(self, previous: object) -> bool:
        del previous
        return False

    def not_a_number_part(self) -> bool:
        return self._token.has_digit


def quantities(sentence: Sentence) -> list[Quantity]:
    """Return the numbers of a sentence in their order; no two share a token."""
    bare = _joined(sentence, sorted(_in_digits(sentence) + _in_words(sentence), key=lambda each: each.first))
    scaled = [_bounded(sentence, _scaled(sentence, number)) for number in bare]
    return _apart([*_ranges(sentence, scaled), *_vague(sentence), *_others(sentence)])


def _in_digits(sentence: Sentence) -> list[Quantity]:
    found: list[Quantity] = []
    for place, token in enumerate(sentence.tokens):
        written = token.word.replace(",", "")
        if len(written) > MOST_DIGITS:
            continue
        if _NUMBER.fullmatch(written):
            places = len(written.partition(".")[2])
            found.append(Quantity(place, place, "count", float(written), places=places))
        elif ordinal := _ORDINAL.fullmatch(written):
            found.append(Quantity(place, place, "ordinal", float(ordinal[1])))
    return found


def _in_words(sentence: Sentence) -> list[Quantity]:
    found: list[Quantity] = []
    for number in find_numbers([_Spoken(token) for token in sentence.tokens], "en", threshold=0):
        if not math.isfinite(number.value) or number.value >= 10**MOST_DIGITS:
            continue
        first, last = number.start, number.end - 1
        if first == last and _no_number(sentence.words, first):
            continue
        if not any(token.has_digit for token in sentence.tokens[first : last + 1]):
            kind: Kind = "ordinal" if number.is_ordinal else "count"
            places = len(number.text.partition(".")[2])
            plain = first == last and sentence.words[first] in COMMON
            found.append(Quantity(first, last, kind, number.value, places=places, plain=plain))
    words = sentence.words
    for place, word in enumerate(words):
        if word == "dozen":
            half = words[max(0, place - 2) : place] == ("half", "a")
            found.append(Quantity(place, place, "count", 6 if half else 12))
        elif word == "couple" and words[place + 1 : place + 2] == ("of",):
            found.append(Quantity(place, place, "count", 2))
    return found


def _no_number(words: tuple[str, ...], place: int) -> bool:
    """Whether a number word counts nothing: "service ones", "every one of the 33"."""
    before = words[max(0, place - 1) : place]
    return words[place] == "ones" or (words[place] == "one" and before in (("every",), ("each",), ("any",)))


def _joined(sentence: Sentence, numbers: list[Quantity]) -> list[Quantity]:
    joined: list[Quantity] = []
    for number in numbers:
        last = joined[-1] if joined else None
        if (
            last
            and last.kind == number.kind == "count"
            and number.first == last.last + 2
            and sentence.words[last.last + 1] == ","
            and sentence.words[last.last] == "thousand"
            and 0 < number.value < THOUSAND
            and not sentence.tokens[number.first].has_digit
        ):
            joined[-1] = replace(last, last=number.last, value=last.value + number.value)
        else:
            joined.append(number)
    return joined


def _scaled(sentence: Sentence, each: Quantity) -> Quantity:
    after = sentence.words[each.last + 1 : each.last + 3]
    if each.kind != "count" or not after:
        return each
    if after[0] in ("%", "percent"):
        return replace(each, last=each.last + 1, kind="share", value=each.value / 100, plain=False)
    if after == ("per", "cent"):
        return replace(each, last=each.last + 2, kind="share", value=each.value / 100, plain=False)
    if after[0] in ("thousand", "million") and sentence.tokens[each.last].has_digit:
        scale = 1_000 if after[0] == "thousand" else 1_000_000
        return replace(each, last=each.last + 1, value=each.value * scale)
    return each


def _bounded(sentence: Sentence, each: Quantity) -> Quantity:
    words = sentence.words
    for before, firmness in FIRMNESS:
        if words[max(0, each.first - len(before)) : each.first] == before:
            return replace(each, firm=firmness, plain=False)
    for after, firmness in AFTER:
        if words[each.last + 1 : each.last + 1 + len(after)] == after:
            return replace(each, firm=firmness, last=each.last + len(after), plain=False)
    return each


def _ranges(sentence: Sentence, numbers: list[Quantity]) -> list[Quantity]:
    """Join what two numbers say together: "between 20 and 30", "one in ten"."""
    joined: list[Quantity] = []
    rest = list(numbers)
    while rest:
        each = rest.pop(0)
        following = rest[0] if rest else None
        between = sentence.words[each.last + 1 : following.first] if following else ()
        if following and _in_every(each, following, between):
            rest.pop(0)
            value = each.value / following.value
            top = following.value if each.value == 1 else 0
            joined.append(Quantity(each.first, following.last, "share", value, firm=each.firm, top=top))
        elif following and _spans(sentence, each, following, between):
            rest.pop(0)
            joined.append(
                replace(each, last=following.last, firm="between", top=following.value, plain=False)
            )
        else:
            joined.append(each)
    return joined


def _in_every(each: Quantity, following: Quantity, between: tuple[str, ...]) -> bool:
    counts = each.kind == following.kind == "count" and 0 < each.value < following.value
    return counts and between in (("in",), ("in", "every"), ("out", "of"), ("out", "of", "every"))


def _spans(sentence: Sentence, each: Quantity, following: Quantity, between: tuple[str, ...]) -> bool:
    if each.kind != following.kind or each.kind not in ("count", "share") or each.value >= following.value:
        return False
    said = sentence.words[max(0, each.first - 1) : each.first]
    digits = sentence.tokens[each.first].has_digit and sentence.tokens[following.first].has_digit
    return (said == ("between",) and between == ("and",)) or (digits and between == ("-",))


def _vague(sentence: Sentence) -> list[Quantity]:
    found: list[Quantity] = []
    for place in range(len(sentence.words)):
        for turn in VAGUE:
            if sentence.words[place : place + len(turn)] == turn:
                # "the most" is no quantity of anything, and "the number of" has its number elsewhere.
                before = sentence.words[max(0, place - 1) : place]
                if turn in (("most",), ("number", "of")) and before in (("the",), ("at",), ("total",)):
                    break
                found.append(Quantity(place, place + len(turn) - 1, "vague", 0))
                break
    return found


def _others(sentence: Sentence) -> list[Quantity]:
    found: list[Quantity] = []
    words = sentence.words
    for place, word in enumerate(words):
        before, after = words[max(0, place - 1) : place], words[place + 1 : place + 2]
        if word in TIMES:
            found.append(Quantity(place, place, "times", TIMES[word]))
        elif word == "half" and after in (("of",), ("the",), ("were",)) and before != ("a",):
            found.append(_bounded(sentence, Quantity(place, place, "share", 0.5)))
        elif fraction := _fraction(sentence, place):
            found.append(_bounded(sentence, fraction))
        elif (nobody := _nobody(words, place)) is not None:
            found.append(Quantity(place, nobody, "count", 0, plain=True))
        elif (word == "no" and after not in NO_NUMBER and (not place or before[0] in FOUND)) or word in (
            "none",
            "nobody",
        ):
            found.append(Quantity(place, place, "count", 0, plain=True))
    return found


def _fraction(sentence: Sentence, place: int) -> Quantity | None:
    """Read "a third of", "by nearly a third" and "two thirds"; not "a third failure"."""
    words = sentence.words
    parts = FRACTIONS.get(words[place])
    hyphen = 1 if words[max(0, place - 1) : place] == ("-",) else 0
    at = place - 1 - hyphen
    if parts is None or at < 0:
        return None
    if words[at] in PARTS:
        return Quantity(at, place, "share", PARTS[words[at]] / parts, spelt=True)
    after = words[place + 1 : place + 2]
    if words[at] in ("a", "one") and (not after or after[0] in AFTER_A_FRACTION or not after[0].isalpha()):
        return Quantity(at, place, "share", 1 / parts, spelt=True)
    return None


def _nobody(words: tuple[str, ...], place: int) -> int | None:
    for turn in NOBODY:
        if words[place : place + len(turn)] == turn:
            return place + len(turn) - 1
    return None


def _apart(numbers: list[Quantity]) -> list[Quantity]:
    apart: list[Quantity] = []
    for number in sorted(numbers, key=lambda one: (one.first, one.first - one.last)):
        if not apart or number.first > apart[-1].last:
            apart.append(number)
    return apart
