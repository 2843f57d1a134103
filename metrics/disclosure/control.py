"""Disclosure control of a release: each figure by the rule, and all of them against all ever published."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.publishing.content import Frozen, Published, Told
from data.terms import SmallNumbers
from data.written import listed_words
from metrics.disclosure.rule import protect


@dataclass(frozen=True)
class Past:
    """What has been published or approved before; `frozen` is None for what was not counted by Candour."""

    frozen: Frozen | None
    public: Published


@dataclass(frozen=True)
class Controlled:
    """What may be told of a release.

    coarsened: what was coarsened, and how. problems: why it may not be told at all, one sentence each, for a
    person to decide; none where it may. flags: what a person should look at: a share of none or of all.
    """

    told: tuple[Told, ...]
    coarsened: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def controlled(frozen: Frozen, past: Sequence[Past], rule: SmallNumbers) -> Controlled:
    """Return what may be told of what was counted, after all that was told before."""
    del past  # the audit comes next
    told = tuple(protect(counted, rule, frozen.overrides) for counted in frozen.figures)
    return Controlled(told=told, flags=tuple(flag for each in told for flag in flags(each)))


def flags(told: Told) -> list[str]:
    """Return a sentence for each share of a figure that is 0% or 100%: it says something of everybody."""
    if told.kind != "share":
        return []
    return [
        f"{told.title}{where(told.titles, cell.where)} is {cell.shown}: a share of none or of all says "
        "something of each of them."
        for cell in told.cells
        if cell.number in (0, 1)
    ]


def where(titles: Sequence[str], labels: Sequence[str]) -> str:
    """Write where a cell stands, as a reader calls it: ", area Devizes and route right to ask"."""
    if not titles:
        return ""
    return f", {listed_words([f'{t.lower()} {label}' for t, label in zip(titles, labels, strict=True)])},"
