"""Published numbers in sentences, and why two of one figure differ, in words fit to print.

The public is told no number here but the difference of two that it knows, and that only where both are exact
and one kind of step makes up all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from data.formatting import UP_TO, capitalised, listed_words, named, written_count, written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure, Treatment
from metrics.bridge import Bridge, Kind, Side, Step, Why, fits, kind_of, plain, tellable
from metrics.dimensions import OTHER

# What had been done to the things that a figure counts.
_DONE = {
    "risk_assessed": "risk assessed",
    "sent_on": "sent",
    "completed": "completed",
    "failures": "found",
    "failures_with_harm": "found",
    "referrals": "referred",
}
# A review's own words for them are in the titles that were published with the figures.
_WHOLE = {**_DONE, "sent_on": "sent for detailed review", "referrals": "referred to {oversight}"}
# How a figure's number stands in a sentence; {were} and the noun follow the number.
CLAUSES = {
    "population": "the review covers {n} {noun}",
    "headcount": "{n} {noun} {were} in the review team",
    **dict.fromkeys(_DONE, "{n} {noun} had been {done}"),
}
# The same as something that was reported.
REPORTED = {
    "population": "{n} {noun} in the review",
    "headcount": "{n} {noun} in the review team",
    **dict.fromkeys(_DONE, "{n} {noun} {done}"),
    "failures": "{n} {noun}",
    "failures_with_harm": "{n} {noun}",
}
_DAYS = {"headcount": "on", **dict.fromkeys(_DONE, "by")}
ONE = {"people": "person"}
BODY = " to the oversight body"
REFERRALS = f"Referrals{BODY}"
WITHHELD = "withheld"
ENTERED = "Entered from the published statement"
CATALOGUE_DEFINITION = "Candour's definition, not part of the published statement. "
_RULED: tuple[Treatment, ...] = ("rounded", "from rounded numbers", "suppressed")
_METHOD = " (Kaplan-Meier)"


def spoken(cell: PublishedCell) -> str:
    if cell.treatment == "suppressed":
        return WITHHELD
    qualifier = "about" if cell.treatment in ("rounded", "from rounded numbers") else cell.qualifier
    return cell.shown if cell.shown.startswith(qualifier) else f"{qualifier} {cell.shown}"


def noun(figure: PublishedFigure, number: float | None) -> str:
    if figure.figure == "completed":
        many, completed, _ = figure.title.rpartition(" completed")
        return _counted(f"{many[:1].lower()}{many[1:]}" if completed else "detailed reviews", number)
    if figure.figure == "referrals":
        return _counted("matters", number)
    harm = " with harm" if figure.figure == "failures_with_harm" else ""
    return f"{unit_of(figure, number)}{harm}"


def unit_of(figure: PublishedFigure, number: float | None) -> str:
    return _counted(figure.unit, number)


def _counted(many: str, number: float | None) -> str:
    if number != 1:
        return many
    return ONE.get(many) or (f"{many[:-3]}y" if many.endswith("ies") else many.removesuffix("s"))


def titled(figure: PublishedFigure) -> str:
    split = f" by {' and '.join(figure.titles).lower()}" if figure.titles else ""
    return figure.title if figure.title.lower().endswith(split) else f"{figure.title}{split}"


def has_clause(figure: PublishedFigure, cell: PublishedCell) -> bool:
    # A title has the review's own noun for a referral, and no verb.
    otherwise = figure.figure == "referrals" and figure.title.endswith(BODY) and figure.title != REFERRALS
    return figure.kind == "count" and figure.figure in CLAUSES and cell.number is not None and not otherwise


def worth(figure: PublishedFigure, cell: PublishedCell) -> str:
    median = figure.kind == "median" and cell.number is not None
    return f"half within {spoken(cell)} {figure.unit}" if median else spoken(cell)


def in_words(figure: PublishedFigure, cell: PublishedCell) -> str:
    """Write a small share as words that can be repeated, "less than one per cent"; empty for any other."""
    most = cell.number if cell.high is None else cell.high
    if figure.kind != "share" or cell.number is None or most is None:
        return ""
    return next((f"less than {word} per cent" for n, word in enumerate(UP_TO, 1) if 100 * most < n), "")


def meaning(definition: str) -> str:
    return definition.replace(_METHOD, "")


def clause(
    release: Published, figure: PublishedFigure, cell: PublishedCell, patterns: Mapping[str, str] = CLAUSES
) -> str:
    """Write a number as part of a sentence: "33 failures had been found"."""
    if not has_clause(figure, cell):
        return f"{figure.title[:1].lower()}{figure.title[1:]}{_place(cell)}: {worth(figure, cell)}"
    were = "was" if cell.number == 1 and not cell.qualifier else "were"
    things, body = _things(figure, cell, cell.number), named(release.oversight_body)
    done, (_, _, own) = _WHOLE.get(figure.figure, ""), figure.title.partition(f"{capitalised(figure.unit)} ")
    if own and figure.figure in ("risk_assessed", "sent_on"):
        done = own
    done = done.replace("{oversight}", body)
    return patterns[figure.figure].format(n=spoken(cell), noun=things, were=were, done=done)


def _place(cell: PublishedCell) -> str:
    return f" ({', '.join(cell.where)})" if cell.where else ""


def _things(figure: PublishedFigure, cell: PublishedCell, number: float | None) -> str:
    """Name what a number counts: "service failures", "failures with harm", "failures (north)"."""
    things = noun(figure, number)
    if figure.by != ("part",):
        return f"{things}{_place(cell)}"
    part = cell.where[0]
    if part == "harm" or part.startswith("with "):
        return f"{things} with {part.removeprefix('with ')}"
    return f"{part} {things}"


def dated(release: Published, figure: PublishedFigure, cell: PublishedCell, *remarks: str) -> str:
    """Write a number with its day: "33 failures had been found by 22 May 2024 (final)"."""
    share = figure.kind == "share" and figure.out_of and cell.number is not None
    of, small = f" of {figure.out_of}" if share else "", in_words(figure, cell)
    words = f"{capitalised(clause(release, figure, cell))}{of}{f', {small}' if small else ''}"
    day, brackets = written_day(release.as_at), [*filter(None, remarks)]
    if has_clause(figure, cell) and figure.figure in _DAYS:
        words += f" {_DAYS[figure.figure]} {day}"
    else:
        brackets.insert(0, day)
    return f"{words} ({'; '.join(brackets)})" if brackets else words


def line(release: Published, figure: PublishedFigure) -> str:
    """Write a figure as one sentence to send, with its number, unit and day and nothing else."""
    if not figure.by:
        return f"{dated(release, figure, figure.whole)}."
    names = {" and ".join(cell.where): cell for cell in figure.cells}
    parts = [
        f"{name} {worth(figure, cell)}" for name, cell in names.items() if cell.treatment != "suppressed"
    ]
    if hidden := [name for name, cell in names.items() if cell.treatment == "suppressed"]:
        parts.append(f"{WITHHELD}: {', '.join(hidden)}")
    return f"{titled(figure)}, {written_day(release.as_at)}: {'; '.join(parts)}."


def definition(release: Published, figure: PublishedFigure, catalogued: str) -> str:
    """catalogued: the catalogue's definition, where none was published with the figure."""
    means = meaning(figure.definition or catalogued)
    own = figure.definition or release.origin != "elsewhere" or not means
    return means if own else f"{CATALOGUE_DEFINITION}{means}"


