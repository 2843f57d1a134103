"""What a view is narrowed to: two clocks and a few dimensions, each held by the address."""

import datetime as dt

import streamlit as st

from metrics.as_at import Clocks
from metrics.dimensions import dimension
from pages.shell import choices
from pages.shell.address import NARROWED_BY, Choice, Day, NotThereError, Option, Several, unlike
from service.view import COMPARED_WITH, Source, View

NOW, THEN, ON_A_DAY = "now", "then", "on a day"
WEEKS = {"4 weeks before": 4, "1 week before": 1, "8 weeks before": 8, "12 weeks before": 12}
ANOTHER = "another day"
ONE_STATE = "is not there, for all of this register was loaded on one day"


def declared(source: Source) -> tuple[Choice, ...]:
    known = (NOW, THEN, ON_A_DAY) if source.states > 1 else (NOW, ON_A_DAY)
    return (
        _day(source, "as_at", "As at"),
        Option("known", "As known", {option: option for option in known}),
        _known_on(source),
        Option("compared", "Compared with", {option: option for option in (*WEEKS, ANOTHER)}),
        _day(source, "against", "Compared with the day"),
        *(_narrowing(source, name) for name in NARROWED_BY),
    )


def contradictions(source: Source) -> list[NotThereError]:
    asked, wrong = choices.asked(), []
    if source.states <= 1:
        for name, only in (("known", (NOW, ON_A_DAY)), ("known_on", (source.last_day.isoformat(),))):
            if name in asked and (len(asked[name]) > 1 or asked[name][0] not in only):
                wrong.append(NotThereError(name, "As known", ", ".join(asked[name]), ONE_STATE))
    for name, title, day, wanted in (
        ("known", "As known", "known_on", ON_A_DAY),
        ("compared", "Compared with", "against", ANOTHER),
    ):
        chosen = asked.get(name)
        if chosen == (wanted,) and day not in asked:
            wrong.append(NotThereError(name, title, wanted, "names no day"))
        if day in asked and chosen != (wanted,):
            needs = f"goes only with {name}={wanted.replace(' ', '+')}"
            wrong.append(NotThereError(day, day, ", ".join(asked[day]), needs))
    return wrong


def draw(source: Source, *, followed: bool) -> View:
    """Draw the filters in the sidebar and return the view that they ask for.

    followed: whether the page shows that view; the filters keep their place on every page, for the next.
    """
    with st.sidebar:
        if not followed:
            st.caption("This page does not follow what is chosen below.")
        clocks = _clocks(source)
        against = _against(source, clocks)
        narrowing = {name: _kept(source, name) for name in NARROWED_BY}
    return source.view(clocks, narrowing, against)


def _clocks(source: Source) -> Clocks:
    as_at = _asked_day(
        source, "as_at", "As at", default=source.last_day, about="The day that every figure speaks of."
    )
    known = _known(source)
    if known == THEN:
        choices.write(Option("known", "", {THEN: THEN}), THEN)
        return Clocks.then(as_at)
    day = source.last_day
    if known == ON_A_DAY:
        about = "The last day whose records count."
        day = _asked_day(source, "known_on", "Known on", default=source.last_day, about=about)
    # What is known now is written as the day that it is: the next load then changes no number of a link.
    choices.write(Option("known", "", {ON_A_DAY: ON_A_DAY}), ON_A_DAY)
    choices.write(_known_on(source), day)
    return Clocks(as_at, day)


def _known(source: Source) -> str:
    """Ask what is known; a register of one load has one state of knowledge, and nothing is asked."""
    options = (NOW, THEN, ON_A_DAY) if source.states > 1 else (NOW, ON_A_DAY)
    now = ((ON_A_DAY,), (source.last_day.isoformat(),))
    asked = choices.asked()
    if (asked.get("known"), asked.get("known_on")) == now:
        choices.turn({"known": (NOW,)}, without=("known_on",))
    choices.seed(Option("known", "As known", {option: option for option in options}), NOW)
    if source.states <= 1:
        return NOW
    return st.radio(
        "As known",
        options,
        key="known",
        horizontal=True,
        help="Now: with all recorded since. Then: only what had been recorded by the day itself. "
        "On a day: with what had been recorded by a day that you choose.",
    )


def _against(source: Source, clocks: Clocks) -> dt.date:
    chosen = choices.one(
        "Compared with",
        [*WEEKS, ANOTHER],
        key="compared",
        help="The day from which changes are told, on the same clock.",
    )
    if chosen in WEEKS:
        return clocks.as_at - dt.timedelta(weeks=WEEKS[chosen])
    first = _first(source)
    usual = max(clocks.as_at - COMPARED_WITH, first)
    about = "Changes are told from this day. It must be before the day of the figures."
    return _asked_day(source, "against", "Compared with the day", default=usual, about=about)


def _asked_day(source: Source, name: str, label: str, *, default: dt.date, about: str) -> dt.date:
    return choices.day(label, _first(source), source.last_day, key=name, default=default, help=about)


def _kept(source: Source, name: str) -> tuple[str | None, ...]:
    """Ask for values of a dimension; every one of them is all, as none of them is."""
    values, title = _values(source, name), dimension(name).title
    if len(values) <= 1:
        # It is all, whether it is asked for or not; a list of one would narrow nothing.
        choices.seed(_narrowing(source, name), [])
        return ()
    chosen = choices.several(title, list(values), key=name)
    return () if len(chosen) == len(values) else tuple(values[text] for text in chosen)


def _narrowing(source: Source, name: str) -> Several:
    return Several(name, dimension(name).title, list(_values(source, name)))


def _values(source: Source, name: str) -> dict[str, str | None]:
    values = source.values(name)
    codes = [value for value in values if value is not None]
    options: dict[str, str | None] = {value: value for value in codes}
    return options | {unlike(dimension(name).missing, codes): None} if None in values else options


def _known_on(source: Source) -> Day:
    if source.states > 1:
        return _day(source, "known_on", "Known on")
    return Day("known_on", "Known on", source.last_day, source.last_day)


def _day(source: Source, name: str, title: str) -> Day:
    return Day(name, title, _first(source), source.last_day)


def _first(source: Source) -> dt.date:
    return min(source.first_day, source.last_day)
