"""What each figure, part and list of a review means."""

from collections.abc import Iterator
from typing import NamedTuple

from data.formatting import capitalised, counted, listed_words, named, written_day
from data.terms import Terms
from metrics.metric import AnyMetric
from service.view import Source

BETTER = {"higher": "Higher is better", "lower": "Lower is better", "neither": "Neither way is better"}
PARTS, TERMS = "Headline parts", "Terms of reference"


class Definition(NamedTuple):
    """lines: a label and its words. figure: the metric that is defined, if one is."""

    title: str
    unit: str
    group: str
    lines: tuple[tuple[str, str], ...]
    figure: AnyMetric | None = None

    def has(self, words: str) -> bool:
        """Whether every word is somewhere in its title, group or text."""
        text = " ".join([self.title, self.group, *(line for _, line in self.lines)]).casefold()
        return all(word in text for word in words.casefold().split())


def definitions(source: Source) -> list[Definition]:
    figures = [_figure(metric, source.terms) for metric in source.catalogue()]
    return [*figures, *_parts(source.terms), *_terms(source.terms)]


def summary(found: list[Definition], every: list[Definition], searched: str) -> str:
    """Say how many figures are defined, or how many definitions have the words searched for."""
    if searched:
        return f"{capitalised(counted(len(found), 'definition has', 'definitions have'))} “{searched}”."
    figures = sum(one.figure is not None for one in every)
    return f"{counted(figures, 'figure', 'figures')}, each defined once and counted from that definition."


def _figure(metric: AnyMetric, terms: Terms) -> Definition:
    group = terms.case.many if metric.subject == "cases" else metric.subject.replace("_", " ")
    lines = [("Definition", metric.definition), ("Counts", capitalised(metric.counts))]
    if metric.out_of:
        lines.append(("Out of", capitalised(metric.out_of)))
    lines.append(("Why it matters", metric.why_it_matters))
    about = f"Dated by {metric.dated_by.replace('_', ' ')}. {BETTER[metric.better]}. Owner: {metric.owner}."
    lines.append(("More", about))
    return Definition(metric.title, metric.unit, capitalised(group), tuple(lines), metric)


def _parts(terms: Terms) -> Iterator[Definition]:
    for place, part in enumerate(terms.partition, start=1):
        lines = [("Definition", part.definition)] if part.definition else []
        order = f"Part {place} of {len(terms.partition)}: a failure counts in the first part that it fits."
        yield Definition(f"Failures, {part.title}", "failures", PARTS, (*lines, ("Order", order)))


def _terms(terms: Terms) -> Iterator[Definition]:
    begins, ends = written_day(terms.period.begins), written_day(terms.period.ends)
    scope = f"{capitalised(terms.case.many)} received from {begins} to {ends}."
    by = f"{terms.name}, by {terms.body}, overseen by {named(terms.oversight_body)}."
    yield Definition("Scope", "", TERMS, (("In scope", scope), ("Review", by)))
    if terms.timescales:
        limits = [f"{limit.days} days from {written_day(limit.begins)}" for limit in terms.timescales]
        yield Definition("Timescale", "days", TERMS, (("The whole process", f"{listed_words(limits)}."),))
    for name, codes in terms.lists.items():
        yield Definition(
            capitalised(name.replace("_", " ")), "", TERMS, (("Codes", listed_words(list(codes))),)
        )
