"""Values of a dimension as a reader sees them."""

import datetime as dt
from collections.abc import Sequence

from metrics.dimensions import Dimension

OTHER = "other"
"""What values that are told together are called."""


def labelled(dimension: Dimension, values: Sequence[str | int | dt.date | None]) -> list[str]:
    """Return what a reader sees for each value, a missing one in its words.

    A missing value's words are put in brackets where a value that was recorded is called the same.
    """
    missing, recorded = dimension.missing, {str(value) for value in values if value is not None}
    while missing in recorded:
        missing = f"({missing})"
    return [missing if value is None else _written(dimension, value) for value in values]


def labelled_texts(dimension: Dimension, texts: Sequence[str | None]) -> list[str]:
    """Return what a reader sees for values that are kept as text: a day as ISO writes it, true and false."""
    return labelled(dimension, [_read(dimension, text) for text in texts])


def _written(dimension: Dimension, value: str | int | dt.date) -> str:
    if isinstance(value, dt.date):
        return dimension.written(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _read(dimension: Dimension, text: str | None) -> str | int | dt.date | None:
    if text is None or text == OTHER or dimension.holds == "text":
        return text
    return dt.date.fromisoformat(text) if dimension.holds == "day" else text.lower() == "true"