def source_words(release: Published, published: str) -> str:
    """published: the day, as people write it."""
    source = f"{release.name}, published on {published}, {release.status}."
    return f"{source} {ENTERED}." if release.origin == "elsewhere" else source


def rule_words(release: Published, figure: PublishedFigure) -> str:
    """Return the rule of rounding or withholding that a figure's numbers went through; empty for none."""
    ruled = any(cell.treatment in _RULED for cell in figure.cells)
    return figure.rule or (release.rule if ruled else "")


MEANS: dict[Kind, str] = {
    "the same": "Both releases give the same figure.",
    "uncertain": "One of the two numbers is rounded, so the total may be unchanged.",
    "withheld": "One of the two numbers is withheld, so the change is too.",
    "update": "{earlier} was right at the time.",
    "revision": "Revised after later checks.",
    "correction": "Corrected: the earlier figure was wrong.",
}
ROUNDED = "one of the two numbers is rounded, so the total may be unchanged"
ONE_WITHHELD = "one of the two numbers is withheld, so the change is too"
NOT_BRIDGED = f"the values combined as “{OTHER}” have no list of changes"
UNEXPLAINED = "the register alone does not explain the difference"
UNKNOWN = "the register does not show what changed"
FEW = "rounded numbers hide what changed"
NO_REASON = (NOT_BRIDGED, UNEXPLAINED, UNKNOWN, FEW)
"""Why no reason is offered to the public: none of these is one."""
UNCHANGED = "the published figure has not changed"
_MINUS = "\N{MINUS SIGN}"

