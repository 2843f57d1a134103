"""How failures came among the detailed reviews, in words."""

from data.written import counted, listed_words, short_day, written_count, written_share
from metrics.chance.between import rare
from metrics.chance.control import LEAST_POINTS, Control
from metrics.chance.rules import Cause
from pages.parts.failures.series import gaps
from pages.parts.source import View

# The cases were not reviewed in the order in which they were made.
IN_ORDER = "That is the order of the reviews, and says nothing of when the service failed."
FEW = 6  # stretches that a sentence may list


def change(view: View) -> str | None:
    """Say whether the failures came among the reviews as chance would have them; None without reviews."""
    if not view.told(["completed"]):
        return None
    found = rare(gaps(view, "failures"))
    if found is None:
        return f"fewer than {LEAST_POINTS} failures among the reviews are too few to tell."
    if not found.causes:
        trial = f", as far as {found.baseline} failures can tell" if found.trial else ""
        return f"the failures came among the detailed reviews as chance would have them{trial}."
    told = "; ".join(_told(each, found) for each in found.causes)
    return f"more than chance: {told}. {IN_ORDER}"


def harm(view: View) -> str | None:
    """Say how rare failures with harm are among the reviews; None without reviews or without harm."""
    if not view.told(["completed"]) or not view.figure("failures_with_harm").numerator:
        return None
    found = gaps(view, "failures_with_harm")
    since = counted(found.since, "detailed review has", "detailed reviews have")
    said = f"{_one_by_one(found.gaps['value'].to_list())}; {since} found none since."
    if found.chance is None:
        return said
    often = f"{written_share(found.chance)} of the time"
    chance = f"Were every review as likely to find one, chance would leave so many without {often}."
    return f"{said} {chance} {IN_ORDER}"


def _one_by_one(stretches: list[int]) -> str:
    found = counted(len(stretches), "failure with harm", "failures with harm")
    if len(stretches) > FEW:
        return found
    first, *others = (written_count(each) for each in stretches)
    more = f", then after {listed_words(others)} more" if others else ""
    return f"{found}, after {first} detailed reviews{more}"


def _told(cause: Cause, found: Control) -> str:
    points = found.points
    rows = points.select("found_on", "value", "centre", "upper").rows(named=True)
    first, last = rows[cause.first], rows[cause.last]
    span = f"from {short_day(first['found_on'])} to {short_day(last['found_on'])}"
    if cause.rule == "outside":
        found_after = (
            f"{written_count(first['value'])} detailed reviews before that of {short_day(first['found_on'])}"
        )
        return f"{found_after} found none, where chance hardly ever gives over {first['upper']:,.0f}"
    later = "later" if cause.side == "upper" else "sooner"
    than = "the one before" if cause.rule == "trend" else f"the median of {first['centre']:,.0f} reviews"
    return f"{cause.points} failures in a row, {span}, each came {later} than {than}"
