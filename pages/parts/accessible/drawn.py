"""The accessibility statement as a reader sees it."""

import polars as pl
import streamlit as st

from data.formatting import counted, listed_words, written_day
from data.terms import Terms
from pages.parts.accessible.tested import JOURNEYS, LIMITS, LOOKS, REVIEWED_ON, STANDARD, ZOOMED
from service.markdown import plain


def draw(terms: Terms, pages: int) -> None:
    """Draw the statement; `pages` is how many pages were tested."""
    limits = counted(len(LIMITS), "thing is", "things are")
    st.header(
        f"Candour is partly accessible: all {pages} pages are tested, and {limits} known not to be right."
    )
    st.markdown(
        f"This statement is about the dashboard of {plain(terms.name)}, by {plain(terms.body)}. "
        f"It is held to {STANDARD}, and was last reviewed on {written_day(REVIEWED_ON)}."
    )
    st.subheader("What is tested, and how")
    for line in tests(pages):
        st.markdown(f"- {line}")
    st.subheader("What is not right yet")
    st.table(limits_table(), border="horizontal", hide_index=True)
    st.subheader("How to say that something does not work for you")
    for line in reporting(terms):
        st.markdown(plain(line))


def tests(pages: int) -> list[str]:
    looks = listed_words([f"{width:,} pixels wide on a {theme} page" for theme, width in LOOKS])
    return [
        f"Every one of the {pages} pages with axe, {looks}: it must find nothing wrong.",
        f"Every page at {ZOOMED} pixels, as on a screen of 1,280 at a zoom of 400%: nothing is cut off.",
        f"{JOURNEYS} journeys with nothing but a keyboard, from a question to its answer, in a real browser.",
        "Every chart's message in words, which must state its numbers.",
        "Every colour: the Government Analysis Function's palette, each at 3 to 1 or more, text at 7 to 1.",
        "Every PDF that leaves as PDF/UA-1: tagged, in reading order, with a title and a language.",
        "The Overview and the Headlines as they are printed: black on white, with marking and days.",
    ]


def limits_table() -> pl.DataFrame:
    return pl.DataFrame(
        [(each.what, each.criterion or "not tested", each.instead) for each in LIMITS],
        schema=dict.fromkeys(("What", "Criterion", "Until then"), pl.String),
        orient="row",
    )


def reporting(terms: Terms) -> list[str]:
    return [
        f"Tell whoever runs Candour for {terms.body}: which page, what you wanted to do, what you use.",
        "Name no person and no case.",
        "Ask for any page in another form: a workbook, a tagged PDF, large print, or read to you.",
        "In the United Kingdom the Equality Advisory and Support Service hears what is not answered well.",
    ]
