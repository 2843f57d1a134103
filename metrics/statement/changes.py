"""The mark of a change between two releases: "eight more", "a rise of 196", "doubled"."""

from itertools import combinations

from metrics.statement.candidates import marked
from metrics.statement.published import Corpus, Telling
from metrics.statement.reading import Reading
from metrics.statement.verdicts import Claim, Mark
from metrics.statement.vocabulary import Figure


def changed(corpus: Corpus, reading: Reading, figures: list[Figure], blank: Claim) -> Claim | None:
    """Mark a change; None where there are no two releases that have the figure."""
    for figure in figures:
        pair = _pair(corpus, reading, figure)
        if pair is not None:
            return _held(corpus, reading, pair, blank)
    return None


def _held(corpus: Corpus, reading: Reading, pair: tuple[Telling, Telling], blank: Claim) -> Claim:
    before, after = pair
    opening, closing = before.exact, after.exact
    told = f"{before.sentence}, and {after.release.name} that {after.clause}"
    if opening is None or closing is None:
        why = f"{told}: by how much it changed was not told exactly."
        return marked(blank, Mark.UNCLEAR, why, pair)
    if _fits(reading, opening, closing):
        return marked(blank, Mark.MATCHES, f"{told}.", pair)
    if reading.guessed and reading.since is None:
        return marked(blank, Mark.UNCLEAR, "The sentence does not name what has changed.")
    apart = abs(closing - opening)
    percent = f", {apart / opening:.1%}" if reading.quantity.kind == "share" and opening else ""
    why = f"{told}: a difference of {apart:,.0f}{percent}."
    mark = Mark.ANOTHER_DAY if _once(corpus, reading, after.figure) else Mark.DIFFERS
    return marked(blank, mark, why, pair)


def _pair(corpus: Corpus, reading: Reading, figure: Figure) -> tuple[Telling, Telling] | None:
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
    told = [each.exact for each in corpus.tellings(figure)]
    numbers = [each for each in told if each is not None]
    return any(_fits(reading, opening, closing) for opening, closing in combinations(numbers, 2))


def _fits(reading: Reading, opening: float, closing: float) -> bool:
    if reading.quantity.kind == "times":
        return closing == opening * reading.quantity.value
    if reading.quantity.kind == "share":
        change = opening - closing if reading.down else closing - opening
        return bool(opening) and reading.quantity.agrees(change / opening)
    return reading.quantity.agrees(opening - closing if reading.down else closing - opening)
