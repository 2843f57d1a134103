"""What a view is narrowed to: two clocks and a few dimensions, each bound to the address."""

import datetime as dt

import streamlit as st

from metrics.as_at import Clocks
from metrics.dimensions import DIMENSIONS
from pages.parts.source import Source, View

NARROWED_BY = ("area", "route", "grade", "year", "category")
KNOWN = ("now", "then", "on a day")
WEEKS = {"4 weeks before": 4, "1 week before": 1, "8 weeks before": 8, "12 weeks before": 12}
A_DAY = "another day"


def draw(source: Source, *, followed: bool) -> View:
    """Draw the filters in the sidebar and return the view that they ask for.

    followed: whether the page shows that view; the filters keep their place on every page, for the next.
    """
    with st.sidebar:
        if not followed:
            st.caption("This page does not follow what is chosen below.")
        clocks = _clocks(source)
        against = _against(source, clocks)
        narrowing = {name: _kept(source, name) for name in NARROWED_BY if len(source.values(name)) > 1}
    return source.view(clocks, narrowing, against)


def _clocks(source: Source) -> Clocks:
    as_at = _day(source, "As at", key="as_at", about="The day that every figure speaks of.")
    known = st.radio(
        "As known",
        KNOWN,
        key="known",
        bind="query-params",
        horizontal=True,
        help="Now: with all recorded since. Then: only what had been recorded by the day itself. "
        "On a day: with what had been recorded by a day that you choose.",
    )
    if known == "then":
        return Clocks.then(as_at)
    if known == "now":
        return Clocks(as_at, source.last_day)
    return Clocks(as_at, _day(source, "Known on", key="known_on", about="The last day whose records count."))


def _against(source: Source, clocks: Clocks) -> dt.date:
    chosen = st.selectbox(
        "Compared with",
        [*WEEKS, A_DAY],
        key="compared",
        bind="query-params",
        help="The day from which changes are told, on the same clock.",
    )
    if chosen in WEEKS:
        return clocks.as_at - dt.timedelta(weeks=WEEKS[chosen])
    return _day(source, "Compared with the day", key="against", about="Changes are told from this day.")


def _day(source: Source, label: str, *, key: str, about: str) -> dt.date:
    return st.date_input(
        label,
        value=source.last_day,
        min_value=min(source.first_day, source.last_day),
        max_value=source.last_day,
        format="DD/MM/YYYY",
        key=key,
        bind="query-params",
        help=about,
    )


def _kept(source: Source, name: str) -> tuple[str, ...]:
    title = next(each.title for each in DIMENSIONS if each.name == name)
    return tuple(st.multiselect(title, source.values(name), key=name, bind="query-params", placeholder="All"))
