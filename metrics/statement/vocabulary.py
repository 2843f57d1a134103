"""Which words of a sentence mean which figure: declared, in the review's words and the catalogue's.

A unit is what is counted, and has heads, the nouns it goes by. Clues, words near it, say which figure of
that unit is meant; without one, a unit's own figures.
"""

import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from data.terms import Part, Terms
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric, spoken, worded
from metrics.statement.text import DECLARED, WORDS, Words, has, stem, stemmed

LEAST_TITLE = 3  # a title of fewer words is a noun that a unit has, or is too common to mean a figure


@dataclass(frozen=True)
class Place:
    """Where a release has a figure."""

    figure: str
    by: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    name: str
    words: str  # what is counted, in the plural
    places: tuple[Place, ...] = ()
    akin: str | None = None  # one with which it is easily confused
    untold: bool = False  # a part of a figure by which no release splits it


@dataclass(frozen=True)
class Unit:
    name: str
    heads: tuple[Words, ...]
    clues: tuple[tuple[str, tuple[Words, ...]], ...] = ()  # phrases for each figure; the first decides
    own: tuple[str, ...] = ()  # figures meant where no clue says more
    implied: bool = False  # its clues mean it without any noun

    def clue(self, near: Words) -> tuple[str, ...]:
        return next(((figure,) for figure, wanted in self.clues if has(near, *wanted)), ())


Head = tuple[Words, Unit | None, str | None]
"""A noun; the unit that it is of, or the figure whose full title it is; neither where it counts nothing."""


@dataclass(frozen=True)
class Vocabulary:
    units: dict[str, Unit]
    figures: dict[str, Figure]
    opposites: dict[Words, str]  # words that say the reverse of a definition, and what they should be
    masks: tuple[Words, ...]  # names in which a unit's noun counts nothing
    titles: tuple[tuple[Words, str], ...]  # figures by their full titles
    threshold: int  # up to which a number is small
    period: tuple[dt.date, dt.date]  # the days between which the cases of the review were made

    def head(self, stems: Words, place: int) -> tuple[int, Unit | None, str | None] | None:
        """The last place of the longest noun that begins at a place, and what it counts."""
        for noun, unit, figure in self._heads.get(stems[place], ()):
            if stems[place : place + len(noun)] == noun:
                return place + len(noun) - 1, unit, figure
        return None

    def knows(self, noun: str) -> bool:
        """In a noun, a clue or a title."""
        return stem(noun) in self._known

    @cached_property
    def _heads(self) -> dict[str, list[Head]]:
        heads: list[Head] = [(mask, None, None) for mask in self.masks]
        heads += [(head, unit, None) for unit in self.units.values() for head in unit.heads]
        heads += [(title, None, name) for title, name in self.titles]
        by_first_word: dict[str, list[Head]] = defaultdict(list)
        for head in sorted(heads, key=lambda head: -len(head[0])):
            by_first_word[head[0][0]].append(head)
        return by_first_word

    @cached_property
    def _known(self) -> frozenset[str]:
        nouns = [noun for heads in self._heads.values() for noun, _, _ in heads]
        clues = [phrase for unit in self.units.values() for _, wanted in unit.clues for phrase in wanted]
        figures = [stemmed(figure.words) for figure in self.figures.values()]
        return frozenset(itertools.chain(*nouns, *clues, *figures))


def vocabulary_of(terms: Terms) -> Vocabulary:
    metrics = [
        spoken(entry, terms.case) for entry in CATALOGUE if isinstance(entry, Metric) and not entry.share
    ]
    figures = {
        metric.name: Figure(metric.name, metric.counts.replace(" in scope", ""), (Place(metric.name),))
        for metric in metrics
    }
    figures |= {
        entry["name"]: Figure(**entry | {"words": worded(entry["words"], terms.case) or ""})
        for entry in DECLARED["figure"]
    }
    figures |= {part.name: _part(part) for part in terms.partition}
    figures.setdefault("harm", Figure("harm", "failures with harm", (Place("failures_with_harm"),)))
    figures["failures_with_harm"] = figures["harm"]
    definitions = [metric.definition for metric in metrics]
    titles = [(stemmed(text), metric.name) for metric in metrics for text in (metric.title, metric.counts)]
    return Vocabulary(
        units={entry["name"]: _unit(entry, terms.case.one) for entry in DECLARED["unit"]},
        figures=figures,
        opposites=_opposites([*definitions, *DECLARED["phrases"]["meanings"], *terms.codes("reasons")]),
        masks=tuple(map(stemmed, (*DECLARED["phrases"]["masks"], terms.scheme or "scheme"))),
        titles=tuple((title, name) for title, name in titles if len(title) >= LEAST_TITLE),
        threshold=terms.small_numbers.threshold,
        period=(terms.period.begins, terms.period.ends),
    )


def _unit(entry: dict[str, Any], case: str) -> Unit:
    clues = tuple((figure, tuple(map(stemmed, near))) for figure, *near in entry.get("clues", ()))
    heads = tuple(stemmed(head.format(case=case)) for head in entry["heads"])
    return Unit(entry["name"], heads, clues, tuple(entry.get("own", ())), entry.get("implied", False))


def _part(part: Part) -> Figure:
    labels = tuple(dict.fromkeys((part.title.casefold(), part.name.casefold())))
    places = [Place("failures", ("part",), (label,)) for label in labels]
    if part.harm:
        places = [Place("failures_with_harm"), *places, Place("failures", ("harm",), ("true",))]
    elif part.type:
        places.append(Place("failures", ("type",), (part.type,)))
    title = f"failures {part.title}" if part.title.startswith("with ") else f"{part.title} failures"
    return Figure(part.name, title, tuple(places))


def _opposites(texts: list[str]) -> dict[Words, str]:
    opposites: dict[Words, str] = {}
    for text in texts:
        stems = stemmed(text)
        for word, following in itertools.pairwise(stems):
            if word in WORDS["negated"]:
                # Every prefix, "in" and "un", has two letters.
                opposites[word[2:], following] = f"{word} {following}"
        if "disclosed" in stems and "not" in stems:
            opposites[stemmed("should not have disclosed")] = "should have disclosed and did not"
    return opposites
