"""The steps of a release: who may take each, with a reason where one is asked."""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl
import streamlit as st

from access.audit import frame
from access.roles import Permission
from access.settings import Mode
from data.errors import UserError
from data.formatting import capitalised, counted, listed_words
from data.publishing.release import LONGEST_NAME, Release
from data.publishing.states import State, person, spoken_moment
from data.record import LONGEST_REASON
from pages.shell import current_user
from service.markdown import plain
from service.releases.drafting import CountedDraft
from service.releases.publishing import Press
from service.sentences.figure import are

CHOSEN, NEXT, DONE, LOADED = "release", "releases_next", "releases_done", "releases_loaded"


class Reasoned(NamedTuple):
    """A step that asks for a reason. done: what the release then is."""

    title: str
    question: str
    take: Callable[..., Release]
    done: str


PUBLIC_REASON = "Why is it withdrawn? The public is shown this reason; the numbers stay to be read."
WRONG = "What is wrong? Whoever typed it is shown this."
REASONED = {
    "abandon": Reasoned("Give this draft up", "Why is it given up?", Press.abandon, "given up."),
    "recall": Reasoned("Recall the approval", "Why? It becomes a draft again.", Press.recall, "recalled."),
    "withdraw": Reasoned("Withdraw it", PUBLIC_REASON, Press.withdraw, "withdrawn."),
    "reject": Reasoned("Reject it", WRONG, Press.reject, "rejected: it never stands."),
    "return": Reasoned("Send it back", "What should its author change?", Press.send_back, "sent back."),
}
IN_WORDS = {
    State.DRAFT: "being drafted",
    State.IN_REVIEW: "in review",
    State.APPROVED: "approved under embargo",
}
LET, NO_LONGER = "may look early", "may no longer look"
WHEN = {"When (UTC)": pl.col("at").str.slice(0, 19).str.replace("T", " ")}


def begin() -> None:
    """Forget what was loaded, where the reader comes from another page; choose the release just made."""
    if CHOSEN not in st.session_state:
        st.session_state.pop(LOADED, None)
    if (wanted := st.session_state.pop(NEXT, None)) is not None:
        st.session_state[CHOSEN] = wanted


def report_done() -> None:
    if (done := st.session_state.pop(DONE, None)) is not None:
        st.success(plain(done))


def loaded_release(release: Release) -> Release:
    """Return a release as this reader loaded it, which is what each click of theirs is about."""
    shown: Release | None = st.session_state.get(LOADED)
    if shown is None or shown.id != release.id:
        shown = st.session_state[LOADED] = release
    if shown.seen != release.seen:
        st.warning(f"{plain(release.name)} has changed since you loaded it. Nothing you typed is saved yet.")
        if st.button("Load it again", key="releases_again"):
            st.session_state[LOADED] = release
            st.rerun()
    return shown


def attempt(act: Callable[[], Release | None], done: str) -> None:
    """done: what to say when it is done; `{name}` stands for what the release is called."""
    try:
        moved = act()
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    st.session_state.pop(LOADED, None)
    if moved is not None:
        st.session_state[NEXT] = moved.name
        done = done.format(name=moved.name)
    st.session_state[DONE] = done
    st.rerun()


def submit(press: Press, loaded: Release, draft: CountedDraft) -> None:
    if not press.source.visit.may(Permission.DRAFT_RELEASES):
        return
    st.caption("Submitting freezes every number. Another person then approves it, or sends it back.")
    about, key = "What stands in the way is listed above." if draft.errors else None, f"submit_{loaded.id}"
    if st.button("Submit for review", type="primary", key=key, disabled=bool(draft.errors), help=about):
        done = "{name} is submitted: it waits for an approver."
        attempt(lambda: press.submit(loaded.id, seen=loaded.seen), done)


def decide(press: Press, loaded: Release) -> None:
    if not press.source.visit.may(Permission.APPROVE_RELEASES):
        return
    match loaded.state(press.now):
        case State.IN_REVIEW if loaded.origin == "elsewhere":
            _confirm(press, loaded)
        case State.IN_REVIEW:
            _review_release(press, loaded)
        case State.APPROVED:
            take_reasoned(press, loaded, "recall")
        case State.PUBLISHED | State.AMENDED:
            take_reasoned(press, loaded, "withdraw")
        case _:
            pass


def amend(press: Press, loaded: Release) -> None:
    if not press.source.visit.may(Permission.DRAFT_RELEASES) or loaded.draft is None:
        return
    if any(other.number == loaded.number and other.version > loaded.version for other in press.releases()):
        return
    st.caption("A public release is never changed: a new version of it says what is different, and why.")
    if st.button("Begin a new version", key=f"amend_{loaded.id}"):
        known = max(loaded.draft.known_at, press.source.last_day)
        anew = {"nature": "revision", "note": "", "embargo": None, "known_at": known}
        draft = loaded.draft.model_copy(update=anew)
        attempt(lambda: press.draft(draft, amends=loaded.id), "{name} is begun, as a draft.")


