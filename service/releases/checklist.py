"""The checklist of a draft: what stands in its way, and what a person should look at first."""

from collections.abc import Iterator, Sequence
from itertools import chain

from data.errors import UserError
from data.formatting import counted as written_with_noun
from data.formatting import listed_words, written_day
from data.loading import quarantined_tables
from data.publishing.content import Bound, Cell, Draft, Published, ReleaseInputs
from data.publishing.states import local, spoken_moment
from data.record import Outcome
from data.releases import Releases
from metrics import catalogue, checklist
from metrics.dimensions import dimensions_of
from metrics.evaluate import counted
from metrics.histories.subjects import tables_of
from service import results
from service.releases.current_release import public_of
from service.view import Source, View

PARTED, PART = "failures", "part"


def errors(source: Source, releases: Releases, draft: Draft, published: Published) -> list[str]:
    unchanged = checklist.unchanged(published, _before(releases))
    return [
        *checklist.too_late(draft, source.last_day),
        *_lacking(source, draft),
        *_not_loaded(source),
        *_rejected_rows(source, draft),
        *checklist.missing_note(draft, unchanged=unchanged),
        *_unknown_notes(source, draft),
    ]


def warnings(
    source: Source, releases: Releases, draft: Draft, frozen: ReleaseInputs, published: Published
) -> list[str]:
    before = _before(releases)
    defined = {figure.figure: figure.definition for figure in frozen.figures}
    zone, embargo = source.terms.time_zone, draft.embargo
    by_the_clock, written = (local(embargo, zone), spoken_moment(embargo, zone)) if embargo else (None, "")
    return [
        *checklist.small_in_words(draft, source.terms.small_numbers.threshold),
        *checklist.lower(published, before),
        *checklist.compared(published, defined, before),
        *checklist.ill_timed(by_the_clock, releases.now(), written),
    ]


def _before(releases: Releases) -> list[Published]:
    return [release.published for release in public_of(releases)]


def adds_up(view: View, frozen: ReleaseInputs) -> list[str]:
    """Say of each figure that is split, and of the headline partition, if its parts do not add up."""
    parted = [figure for figure in frozen.figures if figure.by]
    if any(catalogue.metric(figure.figure).subject == PARTED for figure in frozen.figures):
        result = view.result(PARTED, by=[PART])
        parted.append(counted(view.metric(PARTED), result, [PART], ""))
    wrong = (checklist.unreconciled(figure, _whole(view, figure.figure)) for figure in parted)
    return list(dict.fromkeys(chain.from_iterable(wrong)))


def refuse_unknown(draft: Draft) -> None:
    """UserError: a draft names what is no figure, or splits one by what it does not have."""
    for bound in draft.figures:
        if not _there(bound):
            split = f" by {listed_words(list(bound.by))}" if bound.by else ""
            raise UserError(f"There is no figure {bound.figure!r}{split}. Choose figures from the list.")


def countable(source: Source, figures: Sequence[Bound]) -> list[Bound]:
    """Return those of the figures that there are, and whose tables this review's register has."""
    there = filter(_there, figures)
    return [figure for figure in there if tables_of(catalogue.metric(figure.figure)) <= source.tables]


def _there(bound: Bound) -> bool:
    if bound.figure not in {metric.name for metric in catalogue.CATALOGUE}:
        return False
    own = {split.name for split in dimensions_of(catalogue.metric(bound.figure).subject)}
    return set(bound.by) <= own and len(set(bound.by)) == len(bound.by)


def _whole(view: View, name: str) -> Cell:
    columns = ("numerator", "denominator", "value")
    return Cell.model_validate(view.result(name).select(columns).row(0, named=True))


def _lacking(source: Source, draft: Draft) -> Iterator[str]:
    there = countable(source, draft.figures)
    names = {figure.figure for figure in draft.figures if figure not in there}
    for name in sorted(names):
        try:
            metric = catalogue.metric(name)
        except KeyError:
            yield f"There is no figure {name!r} any more. Remove it from the draft."
            continue
        missing = sorted(table.replace("_", " ") for table in tables_of(metric) - source.tables)
        advice = "Remove it, or load one first (see Data)."
        needs = f"needs {listed_words(missing)}, which has no extract. {advice}"
        yield f"{metric.title} {needs if missing else 'has an impossible split. Choose another.'}"


def _unknown_notes(source: Source, draft: Draft) -> Iterator[str]:
    stand = {(note.happened_on, note.words) for note in source.dated_notes() if note.recorded_to is None}
    for note in draft.dated_notes:
        if (note.day, note.words) not in stand:
            yield f"The note of {written_day(note.day)} has been superseded: choose the notes again."
        elif note.day > draft.as_at:
            yield f"The note of {written_day(note.day)} is later than the figures: take it out."


def _not_loaded(source: Source) -> list[str]:
    failed = results.review_at(source.place).record.failed_load()
    if failed is None:
        return []
    came = "was refused" if failed.outcome == Outcome.REFUSED else "failed"
    mend = "Correct and load it, or load the last files again if it was a slip."
    return [f"The last {failed.scope} {came}, so none of it is loaded. {mend}"]


def _rejected_rows(source: Source, draft: Draft) -> list[str]:
    figures = countable(source, draft.figures)
    used = {table for figure in figures for table in tables_of(catalogue.metric(figure.figure))}
    return [
        f"{written_with_noun(rows, 'row', 'rows').capitalize()} of {table.replace('_', ' ')} "
        f"{'was' if rows == 1 else 'were'} rejected by load {load} and never loaded again. Correct and load "
        "them first (see Data)."
        for table, rows, load in quarantined_tables(results.register(source.place, "receipts"))
        if table in used
    ]
