"""One release from top to bottom: where it stands, what it says, what stands in its way, what may be done."""

import streamlit as st

from access.roles import Permission
from access.settings import Mode
from data.errors import UserError
from data.publishing.content import ReleaseInputs
from data.publishing.release import Release
from data.publishing.states import State
from pages.parts.releases import (
    checked,
    chosen,
    deciding,
    drafting,
    entering,
    lookers,
    memory,
    numbers,
    small,
)
from pages.parts.releases.listing import DRAFTING
from pages.shell import current_user
from pages.widgets import release_export
from service.markdown import plain
from service.releases.publishing import Press

ON_THEIR_WAY = (State.DRAFT, State.IN_REVIEW, State.APPROVED)


def draw(press: Press, looked_at: Release | str | None) -> None:
    memory.say_what_was_done()
    if isinstance(looked_at, Release):
        _release(press, memory.loaded(looked_at))
    elif looked_at == DRAFTING:
        drafting.begin(press)
    elif looked_at is not None:
        entering.begin(press)


def who(press: Press) -> None:
    """Say in a demonstration as whom the reader acts: there each role counts as another person."""
    if current_user.desk().settings.mode is Mode.DEMONSTRATION:
        st.caption(
            "In this demonstration each role counts as another person. You act here as "
            f"“{plain(press.name)}”: turn to another role at the side to approve what this one wrote."
        )


def _release(press: Press, release: Release) -> None:
    chosen.draw(press, release)
    state = release.state(press.now)
    if state is State.DRAFT:
        _draft(press, release)
    elif state is State.ABANDONED and release.draft is not None:
        if press.source.visit.may(Permission.DRAFT_RELEASES):
            drafting.edit(press, release)
    else:
        frozen = _behind(press, release, state) if press.inside else None
        numbers.draw(press, press.told(release.id), frozen, public=release.public(press.now))
        if (
            state is State.IN_REVIEW
            and release.draft is not None
            and press.source.visit.may(Permission.APPROVE_RELEASES)
        ):
            _reviewed(press, release)
        deciding.decide(press, release)
        release_export.offer_release(press, release, key=f"take_{release.id}")
    if release.public(press.now):
        deciding.amend(press, release)
        if press.source.visit.may(Permission.STATEMENTS):
            entering.correct(press, release)
    if press.inside and release.draft is not None and state in ON_THEIR_WAY:
        lookers.draw(press, release)
    chosen.steps(press, release)


def _behind(press: Press, release: Release, state: State) -> ReleaseInputs | None:
    """Return what a release was made from; of a statement to be confirmed, what the register says."""
    if release.origin == "elsewhere" and state is State.IN_REVIEW:
        return press.beside(release.id)
    return press.counted(release.id)


def _draft(press: Press, release: Release) -> None:
    try:
        made = press.made(release.id)
    except UserError as fault:
        st.error(plain(str(fault)))
    else:
        numbers.draw(press, made.told, made.frozen, public=False)
        checked.draw(made)
        small.draw(press, release, made)
        deciding.submit(press, release, made)
    if press.source.visit.may(Permission.DRAFT_RELEASES):
        drafting.edit(press, release)
        deciding.give_up(press, release)


def _reviewed(press: Press, release: Release) -> None:
    made = press.made(release.id)
    checked.draw(made, reviewing=True)
    small.list_standing(press, release, made)
