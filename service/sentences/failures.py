"""What the page on failures says first: which, where, why, since when, chance or change, harm."""

import polars as pl

from charts.bars import labels_of
from charts.cause_words import CHANCE, CHANGE
from charts.funnel import sentence
from data.formatting import counted, listed_words, written_count, written_day
from metrics.chance.between import rare
from metrics.chance.groups import Funnel, funnel
from metrics.dimensions import Dimension, dimension
from service.failure_series import BETWEEN, EVERY, HARM, WATCHED, gaps, too_few
from service.markdown import plain
from service.view import View

MOST_REASONS = 3
# The cases were not reviewed in the order in which they were made.
IN_ORDER = "This shows when failures were found, not when they happened."
FEW = 6  # stretches that a sentence may list


def questions(view: View) -> str:
    """Return the analyst's questions with their answers, as a list in Markdown."""
    lines = {
        "Which": _counted(view, "part"),
        "Where": _where(view),
        "Why": _counted(view, "reason", most=MOST_REASONS),
        "Since when": _span(view),
        "Chance or change": change(view),
        "Harm": harm(view),
    }
    return "\n".join(f"- **{question}**: {plain(line)}" for question, line in lines.items() if line)


def _counted(view: View, name: str, most: int | None = None) -> str:
    found = view.result("failures", by=[name]).filter(pl.col("numerator") > 0)
    found = found.sort("numerator", descending=True, maintain_order=True)
    named = {part.name: part.title for part in view.source.terms.partition} if name == "part" else {}
    told = [
        f"{named.get(label, label)} ({written_count(count)})"
        for label, count in zip(labels_of(found, dimension(name)), found["numerator"], strict=True)
    ]
    if most is None or len(told) <= most + 1:
        return f"{listed_words(told)}."
    rest = int(found["numerator"][most:].sum())
    return f"{', '.join(told[:most])}, and {written_count(rest)} for {len(told) - most} other reasons."


def _where(view: View) -> str:
    return " ".join(filter(None, (groups_of(view, "area"), groups_of(view, "year"))))


def _span(view: View) -> str:
    """Say from when to when failures were found, and when most."""
    daily, monthly = view.result("failures", every="1d"), view.result("failures", every="1mo")
    days = daily.filter(pl.col("numerator") > 0)["period"]
    top = monthly.row(int(monthly["numerator"].arg_max() or 0), named=True)
    if len(days) == 1:
        return f"found on {written_day(days[0])}."
    most = f"most in {top['period']:%B %Y} ({written_count(top['numerator'])})"
    return f"found from {written_day(days[0])} to {written_day(days[-1])}, {most}."


def change(view: View) -> str | None:
    """Say whether the failures came among the reviews as chance would have them; None without reviews."""
    return _verdict(view, BETWEEN)


def harm(view: View) -> str | None:
    """Say how rare failures with harm are among the reviews; None without reviews or without harm."""
    if not view.told(["completed"]) or not view.figure(HARM).numerator:
        return None
    found = gaps(view, HARM)
    since = counted(found.since, "detailed review has", "detailed reviews have")
    said = f"{_one_by_one(found.gaps['value'].to_list())}; {since} found none since."
    verdict = _verdict(view, f"{BETWEEN} with harm")
    return said if verdict is None else f"{said} {verdict[:1].upper()}{verdict[1:]}"


def _verdict(view: View, words: str) -> str | None:
    watched = WATCHED[words]
    if view.told(watched.needs) != list(watched.needs) or not view.figure("completed").numerator:
        return None
    if few := too_few(view, watched.counts):
        return few
    found = rare(gaps(view, watched.counts))
    if found is None:
        return None
    verdict = watched.subject(view, next(iter(EVERY))).verdict(found)
    for bold in (CHANGE, CHANCE):
        verdict = verdict.replace(bold, bold.strip("*").lower())
    return f"{verdict} {IN_ORDER}"


def _one_by_one(stretches: list[int]) -> str:
    found = counted(len(stretches), "failure with harm", "failures with harm")
    if len(stretches) > FEW:
        return found
    first, *others = (written_count(stretch) for stretch in stretches)
    more = f", then after {listed_words(others)} more" if others else ""
    return f"{found}, after {first} detailed reviews{more}"


def rate_funnel(view: View, name: str, split: Dimension) -> Funnel | None:
    """Return where the groups of a rate lie around the rate of the whole; None where none can differ."""
    return funnel(view.result(name, by=[split.name]), view.figure(name).value)


def groups_of(view: View, name: str) -> str | None:
    """Say in one sentence which groups of a dimension differ in their failure rate by more than chance."""
    split = dimension(name)
    if not view.told(["failure_rate"]):
        return None
    groups = rate_funnel(view, "failure_rate", split)
    return groups and differing(view, "failure_rate", groups, split)


def differing(view: View, name: str, groups: Funnel, split: Dimension) -> str:
    """Say which groups differ by more than chance; where the page says too few failures to tell, that."""
    return sentence(groups, split, view.metric(name).title, few=too_few(view, "failures") is not None)
