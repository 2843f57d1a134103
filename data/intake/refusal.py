"""Why a child process does not read a foreign file, and why a typed cell is not what its column asks for."""

MOST_IN_A_CELL = 1 << 20

NOT_FOR_REFERENCES = {
    "date": "is a date or a time in the source, and no reference: export the column as text",
    "flag": "is a yes or no in the source, and no reference: name the column of references in the mapping",
    "nan": "is not a number (NaN or infinity) in the source: take the reference from the source again",
    "digits": "is a number of 16 digits or more, of which the last are lost: export the column as text",
    "single": "is a number with more digits than its column holds exactly: export the column as text",
    "shown": "is a number in a format that may show another reference than is stored: make the column text",
}
NOT_FOR_ANYTHING = {
    "bytes": "holds bytes (a BLOB), and no text: export the column as text",
    "nested": "holds a list or a record, and no single value: export it as text",
}
REASONS = NOT_FOR_REFERENCES | NOT_FOR_ANYTHING


class Refusal(Exception):
    """Why something is not read, to be said after its name."""


def vast_cell(row: int) -> Refusal:
    return Refusal(
        f"has a cell of over {MOST_IN_A_CELL:,} characters in row {row}, which no column of a review "
        "takes: leave the cell out"
    )
