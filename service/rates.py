"""Rates of a view by the values of a dimension, and the view without some of its filters."""

from dataclasses import replace

import polars as pl

from metrics.dimensions import Dimension, named
from metrics.evaluate import shared
from service.view import View

MOST = 24  # values of a dimension of failures whose rates are counted one by one


def without(view: View, *names: str) -> View:
    return replace(view, filters=tuple(chosen for chosen in view.filters if chosen[0] not in names))


def chosen(view: View, name: str) -> list[str]:
    """Return the labels that a view is narrowed to; none, if it is not."""
    return next((named(name, values) for filtered, values in view.filters if filtered == name), [])


def rates_by(view: View, name: str, split: Dimension) -> pl.DataFrame:
    """Return a rate by a dimension, as `evaluate` does.

    What failures alone have, as a reason, divides no cases: each value's failures are out of all cases.
    """
    if view.metric(name).subject in split.subjects:
        return view.result(name, by=[split.name])
    found = view.result("failures", by=[split.name]).filter(pl.col("numerator") > 0)
    values = found.sort("numerator", descending=True, maintain_order=True)[split.name].head(MOST)
    figures = [
        replace(view, filters=(*view.filters, (split.name, (text,)))).figure(name)
        for text in values.cast(pl.String)
    ]
    counts = {part: [getattr(figure, part) for figure in figures] for part in ("numerator", "denominator")}
    return shared(
        pl.DataFrame({split.name: values, **{k: pl.Series(k, v, pl.Int64) for k, v in counts.items()}})
    )
