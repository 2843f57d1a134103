"""What is wrong with more than one number, or with words: sums, definitions turned round, and directions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.statement.reading import Reading
from metrics.statement.text import Sentence, words
from metrics.statement.verdicts import Claim, Mark
from metrics.statement.vocabulary import Vocabulary

PARTS, WHOLE = ("harm", "administrative", "service"), "failures"
DENIED = words("denied")
MOVED = r"(?:moved|redeployed|transferred|taken|drafted|pulled|removed|diverted|reassigned|switched)"
_AWAY = re.compile(
    rf"\b{MOVED} (?:away |out )?(?:from|out of) (?:the |its |their |our |this )?(?:\w+ ){{0,2}}team\b"
)
_TOWARDS = re.compile(
    r"\b(?:to|into|onto|for) (?:the |its |their |our |this )?(?:\w+ ){0,2}(?:team|review)\b"
)


@dataclass(frozen=True)
class Read:
    """One number as it was read, with the claim that was made of it and its place among the sentences."""

    reading: Reading
    claim: Claim
    sentence: int
    paragraph: int


def sums(read: Sequence[Read]) -> list[Claim]:
    """Return the totals whose parts, or whose opening and change, say something else, each once."""
    claims = [*_parts(read), *_changes(read)]
    return list({(claim.start, claim.end): claim for claim in claims}.values())


def _parts(read: Sequence[Read]) -> list[Claim]:
    claims: list[Claim] = []
    for place in sorted({one_read.sentence for one_read in read}):
        near = [
            one_read for one_read in read if place <= one_read.sentence <= place + 1 and _is_total(one_read)
        ]
        parts = [[each for each in near if each.reading.figures[:1] == (name,)] for name in PARTS]
        totals = [
            one_read
            for one_read in read
            if _is_total(one_read)
            and one_read.reading.figures[:1] == (WHOLE,)
            and place - 1 <= one_read.sentence <= place + 1
        ]
        if not totals or any(len(part) != 1 for part in parts):
            continue
        sum_ = sum(part[0].reading.quantity.value for part in parts)
        if all(total.reading.quantity.value != sum_ for total in totals):
            numbers = " + ".join(f"{part[0].reading.quantity.value:,.0f}" for part in parts)
            claims.append(_wrong(totals[0].claim, f"The parts do not add up to it: {numbers} = {sum_:,.0f}."))
    return claims


def _changes(read: Sequence[Read]) -> list[Claim]:
    """Hold "25", "eight more" and "33" of one figure in neighbouring sentences against each other."""
    claims: list[Claim] = []
    for change in read:
        quantity = change.reading.quantity
        if (
            change.reading.role != "change"
            or quantity.kind != "count"
            or quantity.firm
            or not change.reading.figures
        ):
            continue
        near = [
            one_read
            for one_read in read
            if _is_total(one_read, earlier=True)
            and one_read.reading.figures[0] == change.reading.figures[0]
            and abs(one_read.sentence - change.sentence) <= 1
        ]
        numbers = sorted({each.reading.quantity.value for each in near})
        if len(numbers) != len(("opening", "closing")):
            continue
        opening, closing = numbers
        if closing - opening != quantity.value:
            last = next(each for each in near if each.reading.quantity.value == closing)
            sum_ = opening + quantity.value
            why = f"{opening:,.0f} and {quantity.value:,.0f} more are {sum_:,.0f}, not {closing:,.0f}."
            claims.append(_wrong(last.claim, why))
    return claims


def _is_total(read: Read, *, earlier: bool = False) -> bool:
    quantity, role = read.reading.quantity, read.reading.role
    wanted = role == "total" or (earlier and role == "earlier")
    return wanted and quantity.kind == "count" and not quantity.firm and bool(read.reading.figures)


def _wrong(claim: Claim, sentence: str) -> Claim:
    return Claim(claim.start, claim.end, claim.text, Mark.SUM, sentence, claim.releases)


def opposites(sentence: Sentence, draft: str, vocabulary: Vocabulary) -> list[Claim]:
    """Return the words of a sentence that say the reverse of a definition."""
    claims: list[Claim] = []
    for opposite in vocabulary.opposites:
        size = len(opposite.said)
        for place in range(len(sentence.stems) - size + 1):
            if sentence.stems[place : place + size] != opposite.said:
                continue
            if _denied(sentence.words[max(0, place - 4) : place]):
                continue
            start, end = sentence.tokens[place].start, sentence.tokens[place + size - 1].end
            why = f"The definition says {opposite.meant}: this says the opposite."
            claims.append(Claim(start, end, draft[start:end], Mark.OPPOSITE, why, instead=opposite.meant))
    return claims


def _denied(before: tuple[str, ...]) -> bool:
    for word in reversed(before):
        if word in (",", ";", "or", "and", "where"):
            return False
        if word in DENIED or word.endswith("n't"):
            return True
    return False


def directions(sentence: Sentence, draft: str, text: str) -> list[Claim]:
    """Return the words of a sentence that move staff out of the team which they were moved into."""
    start, end = sentence.tokens[0].start, sentence.tokens[-1].end
    lowered = text[start:end].lower()
    away = _AWAY.search(lowered)
    if away is None or _TOWARDS.search(lowered):
        return []
    first, last = start + away.start(), start + away.end()
    why = "The figure counts people in the review team, who were moved into it and not from it."
    return [Claim(first, last, draft[first:last], Mark.OPPOSITE, why, instead="moved into the review team")]
