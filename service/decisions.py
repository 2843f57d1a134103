"""What was promised in public, judged by the figures of a view, and what needs whose decision, by rank."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from access.roles import Permission, Role
from data.decision_step import DecisionStep
from data.decisions import DecisionSteps
from data.errors import UserError
from data.formatting import capitalised, short_day, written_day
from data.publishing.release import Person
from metrics import decisions as rules
from metrics.as_at import Clocks
from metrics.decisions import Decision, JudgedPromise, Judgement, Matter, Promise
from metrics.forecast import Forecast
from service import forecast as finishing
from service import results
from service.cache import of_view
from service.view import Source, View

COLUMNS = ("commitment_ref", "made_on", "kind", "words", "due_on", "withdrawn_on")
JUDGED_BY = {
    "refer all failures": ("failures", "failures_referred", "referrals"),
    "finish by a day": ("not_assessed", "backlog"),
    "keep staffing": ("headcount", "backlog"),
    "answer enquiries": ("answered_in_time", "enquiries_answered", "enquiries_open"),
}
# How words that somebody typed are written: for a page as Markdown, on paper as they are.
Write = Callable[[str], str]


@of_view
def promises(view: View) -> list[JudgedPromise]:
    whole = replace(view, filters=())
    rows = view.promises().sort("made_on", "commitment_ref").select(COLUMNS).rows()
    listed = [Promise(*row) for row in rows]
    return [rules.judged(promise, view.clocks, _judge(whole, promise)) for promise in listed]


def _judge(view: View, promise: Promise) -> Judgement | None:
    names = JUDGED_BY.get(promise.kind, ())
    clocks = Clocks(promise.judged_on(view.clocks.as_at), view.clocks.known_at)
    if not names or view.clocks.ahead or view.loaded(names) != list(names):
        return None
    day, counts = view.clocks.as_at, view.counts(*names, clocks=clocks)
    match promise.kind:
        case "refer all failures":
            return rules.refer_all(*counts, words=view.words)
        case "finish by a day":
            chance = _chance(finishing.finish(view), promise)
            return rules.finish(promise, day, (counts[0], counts[1]), chance, view.words)
        case "keep staffing":
            (then,) = view.counts("headcount", clocks=Clocks(promise.made_on, view.clocks.known_at))
            return rules.keep_staffing(promise, day, then, *counts, words=view.words)
        case _:
            in_time, answered, waiting = counts
            due = view.figure("answered_in_time", clocks).denominator or 0
            return rules.answer_enquiries((in_time, due), answered, waiting, view.words)


def _chance(forecast: Forecast | None, promise: Promise) -> tuple[float, str] | None:
    """Return the chance of finishing in time and its words; None where nothing can be forecast."""
    if forecast is None or promise.due_on is None:
        return None
    if forecast.outcome == "no progress":
        return rules.NO_FINISH
    share = forecast.chance_by(promise.due_on)
    return None if share is None else (share, finishing.chances(share))


def decisions(view: View, promises: Sequence[JudgedPromise]) -> list[Decision]:
    """Return them as `ranked`; what was decided counts on the view's days, and comes last.

    promises: every promise, as judged on this view; nothing waits after the last day that is known.
    """
    if view.clocks.ahead:
        return []
    matters = [_waiting(view, matter) for matter in rules.MATTERS if view.loaded([matter.figure])]
    broken = [_broken(view, promise) for promise in promises if promise.needs_a_decision]
    waiting = [decision for decision in (*matters, *broken, _stale(view)) if decision is not None]
    rule, steps = view.source.terms.decision, _steps(view)
    return rules.ranked([rules.owned(decision, rule(decision.kind), steps) for decision in waiting])


def _steps(view: View) -> list[DecisionStep]:
    day, now = view.clocks.known_at, _known_now(view)
    steps = (step for step in view.source.decision_steps()[0] if step.as_at <= view.clocks.as_at)
    return [step for step in steps if now or step.recorded_from <= day]


def _known_now(view: View) -> bool:
    # What was decided since the last load is known too.
    return view.clocks.known_at >= view.source.last_day


def may_decide(view: View, decision: Decision) -> bool:
    """Whether the reader may take or assign it here: the chief officer any, another role its own."""
    visit, whole = view.source.visit, view.source.place.whole and not view.filters
    owners = (Role.CHIEF_OFFICER, decision.owner)
    return whole and _known_now(view) and visit.may(Permission.DECISIONS) and visit.session.role in owners


def last_step(source: Source) -> int:
    return max((step.step for step in source.decision_steps()[0]), default=0)


def decide(view: View, decision: Decision, note: str, to_role: str = "") -> DecisionStep:
    """to_role: empty where it is taken. UserError: the reader may not, or the note does not fit."""
    source, seen = view.source, last_step(view.source)
    # What is written here is for good, and the page may have computed for seconds since its run began.
    source.visit.refresh()
    session = source.visit.require(Permission.DECISIONS, "decide")
    if not may_decide(view, decision):
        raise UserError(
            f"Only the chief officer and its owner, the {decision.owner}, decide it: on the whole review, as "
            "known now."
        )
    if to_role and to_role not in set(Role):
        raise UserError(f"There is no role {to_role[:40]!r} to assign it to.")
    source.run.clear()
    store, by = DecisionSteps(results.review_at(source.place)), Person(session.who, session.role)
    figures = view.clocks.as_at, decision.size
    return store.add(by, decision.about, note, to_role, figures=figures, seen=seen)


def _waiting(view: View, matter: Matter) -> Decision | None:
    grades, where = view.source.terms.codes("grades"), ()
    if matter is rules.HIGH_GRADE:
        if not grades:
            return None
        where = (("grade", grades[-1]),)
    return rules.waiting(matter, view.ages(matter.figure, where), view.clocks.as_at, view.words, where)


def judged(view: View, promise: Promise) -> View:
    day = promise.judged_on(view.clocks.as_at)
    return replace(view, filters=(), clocks=Clocks(day, view.clocks.known_at))


def _broken(view: View, broken: JudgedPromise) -> Decision:
    promise = broken.promise
    begun, as_at = promise.due_on or promise.made_on, view.clocks.as_at
    words, made_on, view = promise.words.rstrip("."), written_day(promise.made_on), judged(view, promise)
    # The rows that it still owes; none where no figure has them.
    owed = {name: view.figure(name).numerator for name in view.loaded(rules.OWED.get(promise.kind, ()))}
    figure = next((name for name, count in owed.items() if count), None)
    return Decision(
        kind=rules.COMMITMENT,
        title="Promise " + broken.status,
        sentence=f"“{words}”, promised on {made_on}: {broken.figures}",
        count=1,
        since=promise.made_on,
        begun=begun,
        newest=begun if begun <= as_at else promise.made_on,
        size=sum(owed.values()) or 1,
        figure=figure,
        promise=promise,
    )


def _stale(view: View) -> Decision | None:
    days = (view.extract_day(table) for table in view.source.tables)
    last = max((day for day in days if day), default=None)
    live = view.clocks.as_at == view.source.last_day and not view.source.terms.demonstration
    return rules.stale(last, dt.datetime.now(dt.UTC).date() if live else view.clocks.as_at)


def unknown_sentence(view: View) -> str:
    known, day = written_day(view.clocks.known_at), written_day(view.clocks.as_at)
    return f"What is known ends on {known}, so what waited on {day} is unknown."


def promise_sentence(promise: JudgedPromise, write: Write = str) -> str:
    made_on, due = short_day(promise.promise.made_on), promise.promise.due_on
    by = f", due {short_day(due)}" if due else ""
    words = f"“{write(promise.promise.words)}” ({made_on}{by})"
    return f"**{capitalised(promise.status)}**: {words}. {write(promise.figures)}"


def decision_sentence(view: View, decision: Decision, write: Write = str) -> str:
    figure = None if decision.promise else decision.figure
    lead = "In the whole review, " if figure and view.whole(view.metric(figure)) else ""
    step, whose = decision.taken, rules.owner_words(decision, view.clocks.as_at)
    if step:
        whose = f"Decided by {step.who} ({step.role}) on {written_day(step.recorded_from)}: {step.note}"
    end = write(whose.rstrip("."))
    return f"**{write(decision.title)}.** {lead}{write(decision.sentence)} {end}."