_PHRASES: dict[Why, str] = {
    Why.SINCE: "{n} more{things} {have} been {done} since",
    Why.ADDED: "{n} more {noun} {were} added{cause}",
    Why.LATE: "{n} earlier {noun} {were} recorded late",
    Why.CORRECTED_IN: "{n} {noun} {were} added by a correction",
    Why.ENDED: "{n} {noun} no longer {counts}",
    Why.REMOVED: "{n} {noun} {were} removed{cause}",
    Why.CORRECTED_OUT: "{n} {noun} {were} removed by a correction",
    Why.RECLASSIFIED: "{n} {noun} {were} reclassified",
}


@dataclass(frozen=True)
class Revision:
    figure: str
    title: str
    before: str
    after: str
    kind: Kind
    scale: str  # the difference, absolute and relative; empty where it cannot be told
    why: str  # what led from one to the other
    means: str  # what kind of change it is, in a sentence
    sentence: str  # all of it, ready to send
    explained: bool  # whether the register says of both days what the releases say

    @property
    def changed(self) -> bool:
        return self.kind != "the same"

    @property
    def reasoned(self) -> bool:
        return self.why not in NO_REASON


def revision(before: Side, after: Side, counts: Bridge | None, threshold: int) -> Revision:
    """counts: None where the register cannot say. threshold: of so many things or fewer no step is told."""
    bridged = None if None in (before.cell.number, after.cell.number) else counts
    explained = bridged is None or (fits(before.cell, bridged.opening) and fits(after.cell, bridged.closing))
    steps = tellable(before.cell, after.cell, bridged.steps, threshold) if bridged and explained else ()
    kind = kind_of(before, after, steps)
    scale, why = "", {"the same": UNCHANGED, "uncertain": ROUNDED}.get(kind, "")
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
        means=MEANS[kind].format(earlier=_reported(before, after)[1]),
        sentence=_sentence(before, after, kind, scale, why),
        explained=explained,
    )


def inside(before: Side, after: Side, counts: Bridge) -> str:
    changes = "".join(
        f" {'+' if step.change > 0 else _MINUS} {written_count(abs(step.change))} {step.why}"
        for step in sorted(counts.steps, key=lambda step: (tuple(Why).index(step.why), -step.change))
    )
    opening, closing = written_count(counts.opening), written_count(counts.closing)
    sums = f"{opening}{changes} = {closing}." if counts.steps else f"{closing} in both."
    sides = (before, counts.opening), (after, counts.closing)
    return " ".join([sums, *(_amiss(*side) for side in sides if not fits(side[0].cell, side[1]))])


def _amiss(side: Side, count: float) -> str:
    day, number = written_day(side.release.known_at), side.cell.number
    release = f"{side.release.name} gives {spoken(side.cell)}."
    words = f"{release} The register as known on {day} gives {written_count(count)}"
    if side.cell.qualifier or number is None:
        return f"{words}, which does not fit."
    return f"{words}; the rows do not explain the difference of {written_count(abs(count - number))}."


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


def _why(before: Side, after: Side, counts: Bridge | None, steps: tuple[Step, ...], threshold: int) -> str:
    if not steps or after.figure.kind != "count":
        return _no_step(before, after, counts)
    if len(steps) == 1 and plain(before.cell) and plain(after.cell):
        change = (after.cell.number or 0) - (before.cell.number or 0)
        return _phrase(after, steps[0], change, threshold)
    first, *others = dict.fromkeys(_phrase(after, step, None, threshold) for step in steps)
    some = f"some {noun(after.figure, None)} "
    return listed_words([first, *(phrase.replace(some, "some ") for phrase in others)])


