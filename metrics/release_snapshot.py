"""A figure as a release freezes it: its numbers, its definition, and the digest of the rows behind it."""

import hashlib
import io
from collections.abc import Sequence

import polars as pl

from data.publishing.content import Cell, Counted
from metrics.as_at import Clocks, known
from metrics.dimensions import Dimension
from metrics.histories.subjects import identity_of
from metrics.metric import AnyMetric, Duration

WORDS = ("title", "definition", "counts", "out_of", "unit")
NUMBERS = ("numerator", "denominator", "value")


def counted(metric: AnyMetric, result: pl.DataFrame, by: Sequence[str], rows: str) -> Counted:
    """result: what `evaluate` returned for the metric by those dimensions. rows: their digest."""
    cells = tuple(
        Cell(where=tuple(_named(row[name]) for name in by), **{name: row[name] for name in NUMBERS})
        for row in result.iter_rows(named=True)
    )
    return Counted(
        figure=metric.name,
        by=tuple(by),
        kind="median" if isinstance(metric, Duration) else "share" if metric.share else "count",
        cells=cells,
        rows=rows,
        **{name: getattr(metric, name) for name in WORDS},
    )


def digest_of_rows(
    metric: AnyMetric, rows: pl.LazyFrame, clocks: Clocks, split: Sequence[Dimension] = ()
) -> str:
    """SHA-256 of the rows that a figure counts, above or below its line: of each its identity, the columns
    that the figure is computed from, and its values of the dimensions.
    """
    day, columns = clocks.as_at, sorted(metric.columns | {identity_of(metric.subject)})
    counts = [spell.open_on(day) for spell in metric.spells.values()]
    if isinstance(metric, Duration):
        counts = [metric.entered(day)]
    values = [dimension.value(day).cast(pl.String).alias(f"by {dimension.name}") for dimension in split]
    seen = known(rows, clocks.known_at).filter(pl.any_horizontal(counts))
    frame = seen.select(*columns, *values).collect()
    text = io.BytesIO()
    frame.sort(frame.columns, nulls_last=True).write_ndjson(text)
    return hashlib.sha256(text.getbuffer()).hexdigest()


def _named(value: object) -> str | None:
    """As `metrics.dimensions.having` reads it."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
