"""What is drafted, approved and published, by whom, and what may be done with it."""

import datetime as dt
from collections.abc import Iterator

import polars as pl
import streamlit as st

from access.roles import Permission
from access.settings import Mode
from data.errors import UserError
from data.formatting import capitalised, listed_words, short_day, written_count, written_day, written_share
from data.publishing.content import (
    Cell,
    Published,
    PublishedCell,
    PublishedFigure,
    ReleaseInputs,
    read_overruled,
)
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
    release_steps.forget_loaded()
    st.header(answer(press))
    acting_as(press)
    list_releases(press)
    draw_chosen(press, choose(press))


def list_releases(press: Press) -> None:
    releases = press.releases()[::-1]
    if not releases:
        st.info("There is no release yet. An analyst writes the first one here.")
        return
    rows = [_row(press, release) for release in releases]
    st.dataframe(pl.DataFrame(rows), hide_index=True, height=min(36 * (len(rows) + 1), TALLEST))


def choose(press: Press) -> Release | str | None:
    release_steps.choose_next()
    releases = {other.name: other for other in press.releases()[::-1]}
    may = press.source.visit.may
    more = [DRAFTING] if may(Permission.DRAFT_RELEASES) else []
    more += [ENTERING] if may(Permission.STATEMENTS) else []
    options = [*releases, *more]
    if not options:
        return None
    first = options[_first(press, list(releases.values()))]
    name = choices.one("Look at", options, key=release_steps.CHOSEN, default=first)
    return releases.get(name, name)


def title_of(press: Press, release: Release) -> str:
    return press.told(release.id).title if release.draft is None else release.draft.title


def state_of(press: Press, release: Release) -> str:
    state = release.state(press.now)
    if release.origin == "elsewhere":
        return EXTERNAL_STATES.get(state, capitalised(state))
    return capitalised(state)


def as_at_of(press: Press, release: Release) -> dt.date:
    return press.told(release.id).as_at if release.draft is None else release.draft.as_at


def _row(press: Press, release: Release) -> dict[str, str]:
    public = release.published_at
    zone = press.source.terms.time_zone
    return {
        "Release": release.name,
        "Title": title_of(press, release),
        "State": state_of(press, release),
        "As at": short_day(as_at_of(press, release)),
        "Public from": ""
        if public is None
        else f"{short_day(local(public, zone))}, {local(public, zone):%H:%M %Z}",
        "Written by": listed_words(_by(release, *AUTHORED)),
        "Approved by": _by(release, *DECIDED)[-1] if release.approved else "",
    }


def _by(release: Release, *kinds: Step) -> list[str]:
    return list(dict.fromkeys(step.who for step in release.steps if step.kind in kinds))


def _first(press: Press, releases: list[Release]) -> int:
    moment = press.now
    states = [release.state(moment) for release in releases]
    if press.source.visit.may(Permission.APPROVE_RELEASES) and State.IN_REVIEW in states:
        return states.index(State.IN_REVIEW)
    return 0


def draw_chosen(press: Press, looked_at: Release | str | None) -> None:
    release_steps.report_done()
    if isinstance(looked_at, Release):
        _release(press, release_steps.loaded_release(looked_at))
    elif looked_at == DRAFTING:
        release_draft.begin(press)
    elif looked_at is not None:
        release_statement.begin(press)


def acting_as(press: Press) -> None:
    if current_user.desk().settings.mode is Mode.DEMONSTRATION:
        st.caption(
            "In this demonstration each role counts as another person. You act here as "
            f"“{plain(press.name)}”: turn to another role at the side to approve what this one wrote."
        )


def _release(press: Press, release: Release) -> None:
    heading(press, release)
    state = release.state(press.now)
    if state is State.DRAFT:
        _draft(press, release)
    elif state is State.ABANDONED and release.draft is not None:
        if press.source.visit.may(Permission.DRAFT_RELEASES):
            release_draft.edit(press, release)
    else:
        frozen = _inputs(press, release, state) if press.inside else None
        numbers(press, press.told(release.id), frozen, public=release.public(press.now))
        if (
            state is State.IN_REVIEW
            and release.draft is not None
            and press.source.visit.may(Permission.APPROVE_RELEASES)
        ):
            _reviewed(press, release)
        release_steps.decide(press, release)
        export_button.offer_release(press, release, key=f"take_{release.id}")
    if release.public(press.now):
        release_steps.amend(press, release)
        if press.source.visit.may(Permission.STATEMENTS):
            release_statement.correct(press, release)
    if press.inside and release.draft is not None and state in ON_THEIR_WAY:
        release_steps.early_access(press, release)
    steps(press, release)


