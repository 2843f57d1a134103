"""Second looks, and sample checks of what was not sent on: can the review be relied on?"""

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.dots import dots
from charts.palette import Palette
from charts.sample_bound import bounds
from metrics.catalogue.people import SHARE_CHECKED, drawn
from metrics.chance.bounds import Bound, growing, sample_for
from metrics.chance.groups import group_rates
from metrics.dimensions import FIRST_TEAM, Dimension
from metrics.metric import spoken
from pages.shell import choices
from pages.shell.address import Number
from pages.shell.page_start import current_view
from pages.widgets import breakdown, chart_card, figure_strip, rows
from service.markdown import plain
from service.sentences import assurance, status
from service.sentences.figure import chance_of
from service.view import View

OVERTURNED = "overturned"
COUNTS = ("sample_checks", "sample_sent_on", "not_sent_on")
FIGURES = {
    "not_sent_on": "Not sent for review",
    "sample_checks": "Sample checks",
    "sample_failures": "Found by them",
    "second_looks": "Second looks",
    OVERTURNED: "Overturned",
    "second_looks_under_way": "Under way",
}
MOST_IN_A_THOUSAND, USUAL = 1_000, 10


def draw() -> None:
    view = current_view(second_looks="reviews", sample_checks="reviews")
    bound = assurance.sample(view)
    words = assurance.sampled(bound, view.source.terms.case)
    figure_strip.status(view, status.Status(words, attention=bound.found > 0))
    figure_strip.draw(view, FIGURES)
    left, right = st.columns([3, 2], gap="small")
    with right:
        _by_team(view)
        enough = _asked_claim(bound) if bound.population else 0
    with left:
        _curve(view, bound, enough)
    parts = {
        "Second looks": second_looks,
        "Sample checks": _sample,
        "Who was drawn": _drawn_by,
        "Method": _method,
    }
    owns = {"Second looks": ("behind_team",), "Who was drawn": ("drawn_by",)}
    choices.tabs("tab", parts, view, owns=owns)


def _asked_claim(bound: Bound) -> int:
    with st.popover("What would support a claim?", key="claim_menu"):
        claimed = choices.ask(
            Number("claim", "At most this many failures in 1,000", 0, MOST_IN_A_THOUSAND),
            USUAL,
            help="The most failures missed in 1,000 not reviewed for which the claim is true.",
        )
        st.markdown(plain(assurance.claim(bound, claimed)))
    most = bound.population * claimed // MOST_IN_A_THOUSAND
    return sample_for(most, bound.population, found=bound.found) if most >= bound.found else bound.sample


def _curve(view: View, bound: Bound, enough: int) -> None:
    few = len(growing(bound, enough)) < breakdown.FEWEST

    def make(view: View, colours: Palette) -> Chart:
        bound = assurance.sample(view)
        return bounds(bound, growing(bound, enough), view.source.terms.case.many, colours)

    chart_card.draw(
        view, make, key="bounds", headline=status.missed_title(bound),
        measure="" if few else "By checks made, 95% confidence",
        instead=[assurance.sampled(bound, view.source.terms.case)] if few else (),
    )  # fmt: skip


def overturned_by_team(view: View) -> pl.DataFrame:
    return view.result(OVERTURNED, by=[FIRST_TEAM.name]).filter(pl.col("denominator") > 0)


def _by_team(view: View) -> None:
    result, metric = overturned_by_team(view), view.metric(OVERTURNED)
    if result.height < breakdown.FEWEST:
        words = breakdown.in_words(metric, result, FIRST_TEAM)
        words = f"By team: {words}." if words else assurance.overturned(view)
        chart_card.words("overturned_by_team", "Outcomes overturned by a second look", words)
        return

    def make(view: View, colours: Palette) -> Chart:
        result = overturned_by_team(view)
        groups = group_rates(result, view.figure(OVERTURNED).value)
        return dots(metric, result, groups, FIRST_TEAM, clocks=view.clocks, palette=colours)

    figure = view.figure(OVERTURNED)
    headline = status.overturned_title(figure.numerator, figure.denominator or 0)
    chart_card.draw(
        view, make, key="overturned_by_team", headline=headline, measure="By first team, 95% interval"
    )


def second_looks(view: View) -> None:
    result = overturned_by_team(view)
    if result.is_empty():
        st.markdown(plain(assurance.overturned(view)))
        return
    st.markdown(plain(f"{assurance.which_way(view)} {chance_of(result, 'the teams')}".strip()))
    rows.under(view, OVERTURNED, result, [FIRST_TEAM], key="behind_team")


def _sample(view: View) -> None:
    bound = assurance.sample(view)
    st.markdown(plain(assurance.sampled(bound, view.source.terms.case)))
    if bound.found:
        rows.rows_of(view, "sample_failures")


def _drawn_by(view: View) -> None:
    splits = {dimension.title: dimension for dimension in view.dimensions("sample_checks")}
    if not splits or not assurance.sample(view).sample:
        st.markdown("No sample has been checked yet.")
        return
    split = splits[choices.one("Who was drawn, by", list(splits), key="drawn_by")]
    metric = spoken(SHARE_CHECKED, view.source.terms.case)

    def make(view: View, colours: Palette) -> Chart:
        return dots(metric, share_checked(view, split), None, split, clocks=view.clocks, palette=colours)

    chart_card.draw(view, make, key=f"drawn_by_{split.name}")
    st.caption(chance_of(share_checked(view, split), f"the groups by {split.title.lower()}"))


def share_checked(view: View, split: Dimension) -> pl.DataFrame:
    return drawn(*(view.result(name, by=[split.name]) for name in COUNTS))


def _method(view: View) -> None:
    st.markdown(plain(assurance.conditions(assurance.sample(view))))
    st.markdown(plain(assurance.overturned(view)))
    figure_strip.definitions(view, FIGURES)
