"""What each number of a sentence counts, of which day, and in which part: a total, a change, or no figure."""

import re
from dataclasses import dataclass, replace

from metrics.statement.clause import FILLERS, POINTING, STOPS, WIDEST, Clauses, Head, has
from metrics.statement.days import Anchor
from metrics.statement.quantities import Quantity
from metrics.statement.roles import CHANGED, EARLIER_TURNS, MORE, Quantifier, Quantifiers, Role, role_of
from metrics.statement.text import Sentence, words
from metrics.statement.vocabulary import Clue, Unit, Vocabulary
from metrics.statement.when import NEAR, Days

DOWN, COUNTING = words("down"), words("counting")
DENIED = words("denied")
NOW, PAST = words("now"), words("past")
RISE, FAILED, GROWING = words("rise"), words("failed"), words("growing")
SHARING = words("sharing")
LABELLED = (("harm",), ("administrative",), ("service",))
TOTALLED = (("in", "all"), ("in", "total"))


@dataclass(frozen=True)
class Reading:
    """A number and what it is taken to say.

    figures: names of what it may count, the likeliest first. unit: what kind of thing. noun: what it counts
    that no figure is. role: of a total, of how much it changed, or of how much it once was. anchor: the
    day it speaks of, None where it speaks of now; `loose` where it may speak of now all the same, `unsure`
    where nothing tells which. announced: whether it is said to have been published then. since: from
    when a change is counted. out_of: figures that a share may be of. guessed: whether the noun was taken from
    words around it. linked: whether it only says what the number is connected with. partly: whether it is a
    part of a total by something that no figure is. quantifier: whether it is said of all or of only these.
    own: figures of the unit itself, of which others are parts.
    """

    quantity: Quantity
    figures: tuple[str, ...] = ()
    unit: str = ""
    noun: str = ""
    role: Role = "total"
    down: bool = False
    anchor: Anchor | None = None
    loose: bool = False
    unsure: bool = False
    announced: bool = False
    since: Anchor | None = None
    out_of: tuple[str, ...] = ()
    guessed: bool = False
    linked: bool = False
    partly: bool = False
    quantifier: Quantifier = ""
    own: tuple[str, ...] = ()