def _confirm(press: Press, loaded: Release) -> None:
    if person(press.name) in loaded.authors:
        st.info("You typed this statement, so another person must confirm it.")
    else:
        st.caption(f"Hold it against the statement as it was published. It has this digest: {loaded.frozen}")
        if st.button("Confirm it", type="primary", key=f"confirm_{loaded.id}"):
            done = "{name} is confirmed: it stands as published elsewhere."
            attempt(lambda: press.confirm(loaded.id, seen=loaded.seen), done)
    take_reasoned(press, loaded, "reject")


def _review_release(press: Press, loaded: Release) -> None:
    if person(press.name) in loaded.authors:
        st.info("You wrote part of this release, so another person must approve it.")
        alarms: tuple[str, ...] = ()
    else:
        alarms = press.alarms(loaded.id)
        _approve(press, loaded, alarms)
    usual = f"The statement check is right: {alarms[0]}"[:LONGEST_REASON] if alarms else ""
    take_reasoned(press, loaded, "return", usual)


def _approve(press: Press, loaded: Release, alarms: tuple[str, ...]) -> None:
    reasons: dict[str, str] = {}
    if alarms:
        st.markdown("**Decide on each alarm of the statement check.** If it is right, send the release back.")
    for number, alarm in enumerate(alarms, start=1):
        st.warning(plain(alarm))
        reasons[alarm] = st.text_input(
            f"Why is alarm {number} wrong? Your name and this reason are kept with the release.",
            key=f"overrule_{loaded.id}_{loaded.seen}_{number}",
            max_chars=LONGEST_REASON,
        )
    st.caption(f"You approve exactly what has this digest: {loaded.frozen}")
    if st.button("Approve", type="primary", key=f"approve_{loaded.id}"):
        attempt(lambda: press.approve(loaded.id, seen=loaded.seen, overruled=reasons), "{name} is approved.")


def take_reasoned(press: Press, loaded: Release, name: str, usual: str = "") -> None:
    step, key = REASONED[name], f"{name}_{loaded.id}"
    with st.expander(step.title), st.form(key, border=False):
        reason = st.text_input(step.question, usual, key=f"{key}_reason", max_chars=LONGEST_REASON)
        if st.form_submit_button(step.title):
            done = "{name} is " + step.done
            attempt(lambda: step.take(press, loaded.id, reason or "", seen=loaded.seen), done)


def early_access(press: Press, loaded: Release) -> None:
    entries = press.early_readers(loaded.id)
    allowed = {entry["reader"]: entry["given"] for entry in entries}
    may_look = sorted(reader for reader, given in allowed.items() if given)
    summary = f"{len(may_look)} may look" if may_look else "nobody outside the team may look"
    st.markdown(f"**Who may see it before it is public: {summary}**")
    if entries:
        decision = pl.when("given").then(pl.lit(LET)).otherwise(pl.lit(NO_LONGER))
        columns = {"Reader": "reader", "Decision": decision, "By": "who", **WHEN, "Why": "reason"}
        st.dataframe(pl.DataFrame(entries).select(**columns), hide_index=True)
    if press.source.visit.may(Permission.APPROVE_RELEASES):
        if views := press.early_views(loaded.id):
            st.markdown("**Who looked at it under embargo, from the record**")
            st.dataframe(frame(views).select(**WHEN, Who="who", Role="role"), hide_index=True)
        _ask_reader(press, loaded)


def _ask_reader(press: Press, loaded: Release) -> None:
    key, tip = f"look_{loaded.id}", None
    if current_user.services().settings.mode is Mode.DEMONSTRATION:
        tip = "In this demonstration a press officer signs in as: demonstration visitor as press officer"
    with st.form(key, border=False):
        who = st.text_input("Reader, as they sign in", key=f"{key}_reader", max_chars=LONGEST_NAME, help=tip)
        decision = st.selectbox("Decision", [LET, NO_LONGER], key=f"{key}_given")
        reason = st.text_input("Why?", key=f"{key}_reason", max_chars=LONGEST_REASON)
        if st.form_submit_button("Put it on the list"):
            given, done = decision == LET, f"The list says so: {who} {decision}."
            attempt(lambda: press.let_look(loaded.id, who or "", reason or "", given=given), done)


def summary(press: Press) -> str:
    moment, releases = press.now, press.releases()
    states = [release.state(moment) for release in releases]
    withdrawn = states.count(State.WITHDRAWN)
    public = sum(release.public(moment) for release in releases) - withdrawn
    ways = [
        f"{'one is' if (count := states.count(state)) == 1 else f'{count} are'} {word}"
        for state, word in IN_WORDS.items()
        if state in states
    ]
    gone = f", and {withdrawn} {'was' if withdrawn == 1 else 'were'} withdrawn" if withdrawn else ""
    return (
        f"{capitalised(counted(public, 'release', 'releases'))} {are(public)} public{gone}; "
        f"{listed_words(ways) if ways else 'none is on its way'}.{_next(press, releases)}"
    )


def _next(press: Press, releases: list[Release]) -> str:
    approved = [release for release in releases if release.state(press.now) is State.APPROVED]
    waiting = [(release.published_at, release.name) for release in approved if release.published_at]
    if not waiting:
        return ""
    public, name = min(waiting)
    return f" {name} becomes public at {spoken_moment(public, press.source.terms.time_zone)}."
