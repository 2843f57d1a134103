"""The data dictionary: what each figure, dimension and column means, as tables that leave.

It is made from the places that define them, so it cannot say anything else.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dataframely as dy
import polars as pl

from data.formatting import capitalised, listed_words
from data.schema import SCHEMAS, links, listed_columns, staff_columns
from data.terms import Terms
from metrics.dimensions import DIMENSIONS
from metrics.metric import AnyMetric, Duration
from reports.content import Table

SAID = "What each means, as the program itself defines it."
BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": "neither way is better"}
_KINDS: dict[type[dy.Column], str] = {
    dy.String: "text",
    dy.Enum: "code",
    dy.Date: "day",
    dy.Bool: "yes or no",
    dy.Int32: "whole number",
    dy.Float64: "number",
}


def of_figures(metrics: Sequence[AnyMetric]) -> Table:
    rows = [
        {
            "Figure": each.title,
            "Name": each.name,
            "Definition": each.definition,
            "Why it matters": each.why_it_matters,
            "Numerator": each.counts,
            "Denominator": each.out_of,
            "Unit": each.unit,
            "Kind": _kind(each),
            "Better": BETTER[each.better],
            "Counts": each.subject,
            "Dated by": each.dated_by,
            "Owner": each.owner,
        }
        for each in metrics
    ]
    return Table(title="Dictionary of figures", said=SAID, rows=pl.DataFrame(rows))


def of_dimensions() -> Table:
    """Return what figures are broken down by, and how a missing value is called."""
    rows = [
        {
            "Dimension": each.title,
            "Name": each.name,
            "Of": listed_words(list(each.subjects)),
            "Where nothing is recorded": each.missing,
        }
        for each in DIMENSIONS
    ]
    return Table(title="Dictionary of dimensions", said=SAID, rows=pl.DataFrame(rows))


def of_columns(terms: Terms) -> Table:
    """Return what each column of the review's tables holds, with its codes."""
    rows = [row for name, schema in SCHEMAS.items() for row in _columns(name, schema, terms)]
    return Table(title="Dictionary of columns", said=SAID, rows=pl.DataFrame(rows))


def _columns(table: str, schema: type[dy.Schema], terms: Terms) -> Iterator[dict[str, Any]]:
    refers, listed, staff = links(schema), listed_columns(schema), staff_columns()
    keys = set(schema.primary_key())
    for name, column in schema.columns().items():
        codes = terms.codes(listed[name]) if name in listed else tuple(getattr(column, "categories", ()))
        yield {
            "Table": table,
            "Column": name,
            "Kind": _KINDS[type(column)],
            "Meaning": capitalised(column.description or ""),
            "Codes": listed_words(list(codes)) if codes else None,
            "Key": name in keys,
            "May be missing": column.nullable,
            "Refers to": refers.get(name),
            "Stands for a member of staff": name in staff,
        }


def _kind(metric: AnyMetric) -> str:
    if isinstance(metric, Duration):
        return "median days, with those still in the stage counted as still in it (Kaplan-Meier)"
    if not metric.share:
        return "count"
    return "share, with the 95% Wilson interval" if metric.chance else "share of a piece of work"
