import datetime as dt
import re
from typing import Literal
from zoneinfo import ZoneInfo

from data.errors import UserError
from data.formatting import written_day

Which = Literal["", "first", "second"]
"""Which of two moments is meant, where the clocks go back and show the same time twice."""

_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d))?")


def read_time(text: str) -> dt.time:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise UserError(
            f"{text.strip()[:20]!r} is not a time: write it as 09:30, or as 09:30:00 to the second."
        )
    hour, minute, second = (int(group or 0) for group in match.groups())
    return dt.time(hour, minute, second)


def moment_of(day: dt.date, time: dt.time, zone: str, which: Which = "") -> dt.datetime:
    """Return the moment in UTC; UserError where the clocks skip it, or show it twice and `which` is empty."""
    first, second = _both(dt.datetime.combine(day, time, ZoneInfo(zone)))
    named = f"{time:%H:%M:%S} on {written_day(day)}"
    if first > second:
        raise UserError(
            f"There is no {named}: the clocks go forward over it. Choose an earlier or a later time."
        )
    if first == second:
        return first
    if not which:
        raise UserError(
            f"There are two moments of {named}, since the clocks go back: choose the first of them, before "
            "the clocks go back, or the second."
        )
    return first if which == "first" else second


def which_of(moment: dt.datetime, zone: str) -> Which:
    shown = local(moment, zone)
    first, second = _both(shown)
    return "" if first == second else "first" if shown.fold == 0 else "second"


def _both(moment: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    return moment.replace(fold=0).astimezone(dt.UTC), moment.replace(fold=1).astimezone(dt.UTC)


def local(moment: dt.datetime, zone: str) -> dt.datetime:
    return moment.astimezone(ZoneInfo(zone))


def spoken_moment(moment: dt.datetime, zone: str) -> str:
    """Write a moment as "09:30:00 BST on 31 March 2024": the zone tells one of two from the other."""
    shown = local(moment, zone)
    return f"{shown:%H:%M:%S %Z} on {written_day(shown.date())}"
