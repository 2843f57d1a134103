"""What the page on failures says: which groups differ, chance or change, harm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from charts.bars import labels_of
from charts.control_chart import CHANCE, CHANGE, Subject
from charts.dots import sentence
from data.formatting import capitalised, counted, listed_words, written_count, written_day
from data.terms import Nouns
from metrics.chance.control import Between, Control, between, counts, rare, shares
from metrics.chance.groups import GroupRates, group_rates
from metrics.chance.steady_rate import LEAST_EVENTS
from metrics.dimensions import Dimension
from metrics.intervals import shared
from metrics.rates import whole_periods, with_whole
from service.cache import of_view
from service.sentences.figure import are, or_none
from service.sentences.status import Status
from service.view import View

# The cases were not reviewed in the order in which they were made.
IN_ORDER = "This shows when {failures} were found, not when they happened."
MOST_NAMED = 2
MOST = 24  # values of a dimension of failures whose rates are counted one by one
FEW = 6  # stretches that a sentence may list
EVERY = {"week": "1w", "month": "1mo"}
BETWEEN = "{Detailed_reviews} between {failures}"
BETWEEN_HARM = f"{BETWEEN} with harm"
HARM = "failures_with_harm"
RATE = "failure_rate_reviewed"
COUNTED = {"share_adverse": "adverse"}
"""What a rate counts, where that is not failures."""


@dataclass(frozen=True)
class Watched:
    """counts: the figure whose events are watched. needs: the figures it is made from. title: what the
    reviews between failures are called; empty where a point is a period, and not a failure."""

    counts: str
    needs: tuple[str, ...]
    title: str = ""

    @property
    def by_period(self) -> bool:
        return not self.title

    def subject(self, view: View, every: str) -> Subject:
        if self.title:
            what, events = view.words("{Any_reviews} since the one before"), _events(view, self.counts)
            return Subject(
                title=view.words(self.title), unit="failure", what=what, events=events, centre="median",
                words=view.words,
            )  # fmt: skip
        (name,) = self.needs
        share = name == RATE
        title = f"{view.metric(name).title} by {every}{view.words(' of {any_review}') if share else ''}"
        what = view.words("Share with a {failure}" if share else "{Failures}")
        return Subject(title=title, unit=every, what=what, share=share, words=view.words)

    def make(self, view: View, every: str, first: int | None) -> Control | None:
        """Return the series with its limits from so many of the first points; None with too few points."""
        return view.once("control", lambda: self._make(view, every, first), self, every, first)

    def _make(self, view: View, every: str, first: int | None) -> Control | None:
        if self.title:
            return rare(gaps(view, self.counts), first)
        (name,), span = self.needs, EVERY[every]
        result = view.result(name, every=span)
        if name == RATE:
            return shares(with_whole(result, view.clocks.as_at, span), first)
        return counts(whole_periods(result, view.source.terms.began_on, view.clocks.known_until, span), first)


WATCHED: Mapping[str, Watched] = {
    BETWEEN: Watched("failures", ("failures", "completed"), BETWEEN),
    BETWEEN_HARM: Watched(HARM, (HARM, "completed"), BETWEEN_HARM),
    "Share of {detailed_reviews} with a {failure}": Watched("failures", (RATE,)),
    "{Failures} found": Watched("failures", ("failures",)),
}


@of_view
def too_few(view: View, name: str) -> str | None:
    """Say that a figure counts too few for a verdict: every block asks this, so that none gives one alone."""
    (count,) = view.counts(name)
    if count >= LEAST_EVENTS:
        return None
    so_far = f"there {are(count)} {or_none(count)}"
    return f"too few {_events(view, name)} to tell chance from change. It needs {LEAST_EVENTS}, and {so_far}."


def _events(view: View, name: str) -> str:
    if name == "adverse":
        return view.source.terms.case.findings
    return view.words("{failures} with harm" if name == HARM else "{failures}")


@of_view
def gaps(view: View, name: str) -> Between:
    return between(view.result(name, every="1d"), view.result("completed", every="1d"))


@of_view
def status(view: View, name: str, split: Dimension) -> Status:
    (count, harm), day = view.counts("failures", HARM), written_day(view.clocks.as_at)
    if not count:
        return Status(f"No {view.words.failure} had been found by {day} in this view.")
    failures = f"{counted(count, view.words.failure, view.words.failures)} found, {or_none(harm)} with harm"
    odd = _odd(view, name, split)
    if odd is None:
        return Status(f"{failures}, as at {day}.")
    attention = odd.height > 1 or "higher" in odd["odd"]
    return Status(f"{failures}. {groups_title(view, name, split)}.", attention)


@of_view
def _odd(view: View, name: str, split: Dimension) -> pl.DataFrame | None:
    """Return the groups that differ by more than chance; None where that cannot be said."""
    groups = rates_of_groups(view, name, split)
    if groups is None or groups.outcome == "too few" or too_few(view, COUNTED.get(name, "failures")):
        return None
    return groups.points.drop_nulls("odd").sort("value", descending=True)


def most_of(view: View, result: pl.DataFrame, dimensions: Sequence[Dimension], neutral: str) -> str:
    top = result.filter(pl.col("numerator") == pl.col("numerator").max(), pl.col("numerator") > 0)
    if not 1 <= top.height <= MOST_NAMED:
        return neutral
    most = top["numerator"][0]
    names = zip(*(labels_of(top, dimension) for dimension in dimensions), strict=True)
    labels = capitalised(listed_words([", ".join(name) for name in names]))
    failures = counted(most, view.words.failure, view.words.failures)
    return f"{labels}: {failures}{' each' if top.height > 1 else ''}"


@of_view
def change(view: View) -> str | None:
    return _verdict(view, BETWEEN)


@of_view
def harm(view: View) -> str | None:
    if not view.loaded(["completed"]) or not view.figure(HARM).numerator:
        return None
    since_last = gaps(view, HARM)
    one, many = view.words("{detailed_review} has"), view.words("{detailed_reviews} have")
    since = counted(since_last.since, one, many)
    verdict = capitalised(_verdict(view, BETWEEN_HARM) or "")
    one_by_one = _one_by_one(view.words, since_last.gaps["value"].to_list())
    return f"{one_by_one}. {since} found none since. {verdict}".strip()


def _verdict(view: View, words: str) -> str | None:
    watched = WATCHED[words]
    if view.loaded(watched.needs) != list(watched.needs) or not view.figure("completed").numerator:
        return None
    if few := too_few(view, watched.counts):
        return few
    control = rare(gaps(view, watched.counts))
    if control is None:
        return None
    verdict = watched.subject(view, "week").verdict(control)
    for bold in (CHANGE, CHANCE):
        verdict = verdict.replace(bold, bold.strip("*").lower())
    return f"{verdict} {view.words(IN_ORDER)}"


def _one_by_one(words: Nouns, numbers: list[int]) -> str:
    one, many = words("{failure} with harm"), words("{failures} with harm")
    failures = counted(len(numbers), one, many)
    if len(numbers) > FEW:
        return failures
    first, *others = map(written_count, numbers)
    more = f", then after {listed_words(others)} more" if others else ""
    return f"{failures}, after {first} {words.detailed_reviews}{more}"


@of_view
def rates_of_groups(view: View, name: str, split: Dimension) -> GroupRates | None:
    """None where the groups are too few to be compared, or are no groups of cases."""
    if view.metric(name).subject not in split.subjects:
        return None
    return group_rates(view.result(name, by=[split.name]), view.figure(name).value)


@of_view
def rates_by(view: View, name: str, split: Dimension) -> pl.DataFrame:
    """Return a rate by a dimension, as `evaluate` does. What failures alone have, as a reason, divides no
    cases: each value's failures are out of all cases."""
    if view.metric(name).subject in split.subjects:
        return view.result(name, by=[split.name])
    failures = view.result("failures", by=[split.name]).filter(pl.col("numerator") > 0)
    values = failures.sort("numerator", descending=True, maintain_order=True)[split.name].head(MOST)
    views = [replace(view, filters=(*view.filters, (split.name, (text,)))) for text in values.cast(pl.String)]
    counts = [(figure.numerator, figure.denominator) for figure in (view.figure(name) for view in views)]
    schema = {"numerator": pl.Int64, "denominator": pl.Int64}
    return shared(pl.DataFrame([values, *pl.DataFrame(counts, schema, orient="row")]))


def differing(view: View, name: str, groups: GroupRates, split: Dimension) -> str:
    return sentence(
        groups, split, view.metric(name).title, few=too_few(view, COUNTED.get(name, "failures")) is not None
    )


@of_view
def groups_title(view: View, name: str, split: Dimension) -> str:
    title = view.metric(name).title
    neutral = f"{title} by {split.title.lower()}"
    odd = _odd(view, name, split)
    if odd is None:
        return neutral
    if odd.is_empty():
        return f"{neutral}: chance explains the differences"
    label, side = capitalised(labels_of(odd, split)[0]), odd["odd"][0]
    if odd.height == 1:
        return f"{label}: {title.lower()} {side} than chance explains"
    return f"{label} and {odd.height - 1} more differ by more than chance"
