"""What second looks and sample checks say, in sentences computed from the figures."""

from data.formatting import capitalised, counted, written_count, written_share
from data.terms import Case
from metrics.histories.team import ADDED, TAKEN_BACK
from metrics.sample_bounds import Bound, bound, sample_for
from service.sentences.figure import or_none
from service.view import View

SURE = "with 95% confidence"
IN_A_THOUSAND = 1_000


def assurance(view: View) -> str:
    return f"{overturned(view)} {sampled(sample(view), view.source.terms.case)}"


def overturned(view: View) -> str:
    figure = view.figure("overturned")
    if not figure.denominator:
        return "No second look has been completed yet."
    looks = counted(figure.denominator, "second look", "second looks")
    high = written_share(figure.high)
    if figure.numerator == 0:
        return f"None of {looks} overturned the first outcome (95% interval 0% to {high})."
    share = f"{written_share(figure.value)} (95% interval {written_share(figure.low)} to {high})"
    return f"{written_count(figure.numerator)} of {looks} overturned the first outcome, {share}."


def which_way(view: View) -> str:
    counts = dict(view.result("second_looks", by=["verdict"]).select("verdict", "numerator").iter_rows())
    added, taken = counts.get(ADDED, 0), counts.get(TAKEN_BACK, 0)
    if not added and not taken:
        return ""
    more = f"{or_none(added)} added a failure that the first look had not found"
    return f"Of the outcomes overturned, {more} and {or_none(taken)} took one back."


def sample(view: View) -> Bound:
    """Return the bound for all that were not sent on, and those sent on only after their check."""
    names = ("sample_failures", "sample_checks", "not_sent_on", "sample_sent_on")
    failures, checked, unsent, sent_later = (int(view.figure(name).numerator) for name in names)
    return bound(failures, checked, unsent + sent_later)


def sampled(bounded: Bound, case: Case) -> str:
    if bounded.population == 0:
        return f"No {case.one} has been risk assessed and not sent on."
    whole = written_count(bounded.population)
    if bounded.sample == 0:
        unsent = f"the {whole} {case.many} not sent on"
        return f"None of {unsent} has been checked, so nothing is known of failures among them."
    failures = counted(bounded.found, "failure", "failures") if bounded.found else "no failure"
    if bounded.whole:
        one = f"The one {case.one} not sent on was"
        every = one if bounded.population == 1 else f"All {whole} {case.many} not sent on were"
        return f"{every} checked, and {failures} found."
    were = "were" if bounded.found > 1 else "was"
    checks = counted(bounded.sample, "sample check", "sample checks")
    most = counted(bounded.most, case.one, case.many)
    possible = f"up to {most} of the {whole} not sent on may have one (95% confidence)"
    return f"{capitalised(failures)} {were} found in {checks}: {possible}."


def conditions(bounded: Bound) -> str:
    if bounded.sample == 0 or bounded.whole:
        return "The bound is exact: every one that was not checked is counted as possible."
    drawn, whole = written_count(bounded.sample), written_count(bounded.population)
    return (
        f"Exact, {SURE}, for drawing {drawn} of {whole} and putting none back. It holds if they were drawn "
        "at random and each check finds a failure that is there; a sample chosen by judgement supports no "
        "such number."
    )


def claim(bounded: Bound, in_a_thousand: int) -> str:
    most = bounded.population * in_a_thousand // IN_A_THOUSAND
    of_all = f"{written_count(most)} of {written_count(bounded.population)}"
    claimed = f"at most {written_count(in_a_thousand)} in 1,000 ({of_all})"
    failures, checks = written_count(bounded.found), written_count(bounded.sample)
    if bounded.found > most:
        return f"The claim of {claimed} cannot be supported: {failures} have been found already."
    if bounded.most <= most:
        return f"The {checks} checks made support the claim of {claimed} {SURE}."
    needed = sample_for(most, bounded.population, found=bounded.found)
    besides = f"beside the {failures} already found" if bounded.found else "at all"
    return (
        f"To claim {claimed} {SURE}, {written_count(needed)} must be checked and no failure found {besides}: "
        f"{written_count(needed - bounded.sample)} more than the {checks} checked so far."
    )
