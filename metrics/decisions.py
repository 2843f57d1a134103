"""Promises made in public, and matters that wait for a decision, from their figures to one sentence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import Final, get_args

from data.decision_step import Action, DecisionStep
from data.formatting import capitalised, counted, written_count, written_day, written_share
from data.terms import USUAL_WORDS, Consequence, DecisionRule, Nouns
from metrics.as_at import Clocks
from metrics.evaluate import Ages


class PromiseStatus(StrEnum):
    KEPT = "kept"
    SO_FAR = "kept so far"
    NOT_DUE = "not due yet"
    AT_RISK = "at risk"
    NOT_KEPT = "not kept"
    UNKNOWN = "no measure set"
    NOT_JUDGED = "not judged"
    WITHDRAWN = "withdrawn"


Judgement = tuple[PromiseStatus, str]  # with the figures that it was judged by, in a sentence

EVEN = 0.5  # below an even chance of keeping it, somebody must decide: more staff, or another day
OWED = {
    "refer all failures": ("failures_not_referred",),
    "finish by a day": ("backlog", "not_assessed"),
    "answer enquiries": ("enquiries_overdue", "enquiries_late"),
}  # figures whose rows a kind of promise still owes, the first of which that has any being meant
KINDS = {
    "refer all failures": "{refer} all {failures}",
    "keep staffing": "keep {staffing}",
    "answer enquiries": "answer {enquiries}",
}  # kinds of promise in the words of a review, where these are not the code
NO_FIGURE = (PromiseStatus.UNKNOWN, "The register has no figure for it.")
NO_FINISH = (0.0, "no finish is in sight")


@dataclass(frozen=True)
class Promise:
    ref: str
    made_on: dt.date
    kind: str
    words: str
    due_on: dt.date | None
    withdrawn_on: dt.date | None

    def judged_on(self, as_at: dt.date) -> dt.date:
        return as_at if self.due_on is None else min(as_at, self.due_on)


@dataclass(frozen=True)
class JudgedPromise:
    promise: Promise
    status: PromiseStatus
    figures: str

    @property
    def needs_a_decision(self) -> bool:
        return self.status in (PromiseStatus.AT_RISK, PromiseStatus.NOT_KEPT)


def refer_all(failures: int, referred: int, referrals: int, words: Nouns = USUAL_WORDS) -> Judgement:
    if failures == 0:
        return PromiseStatus.SO_FAR, words("No {failure} has been found.")
    have, are = "has" if referred == 1 else "have", "is" if referrals == 1 else "are"
    all_, a_referral = counted(failures, words.failure, words.failures), words("a {referral}")
    some = f"{written_count(referred)} of {all_} {have} {a_referral}."
    every = f"There {are} {counted(referrals, words.referral, words.referrals)} in all."
    return PromiseStatus.SO_FAR if referred == failures else PromiseStatus.NOT_KEPT, f"{some} {every}"


def finish(
    promise: Promise,
    as_at: dt.date,
    left: tuple[int, int],
    chance: tuple[float, str] | None,
    words: Nouns = USUAL_WORDS,
) -> Judgement:
    """left: cases not risk assessed, and not reviewed, on the day it is judged. chance: of finishing in time,
    and in words; None without a forecast.
    """
    day = written_day(promise.judged_on(as_at))
    if left == (0, 0):
        waiting = words("No {cases} wait for a {triage} or a {detailed_review}")
        return PromiseStatus.KEPT, f"{waiting} on {day}."
    unassessed, outstanding = map(written_count, left)
    waiting = words(f"{unassessed} {{cases}} wait for a {{triage}}")
    remain = words(f"{waiting} and {outstanding} for a {{detailed_review}} on {day}")
    if promise.due_on is not None and as_at >= promise.due_on:
        return PromiseStatus.NOT_KEPT, f"{remain}."
    if chance is None:
        return PromiseStatus.NOT_DUE, f"{remain}. Too little is known to forecast the finish."
    share, chances = chance
    ahead = capitalised(chances if chance == NO_FINISH else f"{chances} chance of finishing in time")
    return PromiseStatus.AT_RISK if share < EVEN else PromiseStatus.NOT_DUE, f"{remain}. {ahead}."


def keep_staffing(
    promise: Promise, as_at: dt.date, then: int, now: int, outstanding: int, *, words: Nouns = USUAL_WORDS
) -> Judgement:
    staff = f"{counted(then, 'person', 'people')} in the review team at the time, {written_count(now)} on"
    reviews = capitalised(counted(outstanding, words.detailed_review, words.detailed_reviews))
    figures = f"{staff} {written_day(promise.judged_on(as_at))}. {reviews} outstanding"
    if now == 0 and outstanding > 0:
        return PromiseStatus.NOT_KEPT, f"{figures}."
    return PromiseStatus.UNKNOWN, f"{figures}. The register has no promised level."


def answer_enquiries(
    due: tuple[int, int], answered: int, open_: int, words: Nouns = USUAL_WORDS
) -> Judgement:
    """due: of the enquiries whose last day in time has come, those answered within it, and all of them."""
    in_time, judged = due
    if answered == open_ == 0:
        return PromiseStatus.SO_FAR, words("No {enquiry} has arrived.")
    if judged == 0:
        none = words("No {enquiry} has reached its {answer_day}")
        return PromiseStatus.SO_FAR, f"{none}; {_are(answered)} answered."
    figures = f"{answered_in_time(in_time, judged, words)}. {capitalised(_are(open_))} open."
    return PromiseStatus.SO_FAR if in_time == judged else PromiseStatus.NOT_KEPT, figures


def answered_in_time(in_time: float, due: float, words: Nouns) -> str:
    """The share in whole percent, unless that would round some to none or to all."""
    percent = round(100 * in_time / due)
    share = written_share(in_time / due) if percent in (0, 100) else f"{percent}%"
    return f"{share} answered within {words.answer_within} (target: all)"


def _are(count: int) -> str:
    return f"{written_count(count) if count else 'none'} {'are' if count > 1 else 'is'}"


def judged(promise: Promise, clocks: Clocks, judgement: Judgement | None) -> JudgedPromise:
    as_at = clocks.as_at
    if promise.withdrawn_on is not None and promise.withdrawn_on <= as_at:
        judgement = PromiseStatus.WITHDRAWN, f"Withdrawn on {written_day(promise.withdrawn_on)}."
    elif clocks.ahead:
        # It is never judged on a day after the last that is known.
        days = f"{written_day(clocks.known_at)}, before {written_day(as_at)}"
        judgement = PromiseStatus.NOT_JUDGED, f"What is known ends on {days}."
    return JudgedPromise(promise, *(judgement or NO_FIGURE))


STALE_AFTER: Final = dt.timedelta(days=14)


@dataclass(frozen=True)
class Matter:
    name: str
    title: str
    figure: str  # what counts it
    one: str  # its sentence, of one; `count`, `since`, `days`, `grade` and `cases` are filled in
    many: str  # its sentence, of more
    waits_after: int = 0  # days from the one that dates it to the one on which it begins to wait


@dataclass(frozen=True, kw_only=True)
class Decision:
    kind: str
    title: str
    sentence: str
    count: int
    since: dt.date  # first of the days that date them
    begun: dt.date  # first day on which one of them began to wait
    newest: dt.date  # the last such day
    size: int = 1  # how many wait, those that a promise owes included
    figure: str | None = None  # whose rows it is about; None if it has no rows
    where: tuple[tuple[str, str], ...] = ()  # values that the rows have
    promise: Promise | None = None  # the one not kept or at risk; its rows are of the day it is judged
    owner: str = ""
    consequence: Consequence = "medium"
    due: dt.date = dt.date.max
    taken: DecisionStep | None = None  # what was decided, while it counts

    @property
    def about(self) -> tuple[str, str]:
        return self.kind, self.promise.ref if self.promise else ""


HARM = Matter(
    "harm",
    "Harm without a {referral}",
    "harm_not_referred",
    "{count} {failure} with harm has no {referral}. It was found on {since}, {days}.",
    "{count} {failures} with harm have no {referral}. The first was found on {since}, {days}.",
)
OVERDUE = Matter(
    "overdue",
    "{Recommendation} overdue",
    "recommendations_overdue",
    "{count} learning {recommendation} is unanswered. It was due on {since}, {days}.",
    "{count} learning {recommendations} are unanswered. The first was due on {since}, {days}.",
    waits_after=1,
)
DUE = Matter(
    "due",
    "{Recommendation} due",
    "recommendations_due",
    "{count} learning {recommendation} needs an answer by {since}, {days}.",
    "{count} learning {recommendations} need an answer within 14 days, the first by {since}, {days}.",
    waits_after=-14,
)
SILENT = Matter(
    "silent",
    "Quiet {referrals}",
    "silent_referrals",
    "{count} open {referral} has had no event for 28 days. Its last was on {since}, {days}.",
    "{count} open {referrals} have had no event for 28 days. The longest wait began on {since}, {days}.",
    waits_after=28,
)
HIGH_GRADE = Matter(
    "high grade",
    "High grade waiting",
    "backlog",
    "{count} {case} graded {grade} waits for its {detailed_review}, since {since}, {days}.",
    "{count} {cases} graded {grade} wait for their {detailed_reviews}, the longest since {since}, {days}.",
)
LOOK_AGAIN = Matter(
    "look again",
    "{Contact} decision due for review",
    "people_to_look_at_again",
    "{count} decision that {contact} is unsafe or inappropriate is due for review. Its day was {since}, "
    "{days}.",
    "{count} decisions that {contact} is unsafe or inappropriate are due for review. "
    "The first day was {since}, {days}.",
    waits_after=1,
)
MATTERS = (HARM, OVERDUE, DUE, SILENT, HIGH_GRADE, LOOK_AGAIN)
"""Matters that the register can tell."""

COMMITMENT, STALE = "commitment", "stale data"


def waiting(
    matter: Matter,
    ages: Ages,
    as_at: dt.date,
    words: Nouns = USUAL_WORDS,
    where: tuple[tuple[str, str], ...] = (),
) -> Decision | None:
    """where: values that the rows have, which fill a sentence too. None where nothing waits."""
    since = ages.since
    if ages.count == 0 or since is None:
        return None
    lag = dt.timedelta(days=matter.waits_after)
    numbers = {"count": written_count(ages.count), "since": written_day(since), "days": apart(since, as_at)}
    return Decision(
        kind=matter.name,
        title=words(matter.title),
        sentence=Nouns(**vars(words), **numbers, **dict(where))(
            matter.one if ages.count == 1 else matter.many
        ),
        count=ages.count,
        since=since,
        begun=since + lag,
        newest=(ages.newest or since) + lag,
        size=ages.count,
        figure=matter.figure,
        where=where,
    )


def stale(last_load: dt.date | None, day: dt.date) -> Decision | None:
    if last_load is None or day - last_load <= STALE_AFTER:
        return None
    loaded = f"The register was last loaded on {written_day(last_load)}, {apart(last_load, day)}."
    sentence = f"{loaded} Later events are in no figure."
    begun = last_load + STALE_AFTER + dt.timedelta(days=1)
    return Decision(
        kind=STALE, title="Old data", sentence=sentence, count=1, since=last_load, begun=begun, newest=begun
    )


def owned(decision: Decision, rule: DecisionRule, steps: Sequence[DecisionStep]) -> Decision:
    """Return a decision with its owner, its day and what was decided. steps: those known, of every decision.

    A decision that was taken counts while no more wait than did then, and none began to wait after the day
    of the figures it was taken on. Otherwise the matter grew or began anew, and waits again. So does one that
    was assigned afterwards. A promise begins to wait on its day due once that has come, else on the day it
    was made.
    """
    own = [step for step in steps if (step.kind, step.reference) == decision.about]
    roles = [step.to_role for step in own if step.action == Action.ASSIGNED]
    taken = takewhile(lambda step: step.action == Action.TAKEN, reversed(own))
    covers = (step for step in taken if decision.newest <= step.as_at and decision.size <= step.size)
    return replace(
        decision,
        owner=roles[-1] if roles else rule.owner,
        consequence=rule.consequence,
        due=decision.begun + dt.timedelta(days=rule.days),
        taken=next(covers, None),
    )


def ranked(decisions: Sequence[Decision]) -> list[Decision]:
    """By consequence, then the longest overdue; those taken come last."""
    grave = get_args(Consequence).index
    return sorted(decisions, key=lambda each: (each.taken is not None, grave(each.consequence), each.due))


def owner_words(decision: Decision, as_at: dt.date) -> str:
    """As in "Chief officer, due 14 January" and "Chief officer, overdue 3 days"."""
    late = (as_at - decision.due).days
    when = f"overdue {counted(late, 'day', 'days')}"
    if late <= 0:
        when = f"due {written_day(decision.due).removesuffix(f' {as_at.year}')}"
    return f"{capitalised(decision.owner)}, {when}"


def apart(day: dt.date, as_at: dt.date) -> str:
    """As in "14 days earlier" and "in 12 days"."""
    days = (as_at - day).days
    if days == 0:
        return "the day of these figures"
    return f"{counted(days, 'day', 'days')} earlier" if days > 0 else f"in {counted(-days, 'day', 'days')}"
