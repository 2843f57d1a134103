"""The dimension that a reader wants a figure split by."""

from metrics.dimensions import Dimension
from pages.shell import choices
from service.view import View


def asked_dimension(view: View, label: str, *, key: str) -> Dimension | None:
    """Ask by which dimension of the cases to split; None where the review has none."""
    splits = {each.title: each for each in view.dimensions("cases")}
    return splits[choices.one(label, list(splits), key=key)] if splits else None
