from collections.abc import Mapping, Sequence
from typing import Any

from data.errors import UserError
from data.publishing.content import Override, Overruled
from data.publishing.guards import OVERRIDES
from data.publishing.release import Person, Release, reasoned
from data.publishing.release_store import Shelf
from data.publishing.states import person


def standing(shelf: Shelf, release: Release) -> tuple[Override, ...]:
    return tuple(each for each in _last(shelf, release) if person(each.who) not in release.authors)


def own(shelf: Shelf, release: Release, by: Person | None = None) -> tuple[Override, ...]:
    """Return the decisions that do not count, since whoever decided has written part of the release.

    by: who is to be one of its authors as well.
    """
    authors = release.authors if by is None else release.authors | {by.key}
    return tuple(each for each in _last(shelf, release) if person(each.who) in authors)


def refuse_own(shelf: Shelf, release: Release, by: Person) -> None:
    if found := own(shelf, release, by):
        raise UserError(own_decision(found[0]))


def own_decision(cell: Override) -> str:
    return (
        f"{cell.who} decided that a small number is told exactly, and has written part of this release: "
        "another person must take that decision back, or take it anew."
    )


def _last(shelf: Shelf, release: Release) -> list[Override]:
    found: dict[tuple[Any, ...], Override] = {}
    for each in shelf.entries(OVERRIDES, release.id):
        # Who decided is told by the row, which the database guards, and not by the text beside it.
        whose = {key: each[key] for key in ("who", "role", "reason", "at")}
        cell = Override.read(each["cell"]).model_copy(update=whose)
        key = cell.figure, cell.by, cell.where
        found.pop(key, None)
        if each["given"]:
            found[key] = cell
    return list(found.values())


def overruled(alarms: Sequence[str], reasons: Mapping[str, str]) -> list[Overruled]:
    undecided = [alarm for alarm in alarms if not reasons.get(alarm, "").strip()]
    if undecided:
        raise UserError(
            "Decide on every alarm of the statement check first: overrule it with a reason, or send the "
            f"release back. Undecided: {undecided[0]}"
        )
    return [Overruled(alarm=alarm, reason=reasoned(reasons[alarm])) for alarm in alarms]
