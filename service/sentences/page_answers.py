"""The answer first: one sentence for each page, computed from the figures it shows."""

from collections.abc import Callable

import polars as pl

from data.formatting import (
    capitalised,
    counted,
    listed_words,
    named,
    written_count,
    written_day,
    written_share,
)
from data.terms import Terms
from metrics.as_at import Clocks
from metrics.metric import Subject
from service.over_time import every_day
from service.view import View

COMPARED = (
    "population",
    "risk_assessed",
    "sent_on",
    "completed",
    "failures",
    "failures_with_harm",
    "referrals",
)


def overview(view: View) -> str:
    """Say where the review is and what it has found, as far as its register tells."""
    said = [progress(view)]
    if not view.figure("population").numerator:
        return said[0]
    found = [_failures(view)] if "failures" in view.source.tables else []
    found += [_referrals(view)] if "referrals" in view.source.tables else []
    return " ".join(said + ([f"{'; '.join(found)}."] if found else []))


def progress(view: View) -> str:
    """Say how far the review has come, as far as its register tells."""
    if "risk_assessments" not in view.source.tables:
        return _known(view)
    if "reviews" in view.source.tables and view.figure("population").numerator:
        return f"{_assessed(view)} {_reviewed(view)}"
    return _assessed(view)


def failures(view: View) -> str:
    rate = view.figure("failure_rate")
    if rate.value is None:
        return f"{_failures(view)}."
    interval = f"95% interval {written_share(rate.low)} to {written_share(rate.high)}"
    of_all = rate.denominator or 0
    share = f"{written_count(rate.numerator)} of {written_count(of_all)} {rate.metric.out_of_so_many(of_all)}"
    have = "has" if rate.numerator == 1 else "have"
    return f"{_failures(view)}: {share} {have} one, {written_share(rate.value)} ({interval})."


def then_and_now(view: View, write: Callable[[str], str] = str) -> list[str]:
    """Say of each figure that was different when it was known on its own day, what it was and what it is.

    Nothing is said where one load is all that there is, or where nothing had been loaded by the day.
    write: how words of the terms are written, on a page or on paper.
    """
    if view.source.states <= 1 or not view.source.states_by(view.clocks.as_at):
        return []
    then, now = Clocks.then(view.clocks.as_at), Clocks(view.clocks.as_at, view.source.last_day)
    sentences: list[str] = []
    for name in view.told(COMPARED):
        before, after = view.figure(name, then), view.figure(name, now)
        if before.numerator != after.numerator:
            sentences.append(
                f"**{write(after.metric.title)}**, as at {written_day(view.clocks.as_at)}: "
                f"{written_count(before.numerator)} as known then, "
                f"{written_count(after.numerator)} as known now."
            )
    return sentences


def untold(table: str) -> str:
    """Say that the register lacks a table, and what that leaves out."""
    rows = table.replace("_", " ")
    return f"No extract of {rows} has been loaded, so the figures that need {rows} are not shown."


def in_the_whole(view: View, subject: Subject, sentence: str) -> str:
    """Say that a sentence is of the whole review, where its subject cannot be narrowed as the view is."""
    return f"In the whole review, {sentence[:1].lower()}{sentence[1:]}" if view.whole(subject) else sentence


def _known(view: View) -> str:
    case = view.source.terms.case
    known = counted(view.figure("population").numerator, case.one, case.many)
    return f"{capitalised(known)} are known in the review's scope."


def _assessed(view: View) -> str:
    case = view.source.terms.case
    population, waiting = view.figure("population").numerator, view.figure("not_assessed").numerator
    if population == 0:
        return f"No {case.many} that fit were known by this day."
    if population == 1:
        return f"The one {case.one} {'waits to be' if waiting else 'has been'} risk assessed."
    if waiting == 0:
        return f"All {written_count(population)} {case.many} have been risk assessed."
    done, all_ = population - waiting, f"{written_count(population)} {case.many}"
    return (
        f"{written_count(done)} of {all_} {'has' if done == 1 else 'have'} been risk assessed; "
        f"{written_count(waiting)} {'is' if waiting == 1 else 'are'} waiting."
    )


