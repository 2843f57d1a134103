"""The words of a figure, in the words of one review."""

import re
from dataclasses import replace

from data.formatting import capitalised
from data.terms import Case
from metrics.metric import AnyMetric

SPOKEN = ("title", "definition", "why_it_matters", "counts", "out_of", "unit")


# Nouns of the figures other than the review's own; the first of a phrase is what is counted.
ONE = {
    "{cases}": "{case}", "failures": "failure", "referrals": "referral", "people": "person",
    "attempts": "attempt", "reviews": "review", "looks": "look", "enquiries": "enquiry",
    "recommendations": "recommendation",
}  # fmt: skip
_MANY = re.compile("|".join(map(re.escape, ONE)))


def singular(words: str) -> str:
    """Words of a figure as they are said of one: "person identified" for "people identified"."""
    return _MANY.sub(lambda found: ONE[found.group()], words, count=1)


def spoken(metric: AnyMetric, case: Case) -> AnyMetric:
    one = metric.out_of and singular(metric.out_of)
    words = {name: worded(getattr(metric, name), case) for name in SPOKEN}
    return replace(metric, **words, out_of_one=worded(one, case))


def worded(words: str | None, case: Case) -> str | None:
    """Words in which `{case}`, `{cases}` and `{Cases}` are what this review calls them."""
    if words is None:
        return None
    return words.format(case=case.one, cases=case.many, Cases=capitalised(case.many))
