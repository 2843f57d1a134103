"""What was tested for accessibility and how, what is not right yet, and how to say so."""

import datetime as dt
from typing import NamedTuple

import polars as pl
import streamlit as st

from data.formatting import counted, listed_words, written_day
from pages.registry import REGISTRY
from pages.shell.page_start import current_source
from service.markdown import plain

STANDARD = "the Web Content Accessibility Guidelines, version 2.2, levels A and AA"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""Rules of axe that every page is held to."""
LOOKS = (("light", 1440), ("dark", 390))
"""Theme and width in pixels at which axe looks at each page."""
ZOOMED = 320
"""Width in pixels at which nothing may be cut off: a screen of 1,280 at a zoom of 400%."""
JOURNEYS = 11
"""Journeys that are made with nothing but a keyboard, in a real browser."""
REVIEWED_ON = dt.date(2026, 11, 22)
"""Day on which this was last held against the tests by a person."""


class Limit(NamedTuple):
    what: str
    criterion: str
    instead: str


LIMITS = (
    Limit(
        "The bars and points of a chart cannot be come to by the keyboard.",
        "2.1.1 Keyboard",
        "Each chart says its message in words to a screen reader and has its table below it; what a click "
        "does, a list beside it does too.",
    ),
    Limit(
        "Most tables are painted, not written: a screen reader reads the cell that the arrow keys come to, "
        "but not the table as one.",
        "1.3.1 Info and relationships",
        "Take the table away as a workbook, where your role may. What the press needs is written as plain "
        "text and plain tables.",
    ),
    Limit(
        "When a choice changes the figures, a screen reader is not told that the page has changed.",
        "4.1.3 Status messages",
        "The first heading below the page's title is the answer, computed anew: go there after each choice.",
    ),
    Limit(
        f"On a screen {ZOOMED} pixels wide, wide tables and some charts are read by scrolling both ways.",
        "1.4.10 Reflow, which excepts tables",
        "The answer and the words reflow; a table can be taken away.",
    ),
    Limit(
        "A visit ends after the time that whoever runs Candour has set, without a warning before it.",
        "2.2.1 Timing adjustable",
        "Every choice is in the address: sign in again, and the page is as you left it.",
    ),
    Limit(
        "It has been tested by machines, in Chromium: not in other browsers, and not yet with people who use "
        "a screen reader, a magnifier or their voice.",
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
    columns = ("What", "Criterion", "Until then")
    limits_table = [(limit.what, limit.criterion or "not tested", limit.instead) for limit in LIMITS]
    st.table(pl.DataFrame(limits_table, columns, orient="row"), border="horizontal", hide_index=True)
    st.subheader("How to say that something does not work for you")
    st.markdown(
        plain(f"Tell whoever runs Candour for {terms.body}: which page, what you wanted to do, what you use.")
    )
    for line in REPORTING:
        st.markdown(line)


def tests(pages: int) -> list[str]:
    browsers = listed_words([f"{width:,} pixels wide on a {theme} page" for theme, width in LOOKS])
    return [
        f"Every one of the {pages} pages with axe, {browsers}: it must find nothing wrong.",
        f"Every page at {ZOOMED} pixels, as on a screen of 1,280 at a zoom of 400%: nothing is cut off.",
        f"{JOURNEYS} journeys with nothing but a keyboard, from a question to its answer, in a real browser.",
        "Every chart's message in words, which must state its numbers.",
        "Every colour: the Government Analysis Function's palette, each at 3 to 1 or more, text at 7 to 1.",
        "Every PDF that leaves as PDF/UA-1: tagged, in reading order, with a title and a language.",
        "The Overview and the Headlines as they are printed: black on white, with marking and days.",
    ]
