"""The answer first: who has been reached, who has not been, and why."""

from data.formatting import counted, listed_words, written_count
from service.view import View


def answer(view: View) -> str:
    """Say how many people have been reached and why the others have not."""
    share = view.figure("share_reached")
    needed = share.denominator or 0
    if view.figure("people_to_contact").numerator == 0:
        return "Nobody had been identified to contact by this day."
    people = counted(needed, "person who may need to be reached", "people who may need to be reached")
    reached = share.numerator
    said = f"{written_count(reached)} of {people} {'has' if reached == 1 else 'have'} been reached"
    return f"{said}; {listed_words(_why_not(view))}."


def _why_not(view: View) -> list[str]:
    waiting, unable = view.figure("people_waiting").numerator, view.figure("people_unable").numerator
    unsafe = view.figure("people_not_safe").numerator
    return [
        f"{_none(waiting)} {_are(waiting)} waiting",
        f"{_none(unable)} could not be reached",
        f"contact is not safe or appropriate for {_none(unsafe)}",
    ]


def _none(count: int) -> str:
    return written_count(count) if count else "none"


def _are(count: int) -> str:
    return "are" if count > 1 else "is"
