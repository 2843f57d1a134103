"""Why a figure says another number in one release than in an earlier one, in words fit to print.

The public is told no number here but the difference of two numbers that it has been told, and that only
where both are exact and one kind of step makes up all of it; else which kinds of steps there were, in words.
Where a number is rounded or only bounded, a kind is named only if it goes the way that the numbers go and
more things than the threshold took it: a small step, or one the other way, is known from the rows alone.
Where a number is not told, nothing is. Those who may see figures are told the true steps apart.
"""

from dataclasses import dataclass
from typing import Literal

from data.formatting import capitalised, listed_words, written_count, written_day
from data.publishing.content import EXACTLY, Nature, Published, PublishedCell, PublishedFigure
from metrics.bridge import Why
from metrics.clauses import clause, has_clause, noun, spoken, worth
from metrics.labels import OTHER
from metrics.reasons import RECLASSIFIED, Counts, Reason, Step

Kind = Literal["the same", "told otherwise", "not told", "update", "revision", "correction"]

MEANS: dict[Kind, str] = {
    "the same": "Both releases say the same.",
    "told otherwise": "One of the two is rounded and may stand for the other: nothing says that it changed.",
    "not told": "What the change is of is not told either.",
    "update": "An update: the earlier number was right for its own day.",
    "revision": "A revision: changed by information that came later.",
    "correction": "A correction: it mends an error.",
}
ROUNDED = "one of the two is rounded, so whether the number has changed is not told"
NOT_TOLD = "one of the two numbers is not told, so what lies between them is not either"
NOT_BRIDGED = f"what is told together as {OTHER} is not bridged"
UNEXPLAINED = "the rows of the register alone do not explain the difference"
UNKNOWN = "the register does not say what lies between them"
FEW = "what lies between them cannot be told from rounded numbers"
NO_REASON = (NOT_BRIDGED, UNEXPLAINED, UNKNOWN, FEW)
"""Why no reason is offered to the public: none of these is one."""
UNCHANGED = "nothing that is told has changed"
_MINUS = "\N{MINUS SIGN}"
NEAR = 0.1  # "about 45" fits what is within a tenth of it

_PHRASES: dict[Reason, str] = {
    Why.SINCE: "{n} further {noun} {were} {done} since",
    Why.ADDED: "{n} {noun} {were} added{cause}",
    Why.LATE: "{n} {noun} of earlier days {were} recorded since",
    Why.CORRECTED_IN: "{n} {noun} {were} added by a correction",
    Why.ENDED: "{n} {noun} no longer {counts}",
    Why.REMOVED: "{n} {noun} {were} removed{cause}",
    Why.CORRECTED_OUT: "{n} {noun} {were} removed by a correction",
    RECLASSIFIED: "{n} {noun} {were} reclassified",
}
_DONE = {
    "failures": "found",
    "failures_with_harm": "found",
    "referrals": "referred",
    "risk_assessed": "risk assessed",
    "completed": "completed",
    "sent_on": "sent on",
}
_NEW = {Why.ADDED, Why.LATE, Why.REMOVED}
_MENDED = {Why.CORRECTED_IN, Why.CORRECTED_OUT, RECLASSIFIED}


@dataclass(frozen=True)
class Side:
    release: Published
    told: PublishedFigure
    said: PublishedCell


@dataclass(frozen=True)
class Revision:
    """Two numbers of one figure, the earlier first, and why they differ; all of it may be printed.

    scale: the difference, absolute and relative, where it can be told. why: what lead from one to the other.
    sentence: all of it in one sentence, ready to send. explained: whether the register says of both days
    what the releases say.
    """

    figure: str
    title: str
    before: str
    after: str
    kind: Kind
    scale: str
    why: str
    sentence: str
    explained: bool

    @property
    def changed(self) -> bool:
        return self.kind != "the same"

    @property
    def reasoned(self) -> bool:
        """Whether the public may be told why; where not, the sentence offers no reason."""
        return self.why not in NO_REASON


