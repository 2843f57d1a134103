"""The answer first: how many referrals are open, for how long, and how many nothing has happened to."""

from data.formatting import counted, named, written_count
from service.view import View


def answer(view: View) -> str:
    made = view.figure("referrals").numerator
    body = named(view.source.terms.oversight_body)
    if made == 0:
        return f"No matter had been referred to {body} by this day."
    if not view.told(["open_referrals"]):
        return f"{counted(made, 'matter', 'matters')} had been referred to {body} by this day."
    found = view.ages("open_referrals")
    of_all = f"{counted(made, 'referral', 'referrals')} to {body}"
    if found.count == 0 or found.longest is None or found.median is None:
        return f"Of {of_all}, none is open."
    many = "all" if found.count == made > 1 else written_count(found.count)
    are = "is" if found.count == 1 else "are"
    how_long = _how_long(found.count, found.longest, found.median)
    return f"Of {of_all}, {many} {are} open, {how_long}; {_silent(view)}."


def _how_long(count: int, longest: int, median: float) -> str:
    days = counted(longest, "day", "days")
    if count == 1:
        return f"for {days}"
    half = f", half of them for {counted(int(median), 'day', 'days')} or longer" if median >= 1 else ""
    return f"the longest for {days}{half}"


def _silent(view: View) -> str:
    silent = view.figure("silent_referrals").numerator
    if silent == 0:
        return "each has had an event in the last 28 days"
    return f"{written_count(silent)} {'has' if silent == 1 else 'have'} had no event for 28 days"
