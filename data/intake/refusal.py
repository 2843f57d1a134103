"""Why a child process does not read a foreign file."""

MOST_IN_A_CELL = 1 << 20


class Refusal(Exception):
    """Why something is not read, to be said after its name."""


def vast_cell(row: int) -> Refusal:
    return Refusal(
        f"has a cell of over {MOST_IN_A_CELL:,} characters in row {row}, which no column of a review "
        "takes: leave the cell out"
    )
