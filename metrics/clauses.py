"""Published numbers in sentences, and why two of one figure differ, in words fit to print.

The public is told no number here but the difference of two that it knows, and that only where both are exact
and one kind of step makes up all of it.
"""

from dataclasses import dataclass

from data.formatting import capitalised, listed_words, named, written_count, written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure, Treatment
from metrics.bridge import Counts, Kind, Side, Step, Why, fits, kind_of, plain, tellable
from metrics.dimensions import OTHER

# What had been done to the things that a figure counts, and to whom.
_DONE = {
    "risk_assessed": ("risk assessed", ""),
    "sent_on": ("sent on", " to a detailed review"),
    "completed": ("completed", ""),
    "failures": ("found", ""),
    "failures_with_harm": ("found", ""),
    "referrals": ("referred", " to {oversight}"),
}
# How a figure's number stands in a sentence; {were} and the noun follow the number.
CLAUSES = {
    "population": "{n} {noun} {were} in the review",
    "headcount": "{n} {noun} {were} in the review team",
    **{name: f"{{n}} {{noun}} had been {done}{rest}" for name, (done, rest) in _DONE.items()},
}
NOUNS = {
    "completed": ("detailed review", "detailed reviews"),
    "failures_with_harm": ("failure with harm", "failures with harm"),
    "referrals": ("matter", "matters"),
}
ONE = {"people": "person"}
NOT_TOLD = "not told"
TYPED = "typed, not counted by Candour"
NOT_WITH_IT = "Candour's definition, not published with it: "
_UP_TO = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_RULED: tuple[Treatment, ...] = ("rounded", "from rounded numbers", "suppressed")
_METHOD = " (Kaplan-Meier)"


def spoken(cell: PublishedCell) -> str:
    if cell.treatment == "suppressed":
        return NOT_TOLD
    qualifier = "about" if cell.treatment in ("rounded", "from rounded numbers") else cell.qualifier
    return cell.shown if cell.shown.startswith(qualifier) else f"{qualifier} {cell.shown}"


def noun(figure: PublishedFigure, number: float | None) -> str:
    nouns = NOUNS.get(figure.figure)
    return nouns[number != 1] if nouns else unit_of(figure, number)


def unit_of(figure: PublishedFigure, number: float | None) -> str:
    many = figure.unit
    if number != 1:
        return many
    return ONE.get(many) or (f"{many[:-3]}y" if many.endswith("ies") else many.removesuffix("s"))


def titled(figure: PublishedFigure) -> str:
    split = f" by {' and '.join(figure.titles).lower()}" if figure.titles else ""
    return figure.title if figure.title.lower().endswith(split) else f"{figure.title}{split}"


def has_clause(figure: PublishedFigure, cell: PublishedCell) -> bool:
    return figure.kind == "count" and figure.figure in CLAUSES and cell.number is not None


def worth(figure: PublishedFigure, cell: PublishedCell) -> str:
    if figure.kind == "median" and cell.number is not None:
        return f"half of them within {spoken(cell)} {figure.unit}"
    return spoken(cell)


def in_words(figure: PublishedFigure, cell: PublishedCell) -> str:
    """Write a small share as words that can be repeated, "less than one per cent"; empty for any other."""
    most = cell.number if cell.high is None else cell.high
    if figure.kind != "share" or cell.number is None or most is None:
        return ""
    return next((f"less than {word} per cent" for n, word in enumerate(_UP_TO, 1) if 100 * most < n), "")


def meaning(definition: str) -> str:
    return definition.replace(_METHOD, "")


def clause(release: Published, figure: PublishedFigure, cell: PublishedCell) -> str:
    place = f" ({', '.join(cell.where)})" if cell.where else ""
    if not has_clause(figure, cell):
        return f"{figure.title[:1].lower()}{figure.title[1:]}{place}: {worth(figure, cell)}"
    were = "was" if cell.number == 1 and not cell.qualifier else "were"
    things = noun(figure, cell.number)
    if figure.by != ("part",):
        things += place
    elif (part := cell.where[0]) == "harm" or part.startswith("with "):
        things += f" with {part.removeprefix('with ')}"
    else:
        things = f"{part} {things}"
    body = named(release.oversight_body)
    return CLAUSES[figure.figure].format(n=spoken(cell), noun=things, were=were, oversight=body)


def line(release: Published, figure: PublishedFigure, published: str, definition: str) -> str:
    """published: the day, as people write it. definition: the catalogue's, if the release says none."""
    elsewhere = release.origin == "elsewhere"
    where, typed = (" elsewhere", f"; {TYPED}") if elsewhere else ("", "")
    source = f"{release.name}, published{where} on {published}, {release.status}{typed}"
    lead = NOT_WITH_IT if elsewhere and not figure.definition else "Definition: "
    means = meaning(figure.definition or definition)
    ruled = any(cell.treatment in _RULED for cell in figure.cells)
    stated = _parts(figure) if figure.by else _whole(release, figure)
    sentences = [
        f"{stated} as at {written_day(release.as_at)} ({source}).",
        (figure.rule or release.rule) if ruled else "",
        f"{lead}{means}" if means else "",
    ]
    return " ".join(filter(None, sentences))


