"""Suggest a first mapping from a file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """A mapping to start from, and what its writer should know."""

    mapping: str
    remarks: tuple[str, ...]


def suggest(source: str, *, table: str | None = None) -> Suggestion:
    """Suggest."""
    raise NotImplementedError
