"""Who looks at this page, as the server's own record has it at this moment."""

import streamlit as st

from access.services import Services, services_of
from access.settings import Mode
from access.visit import Visit
from data.errors import UserError
from data.review import chosen_folder
from pages.framework import current_run

HOW = {
    Mode.DEMONSTRATION: "A demonstration: look at it as any of its readers. There is no sign-in.",
    Mode.SINGLE_USER: "One user on this machine, who holds one role at a time. There is no sign-in.",
    Mode.SIGN_IN: "You have been given more than one role, and hold one at a time.",
}


def services() -> Services:
    return services_of(chosen_folder())


def token() -> str:
    return st.context.cookies.get(services().settings.cookie, "")


def turned() -> bool:
    return bool(st.session_state.pop("turned", False))


def alone() -> bool:
    """Whether the reader is also whoever runs Candour, and may be told what is wrong with it."""
    try:
        return services().settings.mode is not Mode.SIGN_IN
    except UserError:
        # Without settings that can be read there is no sign-in, and nobody who came in by one.
        return True


def current_visit() -> Visit:
    own = services()
    visit = st.session_state.get("visit")
    # A fragment and a callback hold the visit of the run that drew them: it is the same one.
    if not isinstance(visit, Visit) or visit.sessions is not own.sessions or visit.token != token():
        visit = st.session_state["visit"] = own.visit(token(), current_run)
    return visit


def draw(visit: Visit) -> None:
    session, mode = visit.session, services().settings.mode
    # What another tab changed is shown here too: the record is right, not the page.
    st.session_state["role"] = session.role

    def change() -> None:
        visit.assume(st.session_state["role"])
        st.session_state["turned"] = True

    with st.popover(session.role, type="tertiary", key="role_menu"):
        if len(session.roles) > 1:
            st.selectbox("Role", session.roles, key="role", on_change=change, help=HOW[mode])
        if mode is not Mode.DEMONSTRATION:
            st.caption(f"{session.who}, {session.role}")
            # Streamlit sends the browser to the address where the gate ends the visit.
            st.button("Sign out", on_click=st.logout)
        elif len(session.roles) > 1:
            st.caption(HOW[mode])