def _whole(release: Published, figure: PublishedFigure) -> str:
    share = figure.kind == "share" and figure.out_of and figure.whole.number is not None
    of, small = f" of {figure.out_of}" if share else "", in_words(figure, figure.whole)
    return f"{capitalised(clause(release, figure, figure.whole))}{of}{f', {small},' if small else ''}"


def _parts(figure: PublishedFigure) -> str:
    names = {" and ".join(cell.where): cell for cell in figure.cells}
    parts = [
        f"{name} {worth(figure, cell)}" for name, cell in names.items() if cell.treatment != "suppressed"
    ]
    if hidden := [name for name, cell in names.items() if cell.treatment == "suppressed"]:
        parts.append(f"not told: {', '.join(hidden)}")
    return f"{titled(figure)}: {'; '.join(parts)},"


MEANS: dict[Kind, str] = {
    "the same": "Both releases say the same.",
    "told otherwise": "One of the two is rounded and may stand for the other: nothing says that it changed.",
    "not told": "What the change is of is not told either.",
    "update": "An update: the earlier number was right for its own day.",
    "revision": "A revision: changed by information that came later.",
    "correction": "A correction: it mends an error.",
}
ROUNDED = "one of the two is rounded, so whether the number has changed is not told"
ONE_NOT_TOLD = "one of the two numbers is not told, so what lies between them is not either"
NOT_BRIDGED = f"what is told together as {OTHER} is not bridged"
UNEXPLAINED = "the rows of the register alone do not explain the difference"
UNKNOWN = "the register does not say what lies between them"
FEW = "what lies between them cannot be told from rounded numbers"
NO_REASON = (NOT_BRIDGED, UNEXPLAINED, UNKNOWN, FEW)
"""Why no reason is offered to the public: none of these is one."""
UNCHANGED = "nothing that is told has changed"
_MINUS = "\N{MINUS SIGN}"

_PHRASES: dict[Why, str] = {
    Why.SINCE: "{n} further {noun} {were} {done} since",
    Why.ADDED: "{n} {noun} {were} added{cause}",
    Why.LATE: "{n} {noun} of earlier days {were} recorded since",
    Why.CORRECTED_IN: "{n} {noun} {were} added by a correction",
    Why.ENDED: "{n} {noun} no longer {counts}",
    Why.REMOVED: "{n} {noun} {were} removed{cause}",
    Why.CORRECTED_OUT: "{n} {noun} {were} removed by a correction",
    Why.RECLASSIFIED: "{n} {noun} {were} reclassified",
}


@dataclass(frozen=True)
class Revision:
    """Two numbers of one figure, the earlier first, and why they differ; all of it may be printed."""

    figure: str
    title: str
    before: str
    after: str
    kind: Kind
    scale: str  # the difference, absolute and relative; empty where it cannot be told
    why: str  # what led from one to the other
    sentence: str  # all of it, ready to send
    explained: bool  # whether the register says of both days what the releases say

    @property
    def changed(self) -> bool:
        return self.kind != "the same"

    @property
    def reasoned(self) -> bool:
        return self.why not in NO_REASON


def revision(before: Side, after: Side, counts: Counts | None, threshold: int) -> Revision:
    """counts: None where the register cannot say. threshold: of so many things or fewer no step is told."""
    hidden = None in (before.cell.number, after.cell.number)
    bridged = None if hidden else counts
    explained = bridged is None or (fits(before.cell, bridged.opening) and fits(after.cell, bridged.closing))
    steps = tellable(before.cell, after.cell, bridged.steps, threshold) if bridged and explained else ()
    kind = kind_of(before, after, steps)
    scale, why = "", {"the same": UNCHANGED, "told otherwise": ROUNDED}.get(kind, "")
    if not why:
        scale, why = _scale(before.cell, after.cell), _why(before, after, bridged, steps, threshold)
    return Revision(
        figure=after.figure.figure,
        title=_title(after),
        before=spoken(before.cell),
        after=spoken(after.cell),
        kind=kind,
        scale=scale,
        why=why,
        sentence=_sentence(before, after, kind, scale, why),
        explained=explained,
    )


def inside(before: Side, after: Side, counts: Counts) -> str:
    changes = "".join(
        f" {'+' if step.change > 0 else _MINUS} {written_count(abs(step.change))} {step.why}"
        for step in counts.steps
    )
    sums = f"{written_count(counts.opening)}{changes} = {written_count(counts.closing)}."
    if not counts.steps:
        sums = f"{written_count(counts.closing)} in both."
    sides = (before, counts.opening), (after, counts.closing)
    return " ".join([sums, *(_amiss(*side) for side in sides if not fits(side[0].cell, side[1]))])


