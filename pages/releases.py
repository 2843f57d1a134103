"""What is drafted, approved and published, by whom, and what may be done with it."""

import datetime as dt
from collections.abc import Iterator

import polars as pl
import streamlit as st

from access.roles import Permission
from access.settings import Mode
from data.errors import UserError
from data.formatting import capitalised, listed_words, short_day, written_count, written_day, written_share
from data.publishing import content
from data.publishing.content import Cell, Draft, Published, PublishedFigure, ReleaseInputs
from data.publishing.moments import local, spoken_moment
from data.publishing.release import Release
from data.publishing.states import AUTHORED, DECIDED, State, Step, Taken
from metrics.clauses import titled, unit_of
from metrics.disclosure.rule import behind, grouped
from pages.shell import choices, current_user
from pages.shell.page_start import current_source
from pages.widgets import export_button, release_draft, release_statement, release_steps
from service.markdown import plain
from service.releases.publishing import Press
from service.sentences.releases import answer

DRAFTING, ENTERING = "Write a new release", "Enter a statement made elsewhere"
EXTERNAL_STATES = {
    State.PUBLISHED: "Published elsewhere",
    State.IN_REVIEW: "To be confirmed",
    State.ABANDONED: "Rejected",
}
TALLEST = 290
ON_THEIR_WAY = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
TRUE = "True figure, not for publication"
TALLEST_NUMBERS = 640


def draw() -> None:
    press = Press(current_source())
    release_steps.begin()
    st.header(answer(press))
    if current_user.desk().settings.mode is Mode.DEMONSTRATION:
        st.caption(
            "In this demonstration each role counts as another person. You act here as "
            f"“{plain(press.name)}”: turn to another role at the side to approve what this one wrote."
        )
    list_releases(press)
    chosen = choose(press)
    release_steps.report_done()
    if isinstance(chosen, Release):
        _release(press, release_steps.loaded_release(chosen))
    elif chosen == DRAFTING:
        release_draft.begin(press)
    elif chosen is not None:
        release_statement.begin(press)


def list_releases(press: Press) -> None:
    releases = press.releases()[::-1]
    if not releases:
        st.info("There is no release yet. An analyst writes the first one here.")
        return
    rows = [_row(press, release) for release in releases]
    st.dataframe(pl.DataFrame(rows), hide_index=True, height=min(36 * (len(rows) + 1), TALLEST))


def choose(press: Press) -> Release | str | None:
    releases = {other.name: other for other in press.releases()[::-1]}
    may = press.source.visit.may
    writing = {DRAFTING: Permission.DRAFT_RELEASES, ENTERING: Permission.STATEMENTS}
    options = [*releases, *(name for name, permission in writing.items() if may(permission))]
    if not options:
        return None
    states = [release.state(press.now) for release in releases.values()]
    waiting = may(Permission.APPROVE_RELEASES) and State.IN_REVIEW in states
    first = options[states.index(State.IN_REVIEW) if waiting else 0]
    name = choices.one("Look at", options, key=release_steps.CHOSEN, default=first)
    return releases.get(name, name)


def written(press: Press, release: Release) -> Draft | Published:
    return release.draft or press.published(release.id)


def _row(press: Press, release: Release) -> dict[str, str]:
    public = release.published_at and local(release.published_at, press.source.terms.time_zone)
    state, words = release.state(press.now), written(press, release)
    names = EXTERNAL_STATES if release.origin == "elsewhere" else {}
    return {
        "Release": release.name,
        "Title": words.title,
        "State": names.get(state, capitalised(state)),
        "As at": short_day(words.as_at),
        "Public from": f"{short_day(public)}, {public:%H:%M %Z}" if public else "",
        "Written by": listed_words(_by(release, *AUTHORED)),
        "Approved by": _by(release, *DECIDED)[-1] if release.approved else "",
    }


def _by(release: Release, *kinds: Step) -> list[str]:
    return list(dict.fromkeys(step.who for step in release.steps if step.kind in kinds))


