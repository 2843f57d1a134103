from data.errors import UserError

SHORTEST, LONGEST = 10, 400


def fitting(reason: str) -> str:
    why = reason.strip()
    if not SHORTEST <= len(why) <= LONGEST or not why.isprintable():
        raise UserError(
            f"Say why these rows are needed outside Candour, in one line of {SHORTEST} to {LONGEST} "
            "characters: the record keeps it, so name nobody in it."
        )
    return why
