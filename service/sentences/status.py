"""What a page says first, in one sentence computed from its figures, and the titles of its cards."""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from data.formatting import (
    capitalised,
    counted,
    listed_words,
    measured,
    named,
    written_count,
    written_day,
    written_share,
)  # fmt: skip
from data.terms import Nouns, Terms
from metrics.as_at import Clocks
from metrics.metric import Subject
from service import forecast as finishing
from service.cache import of_view
from service.over_time import scope_since_whole
from service.sentences.figure import are, has, or_none, part_of
from service.view import View

EVEN = 0.5
NAMES = ("population", "risk_assessed", "sent_on", "completed", "failures", "failures_with_harm", "referrals")


class Status(NamedTuple):
    """attention: whether somebody must act."""

    words: str
    attention: bool = False


@of_view
def overview(view: View) -> Status:
    forecast, promised = finishing.finish(view), finishing.promised_on(view)
    if forecast is None or not view.figure("population").numerator:
        return Status(overview_sentence(view))
    chance = None if promised is None else forecast.chance_by(promised)
    if not forecast.is_current or promised is None or chance is None or forecast.middle is None:
        return Status(finishing.sentence(view), attention=forecast.outcome == "no progress")
    lead, attention = ("At risk", True) if chance < EVEN else ("On course", False)
    by, middle = (finishing.near_day(day, view.clocks.as_at) for day in (promised, forecast.middle))
    words = f"{finishing.chances(chance).removeprefix('about ')} chance of finishing by {by}."
    return Status(f"{lead}: {words} Even chance by {middle}.", attention)


def progress(view: View) -> Status:
    return overview(view) if finishing.finish(view) else Status(progress_sentence(view))


@of_view
def referrals(view: View) -> Status:
    (total,), body = view.counts("referrals"), named(view.source.terms.oversight_body)
    if not total or not view.loaded(["open_referrals", "silent_referrals"]):
        matters = capitalised(counted(total, "matter has", "matters have"))
        return Status(in_the_whole(view, "referrals", f"{matters} been {view.words.referred} to {body}."))
    open_, quiet = view.counts("open_referrals", "silent_referrals")
    (late,) = view.counts("recommendations_overdue") if view.loaded(["recommendations_overdue"]) else (0,)
    overdue = f" {counted(late, 'answer is', 'answers are')} overdue." if late else ""
    words = f"{_open(view.words, total, open_, quiet)}{overdue}"
    return Status(in_the_whole(view, "referrals", words), attention=bool(quiet or overdue))


def _open(words: Nouns, total: int, open_: int, quiet: int) -> str:
    if not open_:
        return f"None of {counted(total, words.referral, words.referrals)} {are(total)} open."
    count, event = (quiet, "no event for") if quiet else (open_, "an event in")
    one, many = words("open {referral}"), words("open {referrals}")
    return f"{part_of(count, open_, one, many)} had {event} 28 days."


@of_view
def contact(view: View) -> Status:
    if not view.figure("people_to_contact").numerator:
        return Status(view.words("Nobody had been identified to {contact} by this day."))
    (waiting,) = view.counts("people_waiting")
    wait = "nobody waits" if not waiting else counted(waiting, "person waits", "wait")
    return Status(f"{_reached(view)}; {wait}.")


def look_again(view: View) -> str:
    (count,) = view.counts("people_to_look_at_again")
    decisions = counted(count, view.words("{contact} decision is"), view.words("{contact} decisions are"))
    return f"{capitalised(decisions)} overdue for review."


def not_loaded(view: View) -> str:
    return f"No extract of {view.source.terms.case.many} has been loaded, so their figures are missing."


def in_the_whole(view: View, subject: Subject, sentence: str) -> str:
    return f"In the whole review, {sentence[:1].lower()}{sentence[1:]}" if view.whole(subject) else sentence


def overview_sentence(view: View) -> str:
    sentences = {"failures": failures_found, "referrals": _referrals}
    loaded = [sentence for table, sentence in sentences.items() if table in view.source.tables]
    if not loaded or not view.figure("population").numerator:
        return progress_sentence(view)
    return f"{progress_sentence(view)} {'; '.join(sentence(view) for sentence in loaded)}."


