"""The check of a draft: every number found, read, and held against what was published."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from data.errors import UserError
from data.formatting import written_day
from metrics.statement.cross_checks import Read, directions, opposites, sums
from metrics.statement.days import Anchor, anchors
from metrics.statement.judging import Judge
from metrics.statement.published import Corpus, PublishedAt
from metrics.statement.quantities import Quantity, quantities
from metrics.statement.reading import NOW, PAST, Reader, Reading
from metrics.statement.text import Sentence, plain, sentences, words
from metrics.statement.verdicts import Checked, Claim, Mark
from metrics.statement.vocabulary import Vocabulary

LONGEST, MOST_NUMBERS = 100_000, 2_000


def check(draft: str, day: dt.date, releases: Sequence[PublishedAt], vocabulary: Vocabulary) -> Checked:
    """Mark every number of a draft that is to be said on `day`.

    releases: in any order; what was not public by `day` is not held against.

    Raises:
        UserError: the draft is longer than a statement or has more numbers, or nothing was public by the day.
    """
    if len(draft) > LONGEST:
        raise UserError(f"The draft has over {LONGEST:,} characters: paste the statement alone.")
    corpus = Corpus(releases, day)
    if corpus.empty:
        raise UserError("Nothing had been published by that day: there is nothing to hold a draft against.")
    return _Check(draft, day, corpus, vocabulary).done()


class _Check:
    """One check under way: what the sentence before said is held for the next."""

    def __init__(self, draft: str, day: dt.date, corpus: Corpus, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._text = plain(draft)
        self._day = day
        self._vocabulary = vocabulary
        self._judge = Judge(corpus, vocabulary)
        self._topic = ""
        self._anchor: tuple[int, Anchor] | None = None
        self._read: list[Read] = []
        self._numbers = 0

    def done(self) -> Checked:
        claims: list[Claim] = []
        others: list[Claim] = []
        for place, sentence in enumerate(sentences(self._draft)):
            claims += self._sentence(place, sentence)
            others += opposites(sentence, self._draft, self._vocabulary)
            others += directions(sentence, self._draft, self._text)
        others += sums(self._read)
        return Checked(self._draft, tuple(claims), tuple(sorted(others, key=lambda each: each.start)))

    def _sentence(self, place: int, sentence: Sentence) -> list[Claim]:
        days = anchors(sentence, self._day)
        numbers = quantities(sentence)
        whys = [aside(sentence, number, days) for number in numbers]
        figures = [each for each, why in zip(numbers, whys, strict=True) if not why]
        self._numbers += len(figures)
        if self._numbers > MOST_NUMBERS:
            raise UserError(f"The draft has over {MOST_NUMBERS:,} numbers: paste the statement alone.")
        reader = Reader(sentence, figures, days, self._vocabulary, self._topic)
        claims = [
            self._claim(sentence, each.first, each.last, f"It is {why}.")
            for each, why in zip(numbers, whys, strict=True)
            if why and not _in_a_day(each, days)
        ]
        wrong = misdated(sentence, days, self._vocabulary)
        claims += [
            self._claim(sentence, day.first, day.last, "It is a day.")
            for day in days
            if _digits(sentence, day) and day not in wrong
        ]
        claims += [
            replace(self._claim(sentence, each.first, each.last, why), mark=Mark.DIFFERS)
            for each, why in wrong.items()
        ]
        for figure in figures:
            reading = reader.read(figure)
            claim = self._figure(place, sentence, reading)
            if claim is not None:
                claims.append(claim)
                self._read.append(Read(reading, claim, place, sentence.paragraph))
        self._topic = reader.topic
        dated = [day for day in days if day.how == "in"]
        self._anchor = (place, dated[0]) if dated else self._anchor
        return self._whole(sentence, claims)

    def _figure(self, place: int, sentence: Sentence, reading: Reading) -> Claim | None:
        if reading.quantity.plain and not (reading.figures or reading.linked or reading.unit):
            # "one of the best", "no doubt": a word, and no number of anything.
            return None
        blank = self._claim(sentence, reading.quantity.first, reading.quantity.last, "")
        return self._judge.judge(reading, self._carried(place, sentence, reading), blank)

    def _carried(self, place: int, sentence: Sentence, reading: Reading) -> Reading | None:
        """Read a number without a day, in a sentence of the past, on the day that the one before spoke of."""
        if self._anchor is None or self._anchor[0] != place - 1 or reading.anchor is not None:
            return None
        words = set(sentence.words)
        if NOW & words or not PAST & words or reading.role != "total":
            return None
        return replace(reading, anchor=self._anchor[1], loose=False)

    def _claim(self, sentence: Sentence, first: int, last: int, why: str) -> Claim:
        start, end = sentence.tokens[first].start, sentence.tokens[last].end
        return Claim(start, end, self._draft[start:end], Mark.NO_FIGURE, why)

    def _whole(self, sentence: Sentence, claims: list[Claim]) -> list[Claim]:
        """Add whatever has a digit and has no mark yet: no digit of a draft goes without one."""
        covered = {place for claim in claims for place in range(claim.start, claim.end)}
        missed = [
            self._claim(sentence, place, place, "It is a code, an address or a time.")
            for place, token in enumerate(sentence.tokens)
            if token.has_digit and token.start not in covered
        ]
        return sorted([*claims, *missed], key=lambda each: each.start)


def _in_a_day(quantity: Quantity, days: list[Anchor]) -> bool:
    return any(day.first <= quantity.last and quantity.first <= day.last for day in days)


def _digits(sentence: Sentence, anchor: Anchor) -> bool:
    return any(token.has_digit for token in sentence.tokens[anchor.first : anchor.last + 1])


TIME, WORKING, CALLED = words("time"), words("working"), words("called")
TELEPHONES, LABELS = words("telephones"), words("labels")
AGES = range(10, 111)
# A telephone number is written in a few groups of digits.
LONGEST_GROUP = 6
MONEY = frozenset("\N{POUND SIGN}$\N{EURO SIGN}")


def aside(sentence: Sentence, quantity: Quantity, days: list[Anchor]) -> str:
    """Return what a number is that is no figure, or nothing if it may be one."""
    first, last, stems = quantity.first, quantity.last, sentence.stems
    before = sentence.words[first - 1] if first else ""
    after = stems[last + 1 : last + 3]
    if any(day.first <= last and first <= day.last for day in days):
        return "a day"
    if quantity.kind == "share" and not quantity.top:
        return ""
    if before in MONEY or after[:1] in (("pound",), ("pence",), ("euro",), ("dollar",)):
        return "an amount of money"
    if _is_age(sentence, quantity, before):
        return "an age"
    return "a length of time" if _is_time(after) else _marked(sentence, quantity, before)


def _is_time(after: tuple[str, ...]) -> bool:
    hyphened = after[:1] == ("-",) and bool(TIME & set(after[1:2]))
    working = bool(WORKING & set(after[:1])) and after[1:2] == ("day",)
    return bool(TIME & set(after[:1])) or hyphened or working


def _marked(sentence: Sentence, quantity: Quantity, before: str) -> str:
    first = quantity.first
    if _is_telephone(sentence, first):
        return "a telephone number"
    if before in LABELS and sentence.tokens[first].has_digit:
        return "the number of something that is not counted"
    if first == 0 and sentence.words[1:2] in ((".",), (")",)) and sentence.tokens[0].has_digit:
        return "a place in a list"
    if quantity.kind == "count" and "nearest" in sentence.words[max(0, first - 2) : first]:
        return "how the figures are rounded"
    return ""


def _is_telephone(sentence: Sentence, first: int) -> bool:
    called = bool(CALLED & set(sentence.words[max(0, first - 4) : first]))
    if sentence.words[first] in TELEPHONES and (called or "999" in sentence.words):
        return True
    group = first
    while group and first - group < LONGEST_GROUP and sentence.tokens[group - 1].text.isdecimal():
        group -= 1
    opening = sentence.tokens[group].text
    return len(opening) > 1 and opening[0] == "0" and "." not in opening


def _is_age(sentence: Sentence, quantity: Quantity, before: str) -> bool:
    years = sentence.stems[quantity.last + 1 : quantity.last + 5] == ("-", "year", "-", "old")
    if years or before in ("aged", "age"):
        return True
    marks = (before, *sentence.words[quantity.last + 1 : quantity.last + 2])
    digits = sentence.tokens[quantity.first].has_digit
    # "the man, 47, was": a number between commas, behind a word that is one person.
    person = sentence.words[quantity.first - 2] if quantity.first > 1 else ""
    return digits and marks == (",", ",") and quantity.value in AGES and person not in ("of",)


COVERS, MADE = words("covers"), words("made")


def misdated(sentence: Sentence, days: list[Anchor], vocabulary: Vocabulary) -> dict[Anchor, str]:
    """Return the days of a sentence that it gives for the review's period and that are not, and why."""
    if vocabulary.period is None:
        return {}
    wrong: dict[Anchor, str] = {}
    for one, other in pairwise(days):
        if other.first - one.last == len(("and", "next")) and _of_the_period(sentence, one):
            for day, meant in ((one, vocabulary.period[0]), (other, vocabulary.period[1])):
                if not day.begins <= meant <= day.ends:
                    begins, ends = (written_day(each) for each in vocabulary.period)
                    wrong[day] = f"The terms of reference say that the period is from {begins} to {ends}."
    return wrong


def _of_the_period(sentence: Sentence, opening: Anchor) -> bool:
    if sentence.words[max(0, opening.first - 1) : opening.first] not in (("between",), ("from",)):
        return False
    before = set(sentence.words[max(0, opening.first - 3) : opening.first - 1])
    return bool(MADE & before or COVERS & set(sentence.words[: opening.first]))
