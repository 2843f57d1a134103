"""What stands in a release's way, and what a person should look at before it: each in one sentence."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from data.formatting import listed_words, written_count, written_day
from data.publishing.content import Cell, Counted, Draft, Published, PublishedCell, PublishedFigure, Status
from metrics.workdays import working_days

CLOSE = 1e-6  # sums of parts of one, in binary
SHORTEST_NOTE = 40
RANKS: Final[dict[Status, int]] = {"provisional": 0, "revised": 1, "final": 2}
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_DAYS = re.compile(
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_NO_CHANGE = re.compile(r"\bno (?:figure|number)s? (?:has |have )?(?:been )?changed\b", re.IGNORECASE)
# As small as a number, and no number: "both people", "a couple of the victims", "the only case".
_FEW = re.compile(
    r"\b(?:both|neither|either|half a dozen|(?:a|the) (?:couple|pair|handful|single)|the (?:only|sole))\b"
    r"(?:\s+[\w'-]+){0,3}?\s+(?:people|persons?|victims?|survivors?|wom[ae]n|m[ae]n|child(?:ren)?|famil(?:y|ies)"
    r"|applicants?|applications?|cases?|failures?|disclosures?|deaths?|referrals?)\b",
    re.IGNORECASE,
)


class Before(NamedTuple):
    told: Published
    published_at: dt.datetime


def unreconciled(parts: Counted, whole: Cell) -> list[str]:
    numerator = sum(cell.numerator for cell in parts.cells)
    denominator = sum(cell.denominator or 0 for cell in parts.cells)
    title = f"{parts.title} by {listed_words([name.replace('_', ' ') for name in parts.by])}"
    sides = [(numerator, whole.numerator, parts.counts), (denominator, whole.denominator or 0, parts.out_of)]
    return [
        f"{title}: the parts add up to {written_count(added)} {noun or parts.unit}, and the whole is "
        f"{written_count(wanted)}. See Data for what was loaded; nothing can be published until they agree."
        for added, wanted, noun in sides
        if abs(added - wanted) > CLOSE
    ]


def missing_note(draft: Draft, *, unchanged: bool = False) -> list[str]:
    """unchanged: whether every figure is as it was last published: a revision of words only has no scale."""
    if not unchanged and _NO_CHANGE.search(draft.note):
        return ["The note says that no figure changed, and at least one did: say which and by how much."]
    if draft.nature == "first release":
        return []
    if not draft.note:
        return [f"The note is missing: a release that is {_a(draft.nature)} says in it what changed and why."]
    if draft.nature == "update" or unchanged:
        return []
    if len(draft.note) < SHORTEST_NOTE or not _numbers(draft.note):
        length = f"it has {len(draft.note)} characters, and at least {SHORTEST_NOTE} and a number are needed"
        why = f"The note does not say the nature and scale of the {draft.nature}"
        words_only = "If only words changed, leave every figure as published and write “No figure changed.”"
        return [f"{why}: say what changed, why, and by how much ({length}). {words_only}"]
    return []


def small_in_words(draft: Draft, threshold: int) -> list[str]:
    """Say of each small number that is written in the title or note: no rule protects it there."""
    words = _DAYS.sub(" ", f"{draft.title} {draft.note}")
    few = dict.fromkeys(" ".join(match.group().split()) for match in _FEW.finditer(words))
    without = [
        f"The title or note says “{each}”: that is a small number without a figure, and can say who they "
        "are. Take it out, or ask a chief officer to decide on the figure."
        for each in few
    ]
    return without + [
        f"The title or note has the number {written_count(number)}: if it counts people or cases, a number "
        f"up to {threshold} can say who they are. Take it out, or ask a chief officer to decide on the "
        "figure."
        for number in sorted(set(_numbers(words)))
        if 0 < number <= threshold
    ]


def too_late(draft: Draft, last_day: dt.date) -> list[str]:
    days = {"speaks of": draft.as_at, "is as known on": draft.known_at}
    return [
        f"The release {words} {written_day(day)}, and the last load is of {written_day(last_day)}: choose "
        "that day or an earlier one."
        for words, day in days.items()
        if day > last_day
    ]


def ill_timed(embargo: dt.datetime | None, now: dt.datetime, written: str) -> list[str]:
    """embargo: by the clocks of the review. written: as a reader sees it."""
    if embargo is None:
        return []
    if embargo <= now:
        return [f"The embargo, {written}, has passed: the release is public in the second it is approved."]
    if working_days(embargo.date(), embargo.date()):
        return []
    return [f"The embargo ends at {written}, on a weekend or a bank holiday: is somebody there to answer?"]


def lower(planned: Published, before: Sequence[Before]) -> list[str]:
    sentences: list[str] = []
    for figure, cell in _counts(planned):
        earlier = _last_said(figure, cell, before)
        if earlier is None or cell.number is None or earlier[1].number is None:
            continue
        release, was = earlier
        if cell.number < (was.number or 0):
            sentences.append(
                f"{figure.title}{_where(cell)} would be {cell.shown}, and {release.name} said {was.shown} as "
                f"at {written_day(release.as_at)}: it is lower now, and the note should say why."
            )
    return sentences


def compared(release: Published, defined: Mapping[str, str], before: Sequence[Before]) -> list[str]:
    """defined: the definition of each figure now, by its name."""
    if not before:
        return []
    last = max(before, key=_moment).told
    return [
        *_left_out(release, last),
        *_same(release, last),
        *_stepped_back(release, last),
        *_of_an_earlier_day(release, last),
        *_called_first(release, last),
        *_redefined(defined, before),
    ]


def unchanged(release: Published, before: Sequence[Before]) -> bool:
    return bool(before) and _figures(release) == _figures(max(before, key=_moment).told)


def _left_out(release: Published, last: Published) -> list[str]:
    present = {(figure.figure, figure.by) for figure in release.figures}
    gone = [figure.title for figure in last.figures if (figure.figure, figure.by) not in present]
    if not gone:
        return []
    verb = "is" if len(gone) == 1 else "are"
    return [f"{listed_words(gone)} {verb} in {last.name} and not in this one: readers will ask why."]


def _same(release: Published, last: Published) -> list[str]:
    # A revision of words only has the same numbers by intent.
    if release.nature == "revision" or _figures(release) != _figures(last):
        return []
    return [f"Every number is the same as in {last.name}: is a new release needed?"]


def _figures(release: Published) -> set[tuple[object, ...]]:
    return {_said(figure) for figure in release.figures}


def _said(figure: PublishedFigure) -> tuple[object, ...]:
    return figure.figure, figure.by, tuple((cell.where, cell.shown) for cell in figure.cells)


def _stepped_back(release: Published, last: Published) -> list[str]:
    if RANKS[release.status] >= RANKS[last.status] or last.status != "final":
        return []
    return [f"{last.name} called its figures final, and this release calls them {release.status} again."]


def _of_an_earlier_day(release: Published, last: Published) -> list[str]:
    if release.as_at >= last.as_at:
        return []
    later = f"{last.name} spoke of a later day, {written_day(last.as_at)}"
    return [f"The release speaks of {written_day(release.as_at)}, and {later}."]


def _called_first(release: Published, last: Published) -> list[str]:
    if release.nature != "first release":
        return []
    return [f"The release is called the first, and {last.name} was published before it."]


def _redefined(defined: Mapping[str, str], before: Sequence[Before]) -> list[str]:
    sentences: list[str] = []
    for name, words in defined.items():
        earlier = [
            (each.told, figure)
            for each in sorted(before, key=_moment)
            for figure in each.told.figures
            if figure.figure == name and figure.definition
        ]
        if earlier and earlier[-1][1].definition != words:
            release, figure = earlier[-1]
            sentences.append(
                f"{figure.title} is defined otherwise than in {release.name}: compare both definitions, and "
                "say so in the note."
            )
    return sentences


def _counts(release: Published) -> Iterable[tuple[PublishedFigure, PublishedCell]]:
    return ((figure, cell) for figure in release.figures if figure.kind == "count" for cell in figure.cells)


def _last_said(
    figure: PublishedFigure, cell: PublishedCell, before: Sequence[Before]
) -> tuple[Published, PublishedCell] | None:
    cells = [
        (release.told, was)
        for release in sorted(before, key=_moment)
        if (earlier := release.told.told(figure.figure, figure.by)) is not None
        for was in earlier.cells
        if _named(was) == _named(cell)
    ]
    return cells[-1] if cells else None


def _named(cell: PublishedCell) -> tuple[str, ...]:
    return tuple(value.casefold() for value in cell.where)


def _where(cell: PublishedCell) -> str:
    return f", {', '.join(cell.where)}," if cell.where else ""


def _moment(before: Before) -> dt.datetime:
    return before.published_at


def _numbers(text: str) -> list[float]:
    digits = [float(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
    return digits + [_WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _WORDS]


def _a(nature: str) -> str:
    return f"{'an' if nature[0] in 'aeiou' else 'a'} {nature}"
