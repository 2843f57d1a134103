"""The attempts to reach people: how they were tried, and what came of them."""

import streamlit as st

from charts.bars import bars
from metrics.dimensions import CAME_OF_IT, METHOD, Dimension
from pages.parts import answers, drill, exporting, picture
from pages.parts.source import View


def draw(view: View) -> None:
    """Show the attempts by what came of them, and the share that reached somebody by method."""
    if not view.told(["contact_attempts"]):
        st.info(answers.untold("contact_attempts"))
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
    chart = bars(view.metric(name), result, split, view.clocks, picture.colours())
    key = f"behind_{split.name}"
    leaving = exporting.of_figure(view, name, by=[split.name])
    picture.show_to_click(chart, key=f"{name}_by_{split.name}", chosen=key, leaving=leaving)
    drill.under(view, name, result, [split], key=key)
