"""What each figure counts, by one name: figures that count the same rows share it."""

from dataclasses import dataclass
from functools import cache

from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimension
from metrics.histories.findings import ENDED
from metrics.histories.people import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from metrics.histories.team import UPHELD
from metrics.metric import AnyMetric, Duration, Spell, Subject


def counted_by(figure: str) -> str:
    """Return what a figure's numerator counts: the name of the first count of the catalogue that counts it.

    The numerator of "share_with_harm" is "failures_with_harm"; one that no count of the catalogue counts,
    or that no entry of the catalogue is called by, is named for its figure.
    """
    return _sides().get(figure, (figure, ""))[0]


def counted_out_of(figure: str) -> str:
    """Return what a share's denominator counts, or which rows entered a median's stage; see `counted_by`."""
    return _sides().get(figure, ("", f"{figure}: out of"))[1]


def spell_of(quantity: str) -> Spell | None:
    """Return the days between which the rows of a quantity count; None if it is no quantity we know."""
    return _read()[1].get(quantity)


def _sides() -> dict[str, tuple[str, str]]:
    return _read()[0]


@cache
def _read() -> tuple[dict[str, tuple[str, str]], dict[str, Spell]]:
    known: list[tuple[str, Subject, Spell]] = []
    sides = {metric.name: (_above(metric, known), _below(metric, known)) for metric in _counts_first()}
    return sides, {name: spell for name, _, spell in known}


def _counts_first() -> list[AnyMetric]:
    # A count has the name of what it counts; shares and medians are then told apart from counts by spell.
    return sorted(CATALOGUE, key=lambda each: each.share or isinstance(each, Duration))


def _above(figure: AnyMetric, known: list[tuple[str, Subject, Spell]]) -> str:
    if isinstance(figure, Duration):
        return f"{figure.name}: left"
    own = figure.name if not figure.share else f"{figure.name}: numerator"
    return _named(own, figure.subject, figure.numerator, known)


def _below(figure: AnyMetric, known: list[tuple[str, Subject, Spell]]) -> str:
    own = f"{figure.name}: out of"
    if isinstance(figure, Duration):
        entered = Spell(begins=figure.stage.begins, where=figure.stage.where)
        return _named(own, figure.subject, entered, known)
    return own if figure.denominator is None else _named(own, figure.subject, figure.denominator, known)


def _named(own: str, subject: Subject, spell: Spell, known: list[tuple[str, Subject, Spell]]) -> str:
    for name, of, each in known:
        if of == subject and _alike(each, spell):
            return name
    known.append((own, subject, spell))
    return own


def _alike(one: Spell, other: Spell) -> bool:
    if (one.ends is None) != (other.ends is None):
        return False
    pairs = [(one.begins, other.begins), (one.where, other.where), (one.weight, other.weight)]
    if one.ends is not None and other.ends is not None:
        pairs.append((one.ends, other.ends))
    return all(mine.meta.eq(theirs) for mine, theirs in pairs)


Place = tuple[tuple[str, str | None], ...]
"""Where a cell stands: the value of each dimension it is split by, in the order of their names."""


@dataclass(frozen=True)
class Relation:
    """Counts that make up another, on every day and in every cell; where not `all_of_it`, no more than it."""

    whole: str
    parts: tuple[str, ...]
    all_of_it: bool = True


@dataclass(frozen=True)
class MadeOf:
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

DECLARED = (
    Relation("population", ("risk_assessed", "not_assessed")),
    Relation("risk_assessed", ("sent_on", "not_sent_on")),
    Relation("sent_on", ("completed", "backlog")),
    Relation("sent_on", ("allocated", "not_allocated")),
    Relation("backlog", ("not_allocated", "in_hand")),
    Relation("failures", ("failures_referred", "failures_not_referred")),
    Relation("failures_with_harm", ("harm_not_referred",), all_of_it=False),
    Relation("failures_not_referred", ("harm_not_referred",), all_of_it=False),
    Relation("failures_outside_scope", ("harm_outside_scope",), all_of_it=False),
    Relation("failures", ("failure_rate: numerator",), all_of_it=False),
    Relation("failure_rate: numerator", ("failure_rate_reviewed: numerator",), all_of_it=False),
    Relation("referrals", ("open_referrals",), all_of_it=False),
    Relation("open_referrals", ("silent_referrals",), all_of_it=False),
    Relation("referrals", ("referrals_without_failure",), all_of_it=False),
    Relation(
        "recommendations",
        ("recommendations_answered", "recommendations_due", "recommendations_overdue"),
        all_of_it=False,
    ),
    Relation(
        "share_reached: out of", ("people_reached", "people_waiting", "people_unable", "people_not_safe")
    ),
    Relation("people_to_contact", ("share_reached: out of",), all_of_it=False),
    Relation("people_not_safe", ("people_to_look_at_again",), all_of_it=False),
    Relation("sample_checks", ("sample_failures",), all_of_it=False),
    Relation("sample_checks", ("sample_sent_on",), all_of_it=False),
    Relation("share_checked: out of", ("not_sent_on", "sample_sent_on")),
    Relation("share_checked: out of", ("sample_checks",), all_of_it=False),
    Relation("completed", ("second_looks",), all_of_it=False),
    Relation("answered_in_time: out of", ("answered_in_time: numerator", "enquiries_late")),
    Relation("enquiries", ("answered_in_time: out of",), all_of_it=False),
    Relation("days_per_review: out of", ("days_per_review: left", "reviews_in_hand")),
    Relation("enquiries_late", ("enquiries_overdue",), all_of_it=False),
    Relation("enquiries_answered", ("answered_in_time: numerator",), all_of_it=False),
    Relation("enquiries", ("enquiries_answered", "enquiries_open")),
    Relation("enquiries_open", ("enquiries_overdue",), all_of_it=False),
    Relation("population", ("share_disclosed: out of", "undecided")),
    Relation("disclosed", ("disclosed_in_time: out of",), all_of_it=False),
    Relation("disclosed_in_time: out of", ("disclosed_in_time: numerator", "disclosed_late")),
)

