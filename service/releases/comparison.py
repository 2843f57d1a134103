"""Why two releases differ, figure by figure.

What is counted is handed to the press only in the words of `metrics/clauses.py`, which may be printed.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from access.roles import Permission
from data.formatting import written_day
from data.publishing.content import Changed, Published, PublishedFigure
from data.publishing.release import Release
from data.publishing.states import State
from data.releases import Releases
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.bridge import Bridge, Side
from metrics.clauses import Revision, inside, revision
from metrics.dimensions import DIMENSIONS, OTHER
from metrics.histories.subjects import tables_of
from metrics.metric import Metric
from service import results
from service.view import Source

Days = Mapping[tuple[int, int], dt.date]
"""The day on which each release was published, by its number and version."""


@dataclass(frozen=True)
class Bridged:
    """counted: the true steps; empty for who may see no figures, and where the register has none."""

    figure: str
    by: tuple[str, ...]
    where: tuple[str, ...]
    revision: Revision
    counted: str = ""


def between(source: Source, one: Published, other: Published) -> list[Bridged]:
    """Return why each number in both releases differs; Refused: the reader may see no releases."""
    source.visit.require(Permission.RELEASES, f"what changed between {one.name} and {other.name}")
    review = results.review_at(source.place)
    days = _days(source, Releases(review.ledger, review.record))
    inside_too = source.visit.may(Permission.FIGURES)
    return list(_between(source, *in_order(one, other), days, inside_too=inside_too))


def in_order(one: Published, other: Published) -> tuple[Published, Published]:
    first, second = sorted((one, other), key=_speaks_of)
    return first, second


def with_changes(source: Source, release: Release, later: Published, releases: Releases) -> Published:
    """Return a release with why it differs from the last current one, or from the one that it amends."""
    earlier = _compared_with(release, later, releases)
    if earlier is None:
        return later
    changed = [
        Changed(figure=one.figure, before=revised.before, after=revised.after, sentence=revised.sentence)
        for one in _between(source, earlier, later, _days(source, releases), inside_too=False)
        if (revised := one.revision).changed and not one.by
    ]
    name = f"{earlier.name}, {written_day(earlier.as_at)}"
    return later.model_copy(update={"compared_with": name, "changes": tuple(changed)})


def _compared_with(release: Release, later: Published, releases: Releases) -> Published | None:
    moment = releases.now()
    others = (other for other in releases.all() if other.id != release.id)
    public = [other for other in others if other.state(moment) is State.PUBLISHED]
    own = [other for other in public if other.number == release.number]
    texts = [releases.published(other.id) for other in own or public]
    earlier = (one for one in texts if (one.as_at, one.known_at) <= (later.as_at, later.known_at))
    return max(earlier, key=_speaks_of, default=None)


def _days(source: Source, releases: Releases) -> Days:
    return {
        (release.number, release.version): source.terms.day_of(release.published_at)
        for release in releases.all()
        if release.published_at is not None
    }


def _speaks_of(release: Published) -> tuple[object, ...]:
    return release.as_at, release.known_at, release.number, release.version


def _between(
    source: Source, earlier: Published, later: Published, days: Days, *, inside_too: bool
) -> Iterator[Bridged]:
    first, second = (days.get((release.number, release.version)) for release in (earlier, later))
    for figure in later.figures:
        before = earlier.figure_of(figure.figure, figure.by)
        if before is None or before.kind != figure.kind:
            continue
        cells = {cell.where: cell for cell in before.cells}
        for cell in figure.cells:
            if cell.where in cells:
                was = Side(earlier, before, cells[cell.where], first or earlier.as_at)
                sides = was, Side(later, figure, cell, second or later.as_at)
                counts = _counts(source, figure, cell.where, earlier, later)
                changed = revision(*sides, counts, source.terms.small_numbers.threshold)
                words = inside(*sides, counts) if inside_too and counts is not None else ""
                yield Bridged(figure.figure, figure.by, cell.where, changed, words)


def _counts(
    source: Source, figure: PublishedFigure, where: Sequence[str], earlier: Published, later: Published
) -> Bridge | None:
    """Return what the register says of a number in two releases; None where it holds no such count."""
    part, metric = _part(figure, where), catalogue.by_name().get(figure.figure)
    if part is None or not isinstance(metric, Metric) or metric.share or not source.place.whole:
        return None
    if not tables_of(metric) <= source.tables:
        return None
    if later.known_at < earlier.known_at:
        return None  # What was found out since would be told as taken back.
    clocks = Clocks(earlier.as_at, earlier.known_at), Clocks(later.as_at, later.known_at)
    return results.bridged(source.place, metric, part, clocks)


def _part(figure: PublishedFigure, where: Sequence[str]) -> tuple[tuple[str, str], ...] | None:
    """Return the values that labels stand for; None where one stands for several, or for none recorded."""
    known = {dimension.name: dimension for dimension in DIMENSIONS}
    part = tuple(zip(figure.by, where, strict=True))
    splits = ((known.get(name), label) for name, label in part)
    single = all(own and own.holds == "text" and label not in (own.missing, OTHER) for own, label in splits)
    return part if single else None
