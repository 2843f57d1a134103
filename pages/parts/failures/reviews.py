"""How failures came among the detailed reviews, in words."""

from charts.causes import CHANCE, CHANGE
from data.formatting import counted, listed_words, written_count
from metrics.chance.between import rare
from service.failure_series import BETWEEN, EVERY, HARM, WATCHED, gaps, too_few
from service.view import View

# The cases were not reviewed in the order in which they were made.
IN_ORDER = "This shows when failures were found, not when they happened."
FEW = 6  # stretches that a sentence may list


def change(view: View) -> str | None:
    """Say whether the failures came among the reviews as chance would have them; None without reviews."""
    return _verdict(view, BETWEEN)


def harm(view: View) -> str | None:
    """Say how rare failures with harm are among the reviews; None without reviews or without harm."""
    if not view.told(["completed"]) or not view.figure(HARM).numerator:
        return None
    found = gaps(view, HARM)
    since = counted(found.since, "detailed review has", "detailed reviews have")
    said = f"{_one_by_one(found.gaps['value'].to_list())}; {since} found none since."
    verdict = _verdict(view, f"{BETWEEN} with harm")
    return said if verdict is None else f"{said} {verdict[:1].upper()}{verdict[1:]}"


def _verdict(view: View, words: str) -> str | None:
    watched = WATCHED[words]
    if view.told(watched.needs) != list(watched.needs) or not view.figure("completed").numerator:
        return None
    if few := too_few(view, watched.counts):
        return few
    found = rare(gaps(view, watched.counts))
    if found is None:
        return None
    verdict = watched.subject(view, next(iter(EVERY))).verdict(found)
    for bold in (CHANGE, CHANCE):
        verdict = verdict.replace(bold, bold.strip("*").lower())
    return f"{verdict} {IN_ORDER}"


def _one_by_one(stretches: list[int]) -> str:
    found = counted(len(stretches), "failure with harm", "failures with harm")
    if len(stretches) > FEW:
        return found
    first, *others = (written_count(each) for each in stretches)
    more = f", then after {listed_words(others)} more" if others else ""
    return f"{found}, after {first} detailed reviews{more}"
