"""What was tested for accessibility and how, what is not right yet, and how to say so."""

from pathlib import Path

import streamlit as st

from pages.registry import REGISTRY
from pages.shell.page_start import current_source
from service.markdown import plain

STATEMENT = Path(__file__).with_suffix(".md")
PROBLEMS = 6  # rows of its table


def draw() -> None:
    terms, pages = current_source().terms, len(REGISTRY)
    heading = f"Candour is partly accessible: {pages} pages tested, {PROBLEMS} known problems."
    st.header(heading, anchor=False)
    statement = STATEMENT.read_text(encoding="utf-8")
    written = statement.format(review=plain(terms.name), body=plain(terms.body), pages=pages)
    first, *sections = written.split("\n### ")
    st.markdown(first)
    for section in sections:
        title, words = section.split("\n", 1)
        st.subheader(title)
        st.markdown(words)
