"""What is drafted, approved and published, by whom, and what may be done with it."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

import polars as pl
import streamlit as st

from access.roles import Permission
from access.settings import Mode
from charts.releases import SYMBOLS, Course, release_strip
from data.errors import UserError
from data.formatting import capitalised, listed_words, short_day, written_count, written_day, written_share
from data.publishing import content
from data.publishing.content import Cell, Draft, Published, PublishedFigure, ReleaseInputs
from data.publishing.release import Release
from data.publishing.states import AUTHORED, DECIDED, State, Step, Taken, local, spoken_moment
from metrics.clauses import titled, unit_of
from metrics.disclosure.rule import behind, grouped
from pages.shell import choices, current_user, page_start
from pages.shell.page_start import current_source
from pages.widgets import chart_card, export_button, release_draft, release_steps
from pages.widgets.rows import FEWEST
from service.markdown import plain
from service.releases.publishing import Press

DRAFTING, ENTERING = "Write a new release", "Enter a statement made elsewhere"
EXTERNAL_STATES = {
    State.PUBLISHED: "Published elsewhere",
    State.IN_REVIEW: "To be confirmed",
    State.ABANDONED: "Rejected",
}
FIGURES, EDIT, CHANGE, FILES, EARLY, HISTORY = (
    "Figures", "Edit", "Change", "Files", "Early access", "History",
)  # fmt: skip
MARKS = "A filled circle is the day a release was published; a cross, the day it was withdrawn."
HAPPENED = {step: str(step) for step in (Step.DRAFTED, Step.SUBMITTED, Step.APPROVED, Step.WITHDRAWN)}
HAPPENED[Step.ABANDONED] = "given up"
IN_STRIP = {State.APPROVED: "embargo ends", State.AMENDED: "corrected", State.ABANDONED: "given up"}
ENDED = ("withdrawn", "given up")
ON_THEIR_WAY = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
DECIDED_STATES = (State.APPROVED, State.PUBLISHED, State.AMENDED)
TRUE = "True figure, not for publication"
TALLEST_NUMBERS = 640


def draw() -> None:
    press = Press(current_source())
    release_steps.begin()
    st.header(release_steps.summary(press), anchor=False)
    if current_user.services().settings.mode is Mode.DEMONSTRATION:
        st.caption(
            "In this demonstration each role counts as another person. You act here as "
            f"“{press.name}”: choose another role in the header to approve what this one wrote."
        )
    list_releases(press)
    chosen = choose(press)
    release_steps.report_done()
    if isinstance(chosen, Release):
        _release(press, release_steps.loaded_release(chosen))
    elif chosen == DRAFTING:
        release_draft.begin(press)
    elif chosen is not None:
        release_draft.begin_statement(press)


def list_releases(press: Press) -> None:
    releases = press.releases()[::-1]
    if not releases:
        st.info("There is no release yet. An analyst writes the first one here.")
        return
    table = pl.DataFrame([_row(press, release) for release in releases])
    courses = [course(press, release) for release in releases]
    if sum(len(course.happened) for course in courses) >= FEWEST:
        chart = release_strip("Releases over time", courses, table, chart_card.colours())
        chart_card.show(chart, key="strip", measure="Drafted, approved, published", method=MARKS)
    else:
        st.dataframe(table, hide_index=True)


def course(press: Press, release: Release) -> Course:
    """Return its days; of a statement made elsewhere only those on which the public saw it."""
    zone, external = press.source.terms.time_zone, release.origin == "elsewhere"
    taken = [(HAPPENED[step.kind], step.at) for step in release.steps if step.kind in HAPPENED]
    shown = {what: dt.datetime.fromisoformat(at) for what, at in taken if what in ENDED or not external}
    typed = external and release.steps[-1].published_at
    published = release.published_at or (dt.datetime.fromisoformat(typed) if typed else None)
    also = {"published": published, "corrected": release.amended_at}
    moments = shown | {what: at for what, at in also.items() if at}
    happened = [(local(at, zone).date(), what) for what, at in moments.items()]
    happened.sort(key=lambda pair: (pair[0], list(SYMBOLS).index(pair[1])))
    state = IN_STRIP.get(now := release.state(press.now), str(now))
    return Course(release.name, state, tuple(happened))


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
    name = choices.one("Release", options, key=release_steps.CHOSEN, default=first)
    return releases.get(name, name)


def written(press: Press, release: Release) -> Draft | Published:
    return release.draft or press.published(release.id)


def _row(press: Press, release: Release) -> dict[str, str]:
    public = release.published_at and local(release.published_at, press.source.terms.time_zone)
    words, state = written(press, release), release.state(press.now)
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
    parts = {FIGURES: partial(_figures, press, release), **_others(press, release)}
    choices.tabs("tab", parts)
    for words, file in export_button.release_files(press, release).items():
        page_start.offer(words, file)


def _figures(press: Press, release: Release) -> None:
    state, may = release.state(press.now), press.source.visit.may
    if state is State.DRAFT:
        _draft(press, release)
        return
    if release.draft is not None and state is State.ABANDONED:
        st.caption("A draft that was given up has no figures to show.")
        return
    in_review, external = state is State.IN_REVIEW, release.draft is None
    # Of a statement to be confirmed, what the register says of it.
    count = press.register_inputs if in_review and release.origin == "elsewhere" else press.counted
    frozen = count(release.id) if press.inside else None
    numbers(press, press.published(release.id), frozen, public=release.public(press.now))
    if in_review and not external and press.inside and may(Permission.APPROVE_RELEASES):
        draft = press.counted_draft(release.id)
        release_draft.checklist(draft, reviewing=True)
        release_draft.overrides(press, release, draft)
    if in_review:
        release_steps.decide(press, release)


def _others(press: Press, release: Release) -> dict[str, Callable[[], None]]:
    """Return the other tabs of a release, in order: those in which this reader has something to see or do."""
    state, may = release.state(press.now), press.source.visit.may
    own, public = release.draft is not None, release.public(press.now)
    editing = own and state in (State.DRAFT, State.ABANDONED) and may(Permission.DRAFT_RELEASES)
    changing = state in DECIDED_STATES and (
        may(Permission.APPROVE_RELEASES)
        or (public and may(Permission.DRAFT_RELEASES if own else Permission.STATEMENTS))
    )
    there = {
        EDIT: editing,
        CHANGE: changing,
        FILES: bool(export_button.release_files(press, release)),
        EARLY: press.inside and own and state in ON_THEIR_WAY,
        HISTORY: True,
    }
    files = partial(export_button.offer_release, key=f"take_{release.id}")
    drawn = {EDIT: _edit, CHANGE: _change, FILES: files, EARLY: release_steps.early_access, HISTORY: steps}
    return {name: partial(drawn[name], press, release) for name, has in there.items() if has}


def _edit(press: Press, release: Release) -> None:
    release_draft.edit(press, release)
    if release.state(press.now) is State.DRAFT:
        release_steps.take_reasoned(press, release, "abandon")


def _change(press: Press, release: Release) -> None:
    release_steps.decide(press, release)
    if release.public(press.now):
        release_steps.amend(press, release)
        if press.source.visit.may(Permission.STATEMENTS):
            release_draft.correct_statement(press, release)


def _draft(press: Press, release: Release) -> None:
    try:
        draft = press.counted_draft(release.id)
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    numbers(press, draft.published, draft.frozen, public=False)
    release_draft.checklist(draft)
    release_draft.small_numbers(press, release, draft)
    release_steps.submit(press, release, draft)


def heading(press: Press, release: Release) -> None:
    words, draft = written(press, release), release.draft
    st.subheader(f"{release.name}: {words.title}")
    box = {State.APPROVED: st.warning, State.WITHDRAWN: st.error}.get(release.state(press.now), st.markdown)
    box(status_sentence(press, release))
    day = written_day(words.as_at)
    st.caption(
        f"Figures for {day}, as known on {written_day(draft.known_at)}; {draft.status}; {draft.nature}."
        if draft
        else f"Figures for {day}, entered from the published statement."
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
    zone = press.source.terms.time_zone
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
