"""Who may look at a release before it is public, who was let, and who looked: all of it in the record."""

import polars as pl
import streamlit as st

from access.roles import Permission
from access.settings import Mode
from data.publishing.release import LONGEST_REASON, Release
from data.releases import LONGEST_NAME
from pages.parts.releases import memory
from pages.shell import current_user
from service.releases.publishing import Press

LET, NO_LONGER = "may look early", "may no longer look"


def draw(press: Press, loaded: Release) -> None:
    """Show the pre-release access list, and let an approver add to it and take from it."""
    entries = press.lookers(loaded.id)
    standing = {each["reader"]: each["given"] for each in entries}
    may_look = sorted(reader for reader, given in standing.items() if given)
    said = f"{len(may_look)} may look" if may_look else "nobody outside the team may look"
    with st.expander(f"Who may see it before it is public: {said}"):
        if entries:
            st.dataframe(
                pl.DataFrame(
                    [
                        {
                            "Reader": each["reader"],
                            "Decision": LET if each["given"] else NO_LONGER,
                            "By": each["who"],
                            "When (UTC)": each["at"][:19].replace("T", " "),
                            "Why": each["reason"],
                        }
                        for each in entries
                    ]
                ),
                hide_index=True,
            )
        if press.source.visit.may(Permission.APPROVE_RELEASES):
            _looked(press, loaded)
            _ask(press, loaded)


def _looked(press: Press, loaded: Release) -> None:
    looks = press.looks(loaded.id)
    if not looks:
        return
    st.markdown("**Who looked at it under embargo, from the record**")
    st.dataframe(
        pl.DataFrame(
            [
                {"When (UTC)": each.at[:19].replace("T", " "), "Who": each.who, "Role": each.role}
                for each in looks
            ]
        ),
        hide_index=True,
    )


def _ask(press: Press, loaded: Release) -> None:
    key = f"look_{loaded.id}"
    with st.form(key, border=False):
        reader = st.text_input(
            "Reader, as they sign in", key=f"{key}_reader", max_chars=LONGEST_NAME, help=_named_here()
        )
        decision = st.selectbox("Decision", [LET, NO_LONGER], key=f"{key}_given")
        reason = st.text_input("Why?", key=f"{key}_reason", max_chars=LONGEST_REASON)
        if st.form_submit_button("Put it on the list"):
            given = decision == LET

            def act() -> None:
                press.let_look(loaded.id, reader or "", reason or "", given=given)

            memory.attempt(act, f"The list says so: {reader} {decision}.")


def _named_here() -> str | None:
    if current_user.desk().settings.mode is not Mode.DEMONSTRATION:
        return None
    return "In this demonstration a press officer signs in as: demonstration visitor as press officer"
