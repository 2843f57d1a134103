"""Where the words of a sentence stand to its numbers: nouns, clauses, and numbers that are part of others."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from metrics.statement.quantities import Quantity
from metrics.statement.text import Sentence, turns, words
from metrics.statement.vocabulary import Unit, Vocabulary

WIDEST, LONGEST_NOUN = 60, 8
STOPS, FILLERS, POINTING, RELATIVE = words("stops"), words("fillers"), words("pointing"), words("relative")
LINKED = turns("linked")


@dataclass(frozen=True)
class Head:
    """A noun that is counted, between two places: of a unit, or by a figure's whole title."""

    first: int
    last: int
    unit: Unit | None
    figure: str | None


class Clauses:
    def __init__(self, sentence: Sentence, quantities: list[Quantity], vocabulary: Vocabulary) -> None:
        self.sentence = sentence
        self.words, self.stems = sentence.words, sentence.stems
        self.found = quantities
        self._firsts = {quantity.first for quantity in quantities if quantity.kind in ("count", "share")}
        self._vocabulary = vocabulary

    @cached_property
    def heads(self) -> dict[int, Head]:
        """Nouns that are counted, by the place where each begins; a number word is none."""
        taken = {place for number in self.found for place in range(number.first, number.last + 1)}
        heads: dict[int, Head] = {}
        place = 0
        while place < len(self.stems):
            head = None if place in taken else self._vocabulary.head(self.stems, place)
            if head is None:
                place += 1
                continue
            last, unit, figure = head
            if unit is not None or figure is not None:
                heads[place] = Head(place, last, unit, figure)
            place = last + 1
        return heads

    @cached_property
    def breaks(self) -> frozenset[int]:
        """Places of marks that end a clause: a colon, a bracket, or a dash between spaces."""
        tokens = self.sentence.tokens
        return frozenset(
            place
            for place, token in enumerate(tokens)
            if token.text in ";:()"
            or (
                token.text == "-"
                and 0 < place < len(tokens) - 1
                and token.start > tokens[place - 1].end
                and tokens[place + 1].start > token.end
            )
        )

    def after(self, quantity: Quantity) -> int:
        """Place before which the words after a number still speak of it."""
        words, beyond = self.words, 0
        for place in range(quantity.last + 1, min(len(words), quantity.last + WIDEST)):
            if place < beyond:
                continue
            if words[place] == "(" and (closed := self._closed(place)) and not self._counting(place, closed):
                beyond = closed + 1
                continue
            if place in self._firsts or place in self.breaks:
                return place
            if words[place] == "," and not set(words[place + 1 : place + 3]) & RELATIVE:
                return place
        return min(len(words), quantity.last + WIDEST)

    def _counting(self, first: int, last: int) -> bool:
        return any(number.kind != "share" for place in range(first, last) for number in self._near(place))

    def start(self, quantity: Quantity) -> int:
        least = max(0, quantity.first - WIDEST)
        for place in range(quantity.first - 1, least - 1, -1):
            if place in self.breaks or self.words[place] in (",", "and", "but"):
                return place + 1
            if any(
                number.first <= place <= number.last and number.kind != "vague"
                for number in self._near(place)
            ):
                return quantity.first
        return least

    def _near(self, place: int) -> list[Quantity]:
        return self.by_place.get(place, [])

    @cached_property
    def _next(self) -> dict[int, Quantity]:
        return {each.first: after for each, after in pairwise(self.found)}

    @cached_property
    def _previous(self) -> dict[int, Quantity]:
        return {each.first: before for before, each in pairwise(self.found)}

    @cached_property
    def by_place(self) -> dict[int, list[Quantity]]:
        places: dict[int, list[Quantity]] = {}
        for number in self.found:
            for place in range(number.first, number.last + 1):
                places.setdefault(place, []).append(number)
        return places

    def part_of(self, quantity: Quantity) -> Quantity | None:
        """Return the number of which this one is a part: "two of the 33"."""
        following = self._next.get(quantity.first)
        if following is None or following.kind != "count" or quantity.kind != "count":
            return None
        between = self.words[quantity.last + 1 : following.first]
        return following if between[:1] == ("of",) and set(between) <= POINTING else None

    def whole_of(self, quantity: Quantity) -> bool:
        before = self._previous.get(quantity.first)
        return before is not None and self.part_of(before) is quantity

    def noun(self, quantity: Quantity, stop: int) -> tuple[Head | None, str]:
        """Return the noun that follows a number: one that the vocabulary knows, or else any."""
        noun = ""
        place, end = quantity.last, min(len(self.words), quantity.last + LONGEST_NOUN)
        while (place := place + 1) < end:
            word = self.words[place]
            if word == "(" and (closed := self._closed(place)):
                # A scheme may be explained in brackets between a number and its noun.
                place, end = closed, min(len(self.words), closed + LONGEST_NOUN)
                stop = max(stop, end)
                continue
            if place >= stop:
                break
            if place in self.heads:
                return self.heads[place], ""
            if word in STOPS or not word[0].isalpha():
                break
            if word not in FILLERS and not word.endswith(("ed", "ly")):
                noun = noun or word
        return None, noun

    def _closed(self, place: int) -> int:
        """Place of the bracket that closes the one at `place`; 0 if it is far, or none."""
        near = self.words[place : place + LONGEST_NOUN]
        return place + near.index(")") if ")" in near else 0

    def links(self, quantity: Quantity, stop: int) -> bool:
        """Whether what follows a number only says what it is connected with."""
        words = self.words[quantity.last + 1 : stop]
        return any(has(words, phrase) for phrase in LINKED)


def has(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    size = len(wanted)
    if wanted[0] not in words:
        return False
    return any(words[place : place + size] == wanted for place in range(len(words) - size + 1))
