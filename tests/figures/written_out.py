"""The one module through which the written-out figures reach the code: a rename is followed here alone."""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from data.demo import STATEMENTS
from data.demo import build as build_demonstration
from data.intake.load import load
from data.intake.mapping import ColumnPlan, read_mapping
from data.review import Review, new_review
from metrics.as_at import Clocks, known
from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimensions_of, narrow
from metrics.evaluate import evaluate_all
from metrics.histories.subjects import HISTORIES
from metrics.metric import AnyMetric, Duration
from tests.data.intake.test_philadelphia import EXAMPLE, FIRST, SECOND, register

__all__ = [
    "CATALOGUE",
    "STATEMENTS",
    "Histories",
    "Review",
    "build_demonstration",
    "figures",
    "histories",
    "load_days",
]

# What a result's columns are called, and what they are called in what is written out.
WRITTEN = {
    "numerator": "numerator",
    "denominator": "denominator",
    "value": "value",
    "low": "low",
    "high": "high",
}
PERIOD, MONTH = "period", "1mo"
# No dimension of these was there when the figures were written out, and no register then had two values of it.
SINCE = ("standing", "force")
ROUTE = "complaint"
"""By which every complaint came when the figures were written out: a register had to have one then."""

Histories = Mapping[str, pl.LazyFrame]
Breakdowns = dict[str, pl.DataFrame]
"""A figure, by what it is broken down by: "" for the whole of it, or a dimension, or "month"."""


def load_philadelphia(folder: Path) -> Review:
    terms = folder.with_name("real-terms.toml")
    text = (EXAMPLE / "terms.toml").read_text(encoding="utf-8")
    terms.write_text(text.replace("[lists]", f'[lists]\nroutes = ["{ROUTE}"]'), encoding="utf-8")
    source, review = register(), new_review(folder, terms)
    for day, year in ((FIRST, "2018-07"), (SECOND, "2020")):
        mapping = read_mapping(EXAMPLE / f"extract-{year}.toml")
        mapping.tables[0].columns["route"] = ColumnPlan(value=ROUTE)
        file = str(source / f"complaints_extract_{year}.csv")
        load(review, [file], mapping, recorded_on=day, confirm_day=True)
    return review


def load_days(review: Review) -> list[dt.date]:
    return review.ledger.loads()["recorded_on"].to_list()


def histories(review: Review) -> Histories:
    """What every figure is counted over, by subject, in memory."""
    tables = review.snapshot().scan_all()
    plans = {subject: history.of(review.terms)(tables) for subject, history in HISTORIES.items()}
    return dict(zip(plans, (frame.lazy() for frame in pl.collect_all(plans.values())), strict=True))


def figures(
    rows: Histories,
    as_at: dt.date,
    known_at: dt.date,
    narrowing: Mapping[str, tuple[str | None, ...]],
    metrics: Iterable[AnyMetric] = CATALOGUE,
) -> dict[str, Breakdowns]:
    """Every figure on a pair of clocks, whole, by every dimension of its subject and by month.

    Each frame has the columns of WRITTEN and, unless it is the whole, `group`.
    """
    clocks = Clocks(as_at=as_at, known_at=known_at)
    results: dict[str, Breakdowns] = {metric.name: {} for metric in metrics}
    for subject in HISTORIES:
        counted = [metric for metric in metrics if metric.subject == subject]
        known_rows = known(narrow(rows[subject], subject, narrowing, as_at), known_at).collect().lazy()
        splits = [split for split in dimensions_of(subject) if split.name not in SINCE]
        for dimension in (None, *splits):
            by, group = ([dimension], dimension.name) if dimension else ([], "")
            for name, result in evaluate_all(counted, known_rows, clocks, by=by).items():
                results[name][group] = _written(result, group)
        dated = [metric for metric in counted if not isinstance(metric, Duration)]
        for name, result in evaluate_all(dated, known_rows, clocks, every=MONTH).items():
            results[name]["month"] = _written(result, PERIOD)
    return results


def _written(result: pl.DataFrame, group: str) -> pl.DataFrame:
    """Rename a result's columns; a column that has no name in what is written out is an error."""
    names = {group: "group"} | WRITTEN if group else WRITTEN
    if set(result.columns) != set(names):
        raise ValueError(f"A result has the columns {result.columns}, and {list(names)} are written out.")
    return result.select(pl.col(column).alias(name) for column, name in names.items())
