"""What a view is narrowed to: two clocks and a few dimensions, each held by the address."""

import datetime as dt
from collections.abc import Mapping
from typing import get_args

import streamlit as st

from access.roles import Permission
from data.formatting import short_day, written_day
from metrics.as_at import Clocks
from metrics.dimensions import dimension, named
from metrics.metric import Subject
from pages.shell import choices
from pages.shell.address import NARROWED_BY, RETURNS, Choice, Day, NotThereError, Option, Several, option
from service.cache import once
from service.view import COMPARED_WITH, Source, View

NOW, THEN, ON_A_DAY, WITHOUT = "now", "then", "on a day", "without "
WEEKS = {"4 weeks before": 4, "1 week before": 1, "8 weeks before": 8, "12 weeks before": 12}
ANOTHER = "another day"
ONE_STATE = "is not there, for all of this register was loaded on one day"


def declared(source: Source) -> dict[str, Choice]:
    role, without = source.visit.session.role, without_missing()
    return once(("filters", source.place, role, without), lambda: _declared(source))


def _declared(source: Source) -> dict[str, Choice]:
    many, first, last = source.states > 1, min(source.first_day, source.last_day), source.last_day
    values = _values(source)
    known = (NOW, THEN, ON_A_DAY) if many else (NOW, ON_A_DAY)
    shared: tuple[Choice, ...] = (
        Day("as_at", "As at", first, last),
        option("known", "As known", known, widget="radio"),
        Day("known_on", "Known on", first if many else last, last),
        option("compared", "Compared with", (*WEEKS, ANOTHER)),
        Day("against", "Compared with the day", first, last),
        *(
            Several(name, source.words.renamed(dimension(name).title), list(values[name]))
            for name in NARROWED_BY
        ),
        *(() if source.nation is None else (_returns(),)),
    )
    return {choice.name: choice for choice in shared}


def _returns() -> Option:
    # A link to figures without two forces never comes to mean without three.
    chosen = f"{WITHOUT}{without_missing()}"
    return Option(RETURNS, "Returns", {chosen: chosen} if without_missing() else {}, optional=True)


def without_missing() -> int:
    """Return how many missing forces of a nation the reader has chosen to do without."""
    asked = (choices.chosen(RETURNS), *st.query_params.get_all(RETURNS))
    numbers = (text.removeprefix(WITHOUT) for text in asked if text and text.startswith(WITHOUT))
    return next((int(number) for number in numbers if number.isascii() and number.isdecimal()), 0)


def do_without(missing: int) -> None:
    st.query_params[RETURNS] = f"{WITHOUT}{missing}"
    choices.choose(RETURNS, None)


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


def draw(source: Source, shared: Mapping[str, Choice], page: str) -> View:
    choices.seed(shared["as_at"], source.opening_day)
    with st.popover(_days(source, shared), type="tertiary", key="days_menu"):
        clocks = _clocks(source, shared)
        against = _against(source, shared, clocks)
        if clocks.as_at != source.last_day:
            last = f"Go to the last day, {written_day(source.last_day)}"
            st.button(last, key="last_day", on_click=choices.choose, args=("as_at", source.last_day))
    if RETURNS in shared:
        choices.carry(shared[RETURNS], None)
    values = _values(source)
    names = applying(source, page)
    for name in NARROWED_BY:
        if name in names:
            choices.seed(shared[name], [])
        else:
            choices.carry(shared[name], [])
    chosen = sum(bool(st.session_state[name]) for name in names)
    label = f"Filters ({chosen})" if chosen else "Filters"
    narrowing: dict[str, tuple[str | None, ...]] = {}
    if names:
        with st.popover(label, type="tertiary", key="filters_menu"):
            narrowing = {name: _narrowed(shared[name], values[name]) for name in names}
            st.button(
                "Reset", key="reset_filters", on_click=choices.clear, args=(NARROWED_BY,), disabled=not chosen
            )
    return source.view(clocks, narrowing, against)


def carry(source: Source, shared: Mapping[str, Choice]) -> View:
    choices.carry(shared["as_at"], source.opening_day)
    _seed_known(source, shared["known"])
    known, last = choices.carry(shared["known"], NOW), source.last_day
    if known != THEN:
        last = choices.carry(shared["known_on"], last) if known == ON_A_DAY else last
        choices.write(shared["known"], ON_A_DAY)
        choices.write(shared["known_on"], last)
    if choices.carry(shared["compared"], next(iter(WEEKS))) == ANOTHER:
        choices.carry(shared["against"], max(source.opening_day - COMPARED_WITH, source.first_day))
    if RETURNS in shared:
        choices.carry(shared[RETURNS], None)
    for name in NARROWED_BY:
        choices.carry(shared[name], [])
    return source.view(Clocks(source.opening_day, source.last_day), {})


