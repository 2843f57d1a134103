"""The first sentence of the Overview: whether the review is on course."""

import datetime as dt
from typing import NamedTuple

from data.formatting import written_day
from service import forecast as finishing
from service.sentences import page_answers
from service.view import View

EVEN = 0.5


class Status(NamedTuple):
    """attention: whether somebody must act."""

    words: str
    attention: bool = False


def status(view: View) -> Status:
    """Say how likely the review is to finish by the day promised, or, without one, how far it is."""
    forecast, promised = finishing.finish(view), finishing.promised_on(view)
    if forecast is None or not view.figure("population").numerator:
        return Status(page_answers.overview(view))
    chance = None if promised is None else forecast.chance_by(promised)
    if not forecast.is_current or promised is None or chance is None or forecast.middle is None:
        return Status(finishing.sentence(view), attention=forecast.outcome == "no progress")
    lead, attention = ("At risk", True) if chance < EVEN else ("On course", False)
    words = f"{finishing.chances(chance).removeprefix('about ')} chance of finishing by {_day(promised)}."
    return Status(f"{lead}: {words} Even chance by {_day(forecast.middle)}.", attention)


def progress(view: View) -> Status:
    """As of the Overview; where nothing can be forecast, how far the work has come."""
    return status(view) if finishing.finish(view) else Status(page_answers.progress(view))


def fan_title(view: View) -> str:
    forecast, promised = finishing.finish(view), finishing.promised_on(view)
    if forecast is None or promised is None or forecast.outcome != "range":
        return finishing.TITLE
    chance = forecast.chance_by(promised) or 0
    return "A late finish is likelier" if chance < EVEN else "A finish on time is likelier"


def rate_title(share: float | None) -> str:
    """Say a share of detailed reviews as one in so many."""
    if not share:
        return "Failure rate by month"
    many = round(1 / share)
    return "Most detailed reviews find a failure" if many <= 1 else f"One review in {many} finds a failure"


def quiet_title(quiet: int, open_: int) -> str:
    if not open_:
        return "No referral is open"
    if not quiet:
        return "Every open referral has had an event in 28 days"
    if quiet == open_ > 1:
        return f"All {open_} open referrals are quiet"
    return f"{quiet} of {open_} open referrals {'is' if quiet == 1 else 'are'} quiet"


def growth_title(view: View) -> str:
    """Say how work and staff have grown since the day compared with."""
    names = ("backlog", "headcount")
    if view.not_compared:
        return "Work waiting and staff"
    before, now = ([view.figure(name, clocks).numerator for name in names] for clocks in (view.before, None))
    if not all(before):
        return "Work waiting and staff"
    work, staff = (round(100 * (after / first - 1)) for first, after in zip(before, now, strict=True))
    return f"Work {_moved(work)}, staff {_moved(staff)}"


def _moved(percent: int) -> str:
    if not percent:
        return "unchanged"
    return f"{'grew' if percent > 0 else 'fell'} {abs(percent)}%"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B}"


def near_day(day: dt.date, other: dt.date) -> str:
    """Write a day without its year where that is the year of the other."""
    return _day(day) if day.year == other.year else written_day(day)
