"""The check of a draft: every number found, read, and compared with what was published."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from data.errors import UserError
from data.formatting import written_day
from metrics.statement.judging import judge
from metrics.statement.mentions import Anchor, Quantity, anchors, quantities
from metrics.statement.parsed_sentence import ParsedSentence, When
from metrics.statement.published import Checked, Claim, Corpus, Mark, PublishedAt
from metrics.statement.reading import PARTS, Reader, Reading
from metrics.statement.text import PLAIN, WORDS, Sentence, Span, Vocabulary, Words, sentences

LONGEST, MOST_NUMBERS = 100_000, 2_000
AGES = range(10, 111)
PAIR = 2
LONGEST_GROUP = 6  # a telephone number is written in a few groups of digits
MONEY = frozenset("\N{POUND SIGN}$\N{EURO SIGN}")
_MOVED = r"(?:moved|redeployed|transferred|taken|drafted|pulled|removed|diverted|reassigned|switched)"
_OF_THE = r"(?:the |its |their |our |this )?(?:\w+ ){0,2}"
_AWAY = re.compile(rf"\b{_MOVED} (?:away |out )?(?:from|out of) {_OF_THE}team\b")
_TOWARDS = re.compile(rf"\b(?:to|into|onto|for) {_OF_THE}(?:team|review)\b")


@dataclass(frozen=True)
class _Read:
    reading: Reading
    claim: Claim
    sentence: int

    @property
    def figure(self) -> str:
        return self.reading.figures[0]

    @property
    def value(self) -> float:
        return self.reading.quantity.value

    def counts(self, *roles: str) -> bool:
        quantity = self.reading.quantity
        exact = quantity.kind == "count" and not quantity.firm
        return exact and self.reading.role in roles and bool(self.reading.figures)

    def wrong(self, why: str) -> Claim:
        return replace(self.claim, mark=Mark.SUM, sentence=why, instead="")


def check(draft: str, day: dt.date, releases: Sequence[PublishedAt], vocabulary: Vocabulary) -> Checked:
    """A UserError where the draft or its numbers are too many, or nothing was public by `day`."""
    if len(draft) > LONGEST:
        raise UserError(f"The draft has over {LONGEST:,} characters: paste the statement alone.")
    corpus = Corpus(releases, day)
    if not corpus.releases:
        raise UserError("Nothing had been published by that day: there is nothing to hold a draft against.")
    claims: list[Claim] = []
    cross_checks: list[Claim] = []
    read: list[_Read] = []
    topic, before, count = "", None, 0
    for at, bare in enumerate(sentences(draft)):
        days = anchors(bare, day)
        numbers = [number for number in quantities(bare) if not any(map(number.overlaps, days))]
        kinds = {number: non_figure(bare, number) for number in numbers}
        figures = [number for number in numbers if not kinds[number]]
        count += len(figures)
        if count > MOST_NUMBERS:
            raise UserError(f"The draft has over {MOST_NUMBERS:,} numbers: paste the statement alone.")
        sentence = Reader(draft, bare.tokens, figures, days, vocabulary, topic)
        own = [_claim(bare, number, f"It is {kind}.") for number, kind in kinds.items() if kind]
        own += _day_claims(sentence)
        for number in figures:
            reading = sentence.read(number)
            # "One of the best", "no doubt": a word, and no number of anything.
            if reading.figures or reading.linked or reading.unit or not number.plain:
                carried = _carried(sentence, reading, before)
                own.append(judge(corpus, vocabulary, reading, carried, _claim(sentence, number)))
                read.append(_Read(reading, own[-1], at))
        covered = {place for claim in own for place in range(claim.start, claim.end)}
        # No digit of a draft goes without a mark.
        own += [
            _claim(sentence, Span(place, place), "It is a code, an address or a time.")
            for place, token in enumerate(sentence.tokens)
            if token.has_digit and token.start not in covered
        ]
        claims += sorted(own, key=lambda claim: claim.start)
        cross_checks += [*_opposites(sentence), *_directions(sentence)]
        topic, before = sentence.next_topic, next((anchor for anchor in days if anchor.how == "in"), None)
    cross_checks += {(claim.start, claim.end): claim for claim in (*_parts(read), *_changes(read))}.values()
    return Checked(draft, tuple(claims), tuple(sorted(cross_checks, key=lambda claim: claim.start)))


def _claim(sentence: Sentence, span: Span, why: str = "", mark: Mark = Mark.NO_FIGURE) -> Claim:
    start, end = sentence.tokens[span.first].start, sentence.tokens[span.last].end
    return Claim(start, end, sentence.draft[start:end], mark, why)


def _carried(sentence: Sentence, reading: Reading, before: Anchor | None) -> Reading | None:
    """Read a number without a day, in a sentence of the past, on the day of the sentence before."""
    here = set(sentence.words)
    if before is None or reading.when.anchor or WORDS["now"] & here or not WORDS["past"] & here:
        return None
    return replace(reading, when=When(before)) if reading.role == "total" else None


def _day_claims(sentence: ParsedSentence) -> Iterator[Claim]:
    days, period = sentence.days, sentence.vocabulary.period
    wrong: set[Anchor] = set()
    for one, other in pairwise(days):
        if other.first == one.last + 2 and _is_the_period(sentence, one, other):
            pairs = zip((one, other), period, strict=True)
            wrong |= {anchor for anchor, day in pairs if not anchor.begins <= day <= anchor.ends}
    begins, ends = map(written_day, period)
    for anchor in days:
        if anchor in wrong:
            why = f"The terms of reference say that the period is from {begins} to {ends}."
            yield _claim(sentence, anchor, why, Mark.DIFFERS)
        elif any(sentence.tokens[place].has_digit for place in anchor.token_range):
            yield _claim(sentence, anchor, "It is a day.")


def _is_the_period(sentence: Sentence, opening: Anchor, closing: Anchor) -> bool:
    joined = sentence.word(closing.first - 1) in ("to", "until", "-")
    opened = joined or sentence.word(opening.first - 1) in ("between", "from")
    dated = sentence.mentions("made", opening.first - 3, opening.first - 1)
    return opened and (dated or sentence.mentions("covers", 0, opening.first))


def non_figure(sentence: Sentence, number: Quantity) -> str:
    """Empty where it may be a figure."""
    first, stems = number.first, sentence.stems[number.last + 1 : number.last + 5]
    before, after = sentence.word(first - 1), sentence.word(number.last + 1)
    digits = sentence.tokens[first].has_digit
    if number.kind == "share" and not number.top:
        return ""
    # "the man, 47, was": a number between commas, behind a word that is one person.
    aged = digits and before == after == "," and number.value in AGES and sentence.word(first - 2) != "of"
    long = WORDS["time"] & set(stems[:1]) or (stems[:1] == ("-",) and WORDS["time"] & set(stems[1:2]))
    kinds = {
        "an amount of money": before in MONEY
        or stems[:1] in (("pound",), ("pence",), ("euro",), ("dollar",)),
        "an age": aged or before in ("aged", "age") or stems == ("-", "year", "-", "old"),
        "a length of time": long or (WORDS["working"] & set(stems[:1]) and stems[1:2] == ("day",)),
        "a telephone number": _is_telephone(sentence, first),
        "the number of something that is not counted": digits and before in WORDS["labels"],
        "a place in a list": digits and first == 0 and sentence.word(1) in (".", ")"),
        "how the figures are rounded": number.kind == "count" and "nearest" in sentence.before(first, 2),
    }
    return next((kind for kind, is_so in kinds.items() if is_so), "")


def _is_telephone(sentence: Sentence, first: int) -> bool:
    called = sentence.mentions("called", first - 4, first) or "999" in sentence.words
    if called and sentence.word(first) in WORDS["telephones"]:
        return True
    group = first
    while first - group < LONGEST_GROUP and sentence.word(group - 1).isdecimal():
        group -= 1
    opening = sentence.word(group)
    return len(opening) > 1 and opening[0] == "0" and "." not in opening


def _parts(read: Sequence[_Read]) -> Iterator[Claim]:
    """Yield totals whose parts, in the same sentence or the next, do not add up to them."""
    totals = [one for one in read if one.counts("total")]
    for at in sorted({one.sentence for one in read}):
        near = [one for one in totals if at <= one.sentence <= at + 1]
        parts = [[one.value for one in near if one.figure == part] for part in PARTS]
        wholes = [one for one in totals if one.figure == "failures" and abs(one.sentence - at) <= 1]
        if wholes and all(len(part) == 1 for part in parts):
            values = [value for (value,) in parts]
            if all(whole.value != sum(values) for whole in wholes):
                numbers = " + ".join(f"{value:,.0f}" for value in values)
                yield wholes[0].wrong(f"The parts do not add up to it: {numbers} = {sum(values):,.0f}.")


def _changes(read: Sequence[_Read]) -> Iterator[Claim]:
    """As "33" where neighbouring sentences have "25", "seven more" and "33" of one figure."""
    for change in read:
        if not change.counts("change"):
            continue
        near = [
            one
            for one in read
            if one.counts("total", "earlier")
            and one.figure == change.figure
            and abs(one.sentence - change.sentence) <= 1
        ]
        values = {one.value: one for one in reversed(near)}
        opening, closing = min(values, default=0), max(values, default=0)
        total = opening + change.value
        if len(values) == PAIR and total != closing:
            sums = f"{opening:,.0f} and {change.value:,.0f} more are {total:,.0f}"
            yield values[closing].wrong(f"{sums}, not {closing:,.0f}.")


def _opposites(sentence: ParsedSentence) -> Iterator[Claim]:
    for reverse, meant in sentence.vocabulary.opposites.items():
        for place in range(len(sentence.stems)):
            span = Span(place, place + len(reverse) - 1)
            if sentence.stems[place : span.last + 1] == reverse and not _is_denied(sentence.before(place, 4)):
                why = f"The definition says {meant}: this says the opposite."
                yield replace(_claim(sentence, span, why, Mark.OPPOSITE), instead=meant)


def _is_denied(before: Words) -> bool:
    for word in reversed(before):
        if word in (",", ";", "or", "and", "where"):
            return False
        if word in WORDS["denied"] or word.endswith("n't"):
            return True
    return False


def _directions(sentence: Sentence) -> Iterator[Claim]:
    start, end = sentence.tokens[0].start, sentence.tokens[-1].end
    lowered = sentence.draft[start:end].translate(PLAIN).lower()
    away = _AWAY.search(lowered)
    if away is not None and not _TOWARDS.search(lowered):
        first, last = start + away.start(), start + away.end()
        why = "The figure counts people in the review team, who were moved into it and not from it."
        instead, words = "moved into the review team", sentence.draft[first:last]
        yield Claim(first, last, words, Mark.OPPOSITE, why, instead=instead)
