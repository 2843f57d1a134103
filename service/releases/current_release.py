"""Which release stands, which one it is compared with, and how each is called."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from data.formatting import counted, listed_words, written_day
from data.publishing.content import PublishedFigure
from data.publishing.states import State
from data.terms import Terms
from metrics.bridge import Kind
from service.markdown import plain
from service.releases.comparison import Bridged
from service.releases.publishing import Public

OTHERWISE: set[Kind] = {"the same", "told otherwise", "not told"}
Turn = Callable[[Public], Any]

NOTHING = (
    "Nothing has been published yet: the figures of the first release will stand here once it is public."
)
ALL_WITHDRAWN = "Every release has been withdrawn: no figure may be repeated until another is published."


def last(public: Sequence[Public]) -> Public | None:
    """Return the release that stands and was published last; None if none stands."""
    turn = _turns(public)
    return max((each for each in public if each.state is State.PUBLISHED), key=turn, default=None)


def others(public: Sequence[Public], standing: Public) -> list[Public]:
    """Return the releases that it can be compared with: the one before it first, then the latest first."""
    rest = [each for each in public if each.release.id != standing.release.id]
    turn = _turns(public)
    rest.sort(key=turn, reverse=True)
    first = _before(rest, standing, turn)
    return rest if first is None else [first, *(each for each in rest if each is not first)]


def _before(rest: Sequence[Public], standing: Public, turn: Turn) -> Public | None:
    own = [each for each in rest if each.release.number == standing.release.number]
    if own:
        return own[0]
    stood = (each for each in rest if each.state is State.PUBLISHED)
    return next((each for each in stood if turn(each) < turn(standing)), None)


def _turns(public: Sequence[Public]) -> Turn:
    """Return the order of releases: of their publication, a new version in the place of what it amends."""
    first = {each.release.number: each.published_at for each in sorted(public, key=_moment, reverse=True)}

    def turn(each: Public) -> tuple[object, ...]:
        return first[each.release.number], each.release.number, each.told.version

    return turn


def _moment(public: Public) -> dt.datetime:
    return public.published_at


def published_on(public: Public, terms: Terms) -> str:
    """Write the day on which a release was published, by the review's own clocks."""
    return written_day(public.published_at.astimezone(ZoneInfo(terms.time_zone)).date())


def called(public: Public, terms: Terms) -> str:
    """Call a release by its name and day, and say so where it no longer stands."""
    name = f"{public.told.name}, {published_on(public, terms)}"
    return name if public.state is State.PUBLISHED else f"{name} ({public.state})"


def answer(standing: Public, compared: Public | None, bridged: Sequence[Bridged], terms: Terms) -> str:
    said = f"Latest published figures: {standing.told.name}, {published_on(standing, terms)}."
    if compared is None:
        return f"{said} It is the first that we have said."
    then = called(compared, terms)
    if not bridged:
        return f"{said} It tells none of the figures of {then}."
    return f"{said} {_differing(bridged, then)}"


def _differing(bridged: Sequence[Bridged], then: str) -> str:
    """Say how many figures changed, how many are only told otherwise, and how many are unchanged."""
    kinds: dict[tuple[str, tuple[str, ...]], set[Kind]] = {}
    for each in bridged:
        kinds.setdefault((each.figure, each.by), set()).add(each.revision.kind)
    same = sum(kind == {"the same"} for kind in kinds.values())
    otherwise = sum(each <= OTHERWISE for each in kinds.values()) - same
    changed = len(kinds) - same - otherwise
    parts = [f"{changed or 'none'} changed"]
    if otherwise:
        parts.append(f"{otherwise} may not have (one of the two numbers is rounded or not told)")
    parts.append(f"{same or 'none'} {'is' if same == 1 else 'are'} unchanged")
    return f"Since {then}: of {counted(len(kinds), 'figure', 'figures')} in both, {listed_words(parts)}."


def about(public: Public) -> str:
    """Say, as Markdown, what a reader must know before repeating a release: status, where from, its note."""
    told = public.told
    said = [f"As at {written_day(told.as_at)}; status: **{told.status}**."]
    if told.origin == "elsewhere":
        said.append(f"Entered from the published statement: {plain(told.where_from)}.")
    return " ".join([*said, *filter(None, [plain(told.note, lines=True)])])


def missing(public: Sequence[Public], standing: Public) -> list[tuple[Public, PublishedFigure]]:
    own = {(figure.figure, figure.by) for figure in standing.told.figures}
    found: dict[tuple[str, tuple[str, ...]], tuple[Public, PublishedFigure]] = {}
    for each in sorted(public, key=_turns(public)):
        if each.state is State.PUBLISHED:
            found |= {(told.figure, told.by): (each, told) for told in each.told.figures}
    return [pair for key, pair in found.items() if key not in own]