def _inputs(press: Press, release: Release, state: State) -> ReleaseInputs | None:
    """Return what a release was made from; of a statement to be confirmed, what the register says."""
    if release.origin == "elsewhere" and state is State.IN_REVIEW:
        return press.beside(release.id)
    return press.counted(release.id)


def _draft(press: Press, release: Release) -> None:
    try:
        draft = press.made(release.id)
    except UserError as fault:
        st.error(plain(str(fault)))
    else:
        numbers(press, draft.told, draft.frozen, public=False)
        release_draft.checklist(draft)
        release_draft.small_numbers(press, release, draft)
        release_steps.submit(press, release, draft)
    if press.source.visit.may(Permission.DRAFT_RELEASES):
        release_draft.edit(press, release)
        release_steps.give_up(press, release)


def _reviewed(press: Press, release: Release) -> None:
    draft = press.made(release.id)
    release_draft.checklist(draft, reviewing=True)
    release_draft.overrides(press, release, draft)


def heading(press: Press, release: Release) -> None:
    st.subheader(f"{release.name}: {title_of(press, release)}")
    state = release.state(press.now)
    sentence = status_sentence(press, release)
    if state is State.APPROVED:
        st.warning(f"**EMBARGOED until {_public(press, release)}.** {sentence}")
    elif state is State.WITHDRAWN:
        st.error(sentence)
    else:
        st.markdown(sentence)
    st.caption(_speaks_of(press, release))


def status_sentence(press: Press, release: Release) -> str:
    if release.origin == "elsewhere" and (sentence := _external_sentence(press, release)):
        return sentence
    last, zone = release.steps[-1], press.source.terms.time_zone
    who, reason = plain(last.who), plain(last.reason)
    match release.state(press.now):
        case State.DRAFT:
            why = f" It was {last.kind} by {who}: {reason}" if reason else ""
            sentence = f"A draft, written by {_authors(release)}; nobody outside may see it.{why}"
        case State.IN_REVIEW:
            sentence = (
                f"In review since it was submitted by {who}. Its numbers are frozen. It waits for an "
                f"approver other than {_authors(release)}, who wrote it."
            )
        case State.APPROVED:
            sentence = f"Approved by {who}. Nothing of it may be told before; it can still be recalled."
        case State.WITHDRAWN:
            sentence = f"Withdrawn by {who} at {_moment(last.at, zone)}: {reason}"
        case State.ABANDONED:
            sentence = f"Given up by {who}: {reason} Writing it anew takes it up again."
        case State.AMENDED:
            since = "" if release.amended_at is None else spoken_moment(release.amended_at, zone)
            sentence = f"Public since {_public(press, release)}; amended by a new version at {since}."
        case State.PUBLISHED:
            sentence = f"Public since {_public(press, release)}, approved by {who}."
    return sentence


def _external_sentence(press: Press, release: Release) -> str:
    """Say where a statement made elsewhere stands; empty where that is as with any other release."""
    last, zone = release.steps[-1], press.source.terms.time_zone
    match release.state(press.now):
        case State.IN_REVIEW:
            return (
                f"To be confirmed by a release approver other than {_authors(release)}, who typed it. Until "
                "then it stands nowhere, and nothing is held against it. It was published at "
                f"{_moment(last.published_at or '', zone)}, as it was typed."
            )
        case State.PUBLISHED:
            return (
                f"Published elsewhere at {_public(press, release)}; typed in here by {_authors(release)}, "
                f"confirmed by {plain(last.who)}."
            )
        case State.ABANDONED:
            return f"Rejected by {plain(last.who)}, and never public: {plain(last.reason)}"
        case _:
            return ""


