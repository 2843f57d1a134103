"""The declared words of the statement check, read once from `words.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

TOLD: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)


def words(name: str) -> frozenset[str]:
    return frozenset(TOLD["words"][name].split())


def turns(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(turn.split()) for turn in TOLD["phrases"][name])


def firm(name: str) -> list[tuple[tuple[str, ...], Any]]:
    """Return each turn of words with how firm it makes a number, the longest first."""
    pairs = [(tuple(turn.split()), firmness) for firmness, turns in TOLD[name].items() for turn in turns]
    return sorted(pairs, key=lambda each: -len(each[0]))


# One character for one: a place in the plain text is the same place in the draft.
_PLAIN = str.maketrans(
    {
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
    }
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
LONGEST_SENTENCE = 400
ENDS, BULLETS = frozenset(".!?"), frozenset("*-\N{BULLET}")
SHORT_LINE = 60


@dataclass(frozen=True)
class Token:
    """One word, number or mark: `text` as it is written, `word` as it is compared, places in the draft."""

    start: int
    end: int
    text: str
    word: str

    @property
    def has_digit(self) -> bool:
        return any(character.isdecimal() for character in self.text)


@dataclass(frozen=True)
class Sentence:
    tokens: tuple[Token, ...]
    paragraph: int

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(token.word for token in self.tokens)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return tuple(stem(word) for word in self.words)


def plain(draft: str) -> str:
    """Return the draft with simple quotes, hyphens and spaces, as long as it was."""
    return draft.translate(_PLAIN)


def stem(word: str) -> str:
    if len(word) > len("lies") and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > len("its") and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def phrase(words: str) -> tuple[str, ...]:
    return tuple(stem(token.word) for token in tokens(words))


def tokens(text: str) -> list[Token]:
    found = _TOKEN.finditer(text)
    return [Token(each.start(), each.end(), each[0], each[0].lower()) for each in found]


def sentences(draft: str) -> list[Sentence]:
    text = plain(draft)
    cut: list[Sentence] = []
    current: list[Token] = []
    paragraph = 0
    everything = tokens(text)
    for place, token in enumerate(everything):
        current.append(token)
        after = everything[place + 1] if place + 1 < len(everything) else None
        gap = text[token.end : after.start] if after else "\n\n"
        if _ends(text, token, after, gap) or len(current) >= LONGEST_SENTENCE:
            cut.append(Sentence(tuple(current), paragraph))
            current = []
        paragraph += "\n" in gap and _breaks(text, token, after, gap)
    return cut


def _ends(text: str, token: Token, after: Token | None, gap: str) -> bool:
    if after is None or ("\n" in gap and _breaks(text, token, after, gap)):
        return True
    if token.text in ENDS:
        return bool(gap) and (after.text[0].isupper() or after.has_digit or after.text in "\"'(")
    # A full stop may stand before the quotation mark that ends the sentence.
    quoted = token.text in "\"')" and text[token.start - 1 : token.start] in ENDS
    return bool(quoted) and bool(gap) and after.text[0].isupper()


def _breaks(text: str, token: Token, after: Token | None, gap: str) -> bool:
    if after is None or gap.count("\n") > 1:
        return True
    line = text.rfind("\n", 0, token.end) + 1
    return token.text in ".!?:;\"'" or after.text in BULLETS or token.end - line < SHORT_LINE
