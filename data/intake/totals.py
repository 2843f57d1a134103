"""Leave out a row of totals at the end of a file, once it agrees with the rows above it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from data.errors import UserError
from data.intake.extract import Extract, folded

_LABEL = re.compile(r"(grand |sub)?totals?\b[ :]*")
_COUNT = re.compile(r"\d[\d,]*(\.0+)?")


def without_totals(extract: Extract, file: str) -> Extract:
    """The extract without a last row that only gives totals.

    Raises:
        UserError: none of its numbers is the number of rows above, so some may be missing.
    """
    if extract.rows.is_empty():
        return extract
    number, *cells = extract.rows.row(-1)
    if not is_totals(cells):
        return extract
    above = extract.rows.height - 1 + extract.damaged.height
    if above not in {int(float(figure.replace(",", ""))) for figure in _figures(cells)}:
        raise UserError(
            f"{file}: row {number} is a row of totals that does not say {above:,}, the number of rows above "
            "it: export the file again, or take the totals out."
        )
    warning = f"Row {number} is a row of totals, agrees with the rows above it, and was left out."
    return replace(
        extract,
        rows=extract.rows.head(-1),
        ignored=extract.ignored + 1,
        warnings=(*extract.warnings, warning),
    )


def is_totals(cells: Sequence[str]) -> bool:
    """Whether a row says that it is one of totals, and has nothing but figures besides."""
    labelled = any(_LABEL.match(folded(cell)) for cell in cells)
    return labelled and all(_COUNT.fullmatch(figure) for figure in _figures(cells))


def _figures(cells: Sequence[str]) -> list[str]:
    return [figure for cell in cells if (figure := _LABEL.sub("", folded(cell)))]