def steps(press: Press, release: Release) -> None:
    zone = press.source.terms.time_zone
    with st.expander(f"Its history: {len(release.steps)} {'step' if len(release.steps) == 1 else 'steps'}"):
        st.dataframe(
            pl.DataFrame(
                [
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
            ),
            hide_index=True,
        )
        if release.frozen:
            frozen_by = "entered" if release.origin == "elsewhere" else "last submitted"
            st.caption(f"Digest of what was {frozen_by}: {release.frozen}")


def _overruled(step: Taken) -> list[str]:
    decided = read_overruled(step.overruled)
    return [f"Alarm overruled: {decision.alarm} Reason: {decision.reason}" for decision in decided]


def _speaks_of(press: Press, release: Release) -> str:
    day = written_day(as_at_of(press, release))
    if release.draft is None:
        return f"It speaks of {day}. Its numbers were typed as they were published: none of them was counted."
    draft = release.draft
    return f"It speaks of {day}, as known on {written_day(draft.known_at)}; {draft.status}; {draft.nature}."


def _authors(release: Release) -> str:
    return listed_words(
        list(dict.fromkeys(plain(step.who) for step in release.steps if step.kind in AUTHORED))
    )


def _public(press: Press, release: Release) -> str:
    public = release.published_at
    return "" if public is None else spoken_moment(public, press.source.terms.time_zone)


def _moment(at: str, zone: str) -> str:
    return spoken_moment(dt.datetime.fromisoformat(at), zone)


def numbers(press: Press, published: Published, frozen: ReleaseInputs | None, *, public: bool) -> None:
    """List every number of a release.

    frozen: what it was made from, for those who may see figures; None where there is none, or they may not.
    """
    st.markdown("**What it tells the public**" if public else "**What it would tell the public**")
    with_true = press.inside and frozen is not None
    rows = list(_rows(published, frozen if with_true else None))
    st.dataframe(pl.DataFrame(rows), hide_index=True, height=min(36 * (len(rows) + 1), TALLEST_NUMBERS))
    if published.rule:
        st.caption(published.rule)
    if with_true:
        st.caption(f"“{TRUE}” is for those who may see figures: never copy it into anything that leaves.")
    if published.note:
        st.markdown(f"**What changed, in its own words:** {plain(published.note, lines=True)}")
    for change in published.changes:
        st.markdown(f"- {plain(change.sentence)}")


def _rows(published: Published, frozen: ReleaseInputs | None) -> Iterator[dict[str, str]]:
    for figure in published.figures:
        true = _true_figures(figure, frozen)
        for cell in figure.cells:
            row = {
                "Figure": titled(figure),
                "Of": ", ".join(cell.where),
                "The public is told": _published_text(figure, cell),
                "How": ". ".join(filter(None, (cell.treatment, figure.rule))),
            }
            yield row if frozen is None else {**row, TRUE: true.get(cell.where, "")}


def _published_text(figure: PublishedFigure, cell: PublishedCell) -> str:
    # A typed number bears its qualifier in its own words.
    shown = cell.shown
    if cell.qualifier and not shown.startswith(cell.qualifier):
        shown = f"{cell.qualifier} {shown}"
    return shown if cell.number is None or figure.kind == "share" else _with_unit(shown, figure)


def _with_unit(shown: str, figure: PublishedFigure) -> str:
    return f"{shown} {unit_of(figure, 1 if shown == '1' else None)}"


def _true_figures(figure: PublishedFigure, frozen: ReleaseInputs | None) -> dict[tuple[str, ...], str]:
    made_from = None if frozen is None else behind(frozen, figure)
    if made_from is None:
        return {}
    return {cell.where: _counted_text(figure, whole) for cell, whole, _ in grouped(made_from, figure)}


def _counted_text(figure: PublishedFigure, cell: Cell) -> str:
    if figure.kind == "count":
        return _with_unit(written_count(cell.numerator), figure)
    if figure.kind == "share":
        of = f"{written_count(cell.numerator)} of {written_count(cell.denominator or 0)}"
        return f"{of} ({written_share(cell.value)})" if cell.value is not None else of
    return "none" if cell.value is None else _with_unit(written_count(cell.value), figure)
