"""What the inbox and the disclosures say, in sentences computed from the figures."""

from data.formatting import capitalised, counted, written_count, written_share
from service.view import Figure, View


def inbox(view: View) -> str:
    """Say how many enquiries arrived, how many wait, and how soon they are answered."""
    arrived, waiting = (view.figure(name).numerator for name in ("enquiries", "enquiries_open"))
    if not arrived:
        return "No enquiry has arrived by this day."
    came = counted(int(arrived), "enquiry has", "enquiries have")
    return f"{capitalised(came)} arrived and {_waiting(view, int(waiting))}{_soon(view)}."


def _waiting(view: View, waiting: int) -> str:
    if not waiting:
        return "all are answered"
    overdue = int(view.figure("enquiries_overdue").numerator)
    wait = f"{counted(waiting, 'waits', 'wait')} for an answer"
    late = written_count(overdue) if overdue else "none"
    return f"{wait}, {late} past the tenth working day"


def _soon(view: View) -> str:
    median, share = view.figure("days_to_answer").value, view.figure("answered_in_time")
    said = ""
    if median is not None:
        said += f"; half are answered within {counted(round(median), 'day', 'days')}"
    if share.value is not None:
        due = f"{written_count(share.numerator)} of {written_count(share.denominator or 0)} due"
        said += f"; {due} ({written_share(share.value)}) were answered within ten working days"
    return said


def disclosures(view: View) -> str:
    """Say how many disclosures were made within the limit, and the longest that one took."""
    case = view.source.terms.case
    whole = view.requests()
    if whole.is_empty():
        return f"No {case.many} that fit were known by this day."
    row = whole.row(-1, named=True)
    received = counted(row["received"], case.one, case.many)
    if not row["decided"]:
        return f"No decision on any of {received} is recorded, so nothing can be said of disclosures."
    if not row["disclosed"]:
        return f"No disclosure has been made in the {received} received; {_decided(row['decided'])}."
    longest = f"the longest took {counted(row['longest'], 'day', 'days')}"
    made = counted(row["disclosed"], "disclosure was", "disclosures were")
    if not row["judged"]:
        return f"{capitalised(made)} made in {received}; {longest}. The terms of reference know no limit."
    in_time = view.figure("disclosed_in_time")
    return (
        f"{capitalised(made)} made in {received} received: {_share(in_time)} within the limit in force "
        f"on the day of receipt; {longest}."
    )


def _decided(count: int) -> str:
    return f"{written_count(count)} {'is' if count == 1 else 'are'} decided"


def _share(figure: Figure) -> str:
    return f"{written_count(figure.numerator)} ({written_share(figure.value)})"
