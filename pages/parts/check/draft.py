"""The draft that a reader brings: pasted; it is never kept, nor is any of it written down."""

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from metrics.statement.checker import LONGEST


@dataclass(frozen=True)
class Draft:
    """Words to be said on a day. remarks: what of a file could not be read."""

    text: str
    day: dt.date
    remarks: tuple[str, ...] = ()


def ask(today: dt.date) -> Draft | None:
    """Ask for a draft and the day it is to be said; None until there is one."""
    with st.form("check", border=False):
        text = st.text_area(
            "Draft",
            height=220,
            max_chars=LONGEST,
            placeholder="Paste the statement here, as it is to be said.",
            help="What you paste is checked and not kept: only that a draft was checked is written down.",
        )
        day = st.date_input(
            "To be said on",
            value=today,
            format="DD/MM/YYYY",
            help='"In January" is told from this day, and later releases are not held against.',
        )
        st.form_submit_button("Check", type="primary")
    return Draft(text, day) if text.strip() else None
