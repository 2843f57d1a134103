"""The draft that a reader brings, pasted or as a document; none of it is kept, nor written down anywhere."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from data.docx_reader import MOST_PACKED, Manuscript, read_manuscript
from data.errors import UserError
from metrics.statement.checker import LONGEST
from service.markdown import plain

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

READ = "check_read"
NEVER_KEPT = "What you bring is checked and not kept: only that a draft was checked is written down."


@dataclass(frozen=True)
class Draft:
    """Words to be said on a day. remarks: what of a document was not read, or is not seen at once."""

    text: str
    day: dt.date
    remarks: tuple[str, ...] = ()


def ask(today: dt.date) -> Draft | None:
    """Ask for a draft and the day it is to be said; None until there is one."""
    with st.form("check", border=False):
        pasted = st.text_area(
            "Draft",
            height=220,
            max_chars=LONGEST,
            placeholder="Paste the statement here, as it is to be said.",
            help=NEVER_KEPT,
        )
        left, right = st.columns(2, gap="large")
        brought = left.file_uploader(
            "Or a Word document (.docx)", type="docx", max_upload_size=MOST_PACKED >> 20, help=NEVER_KEPT
        )
        day = right.date_input(
            "To be said on",
            value=today,
            format="DD/MM/YYYY",
            help='"In January" is told from this day, and later releases are not held against.',
        )
        st.form_submit_button("Check", type="primary")
    if brought is None:
        st.session_state.pop(READ, None)
        return Draft(pasted, day) if pasted.strip() else None
    return _of_document(brought, pasted, day)


def _of_document(brought: "UploadedFile", pasted: str, day: dt.date) -> Draft | None:
    read = _read_once(brought)
    if isinstance(read, str):
        st.error(plain(read))
        return None
    if not read.text.strip():
        st.error("The document has no words that could be read: paste them instead.")
        return None
    return Draft(read.text, day, _remarks(read, pasted))


def _read_once(brought: "UploadedFile") -> Manuscript | str:
    """Return what a document says, or why it could not be read.

    The page runs with every click, and a document is read with its first only: its words, or why there are
    none, stay with this tab in memory until another is brought or the tab is closed.
    """
    held: tuple[str, Manuscript | str] | None = st.session_state.get(READ)
    if held is None or held[0] != brought.file_id:
        try:
            held = brought.file_id, read_manuscript(brought.getvalue())
        except UserError as fault:
            held = brought.file_id, str(fault)
        st.session_state[READ] = held
    return held[1]


def _remarks(read: Manuscript, pasted: str) -> tuple[str, ...]:
    both = ("The document was checked, and not what is pasted: take the document out to check that.",)
    return (*both, *read.remarks) if pasted.strip() else read.remarks
