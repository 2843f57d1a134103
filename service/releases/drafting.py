"""What a draft comes to: its figures counted, put through disclosure control, with what stands in its way."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from data.errors import UserError
from data.publishing.content import Bound, Counted, Draft, Override, Published, ReleaseInputs
from data.publishing.release import Release, own_decision
from data.releases import Releases
from data.review import TERMS
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import dimension
from metrics.disclosure.control import Controlled, Past, controlled
from metrics.disclosure.rule import rule_of_release
from metrics.evaluate import counted, digest_of_rows
from metrics.statement.checker import check
from metrics.statement.published import Claim, Mark, PublishedAt
from metrics.statement.text import vocabulary_of
from service import cache, results
from service.releases import checklist
from service.releases.comparison import with_changes
from service.releases.current_release import day_of, public_of
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
            *checklist.errors(source, releases, draft, published),
            *map(own_decision, releases.own_decisions(release.id)),
            *checklist.adds_up(view, frozen),
            *unread,
            *result.problems,
        ),
        alarms=tuple(alarms),
        warnings=(
            *checklist.warnings(source, releases, draft, frozen, published),
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
            Past(earlier.counted, earlier.published, earlier.public) for earlier in releases.ever_approved()
        ]
        result = controlled(frozen, past, source.terms.small_numbers)
        return frozen.model_copy(update={"overrides": result.overrides}), result

    moment = releases.now()
    public = tuple(other.approved for other in releases.all() if other.public(moment))
    return cache.once(("draft", source.place, role, draft.written(), overrides, against, public), count)


def register_inputs(source: Source, statement: Published) -> ReleaseInputs | None:
    """Return what the register said on its day of the figures of a statement; None if it had none of them."""
    figures = [Bound(figure=figure.figure, by=figure.by) for figure in statement.figures]
    if statement.as_at > source.last_day or not checklist.countable(source, figures):
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
    view, there = source.view(clocks, {}), checklist.countable(source, figures)
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
        precedence=precedence(terms),
        rule=rule_of_release(terms.small_numbers),
        figures=result.figures,
    )


def _worded(source: Source, draft: Published, releases: Releases) -> tuple[list[str], list[str], list[str]]:
    """Return why the words could not be checked, what the approver decides on, and what is only shown."""
    day = releases.now().astimezone(ZoneInfo(source.terms.time_zone)).date()
    if source.terms.demonstration:  # the last day that it knows
        day = max(draft.known_at, min(day, source.last_day))
    published = [PublishedAt(past.published, day_of(past, source.terms)) for past in public_of(releases)]
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
