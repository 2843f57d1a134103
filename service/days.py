"""The days that a line is drawn over."""

import datetime as dt

from service.view import View

# Past this many points a line looks the same by the week, and costs a seventh.
MOST_DAYS = 400


def days_of(view: View) -> list[dt.date]:
    """Days of the review until the last that the view can know, each day or, over a long time, each week."""
    last = view.clocks.known_until
    first = min(view.source.terms.began_on, last)
    step = 1 if (last - first).days <= MOST_DAYS else 7
    return [last - dt.timedelta(days=step * back) for back in range((last - first).days // step, -1, -1)]


def every_day(view: View, last: dt.date) -> list[dt.date]:
    """Every day of the review until `last`."""
    first = min(view.source.terms.began_on, last)
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
