"""The mark of one number, from what it is taken to say and what was published."""

from dataclasses import replace

from data.formatting import written_day
from metrics.statement.candidates import FAILURES, PARTS, changed, marked, of_the_day, options, shared
from metrics.statement.published import Corpus, Telling
from metrics.statement.quantities import Quantity
from metrics.statement.reading import Reading
from metrics.statement.verdicts import Claim, Mark
from metrics.statement.vocabulary import Figure, Vocabulary

# A number that is one by chance says nothing of where it was taken from.
TELLING, PLAINLY = 10, 100
SAYS = {"all": "of all of them", "only": "of these and no others", "only this many": "exactly"}
# Of a published number: fewer are likelier to be others, such as those of one month.
FEW = 0.5


class Judge:
    def __init__(self, corpus: Corpus, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary

    def judge(self, reading: Reading, carried: Reading | None, blank: Claim) -> Claim:
        claim = self._judged(reading, carried, blank)
        if claim.mark is not Mark.MATCHES or self._bears_out(reading, claim):
            return claim
        why = f"The number was published, but nothing published says it {SAYS[reading.quantifier]}."
        return replace(claim, mark=Mark.UNCLEAR, sentence=why)

    def _bears_out(self, reading: Reading, claim: Claim) -> bool:
        if not reading.quantifier or reading.quantity.kind == "share":
            return True
        figures = [self._vocabulary.figures[name] for name in reading.figures]
        tellings = [
            telling
            for figure in figures
            for telling in self._corpus.tellings(figure)
            if telling.release.published.name in claim.releases and telling.exact == reading.quantity.value
        ]
        if reading.quantifier == "only this many":
            return bool(tellings)
        # All of them are something where as many are it as there are at all, in the same release.
        return (
            reading.quantifier == "all"
            and reading.figures != reading.own
            and any(
                whole.release is telling.release and whole.exact == telling.exact
                for telling in tellings
                for name in reading.own[:1]
                for whole in self._corpus.tellings(self._vocabulary.figures[name])
                if whole.figure is not telling.figure
            )
        )

    def _judged(self, reading: Reading, carried: Reading | None, blank: Claim) -> Claim:
        quantity = reading.quantity
        if quantity.kind == "vague":
            return self._vague(reading, blank)
        if reading.linked:
            why = "It says what a matter is connected with, and no release counts that."
            return marked(blank, Mark.UNCLEAR, why)
        if reading.partly:
            why = "It is a part of a total, by something that no release counts."
            return marked(blank, Mark.UNCLEAR, why)
        figures = [self._vocabulary.figures[name] for name in reading.figures]
        if quantity.kind == "share" or (reading.out_of and reading.unit == "share"):
            return self._share(reading, figures, blank)
        if not figures:
            return self._unnamed(reading, blank)
        claim = self._total(reading, figures, blank)
        if carried is not None and claim.wrong:
            again = self._total(carried, figures, blank)
            claim = again if again.mark is Mark.MATCHES else claim
        return claim

    def _total(self, reading: Reading, figures: list[Figure], blank: Claim) -> Claim:
        if reading.role == "change" and (claim := changed(self._corpus, reading, figures, blank)):
            return claim
        if reading.anchor is not None and not reading.loose and not self._corpus.by(reading.anchor.ends):
            return marked(blank, Mark.UNCLEAR, "Nothing had been published by the day that it speaks of.")
        fits = [
            (telling, telling.fit(reading.quantity))
            for figure in figures
            for telling in options(self._corpus, reading, figure)
        ]
        for telling, fit in fits:
            if fit in ("right", "rounder"):
                doubt = self._doubt(reading, figures, telling, blank)
                return doubt or self._right(reading, telling, fit, blank)
        if reading.quantity.kind == "ordinal":
            return self._ordinal(reading, [telling for telling, _ in fits], blank)
        if not fits:
            return self._untold(reading, figures, blank)
        return self._wrong(reading, figures, fits, blank)

    def _share(self, reading: Reading, figures: list[Figure], blank: Claim) -> Claim:
        if reading.role != "change":
            return shared(self._corpus, self._vocabulary, reading, blank)
        why = "It is a change in per cent, and nothing published says of what or since when."
        return changed(self._corpus, reading, figures, blank) or marked(blank, Mark.UNCLEAR, why)

    def _doubt(self, reading: Reading, figures: list[Figure], telling: Telling, blank: Claim) -> Claim | None:
        """Mark a number that was published, where its day does not let it stand as it was."""
        anchor = reading.anchor
        if anchor is None:
            return None
        then = [each for figure in figures for each in of_the_day(self._corpus, reading, figure)]
        if telling not in then:
            why = (
                f"{telling.sentence}; whether the sentence speaks of now or of another day, it does not say."
            )
            return marked(blank, Mark.UNCLEAR, why, [telling]) if reading.unsure else None
        own = [each for each in then if each.figure is telling.figure]
        if anchor.vague and any(each.fit(reading.quantity) not in ("right", "rounder") for each in own):
            why = f"{telling.sentence}; which statement is meant, the sentence does not say."
            return marked(blank, Mark.UNCLEAR, why, own)
        if anchor.as_at and telling.release.published.as_at != anchor.begins:
            why = f"{telling.sentence}; nothing published says how many on {written_day(anchor.begins)}."
            return marked(blank, Mark.UNCLEAR, why, [telling])
        past = not anchor.vague and anchor.ends < self._corpus.day and not anchor.ago
        if reading.announced and past and not self._corpus.spoke(anchor.begins, anchor.ends):
            why = f"{telling.sentence}; nothing was published at the time that the sentence gives."
            return marked(blank, Mark.ANOTHER_DAY, why, [telling], instead=telling.line)
        return None

    def _right(self, reading: Reading, telling: Telling, fit: str, blank: Claim) -> Claim:
        if fit == "rounder":
            why = f"{telling.sentence}: keep the words that it was given with."
            return marked(blank, Mark.MATCHES, why, [telling], instead=telling.line)
        guess = " What is counted is taken from the words around it." if reading.guessed else ""
        return marked(blank, Mark.MATCHES, f"{telling.sentence}.{guess}", [telling])

    def _wrong(
        self, reading: Reading, figures: list[Figure], fits: list[tuple[Telling, str]], blank: Claim
    ) -> Claim:
        quantity, (telling, fit) = reading.quantity, fits[0]
        elsewhere = self._elsewhere(quantity, figures)
        if reading.guessed and not elsewhere:
            why = "The sentence does not name what it counts, and the number is none of those that it may be."
            return marked(blank, Mark.UNCLEAR, why, [telling])
        if fit == "hidden":
            return self._hidden(quantity, telling, blank)
        offer = telling.line
        if reading.role == "earlier" and elsewhere:
            last = elsewhere[-1]
            why = f"It is given as an earlier figure, and {last.sentence}."
            return marked(blank, Mark.ANOTHER_DAY, why, [last])
        if elsewhere and (reading.anchor is None or reading.loose):
            why = f"{elsewhere[-1].sentence}, but {telling.sentence}."
            return marked(blank, Mark.ANOTHER_DAY, why, [elsewhere[-1], telling], instead=offer)
        if elsewhere:
            why = f"{telling.sentence}; {elsewhere[0].shown} was first said in {elsewhere[0].release.name}."
            return marked(blank, Mark.DIFFERS, why, [telling, elsewhere[0]], instead=offer)
        return self._unlike(reading, figures, telling, blank)

    def _unlike(self, reading: Reading, figures: list[Figure], telling: Telling, blank: Claim) -> Claim:
        mixed = self._mixed(reading.quantity, figures)
        others = reading.unit == "cases" or reading.anchor is not None
        if mixed is None and others and _far(reading.quantity, telling):
            why = f"{telling.sentence}; so few may be others, such as those of one month."
            return marked(blank, Mark.UNCLEAR, why, [telling])
        also = f"; {mixed.shown} is what it said of {mixed.figure.words}" if mixed else ""
        return marked(blank, Mark.DIFFERS, f"{telling.sentence}{also}.", [telling], instead=telling.line)

    def _hidden(self, quantity: Quantity, telling: Telling, blank: Claim) -> Claim:
        if self._small(quantity):
            why = f"It is a small number, and {telling.sentence}: it is not to be given exactly."
            return marked(blank, Mark.SMALL, why, [telling])
        why = f"{telling.sentence}: nothing published says as much as this."
        return marked(blank, Mark.UNPUBLISHED, why, [telling], instead=telling.line)

    def _untold(self, reading: Reading, figures: list[Figure], blank: Claim) -> Claim:
        """Mark a number of a figure that no release had by the day the sentence speaks of."""
        quantity, words = reading.quantity, figures[0].words
        if elsewhere := self._elsewhere(quantity, figures):
            why = f"No release of that day has it; {elsewhere[0].sentence}."
            return marked(blank, Mark.ANOTHER_DAY, why, elsewhere[:1])
        if akin := self._akin(quantity, figures):
            why = f"{akin.sentence}, which is not the same as {words}: nothing published says how many."
            return marked(blank, Mark.UNCLEAR, why, [akin], instead=akin.line)
        if mixed := self._mixed(quantity, figures):
            why = f"{mixed.sentence}: that is not a number of {words}."
            return marked(blank, Mark.DIFFERS, why, [mixed], instead=mixed.line)
        if figures[0].untold:
            return marked(blank, Mark.UNCLEAR, f"No release counts {words}.")
        return self._never_told(reading, words, blank)

    def _never_told(self, reading: Reading, words: str, blank: Claim) -> Claim:
        if reading.guessed:
            return marked(blank, Mark.UNCLEAR, "The sentence does not name what it counts.")
        if reading.unit == "staff" and reading.quantity.value == 1:
            return marked(blank, Mark.NO_FIGURE, "One member of staff is a person, and not a count.")
        if self._small(reading.quantity):
            why = f"No release gives a number of {words}, and this one is small: it is not to be given."
            return marked(blank, Mark.SMALL, why)
        return marked(blank, Mark.UNPUBLISHED, f"No release gives a number of {words}.")

    def _unnamed(self, reading: Reading, blank: Claim) -> Claim:
        quantity = reading.quantity
        known = reading.unit in ("people", "staff", "cases", "failures", "referrals")
        if known and (mixed := self._mixed(quantity, [])):
            why = f"{mixed.sentence}: that is not a number of {_plural(reading.unit)}."
            return marked(blank, Mark.DIFFERS, why, [mixed], instead=mixed.line)
        if reading.unit == "people" and quantity.value not in (0, 1):
            why = (
                "It counts people, and the words around it do not say which of the review's figures is meant."
            )
            return marked(blank, Mark.UNCLEAR, why)
        same = self._anywhere(quantity)
        if same is not None and (quantity.value >= PLAINLY or not reading.noun):
            why = f"{same.sentence}; whether this is meant, the sentence does not say."
            return marked(blank, Mark.UNCLEAR, why, [same])
        if reading.noun and not quantity.plain and not known and not self._vocabulary.knows(reading.noun):
            why = f"The review has no figure of “{reading.noun}”, so nothing can be compared with it."
            return marked(blank, Mark.UNCLEAR, why)
        unnamed = not reading.noun and not quantity.plain and quantity.kind == "count"
        if unnamed or quantity.kind == "times":
            what = "what it counts" if unnamed else "which figure has changed so"
            return marked(blank, Mark.UNCLEAR, f"The sentence does not name {what}.")
        return marked(blank, Mark.NO_FIGURE, "It counts nothing that the review has a figure of.")

    def _vague(self, reading: Reading, blank: Claim) -> Claim:
        if reading.unit and (reading.figures or reading.unit == "people"):
            why = "It is an amount without a number: no figure can be held against it."
            return marked(blank, Mark.UNCLEAR, why)
        return marked(blank, Mark.NO_FIGURE, "It counts nothing that the review has a figure of.")

    def _ordinal(self, reading: Reading, tellings: list[Telling], blank: Claim) -> Claim:
        telling = tellings[0] if tellings else None
        number = telling.exact if telling else None
        if telling is None or number is None:
            return marked(blank, Mark.NO_FIGURE, "It says which one, and not how many.")
        if reading.quantity.value > number:
            why = f"It says that there are as many, and {telling.sentence}."
            return marked(blank, Mark.DIFFERS, why, [telling], instead=telling.line)
        return marked(blank, Mark.UNCLEAR, "It says which one, and no release numbers them.", [telling])

    def _elsewhere(self, quantity: Quantity, figures: list[Figure]) -> list[Telling]:
        loose = quantity.kind == "count" and quantity.firm != "between"
        exact = replace(quantity, firm="") if loose else quantity
        return [
            telling
            for figure in figures
            for telling in self._corpus.tellings(figure)
            if telling.fit(exact) == "right"
        ]

    def _akin(self, quantity: Quantity, figures: list[Figure]) -> Telling | None:
        named = [figure.akin for figure in figures if figure.akin]
        named += PARTS if FAILURES[0] in named else ()
        newest = [self._corpus.newest(self._vocabulary.figures[name]) for name in named]
        return next(
            (telling for telling in newest if telling is not None and telling.fit(quantity) == "right"), None
        )

    def _mixed(self, quantity: Quantity, figures: list[Figure]) -> Telling | None:
        if quantity.value < TELLING or quantity.kind != "count":
            return None
        for figure in self._vocabulary.figures.values():
            newest = None if figure in figures else self._corpus.newest(figure)
            if newest is not None and newest.exact == quantity.value:
                return newest
        return None

    def _anywhere(self, quantity: Quantity) -> Telling | None:
        if quantity.value < TELLING or quantity.kind != "count":
            return None
        newest = [
            telling
            for figure in self._vocabulary.figures.values()
            for telling in self._corpus.tellings(figure)
        ]
        same = [each for each in newest if each.cell.number == quantity.value]
        return max(same, key=lambda each: each.release.day, default=None)

    def _small(self, quantity: Quantity) -> bool:
        return quantity.kind == "count" and 1 <= quantity.value <= self._vocabulary.threshold


def _far(quantity: Quantity, telling: Telling) -> bool:
    """Whether a number is so far below a published one that it may count something else."""
    number = telling.cell.number
    return number is not None and quantity.value < FEW * number and not quantity.firm


def _plural(unit: str) -> str:
    return {"cases": "applications", "staff": "officers or staff"}.get(unit, unit)
