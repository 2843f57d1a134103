"""Lines over time that more than one page shows."""

import datetime as dt

from charts.chart import Chart
from charts.lines import lines
from pages.parts.picture import colours
from pages.parts.source import View

# Past this many points a line looks the same by the week, and costs a seventh.
MOST_DAYS = 400


def burn_up(view: View, *, then: bool) -> Chart:
    """Draw work done against the size of the review: the line that moves is the scope."""
    case = view.source.terms.case
    figures = {
        "In the review": "population",
        "Risk assessed": "risk_assessed",
        "Reviewed in detail": "completed",
    }
    return lines(
        f"{case.many.capitalize()} over time", _courses(view, figures, then=then), case.many, colours()
    )


def backlog(view: View, *, then: bool) -> Chart:
    """Draw the detailed reviews outstanding."""
    courses = _courses(view, {"Outstanding": "backlog"}, then=then)
    return lines("Detailed reviews outstanding", courses, view.source.terms.case.many, colours())


def _courses(view: View, figures: dict[str, str], *, then: bool):
    return {words: view.course(name, days_of(view), then=then) for words, name in figures.items()}


def days_of(view: View) -> list[dt.date]:
    """Days of the review until the view's own, each day or, over a long time, each week."""
    last = view.clocks.as_at
    first = min(view.source.terms.began_on, last)
    step = 1 if (last - first).days <= MOST_DAYS else 7
    return [last - dt.timedelta(days=step * back) for back in range((last - first).days // step, -1, -1)]