AS_MANY = {
    "days_to_assessment: left": "risk_assessed",
    "days_to_allocation: left": "allocated",
    "days_in_review: left": "completed",
    "days_to_decision: left": "share_disclosed: out of",
    "days_to_answer: left": "enquiries_answered",
    "days_per_review: left": "reviews_done",
    "days_to_decision: out of": "population",
    "days_to_contact: out of": "people_to_contact",
}
"""Those that entered or left a stage -> a count of as many, where no day is out of order."""

ALIKE: dict[tuple[str, str, str | None], str] = {
    ("failures", "harm", "true"): "failures_with_harm",
    ("failures_with_harm", "harm", "true"): "failures_with_harm",
    ("failures_not_referred", "harm", "true"): "harm_not_referred",
    ("harm_not_referred", "harm", "true"): "harm_not_referred",
    ("failures_outside_scope", "harm", "true"): "harm_outside_scope",
    ("harm_outside_scope", "harm", "true"): "harm_outside_scope",
    ("people_to_contact", "state", UNABLE): "people_unable",
    ("people_unable", "state", UNABLE): "people_unable",
    ("people_to_contact", "state", NOT_SAFE): "people_not_safe",
    ("people_not_safe", "state", NOT_SAFE): "people_not_safe",
    ("share_reached: out of", "state", UNABLE): "people_unable",
    ("share_reached: out of", "state", NOT_SAFE): "people_not_safe",
    ("people_outside_scope", "state", NOT_SAFE): "people_outside_scope: not safe",
    ("population", "grade", None): "not_assessed",
    ("not_assessed", "grade", None): "not_assessed",
}
"""Cells that another figure counts: (what is counted, the dimension, its value) -> that figure."""

HARM_FIRST: dict[tuple[str, str, str | None], str] = {
    ("failures_with_harm", "part", "harm"): "failures_with_harm",
    ("failures", "part", "harm"): "failures_with_harm",
    ("failures", "part", "with harm"): "failures_with_harm",
    ("failures_outside_scope", "part", "harm"): "harm_outside_scope",
    ("harm_outside_scope", "part", "harm"): "harm_outside_scope",
    ("failures_not_referred", "part", "harm"): "harm_not_referred",
    ("harm_not_referred", "part", "harm"): "harm_not_referred",
}
"""The same, where harm comes first in the headline partition."""

STANDING = ("referrals", "referrals_outside_scope", "referrals_without_failure", "people_to_contact")
"""Counts to date whose rows are the states that something has been in: a cell of a state can fall."""
STATES = ("status", "mode", "state", "unsafe_reason")


@cache
def relations() -> tuple[Relation, ...]:
    """Return the relations declared, and those of every share and stage: some of those are part of all."""
    shares = [metric for metric in CATALOGUE if isinstance(metric, Duration) or metric.share]
    within = (
        Relation(counted_out_of(share.name), (counted_by(share.name),), all_of_it=False) for share in shares
    )
    return (*DECLARED, *dict.fromkeys(within))


@cache
def kin(quantity: str) -> frozenset[str]:
    """Return all quantities that relations bind to one, directly or through others, and itself."""
    groups = [{relation.whole, *relation.parts} for relation in relations()]
    groups += [{of, figure} for (of, _, _), figure in (ALIKE | HARM_FIRST).items()]
    groups += [{made_of.figure, made_of.of} for made_of in MADE_OF] + [
        {one, other} for one, other in AS_MANY.items()
    ]
    found, grown = {quantity}, True
    while grown:
        near = set[str]().union(*(group for group in groups if group & found))
        grown = not near <= found
        found |= near
    return frozenset(found)


def alike(quantity: str, place: Place, *, harm_first: bool) -> tuple[str, Place]:
    """Return what a cell is called where another figure counts the very same rows."""
    named = ALIKE | HARM_FIRST if harm_first else ALIKE
    for name, value in place:
        # A truth value as text is "true" to Polars and "True" to Python.
        word = value.lower() if value is not None and name == "harm" else value
        if (quantity, name, word) in named:
            rest = tuple(each for each in place if each != (name, value))
            return named[quantity, name, word], rest
    for made in MADE_OF:
        if made.figure == quantity and any(made.name == name and made.holds(value) for name, value in place):
            return made.of, place
    return quantity, place


def never_falls(quantity: str, place: Place) -> bool:
    """Whether a count to date cannot fall from one day to a later one, but for corrections."""
    spell = spell_of(quantity)
    if spell is None or not all(dimension(name).steady for name, _ in place):
        return False
    return spell.ends is None or (quantity in STANDING and not any(name in STATES for name, _ in place))
