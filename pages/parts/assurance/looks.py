"""Second looks: how often they overturned the first outcome, by the team of the first review."""

import polars as pl
import streamlit as st

from charts.bars import bars, table
from metrics.dimensions import FIRST_TEAM
from pages.widgets import chart_card, export_button, rows
from service.sentences import assurance, chance
from service.view import View

NAME = "overturned"


def draw(view: View) -> None:
    """Show the share overturned by team, whether teams differ by more than chance, and the rows behind."""
    result = by_team(view)
    if result.is_empty():
        st.info("No second look has been completed by this day: choose a later day to see any.")
        return
    chart = bars(view.metric(NAME), result, FIRST_TEAM, view.clocks, chart_card.colours())
    leaving = export_button.of_table(view, chart.title, told_by_team)
    chart_card.show_to_click(chart, key="overturned_by_team", chosen="behind_team", leaving=leaving)
    st.caption(f"{assurance.which_way(view)} {chance.told(result, 'the teams')}".strip())
    rows.under(view, NAME, result, [FIRST_TEAM], key="behind_team")


def by_team(view: View) -> pl.DataFrame:
    """Return the share overturned by the team of the first review, of the teams that were looked at again."""
    return view.result(NAME, by=[FIRST_TEAM.name]).filter(pl.col("denominator") > 0)


def told_by_team(view: View) -> pl.DataFrame:
    return table(view.metric(NAME), by_team(view), [FIRST_TEAM])