def _release(press: Press, release: Release) -> None:
    heading(press, release)
    state = release.state(press.now)
    may, public = press.source.visit.may, release.public(press.now)
    if state is State.DRAFT:
        _draft(press, release)
    elif state is State.ABANDONED and release.draft is not None:
        if may(Permission.DRAFT_RELEASES):
            release_draft.edit(press, release)
    else:
        in_review, external = state is State.IN_REVIEW, release.draft is None
        # Of a statement to be confirmed, what the register says of it.
        count = press.register_inputs if in_review and release.origin == "elsewhere" else press.counted
        frozen = count(release.id) if press.inside else None
        numbers(press, press.published(release.id), frozen, public=public)
        if in_review and not external and may(Permission.APPROVE_RELEASES):
            draft = press.counted_draft(release.id)
            release_draft.checklist(draft, reviewing=True)
            release_draft.overrides(press, release, draft)
        release_steps.decide(press, release)
        export_button.offer_release(press, release, key=f"take_{release.id}")
    if public:
        release_steps.amend(press, release)
        if may(Permission.STATEMENTS):
            release_statement.correct(press, release)
    if press.inside and release.draft is not None and state in ON_THEIR_WAY:
        release_steps.early_access(press, release)
    steps(press, release)


def _draft(press: Press, release: Release) -> None:
    try:
        draft = press.counted_draft(release.id)
    except UserError as fault:
        st.error(plain(str(fault)))
    else:
        numbers(press, draft.published, draft.frozen, public=False)
        release_draft.checklist(draft)
        release_draft.small_numbers(press, release, draft)
        release_steps.submit(press, release, draft)
    if press.source.visit.may(Permission.DRAFT_RELEASES):
        release_draft.edit(press, release)
        release_steps.take_reasoned(press, release, "abandon")


def heading(press: Press, release: Release) -> None:
    words, draft = written(press, release), release.draft
    st.subheader(f"{release.name}: {words.title}")
    box = {State.APPROVED: st.warning, State.WITHDRAWN: st.error}.get(release.state(press.now), st.markdown)
    box(status_sentence(press, release))
    day = written_day(words.as_at)
    st.caption(
        f"It speaks of {day}, as known on {written_day(draft.known_at)}; {draft.status}; {draft.nature}."
        if draft
        else f"It speaks of {day}. Its numbers were typed as they were published: none of them was counted."
    )


# What a release is, by its state; where it was not published by Candour, the second words.
STATUS = {
    State.DRAFT: "A draft, written by {authors}; nobody outside may see it.{why}",
    State.IN_REVIEW: "In review since it was submitted by {who}. Its numbers are frozen. It waits for an "
    "approver other than {authors}, who wrote it.",
    State.APPROVED: "**EMBARGOED until {public}.** Approved by {who}. It is secret until then. It "
    "can still be recalled.",
    State.WITHDRAWN: "Withdrawn by {who} at {at}: {reason}",
    State.ABANDONED: "Given up by {who}: {reason} Writing it anew takes it up again.",
    State.AMENDED: "Public since {public}; amended by a new version at {amended}.",
    State.PUBLISHED: "Public since {public}, approved by {who}.",
}
EXTERNAL_STATUS = {
    State.IN_REVIEW: "To be confirmed by a release approver other than {authors}, who entered it. Until then "
    "it is not used. It was published at {published}, by what was entered.",
    State.PUBLISHED: "Published elsewhere at {public}. Entered here by {authors} and confirmed by {who}.",
    State.ABANDONED: "Rejected by {who}, and never public: {reason}",
}


def status_sentence(press: Press, release: Release) -> str:
    last, state, zone = release.steps[-1], release.state(press.now), press.source.terms.time_zone
    who, reason = plain(last.who), plain(last.reason)
    words = STATUS[state]
    if release.origin == "elsewhere":
        words = EXTERNAL_STATUS.get(state, words)
    return words.format(
        authors=listed_words([plain(author) for author in _by(release, *AUTHORED)]),
        who=who,
        reason=reason,
        why=f" It was {last.kind} by {who}: {reason}" if reason else "",
        at=_moment(last.at, zone),
        public=spoken_moment(release.published_at, zone) if release.published_at else "",
        amended=spoken_moment(release.amended_at, zone) if release.amended_at else "",
        published=_moment(last.published_at, zone) if last.published_at else "",
    )


