"""The figures of the Overview, in their rows of cards, and what is said beside some of them."""

from data.formatting import counted
from pages.widgets import course
from service.view import View

ROWS = (
    ("population", "share_completed", "backlog"),
    ("failures", "failures_with_harm", "failure_rate"),
    ("referrals", "open_referrals", "headcount"),
    ("people_waiting", "people_unable", "people_not_safe"),
)
"""How far the work is, what it found, who looks at it, and who is still to be reached safely.

How many have been risk assessed is in the headline above them.
"""


def beside(view: View) -> dict[str, str]:
    """Return what more is said of a figure than its number, by its name."""
    return {"headcount": course.peak(view, "headcount"), "open_referrals": _longest(view)}


def _longest(view: View) -> str:
    """Say for how long the referrals have been open; nothing where none is."""
    if view.clocks.ahead or not view.told(["open_referrals"]):
        return ""
    found = view.ages("open_referrals")
    if found.longest is None:
        return ""
    return f"; {'' if found.count == 1 else 'the longest '}for {counted(found.longest, 'day', 'days')}"
