"""The checklist of a draft: what stands in its way, and what a person should look at first."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.errors import UserError
from data.formatting import counted as written_with_noun
from data.formatting import listed_words
from data.kinds import Outcome
from data.open_issues import failed_load, held_back
from data.publishing.content import Bound, Cell, Draft, Published, ReleaseInputs
from data.publishing.moments import local, spoken_moment
from data.releases import Releases
from metrics import catalogue
from metrics.checklist import (
    Before,
    compared,
    ill_timed,
    lower,
    missing_note,
    small_in_words,
    too_late,
    unchanged,
    unreconciled,
)
from metrics.dimensions import dimensions_of
from metrics.histories.subjects import tables_of
from metrics.release_snapshot import counted
from service import results
from service.view import Source, View

PARTED, PART = "failures", "part"


@dataclass(frozen=True)
class Held:
    source: Source
    releases: Releases
    draft: Draft
    frozen: ReleaseInputs
    told: Published

    def errors(self) -> list[str]:
        return [
            *too_late(self.draft, self.source.last_day),
            *_lacking(self.source, self.draft),
            *_not_loaded(self.source),
            *_held_back(self.source, self.draft),
            *missing_note(self.draft, unchanged=unchanged(self.told, public_before(self.releases))),
        ]

    def warnings(self) -> list[str]:
        """Say what a person should look at, but for what its numbers say."""
        before = public_before(self.releases)
        defined = {figure.figure: figure.definition for figure in self.frozen.figures}
        zone, embargo = self.source.terms.time_zone, self.draft.embargo
        by_the_clock = None if embargo is None else local(embargo, zone)
        written = "" if embargo is None else spoken_moment(embargo, zone)
        return [
            *small_in_words(self.draft, self.source.terms.small_numbers.threshold),
            *lower(self.told, before),
            *compared(self.told, defined, before),
            *ill_timed(by_the_clock, self.releases.now(), written),
        ]


def public_before(releases: Releases) -> list[Before]:
    moment = releases.now()
    return [
        Before(results.published(release.frozen, releases, release.id), published_at)
        for release in releases.all()
        if release.public(moment) and (published_at := release.published_at) is not None
    ]


def adds_up(view: View, frozen: ReleaseInputs) -> list[str]:
    """Say of each figure that is split, and of the headline partition, if its parts do not add up."""
    parted = [figure for figure in frozen.figures if figure.by]
    names = {each.figure for each in frozen.figures}
    if any(catalogue.metric(name).subject == PARTED for name in names):
        result = view.result(PARTED, by=[PART])
        parted.append(counted(view.metric(PARTED), result, [PART], ""))
    found = [sentence for each in parted for sentence in unreconciled(each, _whole(view, each.figure))]
    return list(dict.fromkeys(found))


def refuse_unknown(draft: Draft) -> None:
    """Refuse a draft that names what is no figure, or splits one by what it does not have.

    Raises:
        UserError: it does.
    """
    for bound in draft.figures:
        if not _there(bound):
            split = f" by {listed_words(list(bound.by))}" if bound.by else ""
            raise UserError(f"There is no figure {bound.figure!r}{split}: choose figures from the list.")


def told_of(source: Source, figures: Sequence[Bound]) -> list[Bound]:
    """Return those of the figures that there are, and whose tables this review's register has."""
    held = source.tables
    return [
        figure for figure in figures if _there(figure) and tables_of(catalogue.metric(figure.figure)) <= held
    ]


def _there(bound: Bound) -> bool:
    if bound.figure not in {each.name for each in catalogue.CATALOGUE}:
        return False
    own = {each.name for each in dimensions_of(catalogue.metric(bound.figure).subject)}
    return set(bound.by) <= own and len(set(bound.by)) == len(bound.by)


def _whole(view: View, name: str) -> Cell:
    row = view.result(name).row(0, named=True)
    return Cell.model_validate({each: row[each] for each in ("numerator", "denominator", "value")})


def _lacking(source: Source, draft: Draft) -> list[str]:
    there = told_of(source, draft.figures)
    names = {figure.figure for figure in draft.figures if figure not in there}
    said: list[str] = []
    for name in sorted(names):
        try:
            metric = catalogue.metric(name)
        except KeyError:
            said.append(f"There is no figure {name!r} any more: take it out of the draft.")
            continue
        missing = sorted(each.replace("_", " ") for each in tables_of(metric) - source.tables)
        said.append(
            f"{metric.title} needs {listed_words(missing)}, of which no extract has been loaded: take it "
            "out, or load one first (see Data)."
            if missing
            else f"{metric.title} is split by what it does not have: choose its split anew."
        )
    return said


def _not_loaded(source: Source) -> list[str]:
    failed = failed_load(results.review_at(source.place).record)
    if failed is None:
        return []
    came = "was refused" if failed.outcome == Outcome.REFUSED else "failed"
    mend = "mend and load it, or load the last files again if it was a slip"
    return [f"The last {failed.scope} {came}, and nothing of it is in: {mend}."]


def _held_back(source: Source, draft: Draft) -> list[str]:
    figures = {each.figure for each in told_of(source, draft.figures)}
    used = {table for name in figures for table in tables_of(catalogue.metric(name))}
    return [
        f"{written_with_noun(each.rows, 'row', 'rows').capitalize()} of {each.table.replace('_', ' ')} "
        f"{'was' if each.rows == 1 else 'were'} held back by load {each.load} and never came again: mend and "
        "load them first (see Data)."
        for each in held_back(results.register(source.place, "receipts"))
        if each.table in used
    ]
