import datetime as dt

from data.errors import UserError
from data.formatting import written_day
from data.publishing.content import Published
from data.publishing.moments import local
from data.publishing.release import numbered
from data.publishing.release_store import Move, Shelf
from data.publishing.states import State, Step


def place(move: Move, amends: int | None) -> tuple[int, int, int, int]:
    """Return the id, number and version of a statement that is entered, and the number of its step.

    A correction that was rejected is entered again in its own place.
    """
    releases = move.all()
    earlier = next((each for each in releases if each.id == amends), None)
    if earlier is not None:
        for each in releases:
            again = each.number == earlier.number and each.version == earlier.version + 1
            if again and each.state(move.moment) is State.ABANDONED:
                return each.id, each.number, each.version, each.seen + 1
    number, version = numbered(releases, amends, move.moment)
    return move.begin(number, version, "elsewhere"), number, version, 1


def refuse_unfit(told: Published, published_at: dt.datetime) -> None:
    if told.origin != "elsewhere" or not told.where_from:
        raise UserError("Say where the statement was published: it is entered as published elsewhere.")
    if any(cell.treatment != "typed" for figure in told.figures for cell in figure.cells):
        raise UserError("Every number of a statement made elsewhere is typed, and must be marked so.")
    day = local(published_at, told.time_zone).date()
    if max(told.as_at, told.known_at) > day:
        raise UserError(
            f"A statement speaks of the day on which it was published, {written_day(day)}, or of one before: "
            f"it cannot be as at {written_day(told.as_at)}."
        )


def refuse_mixed(shelf: Shelf, amends: int | None, origin: str) -> None:
    if amends is None or shelf.find(amends).origin == origin:
        return
    if origin == "elsewhere":
        raise UserError(
            "A release of Candour's own is amended by a new version of it, not by a typed statement."
        )
    raise UserError(
        "A statement made elsewhere is corrected by typing it anew, not by a release of Candour's own."
    )


def refuse_twice(shelf: Shelf, told: Published, published_at: str) -> None:
    for each in shelf.all():
        if each.origin != "elsewhere" or each.steps[-1].kind is Step.ABANDONED:
            continue
        entered = next(step for step in reversed(each.steps) if step.kind is Step.ENTERED)
        if entered.published_at == published_at:
            own = told.model_copy(update={"number": each.number, "version": each.version})
            if shelf.kept(each.id).told == own.written():
                raise UserError(f"This very statement is entered already, as {each.name}.")
