"""The releases as a list, and the one that is looked at, which the address of the page names."""

import datetime as dt

import polars as pl
import streamlit as st

from access.roles import Permission
from data.formatting import capitalised, listed_words, short_day
from data.publishing.moments import local
from data.publishing.release import Release
from data.publishing.states import AUTHORED, DECIDED, State, Step
from pages.parts.releases import memory
from pages.shell import choices
from service.releases.publishing import Press

DRAFTING, ENTERING = "Write a new release", "Enter a statement made elsewhere"
ELSEWHERE = {
    State.PUBLISHED: "Published elsewhere",
    State.IN_REVIEW: "To be confirmed",
    State.ABANDONED: "Rejected",
}
TALLEST = 290


def draw(press: Press) -> None:
    releases = press.releases()[::-1]
    if not releases:
        st.info("There is no release yet. An analyst writes the first one here.")
        return
    rows = [_row(press, each) for each in releases]
    st.dataframe(pl.DataFrame(rows), hide_index=True, height=min(36 * (len(rows) + 1), TALLEST))


def choose(press: Press) -> Release | str | None:
    """Ask which release to look at, or what else to do; return the release, or the words of what to do."""
    memory.turn_to_next()
    releases = {each.name: each for each in press.releases()[::-1]}
    may = press.source.visit.may
    more = [DRAFTING] if may(Permission.DRAFT_RELEASES) else []
    more += [ENTERING] if may(Permission.STATEMENTS) else []
    options = [*releases, *more]
    if not options:
        return None
    first = options[_first(press, list(releases.values()))]
    name = choices.one("Look at", options, key=memory.CHOSEN, default=first)
    return releases.get(name, name)


def title_of(press: Press, release: Release) -> str:
    return press.told(release.id).title if release.draft is None else release.draft.title


def state_of(press: Press, release: Release) -> str:
    state = release.state(press.now)
    if release.origin == "elsewhere":
        return ELSEWHERE.get(state, capitalised(state))
    return capitalised(state)


def as_at_of(press: Press, release: Release) -> dt.date:
    """Return the day that a release speaks of."""
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
    return list(dict.fromkeys(each.who for each in release.steps if each.kind in kinds))


def _first(press: Press, releases: list[Release]) -> int:
    moment = press.now
    states = [each.state(moment) for each in releases]
    if press.source.visit.may(Permission.APPROVE_RELEASES) and State.IN_REVIEW in states:
        return states.index(State.IN_REVIEW)
    return 0
