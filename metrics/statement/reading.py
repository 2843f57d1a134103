"""What each number of a sentence counts, of which day, and in which part: a total, a change, or no figure."""

from dataclasses import dataclass, replace

from metrics.statement.mentions import Anchor, Quantity
from metrics.statement.parsed_sentence import NEAR, WIDEST, Noun, ParsedSentence, Quantifier, Role, When
from metrics.statement.text import PHRASES, WORDS, Unit, Words, has

PARTS = ("harm", "administrative", "service")


@dataclass(frozen=True)
class Reading:
    quantity: Quantity
    figures: tuple[str, ...] = ()  # names of what it may count, the likeliest first
    unit: str = ""  # what kind of thing it counts
    noun: str = ""  # what it counts that no figure is
    role: Role = "total"
    down: bool = False
    when: When = When()
    since: Anchor | None = None  # from when a change is counted
    out_of: tuple[str, ...] = ()  # figures that a share may be of
    guessed: bool = False  # the noun was taken from words around it
    linked: bool = False  # it only says what the number is connected with
    partly: bool = False  # a part of a total by something that no figure is
    quantifier: Quantifier = ""
    own: tuple[str, ...] = ()  # figures of the unit itself, of which others are parts
    doubt: str = ""  # why it says nothing of the figure after all


