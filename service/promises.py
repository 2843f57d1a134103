"""What was promised in public, held against the figures of a view."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from metrics.as_at import Clocks
from metrics.decisions import (
    NO_FINISH,
    Held,
    Promise,
    Standing,
    answer_enquiries,
    finish,
    held,
    keep_staffing,
    refer_all,
)
from metrics.forecast import Forecast
from service import forecast as finishing
from service.view import View

Judged = tuple[Standing, str]


def promises(view: View) -> list[Held]:
    """Return every promise made by the day, held against the figures of the whole review."""
    whole = replace(view, filters=())
    return [
        _held(whole, _promise(row)) for row in view.promises().sort("made_on", "commitment_ref").to_dicts()
    ]


def _promise(row: dict[str, Any]) -> Promise:
    return Promise(
        row["commitment_ref"], row["made_on"], row["kind"], row["words"], row["due_on"], row["withdrawn_on"]
    )


def _held(view: View, promise: Promise) -> Held:
    judge = None if view.clocks.ahead else JUDGES.get(promise.kind)
    return held(promise, view.clocks, judge(view, promise) if judge else None)


def _number(view: View, name: str, promise: Promise) -> int:
    """Return a figure on the day by which a promise is judged."""
    day = promise.judged_on(view.clocks.as_at)
    return view.figure(name, Clocks(day, view.clocks.known_at)).numerator


def _refer_all(view: View, promise: Promise) -> Judged | None:
    names = ["failures", "failures_referred", "referrals"]
    if view.told(names) != names:
        return None
    return refer_all(*(_number(view, name, promise) for name in names))


def _finish(view: View, promise: Promise) -> Judged | None:
    names = ["not_assessed", "backlog"]
    if view.told(names) != names:
        return None
    chance = _chance(finishing.finish(view), promise)
    unassessed, outstanding = (_number(view, name, promise) for name in names)
    cases = view.source.terms.case.many
    return finish(promise, view.clocks.as_at, (unassessed, outstanding), chance, cases)


def _chance(made: Forecast | None, promise: Promise) -> tuple[float, str] | None:
    """Return the chance of finishing in time and how it is told; None where nothing can be forecast."""
    if made is None or promise.due_on is None:
        return None
    if made.outcome == "no progress":
        return NO_FINISH
    share = made.chance_by(promise.due_on)
    return None if share is None else (share, finishing.chances(share))


def _keep_staffing(view: View, promise: Promise) -> Judged | None:
    names = ["headcount", "backlog"]
    if view.told(names) != names:
        return None
    then = view.figure("headcount", Clocks(promise.made_on, view.clocks.known_at)).numerator
    now, outstanding = (_number(view, name, promise) for name in names)
    return keep_staffing(promise, view.clocks.as_at, then, now, outstanding)


def _answer_enquiries(view: View, promise: Promise) -> Judged | None:
    names = ["answered_in_time", "enquiries_answered", "enquiries_open"]
    if view.told(names) != names:
        return None
    clocks = Clocks(promise.judged_on(view.clocks.as_at), view.clocks.known_at)
    in_time = view.figure("answered_in_time", clocks)
    answered, open_ = (_number(view, name, promise) for name in names[1:])
    return answer_enquiries((in_time.numerator, in_time.denominator or 0), answered, open_)


JUDGES: dict[str, Callable[[View, Promise], Judged | None]] = {
    "refer all failures": _refer_all,
    "finish by a day": _finish,
    "keep staffing": _keep_staffing,
    "answer enquiries": _answer_enquiries,
}