def _no_step(before: Side, after: Side, counts: Bridge | None) -> str:
    if None in (before.cell.number, after.cell.number):
        return ONE_WITHHELD
    if OTHER in after.cell.where:
        return NOT_BRIDGED
    if after.figure.kind in ("share", "median"):
        return f"each {after.figure.kind} is for its own day"
    if counts is None:
        return UNKNOWN
    fit = fits(before.cell, counts.opening) and fits(after.cell, counts.closing)
    return FEW if counts.steps and fit else UNEXPLAINED


def _phrase(side: Side, step: Step, number: float | None, threshold: int) -> str:
    """A step; without its number unless that is the difference of the two that are told."""
    size, figure = abs(number or 0), side.figure
    one, words = size == 1, "some" if number is None else written_count(size)
    if size in range(1, len(UP_TO) + 1):
        words = UP_TO[int(size) - 1]
    plainly = figure.figure == "failures" and not figure.by
    # A cause is told of many, never of so few that it could be about one of them.
    most = "" if step.caused == step.things else ", most of them"
    cause = f"{most} following {step.cause}" if step.cause and step.caused > threshold else ""
    return _PHRASES[step.why].format(
        n=words,
        noun=noun(figure, 1 if one else None),
        # The sentence before has named the failures.
        things="" if plainly else f" {_things(figure, side.cell, 1 if one else None)}",
        were="was" if one else "were",
        have="has" if one else "have",
        counts="counts" if one else "count",
        done=_DONE.get(figure.figure, "counted"),
        cause=cause,
    )


def _reported(before: Side, after: Side) -> tuple[str, str]:
    """When the earlier number was reported, and what to call it: by the month alone where that says it."""
    day, later = before.reported_on, after.reported_on
    if day.year == later.year and day.month != later.month:
        return f"In {day:%B}", f"{day:%B}'s figure"
    return f"On {written_day(day)}", f"The figure of {written_day(day)}"


def _sentence(before: Side, after: Side, kind: Kind, scale: str, why: str) -> str:
    if not (has_clause(after.figure, after.cell) and has_clause(before.figure, before.cell)):
        return _titled_sentence(before, after, kind, scale, why)
    words = clause(before.release, before.figure, before.cell, REPORTED)
    opening = f"{_reported(before, after)[0]} we reported {words}."
    now = spoken(after.cell)
    if kind == "the same":
        same = f"The figure for {written_day(after.release.as_at)} is the same."
        return f"{opening} {'The figure is unchanged.' if _one_day(before, after) else same}"
    if why in NO_REASON or kind == "uncertain":
        reason = f" {capitalised(why)}." if kind == "uncertain" else ""
        return f"{opening} The total is now {now}{f', {scale}' if scale else ''}.{reason}"
    mended = " We have corrected the earlier figure." if kind == "correction" else ""
    return f"{opening} {capitalised(why)}; the total is {now}.{mended}"


def _one_day(before: Side, after: Side) -> bool:
    return before.release.as_at == after.release.as_at


def _titled_sentence(before: Side, after: Side, kind: Kind, scale: str, why: str) -> str:
    """Where no reason may be told, none is made up, and no nature either."""
    earlier, later = (written_day(side.release.as_at) for side in (before, after))
    then, now = worth(before.figure, before.cell), worth(after.figure, after.cell)
    if kind == "the same":
        days = f"on {later}" if _one_day(before, after) else f"on {earlier} and on {later}"
        return f"{_title(after)}: {now} {days}."
    days = f"{then} on {earlier}, {now} on {later}"
    both = f"{now} on {later}, reported earlier as {then}" if _one_day(before, after) else days
    reason = "" if why in NO_REASON else f" {capitalised(why)}."
    mended = " We have corrected the earlier figure." if kind == "correction" else ""
    return f"{_title(after)}: {both}{f', {scale}' if scale else ''}.{reason}{mended}"


def _title(side: Side) -> str:
    place = f", {' and '.join(side.cell.where)}" if side.cell.where else ""
    return capitalised(f"{side.figure.title}{place}")
