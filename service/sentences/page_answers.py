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
from service.sentences.figure import are, has, or_none
from service.view import View

NAMES = ("population", "risk_assessed", "sent_on", "completed", "failures", "failures_with_harm", "referrals")


def overview(view: View) -> str:
    sentences = {"failures": _failures, "referrals": _referrals}
    loaded = [sentence for table, sentence in sentences.items() if table in view.source.tables]
    if not loaded or not view.figure("population").numerator:
        return progress(view)
    return f"{progress(view)} {'; '.join(sentence(view) for sentence in loaded)}."


def progress(view: View) -> str:
    if "risk_assessments" not in view.source.tables:
        case = view.source.terms.case
        known = counted(view.figure("population").numerator, case.one, case.many)
        return f"The review covers {known}."
    if "reviews" in view.source.tables and view.figure("population").numerator:
        return f"{_assessed(view)} {_reviewed(view)}"
    return _assessed(view)


def failures(view: View) -> str:
    rate = view.figure("failure_rate")
    if rate.value is None:
        return f"{_failures(view)}."
    of_all = rate.denominator or 0
    share = f"{written_count(rate.numerator)} of {written_count(of_all)} {rate.metric.out_of_so_many(of_all)}"
    value, low, high = map(written_share, (rate.value, rate.low, rate.high))
    return f"{_failures(view)}. {share} {has(rate.numerator)} one: {value} (95% interval {low} to {high})."


def disclosures(view: View) -> str:
    case = view.source.terms.case
    whole = view.requests()
    if whole.is_empty():
        return f"No {case.many} that fit were known by this day."
    row = whole.row(-1, named=True)
    received = counted(row["received"], case.one, case.many)
    if not row["decided"]:
        return f"No decision on any of {received} is recorded, so disclosures are unknown."
    if not row["disclosed"]:
        decided = f"{written_count(row['decided'])} {are(row['decided'])} decided"
        return f"No disclosure has been made in the {received} received; {decided}."
    longest = f"the longest took {counted(row['longest'], 'day', 'days')}"
    disclosed = capitalised(counted(row["disclosed"], "disclosure was", "disclosures were"))
    if not row["judged"]:
        return f"{disclosed} made in {received}; {longest}. The terms of reference set no limit."
    in_time = view.figure("disclosed_in_time")
    within = f"{written_count(in_time.numerator)} ({written_share(in_time.value)}) within the limit in force"
    return f"{disclosed} made in {received} received: {within}. {capitalised(longest)}."


def then_and_now(view: View, write: Callable[[str], str] = str) -> list[str]:
    """Say what was known otherwise on the day itself; nothing where there is one load, or none by the day.

    write: how words of the terms are written, on a page or on paper.
    """
    if view.source.states <= 1 or not view.source.states_by(view.clocks.as_at):
        return []
    then, now = Clocks.then(view.clocks.as_at), Clocks(view.clocks.as_at, view.source.last_day)
    sentences: list[str] = []
    for name in view.loaded(NAMES):
        before, after = view.figure(name, then), view.figure(name, now)
        if before.numerator != after.numerator:
            sentences.append(
                f"**{write(after.metric.title)}**, as at {written_day(view.clocks.as_at)}: "
                f"{written_count(before.numerator)} as reported at the time, "
                f"{written_count(after.numerator)} as known now."
            )
    return sentences


def not_loaded(table: str) -> str:
    rows = table.replace("_", " ")
    return f"No extract of {rows} has been loaded, so their figures are missing."


def in_the_whole(view: View, subject: Subject, sentence: str) -> str:
    return f"In the whole review, {sentence[:1].lower()}{sentence[1:]}" if view.whole(subject) else sentence


