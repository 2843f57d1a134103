"""Sentences and tokens of a draft, and which words mean which figure: those of `words.toml` and the terms.

A unit is what is counted, and has heads, the nouns it goes by. Clues, words near it, say which figure of that
unit is meant; without one, a unit's own figures.
"""

import datetime as dt
import itertools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from data.terms import Part, Terms
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric, spoken

DECLARED: Final[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))

Words = tuple[str, ...]
WORDS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(text.split()) for name, text in DECLARED["words"].items()
}
PHRASES: Final[dict[str, list[Words]]] = {
    name: [tuple(text.split()) for text in texts] for name, texts in DECLARED["phrases"].items()
}
NUMBERS: Final[dict[str, dict[str, float]]] = DECLARED["numbers"]

# Curly quotes, dashes and hyphens, and spaces that do not break. One character for one: a place in the plain
# text is the same place in the draft.
PLAIN = str.maketrans(
    "\u2019\u2018\u201c\u201d\u2013\u2014\u2010\u2011\u2212\u00a0\u202f\u2009", "''\"\"-----   "
)
# Every repetition either takes what it has seen or is bounded, so that no text takes long.
_TOKEN = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|[\w.+-]{1,64}@[\w.-]{1,255}"
    r"|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?\w*"
    r"|\d+(?:[.:/]\d+)*\w*"
    r"|\w+(?:'\w+)*"
    r"|[^\w\s]"
)
LONGEST_SENTENCE, SHORT_LINE = 400, 60
ENDS, BULLETS = frozenset(".!?"), frozenset("*-\N{BULLET}")


