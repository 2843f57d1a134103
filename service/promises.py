"""What was promised in public, held against the figures of a view."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from metrics import decisions
from metrics.as_at import Clocks
from metrics.decisions import JudgedPromise, Judgement, Promise
from metrics.forecast import Forecast
from service import forecast as finishing
from service.view import Figure, View


def promises(view: View) -> list[JudgedPromise]:
    whole = replace(view, filters=())
    rows = view.promises().sort("made_on", "commitment_ref").to_dicts()
    listed = [Promise(*(row[name] for name in COLUMNS)) for row in rows]
    return [decisions.judged(promise, view.clocks, _judged(whole, promise)) for promise in listed]


COLUMNS = ("commitment_ref", "made_on", "kind", "words", "due_on", "withdrawn_on")


def _judged(view: View, promise: Promise) -> Judgement | None:
    """Judge a promise by its figures on its day; None where that cannot be."""
    names, judge = JUDGES.get(promise.kind, ((), None))
    if judge is None or view.clocks.ahead or view.loaded(names) != list(names):
        return None
    clocks = Clocks(promise.judged_on(view.clocks.as_at), view.clocks.known_at)
    return judge(view, promise, [view.figure(name, clocks) for name in names])


def _refer_all(view: View, promise: Promise, figures: Sequence[Figure]) -> Judgement:
    del view, promise
    return decisions.refer_all(*(figure.numerator for figure in figures))


def _finish(view: View, promise: Promise, figures: Sequence[Figure]) -> Judgement:
    chance = _chance(finishing.finish(view), promise)
    unassessed, outstanding = (figure.numerator for figure in figures)
    cases = view.source.terms.case.many
    return decisions.finish(promise, view.clocks.as_at, (unassessed, outstanding), chance, cases)


def _chance(forecast: Forecast | None, promise: Promise) -> tuple[float, str] | None:
    """Return the chance of finishing in time and its words; None where nothing can be forecast."""
    if forecast is None or promise.due_on is None:
        return None
    if forecast.outcome == "no progress":
        return decisions.NO_FINISH
    share = forecast.chance_by(promise.due_on)
    return None if share is None else (share, finishing.chances(share))


def _keep_staffing(view: View, promise: Promise, figures: Sequence[Figure]) -> Judgement:
    then = view.figure("headcount", Clocks(promise.made_on, view.clocks.known_at)).numerator
    now, outstanding = (figure.numerator for figure in figures)
    return decisions.keep_staffing(promise, view.clocks.as_at, then, now, outstanding)


def _answer_enquiries(view: View, promise: Promise, figures: Sequence[Figure]) -> Judgement:
    del view, promise
    in_time, answered, waiting = figures
    due = in_time.numerator, in_time.denominator or 0
    return decisions.answer_enquiries(due, answered.numerator, waiting.numerator)


JUDGES: dict[str, tuple[tuple[str, ...], Callable[[View, Promise, Sequence[Figure]], Judgement]]] = {
    "refer all failures": (("failures", "failures_referred", "referrals"), _refer_all),
    "finish by a day": (("not_assessed", "backlog"), _finish),
    "keep staffing": (("headcount", "backlog"), _keep_staffing),
    "answer enquiries": (("answered_in_time", "enquiries_answered", "enquiries_open"), _answer_enquiries),
}
