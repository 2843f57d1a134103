"""Which words of a sentence mean which figure: declared, in the review's words and the catalogue's.

A unit is what is counted, and has heads, the nouns it goes by. Clues, words near it, say which figure of
that unit is meant; without one, a unit's own figures. A figure is looked up in a release at its places.
"""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from data.terms import Case, Part, Terms
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric, spoken, worded
from metrics.statement.text import TOLD, phrase, stem, words

Phrase = tuple[str, ...]
# A title of fewer words is a noun that a unit has, or is too common to mean a figure.
LEAST_TITLE = 3


@dataclass(frozen=True)
class Place:
    """Where a release has a figure: under a name, split in a way, in the cell with this label."""

    figure: str
    by: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """words: what is counted, in the plural. akin: a figure with which it is easily confused: a release has
    that one and may have the same number of this, but nothing published says so. untold: a part of a figure
    by which no release splits it.
    """

    name: str
    words: str
    places: tuple[Place, ...] = ()
    akin: str | None = None
    untold: bool = False


@dataclass(frozen=True)
class Clue:
    figures: tuple[str, ...]
    words: tuple[Phrase, ...]


@dataclass(frozen=True)
class Unit:
    """own: figures meant where no clue says more. implied: whether its clues mean it without any noun."""

    name: str
    heads: tuple[Phrase, ...]
    clues: tuple[Clue, ...] = ()
    own: tuple[str, ...] = ()
    implied: bool = False


@dataclass(frozen=True)
class Opposite:
    """Words that say the reverse of a definition; `said` in a draft should be `meant`."""

    said: Phrase
    meant: str


@dataclass(frozen=True)
class Vocabulary:
    """threshold: up to which a number is small. masks: names in which a unit's noun counts nothing.
    period: the days between which the cases of the review were made.
    headed, whole: the same heads, and figures by their full titles, by their first word.
    """

    units: tuple[Unit, ...]
    figures: dict[str, Figure]
    masks: tuple[Phrase, ...]
    opposites: tuple[Opposite, ...]
    threshold: int = 7
    period: tuple[dt.date, dt.date] | None = None
    titles: tuple[tuple[Phrase, str], ...] = ()
    _heads: dict[str, list[tuple[Phrase, Unit | None, str | None]]] = field(
        default_factory=dict[str, list[tuple[Phrase, Unit | None, str | None]]]
    )

    def __post_init__(self) -> None:
        for head, unit, name in self._every_head():
            self._heads.setdefault(head[0], []).append((head, unit, name))
        for known in self._heads.values():
            known.sort(key=lambda each: -len(each[0]))

    def head(self, stems: tuple[str, ...], place: int) -> tuple[int, Unit | None, str | None] | None:
        for head, unit, name in self._heads.get(stems[place], ()):
            if stems[place : place + len(head)] == head:
                return place + len(head) - 1, unit, name
        return None

    def unit(self, name: str) -> Unit:
        return next(unit for unit in self.units if unit.name == name)

    def knows(self, noun: str) -> bool:
        """Whether any figure is spoken of with a word: in a noun, a clue or a title."""
        return stem(noun) in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        phrases = [head for head, _, _ in self._every_head()]
        phrases += [each for unit in self.units for clue in unit.clues for each in clue.words]
        phrases += [phrase(figure.words) for figure in self.figures.values()]
        return frozenset(word for each in phrases for word in each)

    def _every_head(self) -> list[tuple[Phrase, Unit | None, str | None]]:
        heads: list[tuple[Phrase, Unit | None, str | None]] = [(mask, None, None) for mask in self.masks]
        heads += [(head, unit, None) for unit in self.units for head in unit.heads]
        return heads + [(title, None, name) for title, name in self.titles]


def vocabulary_of(terms: Terms) -> Vocabulary:
    metrics = [spoken(each, terms.case) for each in CATALOGUE if isinstance(each, Metric) and not each.share]
    figures = {
        metric.name: Figure(metric.name, metric.counts.replace(" in scope", ""), (Place(metric.name),))
        for metric in metrics
    }
    figures |= {entry["name"]: _own(entry, terms.case) for entry in TOLD["figure"]}
    figures |= {part.name: _part(part) for part in terms.partition}
    figures.setdefault("harm", Figure("harm", "failures with harm", (Place("failures_with_harm"),)))
    figures["failures_with_harm"] = figures["harm"]
    titles = [(phrase(words), metric.name) for metric in metrics for words in (metric.title, metric.counts)]
    opposites = (
        [metric.definition for metric in metrics] + TOLD["phrases"]["meanings"] + list(terms.codes("reasons"))
    )
    return Vocabulary(
        units=tuple(_unit(entry, terms.case) for entry in TOLD["unit"]),
        figures=figures,
        masks=tuple(phrase(each) for each in (*TOLD["phrases"]["masks"], terms.scheme or "scheme")),
        opposites=_opposites(opposites),
        threshold=terms.small_numbers.threshold,
        period=(terms.period.begins, terms.period.ends),
        titles=tuple((title, name) for title, name in titles if len(title) >= LEAST_TITLE),
    )


def _unit(each: dict[str, Any], case: Case) -> Unit:
    return Unit(
        each["name"],
        heads=tuple(phrase(head.format(case=case.one)) for head in each["heads"]),
        clues=tuple(Clue((name,), tuple(map(phrase, near))) for name, *near in each.get("clues", ())),
        own=tuple(each.get("own", ())),
        implied=each.get("implied", False),
    )


def _own(each: dict[str, Any], case: Case) -> Figure:
    told = worded(each["words"], case) or ""
    return Figure(each["name"], told, akin=each.get("akin"), untold=each.get("untold", False))


def _part(part: Part) -> Figure:
    labels = tuple(dict.fromkeys((part.title.casefold(), part.name.casefold())))
    places = [Place("failures", ("part",), (label,)) for label in labels]
    if part.harm:
        places = [Place("failures_with_harm"), *places, Place("failures", ("harm",), ("true",))]
    elif part.type:
        places.append(Place("failures", ("type",), (part.type,)))
    adjective = part.title if part.title.startswith("with ") else ""
    words = f"failures {adjective}" if adjective else f"{part.title} failures"
    return Figure(part.name, words, tuple(places))


def _opposites(texts: list[str]) -> tuple[Opposite, ...]:
    opposites: dict[Phrase, Opposite] = {}
    # Every prefix, "in" and "un", has two letters.
    worn = {word: word[2:] for word in words("negated")}
    for text in texts:
        stems = phrase(text)
        for word, following in itertools.pairwise(stems):
            if word in worn:
                reverse = (worn[word], following)
                opposites[reverse] = Opposite(reverse, f"{word} {following}")
        if "disclosed" in stems and "not" in stems:
            reverse = phrase("should not have disclosed")
            opposites[reverse] = Opposite(reverse, "should have disclosed and did not")
    return tuple(opposites.values())
