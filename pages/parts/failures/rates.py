"""The failure rate by a dimension: how often, and whether groups differ by more than chance."""

import polars as pl
import streamlit as st

from charts.bars import bars
from charts.funnel import funnel as funnel_chart
from charts.funnel import sentence
from charts.funnel import table as funnel_table
from metrics.chance.groups import Funnel, funnel
from metrics.chance.steady import STATED
from metrics.dimensions import Dimension, dimension
from pages.shell import choices
from pages.widgets import chart_card, export_button, rows
from pages.widgets.cross import asked_dimension
from service.failure_series import too_few
from service.markdown import plain
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
    found = found_of(view, name, split)
    verdict = st.container()
    left, right = st.columns(2, gap="large")
    with left:
        _funnel(view, name, split, found)
    if found is not None:
        # Written once its chart stands.
        verdict.markdown(plain(said(view, name, found, split)))
    with right:
        _bars(view, name, split)
    rows.under(view, name, view.result(name, by=[split.name]), [split], key="behind_rate")


def found_of(view: View, name: str, split: Dimension) -> Funnel | None:
    """Return where the groups of a rate lie around the rate of the whole; None where none can differ."""
    return funnel(view.result(name, by=[split.name]), view.figure(name).value)


def _funnel(view: View, name: str, split: Dimension, found: Funnel | None) -> None:
    if found is None:
        st.info("Groups are compared once there are two or more, and some have a failure.")
        return
    chart = funnel_chart(view.metric(name), found, split, view.clocks, chart_card.colours())

    def again(asked: View) -> pl.DataFrame:
        anew = found_of(asked, name, split)
        return pl.DataFrame() if anew is None else funnel_table(asked.metric(name), anew, split)

    leaving = export_button.of_table(view, chart.title, again)
    chart_card.show_to_click(chart, key=f"funnel_by_{split.name}", chosen="behind_rate", leaving=leaving)
    st.caption(LIMITS)


def _bars(view: View, name: str, split: Dimension) -> None:
    result = view.result(name, by=[split.name])
    chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, name, by=[split.name])
    chart_card.show_to_click(chart, key=f"rate_by_{split.name}", chosen="behind_rate", leaving=leaving)


def told_by(view: View, name: str) -> str | None:
    """Say in one sentence which groups of a dimension differ in their failure rate by more than chance."""
    split = dimension(name)
    if not view.told(["failure_rate"]):
        return None
    found = found_of(view, "failure_rate", split)
    return found and said(view, "failure_rate", found, split)


def said(view: View, name: str, found: Funnel, split: Dimension) -> str:
    """Say which groups differ by more than chance; where the page says too few failures to tell, that."""
    return sentence(found, split, view.metric(name).title, few=too_few(view, "failures") is not None)