@of_view
def progress_sentence(view: View) -> str:
    case, (population,) = view.source.terms.case, view.counts("population")
    if "risk_assessments" not in view.source.tables and view.loaded(["closed"]):
        return closed_sentence(view)
    if "risk_assessments" not in view.source.tables:
        return f"The review covers {counted(population, case.one, case.many)}."
    if "reviews" in view.source.tables and population:
        return f"{_assessed(view)} {_reviewed(view)}"
    return _assessed(view)


def closed_sentence(view: View) -> str:
    case = view.source.terms.case
    received, closed, waiting = view.counts("population", "closed", "open_cases")
    if not received:
        return f"No {case.many} that fit were known by this day."
    words = f"Of {counted(received, case.one, case.many)}, {or_none(closed)} {are(closed or 1)} {case.closed}"
    age = view.figure("open_age").value
    if not waiting or age is None:
        return f"{words} and none {are(1)} {case.open}."
    half = f"half of these for over {measured(age, 'day', 'days')}"
    return f"{words} and {written_count(waiting)} {are(waiting)} {case.open}, {half}."


def _assessed(view: View) -> str:
    case, (population, waiting) = view.source.terms.case, view.counts("population", "not_assessed")
    if population == 0:
        return f"No {case.many} that fit were known by this day."
    done = population - waiting
    wait = f"; {written_count(waiting)} {are(waiting)} waiting" if waiting else ""
    return f"{part_of(done, population, case.one, case.many)} been {view.words.triaged}{wait}."


def _reviewed(view: View) -> str:
    needed, left = view.counts("sent_on", "backlog")
    if needed == 0:
        return view.words("None has been sent for {detailed_review}.")
    sent = view.words("sent for {detailed_review}")
    return f"{part_of(needed - left, needed, sent, sent)} been reviewed."


def failures_found(view: View) -> str:
    total, harm = view.counts("failures", "failures_with_harm")
    if total == 0:
        return view.words("No {failure} has been found")
    failures = counted(total, view.words.failure, view.words.failures)
    return f"{failures} {has(total)} been found, {or_none(harm)} with harm"


def _referrals(view: View) -> str:
    (referred,), body = view.counts("referrals"), named(view.source.terms.oversight_body)
    where = "in the whole review, " if view.whole("referrals") else ""
    matters = counted(referred, "matter", "matters")
    return f"{where}{matters} {has(referred)} been {view.words.referred} to {body}"


@of_view
def then_and_now(view: View, write: Callable[[str], str] = str) -> list[str]:
    """Say what was known otherwise on the day itself; nothing where there is one load, or none by the day.
    write: how words of the terms are written, on a page or on paper."""
    day = view.clocks.as_at
    if view.source.states <= 1 or not view.source.states_by(day):
        return []
    clocks = Clocks.then(day), Clocks(day, view.source.last_day)
    figures = [[view.figure(name, pair) for pair in clocks] for name in view.loaded(NAMES)]
    return [
        f"**{write(after.metric.title)}**, as at {written_day(day)}: "
        f"{written_count(before.numerator)} as reported at the time, "
        f"{written_count(after.numerator)} as known now."
        for before, after in figures
        if before.numerator != after.numerator
    ]


@of_view
def outside(view: View) -> str | None:
    case, harm = view.source.terms.case, "harm_outside_scope"
    nouns = {
        "outside_scope": (case.one, case.many),
        "failures_outside_scope": (view.words.failure, view.words.failures),
        "referrals_outside_scope": (view.words.referral, view.words.referrals),
    }
    counts = {name: view.figure(name).numerator for name in view.loaded([*nouns, harm])}
    parts = {name: counted(counts[name], *noun) for name, noun in nouns.items() if counts.get(name)}
    if counts.get(harm) and "failures_outside_scope" in parts:
        parts["failures_outside_scope"] += f" ({written_count(counts[harm])} with harm)"
    listed = listed_words(list(parts.values()))
    return f"Outside the review's scope and not counted above: {listed}." if parts else None