def _days(source: Source, shared: Mapping[str, Choice]) -> str:
    _seed_known(source, shared["known"])
    day, known = short_day(st.session_state["as_at"]), st.session_state["known"]
    if known == ON_A_DAY:
        choices.seed(shared["known_on"], source.last_day)
        return f"As at {day}, as known on {short_day(st.session_state['known_on'])}"
    return f"As at {day}, as known {known}" if source.states > 1 else f"As at {day}"


def _clocks(source: Source, shared: Mapping[str, Choice]) -> Clocks:
    last = source.last_day
    as_at = choices.ask(shared["as_at"], source.opening_day, help="The day that every figure speaks of.")
    about = "Now: all recorded since counts. Then: all recorded by the day. On a day: by one that you choose."
    many = source.states > 1
    known = choices.ask(shared["known"], NOW, horizontal=True, help=about) if many else NOW
    if known == THEN:
        return Clocks.then(as_at)
    day = last
    if known == ON_A_DAY:
        day = choices.ask(shared["known_on"], last, help="The last day whose records count.")
    # What is known now is written as the day that it is: the next load then changes no number of a link.
    choices.write(shared["known"], ON_A_DAY)
    choices.write(shared["known_on"], day)
    return Clocks(as_at, day)


def _seed_known(source: Source, choice: Choice) -> None:
    asked = choices.asked()
    if (asked.get("known"), asked.get("known_on")) == ((ON_A_DAY,), (source.last_day.isoformat(),)):
        choices.turn({"known": (NOW,)}, without=("known_on",))
    choices.seed(choice, NOW)


def _against(source: Source, shared: Mapping[str, Choice], clocks: Clocks) -> dt.date:
    about = "Changes are counted from this day, on the same clock."
    chosen = choices.ask(shared["compared"], next(iter(WEEKS)), help=about)
    if chosen in WEEKS:
        return clocks.as_at - dt.timedelta(weeks=WEEKS[chosen])
    usual = max(clocks.as_at - COMPARED_WITH, min(source.first_day, source.last_day))
    about = "Changes are counted from this day. It must be before the day of the figures."
    return choices.ask(shared["against"], usual, help=about)


def _narrowed(choice: Choice, values: Mapping[str, str | None]) -> tuple[str | None, ...]:
    """Ask for values of a dimension; every one of them is all, as none of them is."""
    chosen = choices.ask(choice, [])
    return () if len(chosen) == len(values) else tuple(values[text] for text in chosen)


def _values(source: Source) -> dict[str, dict[str, str | None]]:
    """Return the values of each dimension that this reader may choose, by their labels."""
    names_people = source.visit.may(Permission.REVIEWER_NAMES)

    def read() -> dict[str, dict[str, str | None]]:
        codes = {
            name: source.values(name) if names_people or not dimension(name).staff else []
            for name in NARROWED_BY
        }
        return {name: dict(zip(named(name, of), of, strict=True)) for name, of in codes.items()}

    return once(("values of filters", source.place, names_people), read)


SUBJECTS: Mapping[str, tuple[Subject, ...]] = {
    "Overview": ("cases", "failures", "referrals", "people", "staffing"),
    "Progress": ("cases",),
    "Failures": ("cases", "failures"),
    "Findings": ("cases", "findings"),
    "Referrals": ("referrals", "recommendations", "investigated", "failures"),
    "Staffing": ("staffing", "reviews"),
    "Contact": ("people", "attempts"),
    "Enquiries": ("enquiries", "disclosures"),
    "Assurance": ("cases", "second_looks", "sample_checks"),
    "Explore": get_args(Subject),
    "Definitions": get_args(Subject),
}
"""What the figures of each page that is narrowed are counted over."""


def applying(source: Source, page: str) -> tuple[str, ...]:
    """Return the names of the filters that narrow any figure of a page, where there are values to choose."""
    subjects = set(SUBJECTS.get(page, ()))
    values = _values(source)
    narrowing = (name for name in NARROWED_BY if subjects.intersection(dimension(name).subjects))
    return tuple(name for name in narrowing if len(values[name]) > 1)
