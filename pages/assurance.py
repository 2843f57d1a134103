"""Second looks, and sample checks of what was not sent on: can the review be relied on?"""

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.dots import dots
from charts.fan import bounds
from charts.palette import Palette
from data.formatting import capitalised, counted, written_count, written_share
from data.terms import Nouns
from metrics.catalogue.people import SHARE_CHECKED, drawn
from metrics.chance.bounds import Bound, bound, growing, sample_for
from metrics.chance.groups import group_rates
from metrics.dimensions import FIRST_TEAM, Dimension
from metrics.histories.cases import ADDED, TAKEN_BACK
from metrics.metric import spoken
from pages.shell import choices
from pages.shell.address import Number
from pages.shell.page_start import current_view
from pages.widgets import chart_card, figure_strip, rows
from service.markdown import plain
from service.sentences import status
from service.sentences.figure import chance_of, or_none
from service.view import View

OVERTURNED = "overturned"
COUNTS = ("sample_checks", "sample_sent_on", "not_sent_on")
FIGURES = {
    "not_sent_on": "Not sent for {any_review}",
    "sample_checks": "{Sample_checks}",
    "sample_failures": "Found by them",
    "second_looks": "{Second_looks}",
    OVERTURNED: "Overturned",
    "second_looks_under_way": "Under way",
}
IN_A_THOUSAND, USUAL = 1_000, 10
SURE = "with 95% confidence"


def draw() -> None:
    view = current_view()
    bound = sample_of(view)
    words = sampled(bound, view.words)
    figure_strip.status(view, status.Status(words, attention=bound.found > 0))
    figure_strip.draw(view, FIGURES)
    left, right = st.columns([3, 2], gap="small")
    with right:
        _by_team(view)
        enough = _asked_claim(view.words, bound) if bound.population else 0
    with left:
        _curve(view, bound, enough)
    seconds, checks = view.words.Second_looks, view.words.Sample_checks
    parts = {seconds: second_looks, checks: _sample, "Who was drawn": _drawn_by}
    owns = {seconds: ("behind_team",), "Who was drawn": ("drawn_by",)}
    choices.tabs("tab", {**parts, "Method": _method}, view, owns=owns)


def _asked_claim(words: Nouns, bound: Bound) -> int:
    with st.popover("What would support a claim?", key="claim_menu"):
        number = Number("claim", words("At most this many {failures} in 1,000"), 0, IN_A_THOUSAND)
        about = words("The most {failures} missed in 1,000 not reviewed for which the claim is true.")
        claimed = choices.ask(number, USUAL, help=about)
        st.markdown(plain(claim(bound, claimed, words)))
    most = bound.population * claimed // IN_A_THOUSAND
    return sample_for(most, bound.population, found=bound.found) if most >= bound.found else bound.sample


def _curve(view: View, bound: Bound, enough: int) -> None:
    if len(growing(bound, enough)) < rows.FEWEST:
        chart_card.words("bounds", missed_title(bound, view.words), sampled(bound, view.words))
        return

    def make(view: View, colours: Palette) -> Chart:
        bound = sample_of(view)
        return bounds(bound, growing(bound, enough), view.words, colours)

    measure = "By checks made, 95% confidence"
    chart_card.draw(view, make, key="bounds", headline=missed_title(bound, view.words), measure=measure)


def overturned_by_team(view: View) -> pl.DataFrame:
    return view.result(OVERTURNED, by=[FIRST_TEAM.name]).filter(pl.col("denominator") > 0)


def _by_team(view: View) -> None:
    result, metric = overturned_by_team(view), view.metric(OVERTURNED)
    if result.height < rows.FEWEST:
        words = rows.in_words(metric, result, FIRST_TEAM)
        words = f"By team: {words}." if words else overturned_words(view)
        chart_card.words("overturned_by_team", view.words("Outcomes overturned by a {second_look}"), words)
        return

    def make(view: View, colours: Palette) -> Chart:
        result = overturned_by_team(view)
        groups = group_rates(result, view.figure(OVERTURNED).value)
        return dots(
            metric, result, groups, FIRST_TEAM.worded(view.words), clocks=view.clocks, palette=colours
        )

    figure = view.figure(OVERTURNED)
    headline = overturned_title(figure.numerator, figure.denominator or 0)
    measure = "By first team, 95% interval"
    chart_card.draw(view, make, key="overturned_by_team", headline=headline, measure=measure)


def second_looks(view: View) -> None:
    result = overturned_by_team(view)
    if result.is_empty():
        st.markdown(plain(overturned_words(view)))
        return
    st.markdown(plain(f"{which_way(view)} {chance_of(result, 'the teams')}".strip()))
    rows.under(view, OVERTURNED, result, [FIRST_TEAM], key="behind_team")


def _sample(view: View) -> None:
    bound = sample_of(view)
    st.markdown(plain(sampled(bound, view.words)))
    if bound.found:
        rows.rows_of(view, "sample_failures")


