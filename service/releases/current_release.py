"""Which release is current, how each is called, and from which each published number may be quoted."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charts.releases import Slope
from data.formatting import capitalised, written_count, written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure
from data.publishing.release import Release
from data.publishing.states import State
from data.releases import Releases
from data.terms import Terms
from metrics.bridge import Kind
from metrics.clauses import dated, spoken
from service import results
from service.markdown import plain
from service.releases.comparison import Bridged, in_order

OTHERWISE: set[Kind] = {"the same", "uncertain", "withheld"}

NOTHING = "Nothing has been published yet. This page will show the first release once it is public."
ALL_WITHDRAWN = "Every release has been withdrawn. Use no figure until the next release."
SHORT = {
    "population": "In review",
    "risk_assessed": "Assessed",
    "failures": "{title}",
    "failures_with_harm": "With harm",
    "referrals": "{title}",
    "headcount": "Staff",
}
COMPARABLE = {"", "about"}  # qualifiers of numbers between which a line may be drawn; another is a bound

Key = tuple[str, tuple[str, ...], tuple[str, ...]]
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Public:
    """A release that the public has been told, and when; `state` says whether it still stands."""

    release: Release
    published: Published
    published_at: dt.datetime
    state: State


def public_of(releases: Releases, every: Sequence[Release]) -> list[Public]:
    moment = releases.now()

    public = [
        Public(release, results.published(release.frozen, releases, release.id), at, release.state(moment))
        for release in every
        if release.fault is None and release.public(moment) and (at := release.published_at)
    ]
    return sorted(public, key=lambda one: (one.published_at, one.release.id))


def last(public: Sequence[Public]) -> Public | None:
    return next((one for one in latest_first(public) if one.state is State.PUBLISHED), None)


def others(public: Sequence[Public], current: Public) -> list[Public]:
    """Return the releases that it can be compared with: the one before it first, then the latest first."""
    order = latest_first(public)
    place = order.index(current)
    rest = order[:place] + order[place + 1 :]
    own = [one for one in rest if one.release.number == current.release.number]
    earlier = [one for one in rest[place:] if one.state is State.PUBLISHED]
    return sorted(rest, key=lambda one: one not in (own or earlier)[:1])


def latest_first(public: Sequence[Public]) -> list[Public]:
    """A release that amends another has its turn."""
    newest = sorted(public, key=lambda one: one.published_at, reverse=True)
    first = {one.release.number: one.published_at for one in newest}

    def turn(one: Public) -> tuple[dt.datetime, int, int]:
        return first[one.release.number], one.release.number, one.published.version

    return sorted(public, key=turn, reverse=True)


def published_on(public: Public, terms: Terms) -> str:
    return written_day(terms.day_of(public.published_at))


def called(public: Public, terms: Terms) -> str:
    name = f"{public.published.name}, {published_on(public, terms)}"
    return name if public.state is State.PUBLISHED else f"{name} ({public.state})"


def title(current: Public, terms: Terms) -> str:
    return f"{current.published.name}, {published_on(current, terms)}, {current.published.status}."


def changes(current: Public, compared: Public | None, bridged: Sequence[Bridged], terms: Terms) -> str:
    if compared is None:
        return "This is the first release."
    if not bridged:
        return f"It shares no figure with {called(compared, terms)}."
    return _differing(bridged, _since(current, compared, terms))


def _since(current: Public, compared: Public, terms: Terms) -> str:
    """Name the release compared with by its month alone where no other day fits that."""
    if compared.state is not State.PUBLISHED:
        return called(compared, terms)
    now, then = (terms.day_of(one.published_at) for one in (current, compared))
    return f"{then:%B}" if now.year == then.year and now.month != then.month else written_day(then)


def _differing(bridged: Sequence[Bridged], then: str) -> str:
    kinds: dict[tuple[str, tuple[str, ...]], set[Kind]] = {}
    for number in bridged:
        kinds.setdefault((number.figure, number.by), set()).add(number.revision.kind)
    same = sum(kind == {"the same"} for kind in kinds.values())
    otherwise = sum(kind <= OTHERWISE for kind in kinds.values()) - same
    changed = len(kinds) - same - otherwise
    more = f"; {otherwise} more may have (rounded or withheld)" if otherwise else ""
    return f"{changed or 'None'} of {len(kinds)} figures changed since {then}{more}."


def about(public: Public) -> str:
    published, source = public.published, ""
    if published.origin == "elsewhere":
        source = f"Entered from the published statement: {plain(published.where_from)}."
    status = f"As at {written_day(published.as_at)}; status: **{published.status}**."
    return " ".join(filter(None, (status, source, plain(published.note, lines=True))))


@dataclass(frozen=True)
class Number:
    """One cell of a published figure. quoted: whether it is current and may be sent."""

    name: str
    public: Public
    figure: PublishedFigure
    cell: PublishedCell
    quoted: bool

    @property
    def key(self) -> Key:
        return _key(self.figure, self.cell)

    @property
    def line(self) -> str:
        return f"{dated(self.public.published, self.figure, self.cell)}."


def numbers(public: Sequence[Public], last: Public | None) -> list[Number]:
    """Return each number once: those of the last release, then what only others have, the latest first."""
    own = {(figure.figure, figure.by) for figure in last.published.figures} if last else set()
    order = sorted(latest_first(public), key=lambda one: (one is not last, one.state is not State.PUBLISHED))
    keys, wholes, names = set[Key](), set[str](), set[str]()
    every = list[Number]()
    for release in order:
        current = release.state is State.PUBLISHED
        for figure in release.published.figures:
            quoted = release is last or (current and (figure.figure, figure.by) not in own)
            for cell in figure.cells:
                number = Number(_name(figure, cell, names), release, figure, cell, quoted)
                # A part that is a figure of its own makes the same sentence twice.
                if number.key not in keys and number.line not in wholes:
                    every.append(number)
                    names.add(number.name)
                keys.add(number.key)
                if not figure.by:
                    wholes.add(number.line)
    return every


def _name(figure: PublishedFigure, cell: PublishedCell, taken: set[str]) -> str:
    where = capitalised(" and ".join(cell.where))
    title = figure.title.removesuffix(" found").removesuffix(" to the oversight body")
    short = where or SHORT.get(figure.figure, figure.title).replace("{title}", capitalised(title))
    title = f"{figure.title}, {where}" if where else figure.title
    if short not in taken:
        return short
    return title if title not in taken else f"{title} ({' and '.join(figure.by) or figure.figure})"


def _key(figure: PublishedFigure, cell: PublishedCell) -> Key:
    return figure.figure, figure.by, cell.where


def compared(
    every: Sequence[Number], last: Public, earlier: Public | None, bridged: Sequence[Bridged]
) -> list[Slope]:
    """Return the numbers of the last release beside those of an earlier one, as both were published."""
    own = [number for number in every if number.public is last]
    if earlier is None:
        return [Slope(number.name, "", spoken(number.cell), "") for number in own]
    then, now = (_cells(release) for release in in_order(earlier.published, last.published))
    pairs = {(pair.figure, pair.by, pair.where): pair for pair in bridged}
    return [
        _slope(number.name, then[number.key], now[number.key], pairs[number.key])
        if number.key in pairs
        else Slope(number.name, "", spoken(number.cell), f"not in {earlier.published.name}")
        for number in own
    ]


def _cells(release: Published) -> dict[Key, PublishedCell]:
    return {_key(figure, cell): cell for figure in release.figures for cell in figure.cells}


def _slope(name: str, before: PublishedCell, after: PublishedCell, pair: Bridged) -> Slope:
    words = name, spoken(before), spoken(after)
    kind = pair.revision.kind
    exact = None not in (before.number, after.number) and {before.qualifier, after.qualifier} <= COMPARABLE
    if kind in OTHERWISE - {"the same"} or not exact:
        return Slope(*words, "not comparable")
    return Slope(*words, "".join(_change(before, after, pair)), before.number, after.number)


def _change(before: PublishedCell, after: PublishedCell, pair: Bridged) -> Iterator[str]:
    scale, apart = pair.revision.scale, (after.number or 0) - (before.number or 0)
    if not pair.revision.changed:
        yield "no change"
    elif not scale:
        yield "up" if apart > 0 else "down"
    else:
        yield "about " if " about " in scale else ""
        yield f"{'+' if apart > 0 else MINUS}{written_count(abs(apart))}"
