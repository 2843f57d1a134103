"""Second looks, and sample checks of what was not sent on: can the review be relied on?"""

import polars as pl
import streamlit as st

from charts.bars import bars
from charts.chart import Chart
from charts.palette import Palette
from charts.sample_bound import bounds
from metrics.catalogue.team import SHARE_CHECKED, drawn
from metrics.dimensions import FIRST_TEAM, Dimension
from metrics.metric import spoken
from metrics.sample_bounds import Bound, growing, sample_for
from pages.shell import choices
from pages.shell.address import Number
from pages.shell.page_start import current_view
from pages.widgets import chart_card, figure_card, rows
from service.markdown import plain
from service.sentences import assurance
from service.sentences.figure import chance_of
from service.view import View

OVERTURNED = "overturned"
COUNTS = ("sample_checks", "sample_sent_on", "not_sent_on")
MOST_IN_A_THOUSAND, USUAL = 1_000, 10


def draw() -> None:
    view = current_view(second_looks="reviews", sample_checks="reviews")
    st.header(assurance.assurance(view))
    figure_card.row(view, ("second_looks", "overturned", "second_looks_under_way"))
    figure_card.row(view, ("not_sent_on", "sample_checks", "sample_failures"))
    second_looks(view)
    sample(view)


def second_looks(view: View) -> None:
    result = overturned_by_team(view)
    if result.is_empty():
        st.info("No second look has been completed by this day: choose a later day to see any.")
        return

    def make(view: View, colours: Palette) -> Chart:
        return bars(view.metric(OVERTURNED), overturned_by_team(view), FIRST_TEAM, view.clocks, colours)

    chart_card.draw(view, make, key="overturned_by_team", chosen="behind_team")
    st.caption(f"{assurance.which_way(view)} {chance_of(result, 'the teams')}".strip())
    rows.under(view, OVERTURNED, result, [FIRST_TEAM], key="behind_team")


def overturned_by_team(view: View) -> pl.DataFrame:
    return view.result(OVERTURNED, by=[FIRST_TEAM.name]).filter(pl.col("denominator") > 0)


def sample(view: View) -> None:
    bound = assurance.sample(view)
    st.subheader("Failures missed among those not sent on")
    st.caption(assurance.conditions(bound))
    if bound.population == 0:
        return
    left, right = st.columns([3, 2], gap="large")
    with right:
        enough = _asked_claim(bound)

    def make(view: View, colours: Palette) -> Chart:
        bound = assurance.sample(view)
        return bounds(bound, growing(bound, enough), view.source.terms.case.many, colours)

    with left:
        chart_card.draw(view, make, key="bounds")
    if bound.found:
        st.subheader("Sample checks that found a failure")
        rows.rows_of(view, "sample_failures")
    if bound.sample:
        _drawn_by(view)


def _asked_claim(bound: Bound) -> int:
    st.subheader("What would support a claim")
    claimed = choices.ask(
        Number("claim", "At most this many failures in 1,000", 0, MOST_IN_A_THOUSAND),
        USUAL,
        help="How many of 1,000 not sent on may be failures that were missed, and the claim still be true.",
    )
    st.markdown(plain(assurance.claim(bound, claimed)))
    most = bound.population * claimed // MOST_IN_A_THOUSAND
    return sample_for(most, bound.population, found=bound.found) if most >= bound.found else bound.sample


def _drawn_by(view: View) -> None:
    splits = {dimension.title: dimension for dimension in view.dimensions("sample_checks")}
    if not splits:
        return
    split = splits[choices.one("Who was drawn, by", list(splits), key="drawn_by")]
    metric = spoken(SHARE_CHECKED, view.source.terms.case)

    def make(view: View, colours: Palette) -> Chart:
        return bars(metric, share_checked(view, split), split, view.clocks, colours)

    chart_card.draw(view, make, key=f"drawn_by_{split.name}")
    st.caption(chance_of(share_checked(view, split), f"the groups by {split.title.lower()}"))


def share_checked(view: View, split: Dimension) -> pl.DataFrame:
    return drawn(*(view.result(name, by=[split.name]) for name in COUNTS))
