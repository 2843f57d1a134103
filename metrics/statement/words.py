"""The declared words of the statement check, read once from `words.toml`."""

import tomllib
from pathlib import Path
from typing import Any, Final

TOLD: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)


def words(name: str) -> frozenset[str]:
    return frozenset(TOLD["words"][name].split())


def turns(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.split()) for each in TOLD["phrases"][name])


def firm(name: str) -> list[tuple[tuple[str, ...], Any]]:
    """Return each turn of words with how firm it makes a number, the longest first."""
    told = [(tuple(turn.split()), firmness) for firmness, turns in TOLD[name].items() for turn in turns]
    return sorted(told, key=lambda each: -len(each[0]))
