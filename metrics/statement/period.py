"""The period of the review, where a sentence says it, held against the terms of reference."""

from itertools import pairwise

from data.formatting import written_day
from metrics.statement.date_mention import Anchor
from metrics.statement.text import Sentence
from metrics.statement.vocabulary import Vocabulary
from metrics.statement.words import words

COVERS, MADE = words("covers"), words("made")


def misdated(sentence: Sentence, days: list[Anchor], vocabulary: Vocabulary) -> dict[Anchor, str]:
    """Return the days of a sentence that it gives for the review's period and that are not, and why."""
    if vocabulary.period is None:
        return {}
    found: dict[Anchor, str] = {}
    for one, other in pairwise(days):
        if other.first - one.last == len(("and", "next")) and _of_the_period(sentence, one):
            for day, meant in ((one, vocabulary.period[0]), (other, vocabulary.period[1])):
                if not day.begins <= meant <= day.ends:
                    begins, ends = (written_day(each) for each in vocabulary.period)
                    found[day] = f"The terms of reference say that the period is from {begins} to {ends}."
    return found


def _of_the_period(sentence: Sentence, opening: Anchor) -> bool:
    if sentence.words[max(0, opening.first - 1) : opening.first] not in (("between",), ("from",)):
        return False
    before = set(sentence.words[max(0, opening.first - 3) : opening.first - 1])
    return bool(MADE & before or COVERS & set(sentence.words[: opening.first]))
