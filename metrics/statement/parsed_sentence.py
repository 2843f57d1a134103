"""A sentence with its numbers, days and nouns, and which of its words and days belong to which number."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from metrics.statement.mentions import FIRM, Anchor, Quantity
from metrics.statement.text import PHRASES, WORDS, Sentence, Span, Unit, Vocabulary, has

WIDEST, LONGEST_NOUN = 60, 8
NEAR = 4  # words between a number and its day, at most, where the day is that number's whatever they are
# Words around a day among which a verb says that something was announced on it.
BEFORE_A_DAY, AFTER_A_DAY = 6, 4
# Between "all" and its number: "each one of the more than 3,500".
LEADING = WORDS["pointing"].union(("one", "single", "last", "some"), *(phrase for phrase, _ in FIRM))

Role = Literal["total", "change", "earlier"]
Quantifier = Literal["", "all", "only", "only this many"]


@dataclass(frozen=True)
class Noun(Span):
    unit: Unit | None  # which it is of
    figure: str | None  # whose whole title it is

    def is_of(self, unit: str) -> bool:
        return self.unit is not None and self.unit.name == unit


@dataclass(frozen=True)
class When:
    anchor: Anchor | None = None  # None: now
    loose: bool = False  # it may speak of now all the same
    unsure: bool = False  # nothing tells which of the two it is
    announced: bool = False  # the sentence says that the number was published then


@dataclass(frozen=True)
class ParsedSentence(Sentence):
    quantities: list[Quantity]  # those that may be figures; no two share a token
    days: list[Anchor]
    vocabulary: Vocabulary

    @cached_property
    def by_place(self) -> dict[int, Quantity]:
        return {place: number for number in self.quantities for place in number.token_range}

    @cached_property
    def by_first(self) -> dict[int, Quantity]:
        return {number.first: number for number in self.quantities}

    @cached_property
    def nouns(self) -> dict[int, Noun]:
        """By the place where each begins; a number word is none."""
        nouns: dict[int, Noun] = {}
        begins = 0
        for place in range(len(self.words)):
            free = place >= begins and place not in self.by_place
            if free and (head := self.vocabulary.head(self.stems, place)):
                last, unit, figure = head
                begins = last + 1
                if unit or figure:
                    nouns[place] = Noun(place, last, unit, figure)
        return nouns

    @cached_property
    def breaks(self) -> frozenset[int]:
        """Places of marks that end a clause: a colon, a bracket, or a dash between spaces."""
        dashes = {
            place
            for place in range(1, len(self.tokens) - 1)
            if self.words[place] == "-"
            and self.tokens[place].start > self.tokens[place - 1].end
            and self.tokens[place + 1].start > self.tokens[place].end
        }
        return frozenset(dashes | {place for place, word in enumerate(self.words) if word in ";:()"})

    @cached_property
    def clauses(self) -> list[int]:
        """The number of the clause in which each word stands."""
        inside = {place for day in self.days for place in day.token_range}
        firsts, lasts = {day.first for day in self.days}, {day.last for day in self.days}
        clauses: list[int] = []
        for place, word in enumerate(self.words):
            ends = place in self.breaks or word in WORDS["joining"]
            counted = place in inside or place in self.by_place
            joins = place - 1 in lasts and place + 1 in firsts and word == "and"
            clause = clauses[-1] if clauses else 0
            clauses.append(clause + 1 if ends and not counted and not joins else clause)
        return clauses

    def scope_end(self, quantity: Quantity) -> int:
        """Place before which the words after a number still speak of it."""
        end, place = min(len(self.words), quantity.last + WIDEST), quantity.last + 1
        while place < end:
            closed = self._closed(place)
            inside = (self.by_place.get(at) for at in range(place, closed))
            if closed and all(number is None or number.kind == "share" for number in inside):
                place = closed + 1
                continue
            number = self.by_first.get(place)
            begins = number is not None and number.kind in ("count", "share")
            comma = self.words[place] == "," and not self.mentions("relative", place + 1, place + 3)
            if begins or comma or place in self.breaks:
                return place
            place += 1
        return end

    def scope_start(self, quantity: Quantity) -> int:
        least = max(0, quantity.first - WIDEST)
        for place in range(quantity.first - 1, least - 1, -1):
            if place in self.breaks or self.words[place] in (",", "and", "but"):
                return place + 1
            number = self.by_place.get(place)
            if number is not None and number.kind != "vague":
                return quantity.first
        return least

    def _closed(self, place: int) -> int:
        """Place of the bracket that closes the one at `place`; 0 if it is far, or none."""
        near = self.words[place : place + LONGEST_NOUN]
        return place + near.index(")") if near[0] == "(" and ")" in near else 0

    def part_of(self, quantity: Quantity) -> Quantity | None:
        """As in "two of the 33"."""
        following = next((number for number in self.quantities if number.first > quantity.last), None)
        if following is None or following.kind != "count" or quantity.kind not in ("count", "share"):
            return None
        between = self.words[quantity.last + 1 : following.first]
        return following if between[:1] == ("of",) and set(between) <= WORDS["pointing"] else None

    def noun(self, quantity: Quantity, stop: int) -> tuple[Noun | None, str]:
        """The noun that follows a number: one that the vocabulary knows, or else any."""
        noun = ""
        place, end = quantity.last, min(len(self.words), quantity.last + LONGEST_NOUN)
        while (place := place + 1) < end:
            word = self.words[place]
            if closed := self._closed(place):
                # A scheme may be explained in brackets between a number and its noun.
                place, end = closed, min(len(self.words), closed + LONGEST_NOUN)
                stop = max(stop, end)
                continue
            if place < stop and place in self.nouns:
                return self.nouns[place], ""
            if place >= stop or word in WORDS["stops"] or not word[0].isalpha():
                break
            if word not in WORDS["fillers"] and not word.endswith(("ed", "ly")):
                noun = noun or word
        return None, noun

    def role(self, quantity: Quantity, stop: int) -> Role:
        """stop: place before which the words after the number still speak of it."""
        first, after, before = quantity.first, quantity.last + 1, self.before(quantity.first, 2)
        stopped = self.mentions("stops", after, after + 1)
        more = self.mentions("more", after, after + (1 if stopped else 2)) and quantity.kind == "count"
        changed = before in PHRASES["changed"] or self.mentions("more_before", first - 2, first)
        if quantity.kind == "times" or changed or more:
            return "change"
        opening = before[-1:] == ("from",) and "to" in self.words[after : after + 7]
        became = self.mentions("became", after, min(after + 4, stop))
        at_first = has(self.words[after : min(after + 6, stop)], *PHRASES["first"])
        earlier = self.mentions("earlier", first - 4, first) or before in PHRASES["earlier"]
        return "earlier" if earlier or opening or became or at_first else "total"

    def when(self, quantity: Quantity) -> When:
        when = self._when(self.part_of(quantity) or quantity)
        if when.anchor is None:
            return when
        first, last = when.anchor.first, when.anchor.last
        before = self.mentions("saying", first - BEFORE_A_DAY, first)
        return replace(when, announced=before or self.mentions("saying", last, last + AFTER_A_DAY))

    def between(self) -> tuple[Anchor, Anchor] | None:
        """As in "between January and May"."""
        for one, other in pairwise(self.days):
            if self.word(one.first - 1) in ("between", "from") and other.first == one.last + 2:
                return one, other
        return None

    def _when(self, quantity: Quantity) -> When:
        clause = self.clauses[quantity.first]
        dated = [day for day in self.days if day.how == "in"]
        own = [day for day in dated if self.clauses[day.first] == clause]
        following = next((day for day in own if day.first > quantity.last), None)
        if following and self.by_place.keys().isdisjoint(range(quantity.last + 1, following.first)):
            return When(following, unsure=not self._binds(quantity, following))
        before = [day for day in dated if day.last < quantity.first]
        free = [day for day in before if not self._is_taken(day)]
        if free and (free[-1] in own or not any(day in own for day in before)):
            now = self.mentions("present", free[-1].last + 1, quantity.last + 3)
            return When() if now else When(free[-1])
        if later := next((day for day in dated if day.first > quantity.last), None):
            if self._shares_a_day(quantity):
                return When(later)
            compared = self.mentions("comparing", quantity.last + 1, later.first)
            return When(later, loose=True, unsure=not (compared or self._is_taken(later)))
        # A number of another clause is of the day before it, where nothing says that it is of now.
        here = {word for word, of in zip(self.words, self.clauses, strict=True) if of == clause}
        return When(before[-1], loose=True, unsure=True) if before and not WORDS["now"] & here else When()

    def _shares_a_day(self, quantity: Quantity) -> bool:
        """As in "14 administrative and 12 service in"."""
        clause, last = self.clauses[quantity.last], quantity.last
        end = next((at for at in range(last, len(self.words)) if self.clauses[at] != clause), len(self.words))
        after = self.by_place.get(end + 1)
        if after is None or self.words[end] not in ("and", ",") or self.mentions("stops", last + 1, end):
            return False
        return not any(self.mentions(name, after.last + 1, after.last + 3) for name in ("more", "stops"))

    def _binds(self, quantity: Quantity, day: Anchor) -> bool:
        """Whether nothing between a number and a day says that the day is of something else."""
        between = self.words[quantity.last + 1 : day.first]
        if len(between) <= NEAR or self.mentions("reported", quantity.last + 1, day.first):
            return True
        nouns = {place for noun in self.nouns.values() for place in noun.token_range}
        known = WORDS["stops"] | WORDS["pointing"] | WORDS["fillers"] | WORDS["done"]
        return all(
            place in nouns or word in known or word.endswith("ed") or not word[0].isalpha()
            for place, word in enumerate(between, quantity.last + 1)
        )

    def _is_taken(self, day: Anchor) -> bool:
        """Whether a day stands behind a number of its own clause."""
        return any(
            number.last < day.first
            and self.clauses[number.first] == self.clauses[day.first]
            and number.kind in ("count", "share")
            and not number.plain
            for number in self.quantities
        )

    def quantifier(self, quantity: Quantity, unit: str) -> Quantifier:
        """Before the number, or free in its clause or of its noun."""
        for place, number in self._quantified.items():
            universal = self.words[place] in WORDS["universal"]
            if number is quantity:
                return "all" if universal else "only this many"
            if number is None and self._speaks_of(place, quantity, unit):
                return "all" if universal else "only"
        return ""

    @cached_property
    def _quantified(self) -> dict[int, Quantity | None]:
        """By the place of the quantifier; None for one that is free."""
        numbers: dict[int, Quantity | None] = {}
        for place, word in enumerate(self.words):
            if word not in WORDS["universal"] | WORDS["exclusive"] or self._is_idle(place):
                continue
            after = place + 1
            while after not in self.by_first and self.word(after) in LEADING:
                after += 1
            numbers[place] = self.by_first.get(after)
        return numbers

    def _speaks_of(self, place: int, quantity: Quantity, unit: str) -> bool:
        if self.mentions("totalling", place + 1, quantity.first):
            return False
        clause = self.clauses[place]
        if any(self.clauses[number.first] == clause for number in self.quantities):
            return clause == self.clauses[quantity.first]
        return any(self.clauses[noun.first] == clause and noun.is_of(unit) for noun in self.nouns.values())

    def _is_idle(self, place: int) -> bool:
        """As in "in all"."""
        starts, idle = range(max(0, place - 3), place + 1), PHRASES["no_quantifier"]
        return any((last := self.phrase_at(start, idle)) is not None and last >= place for start in starts)
