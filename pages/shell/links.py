"""Ways on: the pages that a reader may open, and what each answers."""

import streamlit as st

from access.roles import Role
from pages.registry import open_to
from pages.shell import choices


def elsewhere(role: Role) -> None:
    """Link to every page but the first that a role may open, by what each answers."""
    with st.container(horizontal=True, key="elsewhere"):
        for entry in open_to(role)[1:]:
            label = f"**{entry.title}**: {entry.answers}"
            st.page_link(entry.file, label=label, query_params=choices.shared(), width=480)
