"""A figure as a card: its number, what it counts, out of what."""

from collections.abc import Mapping, Sequence

import streamlit as st

from data.formatting import counted, measured, short_day, signed, written_count, written_share
from pages.widgets import course
from service.markdown import plain
from service.view import Figure, View

OVERVIEW_ROWS = (
    ("population", "share_completed", "backlog"),
    ("failures", "failures_with_harm", "failure_rate"),
    ("referrals", "open_referrals", "headcount"),
    ("people_waiting", "people_unable", "people_not_safe"),
)
"""How far the work is, what it found, who looks at it, and who is still to be reached safely.

How many have been risk assessed is in the headline above them.
"""


def row(
    view: View,
    names: Sequence[str],
    notes: Mapping[str, str] | None = None,
    *,
    compared: bool = False,
) -> None:
    """Draw the figures that the register can tell side by side; on a narrow screen one below the other.

    notes: a line more for some figures, by name. compared: whether each says what it was on the day that
    the view is compared with.
    """
    there = view.told(names)
    if not there:
        return
    compared = compared and not view.not_compared
    for column, name in zip(st.columns(len(names))[: len(there)], there, strict=True):
        with column:
            apart = "; the whole review, not narrowed" if view.whole(view.metric(name).subject) else ""
            since = change(view, name) if compared else ""
            card(view.figure(name), f"{(notes or {}).get(name, '')}{apart}", since)


def change(view: View, name: str) -> str:
    before, now = view.figure(name, view.before), view.figure(name)
    day = short_day(view.before.as_at)
    if now.metric.share or now.metric.unit == "days":
        return f"{headline(before)} on {day}"
    step = now.numerator - before.numerator
    return f"{signed(step)} since {day}" if step else f"no change since {day}"


def card(figure: Figure, note: str = "", since: str = "") -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.markdown(
            plain(figure.metric.title), help=f"{figure.metric.definition} {figure.metric.why_it_matters}"
        )
        st.metric(figure.metric.title, headline(figure), label_visibility="collapsed")
        if since:
            st.markdown(since)
        st.caption(f"{small_print(figure)}{note} · {short_day(figure.clocks.as_at)}")


def headline(figure: Figure) -> str:
    if figure.metric.unit == "days":
        return "not yet known" if figure.value is None else measured(figure.value, "day", "days")
    if figure.metric.share:
        return "none yet" if figure.value is None else written_share(figure.value)
    return written_count(figure.numerator)


def small_print(figure: Figure) -> str:
    if figure.denominator is None:
        return figure.metric.counts
    out_of = figure.metric.out_of_so_many(figure.denominator)
    share = f"{written_count(figure.numerator)} of {written_count(figure.denominator)} {out_of}"
    if figure.low is None or figure.high is None or not figure.metric.chance:
        return share
    return f"{share}; 95% interval {written_share(figure.low)} to {written_share(figure.high)}"


def overview_notes(view: View) -> dict[str, str]:
    return {"headcount": course.peak(view, "headcount"), "open_referrals": _longest_open(view)}


def _longest_open(view: View) -> str:
    if view.clocks.ahead or not view.told(["open_referrals"]):
        return ""
    ages = view.ages("open_referrals")
    if ages.longest is None:
        return ""
    return f"; {'' if ages.count == 1 else 'the longest '}for {counted(ages.longest, 'day', 'days')}"
