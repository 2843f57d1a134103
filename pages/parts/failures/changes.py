"""Chance or change: one series of failures against its process limits."""

import polars as pl
import streamlit as st

from charts.causes import by_chance
from charts.control import Subject
from charts.control import control as control_chart
from charts.control import table as control_table
from metrics.chance.control import FIRM_POINTS, LEAST_POINTS, Control
from metrics.chance.steady import STATED
from pages.shell import choices
from pages.widgets import chart_card, export_button
from service.failure_series import EVERY, WATCHED, Watched, too_few
from service.markdown import plain
from service.view import View

ALL = "all points"
FIRST = (8, 12, 16, 20, 26, 39, 52)
JUDGED = (
    f"The verdict looks at all points, whatever the limits. It calls at most {STATED} steady series a change."
)
RULES = (
    "Marks: a point outside the limits; 7 in a row on one side; 6 rising or falling; 2 of 3 near a limit. "
    "Source: NHS England, Making Data Count."
)
ORDER = "This shows when failures were found, not when they happened."


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
        st.info(plain(too_short(view, words, watched)))
        return
    with right:
        first = _asked_baseline(len(whole.evidence.events) if watched.by_period else whole.points.height)
    found = whole if first is None else watched.make(view, every, first)
    _show(view, watched, every, first, found or whole)


def too_short(view: View, words: str, watched: Watched) -> str:
    """Say why a series has no limits: too few were counted at all, or in too few periods."""
    if few := too_few(view, watched.counts):
        return f"{words}: {few}"
    return f"{words}: limits need {LEAST_POINTS} points, and there are fewer so far."


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
    # A verdict stands only above a chart that could be drawn.
    chart = control_chart(found, subject, view.clocks.as_at, chart_card.colours())
    st.markdown(verdict(view, watched, found, subject))

    def again(asked: View) -> pl.DataFrame:
        anew = watched.make(asked, every, first)
        return pl.DataFrame() if anew is None else control_table(anew, subject)

    chart_card.show(chart, key="chance", leaving=export_button.of_table(view, chart.title, again))
    st.caption(" ".join(_notes(found, watched, subject)))


def verdict(view: View, watched: Watched, found: Control, subject: Subject) -> str:
    """Say whether chance explains a series, or that too few were counted to tell."""
    if few := too_few(view, watched.counts):
        return f"{few[:1].upper()}{few[1:]}"
    if found.verdict.outcome == "too few":
        # Enough were counted, but not in periods that are over: only this series of them cannot be judged.
        return f"Too few are in {subject.unit}s that are over. Judge by the reviews between failures."
    return subject.verdict(found)


def _notes(found: Control, watched: Watched, subject: Subject) -> list[str]:
    notes = [f"Limits from {'the first' if found.locked else 'all'} {found.baseline} points."]
    if found.trial:
        notes.append(f"Trial limits: under {FIRM_POINTS} points.")
    if watched.by_period and not found.points["whole"][-1]:
        notes.append(f"The last {subject.unit} is not over: it is drawn hollow and not judged.")
    notes.append(JUDGED)
    if found.causes and found.verdict.change:
        notes.append(by_chance(found))
    return [*notes, RULES, *([] if watched.needs == ("failures",) else [ORDER])]