def revision(before: Side, after: Side, counts: Counts | None, threshold: int) -> Revision:
    """Return why two numbers of one figure differ, in words that may be printed.

    before: the earlier one. counts: what the register says of both; None where it cannot say. threshold: of
    how many things or fewer nothing is told but that there are some.
    """
    hidden = None in (before.said.number, after.said.number)
    bridged = None if hidden else counts
    explained = bridged is None or (fits(before.said, bridged.opening) and fits(after.said, bridged.closing))
    steps = _tellable(before.said, after.said, bridged.steps, threshold) if bridged and explained else ()
    kind = _kind(before, after, steps)
    scale, why = "", {"the same": UNCHANGED, "told otherwise": ROUNDED}.get(kind, "")
    if not why:
        scale, why = _scale(before.said, after.said), _why(before, after, bridged, steps, threshold)
    return Revision(
        figure=after.told.figure,
        title=_title(after),
        before=spoken(before.said),
        after=spoken(after.said),
        kind=kind,
        scale=scale,
        why=why,
        sentence=_sentence(before, after, kind, scale, why),
        explained=explained,
    )


def fits(said: PublishedCell, count: float) -> bool:
    if said.number is None or said.low is not None:
        return (said.low is None or said.low <= count) and (said.high is None or count <= said.high)
    return {
        "": count == said.number,
        "more than": count > said.number,
        "at least": count >= said.number,
        "about": abs(count - said.number) <= NEAR * said.number,
        "less than": count < said.number,
        "at most": count <= said.number,
    }[said.qualifier]


def inside(before: Side, after: Side, counts: Counts) -> str:
    """Say the true steps, for those who may see figures, and what of the releases they do not explain."""
    changes = "".join(
        f" {'+' if step.change > 0 else _MINUS} {written_count(abs(step.change))} {step.why}"
        for step in counts.steps
    )
    told = f"{written_count(counts.opening)}{changes} = {written_count(counts.closing)}."
    if not counts.steps:
        told = f"{written_count(counts.closing)} in both."
    amiss = [
        _amiss(side, count)
        for side, count in ((before, counts.opening), (after, counts.closing))
        if not fits(side.said, count)
    ]
    return " ".join([told, *amiss])


def _amiss(side: Side, count: float) -> str:
    day, number = written_day(side.release.known_at), side.said.number
    words = f"{side.release.name} says {spoken(side.said)}; the register as known on {day} says "
    if side.said.qualifier or number is None:
        return f"{words}{written_count(count)}, which does not fit."
    apart = written_count(abs(count - number))
    return f"{words}{written_count(count)}: the difference of {apart} cannot be explained from the rows."


def _same(before: PublishedCell, after: PublishedCell) -> bool:
    return (before.shown, before.qualifier, before.number) == (after.shown, after.qualifier, after.number)


def _kind(before: Side, after: Side, steps: tuple[Step, ...]) -> Kind:
    if _same(before.said, after.said):
        return "the same"
    if None in (before.said.number, after.said.number):
        return "not told"
    if _overlap(before.said, after.said):
        return "told otherwise"
    reasons = {step.why for step in steps}
    of_one_day = before.release.as_at == after.release.as_at
    declared: Nature = after.release.nature
    if reasons & _MENDED or (of_one_day and declared == "correction"):
        return "correction"
    if reasons & _NEW or of_one_day or (not reasons and declared == "revision"):
        return "revision"
    return "correction" if not reasons and declared == "correction" else "update"


def _tellable(
    before: PublishedCell, after: PublishedCell, steps: tuple[Step, ...], threshold: int
) -> tuple[Step, ...]:
    """Return the steps that may be named between two numbers that are told.

    Between two that are exact each may. Else one that took few things, or goes against the numbers, would
    tell of a true number what rounding keeps back.
    """
    if _plain(before) and _plain(after):
        return steps
    way = (after.number or 0) - (before.number or 0)
    return tuple(each for each in steps if each.change * way > 0 and each.things > threshold)


def _overlap(before: PublishedCell, after: PublishedCell) -> bool:
    if None in (before.number, after.number) or before.qualifier or after.qualifier:
        return False
    lows = [each.number if each.low is None else each.low for each in (before, after)]
    highs = [each.number if each.high is None else each.high for each in (before, after)]
    return max(each or 0 for each in lows) <= min(each or 0 for each in highs)


def _plain(said: PublishedCell) -> bool:
    exact = said.treatment in ("as counted", *EXACTLY)
    return said.number is not None and exact and not said.qualifier


def _told_difference(before: PublishedCell, after: PublishedCell) -> float | None:
    """Difference of two numbers that are both told; None where one is not, or is only bounded."""
    if before.number is None or after.number is None or before.qualifier or after.qualifier:
        return None
    return after.number - before.number


