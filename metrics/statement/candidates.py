"""Which published numbers a reading may repeat, and the marks of changes and shares made of them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from metrics.statement.days import FIRST_DAY
from metrics.statement.published import Corpus, Telling
from metrics.statement.reading import Reading
from metrics.statement.verdicts import Claim, Mark
from metrics.statement.vocabulary import Figure, Vocabulary

PARTS, FAILURES, CASES = ("harm", "administrative", "service"), ("failures",), ("risk_assessed", "population")
UNSAID = "What it is a share of, or what has it, was not published or is not said."


def options(corpus: Corpus, reading: Reading, figure: Figure) -> list[Telling]:
    """Return the tellings of a figure that a number may repeat; the one it most likely means first."""
    newest = corpus.newest(figure)
    present = [] if newest is None else [newest]
    if reading.anchor is not None:
        anchored = of_the_day(corpus, reading, figure)
        return anchored + present if reading.loose else anchored
    if reading.role == "earlier" and newest is not None:
        return corpus.before(newest)[::-1]
    return present


def of_the_day(corpus: Corpus, reading: Reading, figure: Figure) -> list[Telling]:
    """Return the tellings of a figure that stood on the day that a number speaks of, the likeliest first."""
    anchor = reading.anchor
    if anchor is None:
        return []
    if anchor.vague and anchor.begins == FIRST_DAY:
        return corpus.lately(figure)
    if anchor.as_at:
        tellings = [
            telling for telling in corpus.tellings(figure) if telling.release.published.as_at == anchor.begins
        ]
        if tellings:
            return tellings[::-1]
    return corpus.within(figure, anchor.begins, anchor.ends)


def marked(
    blank: Claim, mark: Mark, sentence: str, tellings: Sequence[Telling] = (), *, instead: str = ""
) -> Claim:
    names = tuple(dict.fromkeys(telling.release.published.name for telling in tellings))
    text = f"{sentence[:1].upper()}{sentence[1:]}"
    return replace(blank, mark=mark, sentence=text, releases=names, instead=instead)


def changed(corpus: Corpus, reading: Reading, figures: list[Figure], blank: Claim) -> Claim | None:
    for figure in figures:
        pair = _releases(corpus, reading, figure)
        if pair is not None:
            return _change(corpus, reading, pair, blank)
    return None


def _change(corpus: Corpus, reading: Reading, pair: tuple[Telling, Telling], blank: Claim) -> Claim:
    before, after = pair
    opening, closing = before.exact, after.exact
    both = f"{before.sentence}, and {after.release.name} that {after.clause}"
    if opening is None or closing is None:
        why = f"{both}: by how much it changed was not told exactly."
        return marked(blank, Mark.UNCLEAR, why, pair)
    if _fits(reading, opening, closing):
        return marked(blank, Mark.MATCHES, f"{both}.", pair)
    if reading.guessed and reading.since is None:
        return marked(blank, Mark.UNCLEAR, "The sentence does not name what has changed.")
    apart = abs(closing - opening)
    percent = f", {apart / opening:.1%}" if reading.quantity.kind == "share" and opening else ""
    why = f"{both}: a difference of {apart:,.0f}{percent}."
    mark = Mark.ANOTHER_DAY if _once(corpus, reading, after.figure) else Mark.DIFFERS
    return marked(blank, mark, why, pair)


def _releases(corpus: Corpus, reading: Reading, figure: Figure) -> tuple[Telling, Telling] | None:
    """Return what the change is from and to: from the release before, unless the sentence says since when."""
    since, anchor = reading.since, reading.anchor
    after = corpus.newest(figure)
    if anchor is not None and anchor is not since:
        within = corpus.within(figure, anchor.begins, anchor.ends)
        after = within[0] if within else None
    if after is None:
        return None
    earlier = corpus.before(after)
    if since is not None:
        before = corpus.last(figure, since.ends)
        return None if before is None or before not in earlier else (before, after)
    return (earlier[-1], after) if earlier else None


def _once(corpus: Corpus, reading: Reading, figure: Figure) -> bool:
    exact = [telling.exact for telling in corpus.tellings(figure)]
    numbers = [number for number in exact if number is not None]
    return any(_fits(reading, opening, closing) for opening, closing in combinations(numbers, 2))


def _fits(reading: Reading, opening: float, closing: float) -> bool:
    if reading.quantity.kind == "times":
        return closing == opening * reading.quantity.value
    if reading.quantity.kind == "share":
        change = opening - closing if reading.down else closing - opening
        return bool(opening) and reading.quantity.agrees(change / opening)
    return reading.quantity.agrees(opening - closing if reading.down else closing - opening)


def shared(corpus: Corpus, vocabulary: Vocabulary, reading: Reading, blank: Claim) -> Claim:
    """Mark a share by what two published counts come to: their protected counts, where they are protected."""
    for part in (vocabulary.figures[name] for name in reading.figures):
        for whole in (vocabulary.figures[name] for name in reading.out_of or _whole(part)):
            pair = _counts(corpus, reading, part, whole)
            if pair is None:
                continue
            above, below, share = pair
            right = reading.quantity.agrees(share)
            percent = f"{100 * share:.3g}%"
            why = f"{above.sentence} and that {below.clause}: {percent}."
            mark = Mark.MATCHES if right else Mark.DIFFERS
            return marked(blank, mark, why, (above, below), instead="" if right else percent)
    return marked(blank, Mark.UNCLEAR, UNSAID)


def _counts(
    corpus: Corpus, reading: Reading, part: Figure, whole: Figure
) -> tuple[Telling, Telling, float] | None:
    """Return two counts of one release and the share; None where one was not told, or with a qualifier."""
    for above in options(corpus, reading, part):
        for below in options(corpus, reading, whole):
            one, other = above.cell, below.cell
            if above.release is not below.release or one.number is None or not other.number:
                continue
            if not one.qualifier and not other.qualifier:
                return above, below, one.number / other.number
    return None


def _whole(part: Figure) -> tuple[str, ...]:
    return FAILURES if part.name in PARTS else CASES
