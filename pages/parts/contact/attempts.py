"""The attempts to reach people: how they were tried, and what came of them."""

import streamlit as st

from charts.bars import bars
from metrics.dimensions import CAME_OF_IT, METHOD, Dimension
from pages.widgets import chart_card, export_button, rows
from service.sentences import lines
from service.view import View


def draw(view: View) -> None:
    """Show the attempts by what came of them, and the share that reached somebody by method."""
    if not view.told(["contact_attempts"]):
        st.info(lines.untold("contact_attempts"))
        return
    if view.figure("contact_attempts").numerator == 0:
        return
    left, right = st.columns(2, gap="large")
    with left:
        _split(view, "contact_attempts", CAME_OF_IT)
    with right:
        _split(view, "share_of_attempts_reaching", METHOD)


def _split(view: View, name: str, split: Dimension) -> None:
    result = view.result(name, by=[split.name])
    chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
    key = f"behind_{split.name}"
    leaving = export_button.of_figure(view, name, by=[split.name])
    chart_card.show_to_click(chart, key=f"{name}_by_{split.name}", chosen=key, leaving=leaving)
    rows.under(view, name, result, [split], key=key)
