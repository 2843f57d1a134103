"""Which release stands, which one it is compared with, and how each is called."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from data.publishing.content import Told
from data.publishing.states import State
from data.terms import Terms
from data.written import counted, written_day
from pages.parts.press.bridging import Bridged
from pages.parts.press.service import Public

NOTHING = (
    "Nothing has been published yet: the figures of the first release will stand here once it is public."
)
ALL_WITHDRAWN = "Every release has been withdrawn: no figure may be repeated until another is published."


def last(public: Sequence[Public]) -> Public | None:
    """Return the release that stands and speaks of the latest day; None if none stands."""
    return max((each for each in public if each.state is State.PUBLISHED), key=_in_turn, default=None)


def others(public: Sequence[Public], standing: Public) -> list[Public]:
    """Return the releases that it can be compared with: the one before it first, then the latest first."""
    rest = [each for each in public if each.release.id != standing.release.id]
    rest.sort(key=_in_turn, reverse=True)
    first = _before(rest, standing)
    return rest if first is None else [first, *(each for each in rest if each is not first)]


def _before(rest: Sequence[Public], standing: Public) -> Public | None:
    """Return the version that it amends, or the last before it that stands."""
    own = [each for each in rest if each.release.number == standing.release.number]
    if own:
        return own[0]
    stood = (each for each in rest if each.state is State.PUBLISHED)
    return next((each for each in stood if _in_turn(each) < _in_turn(standing)), None)


def _in_turn(public: Public) -> tuple[object, ...]:
    return public.told.as_at, public.published_at, public.release.id


def published_on(public: Public, terms: Terms) -> str:
    """Write the day on which a release was published, by the review's own clocks."""
    return written_day(public.published_at.astimezone(ZoneInfo(terms.time_zone)).date())


def called(public: Public, terms: Terms) -> str:
    """Call a release by its name and day, and say so where it no longer stands."""
    name = f"{public.told.name}, {published_on(public, terms)}"
    return name if public.state is State.PUBLISHED else f"{name} ({public.state})"


def ask(rest: Sequence[Public], terms: Terms) -> Public | None:
    """Ask with which release the last is compared; None if there is no other."""
    names = {called(each, terms): each for each in rest}
    if not names:
        return None
    chosen = st.selectbox(
        "Compared with",
        list(names),
        key="since",
        bind="query-params",
        help="What was said then is put beside what is said now.",
    )
    return names.get(chosen)


def answer(standing: Public, compared: Public | None, bridged: Sequence[Bridged], terms: Terms) -> str:
    """Say which release stands, and how many of its figures differ from those of the one compared with."""
    said = f"We say what {standing.told.name} said on {published_on(standing, terms)}."
    if compared is None:
        return f"{said} It is the first that we have said."
    then = called(compared, terms)
    shared = {(each.figure, each.by) for each in bridged}
    changed = {(each.figure, each.by) for each in bridged if each.revision.changed}
    if not shared:
        return f"{said} It tells none of the figures of {then}."
    both = f"of the {counted(len(shared), 'figure', 'figures')} that it shares with {then}"
    differ = "differs" if len(changed) == 1 else "differ"
    return f"{said} {len(changed) or 'None'} {both}, {differ}."


def about(public: Public) -> str:
    """Say of a release what a reader must know before repeating it: status, where from, its own note."""
    told = public.told
    said = [f"As at {written_day(told.as_at)}; status: **{told.status}**."]
    if told.origin == "elsewhere":
        said.append(f"Published elsewhere, typed, not counted by Candour: {told.where_from}.")
    return " ".join([*said, *filter(None, [told.note])])


def warn(public: Sequence[Public], terms: Terms) -> None:
    """Warn of every release that was withdrawn, and say why."""
    for each in public:
        if each.state is State.WITHDRAWN:
            reason = each.release.steps[-1].reason
            st.warning(f"{called(each, terms)}: do not repeat its figures. Reason: {reason}", icon=None)


def missing(public: Sequence[Public], standing: Public) -> list[tuple[Public, Told]]:
    """Return the figures that the last release does not tell, each from the last standing one that does."""
    own = {(each.figure, each.by) for each in standing.told.figures}
    found: dict[tuple[str, tuple[str, ...]], tuple[Public, Told]] = {}
    for each in sorted(public, key=_in_turn):
        if each.state is State.PUBLISHED:
            found |= {(told.figure, told.by): (each, told) for told in each.told.figures}
    return [pair for key, pair in found.items() if key not in own]