@dataclass(frozen=True)
class Reader(ParsedSentence):
    topic: str  # the unit that the sentence before spoke of

    @property
    def next_topic(self) -> str:
        return next((noun.unit.name for noun in self.nouns.values() if noun.unit), self.topic)

    def read(self, quantity: Quantity) -> Reading:
        stop, when = self.scope_end(quantity), self.when(quantity)
        reading = self._counted(quantity, stop)
        unit, role = self.vocabulary.units.get(reading.unit), self.role(quantity, stop)
        if quantity.kind == "share":
            role = "change" if self._grows(quantity) else "total" if role == "change" else role
        reading = replace(
            reading,
            role=role,
            down=self.mentions("down", quantity.first - 3, quantity.last + 3),
            quantifier=self.quantifier(quantity, reading.unit),
            own=unit.own if unit else (),
            doubt=self._doubt(quantity, stop, reading.unit),
        )
        since = next((day for day in self.days if day.how == "since"), None)
        if since is None and "than" in self.after(quantity.last, 6):
            # "One more than in January": the change is counted from that day.
            since = when.anchor
        if reading.role == "change" and since is None and (pair := self.between()):
            return replace(reading, when=When(pair[1]), since=pair[0])
        return replace(reading, when=when, since=since)

    def _doubt(self, quantity: Quantity, stop: int, unit: str) -> str:
        before = self.words[self.clauses.index(self.clauses[quantity.first]) : quantity.first]
        denials = [place for place, word in enumerate(before, 1) if word == "not" or word.endswith("n't")]
        if denials and set(before[denials[-1] :]) <= WORDS["deniable"]:
            return "The sentence denies it."
        if WORDS["unreal"] & set(before):
            return "It is planned or supposed, and not said to be so."
        start = self.scope_start(quantity)
        if WORDS["seasons"] & set(self.words[start:stop]):
            return "The sentence does not say which days it speaks of."
        places = (*range(min(start, NEAR)), *range(start, stop))
        named = next((self.tokens[place].written for place in places if self._is_elsewhere(place, unit)), "")
        return named and f"No release gives a number for {named}."

    def _is_elsewhere(self, place: int, unit: str) -> bool:
        """Whether a place, or a body that is not the review's own, begins there."""
        written, nearer = self.tokens[place].written, self.word(place - 1)
        dated = any(place in day.token_range for day in self.days) or place in self.by_place
        known = self.stems[place] in self.vocabulary.own_names or self.vocabulary.knows(written)
        before = self.word(place - 2) if nearer == "the" else nearer
        led = before in ("in", "at", "across") or (before == "to" and unit == "referrals")
        return written.istitle() and not (dated or known) and (led or self.word(place + 1) == "police")

    def _counted(self, quantity: Quantity, stop: int) -> Reading:
        if quantity.kind == "share":
            grown = self._grows(quantity)
            return replace(self._guessed(quantity), unit="share") if grown else self._shared(quantity)
        if any(self.part_of(number) is quantity for number in self.quantities):
            noun, _ = self.noun(quantity, stop)
            return self._of_noun(quantity, noun, ()) if noun else self._guessed(quantity)
        whole = self.part_of(quantity) or quantity
        stop = stop if whole is quantity else self.scope_end(whole)
        noun, word = self.noun(whole, stop)
        linked = has(self.words[quantity.last + 1 : stop], *PHRASES["linked"])
        scope = self._scope(quantity, stop)
        if noun is None:
            unknown = Reading(quantity, unit=self.topic, linked=True)
            return unknown if linked else self._of_word(quantity, word, stop)
        if noun.unit and self.word(quantity.last + 1) == "of" and not noun.unit.clue(scope):
            return Reading(quantity, unit=noun.unit.name, partly=True)
        return replace(self._of_noun(quantity, noun, scope), linked=linked and noun.is_of("referrals"))

    def _scope(self, quantity: Quantity, stop: int) -> Words:
        start, stems = self.scope_start(quantity), self.stems
        return (*stems[start : quantity.first], ",", *stems[quantity.last + 1 : stop])

    def _of_word(self, quantity: Quantity, word: str, stop: int) -> Reading:
        """By what is said of it, unless the noun is unknown."""
        if word and not self.vocabulary.knows(word):
            return Reading(quantity, noun=word)
        implied = self._labelled(quantity) or self._summed(quantity) or self._implied(quantity, stop)
        return implied or (Reading(quantity, noun=word) if word else self._guessed(quantity))

    def _of_noun(self, quantity: Quantity, noun: Noun, scope: Words) -> Reading:
        unit, stems = noun.unit, self.stems
        if unit is None:
            return Reading(quantity, figures=(noun.figure or "",), unit=noun.figure or "")
        matters = unit.name == "referrals" and stems[noun.first] == "matter"
        if matters and not any(stem.startswith("refer") for stem in stems):
            return Reading(quantity, noun="matters")
        further = self.mentions("more", quantity.last + 1, noun.first)
        part = unit.clue(scope) or self._spoken_of(unit, quantity.first if further else 0)
        if quantity.kind == "ordinal" and not set(part) <= set(PARTS):
            # "A 26th failure was referred": it is numbered among all of them.
            part = ()
        return Reading(quantity, figures=part or unit.own, unit=unit.name, noun=unit.name)

    def _spoken_of(self, unit: Unit, before: int) -> tuple[str, ...]:
        """As in "11 failures (administrative)", then "3 further"."""
        if unit.name != "failures":
            return ()
        stems = self.stems
        named = [part for part in PARTS if has(stems, ("(", part, ")"))]
        nouns = [noun for noun in self.nouns.values() if noun.unit is unit and noun.last < before]
        if nouns and not named:
            named = [part for part in PARTS if stems[max(0, nouns[0].first - 1) : nouns[0].first] == (part,)]
        return tuple(named[:1])

    def _figures(self, noun: Noun, scope: Words) -> tuple[str, ...]:
        unit = noun.unit
        return (unit.clue(scope) or self._spoken_of(unit, noun.first) or unit.own) if unit else ()

    def _grows(self, quantity: Quantity) -> bool:
        """As in "rose by 32%", "32% more", "up by 8, 32%"."""
        place = quantity.first - 1
        while self.word(place) in WORDS["growing"]:
            place -= 1
        after = self.word(quantity.last + 1)
        rises_to = self.words[place + 1 : quantity.first][:1] == ("to",)
        rises = self.word(place) in WORDS["rise"] and not rises_to
        if rises or after in ("more", "fewer", "less", "up", "down"):
            return True
        before = self.by_place.get(quantity.first - 2)
        aside = self.word(quantity.first - 1) in (",", "(") and after not in WORDS["sharing"]
        return aside and before is not None and self.role(before, 0) == "change"

    def _labelled(self, quantity: Quantity) -> Reading | None:
        """As in "harm 2, administrative 14"."""
        label = self.stems[max(0, quantity.first - 1) : quantity.first]
        ends = self.word(quantity.last + 1) in ("", ",", ".", ";", ")", "and")
        return Reading(quantity, figures=label, unit="failures") if ends and set(PARTS) & set(label) else None

    def _summed(self, quantity: Quantity) -> Reading | None:
        """As in "making 33 in all", the whole of what was spoken of and not its last part."""
        totalled = self.after(quantity.last, 2) in (("in", "all"), ("in", "total"))
        before = [noun for noun in self.nouns.values() if noun.last < quantity.first]
        unit = before[-1].unit if before else None
        if unit is None or not (totalled or self.word(quantity.first - 1) == "making"):
            return None
        return Reading(quantity, figures=unit.own, unit=unit.name)

    def _implied(self, quantity: Quantity, stop: int) -> Reading | None:
        """By what is said of it: "14 were administrative"."""
        near = self.stems[quantity.last + 1 : stop]
        if quantity.plain and quantity.value and not self._has_predicate(quantity):
            return None
        for unit in self.vocabulary.units.values():
            if unit.implied and (figures := unit.clue(near)):
                return Reading(quantity, figures=figures, unit=unit.name)
        named = near[:1] in (("service",), ("administrative",))
        return Reading(quantity, figures=near[:1], unit="failures") if named else None

    def _has_predicate(self, quantity: Quantity) -> bool:
        after = self.word(quantity.last + 1)
        return after in WORDS["stops"] | WORDS["pointing"] | WORDS["more"] | {*PARTS[1:]}

    def _guessed(self, quantity: Quantity) -> Reading:
        """One of what the words around it count."""
        if quantity.plain and not self._has_predicate(quantity):
            return Reading(quantity)
        before = [noun for noun in self.nouns.values() if noun.last < quantity.first]
        after = [noun for noun in self.nouns.values() if noun.first > quantity.last]
        for noun in [*before[::-1], *after]:
            until = min(noun.last + 1 + NEAR, quantity.first)
            around = self.stems[max(0, noun.first - NEAR) : until]
            if noun.unit and (figures := self._figures(noun, around)):
                sure = self._is_subject(quantity) or self._counts(noun)
                return Reading(quantity, figures=figures, unit=noun.unit.name, guessed=not sure)
        if not self.topic:
            return Reading(quantity)
        own = self.vocabulary.units[self.topic].own
        return Reading(quantity, figures=own, unit=self.topic, guessed=True)

    def _counts(self, noun: Noun) -> bool:
        near = [self.by_place.get(place) for place in range(max(0, noun.first - 4), noun.first)]
        # "A small number of people" has given its number, and is not waiting for one.
        vague = any(number is not None and number.kind == "vague" for number in near)
        return not vague and self.mentions("counting", noun.first - 4, noun.first)

    def _is_subject(self, quantity: Quantity) -> bool:
        """As in "from four to five", "the figure is now 33"."""
        before, earlier = self.before(quantity.first, 4), self.before(quantity.first, 8)
        later = self.after(quantity.last, 7)
        if before[-2:] in PHRASES["changed"] or before[-2:] in PHRASES["earlier"] or "figure" in before:
            return True
        return (before[-1:] == ("from",) and "to" in later) or (before[-1:] == ("to",) and "from" in earlier)

    def _shared(self, quantity: Quantity) -> Reading:
        """What it is of, and what has it; neither where the sentence says what has it not."""
        nouns = [noun for noun in self.nouns.values() if noun.unit]
        following = next((noun for noun in nouns if noun.first > quantity.last), None)
        whole = following if following and self._is_close(quantity, following) else None
        unit = whole.unit if whole else None
        others = [noun for noun in nouns if noun is not whole and noun.unit is not unit]
        if any(self.mentions("denied", noun.first - 2, noun.first) for noun in others):
            return Reading(quantity, unit="share")
        failed = ("failures",) if WORDS["failed"] & set(self.words) else ()
        cases = self.vocabulary.units["cases"]
        if (others and not whole and others[0].unit is cases) or (unit is cases and failed and not others):
            return Reading(quantity, figures=failed, unit="share", out_of=cases.own)
        scope = self._scope(quantity, quantity.last + WIDEST)
        failures = self.vocabulary.units["failures"]
        part = failures.clue(scope) if not others or unit is failures else ()
        part = part or (cases.clue(scope) if not others and unit is cases else ())
        part = part or (self._figures(others[0], scope) if others else ())
        return Reading(quantity, figures=part, unit="share", out_of=unit.own if unit else ())

    def _is_close(self, quantity: Quantity, noun: Noun) -> bool:
        first, between = quantity.last + 1, self.words[quantity.last + 1 : noun.first]
        return between[:1] == ("of",) or all(
            word in WORDS["fillers"] | WORDS["pointing"]
            or place in self.by_place
            or (word.isalpha() and word not in WORDS["stops"])
            for place, word in enumerate(between, first)
        )
