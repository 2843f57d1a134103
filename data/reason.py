"""Why rows of cases leave: one sentence, which the record keeps and the file bears."""

from data.errors import UserError

SHORTEST, LONGEST = 10, 400


def fitting(reason: str) -> str:
    """Return a reason that the record can keep.

    Raises:
        UserError: it is too short to say anything, too long, or not one line.
    """
    why = reason.strip()
    if not SHORTEST <= len(why) <= LONGEST or not why.isprintable():
        raise UserError(
            f"Say why these rows are needed outside Candour, in one line of {SHORTEST} to {LONGEST} "
            "characters: the record keeps it, so name nobody in it."
        )
    return why
