"""The failure rate by a dimension: how often, and whether groups differ by more than chance."""

import polars as pl
import streamlit as st

from charts.bars import bars
from charts.funnel import funnel as funnel_chart
from charts.funnel import table as funnel_table
from metrics.chance.funnel import Funnel
from metrics.chance.steady import STATED
from metrics.dimensions import Dimension
from pages.shell import choices
from pages.widgets import chart_card, export_button, rows
from pages.widgets.cross import asked_dimension
from service.markdown import plain
from service.sentences.failures import differing, rate_funnel
from service.view import View

LIMITS = (
    "With one rate for all, the dashed limits hold at least 19 of 20 groups, the solid ones 499 of 500. "
    f"A group is named only if it differs over all groups: by chance, in at most {STATED} such charts."
)
RATES = ("failure_rate", "failure_rate_reviewed")


def draw(view: View) -> None:
    """Show a failure rate by a dimension that is asked for, what chance gives, and the rows behind."""
    told = {view.metric(name).title: name for name in view.told(RATES)}
    if not told:
        return
    left, right = st.columns(2)
    with left:
        split = asked_dimension(view, "Failure rate, by", key="rate_by")
    title = choices.one("of", list(told), key="rate_of", place=right)
    if split is None:
        return
    name = told[title]
    found = rate_funnel(view, name, split)
    verdict = st.container()
    left, right = st.columns(2, gap="large")
    with left:
        _funnel(view, name, split, found)
    if found is not None:
        # Written once its chart stands.
        verdict.markdown(plain(differing(view, name, found, split)))
    with right:
        _bars(view, name, split)
    rows.under(view, name, view.result(name, by=[split.name]), [split], key="behind_rate")


def _funnel(view: View, name: str, split: Dimension, found: Funnel | None) -> None:
    if found is None:
        st.info("Groups are compared once there are two or more, and some have a failure.")
        return
    chart = funnel_chart(view.metric(name), found, split, view.clocks, chart_card.colours())

    def again(asked: View) -> pl.DataFrame:
        anew = rate_funnel(asked, name, split)
        return pl.DataFrame() if anew is None else funnel_table(asked.metric(name), anew, split)

    leaving = export_button.of_table(view, chart.title, again)
    chart_card.show_to_click(chart, key=f"funnel_by_{split.name}", chosen="behind_rate", leaving=leaving)
    st.caption(LIMITS)


def _bars(view: View, name: str, split: Dimension) -> None:
    result = view.result(name, by=[split.name])
    chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, name, by=[split.name])
    chart_card.show_to_click(chart, key=f"rate_by_{split.name}", chosen="behind_rate", leaving=leaving)
