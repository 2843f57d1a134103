"""What each number of a sentence counts, of which day, and in which part: a total, a change, or no figure."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from metrics.statement.days import Anchor
from metrics.statement.quantities import Quantity
from metrics.statement.text import Sentence
from metrics.statement.vocabulary import Clue, Unit, Vocabulary
from metrics.statement.words import turns, words

Role = Literal["total", "change", "earlier"]

WIDEST = 60
LONGEST_NOUN, NEAR = 8, 4
STOPS, FILLERS, POINTING, RELATIVE = words("stops"), words("fillers"), words("pointing"), words("relative")
LINKED, CHANGED, FIRST, EARLIER_TURNS = turns("linked"), turns("changed"), turns("first"), turns("earlier")
MORE, MORE_BEFORE, DOWN = words("more"), words("more_before"), words("down")
EARLIER, BECAME, REPORTED = words("earlier"), words("became"), words("reported")
NOW, PAST = words("now"), words("past")


@dataclass(frozen=True)
class Reading:
    """A number and what it is taken to say.

    figures: names of what it may count, the likeliest first. unit: what kind of thing. noun: what it counts
    that no figure is. role: of a total, of how much it changed, or of how much it once was. anchor: the
    day it speaks of, None where it speaks of now; `loose` where it may speak of now all the same. since: from
    when a change is counted. out_of: figures that a share may be of. guessed: whether the noun was taken from
    words around it. linked: whether it only says what the number is connected with.
    """

    quantity: Quantity
    figures: tuple[str, ...] = ()
    unit: str = ""
    noun: str = ""
    role: Role = "total"
    down: bool = False
    anchor: Anchor | None = None
    loose: bool = False
    since: Anchor | None = None
    out_of: tuple[str, ...] = ()
    guessed: bool = False
    linked: bool = False


@dataclass(frozen=True)
class _Head:
    first: int
    last: int
    unit: Unit | None
    figure: str | None


class Reader:
    """Reads the numbers of one sentence; `before` is the unit that the sentence before spoke of."""

    def __init__(
        self,
        sentence: Sentence,
        found: list[Quantity],
        days: list[Anchor],
        vocabulary: Vocabulary,
        before: str = "",
    ) -> None:
        self._sentence = sentence
        self._words, self._stems = sentence.words, sentence.stems
        self._found = found
        self._firsts = {each.first for each in found if each.kind in ("count", "share")}
        self._days = days
        self._vocabulary = vocabulary
        self._before = before

    @cached_property
    def heads(self) -> dict[int, _Head]:
        """Nouns that are counted, by the place where each begins; a number word is none."""
        taken = {place for each in self._found for place in range(each.first, each.last + 1)}
        heads: dict[int, _Head] = {}
        place = 0
        while place < len(self._stems):
            head = None if place in taken else self._vocabulary.head(self._stems, place)
            if head is None:
                place += 1
                continue
            last, unit, figure = head
            if unit is not None or figure is not None:
                heads[place] = _Head(place, last, unit, figure)
            place = last + 1
        return heads

    @cached_property
    def breaks(self) -> frozenset[int]:
        """Places of marks that end a clause: a colon, a bracket, or a dash between spaces."""
        tokens = self._sentence.tokens
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

    @property
    def topic(self) -> str:
        """Unit that the sentence speaks of, for the one after it."""
        named = [head.unit.name for head in self.heads.values() if head.unit is not None]
        return named[0] if named else self._before

    def read(self, quantity: Quantity) -> Reading:
        """Return what one number is taken to say."""
        stop, start = self._after(quantity), self._start(quantity)
        reading = replace(
            self._counted(quantity, start, stop),
            role=self._role(quantity),
            down=bool(DOWN & set(self._words[max(0, quantity.first - 3) : quantity.last + 3])),
        )
        anchor, loose = self._anchor(quantity, stop)
        since = next((each for each in self._days if each.how == "since"), None)
        return replace(reading, anchor=anchor, loose=loose, since=since or self._compared(quantity, anchor))

    def _after(self, quantity: Quantity) -> int:
        """Place before which the words after a number still speak of it."""
        words = self._words
        for place in range(quantity.last + 1, min(len(words), quantity.last + WIDEST)):
            if place in self._firsts or place in self.breaks:
                return place
            if words[place] == "," and not set(words[place + 1 : place + 3]) & RELATIVE:
                return place
        return min(len(words), quantity.last + WIDEST)

    def _start(self, quantity: Quantity) -> int:
        """Place from which the words before a number speak of it."""
        least = max(0, quantity.first - WIDEST)
        for place in range(quantity.first - 1, least - 1, -1):
            if place in self.breaks or self._words[place] in (",", "and", "but"):
                return place + 1
            if any(each.first <= place <= each.last and each.kind != "vague" for each in self._near(place)):
                return quantity.first
        return least

    def _near(self, place: int) -> list[Quantity]:
        return self._by_place.get(place, [])

    @cached_property
    def _next(self) -> dict[int, Quantity]:
        return {each.first: after for each, after in pairwise(self._found)}

    @cached_property
    def _previous(self) -> dict[int, Quantity]:
        return {each.first: before for before, each in pairwise(self._found)}

    @cached_property
    def _by_place(self) -> dict[int, list[Quantity]]:
        held: dict[int, list[Quantity]] = {}
        for each in self._found:
            for place in range(each.first, each.last + 1):
                held.setdefault(place, []).append(each)
        return held

    def _counted(self, quantity: Quantity, start: int, stop: int) -> Reading:
        if quantity.kind == "share":
            return self._shared(quantity)
        if self._whole_of(quantity):
            head, _ = self._noun(quantity, stop)
            return self._guessed(quantity) if head is None else self._of_head(quantity, head, ())
        if whole := self._part_of(quantity):
            stop = self._after(whole)
            head, noun = self._noun(whole, stop)
        else:
            head, noun = self._noun(quantity, stop)
        scope = (*self._stems[start : quantity.first], ",", *self._stems[quantity.last + 1 : stop])
        linked = self._links(quantity, stop)
        if head is not None:
            of_referrals = head.unit is not None and head.unit.name == "referrals"
            return replace(self._of_head(quantity, head, scope), linked=linked and of_referrals)
        if linked:
            return Reading(quantity, unit=self._before, linked=True)
        implied = self._implied(quantity, stop)
        return implied or (Reading(quantity, noun=noun) if noun else self._guessed(quantity))

    def _part_of(self, quantity: Quantity) -> Quantity | None:
        """Return the number of which this one is a part: "two of the 33"."""
        following = self._next.get(quantity.first)
        if following is None or following.kind != "count" or quantity.kind != "count":
            return None
        between = self._words[quantity.last + 1 : following.first]
        return following if between[:1] == ("of",) and set(between) <= POINTING else None

    def _whole_of(self, quantity: Quantity) -> bool:
        """Whether a number before it is a part of this one."""
        before = self._previous.get(quantity.first)
        return before is not None and self._part_of(before) is quantity

    def _noun(self, quantity: Quantity, stop: int) -> tuple[_Head | None, str]:
        """Return the noun that follows a number: one that the vocabulary knows, or else any."""
        noun = ""
        place, end = quantity.last, min(len(self._words), quantity.last + LONGEST_NOUN)
        while (place := place + 1) < end:
            word = self._words[place]
            if word == "(" and (closed := self._closed(place)):
                # A scheme may be explained in brackets between a number and its noun.
                place, end = closed, min(len(self._words), closed + LONGEST_NOUN)
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
        near = self._words[place : place + LONGEST_NOUN]
        return place + near.index(")") if ")" in near else 0

    def _of_head(self, quantity: Quantity, head: _Head, scope: tuple[str, ...]) -> Reading:
        if head.unit is None:
            return Reading(quantity, figures=(head.figure or "",), unit=head.figure or "")
        clue = _clue(head.unit, scope)
        if head.unit.name == "referrals" and self._stems[head.first] == "matter" and not _refers(self._stems):
            return Reading(quantity, noun="matters")
        return Reading(
            quantity,
            figures=clue.figures if clue else head.unit.own,
            unit=head.unit.name,
            noun=head.unit.name,
        )

    def _implied(self, quantity: Quantity, stop: int) -> Reading | None:
        """Take a number without a noun by what is said of it: "14 were administrative"."""
        near = self._stems[quantity.last + 1 : stop]
        if quantity.plain and not self._predicates(quantity):
            return None
        for unit in self._vocabulary.units:
            if unit.implied and (clue := _clue(unit, near)):
                return Reading(quantity, figures=clue.figures, unit=unit.name)
        if near[:1] in (("service",), ("administrative",)):
            return Reading(quantity, figures=near[:1], unit="failures")
        return None

    def _predicates(self, quantity: Quantity) -> bool:
        following = self._words[quantity.last + 1 : quantity.last + 2]
        return bool(following) and (
            following[0] in STOPS | POINTING | MORE or following[0] in ("administrative", "service")
        )

    def _links(self, quantity: Quantity, stop: int) -> bool:
        words = self._words[quantity.last + 1 : stop]
        return any(_has(words, each) for each in LINKED)

    def _guessed(self, quantity: Quantity) -> Reading:
        """Take a number without any noun by what the words before it, or the sentence before, spoke of."""
        if quantity.plain and not self._predicates(quantity):
            return Reading(quantity)
        moved = self._moved(quantity)
        before = [head for head in self.heads.values() if head.last < quantity.first]
        after = [head for head in self.heads.values() if head.first > quantity.last]
        for head in [*before[::-1], *after]:
            if head.unit is not None and head.unit.own:
                return Reading(quantity, figures=head.unit.own, unit=head.unit.name, guessed=not moved)
        if self._before:
            own = self._vocabulary.unit(self._before).own
            return Reading(quantity, figures=own, unit=self._before, guessed=True)
        return Reading(quantity)

    def _moved(self, quantity: Quantity) -> bool:
        """Whether it is one end of "from four to five": what moved is what the sentence speaks of."""
        before = self._words[max(0, quantity.first - 1) : quantity.first]
        earlier = self._words[max(0, quantity.first - 8) : quantity.first]
        later = self._words[quantity.last + 1 : quantity.last + 8]
        if self._words[max(0, quantity.first - 2) : quantity.first] in CHANGED:
            return True
        return (before == ("from",) and "to" in later) or (before == ("to",) and "from" in earlier)

    def _shared(self, quantity: Quantity) -> Reading:
        """Read what a share is of, and what has it."""
        following = [head for head in self.heads.values() if head.first > quantity.last]
        whole = following[0] if following and self._closely(quantity, following[0]) else None
        others = [head for head in self.heads.values() if head is not whole and head.unit is not None]
        start = self._start(quantity)
        scope = (
            *self._stems[start : quantity.first],
            ",",
            *self._stems[quantity.last + 1 : quantity.last + WIDEST],
        )
        part: tuple[str, ...] = ()
        for head in others:
            if head.unit is not None and (whole is None or head.unit is not whole.unit):
                clue = _clue(head.unit, scope)
                part = part or (clue.figures if clue else head.unit.own)
        clue = _clue(self._vocabulary.unit("failures"), scope)
        if whole is not None and whole.unit is not None and whole.unit.name == "failures" and clue:
            part = clue.figures
        if not part and clue:
            part = clue.figures
        out_of = () if whole is None or whole.unit is None else whole.unit.own
        return Reading(quantity, figures=part, unit="share", out_of=out_of)

    def _closely(self, quantity: Quantity, head: _Head) -> bool:
        return all(
            word in FILLERS | POINTING or place in self._by_place or (word.isalpha() and word not in STOPS)
            for place, word in enumerate(self._words[quantity.last + 1 : head.first], quantity.last + 1)
        ) or self._words[quantity.last + 1 : quantity.last + 2] == ("of",)

    def _role(self, quantity: Quantity) -> Role:
        if self._changes(quantity):
            return "change"
        words, first, last = self._words, quantity.first, quantity.last
        near = words[max(0, first - 4) : first]
        if EARLIER & set(near) or near[-2:] in EARLIER_TURNS:
            return "earlier"
        opening = near[-1:] == ("from",) and "to" in words[last + 1 : last + 8]
        following = words[last + 1 : last + 7]
        became = bool(BECAME & set(following[:4])) or any(_has(following, each) for each in FIRST)
        return "earlier" if opening or became else "total"

    def _changes(self, quantity: Quantity) -> bool:
        """Whether it says by how much something changed: "eight more", "a rise of eight", "doubled"."""
        before = self._words[max(0, quantity.first - 2) : quantity.first]
        if quantity.kind == "times" or before in CHANGED or MORE_BEFORE & set(before):
            return True
        near = self._words[quantity.last + 1 : quantity.last + 3]
        more = bool(near) and (near[0] in MORE or (near[0] not in STOPS and near[-1] in MORE))
        return more and quantity.kind == "count"

    def _compared(self, quantity: Quantity, anchor: Anchor | None) -> Anchor | None:
        """Return the day after "one more than in": the change is counted from it."""
        near = self._words[quantity.last + 1 : quantity.last + 7]
        return anchor if anchor is not None and "than" in near else None

    def _anchor(self, quantity: Quantity, stop: int) -> tuple[Anchor | None, bool]:
        """Return the day that a number speaks of, and whether it may speak of now all the same."""
        days = [each for each in self._days if each.how == "in"]
        following = [each for each in days if quantity.last < each.first < stop]
        if following:
            return following[0], not self._adjoins(quantity, following[0])
        preceding = [each for each in days if each.last < quantity.first and not self._taken(each)]
        if preceding:
            return preceding[-1], False
        later = [each for each in days if each.first > quantity.last]
        return (later[0], True) if later else (None, False)

    def _adjoins(self, quantity: Quantity, anchor: Anchor) -> bool:
        between = self._words[quantity.last + 1 : anchor.first]
        return len(between) <= NEAR or bool(REPORTED & set(between))

    def _taken(self, anchor: Anchor) -> bool:
        """Whether a day stands right behind a number, and so is that number's alone."""
        for each in self._found:
            between = self._words[each.last + 1 : anchor.first]
            if each.last < anchor.first and len(between) <= NEAR and "," not in between:
                return each.kind in ("count", "share") and not each.plain
        return False


def _clue(unit: Unit, scope: tuple[str, ...]) -> Clue | None:
    return next((clue for clue in unit.clues if any(_has(scope, each) for each in clue.words)), None)


def _has(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    size = len(wanted)
    if wanted[0] not in words:
        return False
    return any(words[place : place + size] == wanted for place in range(len(words) - size + 1))


def _refers(stems: tuple[str, ...]) -> bool:
    return any(re.match("refer", each) for each in stems)
