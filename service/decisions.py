"""Find what needs a decision, gravest first, on the clocks of a view."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from data.formatting import capitalised, short_day, written_day
from metrics import decisions as rules
from metrics.as_at import Clocks
from metrics.decisions import Decision, JudgedPromise, Matter, Promise
from service.view import View


def decisions(view: View, promises: Sequence[JudgedPromise]) -> list[Decision]:
    """promises: every promise, as judged on this view; nothing is found after the last day that is known."""
    if view.clocks.ahead:
        return []
    matters = [_waiting(view, matter) for matter in rules.MATTERS if view.loaded([matter.figure])]
    broken = [_broken(view, promise) for promise in promises if promise.needs_a_decision]
    return [decision for decision in (*matters, *broken, _stale(view)) if decision is not None]


def not_loaded(view: View) -> list[Matter]:
    return [matter for matter in rules.MATTERS if not view.loaded([matter.figure])]


def _waiting(view: View, matter: Matter) -> Decision | None:
    if matter is not rules.HIGH_GRADE:
        return rules.waiting(matter, view.ages(matter.figure), view.clocks.as_at)
    grades, case = view.source.terms.codes("grades"), view.source.terms.case
    if not grades:
        return None
    where = (("grade", grades[-1]),)
    words = {"grade": grades[-1], "case": case.one, "cases": case.many}
    return rules.waiting(matter, view.ages(matter.figure, where), view.clocks.as_at, words, where)


def judged(view: View, promise: Promise) -> View:
    day = promise.judged_on(view.clocks.as_at)
    return replace(view, filters=(), clocks=Clocks(day, view.clocks.known_at))


def _broken(view: View, broken: JudgedPromise) -> Decision:
    promise = broken.promise
    words, made_on = promise.words.rstrip("."), written_day(promise.made_on)
    return Decision(
        kind=rules.COMMITMENT,
        title="Promise " + broken.status,
        sentence=f"“{words}”, promised on {made_on}: {broken.figures}",
        count=1,
        since=promise.made_on,
        figure=_owed(judged(view, promise), promise),
        promise=promise,
    )


def _owed(view: View, promise: Promise) -> str | None:
    """Return the figure whose rows a promise still owes; none where no figure has them."""
    names = view.loaded(rules.OWED.get(promise.kind, ()))
    return next((name for name in names if view.figure(name).numerator), None)


def _stale(view: View) -> Decision | None:
    days = (view.extract_day(table) for table in view.source.tables)
    last = max((day for day in days if day), default=None)
    live = view.clocks.as_at == view.source.last_day and not view.source.terms.demonstration
    return rules.stale(last, dt.datetime.now(dt.UTC).date() if live else view.clocks.as_at)


# How words that somebody typed are written: for a page as Markdown, on paper as they are.
Write = Callable[[str], str]


def unknown_sentence(view: View) -> str:
    known, day = written_day(view.clocks.known_at), written_day(view.clocks.as_at)
    return f"What is known ends on {known}, so what waited on {day} is unknown."


def promise_sentence(promise: JudgedPromise, write: Write = str) -> str:
    made_on, due = short_day(promise.promise.made_on), promise.promise.due_on
    by = f", due {short_day(due)}" if due else ""
    words = f"“{write(promise.promise.words)}” ({made_on}{by})"
    return f"**{capitalised(promise.status)}**: {words}. {write(promise.figures)}"


def decision_sentence(view: View, decision: Decision, write: Write = str) -> str:
    narrowed = decision.figure is not None and decision.promise is None
    whole = narrowed and view.whole(view.metric(decision.figure or ""))
    lead = "In the whole review, " if whole else ""
    return f"**{write(decision.title)}.** {lead}{write(decision.sentence)}"
