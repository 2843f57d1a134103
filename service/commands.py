"""Commands that need more than `data`: the load, which must not lower a published figure unasked."""

import argparse
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl
from rich.console import Console

from data import cli_output
from data.formatting import counted, written_count, written_day, written_share
from data.intake.load import Candidate, Check, Unconfirmed, load
from data.intake.mapping import read_mapping
from data.publishing.content import PublishedFigure
from data.publishing.release import Release
from data.publishing.states import State
from data.releases import Releases
from data.review import Review, open_review
from data.terms import Terms
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import Dimension, dimension, dimensions_of, labelled
from metrics.evaluate import evaluate
from metrics.histories.subjects import HISTORIES
from metrics.metric import AnyMetric, Duration, Subject, spoken

MOST_NAMED = 5
Row = Mapping[str, Any]
NUMBERS = ("numerator", "denominator", "value")


def load_files(asked: argparse.Namespace) -> None:
    """UserError: the load is refused; what it would take away was shown."""
    review = open_review(asked.review)
    mapping = read_mapping(asked.mapping)
    recorded_on = asked.recorded_on or review.today()
    console = Console()
    try:
        with cli_output.progress_bar() as progress:
            loaded = load(
                review,
                asked.files,
                mapping,
                recorded_on=recorded_on,
                note=asked.note,
                rehearsal=asked.dry_run,
                confirm_removals=asked.confirm_removals,
                confirm_corrections=asked.confirm_corrections,
                confirm_day=asked.confirm_day,
                checks=[lowering(review)],
                progress=progress,
            )
    except Unconfirmed as unconfirmed:
        cli_output.tell_alterations(console, unconfirmed.alterations)
        raise
    chosen = "" if asked.recorded_on else ", which is today"
    console.print(f"Recorded on {written_day(recorded_on)}{chosen}.", highlight=False, soft_wrap=True)
    cli_output.tell_load(console, loaded, rehearsal=asked.dry_run)


class CurrentFigure(NamedTuple):
    """parts: labels of the parts that were published; none where it is every part."""

    release: str
    as_at: dt.date
    metric: AnyMetric
    by: tuple[Dimension, ...]
    parts: frozenset[tuple[str, ...]]


def lowering(review: Review, releases: Releases | None = None) -> Check:
    store = releases or Releases(review.ledger, review.record)

    def check(candidate: Candidate) -> Iterator[str]:
        sentences = list(_lowered(candidate, _current_figures(store)))
        if sentences:
            named, rest = "; ".join(sentences[:MOST_NAMED]), len(sentences) - MOST_NAMED
            more = f"; and {written_count(rest)} more" if rest > 0 else ""
            count = counted(len(sentences), "published number", "published numbers")
            yield f"The load lowers {count}: {named}{more}."

    return check


def _current_figures(releases: Releases) -> list[CurrentFigure]:
    moment = releases.now()
    figures: dict[tuple[object, ...], CurrentFigure] = {}
    for release in releases.all():
        if release.state(moment) is State.PUBLISHED:
            published = releases.published(release.id)
            for stated in published.figures:
                if (figure := _bound(release, published.as_at, stated)) is not None:
                    # The last release that says it speaks for those before.
                    figures[published.as_at, stated.figure, stated.by, figure.parts] = figure
    return list(figures.values())


def _bound(release: Release, as_at: dt.date, stated: PublishedFigure) -> CurrentFigure | None:
    try:
        metric, by = catalogue.metric(stated.figure), tuple(map(dimension, stated.by))
    except KeyError:
        return None
    known = dimensions_of(metric.subject)
    if not all(split in known or not split.subjects for split in by):
        return None
    typed = stated.cells if release.origin == "elsewhere" and by else ()
    return CurrentFigure(release.name, as_at, metric, by, frozenset(cell.where for cell in typed))


def _lowered(candidate: Candidate, figures: Sequence[CurrentFigure]) -> Iterator[str]:
    subjects: dict[Subject, None] = dict.fromkeys(figure.metric.subject for figure in figures)
    for subject in subjects:
        build = HISTORIES[subject].of(candidate.terms)
        before, after = (build(tables).collect().lazy() for tables in (candidate.before, candidate.after))
        for figure in figures:
            if figure.metric.subject == subject:
                for where, *numbers in _lower_cells(figure, before, after, candidate.recorded_on):
                    yield _sentence(figure, where, numbers, candidate.terms)


def _lower_cells(
    figure: CurrentFigure, before: pl.LazyFrame, after: pl.LazyFrame, known_at: dt.date
) -> Iterator[tuple[tuple[str, ...], Row, Row]]:
    """Yield labels, and the `numerator, denominator, value` before and after."""
    clocks, keys = Clocks(figure.as_at, known_at), [split.name for split in figure.by]
    was, now = (evaluate(figure.metric, rows, clocks, by=figure.by) for rows in (before, after))
    later = {tuple(row[key] for key in keys): row for row in now.iter_rows(named=True)}
    labels = [labelled(split, was[split.name].to_list()) for split in figure.by]
    places = [tuple(column[number] for column in labels) for number in range(was.height)]
    # Labels that somebody typed in other words than the register's stand for any part.
    every = figure.parts.isdisjoint(places)
    for where, row in zip(places, was.iter_rows(named=True), strict=True):
        if every or where in figure.parts:
            after_row = later.get(tuple(row[key] for key in keys), dict.fromkeys(NUMBERS))
            if any((row[name] or 0) > (after_row[name] or 0) for name in NUMBERS):
                yield where, row, after_row


def _sentence(figure: CurrentFigure, where: Sequence[str], numbers: Sequence[Row], terms: Terms) -> str:
    part = f" ({', '.join(where)})" if where else ""
    title, day = f"{spoken(figure.metric, terms.words).title}{part}", written_day(figure.as_at)
    before, after = (_number(figure.metric, row) for row in numbers)
    return f"{title}, in {figure.release}, as at {day}: from {before} to {after}"


def _number(metric: AnyMetric, numbers: Row) -> str:
    above, below, value = (numbers[name] or 0 for name in NUMBERS)
    if isinstance(metric, Duration):
        return "no median" if numbers["value"] is None else counted(int(value), "day", "days")
    if not metric.share:
        return written_count(above)
    return f"{written_share(numbers['value'])} ({written_count(above)} of {written_count(below)})"
