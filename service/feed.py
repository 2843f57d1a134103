"""The figures of a review as plain tables, for other tools: by day, by group, and what each means."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.errors import UserError
from data.export import write_tables
from data.formatting import written_day
from data.review import Review
from metrics.as_at import Clocks
from metrics.catalogue import by_name
from metrics.dimensions import FORCE, dimensions_of, labelled
from metrics.evaluate import evaluate
from metrics.metric import AnyMetric, spoken
from service import results
from service.results import CacheKey, Place

NUMBERS = ("numerator", "denominator", "value", "low", "high")
DEFINED = ("name", "title", "definition", "unit", "counts", "out_of", "better", "owner")
NOTE = (
    "figures_by_day: each figure on each day, as known on that day and as known on the last.",
    "figures_by_group: each figure on the last day, by each dimension.",
    "dictionary: what each figure counts. No table has a row of a case or of a person.",
)


def write_feed(review: Review, folder: Path, *, reason: str) -> list[Path]:
    """Write figures, and no rows. UserError: nothing is loaded, or the folder is filled."""
    place = results.place_of(str(review.folder))
    days: list[dt.date] = results.register(place, "loads")["recorded_on"].to_list()
    if place.nation is not None:
        raise UserError("A feed is of the review of one force: write it there.")
    if not days:
        raise UserError("Nothing has been loaded into this review yet: there are no figures to write.")
    last = max(days)
    clocks = Clocks(last, last)
    figures = [metric for name, metric in by_name().items() if name in results.countable(place)]
    return write_tables(
        review,
        folder,
        _tables(place, review, clocks, figures),
        scope=f"every figure by day and by group, loads 1 to {place.version}",
        reason=reason,
        note=[f"As known on {written_day(last)}, from loads 1 to {place.version}.", *NOTE],
    )


def _tables(
    place: Place, review: Review, clocks: Clocks, figures: list[AnyMetric]
) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "figures_by_day", pl.concat(_by_day(place, review, clocks, figures))
    yield "figures_by_group", pl.concat(_by_group(place, review, clocks, figures))
    yield "dictionary", _dictionary(review, figures)


def _by_day(place: Place, review: Review, clocks: Clocks, figures: list[AnyMetric]) -> Iterator[pl.DataFrame]:
    span = (min(review.terms.began_on, clocks.as_at), clocks.as_at)
    for known_at in (None, clocks.known_at):
        key = CacheKey(place, clocks.as_at, known_at, ()).settled()
        known = pl.col("day") if known_at is None else pl.lit(known_at)
        for metric in figures:
            if metric.has_course:
                course = results.every_day(key, metric, span)
                yield course.select(pl.lit(metric.name).alias("figure"), "day", known_at=known, **_numbers())


def _by_group(
    place: Place, review: Review, clocks: Clocks, figures: list[AnyMetric]
) -> Iterator[pl.DataFrame]:
    key = CacheKey(place, clocks.as_at, clocks.known_at, ())
    for metric in figures:
        for split in dimensions_of(metric.subject):
            if split.staff or split is FORCE:
                continue
            groups = evaluate(metric, key.rows(metric.subject), clocks, by=[split])
            result = results.occurring(groups, [split.name])
            title = split.worded(review.terms.words).title
            names = {"figure": metric.name, "dimension": split.name, "title": title}
            yield result.select(
                *(pl.lit(text).alias(name) for name, text in names.items()),
                pl.Series("group", labelled(split, result[split.name].to_list()), pl.String),
                pl.lit(clocks.as_at).alias("day"),
                **_numbers(),
            )


def _numbers() -> dict[str, pl.Expr]:
    return {name: pl.col(name).cast(pl.Float64) for name in NUMBERS}


def _dictionary(review: Review, figures: list[AnyMetric]) -> pl.DataFrame:
    words = [spoken(metric, review.terms.words) for metric in figures]
    return pl.DataFrame(
        [{name: getattr(metric, name) for name in DEFINED} for metric in words],
        schema=dict.fromkeys(DEFINED, pl.String),
    )
