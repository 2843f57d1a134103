"""Find what needs a decision, gravest first, on the clocks of a view."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from data.formatting import capitalised, short_day, written_day
from metrics.as_at import Clocks
from metrics.decisions import (
    COMMITMENT,
    HIGH_GRADE,
    MATTERS,
    OWED,
    Decision,
    Held,
    Matter,
    Promise,
    stale,
    waiting,
)
from service.view import View


def decisions(view: View, held: Sequence[Held]) -> list[Decision]:
    """Return what needs a decision as at the day of the view, as far as its register tells.

    Nothing is found on a day after the last that is known.
    held: what was promised, as `promises` holds it against the figures of this view.
    """
    if view.clocks.ahead:
        return []
    matters = [_waiting(view, matter) for matter in MATTERS if view.told([matter.figure])]
    broken = [_broken(view, each) for each in held if each.needs_a_decision]
    found = [*matters, *broken, _stale(view)]
    return [each for each in found if each is not None]


def untold(view: View) -> list[Matter]:
    """Return the matters that this review's register cannot tell."""
    return [matter for matter in MATTERS if not view.told([matter.figure])]


def _waiting(view: View, matter: Matter) -> Decision | None:
    if matter is not HIGH_GRADE:
        return waiting(matter, view.ages(matter.figure), view.clocks.as_at)
    grades, case = view.source.terms.codes("grades"), view.source.terms.case
    if not grades:
        return None
    where = (("grade", grades[-1]),)
    words = {"grade": grades[-1], "case": case.one, "cases": case.many}
    return waiting(matter, view.ages(matter.figure, where), view.clocks.as_at, words, where)


def judged(view: View, promise: Promise) -> View:
    """Return the view on which a promise is judged: of the whole review, on its own day once that is over."""
    day = promise.judged_on(view.clocks.as_at)
    return replace(view, filters=(), clocks=Clocks(day, view.clocks.known_at))


def _broken(view: View, each: Held) -> Decision:
    words, made = each.promise.words.rstrip("."), written_day(each.promise.made_on)
    said = f"“{words}”, promised on {made}: {each.figures}"
    return Decision(
        kind=COMMITMENT,
        title="Promise " + each.standing,
        sentence=said,
        count=1,
        since=each.promise.made_on,
        figure=_owed(judged(view, each.promise), each.promise),
        promise=each.promise,
    )


def _owed(view: View, promise: Promise) -> str | None:
    """Return the figure whose rows a promise still owes; none where no figure has them."""
    told = view.told(OWED.get(promise.kind, ()))
    return next((name for name in told if view.figure(name).numerator), None)


def _stale(view: View) -> Decision | None:
    """Judge the last load by the day of the view; by today where it is the last day of a real review."""
    days = (view.told_until(table) for table in view.source.tables)
    last = max((day for day in days if day), default=None)
    live = view.clocks.as_at == view.source.last_day and not view.source.terms.demonstration
    return stale(last, dt.datetime.now(dt.UTC).date() if live else view.clocks.as_at)


# How words that somebody typed are written: for a page as Markdown, on paper as they are.
Write = Callable[[str], str]


def unknown_sentence(view: View) -> str:
    known, day = written_day(view.clocks.known_at), written_day(view.clocks.as_at)
    return f"What is known ends on {known}: what waited for a decision on {day} is not known."


def promise_sentence(promise: Held, write: Write = str) -> str:
    made_on, due = short_day(promise.promise.made_on), promise.promise.due_on
    by = f", due {short_day(due)}" if due else ""
    words = f"“{write(promise.promise.words)}” ({made_on}{by})"
    return f"**{capitalised(promise.standing)}**: {words}. {write(promise.figures)}"


def decision_sentence(view: View, decision: Decision, write: Write = str) -> str:
    """Say what needs a decision, on a page or on paper; `write` writes what somebody typed."""
    return f"**{write(decision.title)}.** {_whole_review(view, decision)}{write(decision.sentence)}"


def _whole_review(view: View, decision: Decision) -> str:
    if decision.figure is None or decision.promise is not None:
        return ""
    return "In the whole review, " if view.whole(view.metric(decision.figure).subject) else ""