def _drawn_by(view: View) -> None:
    splits = {dimension.title: dimension for dimension in view.dimensions("sample_checks")}
    if not splits or not sample_of(view).sample:
        st.markdown("No sample has been checked yet.")
        return
    split = splits[choices.one("Who was drawn, by", list(splits), key="drawn_by")]
    metric = spoken(SHARE_CHECKED, view.source.words)

    def make(view: View, colours: Palette) -> Chart:
        return dots(metric, share_checked(view, split), None, split, clocks=view.clocks, palette=colours)

    chart_card.draw(view, make, key=f"drawn_by_{split.name}")
    st.caption(chance_of(share_checked(view, split), f"the groups by {split.title.lower()}"))


def share_checked(view: View, split: Dimension) -> pl.DataFrame:
    return drawn(*(view.result(name, by=[split.name]) for name in COUNTS))


def _method(view: View) -> None:
    st.markdown(plain(conditions(sample_of(view), view.words)))
    st.markdown(plain(overturned_words(view)))
    figure_strip.definitions(view, FIGURES)


def overturned_words(view: View) -> str:
    figure = view.figure(OVERTURNED)
    if not figure.denominator:
        return view.words("No {second_look} has been completed yet.")
    reviews = counted(figure.denominator, view.words.second_look, view.words.second_looks)
    high = written_share(figure.high)
    if figure.numerator == 0:
        return f"None of {reviews} overturned the first outcome (95% interval 0% to {high})."
    share = f"{written_share(figure.value)} (95% interval {written_share(figure.low)} to {high})"
    return f"{written_count(figure.numerator)} of {reviews} overturned the first outcome, {share}."


def which_way(view: View) -> str:
    counts = dict(view.result("second_looks", by=["verdict"]).select("verdict", "numerator").iter_rows())
    added, taken = counts.get(ADDED, 0), counts.get(TAKEN_BACK, 0)
    if not added and not taken:
        return ""
    a_failure = view.words("a {failure}")
    return f"Of the outcomes overturned, {or_none(added)} added {a_failure} and {or_none(taken)} removed one."


def sample_of(view: View) -> Bound:
    """Return the bound for all that were not sent on, and those sent on only after their check."""
    names = ("sample_failures", "sample_checks", "not_sent_on", "sample_sent_on")
    failures, checked, unsent, sent_later = (int(view.figure(name).numerator) for name in names)
    return bound(failures, checked, unsent + sent_later)


def overturned_title(overturned: int, looks: int) -> str:
    return f"{capitalised(or_none(overturned))} of {written_count(looks)} outcomes overturned"


def missed_title(bound: Bound, words: Nouns) -> str:
    if not bound.sample:
        return "What a sample could rule out"
    if bound.whole:
        return f"{counted(bound.found, words.failure, words.failures) if bound.found else 'None'} missed"
    return f"At most {written_count(bound.most)} missed"


def sampled(bounded: Bound, words: Nouns) -> str:
    if bounded.population == 0:
        return words("No {case} is {triaged} but not sent for {detailed_review}.")
    whole = written_count(bounded.population)
    if bounded.sample == 0:
        return words(f"None of the {whole} {{cases}} not sent for {{detailed_review}} has been checked.")
    if bounded.whole:
        failures = counted(bounded.found, words.failure, words.failures)
        one = bounded.population == 1
        every = f"The one {words.case}" if one else f"All {whole} {words.cases}"
        checked = f"not sent for {words.detailed_review} {'was' if one else 'were'} checked"
        return f"{every} {checked}, and {failures} found."
    missed, could = "nothing missed", "could have been"
    if bounded.found:
        one, many = words("missed {failure}"), words("missed {failures}")
        missed, could = counted(bounded.found, one, many), "could have one"
    checks = capitalised(counted(bounded.sample, "check", "checks"))
    most = f"at most {written_count(bounded.most)} of {whole}"
    return f"{checks} found {missed}; {most} {could} (95% confidence)."


def conditions(bounded: Bound, words: Nouns) -> str:
    if bounded.sample == 0 or bounded.whole:
        return "The limit is exact: every unchecked one counts as possible."
    drawn, whole = written_count(bounded.sample), written_count(bounded.population)
    return (
        f"Exact, {SURE}, for drawing {drawn} of {whole} and putting none back. "
        f"It holds for a random sample and checks that find every {words.failure}. "
        "A sample chosen by judgement supports no such number."
    )


def claim(bounded: Bound, in_a_thousand: int, words: Nouns) -> str:
    most = bounded.population * in_a_thousand // IN_A_THOUSAND
    of_all = f"{written_count(most)} of {written_count(bounded.population)}"
    claimed = f"at most {written_count(in_a_thousand)} in 1,000 ({of_all})"
    failures, checks = written_count(bounded.found), written_count(bounded.sample)
    if bounded.found > most:
        return f"The claim of {claimed} fails: {failures} have been found already."
    if bounded.most <= most:
        return f"The {checks} checks made support the claim of {claimed} {SURE}."
    needed = sample_for(most, bounded.population, found=bounded.found)
    more = f"no more than the {failures} already found" if bounded.found else f"no {words.failure}"
    return (
        f"To claim {claimed} {SURE}, check {written_count(needed)} and find {more}. "
        f"That is {written_count(needed - bounded.sample)} more checks than the {checks} so far."
    )
