"""What is tested for accessibility, and what is known not to be right: plain data, held against the tests."""

import datetime as dt
from typing import NamedTuple

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
    """One thing that is not right yet: what, of which criterion, and what to use instead."""

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
