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
SCREENS = (("light", 1_440), ("dark", 1_440), ("light", 390), ("dark", 390))
ZOOMED = 320  # pixels wide, as a screen of 1,280 at a zoom of 400%
JOURNEYS = 11  # made with nothing but a keyboard, in a real browser
REVIEWED_ON = dt.date(2026, 11, 29)  # when a person last held this against the tests
# What is not right yet, of which criterion, and what to use instead.
LIMITS = (
    ("The keyboard cannot reach the bars and points of a chart.", "2.1.1 Keyboard",
     "Use the chart's text alternative, its table, or the list beside it."),
    ("A screen reader reads most tables one cell at a time.", "1.3.1 Info and relationships",
     "Export the table as a workbook, where your role may."),
    ("A screen reader does not announce that a choice changed the figures.", "4.1.3 Status messages",
     "Read the first heading below the page's title again after each choice."),
    (f"At {ZOOMED} pixels wide, wide tables and some charts scroll in both directions.",
     "1.4.10 Reflow, which excepts tables", "All words reflow. You can export a table."),
    ("A visit ends after a set time, without a warning.", "2.2.1 Timing adjustable",
     "Sign in again: the address holds every choice."),
    ("Only machines have tested it, in Chromium. People with a screen reader or magnifier have not.", "",
     "Tell us about any problem."),
)  # fmt: skip
REPORTING = (
    "Name no person and no case.",
    "Ask for any page in another form: a workbook, a tagged PDF, large print, or read to you.",
    "In the United Kingdom, the Equality Advisory and Support Service can help with a complaint.",
)


def draw() -> None:
    terms, pages = current_source().terms, len(REGISTRY)
    limits = counted(len(LIMITS), "known problem", "known problems")
    st.header(f"Candour is partly accessible: {pages} pages tested, {limits}.", anchor=False)
    st.markdown(f"This statement covers the dashboard of {plain(terms.name)}, by {plain(terms.body)}.")
    st.markdown(f"The standard is {STANDARD}. Last reviewed on {written_day(REVIEWED_ON)}.")
    st.subheader("What is tested, and how")
    for line in tests(pages):
        st.markdown(f"- {line}")
    st.subheader("Known problems")
    columns = ("What", "Criterion", "Instead")
    limits_table = [(what, criterion or "not tested", instead) for what, criterion, instead in LIMITS]
    st.table(pl.DataFrame(limits_table, columns, orient="row"), border="horizontal", hide_index=True)
    st.subheader("Report a problem")
    tell = f"Tell whoever runs Candour for {terms.body} which page, what you wanted, and what you use."
    st.markdown(plain(tell))
    for line in REPORTING:
        st.markdown(line)


def tests(pages: int) -> list[str]:
    themes, widths = (
        listed_words(list(dict.fromkeys(map(str, values)))) for values in zip(*SCREENS, strict=True)
    )
    return [
        f"All {pages} pages with axe, in {themes} colours, {widths} pixels wide, menus open and closed.",
        f"Every page at {ZOOMED} pixels, which is a screen of 1,280 at 400%: nothing is cut off.",
        f"{JOURNEYS} journeys by keyboard alone, from a question to its answer.",
        "Every chart's text alternative, which must state its numbers.",
        "Every colour: at least 3 to 1 for marks, and 7 to 1 for text.",
        "Every PDF as PDF/UA-1: tagged, in reading order, with a title and a language.",
        "Printed pages: black on white, with the marking and the days.",
    ]
