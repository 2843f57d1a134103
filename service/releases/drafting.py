"""What a draft comes to: its figures counted, put through disclosure control, with what stands in its way."""

import hashlib
from dataclasses import dataclass

from data.errors import UserError
from data.publishing.content import Bound, Counted, Draft, Override, Published, ReleaseInputs
from data.publishing.release import Release
from data.publishing.release_store import own_decision
from data.releases import Releases
from data.review import TERMS
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import dimension
from metrics.disclosure.control import Controlled, Past, controlled
from metrics.disclosure.rule import rule_of_release
from metrics.release_snapshot import counted, digest_of_rows
from service import cache, results
from service.releases.checklist import Held, adds_up, told_of
from service.releases.comparison import with_changes
from service.releases.wording import worded
from service.sentences.page_answers import precedence
from service.view import Source, View


@dataclass(frozen=True)
class Made:
    """A draft with its numbers: what it was made from, what the public would be told, and what is wrong.

    errors: what stands in its way, one sentence each. alarms: what the statement check objects to, which the
    approver confirms or overrules. warnings: what a person should look at.
    """

    frozen: ReleaseInputs
    told: Published
    controlled: Controlled
    errors: tuple[str, ...]
    alarms: tuple[str, ...]
    warnings: tuple[str, ...]

    def refuse(self) -> None:
        """Go on only if nothing stands in the way.

        Raises:
            UserError: something does: the first of it.
        """
        if self.errors:
            raise UserError(self.errors[0])


def make(source: Source, release: Release, releases: Releases) -> Made:
    """Count a draft's figures and put them through disclosure control.

    Raises:
        UserError: the release has no draft.
    """
    if release.draft is None:
        raise UserError(f"{release.name} was published elsewhere: nothing of it is counted.")
    draft = release.draft
    view = source.view(Clocks(draft.as_at, draft.known_at), {})
    frozen, result = _counted_once(source, release, draft, releases)
    told = with_changes(source, release, _published(source, release, draft, result), releases)
    held, words = Held(source, releases, draft, frozen, told), worded(source, told, releases)
    return Made(
        frozen.model_copy(update={"alarms": words.alarms}),
        told,
        result,
        errors=(
            *held.errors(),
            *map(own_decision, releases.own_decisions(release.id)),
            *adds_up(view, frozen),
            *words.errors,
            *result.problems,
        ),
        alarms=words.alarms,
        warnings=(*held.warnings(), *words.warnings, *result.coarsened, *result.flags),
    )


def _counted_once(
    source: Source, release: Release, draft: Draft, releases: Releases
) -> tuple[ReleaseInputs, Controlled]:
    overrides, against = releases.overrides(release.id), releases.held_against()
    role = source.visit.session.role

    def make() -> tuple[ReleaseInputs, Controlled]:
        frozen = freeze(source, draft, overrides, against)
        past = [
            # What was recalled too: who had been let look at it has read it.
            Past(each.counted, each.told, each.public)
            for each in releases.ever_approved()
        ]
        result = controlled(frozen, past, source.terms.small_numbers)
        return frozen.model_copy(update={"overrides": result.overrides}), result

    moment = releases.now()
    public = tuple(each.approved for each in releases.all() if each.public(moment))
    return cache.once(("draft", source.place, role, draft.written(), overrides, against, public), make)


def beside(source: Source, told: Published) -> ReleaseInputs | None:
    """Return what the register says, as it was known on its day, of each figure that a statement tells.

    None where the register was not kept by then, or holds none of them.
    """
    if told.as_at > source.last_day:
        return None
    figures = tuple(Bound(figure=figure.figure, by=figure.by) for figure in told.figures)
    known = tuple(told_of(source, figures))
    if not known:
        return None
    draft = Draft(
        title=told.title,
        as_at=told.as_at,
        known_at=told.as_at,
        status=told.status,
        nature=told.nature,
        figures=known,
    )
    return freeze(source, draft, (), ())


def freeze(
    source: Source, draft: Draft, overrides: tuple[Override, ...], against: tuple[str, ...]
) -> ReleaseInputs:
    """Count the figures that a draft names, on its days.

    Raises:
        UserError: there is none that this review's register could tell.
    """
    view = source.view(Clocks(draft.as_at, draft.known_at), {})
    figures = told_of(source, draft.figures)
    if not figures:
        raise UserError("No figure of this draft can be counted from what has been loaded: choose others.")
    terms = (results.review_at(source.place).folder / TERMS).read_bytes()
    return ReleaseInputs(
        as_at=draft.as_at,
        known_at=draft.known_at,
        ledger=source.place.version,
        edition=source.place.edition,
        terms=hashlib.sha256(terms).hexdigest(),
        precedence=tuple(part.name for part in source.terms.partition),
        figures=tuple(_counted(view, figure) for figure in figures),
        overrides=overrides,
        against=against,
    )


def _counted(view: View, bound: Bound) -> Counted:
    split = [dimension(name) for name in bound.by]
    rows = results.scanned(view.source.place, catalogue.metric(bound.figure).subject)
    digest = digest_of_rows(catalogue.metric(bound.figure), rows, view.clocks, split)
    return counted(view.metric(bound.figure), view.result(bound.figure, by=bound.by), bound.by, digest)


def _published(source: Source, release: Release, draft: Draft, result: Controlled) -> Published:
    terms = source.terms
    rule = terms.small_numbers
    return Published(
        number=release.number,
        version=release.version,
        title=draft.title,
        review=terms.name,
        body=terms.body,
        oversight_body=terms.oversight_body,
        scheme=terms.scheme,
        demonstration=terms.demonstration,
        help=terms.public,
        time_zone=terms.time_zone,
        as_at=draft.as_at,
        known_at=draft.known_at,
        status=draft.status,
        nature=draft.nature,
        note=draft.note,
        precedence=precedence(source.terms),
        rule=rule_of_release(rule),
        figures=result.told,
    )
