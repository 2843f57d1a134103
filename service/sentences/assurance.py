"""What second looks and sample checks say, in sentences computed from the figures."""

from data.formatting import capitalised, counted, listed_words, written_count, written_share
from data.terms import Case
from metrics.histories.team import ADDED, TAKEN_BACK
from metrics.sample_bounds import Bound, bound, sample_for
from service.view import View

SURE = "with 95% confidence"
IN_A_THOUSAND = 1_000


def assurance(view: View) -> str:
    """Say how often first outcomes were overturned, and what the sample leaves possible."""
    return f"{overturned(view)} {sampled(sample(view), view.source.terms.case)}"


def overturned(view: View) -> str:
    """Say how many second looks differ from the first, and which way."""
    figure = view.figure("overturned")
    if not figure.denominator:
        return "No second look has been completed yet."
    looks = counted(figure.denominator, "second look", "second looks")
    if figure.numerator == 0:
        return (
            f"None of {looks} overturned the first outcome (95% interval 0% to {written_share(figure.high)})."
        )
    return (
        f"{written_count(figure.numerator)} of {looks} overturned the first outcome, "
        f"{written_share(figure.value)} (95% interval {written_share(figure.low)} to "
        f"{written_share(figure.high)})."
    )


def which_way(view: View) -> str:
    """Say whether the outcomes overturned had missed failures, or found ones that were none."""
    counts = dict(view.result("second_looks", by=["verdict"]).select("verdict", "numerator").iter_rows())
    added, taken = counts.get(ADDED, 0), counts.get(TAKEN_BACK, 0)
    if not added and not taken:
        return ""
    said = [
        f"{written_count(added) if added else 'none'} added a failure that the first look had not found",
        f"{written_count(taken) if taken else 'none'} took one back",
    ]
    return f"Of the outcomes overturned, {listed_words(said)}."


def sample(view: View) -> Bound:
    """Return what the sample of those not sent on leaves possible.

    The sample speaks for all that were not sent on, and for those sent on only after they were checked.
    """
    checked, found = view.figure("sample_checks").numerator, view.figure("sample_failures").numerator
    unsent = view.figure("not_sent_on").numerator + view.figure("sample_sent_on").numerator
    return bound(int(found), int(checked), int(unsent))


def sampled(held: Bound, case: Case) -> str:
    if held.population == 0:
        return f"No {case.one} has been risk assessed and not sent on."
    if held.sample == 0:
        return (
            f"None of the {written_count(held.population)} {case.many} not sent on has been checked, so "
            "nothing is known of failures among them."
        )
    found = counted(held.found, "failure", "failures") if held.found else "no failure"
    checks = counted(held.sample, "sample check", "sample checks")
    if held.whole:
        whole = written_count(held.population)
        all_ = (
            f"The one {case.one} not sent on was"
            if whole == "1"
            else f"All {whole} {case.many} not sent on were"
        )
        return f"{all_} checked, and {found} found."
    most, all_ = counted(held.most, case.one, case.many), written_count(held.population)
    were = "were" if held.found > 1 else "was"
    return (
        f"{capitalised(found)} {were} found in {checks}: up to {most} of the {all_} not sent on may have one "
        "(95% confidence)."
    )


def conditions(held: Bound) -> str:
    if held.sample == 0 or held.whole:
        return "The bound is exact: every one that was not checked is counted as possible."
    drawn, whole = written_count(held.sample), written_count(held.population)
    return (
        f"Exact, {SURE}, for drawing {drawn} of {whole} and putting none back. It holds if they were drawn "
        "at random and each check finds a failure that is there; a sample chosen by judgement supports no "
        "such number."
    )


def claim(held: Bound, in_a_thousand: int) -> str:
    """Say how many checks would support that at most so many in 1,000 are failures that were missed."""
    most = held.population * in_a_thousand // IN_A_THOUSAND
    of_all = f"{written_count(most)} of {written_count(held.population)}"
    said = f"at most {written_count(in_a_thousand)} in 1,000 ({of_all})"
    if held.found > most:
        return (
            f"The claim of {said} cannot be supported: {written_count(held.found)} have been found already."
        )
    needed = sample_for(most, held.population, found=held.found)
    if held.most <= most:
        return f"The {written_count(held.sample)} checks made support the claim of {said} {SURE}."
    more = needed - held.sample
    besides = f"beside the {written_count(held.found)} already found" if held.found else "at all"
    return (
        f"To claim {said} {SURE}, {written_count(needed)} must be checked and no failure found {besides}: "
        f"{written_count(more)} more than the {written_count(held.sample)} checked so far."
    )
