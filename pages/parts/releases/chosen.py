"""One release: where it stands, in a sentence, and every step that it has come by."""

import datetime as dt

import polars as pl
import streamlit as st

from data.formatting import capitalised, listed_words, written_day
from data.publishing.content import read_overruled
from data.publishing.moments import spoken_moment
from data.publishing.release import Release
from data.publishing.states import AUTHORED, State, Taken
from pages.parts.releases.listing import as_at_of, title_of
from service.markdown import plain
from service.releases.publishing import Press


def draw(press: Press, release: Release) -> None:
    """Say what a release is, where it stands and what may be done with that."""
    st.subheader(f"{release.name}: {title_of(press, release)}")
    state = release.state(press.now)
    said = standing(press, release)
    if state is State.APPROVED:
        st.warning(f"**EMBARGOED until {_public(press, release)}.** {said}")
    elif state is State.WITHDRAWN:
        st.error(said)
    else:
        st.markdown(said)
    st.caption(_speaks_of(press, release))


def standing(press: Press, release: Release) -> str:
    if release.origin == "elsewhere" and (said := _typed(press, release)):
        return said
    last, zone = release.steps[-1], press.source.terms.time_zone
    who, reason = plain(last.who), plain(last.reason)
    match release.state(press.now):
        case State.DRAFT:
            why = f" It was {last.kind} by {who}: {reason}" if reason else ""
            said = f"A draft, written by {_authors(release)}; nobody outside may see it.{why}"
        case State.IN_REVIEW:
            said = (
                f"In review since it was submitted by {who}. Its numbers are frozen. It waits for an "
                f"approver other than {_authors(release)}, who wrote it."
            )
        case State.APPROVED:
            said = f"Approved by {who}. Nothing of it may be told before; it can still be recalled."
        case State.WITHDRAWN:
            said = f"Withdrawn by {who} at {_moment(last.at, zone)}: {reason}"
        case State.ABANDONED:
            said = f"Given up by {who}: {reason} Writing it anew takes it up again."
        case State.AMENDED:
            since = "" if release.amended_at is None else spoken_moment(release.amended_at, zone)
            said = f"Public since {_public(press, release)}; amended by a new version at {since}."
        case State.PUBLISHED:
            said = f"Public since {_public(press, release)}, approved by {who}."
    return said


def _typed(press: Press, release: Release) -> str:
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
                        "Step": capitalised(each.kind),
                        "When": _moment(each.at, zone),
                        "Who": each.who,
                        "Role": each.role,
                        "Why": "; ".join(filter(None, (each.reason, *_overruled(each)))),
                        "Public from": _moment(each.published_at, zone) if each.published_at else "",
                    }
                    for each in release.steps
                ]
            ),
            hide_index=True,
        )
        if release.frozen:
            st.caption(f"Digest of what was {_frozen_by(release)}: {release.frozen}")


def _overruled(step: Taken) -> list[str]:
    decided = read_overruled(step.overruled)
    return [f"Alarm overruled: {each.alarm} Reason: {each.reason}" for each in decided]


def _frozen_by(release: Release) -> str:
    return "entered" if release.origin == "elsewhere" else "last submitted"


def _speaks_of(press: Press, release: Release) -> str:
    day = written_day(as_at_of(press, release))
    if release.draft is None:
        return f"It speaks of {day}. Its numbers were typed as they were published: none of them was counted."
    draft = release.draft
    return f"It speaks of {day}, as known on {written_day(draft.known_at)}; {draft.status}; {draft.nature}."


def _authors(release: Release) -> str:
    return listed_words(
        list(dict.fromkeys(plain(each.who) for each in release.steps if each.kind in AUTHORED))
    )


def _public(press: Press, release: Release) -> str:
    public = release.published_at
    return "" if public is None else spoken_moment(public, press.source.terms.time_zone)


def _moment(at: str, zone: str) -> str:
    return spoken_moment(dt.datetime.fromisoformat(at), zone)
