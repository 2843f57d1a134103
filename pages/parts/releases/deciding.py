"""What may be done with a release where it stands: each by those who may, with a reason where one is owed."""

from collections.abc import Callable

import streamlit as st

from access.roles import Permission
from data.publishing.content import Draft
from data.publishing.release import LONGEST_REASON, Release
from data.publishing.states import State, person
from pages.parts.releases import memory
from service.markdown import plain
from service.releases.drafting import Made
from service.releases.publishing import Press

Act = Callable[[str], Release]


def submit(press: Press, loaded: Release, made: Made) -> None:
    if not press.source.visit.may(Permission.DRAFT_RELEASES):
        return
    st.caption("Submitting freezes every number. Another person then approves it, or sends it back.")
    if st.button(
        "Submit for review",
        type="primary",
        key=f"submit_{loaded.id}",
        disabled=bool(made.errors),
        help="What stands in the way is listed above." if made.errors else None,
    ):
        memory.attempt(
            lambda: press.submit(loaded.id, seen=loaded.seen),
            "{name} is submitted: it waits for an approver.",
        )


def give_up(press: Press, loaded: Release) -> None:
    _reasoned(
        "Give this draft up",
        "Why is it given up?",
        lambda reason: press.abandon(loaded.id, reason, seen=loaded.seen),
        "{name} is given up.",
        key=f"abandon_{loaded.id}",
    )


def decide(press: Press, loaded: Release) -> None:
    """Offer an approver what they may do: approve, send back, recall, withdraw."""
    if not press.source.visit.may(Permission.APPROVE_RELEASES):
        return
    match loaded.state(press.now):
        case State.IN_REVIEW if loaded.origin == "elsewhere":
            _confirm(press, loaded)
        case State.IN_REVIEW:
            _review(press, loaded)
        case State.APPROVED:
            _reasoned(
                "Recall the approval",
                "Why is it recalled? It becomes a draft again.",
                lambda reason: press.recall(loaded.id, reason, seen=loaded.seen),
                "{name} is recalled: it is a draft again.",
                key=f"recall_{loaded.id}",
            )
        case State.PUBLISHED | State.AMENDED:
            _reasoned(
                "Withdraw it",
                "Why is it withdrawn? The public is shown this reason; the numbers stay to be read.",
                lambda reason: press.withdraw(loaded.id, reason, seen=loaded.seen),
                "{name} is withdrawn.",
                key=f"withdraw_{loaded.id}",
            )
        case _:
            pass


def amend(press: Press, loaded: Release) -> None:
    if not press.source.visit.may(Permission.DRAFT_RELEASES) or loaded.draft is None:
        return
    if any(each.number == loaded.number and each.version > loaded.version for each in press.releases()):
        return
    st.caption("A public release is never changed: a new version of it says what is different, and why.")
    if st.button("Begin a new version", key=f"amend_{loaded.id}"):
        draft = _anew(press, loaded.draft)
        memory.attempt(lambda: press.draft(draft, amends=loaded.id), "{name} is begun, as a draft.")


def _anew(press: Press, draft: Draft) -> Draft:
    known = max(draft.known_at, press.source.last_day)
    return draft.model_copy(update={"nature": "revision", "note": "", "embargo": None, "known_at": known})


def _confirm(press: Press, loaded: Release) -> None:
    if person(press.name) in loaded.authors:
        st.info("You typed this statement, so another person must confirm it.")
    else:
        st.caption(f"Hold it against the statement as it was published. It has this digest: {loaded.frozen}")
        if st.button("Confirm it", type="primary", key=f"confirm_{loaded.id}"):
            done = "{name} is confirmed: it stands as published elsewhere."
            memory.attempt(lambda: press.confirm(loaded.id, seen=loaded.seen), done)
    _reasoned(
        "Reject it",
        "What is wrong with it? Whoever typed it is shown this.",
        lambda reason: press.reject(loaded.id, reason, seen=loaded.seen),
        "{name} is rejected: it never stands.",
        key=f"reject_{loaded.id}",
    )


def _review(press: Press, loaded: Release) -> None:
    if person(press.name) in loaded.authors:
        st.info("You wrote part of this release, so another person must approve it.")
        alarms: tuple[str, ...] = ()
    else:
        alarms = press.alarms(loaded.id)
        _approve(press, loaded, alarms)
    _reasoned(
        "Send it back",
        "What should its author change?",
        lambda reason: press.send_back(loaded.id, reason, seen=loaded.seen),
        "{name} is sent back to its author.",
        key=f"return_{loaded.id}",
        usual=f"The statement check is right: {alarms[0]}"[:LONGEST_REASON] if alarms else "",
    )


def _approve(press: Press, loaded: Release, alarms: tuple[str, ...]) -> None:
    reasons: dict[str, str] = {}
    if alarms:
        st.markdown(
            "**Decide on each alarm of the statement check.** Where it is right, send the release back."
        )
    for number, alarm in enumerate(alarms, start=1):
        st.warning(plain(alarm))
        reasons[alarm] = st.text_input(
            f"Why is alarm {number} wrong? Your name and this reason are kept with the release.",
            key=f"overrule_{loaded.id}_{loaded.seen}_{number}",
            max_chars=LONGEST_REASON,
        )
    st.caption(f"You approve exactly what has this digest: {loaded.frozen}")
    if st.button("Approve", type="primary", key=f"approve_{loaded.id}"):
        memory.attempt(
            lambda: press.approve(loaded.id, seen=loaded.seen, overruled=reasons), "{name} is approved."
        )


def _reasoned(title: str, question: str, act: Act, done: str, *, key: str, usual: str = "") -> None:
    with st.expander(title), st.form(key, border=False):
        reason = st.text_input(question, usual, key=f"{key}_reason", max_chars=LONGEST_REASON)
        if st.form_submit_button(title):
            memory.attempt(lambda: act(reason or ""), done)
