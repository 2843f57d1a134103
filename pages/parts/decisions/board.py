"""Show what needs a decision, one sentence each, with the rows behind it one click away."""

from collections.abc import Callable

import streamlit as st

from data.formatting import capitalised, listed_words, short_day, written_count, written_day
from metrics.decisions import Decision, Held
from pages.widgets import rows
from service.decisions import decisions, judged, untold
from service.markdown import plain
from service.promises import promises
from service.view import View

# How words that somebody typed are written: for a page as Markdown, on paper as they are.
Write = Callable[[str], str]


def draw(view: View) -> None:
    """Draw what needs a decision, a broken promise too, and below it the other promises."""
    st.subheader("Needs a decision")
    held = promises(view)
    found = decisions(view, held)
    if view.clocks.ahead:
        st.markdown(unknown(view))
    elif not found:
        st.markdown(f"Nothing waits for a decision as at {written_day(view.clocks.as_at)}.")
    for each in found:
        _draw_one(view, each)
    if missing := untold(view):
        names = listed_words([matter.title.lower() for matter in missing])
        st.caption(f"Not looked for, because their extracts have not been loaded: {names}.")
    draw_promises([each for each in held if not each.needs_a_decision])


def unknown(view: View) -> str:
    """Say that what waits for a decision on the day cannot be known."""
    known, day = written_day(view.clocks.known_at), written_day(view.clocks.as_at)
    return f"What is known ends on {known}: what waited for a decision on {day} is not known."


def draw_promises(held: list[Held]) -> None:
    if not held:
        return
    st.subheader("Other promises")
    for each in held:
        st.markdown(f"- {promised(each, plain)}")


def promised(held: Held, write: Write = str) -> str:
    """Say how a promise stands and the figures that say so; `write` writes what somebody typed."""
    made, due = short_day(held.promise.made_on), held.promise.due_on
    by = f", due {short_day(due)}" if due else ""
    return (
        f"**{capitalised(held.standing)}**: “{write(held.promise.words)}” ({made}{by}). {write(held.figures)}"
    )


def said(view: View, decision: Decision, write: Write = str) -> str:
    """Say what needs a decision, on a page or on paper; `write` writes what somebody typed."""
    return f"**{write(decision.title)}.** {_apart(view, decision)}{write(decision.sentence)}"


def _draw_one(view: View, decision: Decision) -> None:
    if decision.figure is None:
        st.markdown(said(view, decision, plain))
        return
    one_of_its_kind = f"_{decision.promise.ref}" if decision.promise else ""
    key = f"decision_{decision.kind}{one_of_its_kind}"
    shown = st.expander(said(view, decision, plain), key=key, on_change="rerun")
    if shown.open:
        with shown:
            _rows(view, decision, decision.figure, key)


def _rows(view: View, decision: Decision, figure: str, key: str) -> None:
    """List the rows that a decision is about; those of a promise are of the whole review."""
    if decision.promise is None:
        rows.rows_of(view, figure, decision.where, key=key)
        return
    whole = judged(view, decision.promise)
    count, day = whole.figure(figure).numerator, written_day(whole.clocks.as_at)
    st.caption(f"{whole.metric(figure).title} in the whole review on {day}: {written_count(count)}.")
    rows.rows_of(whole, figure, key=key)


def _apart(view: View, decision: Decision) -> str:
    """Say that what is not narrowed is of the whole review; of a promise everybody knows it."""
    if decision.figure is None or decision.promise is not None:
        return ""
    return "In the whole review, " if view.whole(view.metric(decision.figure).subject) else ""
