"""What was tested for accessibility and how, what is not right yet, and how to say so."""

import datetime as dt

import polars as pl
import streamlit as st

from data.formatting import counted, listed_words, written_day
from pages.registry import REGISTRY
from pages.shell.page_start import current_source
from service.markdown import plain

STANDARD = "the Web Content Accessibility Guidelines, version 2.2, levels A and AA"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")  # rules of axe that every page is held to
LOOKS = (("light", 1440), ("dark", 390))  # theme and width in pixels at which axe looks at each page
ZOOMED = 320  # pixels wide, as a screen of 1,280 at a zoom of 400%
JOURNEYS = 11  # made with nothing but a keyboard, in a real browser
REVIEWED_ON = dt.date(2026, 11, 22)  # when a person last held this against the tests
# What is not right yet, of which criterion, and what to use instead.
LIMITS = (
    (
        "The bars and points of a chart cannot be come to by the keyboard.",
        "2.1.1 Keyboard",
        "Each chart has its message in words and its table below; a list beside it does what a click does.",
    ),
    (
        "Most tables are painted: a screen reader reads the cell that the arrow keys come to, not the table.",
        "1.3.1 Info and relationships",
        "Export it as a workbook, if your role may. What the press needs is plain text and tables.",
    ),
    (
        "When a choice changes the figures, a screen reader does not announce the change.",
        "4.1.3 Status messages",
        "The first heading below the page's title is the answer, computed anew: go there after each choice.",
    ),
    (
        f"On a screen {ZOOMED} pixels wide, wide tables and some charts are read by scrolling both ways.",
        "1.4.10 Reflow, which excepts tables",
        "The answer and the words reflow. A table can be exported.",
    ),
    (
        "A visit ends after the time that whoever runs Candour has set, without a warning before it.",
        "2.2.1 Timing adjustable",
        "Every choice is in the address: sign in again, and the page is as you left it.",
    ),
    (
        "Machines tested it, in Chromium only: not yet people who use a screen reader, magnifier or voice.",
        "",
        "Tell us what you meet.",
    ),
)
REPORTING = (
    "Name no person and no case.",
    "Ask for any page in another form: a workbook, a tagged PDF, large print, or read to you.",
    "In the United Kingdom the Equality Advisory and Support Service hears what is not answered well.",
)


def draw() -> None:
    terms, pages = current_source().terms, len(REGISTRY)
    limits = counted(len(LIMITS), "thing is", "things are")
    st.header(f"Candour is partly accessible: all {pages} pages are tested; {limits} known not to be right.")
    about = f"This statement is about the dashboard of {plain(terms.name)}, by {plain(terms.body)}."
    st.markdown(f"{about} It follows {STANDARD}. It was last reviewed on {written_day(REVIEWED_ON)}.")
    st.subheader("What is tested, and how")
    for line in tests(pages):
        st.markdown(f"- {line}")
    st.subheader("What is not right yet")
    columns = ("What", "Criterion", "Until then")
    limits_table = [(what, criterion or "not tested", instead) for what, criterion, instead in LIMITS]
    st.table(pl.DataFrame(limits_table, columns, orient="row"), border="horizontal", hide_index=True)
    st.subheader("How to say that something does not work for you")
    tell = f"Tell whoever runs Candour for {terms.body} which page, what you wanted, and what you use."
    st.markdown(plain(tell))
    for line in REPORTING:
        st.markdown(line)


def tests(pages: int) -> list[str]:
    browsers = listed_words([f"{width:,} pixels wide on a {theme} page" for theme, width in LOOKS])
    return [
        f"All {pages} pages with axe, {browsers}. It must find nothing wrong.",
        f"Every page at {ZOOMED} pixels, as on a screen of 1,280 at a zoom of 400%: nothing is cut off.",
        f"{JOURNEYS} journeys with nothing but a keyboard, from a question to its answer, in a real browser.",
        "Every chart's message in words, which must state its numbers.",
        "Every colour: the Government Analysis Function's palette, each at 3 to 1 or more, text at 7 to 1.",
        "Every PDF that leaves as PDF/UA-1: tagged, in reading order, with a title and a language.",
        "The Overview and the Headlines as they are printed: black on white, with marking and days.",
    ]
