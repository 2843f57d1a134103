"""The first sentence of the pages on referrals, contact, enquiries and assurance."""

from data.formatting import counted, named, written_count, written_share
from metrics.chance.bounds import Bound
from metrics.metric import Subject
from service.sentences.figure import has
from service.sentences.page_answers import in_the_whole
from service.sentences.status import Status
from service.view import View


def referrals(view: View) -> Status:
    total = int(view.figure("referrals").numerator)
    body = named(view.source.terms.oversight_body)
    if not total or not view.loaded(["open_referrals", "silent_referrals"]):
        words = f"{counted(total, 'matter has', 'matters have') if total else 'No matter has'} been referred"
        return _whole(view, "referrals", f"{words} to {body}.")
    open_, quiet = (int(view.figure(name).numerator) for name in ("open_referrals", "silent_referrals"))
    words, overdue = _open(total, open_, quiet), _overdue_answers(view)
    return _whole(view, "referrals", f"{words}{overdue}", attention=bool(quiet or overdue))


def _open(total: int, open_: int, quiet: int) -> str:
    if not open_:
        return f"None of {counted(total, 'referral', 'referrals')} is open."
    of_open = counted(open_, "open referral", "open referrals")
    if not quiet:
        return (
            f"{'The one open referral' if open_ == 1 else f'Each of {of_open}'} has had an event in 28 days."
        )
    if quiet == open_:
        many = "The one open referral has" if open_ == 1 else f"All {of_open} have"
        return f"{many} had no event for 28 days."
    return f"{written_count(quiet)} of {of_open} {'has' if quiet == 1 else 'have'} had no event for 28 days."


def _overdue_answers(view: View) -> str:
    names = ["recommendations_overdue"]
    count = int(view.figure(names[0]).numerator) if view.loaded(names) else 0
    return f" {counted(count, 'answer is', 'answers are')} overdue." if count else ""


def referrals_title(view: View) -> str:
    """Say how many have ended."""
    total, open_ = (int(view.figure(name).numerator) for name in ("referrals", "open_referrals"))
    ended = total - open_
    if not ended:
        return "No referral has ended"
    return f"{written_count(ended)} of {counted(total, 'referral', 'referrals')} {has(ended)} ended"


def contact(view: View) -> Status:
    if not view.figure("people_to_contact").numerator:
        return Status("Nobody had been identified to contact by this day.")
    share, waiting = view.figure("share_reached"), int(view.figure("people_waiting").numerator)
    needed = counted(share.denominator or 0, "person", "people")
    wait = "nobody waits" if not waiting else counted(waiting, "person waits", "wait")
    return Status(f"{written_count(share.numerator)} of {needed} reached; {wait}.")


def reached_title(reached: int, needed: int) -> str:
    if not needed:
        return "Nobody needs to be reached"
    return f"{written_count(reached)} of {counted(needed, 'person', 'people')} reached"


def look_again(view: View) -> str:
    count = int(view.figure("people_to_look_at_again").numerator)
    if not count:
        return "No contact decision is overdue for review."
    return f"{counted(count, 'contact decision is', 'contact decisions are')} overdue for review."


def enquiries(view: View) -> Status:
    names = ("enquiries", "enquiries_open", "enquiries_overdue")
    received, waiting, overdue = (int(view.figure(name).numerator) for name in names)
    if not received:
        return _whole(view, "enquiries", "No enquiry had arrived by this day.")
    share = view.figure("answered_in_time").value
    first = (
        f"{counted(received, 'enquiry has', 'enquiries have')} arrived"
        if share is None
        else f"{written_share(share)} answered within ten working days (target: all)"
    )
    late = f", {written_count(overdue)} too long" if overdue else ""
    wait = f"{counted(waiting, 'waits', 'wait')}{late}" if waiting else "none waits"
    return _whole(view, "enquiries", f"{first}; {wait}.", attention=overdue > 0)


def missed_title(bound: Bound) -> str:
    if not bound.sample:
        return "What a sample could rule out"
    if bound.whole:
        return f"{counted(bound.found, 'failure', 'failures') if bound.found else 'None'} missed"
    return f"At most {written_count(bound.most)} missed"


def overturned_title(overturned: int, looks: int) -> str:
    return (
        f"{written_count(overturned) if overturned else 'None'} of {written_count(looks)} outcomes overturned"
    )


def waiting_title(count: int, longest: int | None) -> str:
    if not count:
        return "Nobody waits to be reached"
    days = "" if longest is None else f", the longest {counted(longest, 'day', 'days')}"
    return f"{counted(count, 'person waits', 'people wait')}{days}"


def _whole(view: View, subject: Subject, words: str, *, attention: bool = False) -> Status:
    return Status(in_the_whole(view, subject, words), attention)
