"""Which published numbers a reading may repeat, and the mark that is made of it."""

from collections.abc import Sequence
from dataclasses import replace

from metrics.statement.published import Corpus, Telling
from metrics.statement.reading import Reading
from metrics.statement.relative import FIRST_DAY
from metrics.statement.verdicts import Claim, Mark
from metrics.statement.vocabulary import Figure


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
        told = [each for each in corpus.tellings(figure) if each.release.published.as_at == anchor.begins]
        if told:
            return told[::-1]
    return corpus.within(figure, anchor.begins, anchor.ends)


def marked(
    blank: Claim, mark: Mark, sentence: str, tellings: Sequence[Telling] = (), *, instead: str = ""
) -> Claim:
    names = tuple(dict.fromkeys(each.release.published.name for each in tellings))
    told = f"{sentence[:1].upper()}{sentence[1:]}"
    return replace(blank, mark=mark, sentence=told, releases=names, instead=instead)