def precedence(terms: Terms) -> str:
    parts = ", then ".join(part.title for part in terms.partition)
    order = (
        f"Each {terms.words.failure} is counted once, in the first part that it fits: {parts}. "
        + terms.words("A {failure} with harm also has a type.")
    )
    defined = [f"{capitalised(part.title)}: {part.definition}" for part in terms.partition if part.definition]
    return " ".join([order, *defined])


@of_view
def scope_grown(view: View) -> str:
    """Say how the scope has changed since all then known had been risk assessed; nothing before that."""
    scope = scope_since_whole(view)
    if scope.is_empty():
        return ""
    (day, first), (_, now) = scope.row(0), scope.row(-1)
    change, case = now - first, view.source.terms.case
    every = f"every one of {written_count(first)} {case.many}"
    assessed_on = f"On {written_day(day)}, as reported at the time, {every} had been {view.words.triaged}"
    if not change:
        return f"{assessed_on}. The scope has not changed since."
    more = f"{counted(abs(change), case.one, case.many)} {'more' if change > 0 else 'fewer'}"
    last = scope.filter(pl.col("size") != now)["day"].max()
    since = scope.filter(pl.col("day") > last)["day"][0]
    return f"{assessed_on}. The scope is now {more}: {written_count(now)} since {written_day(since)}."


@of_view
def fan_title(view: View) -> str:
    forecast, promised = finishing.finish(view), finishing.promised_on(view)
    if forecast is None or promised is None or forecast.outcome != "range":
        return finishing.TITLE
    chance = forecast.chance_by(promised) or 0
    return "A late finish is likelier" if chance < EVEN else "A finish on time is likelier"


@of_view
def adverse_title(view: View) -> str:
    case, figure = view.source.terms.case, view.figure("share_adverse")
    if figure.value is None:
        return f"No {case.one} has been {case.closed} yet"
    return f"{written_share(figure.value)} of {case.closed} {case.many} have {case.findings}"


def rate_title(words: Nouns, share: float | None) -> str:
    if not share:
        return words("{Failure} rate by month")
    many = round(1 / share)
    if many <= 1:
        return words("Most {detailed_reviews} find a {failure}")
    return words(f"One {{any_review}} in {many} finds a {{failure}}")


def quiet_title(words: Nouns, quiet: int, open_: int) -> str:
    if not open_:
        return words("No {referral} is open")
    if not quiet:
        return words("Every open {referral} has had an event in 28 days")
    return f"{part_of(quiet, open_, words('open {referral}'), words('open {referrals}'), are)} quiet"


@of_view
def growth_title(view: View) -> str:
    before = () if view.not_compared else view.counts("backlog", "headcount", clocks=view.before)
    if not before or not all(before):
        return view.words("Work waiting and {staff}")
    pairs = zip(before, view.counts("backlog", "headcount"), strict=True)
    work, staff = (_moved(round(100 * (after / first - 1))) for first, after in pairs)
    return f"Work {work}, {view.words.staff} {staff}"


def _moved(percent: int) -> str:
    if not percent:
        return "unchanged"
    return f"{'grew' if percent > 0 else 'fell'} {abs(percent)}%"


def referrals_title(view: View) -> str:
    total, open_ = view.counts("referrals", "open_referrals")
    return f"{part_of(total - open_, total, view.words.referral, view.words.referrals)} ended"


def reached_title(view: View) -> str:
    return _reached(view) if view.figure("share_reached").denominator else "Nobody needs to be reached"


def _reached(view: View) -> str:
    share = view.figure("share_reached")
    needed = counted(share.denominator or 0, "person", "people")
    return f"{written_count(share.numerator)} of {needed} reached"


def waiting_title(count: int, longest: int | None) -> str:
    if not count:
        return "Nobody waits to be reached"
    days = "" if longest is None else f", the longest {counted(longest, 'day', 'days')}"
    return f"{counted(count, 'person waits', 'people wait')}{days}"
