"""The words of a figure, in the words of one review."""

from dataclasses import replace

from data.terms import Case
from data.written import capitalised
from metrics.metric import AnyMetric

SPOKEN = ("title", "definition", "why_it_matters", "counts", "out_of", "unit")


def spoken(metric: AnyMetric, case: Case) -> AnyMetric:
    """Return the figure with its words in what this review calls a case."""
    return replace(metric, **{name: worded(getattr(metric, name), case) for name in SPOKEN})


def worded(words: str | None, case: Case) -> str | None:
    """Words in which `{case}`, `{cases}` and `{Cases}` are what this review calls them."""
    if words is None:
        return None
    return words.format(case=case.one, cases=case.many, Cases=capitalised(case.many))
