"""What each figure counts, by one name: figures that count the same rows share it."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimension
from metrics.histories.cases import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from metrics.histories.findings import ENDED
from metrics.histories.team import UPHELD
from metrics.metric import Duration, Spell, Subject

Place = tuple[tuple[str, str | None], ...]
"""Where a cell stands: the value of each dimension it is split by, in the order of their names."""


class Relation(NamedTuple):
    """Where not `all_of_it`, the parts are no more than the whole; on every day and in every cell."""

    whole: str
    parts: tuple[str, ...]
    all_of_it: bool = True


class MadeOf(NamedTuple):
    """A figure that counts those rows of another whose value of a dimension is one of some, or is not."""

    figure: str
    of: str
    name: str
    values: tuple[str | None, ...]
    others: bool = False

    def holds(self, value: str | None) -> bool:
        return (value in self.values) is not self.others


MADE_OF = (
    MadeOf("people_reached", "people_to_contact", "state", REACHED),
    MadeOf("people_waiting", "people_to_contact", "state", SETTLED, others=True),
    MadeOf("share_reached: out of", "people_to_contact", "state", (NOT_NEEDED,), others=True),
    MadeOf("people_not_safe", "people_to_contact", "unsafe_reason", (None,), others=True),
    MadeOf("open_referrals", "referrals", "status", ENDED, others=True),
    MadeOf("overturned: numerator", "second_looks", "verdict", (UPHELD, None), others=True),
    MadeOf("risk_assessed", "population", "grade", (None,), others=True),
    MadeOf("days_to_assessment: left", "days_to_assessment: out of", "grade", (None,), others=True),
    MadeOf("people_outside_scope: not safe", "people_outside_scope", "unsafe_reason", (None,), others=True),
)

# Each line is a relation: "=" where the parts are all of it, ">=" where they are no more than it.
_DECLARED = """
population = risk_assessed + not_assessed
risk_assessed = sent_on + not_sent_on
sent_on = completed + backlog
sent_on = allocated + not_allocated
backlog = not_allocated + in_hand
failures = failures_referred + failures_not_referred
failures_with_harm >= harm_not_referred
failures_not_referred >= harm_not_referred
failures_outside_scope >= harm_outside_scope
failures >= failure_rate: numerator
failure_rate: numerator >= failure_rate_reviewed: numerator
referrals >= open_referrals
open_referrals >= silent_referrals
referrals >= referrals_without_failure
recommendations >= recommendations_answered + recommendations_due + recommendations_overdue
share_reached: out of = people_reached + people_waiting + people_unable + people_not_safe
people_to_contact >= share_reached: out of
people_not_safe >= people_to_look_at_again
sample_checks >= sample_failures
sample_checks >= sample_sent_on
share_checked: out of = not_sent_on + sample_sent_on
share_checked: out of >= sample_checks
completed >= second_looks
answered_in_time: out of = answered_in_time: numerator + enquiries_late
enquiries >= answered_in_time: out of
days_per_review: out of = days_per_review: left + reviews_in_hand
enquiries_late >= enquiries_overdue
enquiries_answered >= answered_in_time: numerator
enquiries = enquiries_answered + enquiries_open
enquiries_open >= enquiries_overdue
population = share_disclosed: out of + undecided
disclosed >= disclosed_in_time: out of
disclosed_in_time: out of = disclosed_in_time: numerator + disclosed_late
"""


def _relation(line: str) -> Relation:
    sign = " >= " if " >= " in line else " = "
    whole, parts = line.split(sign)
    return Relation(whole, tuple(parts.split(" + ")), sign == " = ")


DECLARED = tuple(map(_relation, _DECLARED.strip().splitlines()))

AS_MANY = {
    "days_to_assessment: left": "risk_assessed",
    "days_to_allocation: left": "allocated",
    "days_in_review: left": "completed",
    "days_to_decision: left": "share_disclosed: out of",
    "days_to_answer: left": "enquiries_answered",
    "days_per_review: left": "reviews_done",
    "days_to_decision: out of": "population",
    "days_to_contact: out of": "people_to_contact",
}  # those that entered or left a stage -> a count of as many, where no day is out of order

_OF_HARM = {
    "failures": "failures_with_harm",
    "failures_not_referred": "harm_not_referred",
    "failures_outside_scope": "harm_outside_scope",
}
_HARM = [(figure, harm) for whole, harm in _OF_HARM.items() for figure in (whole, harm)]

Alike = dict[tuple[str, str, str | None], str]
ALIKE: Alike = {
    **{(figure, "harm", "true"): harm for figure, harm in _HARM},
    ("people_to_contact", "state", UNABLE): "people_unable",
    ("people_unable", "state", UNABLE): "people_unable",
    ("people_to_contact", "state", NOT_SAFE): "people_not_safe",
    ("people_not_safe", "state", NOT_SAFE): "people_not_safe",
    ("share_reached: out of", "state", UNABLE): "people_unable",
    ("share_reached: out of", "state", NOT_SAFE): "people_not_safe",
    ("people_outside_scope", "state", NOT_SAFE): "people_outside_scope: not safe",
    ("population", "grade", None): "not_assessed",
    ("not_assessed", "grade", None): "not_assessed",
}  # cells that another figure counts: (what is counted, the dimension, its value) -> that figure

HARM_FIRST: Alike = {(figure, "part", "harm"): harm for figure, harm in _HARM}
HARM_FIRST["failures", "part", "with harm"] = "failures_with_harm"
"""The same, where harm comes first in the headline partition."""

STANDING = ("referrals", "referrals_outside_scope", "referrals_without_failure", "people_to_contact")
"""Counts to date whose rows are the states that something has been in: a cell of a state can fall."""
STATES = ("status", "mode", "state", "unsafe_reason")


def counted_by(figure: str) -> str:
    """The first count of the same rows: "failures_with_harm" for the figure "share_with_harm"."""
    return _catalogue()[0].get(figure, (figure, ""))[0]


def counted_out_of(figure: str) -> str:
    return _catalogue()[0].get(figure, ("", f"{figure}: out of"))[1]


def spell_of(quantity: str) -> Spell | None:
    """None if it is no quantity we know."""
    return _catalogue()[1].get(quantity)


@cache
def _catalogue() -> tuple[dict[str, tuple[str, str]], dict[str, Spell]]:
    known: list[tuple[str, Subject, Spell]] = []

    def name_of(own: str, subject: Subject, spell: Spell) -> str:
        same = (name for name, of, other in known if of == subject and _is_same(other, spell))
        if name := next(same, None):
            return name
        known.append((own, subject, spell))
        return own

    sides: dict[str, tuple[str, str]] = {}
    # A count has the name of what it counts; shares and medians are then told apart from counts by spell.
    for metric in sorted(CATALOGUE, key=lambda entry: entry.share or isinstance(entry, Duration)):
        name, subject, below = metric.name, metric.subject, f"{metric.name}: out of"
        if isinstance(metric, Duration):
            entered = Spell(begins=metric.stage.begins, where=metric.stage.where)
            sides[name] = f"{name}: left", name_of(below, subject, entered)
        else:
            above = name_of(f"{name}: numerator" if metric.share else name, subject, metric.numerator)
            sides[name] = above, name_of(below, subject, metric.denominator) if metric.denominator else below
    return sides, {name: spell for name, _, spell in known}


def _is_same(one: Spell, other: Spell) -> bool:
    pairs = [(one.begins, other.begins), (one.where, other.where), (one.weight, other.weight)]
    if one.ends is not None and other.ends is not None:
        pairs.append((one.ends, other.ends))
    elif one.ends is not other.ends:
        return False
    return all(mine.meta.eq(theirs) for mine, theirs in pairs)


@cache
def relations() -> tuple[Relation, ...]:
    """Those declared, and those of every share and stage: some of those are part of all."""
    shares = [metric.name for metric in CATALOGUE if isinstance(metric, Duration) or metric.share]
    within = (Relation(counted_out_of(share), (counted_by(share),), all_of_it=False) for share in shares)
    return (*DECLARED, *dict.fromkeys(within))


@cache
def kin(quantity: str) -> frozenset[str]:
    """All quantities that relations bind to one, directly or through others, and itself."""
    groups = [{relation.whole, *relation.parts} for relation in relations()]
    groups += [{of, figure} for (of, _, _), figure in (ALIKE | HARM_FIRST).items()]
    groups += [{made_of.figure, made_of.of} for made_of in MADE_OF] + [set(pair) for pair in AS_MANY.items()]
    known: set[str] = set()
    near = {quantity}
    while not near <= known:
        known |= near
        near = known.union(*(group for group in groups if group & known))
    return frozenset(known)


def alike(quantity: str, place: Place, *, harm_first: bool) -> tuple[str, Place]:
    names = ALIKE | HARM_FIRST if harm_first else ALIKE
    for name, value in place:
        # A truth value as text is "true" to Polars and "True" to Python.
        word = value.lower() if value is not None and name == "harm" else value
        if (quantity, name, word) in names:
            return names[quantity, name, word], tuple(pair for pair in place if pair != (name, value))
    for part in MADE_OF:
        if part.figure == quantity and any(part.name == name and part.holds(value) for name, value in place):
            return part.of, place
    return quantity, place


def cell_of(
    figure: str, by: Iterable[str], where: Iterable[str | None], *, harm_first: bool
) -> tuple[str, Place]:
    """The same for cells of the same rows."""
    return alike(counted_by(figure), tuple(sorted(zip(by, where, strict=True))), harm_first=harm_first)


def never_falls(quantity: str, place: Place) -> bool:
    """Of a count to date, but for corrections."""
    spell = spell_of(quantity)
    if spell is None or not all(dimension(name).steady for name, _ in place):
        return False
    return spell.ends is None or (quantity in STANDING and not any(name in STATES for name, _ in place))