def _assessed(view: View) -> str:
    case = view.source.terms.case
    population, waiting = view.figure("population").numerator, view.figure("not_assessed").numerator
    if population == 0:
        return f"No {case.many} that fit were known by this day."
    if population == 1:
        return f"The one {case.one} {'waits to be' if waiting else 'has been'} risk assessed."
    done, every = population - waiting, f"{written_count(population)} {case.many}"
    if waiting == 0:
        return f"All {every} have been risk assessed."
    assessed = f"{written_count(done)} of {every} {has(done)} been risk assessed"
    return f"{assessed}; {written_count(waiting)} {are(waiting)} waiting."


def _reviewed(view: View) -> str:
    needed, left = view.figure("sent_on").numerator, view.figure("backlog").numerator
    if needed == 0:
        return "None has been sent for detailed review."
    if needed == 1:
        return f"The one sent for detailed review has {'yet to be' if left else 'been'} reviewed."
    if left == 0:
        return f"All {written_count(needed)} sent for detailed review have been reviewed."
    sent = written_count(needed)
    return f"Of {sent} sent for detailed review, {written_count(left)} {has(left)} yet to be reviewed."


def _failures(view: View) -> str:
    total, harm = view.figure("failures").numerator, view.figure("failures_with_harm").numerator
    if total == 0:
        return "No failure has been found"
    return f"{counted(total, 'failure', 'failures')} {has(total)} been found, {or_none(harm)} with harm"


def _referrals(view: View) -> str:
    referred = view.figure("referrals").numerator
    matters, body = counted(referred, "matter", "matters"), named(view.source.terms.oversight_body)
    where = "in the whole review, " if view.whole("referrals") else ""
    return f"{where}{matters} {has(referred)} been referred to {body}"


def outside(view: View) -> str | None:
    case = view.source.terms.case
    nouns = {
        "outside_scope": (case.one, case.many),
        "failures_outside_scope": ("failure", "failures"),
        "referrals_outside_scope": ("referral", "referrals"),
    }
    counts = {name: view.figure(name).numerator for name in view.loaded([*nouns, "harm_outside_scope"])}
    parts = {name: counted(counts[name], *noun) for name, noun in nouns.items() if counts.get(name)}
    if not parts:
        return None
    if (harm := counts.get("harm_outside_scope")) and "failures_outside_scope" in parts:
        parts["failures_outside_scope"] += f" ({written_count(harm)} with harm)"
    listed = listed_words(list(parts.values()))
    return f"Outside the review's scope and not counted above: {listed}."


def precedence(terms: Terms) -> str:
    parts = ", then ".join(part.title for part in terms.partition)
    order = (
        f"Each failure is counted once, in the first part that it fits: {parts}. "
        "A failure with harm also has a type."
    )
    return " ".join([order, *defined(terms)])


def defined(terms: Terms) -> list[str]:
    return [f"{capitalised(part.title)}: {part.definition}" for part in terms.partition if part.definition]


def scope_grown(view: View) -> str:
    """Say how the scope has changed since all then known had been risk assessed; nothing before that."""
    if not view.loaded(["risk_assessed"]):
        return ""
    days = every_day(view, view.clocks.known_until)
    size, assessed = (view.course(name, days, then=True) for name in ("population", "risk_assessed"))
    whole = size.filter((size["numerator"] > 0) & (size["numerator"] == assessed["numerator"]))
    if whole.is_empty():
        return ""
    day, first, now = whole["day"][0], whole["numerator"][0], size["numerator"][-1]
    change, case = now - first, view.source.terms.case
    every = f"every one of {written_count(first)} {case.many}"
    assessed_on = f"On {written_day(day)}, as reported at the time, {every} had been risk assessed"
    if not change:
        return f"{assessed_on}. The scope has not changed since."
    more = f"{counted(abs(change), case.one, case.many)} {'more' if change > 0 else 'fewer'}"
    last = size.filter(pl.col("numerator") != now)["day"].max()
    since = size.filter(pl.col("day") > last)["day"][0]
    return f"{assessed_on}. The scope is now {more}: {written_count(now)} since {written_day(since)}."
