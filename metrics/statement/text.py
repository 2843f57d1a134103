"""Sentences and tokens of a draft, and the declared words of the statement check, read from `words.toml`."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

DECLARED: Final[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))

Words = tuple[str, ...]
WORDS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(text.split()) for name, text in DECLARED["words"].items()
}
PHRASES: Final[dict[str, list[Words]]] = {
    name: [tuple(text.split()) for text in texts] for name, texts in DECLARED["phrases"].items()
}


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
    """Tokens of a sentence, from the first to the last, both included."""

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