class Reader:
    """Reads the numbers of one sentence; `before` is the unit that the sentence before spoke of."""

    def __init__(
        self,
        sentence: Sentence,
        numbers: list[Quantity],
        days: list[Anchor],
        vocabulary: Vocabulary,
        before: str = "",
    ) -> None:
        self._words, self._stems = sentence.words, sentence.stems
        self._clauses = Clauses(sentence, numbers, vocabulary)
        self._found = numbers
        self._days = days
        self._when = Days(self._clauses, days)
        self._quantifiers = Quantifiers(sentence, self._clauses, self._when)
        self._vocabulary = vocabulary
        self._before = before

    @property
    def topic(self) -> str:
        named = [head.unit.name for head in self._clauses.heads.values() if head.unit is not None]
        return named[0] if named else self._before

    def read(self, quantity: Quantity) -> Reading:
        stop, start = self._clauses.after(quantity), self._clauses.start(quantity)
        reading = replace(
            self._counted(quantity, start, stop),
            role=self._role(quantity, stop),
            down=bool(DOWN & set(self._words[max(0, quantity.first - 3) : quantity.last + 3])),
        )
        reading = replace(
            reading,
            quantifier=self._quantifiers.of(quantity, reading.unit),
            own=next((unit.own for unit in self._vocabulary.units if unit.name == reading.unit), ()),
        )
        when = self._when.of(quantity)
        since = next((day for day in self._days if day.how == "since"), None)
        since = since or self._compared(quantity, when.anchor)
        if reading.role == "change" and since is None and (pair := self._when.between()):
            return replace(reading, anchor=pair[1], since=pair[0])
        return replace(
            reading,
            anchor=when.anchor,
            loose=when.loose,
            unsure=when.unsure,
            announced=when.announced,
            since=since,
        )

    def _role(self, quantity: Quantity, stop: int) -> Role:
        if quantity.kind != "share":
            return role_of(self._words, quantity, stop)
        if self._grows(quantity):
            return "change"
        role = role_of(self._words, quantity, stop)
        return "total" if role == "change" else role

    def _counted(self, quantity: Quantity, start: int, stop: int) -> Reading:
        if quantity.kind == "share":
            grown = self._grows(quantity)
            return replace(self._guessed(quantity), unit="share") if grown else self._shared(quantity)
        if self._clauses.whole_of(quantity):
            head, _ = self._clauses.noun(quantity, stop)
            return self._guessed(quantity) if head is None else self._of_head(quantity, head, ())
        if whole := self._clauses.part_of(quantity):
            stop = self._clauses.after(whole)
            head, noun = self._clauses.noun(whole, stop)
        else:
            head, noun = self._clauses.noun(quantity, stop)
        scope = (*self._stems[start : quantity.first], ",", *self._stems[quantity.last + 1 : stop])
        linked = self._clauses.links(quantity, stop)
        if head is not None and self._partly(quantity, head, scope):
            return Reading(quantity, unit=head.unit.name if head.unit else "", partly=True)
        if head is not None:
            of_referrals = head.unit is not None and head.unit.name == "referrals"
            return replace(self._of_head(quantity, head, scope), linked=linked and of_referrals)
        if linked:
            return Reading(quantity, unit=self._before, linked=True)
        return self._of_noun(quantity, noun, stop)

    def _of_noun(self, quantity: Quantity, noun: str, stop: int) -> Reading:
        """Read a number whose noun is no unit's: by what is said of it, unless the noun is unknown."""
        if noun and not self._vocabulary.knows(noun):
            return Reading(quantity, noun=noun)
        implied = self._labelled(quantity) or self._summed(quantity) or self._implied(quantity, stop)
        return implied or (Reading(quantity, noun=noun) if noun else self._guessed(quantity))

    def _spoken_of(self, unit: Unit, before: int) -> Clue | None:
        """Return the part that a sentence is about: "11 failures (administrative)", then "3 further"."""
        if unit.name != "failures":
            return None
        named = [label for label in LABELLED if has(self._stems, ("(", *label, ")"))]
        heads = [head for head in self._clauses.heads.values() if head.unit is unit and head.last < before]
        if heads and not named:
            named = [
                label
                for label in LABELLED
                if self._stems[max(0, heads[0].first - 1) : heads[0].first] == label
            ]
        return Clue(named[0], ()) if named else None

    def _grows(self, quantity: Quantity) -> bool:
        """Whether a share says by how much something changed: "rose by 32%", "32% more", "up by 8, 32%"."""
        if quantity.kind != "share":
            return False
        place = quantity.first - 1
        while place >= 0 and self._words[place] in GROWING:
            place -= 1
        after = self._words[quantity.last + 1 : quantity.last + 2]
        given = self._words[place + 1 : quantity.first]
        if place >= 0 and self._words[place] in RISE and given[:1] != ("to",):
            return True
        if after in (("more",), ("fewer",), ("less",), ("up",), ("down",)):
            return True
        if SHARING & set(after):
            return False
        before = self._clauses.by_place.get(quantity.first - 2)
        aside = self._words[max(0, quantity.first - 1) : quantity.first] in ((",",), ("(",))
        return aside and bool(before) and role_of(self._words, before[0], 0) == "change"

    def _labelled(self, quantity: Quantity) -> Reading | None:
        """Take a number in a list by the label before it: "harm 2, administrative 14"."""
        label = self._stems[max(0, quantity.first - 1) : quantity.first]
        following = self._words[quantity.last + 1 : quantity.last + 2]
        ends = not following or following[0] in (",", ".", ";", ")", "and")
        return Reading(quantity, figures=label, unit="failures") if ends and label in LABELLED else None

    def _summed(self, quantity: Quantity) -> Reading | None:
        """Take "making 33 in all" for the whole of what was spoken of, and not for its last part."""
        before = self._words[max(0, quantity.first - 2) : quantity.first]
        if self._words[quantity.last + 1 : quantity.last + 3] not in TOTALLED and before[-1:] != ("making",):
            return None
        units = [head.unit for head in self._clauses.heads.values() if head.last < quantity.first]
        unit = units[-1] if units else None
        return Reading(quantity, figures=unit.own, unit=unit.name) if unit else None

    def _partly(self, quantity: Quantity, head: Head, scope: tuple[str, ...]) -> bool:
        part = self._words[quantity.last + 1 : quantity.last + 2] == ("of",)
        return part and head.unit is not None and _clue(head.unit, scope) is None

    def _of_head(self, quantity: Quantity, head: Head, scope: tuple[str, ...]) -> Reading:
        if head.unit is None:
            return Reading(quantity, figures=(head.figure or "",), unit=head.figure or "")
        clue = _clue(head.unit, scope)
        further = bool(MORE & set(self._words[quantity.last + 1 : head.first]))
        clue = clue or self._spoken_of(head.unit, quantity.first if further else 0)
        if quantity.kind == "ordinal" and clue and (clue.figures not in LABELLED):
            # "A 26th failure was referred": it is numbered among all of them.
            clue = None
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
        if quantity.plain and quantity.value and not self._predicates(quantity):
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

    def _guessed(self, quantity: Quantity) -> Reading:
        if quantity.plain and not self._predicates(quantity):
            return Reading(quantity)
        moved = self._moved(quantity)
        before = [head for head in self._clauses.heads.values() if head.last < quantity.first]
        after = [head for head in self._clauses.heads.values() if head.first > quantity.last]
        for head in [*before[::-1], *after]:
            around = self._stems[max(0, head.first - NEAR) : min(head.last + 1 + NEAR, quantity.first)]
            if head.unit is not None and (figures := self._figures(head, around)):
                sure = moved or self._counts(head)
                return Reading(quantity, figures=figures, unit=head.unit.name, guessed=not sure)
        if self._before:
            own = self._vocabulary.unit(self._before).own
            return Reading(quantity, figures=own, unit=self._before, guessed=True)
        return Reading(quantity)

    def _counts(self, head: Head) -> bool:
        before = range(max(0, head.first - 4), head.first)
        # "A small number of people" has given its number, and is not waiting for one.
        vague = any(each.kind == "vague" for at in before for each in self._clauses.by_place.get(at, ()))
        return not vague and bool(COUNTING & {self._words[at] for at in before})

    def _moved(self, quantity: Quantity) -> bool:
        """Whether it counts what the sentence speaks of: "from four to five", "the figure is now 33"."""
        before = self._words[max(0, quantity.first - 1) : quantity.first]
        earlier = self._words[max(0, quantity.first - 8) : quantity.first]
        later = self._words[quantity.last + 1 : quantity.last + 8]
        turn = self._words[max(0, quantity.first - 2) : quantity.first]
        if (
            turn in CHANGED
            or turn in EARLIER_TURNS
            or "figure" in self._words[max(0, quantity.first - 4) : quantity.first]
        ):
            return True
        return (before == ("from",) and "to" in later) or (before == ("to",) and "from" in earlier)

    def _shared(self, quantity: Quantity) -> Reading:
        """Read what a share is of, and what has it; neither where the sentence says what has it not."""
        heads = [head for head in self._clauses.heads.values() if head.unit is not None]
        following = [head for head in heads if head.first > quantity.last]
        whole = following[0] if following and self._closely(quantity, following[0]) else None
        unit = None if whole is None else whole.unit
        others = [head for head in heads if head is not whole and head.unit is not unit]
        if any(DENIED & set(self._words[max(0, head.first - 2) : head.first]) for head in others):
            return Reading(quantity, unit="share")
        if others and not whole and others[0].unit and others[0].unit.name == "cases":
            failed = ("failures",) if FAILED & set(self._words) else ()
            return Reading(quantity, figures=failed, unit="share", out_of=others[0].unit.own)
        if unit and not others and unit.name == "cases" and FAILED & set(self._words):
            return Reading(quantity, figures=("failures",), unit="share", out_of=unit.own)
        start, end = self._clauses.start(quantity), quantity.last + WIDEST
        scope = (*self._stems[start : quantity.first], ",", *self._stems[quantity.last + 1 : end])
        of_failures = _clue(self._vocabulary.unit("failures"), scope)
        if of_failures and (not others or (unit is not None and unit.name == "failures")):
            part = of_failures.figures
        else:
            part = self._figures(others[0], scope) if others else ()
        return Reading(quantity, figures=part, unit="share", out_of=unit.own if unit else ())

    def _figures(self, head: Head, scope: tuple[str, ...]) -> tuple[str, ...]:
        clue = (_clue(head.unit, scope) or self._spoken_of(head.unit, head.first)) if head.unit else None
        return clue.figures if clue else head.unit.own if head.unit else ()

    def _closely(self, quantity: Quantity, head: Head) -> bool:
        return all(
            word in FILLERS | POINTING
            or place in self._clauses.by_place
            or (word.isalpha() and word not in STOPS)
            for place, word in enumerate(self._words[quantity.last + 1 : head.first], quantity.last + 1)
        ) or self._words[quantity.last + 1 : quantity.last + 2] == ("of",)

    def _compared(self, quantity: Quantity, anchor: Anchor | None) -> Anchor | None:
        """Return the day after "one more than in": the change is counted from it."""
        near = self._words[quantity.last + 1 : quantity.last + 7]
        return anchor if anchor is not None and "than" in near else None


def _clue(unit: Unit, scope: tuple[str, ...]) -> Clue | None:
    return next((clue for clue in unit.clues if any(has(scope, word) for word in clue.words)), None)


def _refers(stems: tuple[str, ...]) -> bool:
    return any(re.match("refer", stem) for stem in stems)
