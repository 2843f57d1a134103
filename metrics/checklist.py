"""What stands in a release's way, and what a person should look at before it: each in one sentence."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from data.formatting import listed_words, written_count, written_day
from data.publishing.content import Cell, Counted, Draft, Published, PublishedCell, PublishedFigure
from metrics.workdays import working_days

CLOSE = 1e-6  # sums of parts of one, in binary
SHORTEST_NOTE = 40
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


def unreconciled(parts: Counted, whole: Cell) -> list[str]:
    numerator = sum(cell.numerator for cell in parts.cells)
    denominator = sum(cell.denominator or 0 for cell in parts.cells)
    title = f"{parts.title} by {listed_words([name.replace('_', ' ') for name in parts.by])}"
    sides = [(numerator, whole.numerator, parts.counts), (denominator, whole.denominator or 0, parts.out_of)]
    return [
        f"{title}: the parts add up to {written_count(added)} {noun or parts.unit}, and the whole is "
        f"{written_count(wanted)}. Nothing can be published until they agree. See Data for what was loaded."
        for added, wanted, noun in sides
        if abs(added - wanted) > CLOSE
    ]


def missing_note(draft: Draft, *, unchanged: bool = False) -> list[str]:
    """unchanged: whether every figure is as last published: a revision of words only has no scale."""
    if not unchanged and _NO_CHANGE.search(draft.note):
        return ["The note says that no figure changed, but one did. Say which and by how much."]
    if draft.nature == "first release":
        return []
    if not draft.note:
        article = "an" if draft.nature[0] in "aeiou" else "a"
        return [f"The note is missing. For {article} {draft.nature} it says what changed and why."]
    if draft.nature == "update" or unchanged:
        return []
    if len(draft.note) < SHORTEST_NOTE or not _numbers(draft.note):
        length = f"It has {len(draft.note)} characters. It needs {SHORTEST_NOTE} and a number"
        scale = "what changed, why, and by how much"
        why = f"The note must give the nature and scale of the {draft.nature}: {scale}"
        words_only = "If only words changed, leave every figure as published and write “No figure changed.”"
        return [f"{why}. {length}. {words_only}"]
    return []


def small_in_words(draft: Draft, threshold: int) -> list[str]:
    """No rule protects a small number there."""
    words = _DAYS.sub(" ", " ".join([draft.title, draft.note, *map(str, draft.dated_notes)]))
    few = dict.fromkeys(" ".join(match.group().split()) for match in _FEW.finditer(words))
    small = [number for number in sorted(set(_numbers(words))) if 0 < number <= threshold]
    reasons = [f"says “{phrase}”, a small number that can identify people." for phrase in few]
    can = f"If it counts people or cases, a number up to {threshold} can identify them."
    reasons += [f"has the number {written_count(number)}. {can}" for number in small]
    remove = "Remove it, or ask a chief officer to decide on the figure."
    return [f"The title or note {reason} {remove}" for reason in reasons]


def too_late(draft: Draft, last_day: dt.date) -> list[str]:
    last = f"but the last load is of {written_day(last_day)}. Choose that day or an earlier one."
    days = {"is for": draft.as_at, "is as known on": draft.known_at}
    return [
        f"The release {words} {written_day(day)}, {last}" for words, day in days.items() if day > last_day
    ]


def ill_timed(embargo: dt.datetime | None, now: dt.datetime, written: str) -> list[str]:
    """embargo: by the clocks of the review. written: as a reader sees it."""
    if embargo is None:
        return []
    if embargo <= now:
        return [f"The embargo, {written}, has passed. The release is public as soon as it is approved."]
    if working_days(embargo.date(), embargo.date()):
        return []
    return [f"The embargo ends at {written}, on a weekend or a bank holiday. Is somebody there to reply?"]


def lower(planned: Published, before: Sequence[Published]) -> list[str]:
    cells = [(figure, cell) for figure in planned.figures if figure.kind == "count" for cell in figure.cells]
    sentences: list[str] = []
    for figure, cell in cells:
        release, was = _last_cell(figure, cell, before)
        if release and was and cell.number is not None and cell.number < (was.number or 0):
            where = f", {', '.join(cell.where)}," if cell.where else ""
            sentences.append(
                f"{figure.title}{where} would be {cell.shown}. {release.name} gave {was.shown} for "
                f"{written_day(release.as_at)}. It is lower now, so the note should say why."
            )
    return sentences


def compared(release: Published, defined: Mapping[str, str], before: Sequence[Published]) -> list[str]:
    """defined: the definition of each figure now, by its name. before: as they were published, in order."""
    return [*_differences(release, before[-1]), *_redefined(defined, before)] if before else []


def _differences(release: Published, last: Published) -> Iterator[str]:
    present = {(figure.figure, figure.by) for figure in release.figures}
    gone = [figure.title for figure in last.figures if (figure.figure, figure.by) not in present]
    if gone:
        verb = "is" if len(gone) == 1 else "are"
        yield f"{listed_words(gone)} {verb} in {last.name} but not in this one. Readers will ask why."
    # A revision of words only has the same numbers by intent.
    if release.nature != "revision" and _figures(release) == _figures(last):
        yield f"Every number is the same as in {last.name}. Is a new release needed?"
    if last.status == "final" != release.status:
        yield f"{last.name} called its figures final. This release calls them {release.status} again."
    if release.as_at < last.as_at:
        later = f"{last.name} was for a later day, {written_day(last.as_at)}"
        yield f"The release is for {written_day(release.as_at)}, but {later}."
    if release.nature == "first release":
        yield f"The release is called the first, but {last.name} was published before it."


def unchanged(release: Published, before: Sequence[Published]) -> bool:
    return bool(before) and _figures(release) == _figures(before[-1])


def _figures(release: Published) -> set[tuple[object, ...]]:
    return {
        (figure.figure, figure.by, tuple((cell.where, cell.shown) for cell in figure.cells))
        for figure in release.figures
    }


def _redefined(defined: Mapping[str, str], before: Sequence[Published]) -> Iterator[str]:
    figures = [(release, figure) for release in before for figure in release.figures if figure.definition]
    last = {figure.figure: (release, figure) for release, figure in figures}
    for name in [name for name in defined if name in last]:
        release, figure = last[name]
        if figure.definition != defined[name]:
            other = f"{figure.title} has another definition than in {release.name}."
            yield f"{other} Compare both, and say so in the note."


def _last_cell(
    figure: PublishedFigure, cell: PublishedCell, before: Sequence[Published]
) -> tuple[Published, PublishedCell] | tuple[None, None]:
    for release in reversed(before):
        earlier = release.figure_of(figure.figure, figure.by)
        for was in reversed(earlier.cells if earlier else ()):
            if [value.casefold() for value in was.where] == [value.casefold() for value in cell.where]:
                return release, was
    return None, None


def _numbers(text: str) -> list[float]:
    digits = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
    return digits + [_WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _WORDS]
