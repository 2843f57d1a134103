"""The mark of one number, from what it is taken to say and what was published."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations, product

from data.formatting import written_day
from metrics.statement.mentions import FIRST_DAY, Quantity
from metrics.statement.published import Claim, Corpus, Fit, Mark, ReleasedNumber
from metrics.statement.reading import PARTS, Reading
from metrics.statement.text import Figure, Vocabulary

# A smaller number may be the same as another by chance: that says nothing of where it was taken from.
SPECIFIC, UNMISTAKABLE = 10, 100
SAYS = {"all": "of all of them", "only": "of these and no others", "only this many": "exactly"}
FEW = 0.5  # of a published number: fewer are likelier to be others, such as those of one month
UNITS = ("people", "staff", "cases", "failures", "referrals")
UNIT_WORDS = {"staff": "officers or staff", "cases": "applications"}
RIGHT: tuple[Fit, ...] = ("right", "rounder")
NO_FIGURE = "It counts nothing that the review has a figure of."


def judge(
    corpus: Corpus, vocabulary: Vocabulary, reading: Reading, carried: Reading | None, blank: Claim
) -> Claim:
    """carried: the same number read on the day of the sentence before."""
    judgement = _Judgement(corpus, vocabulary, reading, blank)
    claim = judgement.claim()
    if carried is not None and claim.wrong and judgement.figures and not judgement.is_share:
        again = _Judgement(corpus, vocabulary, carried, blank).claim()
        claim = again if again.mark is Mark.MATCHES else claim
    if reading.doubt and claim.mark is not Mark.NO_FIGURE:
        return replace(claim, mark=Mark.UNCLEAR, sentence=reading.doubt, instead="")
    if claim.mark is not Mark.MATCHES or judgement.bears_out(claim):
        return claim
    why = f"The number was published, but nothing published says it {SAYS[reading.quantifier]}."
    return replace(claim, mark=Mark.UNCLEAR, sentence=why)


@dataclass(frozen=True)
class _Judgement:
    corpus: Corpus
    vocabulary: Vocabulary
    reading: Reading
    blank: Claim

    @cached_property
    def figures(self) -> list[Figure]:
        return [self.vocabulary.figures[name] for name in self.reading.figures]

    @property
    def quantity(self) -> Quantity:
        return self.reading.quantity

    @property
    def is_share(self) -> bool:
        return self.quantity.kind == "share" or (bool(self.reading.out_of) and self.reading.unit == "share")

    def claim(self) -> Claim:
        return next(self._claims())

    # Rules are generators: the first claim that they yield is the one that is made.
    def _claims(self) -> Iterator[Claim]:
        reading = self.reading
        if self.quantity.kind == "vague":
            if reading.unit and (reading.figures or reading.unit == "people"):
                yield self._unclear("It is an amount without a number, so no figure can be compared with it.")
            yield self._mark(Mark.NO_FIGURE, NO_FIGURE)
        if reading.linked:
            yield self._unclear("It says what a matter is connected with, and no release counts that.")
        if reading.partly:
            yield self._unclear("It is a part of a total, by something that no release counts.")
        if not self.is_share:
            yield from self._total() if self.figures else self._unnamed()
        if reading.role != "change":
            yield from self._share()
        yield from self._change()
        yield self._unclear("It is a change in per cent, and nothing published says of what or since when.")

    def bears_out(self, claim: Claim) -> bool:
        """Whether what was published says "all", "only" or "only this many" of a number as well."""
        reading = self.reading
        if not reading.quantifier or self.quantity.kind == "share":
            return True
        same = (number for number in self._all(self.figures) if number.exact == self.quantity.value)
        numbers = [number for number in same if number.release.published.name in claim.releases]
        if reading.quantifier != "all":
            return reading.quantifier == "only this many" and bool(numbers)
        # All of them are something where as many are it as there are at all, in the same release.
        own = reading.own[:1] if reading.figures != reading.own else ()
        wholes = self._all(self.vocabulary.figures[name] for name in own)
        return any(
            whole.release is number.release and whole.figure is not number.figure
            for number, whole in product(numbers, wholes)
            if whole.exact == number.exact
        )

    def _mark(self, mark: Mark, why: str, *numbers: ReleasedNumber, instead: str = "") -> Claim:
        names = tuple(dict.fromkeys(number.release.published.name for number in numbers))
        text = f"{why[:1].upper()}{why[1:]}"
        return replace(self.blank, mark=mark, sentence=text, releases=names, instead=instead)

    def _unclear(self, why: str, *numbers: ReleasedNumber, instead: str = "") -> Claim:
        return self._mark(Mark.UNCLEAR, why, *numbers, instead=instead)

    def _options(self, figure: Figure) -> list[ReleasedNumber]:
        """The likeliest first."""
        newest = self.corpus.newest(figure)
        present = [] if newest is None else [newest]
        if self.reading.when.anchor is not None:
            then = self._of_the_day(figure)
            return then + present if self.reading.when.loose else then
        if self.reading.role == "earlier" and newest is not None:
            return self.corpus.earlier(newest)[::-1]
        return present

    def _of_the_day(self, figure: Figure) -> list[ReleasedNumber]:
        anchor = self.reading.when.anchor
        if anchor is None:
            return []
        if anchor.vague and anchor.begins == FIRST_DAY:
            return self.corpus.lately(figure)
        numbers = self.corpus.numbers(figure)[::-1] if anchor.as_at else []
        as_at = [number for number in numbers if number.release.published.as_at == anchor.begins]
        return as_at or self.corpus.within(figure, anchor.begins, anchor.ends)

    def _total(self) -> Iterator[Claim]:
        reading, anchor = self.reading, self.reading.when.anchor
        if reading.role == "change":
            yield from self._change()
        if anchor is not None and not reading.when.loose and self.corpus.releases[0].day > anchor.ends:
            yield self._unclear("Nothing had been published by the day that it speaks of.")
        options = [number for figure in self.figures for number in self._options(figure)]
        for number in options:
            if (fit := number.fit(self.quantity)) in RIGHT:
                yield from self._doubts(number)
                yield self._right(number, fit)
        if self.quantity.kind == "ordinal":
            yield from self._ordinal(options)
        yield from self._wrong(options[0]) if options else self._unpublished()

    def _right(self, number: ReleasedNumber, fit: Fit) -> Claim:
        if fit == "rounder":
            why = f"{number.sentence}: keep the words that it was given with."
            return self._mark(Mark.MATCHES, why, number, instead=number.line)
        guess = " What is counted is taken from the words around it." if self.reading.guessed else ""
        return self._mark(Mark.MATCHES, f"{number.sentence}.{guess}", number)

    def _doubts(self, number: ReleasedNumber) -> Iterator[Claim]:
        """A number that was published, but whose day does not let it stand."""
        reading, anchor = self.reading, self.reading.when.anchor
        then = [other for figure in self.figures for other in self._of_the_day(figure)]
        own = [other for other in then if other.figure is number.figure]
        if anchor is None or (number not in then and not reading.when.unsure):
            return
        why = ""
        if number not in then:
            why = "whether the sentence speaks of now or of another day, it does not say"
        elif anchor.vague and any(other.fit(self.quantity) not in RIGHT for other in own):
            yield self._unclear(
                f"{number.sentence}; which statement is meant, the sentence does not say.", *own
            )
        elif anchor.as_at and number.release.published.as_at != anchor.begins:
            why = f"nothing published says how many on {written_day(anchor.begins)}"
        if why:
            yield self._unclear(f"{number.sentence}; {why}.", number)
        past = not anchor.vague and anchor.ends < self.corpus.day and not anchor.ago
        days = [release.day for release in self.corpus.releases]
        spoke = any(anchor.begins <= day <= anchor.ends for day in days)
        if reading.when.announced and past and not spoke:
            why = f"{number.sentence}; nothing was published at the time that the sentence gives."
            yield self._mark(Mark.ANOTHER_DAY, why, number, instead=number.line)

    def _ordinal(self, options: Sequence[ReleasedNumber]) -> Iterator[Claim]:
        number = options[0] if options else None
        if number is None or number.exact is None:
            yield self._mark(Mark.NO_FIGURE, "It says which one, and not how many.")
        elif self.quantity.value > number.exact:
            why = f"It says that there are as many, and {number.sentence}."
            yield self._mark(Mark.DIFFERS, why, number, instead=number.line)
        else:
            yield self._unclear("It says which one, and no release numbers them.", number)

    def _wrong(self, number: ReleasedNumber) -> Iterator[Claim]:
        reading, others = self.reading, self._elsewhere()
        if reading.guessed and not others:
            why = "The sentence does not name what it counts, and the number is none of those that it may be."
            yield self._unclear(why, number)
        if number.fit(self.quantity) == "hidden":
            if self._is_small():
                why = f"It is a small number, and {number.sentence}: it is not to be given exactly."
                yield self._mark(Mark.SMALL, why, number)
            why = f"{number.sentence}: nothing published says as much as this."
            yield self._mark(Mark.UNPUBLISHED, why, number, instead=number.line)
        if not others:
            yield from self._unlike(number)
        first, last = others[0], others[-1]
        if reading.role == "earlier":
            why = f"It is given as an earlier figure, and {last.sentence}."
            yield self._mark(Mark.ANOTHER_DAY, why, last)
        if reading.when.anchor is None or reading.when.loose:
            why = f"{last.sentence}, but {number.sentence}."
            yield self._mark(Mark.ANOTHER_DAY, why, last, number, instead=number.line)
        why = f"{number.sentence}; {first.shown} was first said in {first.release.name}."
        yield self._mark(Mark.DIFFERS, why, number, first, instead=number.line)

    def _unlike(self, number: ReleasedNumber) -> Iterator[Claim]:
        mixed, published = self._mixed(), number.cell.number
        others = self.reading.unit == "cases" or self.reading.when.anchor is not None
        far = published is not None and self.quantity.value < FEW * published and not self.quantity.firm
        if mixed is None and others and far:
            why = f"{number.sentence}; so few may be others, such as those of one month."
            yield self._unclear(why, number)
        also = f"; {mixed.shown} is its number of {mixed.figure.words}" if mixed else ""
        yield self._mark(Mark.DIFFERS, f"{number.sentence}{also}.", number, instead=number.line)

    def _unpublished(self) -> Iterator[Claim]:
        """A number of a figure that no release had by the day the sentence speaks of."""
        words = self.figures[0].words
        if others := self._elsewhere():
            why = f"No release of that day has it; {others[0].sentence}."
            yield self._mark(Mark.ANOTHER_DAY, why, others[0])
        if akin := self._akin():
            why = f"{akin.sentence}, which is not the same as {words}: nothing published says how many."
            yield self._unclear(why, akin, instead=akin.line)
        yield from self._of_another(words)
        if self.figures[0].uncounted:
            yield self._unclear(f"No release counts {words}.")
        if self.reading.guessed:
            yield self._unclear("The sentence does not name what it counts.")
        if self.reading.unit == "staff" and self.quantity.value == 1:
            yield self._mark(Mark.NO_FIGURE, "One member of staff is a person, and not a count.")
        if self._is_small():
            why = f"No release gives a number of {words}, and this one is small: it is not to be given."
            yield self._mark(Mark.SMALL, why)
        yield self._mark(Mark.UNPUBLISHED, f"No release gives a number of {words}.")

    def _of_another(self, words: str) -> Iterator[Claim]:
        if mixed := self._mixed():
            why = f"{mixed.sentence}: that is not a number of {words}."
            yield self._mark(Mark.DIFFERS, why, mixed, instead=mixed.line)

    def _unnamed(self) -> Iterator[Claim]:
        """A number of which no figure is known that it counts."""
        noun, quantity, known = self.reading.noun, self.quantity, self.reading.unit in UNITS
        if known:
            yield from self._of_another(UNIT_WORDS.get(self.reading.unit, self.reading.unit))
        if self.reading.unit == "people" and quantity.value not in (0, 1):
            figures = "the words around it do not say which of the review's figures is meant."
            yield self._unclear(f"It counts people, and {figures}")
        same = self._anywhere()
        if same is not None and (quantity.value >= UNMISTAKABLE or not noun):
            yield self._unclear(f"{same.sentence}; whether this is meant, the sentence does not say.", same)
        if noun and not quantity.plain and not known and not self.vocabulary.knows(noun):
            yield self._unclear(f"The review has no figure of “{noun}”, so nothing can be compared with it.")
        if not noun and not quantity.plain and quantity.kind == "count":
            yield self._unclear("The sentence does not name what it counts.")
        if quantity.kind == "times":
            yield self._unclear("The sentence does not name which figure has changed so.")
        yield self._mark(Mark.NO_FIGURE, NO_FIGURE)

    def _share(self) -> Iterator[Claim]:
        """Mark a share by what two published counts come to: by their protected counts, where they are."""
        for part in self.figures:
            wholes = ("failures",) if part.name in PARTS else ("risk_assessed", "population")
            for name in self.reading.out_of or wholes:
                whole = self.vocabulary.figures[name]
                for above, below in product(self._options(part), self._options(whole)):
                    one, other = above.cell, below.cell
                    unfit = one.qualifier or other.qualifier or above.release is not below.release
                    if unfit or one.number is None or not other.number:
                        continue
                    share = one.number / other.number
                    right, percent = self.quantity.agrees(share), f"{100 * share:.3g}%"
                    mark, instead = (Mark.MATCHES, "") if right else (Mark.DIFFERS, percent)
                    why = f"{above.sentence} and that {below.clause}: {percent}."
                    yield self._mark(mark, why, above, below, instead=instead)
        yield self._unclear("What it is a share of, or what has it, was not published or is not said.")

    def _change(self) -> Iterator[Claim]:
        """Mark a change by two numbers of the first figure that has them."""
        for before, after in chain.from_iterable(map(self._ends, self.figures)):
            both = f"{before.sentence}, and {after.release.name} that {after.clause}"
            if before.exact is None or after.exact is None:
                yield self._unclear(f"{both}: the exact change was not published.", before, after)
                return
            if self._has_changed(before.exact, after.exact):
                yield self._mark(Mark.MATCHES, f"{both}.", before, after)
            if self.reading.guessed and self.reading.since is None:
                yield self._unclear("The sentence does not name what has changed.")
            apart, opening = abs(after.exact - before.exact), before.exact
            percent = f", {apart / opening:.1%}" if self.quantity.kind == "share" and opening else ""
            exact = [number.exact for number in self.corpus.numbers(after.figure) if number.exact is not None]
            once = any(self._has_changed(one, other) for one, other in combinations(exact, 2))
            mark = Mark.ANOTHER_DAY if once else Mark.DIFFERS
            yield self._mark(mark, f"{both}: a difference of {apart:,.0f}{percent}.", before, after)

    def _ends(self, figure: Figure) -> Iterator[tuple[ReleasedNumber, ReleasedNumber]]:
        """Yield what a change is from and to: from the release before, unless it is said since when."""
        since, anchor, after = self.reading.since, self.reading.when.anchor, self.corpus.newest(figure)
        if anchor is not None and anchor is not since:
            after = next(iter(self.corpus.within(figure, anchor.begins, anchor.ends)), None)
        earlier = self.corpus.earlier(after) if after else []
        before = self.corpus.last(figure, since.ends) if since else (earlier or [None])[-1]
        if after and before and before in earlier:
            yield before, after

    def _has_changed(self, opening: float, closing: float) -> bool:
        if self.quantity.kind == "times":
            return closing == opening * self.quantity.value
        change = opening - closing if self.reading.down else closing - opening
        if self.quantity.kind == "share":
            return bool(opening) and self.quantity.agrees(change / opening)
        return self.quantity.agrees(change)

    def _elsewhere(self) -> list[ReleasedNumber]:
        """Numbers that fit at all, of any day."""
        loose = self.quantity.kind == "count" and self.quantity.firm != "between"
        exact = replace(self.quantity, firm="") if loose else self.quantity
        return [number for number in self._all(self.figures) if number.fit(exact) == "right"]

    def _akin(self) -> ReleasedNumber | None:
        named = [figure.akin for figure in self.figures if figure.akin]
        named += PARTS if "failures" in named else ()
        newest = [self.corpus.newest(self.vocabulary.figures[name]) for name in named]
        return next((number for number in newest if number and number.fit(self.quantity) == "right"), None)

    def _mixed(self) -> ReleasedNumber | None:
        """The newest number of another figure that is the same."""
        others = [figure for figure in self.vocabulary.figures.values() if figure not in self.figures]
        newest = map(self.corpus.newest, others if self._is_specific() else ())
        return next((number for number in newest if number and number.exact == self.quantity.value), None)

    def _anywhere(self) -> ReleasedNumber | None:
        numbers = self._all(self.vocabulary.figures.values() if self._is_specific() else ())
        same = [number for number in numbers if number.cell.number == self.quantity.value]
        return max(same, key=lambda number: number.release.day, default=None)

    def _all(self, figures: Iterable[Figure]) -> Sequence[ReleasedNumber]:
        return [number for figure in figures for number in self.corpus.numbers(figure)]

    def _is_specific(self) -> bool:
        return self.quantity.value >= SPECIFIC and self.quantity.kind == "count"

    def _is_small(self) -> bool:
        return self.quantity.kind == "count" and 1 <= self.quantity.value <= self.vocabulary.threshold