@dataclass(frozen=True)
class Token:
    """As it is written, and as it is compared; places in the draft."""

    start: int
    end: int
    written: str
    word: str

    @property
    def has_digit(self) -> bool:
        return any(character.isdecimal() for character in self.written)

    # What text2num asks of a token.
    def text(self) -> str:
        return self.written

    def text_lowercase(self) -> str:
        return self.word

    def nt_separated(self, _previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return self.has_digit


@dataclass(frozen=True)
class Span:
    first: int
    last: int

    @property
    def token_range(self) -> range:
        return range(self.first, self.last + 1)

    def overlaps(self, other: "Span") -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Sentence:
    draft: str
    tokens: tuple[Token, ...]

    @cached_property
    def words(self) -> Words:
        return tuple(token.word for token in self.tokens)

    @cached_property
    def stems(self) -> Words:
        return tuple(stem(word) for word in self.words)

    def word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""

    def before(self, place: int, count: int) -> Words:
        return self.words[max(0, place - count) : max(0, place)]

    def after(self, place: int, count: int) -> Words:
        return self.words[place + 1 : place + 1 + count]

    def mentions(self, name: str, first: int, stop: int) -> bool:
        return not WORDS[name].isdisjoint(self.words[max(0, first) : max(0, stop)])

    def phrase_at(self, place: int, wanted: Iterable[Words]) -> int | None:
        """The last place of the first phrase that begins at a place."""
        ends = ((phrase, place + len(phrase)) for phrase in wanted)
        return next((end - 1 for phrase, end in ends if self.words[place:end] == phrase), None)


def has(words: Words, *wanted: Words) -> bool:
    return any(
        phrase[0] in words
        and any(words[place : place + len(phrase)] == phrase for place in range(len(words)))
        for phrase in wanted
    )


def stem(word: str) -> str:
    word = word.removesuffix("'s")
    if len(word) > len("lies") and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > len("its") and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def stemmed(text: str) -> Words:
    return tuple(stem(token.word) for token in tokens(text))


def tokens(text: str) -> list[Token]:
    return [Token(match.start(), match.end(), match[0], match[0].lower()) for match in _TOKEN.finditer(text)]


def sentences(draft: str) -> list[Sentence]:
    text = draft.translate(PLAIN)
    result: list[Sentence] = []
    current: list[Token] = []
    every = tokens(text)
    for token, after in zip(every, [*every[1:], None], strict=False):
        current.append(token)
        gap = text[token.end : after.start] if after else ""
        if after is None or len(current) >= LONGEST_SENTENCE or _ends(text, token, after, gap):
            result.append(Sentence(draft, tuple(current)))
            current = []
    return result


def _ends(text: str, token: Token, after: Token, gap: str) -> bool:
    """Whether a sentence ends with a token; a line break may only wrap it."""
    short = token.end - text.rfind("\n", 0, token.end) <= SHORT_LINE
    if "\n" in gap and (short or gap.count("\n") > 1 or token.word in ".!?:;\"'" or after.word in BULLETS):
        return True
    if token.word in ENDS:
        return bool(gap) and (after.written[0].isupper() or after.has_digit or after.word in "\"'(")
    # A full stop may stand before the quotation mark that ends the sentence.
    quoted = token.word in "\"')" and text[token.start - 1 : token.start] in ENDS
    return quoted and bool(gap) and after.written[0].isupper()


LEAST_TITLE = 3  # a title of fewer words is a noun that a unit has, or is too common to mean a figure


@dataclass(frozen=True)
class Place:
    figure: str
    by: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    name: str
    words: str  # what is counted, in the plural
    places: tuple[Place, ...] = ()
    akin: str | None = None  # one with which it is easily confused
    uncounted: bool = False  # a part of a figure by which no release splits it


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
    own_names: frozenset[str]  # words of the names of the review, the body, its overseer and the scheme

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
        spoken(entry, terms.words) for entry in CATALOGUE if isinstance(entry, Metric) and not entry.share
    ]
    figures = {
        metric.name: Figure(metric.name, metric.counts.replace(" in scope", ""), (Place(metric.name),))
        for metric in metrics
    }
    figures |= {
        name: Figure(name, **entry | {"words": terms.words(entry["words"])})
        for name, entry in DECLARED["figures"].items()
    }
    figures |= {part.name: _part(part, terms.words.failures) for part in terms.partition}
    figures.setdefault(
        "harm", Figure("harm", terms.words("{failures} with harm"), (Place("failures_with_harm"),))
    )
    figures["failures_with_harm"] = figures["harm"]
    definitions = [metric.definition for metric in metrics]
    titles = [(stemmed(text), metric.name) for metric in metrics for text in (metric.title, metric.counts)]
    units = [*DECLARED["unit"], *({"name": name, **entry} for name, entry in DECLARED["plain_units"].items())]
    return Vocabulary(
        units={entry["name"]: _unit(entry, terms) for entry in units},
        figures=figures,
        opposites=_opposites([*definitions, *DECLARED["phrases"]["meanings"], *terms.codes("reasons")]),
        masks=tuple(map(stemmed, (*DECLARED["phrases"]["masks"], terms.scheme or "scheme"))),
        titles=tuple((title, name) for title, name in titles if len(title) >= LEAST_TITLE),
        threshold=terms.small_numbers.threshold,
        period=(terms.period.begins, terms.period.ends),
        own_names=frozenset(
            stemmed(f"{terms.name} {terms.body} {terms.oversight_body} {terms.scheme} Clare")
        ),
    )


def _unit(entry: dict[str, Any], terms: Terms) -> Unit:
    clues = tuple(
        (figure, tuple(stemmed(terms.words(clue)) for clue in near))
        for figure, *near in entry.get("clues", ())
    )
    heads = tuple(stemmed(terms.words(head)) for head in entry["heads"])
    return Unit(entry["name"], heads, clues, tuple(entry.get("own", ())), entry.get("implied", False))


def _part(part: Part, failures: str) -> Figure:
    labels = tuple(dict.fromkeys((part.title.casefold(), part.name.casefold())))
    places = [Place("failures", ("part",), (label,)) for label in labels]
    if part.harm:
        places = [Place("failures_with_harm"), *places, Place("failures", ("harm",), ("true",))]
    elif part.type:
        places.append(Place("failures", ("type",), (part.type,)))
    title = f"{failures} {part.title}" if part.title.startswith("with ") else f"{part.title} {failures}"
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