def steps(press: Press, release: Release) -> None:
    zone, many = press.source.terms.time_zone, len(release.steps)
    rows = [
        {
            "Step": capitalised(step.kind),
            "When": _moment(step.at, zone),
            "Who": step.who,
            "Role": step.role,
            "Why": "; ".join(filter(None, (step.reason, *_overruled(step)))),
            "Public from": _moment(step.published_at, zone) if step.published_at else "",
        }
        for step in release.steps
    ]
    with st.expander(f"Its history: {many} {'step' if many == 1 else 'steps'}"):
        st.dataframe(pl.DataFrame(rows), hide_index=True)
        if release.frozen:
            frozen_by = "entered" if release.origin == "elsewhere" else "last submitted"
            st.caption(f"Digest of what was {frozen_by}: {release.frozen}")


def _overruled(step: Taken) -> list[str]:
    decided = content.read_overruled(step.overruled)
    return [f"Alarm overruled: {decision.alarm} Reason: {decision.reason}" for decision in decided]


def _moment(at: str, zone: str) -> str:
    return spoken_moment(dt.datetime.fromisoformat(at), zone)


def numbers(press: Press, published: Published, frozen: ReleaseInputs | None, *, public: bool) -> None:
    """frozen: what it was made from; None where there is nothing, or the reader may not see figures."""
    st.markdown("**What the public sees**" if public else "**What the public would see**")
    frozen = frozen if press.inside else None
    rows = [row for figure in published.figures for row in _rows(figure, frozen)]
    st.dataframe(pl.DataFrame(rows), hide_index=True, height=min(36 * (len(rows) + 1), TALLEST_NUMBERS))
    if published.rule:
        st.caption(published.rule)
    if frozen is not None:
        st.caption(f"“{TRUE}” is for those who may see figures: never copy it into anything that leaves.")
    if published.note:
        st.markdown(f"**What changed, in its own words:** {plain(published.note, lines=True)}")
    for dated in published.dated_notes:
        st.markdown(f"- {plain(str(dated))}")
    for change in published.changes:
        st.markdown(f"- {plain(change.sentence)}")


def _rows(figure: PublishedFigure, frozen: ReleaseInputs | None) -> Iterator[dict[str, str]]:
    counted = None if frozen is None else behind(frozen, figure)
    groups = [] if counted is None else grouped(counted, figure)
    true = {group.where: _counted_text(figure, whole) for group, whole, _ in groups}
    for cell in figure.cells:
        # A typed number bears its qualifier in its own words.
        qualified = cell.qualifier and not cell.shown.startswith(cell.qualifier)
        shown = f"{cell.qualifier} {cell.shown}" if qualified else cell.shown
        bare = cell.number is None or figure.kind == "share"
        row = {
            "Figure": titled(figure),
            "Of": ", ".join(cell.where),
            "The public sees": shown if bare else _with_unit(shown, figure),
            "How": ". ".join(filter(None, (cell.treatment, figure.rule))),
        }
        yield row if frozen is None else {**row, TRUE: true.get(cell.where, "")}


def _with_unit(shown: str, figure: PublishedFigure) -> str:
    return f"{shown} {unit_of(figure, 1 if shown == '1' else None)}"


def _counted_text(figure: PublishedFigure, cell: Cell) -> str:
    if figure.kind == "count":
        return _with_unit(written_count(cell.numerator), figure)
    if figure.kind == "share":
        of = f"{written_count(cell.numerator)} of {written_count(cell.denominator or 0)}"
        return f"{of} ({written_share(cell.value)})" if cell.value is not None else of
    return "none" if cell.value is None else _with_unit(written_count(cell.value), figure)
