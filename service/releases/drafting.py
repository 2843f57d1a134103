"""What a draft comes to: its figures counted, put through disclosure control, with what stands in its way."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from data.errors import UserError
from data.formatting import counted as written_with_noun
from data.formatting import listed_words, written_day
from data.loading import quarantined_tables
from data.publishing.content import Bound, Cell, Counted, Draft, Override, Published, ReleaseInputs
from data.publishing.release import Release, own_decision
from data.publishing.states import local, spoken_moment
from data.record import Outcome
from data.releases import Releases
from data.review import TERMS
from metrics import catalogue, checklist
from metrics.as_at import Clocks
from metrics.dimensions import PART, dimension, dimensions_of
from metrics.disclosure.control import Controlled, controlled
from metrics.disclosure.evidence import of_past
from metrics.disclosure.rule import rule_of_release
from metrics.evaluate import counted, digest_of_rows
from metrics.histories.subjects import tables_of
from metrics.metric import spoken
from metrics.statement.checker import check
from metrics.statement.published import Claim, Mark, PublishedAt
from metrics.statement.text import vocabulary_of
from service import cache, results
from service.releases.comparison import with_changes
from service.releases.current_release import public_of
from service.sentences.status import precedence
from service.view import Source, View

# A number of the note that the release itself, or one before it, contradicts, or that is small and published
# exactly nowhere: the approver decides on each.
CONTRADICTS = (Mark.DIFFERS, Mark.SUM, Mark.OPPOSITE, Mark.SMALL)


@dataclass(frozen=True)
class CountedDraft:
    """errors: what stands in its way. alarms: what the statement check objects to, for the approver.
    warnings: what a person should look at."""

    frozen: ReleaseInputs
    published: Published
    errors: tuple[str, ...]
    alarms: tuple[str, ...]
    warnings: tuple[str, ...]


def count_draft(source: Source, release: Release, releases: Releases) -> CountedDraft:
    """Count a draft and put it through disclosure control; UserError: the release has no draft."""
    if release.draft is None:
        raise UserError(f"{release.name} was published elsewhere: nothing of it is counted.")
    draft = release.draft
    view = source.view(Clocks(draft.as_at, draft.known_at), {})
    frozen, result = _counted_once(source, release, draft, releases)
    published = with_changes(source, release, _published(source, release, draft, result), releases)
    unread, alarms, doubtful = _worded(source, published, releases)
    return CountedDraft(
        frozen.model_copy(update={"alarms": tuple(alarms)}),
        published,
        errors=(
            *_errors(source, releases, draft, published),
            *map(own_decision, releases.own_decisions(release.id)),
            *_adds_up(view, frozen),
            *unread,
            *result.problems,
        ),
        alarms=tuple(alarms),
        warnings=(
            *_warnings(source, releases, draft, frozen, published),
            *doubtful,
            *result.coarsened,
            *result.flags,
        ),
    )


def _counted_once(
    source: Source, release: Release, draft: Draft, releases: Releases
) -> tuple[ReleaseInputs, Controlled]:
    overrides, against = releases.overrides(release.id), releases.approved_digests()
    role = source.visit.session.role

    def count() -> tuple[ReleaseInputs, Controlled]:
        frozen = freeze(source, Clocks(draft.as_at, draft.known_at), draft.figures, overrides, against)
        # What was recalled too: who had been let look at it has read it.
        past = [
            of_past(earlier.counted, earlier.published, public=earlier.public)
            for earlier in releases.ever_approved()
        ]
        result = controlled(frozen, past, source.terms.small_numbers)
        return frozen.model_copy(update={"overrides": result.overrides}), result

    moment = releases.now()
    public = tuple(other.approved for other in releases.all() if other.public(moment))
    return cache.once(("draft", source.place, role, draft.written(), overrides, against, public), count)


def register_inputs(source: Source, statement: Published) -> ReleaseInputs | None:
    """Return what the register said on its day of the figures of a statement; None if it had none of them."""
    figures = [Bound(figure=figure.figure, by=figure.by) for figure in statement.figures]
    if not source.place.whole or statement.as_at > source.last_day or not countable(source, figures):
        return None
    return freeze(source, Clocks.then(statement.as_at), figures)


def freeze(
    source: Source,
    clocks: Clocks,
    figures: Sequence[Bound],
    overrides: tuple[Override, ...] = (),
    against: tuple[str, ...] = (),
) -> ReleaseInputs:
    """Count figures on two clocks; UserError: there is none that this register could tell."""
    if not source.place.whole:
        raise UserError(f"A release rests on every {source.terms.words.force}, and some are missing.")
    view, there = source.view(clocks, {}), countable(source, figures)
    if not there:
        raise UserError("No figure of this draft can be counted from what has been loaded: choose others.")
    terms = (results.review_at(source.place).folder / TERMS).read_bytes()
    return ReleaseInputs(
        as_at=clocks.as_at,
        known_at=clocks.known_at,
        ledger=source.place.version,
        edition=source.place.edition,
        terms=hashlib.sha256(terms).hexdigest(),
        precedence=tuple(part.name for part in source.terms.partition),
        figures=tuple(_counted(view, figure) for figure in there),
        overrides=overrides,
        against=against,
    )


def _counted(view: View, bound: Bound) -> Counted:
    metric, split = catalogue.metric(bound.figure), [dimension(name) for name in bound.by]
    rows = results.scanned(view.source.place, metric.subject)
    digest = digest_of_rows(metric, rows, view.clocks, split)
    return counted(view.metric(bound.figure), view.result(bound.figure, by=bound.by), bound.by, digest)


def _published(source: Source, release: Release, draft: Draft, result: Controlled) -> Published:
    terms = source.terms
    of_terms = ("body", "oversight_body", "scheme", "demonstration", "time_zone")
    of_draft = ("title", "as_at", "known_at", "status", "nature", "note", "dated_notes")
    return Published(
        number=release.number,
        version=release.version,
        review=terms.name,
        help=terms.public,
        **{name: getattr(terms, name) for name in of_terms},
        **{name: getattr(draft, name) for name in of_draft},
        precedence=precedence(terms) if source.loaded(["failures"]) else "",
        rule=rule_of_release(terms.small_numbers),
        figures=result.figures,
    )


def _worded(source: Source, draft: Published, releases: Releases) -> tuple[list[str], list[str], list[str]]:
    """Return why the words could not be checked, what the approver decides on, and what is only shown."""
    day = source.terms.day_of(releases.now())
    if source.terms.demonstration:  # the last day that it knows
        day = max(draft.known_at, min(day, source.last_day))
    published = [
        PublishedAt(past.published, source.terms.day_of(past.published_at))
        for past in public_of(releases, releases.all())
    ]
    text = "\n".join([f"{draft.title}.", draft.note, *(f"{note}." for note in draft.dated_notes)])
    try:
        checked = check(text, day, [*published, PublishedAt(draft, day)], vocabulary_of(source.terms))
    except UserError as fault:
        return [f"The title and the note could not be checked: {fault}"], [], []
    claims = (*checked.claims, *checked.cross_checks)
    wrong = [claim for claim in claims if claim.wrong or claim.mark is Mark.UNCLEAR]
    alarms = dict.fromkeys(_sentence(claim) for claim in wrong if claim.mark in CONTRADICTS)
    warnings = [_sentence(claim) for claim in wrong if claim.mark not in CONTRADICTS]
    return [], list(alarms), warnings


def _sentence(claim: Claim) -> str:
    instead = f" Say instead: {claim.instead}" if claim.instead else ""
    return f"The title or note says “{' '.join(claim.text.split())}”. {claim.sentence}{instead}"


def _errors(source: Source, releases: Releases, draft: Draft, published: Published) -> list[str]:
    unchanged = checklist.unchanged(published, _before(releases))
    return [
        *checklist.too_late(draft, source.last_day),
        *_lacking(source, draft),
        *_not_loaded(source),
        *_rejected_rows(source, draft),
        *checklist.missing_note(draft, unchanged=unchanged),
        *_unknown_notes(source, draft),
    ]


def _warnings(
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
    return [release.published for release in public_of(releases, releases.all())]


def _adds_up(view: View, frozen: ReleaseInputs) -> list[str]:
    """Say of each figure that is split, and of the headline partition, if its parts do not add up."""
    parted = [figure for figure in frozen.figures if figure.by]
    if any(catalogue.metric(figure.figure).subject == "failures" for figure in frozen.figures):
        result = view.result("failures", by=[PART.name])
        parted.append(counted(view.metric("failures"), result, [PART.name], ""))
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
    return [figure for figure in filter(_there, figures) if source.loaded([figure.figure])]


def _there(bound: Bound) -> bool:
    if bound.figure not in {metric.name for metric in catalogue.CATALOGUE}:
        return False
    own = {split.name for split in dimensions_of(catalogue.metric(bound.figure).subject) if not split.staff}
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
        missing = sorted(source.words.renamed(table) for table in tables_of(metric) - source.tables)
        why = "has an impossible split. Choose another."
        if missing:
            advice = "Remove it, or load one first (see Data)."
            why = f"needs {listed_words(missing)}, which has no extract. {advice}"
        elif not source.loaded([name]):
            why = "needs what this register does not have. Remove it."
        yield f"{spoken(metric, source.words).title} {why}"


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
