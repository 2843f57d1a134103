"""Which release stands, which one it is compared with, and how each is called."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from data.formatting import written_day
from data.publishing.content import Published, PublishedFigure
from data.publishing.release import Release
from data.publishing.states import State
from data.releases import Releases
from data.terms import Terms
from metrics.bridge import Kind
from service import results
from service.markdown import plain
from service.releases.comparison import Bridged

OTHERWISE: set[Kind] = {"the same", "uncertain", "withheld"}

NOTHING = "Nothing has been published yet. This page will show the first release once it is public."
ALL_WITHDRAWN = "Every release has been withdrawn. Use no figure until the next release."


@dataclass(frozen=True)
class Public:
    """A release that the public has been told, and when; `state` says whether it still stands."""

    release: Release
    published: Published
    published_at: dt.datetime
    state: State


Turn = Callable[[Public], Any]


def public_of(releases: Releases) -> list[Public]:
    moment = releases.now()
    public = [
        Public(
            release,
            results.published(release.frozen, releases, release.id),
            published_at,
            release.state(moment),
        )
        for release in releases.all()
        if release.public(moment) and (published_at := release.published_at) is not None
    ]
    return sorted(public, key=lambda one: (one.published_at, one.release.id))


def last(public: Sequence[Public]) -> Public | None:
    current = (release for release in public if release.state is State.PUBLISHED)
    return max(current, key=_turns(public), default=None)


def others(public: Sequence[Public], current: Public) -> list[Public]:
    """Return the releases that it can be compared with: the one before it first, then the latest first."""
    turn = _turns(public)
    rest = sorted((one for one in public if one.release.id != current.release.id), key=turn, reverse=True)
    own = [one for one in rest if one.release.number == current.release.number]
    earlier = (one for one in rest if one.state is State.PUBLISHED and turn(one) < turn(current))
    first = next(iter(own or earlier), None)
    return rest if first is None else [first, *(one for one in rest if one is not first)]


def _turns(public: Sequence[Public]) -> Turn:
    latest_first = sorted(public, key=lambda one: one.published_at, reverse=True)
    first = {one.release.number: one.published_at for one in latest_first}
    return lambda one: (first[one.release.number], one.release.number, one.published.version)


def day_of(public: Public, terms: Terms) -> dt.date:
    return public.published_at.astimezone(ZoneInfo(terms.time_zone)).date()


def published_on(public: Public, terms: Terms) -> str:
    return written_day(day_of(public, terms))


def called(public: Public, terms: Terms) -> str:
    name = f"{public.published.name}, {published_on(public, terms)}"
    return name if public.state is State.PUBLISHED else f"{name} ({public.state})"


def answer(current: Public, compared: Public | None, bridged: Sequence[Bridged], terms: Terms) -> str:
    latest = f"Latest published figures: {current.published.name}, {published_on(current, terms)}."
    if compared is None:
        return f"{latest} This is the first release."
    if not bridged:
        return f"{latest} It shares no figure with {called(compared, terms)}."
    return f"{latest} {_differing(bridged, _since(current, compared, terms))}"


def _since(current: Public, compared: Public, terms: Terms) -> str:
    """Name the release compared with by its month alone where no other day fits that."""
    if compared.state is not State.PUBLISHED:
        return called(compared, terms)
    now, then = day_of(current, terms), day_of(compared, terms)
    return f"{then:%B}" if now.year == then.year and now.month != then.month else written_day(then)


def _differing(bridged: Sequence[Bridged], then: str) -> str:
    kinds: dict[tuple[str, tuple[str, ...]], set[Kind]] = {}
    for number in bridged:
        kinds.setdefault((number.figure, number.by), set()).add(number.revision.kind)
    same = sum(kind == {"the same"} for kind in kinds.values())
    otherwise = sum(kind <= OTHERWISE for kind in kinds.values()) - same
    changed = len(kinds) - same - otherwise
    words = f"Since {then}: {changed or 'none'} of {len(kinds)} changed"
    return f"{words}; {otherwise} more may have (rounded or withheld)." if otherwise else f"{words}."


def about(public: Public) -> str:
    published, source = public.published, ""
    if published.origin == "elsewhere":
        source = f"Entered from the published statement: {plain(published.where_from)}."
    status = f"As at {written_day(published.as_at)}; status: **{published.status}**."
    return " ".join(filter(None, (status, source, plain(published.note, lines=True))))


def missing(public: Sequence[Public], current: Public) -> list[tuple[Public, PublishedFigure]]:
    own = {(figure.figure, figure.by) for figure in current.published.figures}
    figures = {
        (figure.figure, figure.by): (release, figure)
        for release in sorted(public, key=_turns(public))
        if release.state is State.PUBLISHED
        for figure in release.published.figures
    }
    return [pair for key, pair in figures.items() if key not in own]
