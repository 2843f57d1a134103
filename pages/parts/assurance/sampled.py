"""The sample of those not sent on: what it leaves possible, what would support a claim, and who was drawn."""

import polars as pl
import streamlit as st

from charts.bars import bars, table
from charts.bounds import bounds
from charts.chart import Chart
from charts.palette import LIGHT, Palette
from metrics.catalogue.team import SHARE_CHECKED, drawn
from metrics.dimensions import Dimension
from metrics.finite import Bound, growing, sample_for
from metrics.metric import spoken
from pages.shell import choices
from pages.widgets import chart_card, export_button, rows
from service.markdown import plain
from service.sentences import assurance, chance
from service.view import View

COUNTS = ("sample_checks", "sample_sent_on", "not_sent_on")
MOST_IN_A_THOUSAND, USUAL = 1_000, 10


def draw(view: View) -> None:
    """Show what the sample leaves possible, ask for a claim to support, and list the failures it found."""
    held = assurance.sample(view)
    st.subheader("Failures missed among those not sent on")
    st.caption(assurance.conditions(held))
    if held.population == 0:
        return
    left, right = st.columns([3, 2], gap="large")
    with right:
        claimed = _claim(held)
    with left:
        chart = _curve(view, claimed, chart_card.colours())
        leaving = export_button.of_table(view, chart.title, lambda view: _curve(view, claimed, LIGHT).table)
        chart_card.show(chart, key="bounds", leaving=leaving)
    if held.found:
        st.subheader("Sample checks that found a failure")
        rows.rows_of(view, "sample_failures")
    if held.sample:
        _who_was_drawn(view)


def _claim(held: Bound) -> int:
    """Ask what is to be claimed, and say how many checks that takes; return how many."""
    st.subheader("What would support a claim")
    claimed = choices.number(
        "At most this many failures in 1,000",
        0,
        MOST_IN_A_THOUSAND,
        key="claim",
        default=USUAL,
        help="How many of 1,000 not sent on may be failures that were missed, and the claim still be true.",
    )
    st.markdown(plain(assurance.claim(held, claimed)))
    most = held.population * claimed // MOST_IN_A_THOUSAND
    return sample_for(most, held.population, found=held.found) if most >= held.found else held.sample


def _curve(view: View, enough: int, palette: Palette) -> Chart:
    held = assurance.sample(view)
    return bounds(held, growing(held, enough), view.source.terms.case.many, palette)


def _who_was_drawn(view: View) -> None:
    splits = {each.title: each for each in view.dimensions("sample_checks")}
    if not splits:
        return
    split = splits[choices.one("Who was drawn, by", list(splits), key="drawn_by")]
    result = by(view, split)
    metric = spoken(SHARE_CHECKED, view.source.terms.case)
    chart = bars(metric, result, split, view.clocks, chart_card.colours())

    def make(view: View) -> pl.DataFrame:
        return table(metric, by(view, split), [split])

    chart_card.show(
        chart, key=f"drawn_by_{split.name}", leaving=export_button.of_table(view, chart.title, make)
    )
    st.caption(chance.told(result, f"the groups by {split.title.lower()}"))


def by(view: View, split: Dimension) -> pl.DataFrame:
    """Return the share checked of those that the sample speaks for, by a dimension."""
    return drawn(*(view.result(name, by=[split.name]) for name in COUNTS))
