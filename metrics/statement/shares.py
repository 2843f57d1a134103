"""The mark of a share: "less than one per cent of the applications", "one in 114"."""

from metrics.statement.candidates import marked, options
from metrics.statement.published import Corpus, Telling
from metrics.statement.reading import Reading
from metrics.statement.verdicts import Claim, Mark
from metrics.statement.vocabulary import Figure, Vocabulary

PARTS, FAILURES, CASES = ("harm", "administrative", "service"), ("failures",), ("risk_assessed", "population")
UNSAID = "What it is a share of, or what has it, was not published or is not said."


def shared(corpus: Corpus, vocabulary: Vocabulary, reading: Reading, blank: Claim) -> Claim:
    """Mark a share by what two published counts come to: their protected counts, where they are protected."""
    for part in (vocabulary.figures[name] for name in reading.figures):
        for whole in (vocabulary.figures[name] for name in reading.out_of or _whole(part)):
            pair = _pair(corpus, reading, part, whole)
            if pair is None:
                continue
            above, below, share = pair
            right = reading.quantity.agrees(share)
            percent = f"{100 * share:.3g}%"
            told = f"{above.sentence} and that {below.clause}: {percent}."
            mark = Mark.MATCHES if right else Mark.DIFFERS
            return marked(blank, mark, told, (above, below), instead="" if right else percent)
    return marked(blank, Mark.UNCLEAR, UNSAID)


def _pair(
    corpus: Corpus, reading: Reading, part: Figure, whole: Figure
) -> tuple[Telling, Telling, float] | None:
    """Return two counts of one release and the share; None where one was not told, or with a qualifier."""
    for above in options(corpus, reading, part):
        for below in options(corpus, reading, whole):
            one, other = above.said, below.said
            if above.release is not below.release or one.number is None or not other.number:
                continue
            if not one.qualifier and not other.qualifier:
                return above, below, one.number / other.number
    return None


def _whole(part: Figure) -> tuple[str, ...]:
    return FAILURES if part.name in PARTS else CASES
