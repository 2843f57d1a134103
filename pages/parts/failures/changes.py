"""Chance or change: one series of failures against its process limits."""

import polars as pl
import streamlit as st

from charts.causes import told
from charts.control import Subject
from charts.control import control as control_chart
from charts.control import table as control_table
from metrics.chance.control import FIRM_POINTS, LEAST_POINTS, Control
from pages.parts import choices, exporting, picture
from pages.parts.failures.series import EVERY, WATCHED, Watched
from pages.parts.plain import plain
from pages.parts.source import View

ALL = "all points"
FIRST = (8, 12, 16, 20, 26, 39, 52)
RULES = (
    "A special cause is a point outside the limits, a run of 7 or more on one side, 6 or more rising or "
    "falling, or 2 of 3 near a limit (NHS England, Making Data Count)."
)
SPARSE = (
    "Only {expected:,.1f} failures a point on average: so few make runs by chance too, so judge by the "
    "reviews between failures."
)
ORDER = (
    "It tells how the findings came in the order in which the reviews were done; how the service was over "
    "the years is told by the failure rate by year received."
)


def draw(view: View) -> None:
    """Ask for a series and its limits, say whether chance explains it, and show it."""
    series = [words for words, each in WATCHED.items() if view.told(each.needs) == list(each.needs)]
    left, middle, right = st.columns(3)
    words = choices.one("Chance or change: watch", series, key="watch", place=left)
    watched, every = WATCHED[words], "week"
    if watched.by_period:
        with middle:
            every = choices.segment("By", list(EVERY), key="every", default="week")
    whole = watched.make(view, every, None)
    if whole is None:
        st.info(f"{plain(words)}: limits need {LEAST_POINTS} points, and there are fewer so far.")
        return
    with right:
        first = _asked_baseline(whole.points.height)
    found = whole if first is None else watched.make(view, every, first)
    if found is None:
        raise ValueError("limits come from no fewer points than can be asked for")
    _show(view, watched, every, first, found)


def _asked_baseline(points: int) -> int | None:
    """Ask from how many of the first points the limits come; None is all."""
    baselines = {ALL: None} | {f"the first {each} points": each for each in FIRST if each < points}
    chosen = choices.one(
        "Limits from",
        list(baselines),
        key="limits",
        help="Limits from all points move with every new one. Limits from the first points are locked: what "
        "follows is judged by how it was then.",
    )
    return baselines[chosen]


def _show(view: View, watched: Watched, every: str, first: int | None, found: Control) -> None:
    subject = watched.subject(view, every)
    st.markdown(verdict(found, subject))
    chart = control_chart(found, subject, view.clocks.as_at, picture.colours())

    def again(asked: View) -> pl.DataFrame:
        anew = watched.make(asked, every, first)
        return pl.DataFrame() if anew is None else control_table(anew, subject)

    picture.show(chart, key="chance", leaving=exporting.of_table(view, chart.title, again))
    st.caption(" ".join(_notes(found, watched)))


def verdict(found: Control, subject: Subject) -> str:
    """Say whether chance explains a series, and name what it does not."""
    if not found.causes:
        return "**Chance explains it**: no special cause."
    said = told(found, subject.named(found.points), subject.unit, subject.centre)
    return f"**More than chance**: {plain(said)}."


def _notes(found: Control, watched: Watched) -> list[str]:
    """What a reader needs to know to judge a series."""
    locked = found.baseline < found.points.height
    notes = [f"Limits from {'the first' if locked else 'all'} {found.baseline} points."]
    if found.trial:
        notes.append(f"Trial limits: under {FIRM_POINTS} points.")
    if found.sparse:
        notes.append(SPARSE.format(expected=found.expected))
    return [*notes, RULES, *([] if watched.needs == ("failures",) else [ORDER])]
