"""What second looks and sample checks say, in sentences computed from the figures."""

from data.formatting import capitalised, counted, written_count, written_share
from data.terms import Case
from metrics.chance.bounds import Bound, bound, sample_for
from metrics.histories.cases import ADDED, TAKEN_BACK
from service.sentences.figure import or_none
from service.view import View

SURE = "with 95% confidence"
IN_A_THOUSAND = 1_000


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
    return f"Of the outcomes overturned, {or_none(added)} added a failure and {or_none(taken)} removed one."


def sample(view: View) -> Bound:
    """Return the bound for all that were not sent on, and those sent on only after their check."""
    names = ("sample_failures", "sample_checks", "not_sent_on", "sample_sent_on")
    failures, checked, unsent, sent_later = (int(view.figure(name).numerator) for name in names)
    return bound(failures, checked, unsent + sent_later)


def sampled(bounded: Bound, case: Case) -> str:
    if bounded.population == 0:
        return f"No {case.one} is risk assessed but not sent for detailed review."
    whole = written_count(bounded.population)
    if bounded.sample == 0:
        return f"None of the {whole} {case.many} not sent for detailed review has been checked."
    if bounded.whole:
        failures = counted(bounded.found, "failure", "failures") if bounded.found else "no failure"
        one = bounded.population == 1
        every = f"The one {case.one}" if one else f"All {whole} {case.many}"
        checked = f"not sent for detailed review {'was' if one else 'were'} checked"
        return f"{every} {checked}, and {failures} found."
    missed, could = "nothing missed", "could have been"
    if bounded.found:
        missed, could = counted(bounded.found, "missed failure", "missed failures"), "could have one"
    checks = capitalised(counted(bounded.sample, "check", "checks"))
    most = f"at most {written_count(bounded.most)} of {whole}"
    return f"{checks} found {missed}; {most} {could} (95% confidence)."


def conditions(bounded: Bound) -> str:
    if bounded.sample == 0 or bounded.whole:
        return "The limit is exact: every unchecked one counts as possible."
    drawn, whole = written_count(bounded.sample), written_count(bounded.population)
    return (
        f"Exact, {SURE}, for drawing {drawn} of {whole} and putting none back. "
        "It holds for a random sample and checks that find every failure. "
        "A sample chosen by judgement supports no such number."
    )


def claim(bounded: Bound, in_a_thousand: int) -> str:
    most = bounded.population * in_a_thousand // IN_A_THOUSAND
    of_all = f"{written_count(most)} of {written_count(bounded.population)}"
    claimed = f"at most {written_count(in_a_thousand)} in 1,000 ({of_all})"
    failures, checks = written_count(bounded.found), written_count(bounded.sample)
    if bounded.found > most:
        return f"The claim of {claimed} fails: {failures} have been found already."
    if bounded.most <= most:
        return f"The {checks} checks made support the claim of {claimed} {SURE}."
    needed = sample_for(most, bounded.population, found=bounded.found)
    more = f"no more than the {failures} already found" if bounded.found else "no failure"
    return (
        f"To claim {claimed} {SURE}, check {written_count(needed)} and find {more}. "
        f"That is {written_count(needed - bounded.sample)} more checks than the {checks} so far."
    )