def _scale(before: PublishedCell, after: PublishedCell) -> str:
    apart = _told_difference(before, after)
    if not apart or after.shown.endswith("%"):
        return ""
    about = "" if _plain(before) and _plain(after) else "about "
    relative = f" ({_percentage(abs(apart) / before.number)})" if before.number else ""
    return f"{'up' if apart > 0 else 'down'} by {about}{written_count(abs(apart))}{relative}"


def _percentage(part: float) -> str:
    return f"{100 * part:.1f}".removesuffix(".0") + "%"


def _why(before: Side, after: Side, counts: Counts | None, steps: tuple[Step, ...], threshold: int) -> str:
    if not steps or after.told.kind != "count":
        return _untold(before, after, counts)
    if len(steps) == 1 and _plain(before.said) and _plain(after.said):
        return _phrase(after.told, steps[0], _told_difference(before.said, after.said), threshold)
    first, *others = dict.fromkeys(_phrase(after.told, step, None, threshold) for step in steps)
    some = f"some {noun(after.told, None)} "
    return listed_words([first, *(each.replace(some, "some ") for each in others)])


def _untold(before: Side, after: Side, counts: Counts | None) -> str:
    if None in (before.said.number, after.said.number):
        return NOT_TOLD
    if OTHER in after.said.where:
        return NOT_BRIDGED
    if after.told.kind != "count":
        return _anew(after.told)
    if counts is None:
        return UNKNOWN
    return _unnamed(before.said, after.said, counts)


def _anew(told: PublishedFigure) -> str:
    if told.kind == "share":
        return f"it is worked out anew from {told.counts} and {told.out_of}, each of its own day"
    return "it is a median, worked out anew, and no steps lead from one to the other"


def _unnamed(before: PublishedCell, after: PublishedCell, counts: Counts) -> str:
    told = counts.steps and fits(before, counts.opening) and fits(after, counts.closing)
    return FEW if told else UNEXPLAINED


def _phrase(told: PublishedFigure, step: Step, number: float | None, threshold: int) -> str:
    """Say one step; without its number unless that is the difference of the two that are told."""
    count = None if number is None else abs(number)
    one = count == 1
    # A cause is told of many, never of so few that it could be about one of them.
    most = "" if step.caused == step.things else ", most of them"
    cause = f"{most} following {step.cause}" if step.cause and step.caused > threshold else ""
    return _PHRASES[step.why].format(
        n="some" if count is None else written_count(count),
        noun=noun(told, 1 if one else None),
        were="was" if one else "were",
        counts="counts" if one else "count",
        done=_DONE.get(told.figure, "counted"),
        cause=cause,
    )


def _sentence(before: Side, after: Side, kind: Kind, scale: str, why: str) -> str:
    earlier, later = written_day(before.release.as_at), written_day(after.release.as_at)
    of_one_day = earlier == later
    titled = not has_clause(after.told, after.said) or not has_clause(before.told, before.said)
    said = clause(before.release, before.told, before.said)
    if kind == "the same":
        days = f"as at {later}" if of_one_day else f"as at {earlier} and as at {later}"
        return (
            f"{capitalised(said)}, {days} alike."
            if titled
            else f"{capitalised(days)} we have said the same: {said}."
        )
    if titled:
        told = f"{_title(after)}: {worth(before.told, before.said)} as at {earlier}, "
        told += f"{worth(after.told, after.said)} as at {later}"
    else:
        now = "now" if of_one_day else f"as at {later}"
        told = f"As at {earlier} we said that {said}; {now} we say {spoken(after.said)}"
    return told + _because(kind, scale, why)


def _because(kind: Kind, scale: str, why: str) -> str:
    """Say why, and by how much; where no reason may be told, none is made up, and no nature either."""
    if why in NO_REASON:
        return f", {scale}." if scale else "."
    if kind in ("told otherwise", "not told"):
        return f": {why}."
    nature = f"{'an' if kind == 'update' else 'a'} {kind}"
    return f", because {why}: {nature}{', ' if scale else ''}{scale}."


def _title(side: Side) -> str:
    place = f", {' and '.join(side.said.where)}" if side.said.where else ""
    return capitalised(f"{side.told.title}{place}")