def _reviewed(view: View) -> str:
    needed, left = view.figure("sent_on").numerator, view.figure("backlog").numerator
    if needed == 0:
        return "None has been sent on to a detailed review."
    if needed == 1:
        return f"The one sent on to a detailed review has {'yet to be' if left else 'been'} reviewed."
    if left == 0:
        return f"All {written_count(needed)} sent on to a detailed review have been reviewed."
    sent, have = written_count(needed), "has" if left == 1 else "have"
    return f"Of {sent} sent on to a detailed review, {written_count(left)} {have} yet to be reviewed."


def _failures(view: View) -> str:
    found, harm = view.figure("failures").numerator, view.figure("failures_with_harm").numerator
    if found == 0:
        return "No failure has been found"
    verb = "has" if found == 1 else "have"
    failures = counted(found, "failure", "failures")
    return f"{failures} {verb} been found, {written_count(harm) if harm else 'none'} with harm"


def _referrals(view: View) -> str:
    referred = view.figure("referrals").numerator
    matters, verb = counted(referred, "matter", "matters"), "has" if referred == 1 else "have"
    where = "in the whole review, " if view.whole("referrals") else ""
    return f"{where}{matters} {verb} been referred to {named(view.source.terms.oversight_body)}"


def outside(view: View) -> str | None:
    """Say what is recorded outside the review's scope, or nothing if nothing is."""
    case = view.source.terms.case
    nouns = {
        "outside_scope": (case.one, case.many),
        "failures_outside_scope": ("failure", "failures"),
        "referrals_outside_scope": ("referral", "referrals"),
    }
    parts = [
        f"{counted(view.figure(name).numerator, *noun)}{_with_harm(view) if 'failure' in noun else ''}"
        for name, noun in nouns.items()
        if view.told([name]) and view.figure(name).numerator
    ]
    if not parts:
        return None
    return f"Recorded outside the review's scope, and counted in no figure above: {listed_words(parts)}."


def _with_harm(view: View) -> str:
    harm = view.figure("harm_outside_scope").numerator
    return f" ({written_count(harm)} with harm)" if harm else ""


def precedence(terms: Terms) -> str:
    """Say by what order of precedence the failures are parted."""
    parts = [part.title for part in terms.partition]
    said = (
        f"Each failure is counted once, in the first part that it fits: {', then '.join(parts)}. "
        "Harm is recorded apart from type, so a failure with harm also has a type."
    )
    return " ".join([said, *defined(terms)])


def defined(terms: Terms) -> list[str]:
    """Say what each part of the headline partition is, where the terms of reference define it."""
    return [f"{capitalised(part.title)}: {part.definition}" for part in terms.partition if part.definition]


def scope_grown(view: View) -> str:
    """Say how the scope has changed since all then known had been risk assessed; nothing before that."""
    if not view.told(["risk_assessed"]):
        return ""
    days = every_day(view, view.clocks.known_until)
    size, assessed = (view.course(name, days, then=True) for name in ("population", "risk_assessed"))
    whole = size.filter((size["numerator"] > 0) & (size["numerator"] == assessed["numerator"]))
    if whole.is_empty():
        return ""
    first, now = whole.row(0, named=True), size.row(-1, named=True)["numerator"]
    change = now - first["numerator"]
    case = view.source.terms.case
    every = f"every one of {written_count(first['numerator'])} {case.many}"
    said = f"On {written_day(first['day'])}, as was known then, {every} had been risk assessed"
    if not change:
        return f"{said}; the scope has not changed since."
    more = f"{counted(abs(change), case.one, case.many)} {'more' if change > 0 else 'fewer'}"
    last = size.filter(pl.col("numerator") != now)["day"].max()
    since = size.filter(pl.col("day") > last)["day"][0]
    return f"{said}; the scope is now {more}: {written_count(now)} since {written_day(since)}."