def _amiss(side: Side, count: float) -> str:
    day, number = written_day(side.release.known_at), side.cell.number
    words = f"{side.release.name} says {spoken(side.cell)}; the register as known on {day} says "
    if side.cell.qualifier or number is None:
        return f"{words}{written_count(count)}, which does not fit."
    apart = written_count(abs(count - number))
    return f"{words}{written_count(count)}: the difference of {apart} cannot be explained from the rows."


def _scale(before: PublishedCell, after: PublishedCell) -> str:
    if before.number is None or after.number is None or before.qualifier or after.qualifier:
        return ""
    apart = after.number - before.number
    if not apart or after.shown.endswith("%"):
        return ""
    about = "" if plain(before) and plain(after) else "about "
    percent = f"{100 * abs(apart) / before.number:.1f}".removesuffix(".0") if before.number else ""
    relative = f" ({percent}%)" if percent else ""
    return f"{'up' if apart > 0 else 'down'} by {about}{written_count(abs(apart))}{relative}"


def _why(before: Side, after: Side, counts: Counts | None, steps: tuple[Step, ...], threshold: int) -> str:
    if not steps or after.figure.kind != "count":
        return _no_step(before, after, counts)
    if len(steps) == 1 and plain(before.cell) and plain(after.cell):
        change = (after.cell.number or 0) - (before.cell.number or 0)
        return _phrase(after.figure, steps[0], change, threshold)
    first, *others = dict.fromkeys(_phrase(after.figure, step, None, threshold) for step in steps)
    some = f"some {noun(after.figure, None)} "
    return listed_words([first, *(phrase.replace(some, "some ") for phrase in others)])


def _no_step(before: Side, after: Side, counts: Counts | None) -> str:
    if None in (before.cell.number, after.cell.number):
        return ONE_NOT_TOLD
    if OTHER in after.cell.where:
        return NOT_BRIDGED
    if after.figure.kind == "share":
        parts = f"{after.figure.counts} and {after.figure.out_of}"
        return f"it is worked out anew from {parts}, each of its own day"
    if after.figure.kind == "median":
        return "it is a median, worked out anew, and no steps lead from one to the other"
    if counts is None:
        return UNKNOWN
    fit = fits(before.cell, counts.opening) and fits(after.cell, counts.closing)
    return FEW if counts.steps and fit else UNEXPLAINED


def _phrase(figure: PublishedFigure, step: Step, number: float | None, threshold: int) -> str:
    """A step; without its number unless that is the difference of the two that are told."""
    one = number is not None and abs(number) == 1
    # A cause is told of many, never of so few that it could be about one of them.
    most = "" if step.caused == step.things else ", most of them"
    cause = f"{most} following {step.cause}" if step.cause and step.caused > threshold else ""
    return _PHRASES[step.why].format(
        n="some" if number is None else written_count(abs(number)),
        noun=noun(figure, 1 if one else None),
        were="was" if one else "were",
        counts="counts" if one else "count",
        done=_DONE.get(figure.figure, ("counted", ""))[0],
        cause=cause,
    )


def _sentence(before: Side, after: Side, kind: Kind, scale: str, why: str) -> str:
    earlier, later = written_day(before.release.as_at), written_day(after.release.as_at)
    of_one_day = earlier == later
    with_clauses = has_clause(after.figure, after.cell) and has_clause(before.figure, before.cell)
    opening = clause(before.release, before.figure, before.cell)
    if kind == "the same":
        days = f"as at {later}" if of_one_day else f"as at {earlier} and as at {later}"
        if with_clauses:
            return f"{capitalised(days)} we have said the same: {opening}."
        return f"{capitalised(opening)}, {days} alike."
    if with_clauses:
        now = "now" if of_one_day else f"as at {later}"
        both = f"As at {earlier} we said that {opening}; {now} we say {spoken(after.cell)}"
    else:
        both = f"{_title(after)}: {worth(before.figure, before.cell)} as at {earlier}, "
        both += f"{worth(after.figure, after.cell)} as at {later}"
    return both + _because(kind, scale, why)


def _because(kind: Kind, scale: str, why: str) -> str:
    """Where no reason may be told, none is made up, and no nature either."""
    if why in NO_REASON:
        return f", {scale}." if scale else "."
    if kind in ("told otherwise", "not told"):
        return f": {why}."
    nature = f"{'an' if kind == 'update' else 'a'} {kind}"
    return f", because {why}: {nature}{', ' if scale else ''}{scale}."


def _title(side: Side) -> str:
    place = f", {' and '.join(side.cell.where)}" if side.cell.where else ""
    return capitalised(f"{side.figure.title}{place}")
