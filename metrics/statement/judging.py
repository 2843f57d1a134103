"""The mark of one number, from what it is taken to say and what was published."""

from dataclasses import replace

from metrics.statement.marks import Claim, Mark
from metrics.statement.published import Corpus, Telling
from metrics.statement.quantities import Quantity
from metrics.statement.reading import Reading
from metrics.statement.vocabulary import Figure, Vocabulary

# A number that is one by chance says nothing of where it was taken from.
TELLING, PLAINLY = 10, 100
VERDICTS = {
    "wrong": Mark.DIFFERS,
    "hidden": Mark.UNPUBLISHED,
}


class Judge:
    """Holds the numbers of one statement against all that had been published by its day."""

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary) -> None:
        self._corpus = corpus
        self._vocabulary = vocabulary

    def judge(self, reading: Reading, carried: Reading | None, blank: Claim) -> Claim:
        """Return the mark of one number; `carried` reads it on the day that the sentence before spoke of."""
        quantity = reading.quantity
        if quantity.kind == "vague":
            return self._vague(reading, blank)
        if reading.linked:
            why = "It says what a matter is connected with, and no release counts that."
            return _marked(blank, Mark.UNCLEAR, why)
        figures = [self._vocabulary.figures[name] for name in reading.figures]
        if quantity.kind == "share" or (reading.out_of and reading.unit == "share"):
            return self._share(reading, figures, blank)
        if not figures:
            return self._unnamed(reading, blank)
        found = self._total(reading, figures, blank)
        if carried is not None and found.wrong:
            again = self._total(carried, figures, blank)
            found = again if again.mark is Mark.MATCHES else found
        return found

    def options(self, reading: Reading, figure: Figure) -> list[Telling]:
        """Return the tellings of a figure that a number may repeat; the one it most likely means first."""
        newest = self._corpus.newest(figure)
        present = [] if newest is None else [newest]
        if reading.anchor is not None:
            anchored = self._corpus.within(figure, reading.anchor.begins, reading.anchor.ends)
            return anchored + present if reading.loose else anchored
        if reading.role == "earlier" and newest is not None:
            return self._corpus.before(newest)[::-1]
        return present

    def _total(self, reading: Reading, figures: list[Figure], blank: Claim) -> Claim:
        if reading.role == "change" and (changed := self._change(reading, figures, blank)):
            return changed
        if reading.anchor is not None and not reading.loose and not self._corpus.by(reading.anchor.ends):
            return _marked(blank, Mark.UNCLEAR, "Nothing had been published by the day that it speaks of.")
        fits = [
            (telling, telling.fit(reading.quantity))
            for figure in figures
            for telling in self.options(reading, figure)
        ]
        for telling, fit in fits:
            if fit in ("right", "rounder"):
                return self._right(reading, telling, fit, blank)
        if reading.quantity.kind == "ordinal":
            return self._ordinal(reading, [telling for telling, _ in fits], blank)
        if not fits:
            return self._untold(reading, figures, blank)
        return self._wrong(reading, figures, fits, blank)

    def _right(self, reading: Reading, telling: Telling, fit: str, blank: Claim) -> Claim:
        if fit == "rounder":
            why = f"{telling.release.name} said {_said(telling)}: keep the words that it was given with."
            return _marked(blank, Mark.MATCHES, why, [telling], instead=_said(telling))
        guess = " What is counted is taken from the words around it." if reading.guessed else ""
        return _marked(
            blank, Mark.MATCHES, f"{telling.release.name} said {_said(telling)}.{guess}", [telling]
        )

    def _wrong(
        self, reading: Reading, figures: list[Figure], fits: list[tuple[Telling, str]], blank: Claim
    ) -> Claim:
        quantity, (telling, fit) = reading.quantity, fits[0]
        elsewhere = self._elsewhere(quantity, figures)
        if reading.guessed and not elsewhere:
            why = "The sentence does not name what it counts, and the number is none of those that it may be."
            return _marked(blank, Mark.UNCLEAR, why, [telling])
        if fit == "hidden":
            return self._hidden(quantity, telling, blank)
        told = f"{telling.release.name} said {_said(telling)}"
        offer = _line(telling)
        if reading.role == "earlier" and elsewhere:
            last = elsewhere[-1]
            why = f"It is given as an earlier figure, and {last.release.name} said {_said(last)}."
            return _marked(blank, Mark.ANOTHER_DAY, why, [last])
        if elsewhere and (reading.anchor is None or reading.loose):
            why = (
                f"{_said(elsewhere[-1], capital=True)} was said in {elsewhere[-1].release.name}, but {told}."
            )
            return _marked(blank, Mark.ANOTHER_DAY, why, [elsewhere[-1], telling], instead=offer)
        if elsewhere:
            why = f"{told}; {elsewhere[0].shown} was first said in {elsewhere[0].release.name}."
            return _marked(blank, Mark.DIFFERS, why, [telling, elsewhere[0]], instead=offer)
        mixed = self._mixed(quantity, figures)
        also = f"; {mixed.shown} is what it said of {mixed.figure.words}" if mixed else ""
        return _marked(blank, Mark.DIFFERS, f"{told}{also}.", [telling], instead=offer)

    def _hidden(self, quantity: Quantity, telling: Telling, blank: Claim) -> Claim:
        told = f"{telling.release.name} said {_said(telling)}"
        if self._small(quantity):
            why = f"It is a small number, and {told}: it is not to be given exactly."
            return _marked(blank, Mark.SMALL, why, [telling])
        why = f"{told}: nothing published says as much as this."
        return _marked(blank, Mark.UNPUBLISHED, why, [telling], instead=_line(telling))

    def _untold(self, reading: Reading, figures: list[Figure], blank: Claim) -> Claim:
        """Mark a number of a figure that no release had by the day the sentence speaks of."""
        quantity, words = reading.quantity, figures[0].words
        if elsewhere := self._elsewhere(quantity, figures):
            why = f"No release of that day has it; {elsewhere[0].release.name} said {_said(elsewhere[0])}."
            return _marked(blank, Mark.ANOTHER_DAY, why, elsewhere[:1])
        if akin := self._akin(quantity, figures):
            told = f"{akin.release.name} said {_said(akin)}, which is not the same as {words}"
            return _marked(
                blank, Mark.UNCLEAR, f"{told}: nothing published says how many.", [akin], _line(akin)
            )
        if mixed := self._mixed(quantity, figures):
            why = f"{mixed.release.name} said {_said(mixed)}: that is not a number of {words}."
            return _marked(blank, Mark.DIFFERS, why, [mixed], instead=_line(mixed))
        if figures[0].untold:
            return _marked(blank, Mark.UNCLEAR, f"No release counts {words}.")
        return self._never_told(reading, words, blank)

    def _never_told(self, reading: Reading, words: str, blank: Claim) -> Claim:
        """Mark a number of a figure that no release ever had."""
        if reading.guessed:
            return _marked(blank, Mark.UNCLEAR, "The sentence does not name what it counts.")
        if reading.unit == "staff" and reading.quantity.value == 1:
            return _marked(blank, Mark.NO_FIGURE, "One member of staff is a person, and not a count.")
        if self._small(reading.quantity):
            why = f"No release gives a number of {words}, and this one is small: it is not to be given."
            return _marked(blank, Mark.SMALL, why)
        return _marked(blank, Mark.UNPUBLISHED, f"No release gives a number of {words}.")

    def _unnamed(self, reading: Reading, blank: Claim) -> Claim:
        """Mark a number that counts nothing the vocabulary knows a figure of."""
        quantity = reading.quantity
        known = reading.unit in ("people", "staff", "cases", "failures", "referrals")
        if known and (mixed := self._mixed(quantity, [])):
            why = (
                f"{mixed.release.name} said {_said(mixed)}: that is not a number of {_plural(reading.unit)}."
            )
            return _marked(blank, Mark.DIFFERS, why, [mixed], instead=_line(mixed))
        if reading.unit == "people" and quantity.value not in (0, 1):
            why = (
                "It counts people, and the words around it do not say which of the review's figures is meant."
            )
            return _marked(blank, Mark.UNCLEAR, why)
        same = self._anywhere(quantity)
        if same is not None and (quantity.value >= PLAINLY or not reading.noun):
            why = f"{same.release.name} said {_said(same)}; whether this is meant, the sentence does not say."
            return _marked(blank, Mark.UNCLEAR, why, [same])
        if not reading.noun and not quantity.plain and quantity.kind == "count":
            return _marked(blank, Mark.UNCLEAR, "The sentence does not name what it counts.")
        if quantity.kind == "times":
            return _marked(blank, Mark.UNCLEAR, "The sentence does not name which figure has changed so.")
        return _marked(blank, Mark.NO_FIGURE, "It counts nothing that the review has a figure of.")

    def _vague(self, reading: Reading, blank: Claim) -> Claim:
        if reading.unit and (reading.figures or reading.unit == "people"):
            why = "It is an amount without a number: no figure can be held against it."
            return _marked(blank, Mark.UNCLEAR, why)
        return _marked(blank, Mark.NO_FIGURE, "It counts nothing that the review has a figure of.")

    def _ordinal(self, reading: Reading, tellings: list[Telling], blank: Claim) -> Claim:
        telling = tellings[0] if tellings else None
        number = telling.exact if telling else None
        if telling is None or number is None:
            return _marked(blank, Mark.NO_FIGURE, "It says which one, and not how many.")
        if reading.quantity.value > number:
            why = f"It says that there are as many, and {telling.release.name} said {_said(telling)}."
            return _marked(blank, Mark.DIFFERS, why, [telling], instead=_line(telling))
        return _marked(blank, Mark.UNCLEAR, "It says which one, and no release numbers them.", [telling])

    def _change(self, reading: Reading, figures: list[Figure], blank: Claim) -> Claim | None:
        """Mark a change between two releases; None where there are no two that have the figure."""
        for figure in figures:
            pair = self._pair(reading, figure)
            if pair is None:
                continue
            before, after = pair
            opening, closing = before.exact, after.exact
            if opening is None or closing is None:
                both = f"{before.release.name} said {before.shown} and {after.release.name} {after.shown}"
                why = f"{both}: by how much it changed was not told exactly."
                return _marked(blank, Mark.UNCLEAR, why, [before, after])
            told = f"{before.shown} in {before.release.name}, {after.shown} in {after.release.name}"
            if _changed(reading, opening, closing):
                return _marked(blank, Mark.MATCHES, f"{figure.words}: {told}.", [before, after])
            if reading.guessed and not self._same_sentence(reading):
                return _marked(blank, Mark.UNCLEAR, "The sentence does not name what has changed.")
            told = f"{figure.words}: {told}, a difference of {closing - opening:+,.0f}."
            mark = Mark.ANOTHER_DAY if self._changed_once(reading, figure) else Mark.DIFFERS
            return _marked(blank, mark, told, [before, after])
        return None

    def _same_sentence(self, reading: Reading) -> bool:
        return bool(reading.noun) or reading.since is not None

    def _pair(self, reading: Reading, figure: Figure) -> tuple[Telling, Telling] | None:
        since, anchor = reading.since, reading.anchor
        after = self._corpus.newest(figure)
        if anchor is not None and anchor is not since:
            within = self._corpus.within(figure, anchor.begins, anchor.ends)
            after = within[0] if within else None
        if after is None:
            return None
        earlier = self._corpus.before(after)
        if since is not None:
            before = self._corpus.last(figure, since.ends)
            return None if before is None or before not in earlier else (before, after)
        return (earlier[-1], after) if earlier else None

    def _changed_once(self, reading: Reading, figure: Figure) -> bool:
        told = [each.exact for each in self._corpus.tellings(figure)]
        numbers = [each for each in told if each is not None]
        return any(
            _changed(reading, opening, closing)
            for place, opening in enumerate(numbers)
            for closing in numbers[place + 1 :]
        )

    def _share(self, reading: Reading, figures: list[Figure], blank: Claim) -> Claim:
        parts = figures
        wholes = [self._vocabulary.figures[name] for name in reading.out_of] or self._wholes(figures)
        for part in parts:
            for whole in wholes:
                pairs = list(zip(self.options(reading, part), self.options(reading, whole), strict=False))
                if not pairs:
                    continue
                above, below = pairs[0]
                if (
                    above.said.number is None
                    or not below.said.number
                    or above.said.qualifier
                    or below.said.qualifier
                ):
                    continue
                right = reading.quantity.agrees(above.said.number / below.said.number)
                told = f"{above.release.name} said {_said(above)} and {_said(below)}"
                percent = f"{100 * above.said.number / below.said.number:.3g}%"
                mark = Mark.MATCHES if right else Mark.DIFFERS
                return _marked(
                    blank, mark, f"{told}: {percent}.", [above, below], instead="" if right else percent
                )
        return _marked(
            blank, Mark.UNCLEAR, "What it is a share of, or what has it, was not published or is not said."
        )

    def _wholes(self, parts: list[Figure]) -> list[Figure]:
        names = (
            ("failures",)
            if parts and parts[0].name in ("harm", "administrative", "service")
            else ("risk_assessed", "population")
        )
        return [self._vocabulary.figures[name] for name in names]

    def _elsewhere(self, quantity: Quantity, figures: list[Figure]) -> list[Telling]:
        """Return the figure in every release in which the number would be right, first to last."""
        exact = (
            replace(quantity, firm="")
            if quantity.kind == "count" and quantity.firm != "between"
            else quantity
        )
        return [
            telling
            for figure in figures
            for telling in self._corpus.tellings(figure)
            if telling.fit(exact) == "right"
        ]

    def _akin(self, quantity: Quantity, figures: list[Figure]) -> Telling | None:
        named = [each.akin for each in figures if each.akin]
        told = [self._corpus.newest(self._vocabulary.figures[name]) for name in named]
        return next((each for each in told if each is not None and each.fit(quantity) == "right"), None)

    def _mixed(self, quantity: Quantity, figures: list[Figure]) -> Telling | None:
        """Return another figure of which the number was last published; a small one may be so by chance."""
        if quantity.value < TELLING or quantity.kind != "count":
            return None
        for figure in self._vocabulary.figures.values():
            told = None if figure in figures else self._corpus.newest(figure)
            if told is not None and told.exact == quantity.value:
                return told
        return None

    def _anywhere(self, quantity: Quantity) -> Telling | None:
        """Return any figure of which the number was ever published, the last first."""
        if quantity.value < TELLING or quantity.kind != "count":
            return None
        told = [
            each for figure in self._vocabulary.figures.values() for each in self._corpus.tellings(figure)
        ]
        same = [each for each in told if each.said.number == quantity.value]
        return max(same, key=lambda each: each.release.day, default=None)

    def _small(self, quantity: Quantity) -> bool:
        return quantity.kind == "count" and 1 <= quantity.value <= self._vocabulary.threshold


def _changed(reading: Reading, opening: float, closing: float) -> bool:
    if reading.quantity.kind == "times":
        return closing == opening * reading.quantity.value
    return reading.quantity.agrees(opening - closing if reading.down else closing - opening)


def _marked(
    blank: Claim, mark: Mark, sentence: str, tellings: list[Telling] | None = None, instead: str = ""
) -> Claim:
    names = tuple(dict.fromkeys(each.release.published.name for each in tellings or ()))
    return replace(
        blank, mark=mark, sentence=f"{sentence[:1].upper()}{sentence[1:]}", releases=names, instead=instead
    )


def _said(telling: Telling, *, capital: bool = False) -> str:
    said = f"{telling.shown} {telling.figure.words}"
    return f"{said[:1].upper()}{said[1:]}" if capital else said


def _line(telling: Telling) -> str:
    return f"{_said(telling, capital=True)} ({telling.release.name})"


def _plural(unit: str) -> str:
    return {"cases": "applications", "staff": "officers or staff"}.get(unit, unit)
