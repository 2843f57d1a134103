"""What changed since the day compared with, and why: every figure's bridge, and the rows of one."""

from functools import partial

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bridge_chart import changes, message, steps_of
from data.formatting import counted, written_day
from pages.shell import choices
from pages.widgets import chart_card, export_button
from pages.widgets import rows as drill
from service.changes import BRIDGED, bridges_table, known
from service.markdown import plain
from service.view import View


def draw(view: View) -> None:
    if view.not_compared:
        st.subheader("What changed, and why")
        st.caption(view.not_compared)
        return
    st.subheader(f"What changed since {written_day(view.before.as_at)}, and why")
    table = bridges_table(view)
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in table.columns[1:]}
    st.dataframe(table, hide_index=True, column_config=numbers)
    st.caption(
        f"From {written_day(view.before.as_at)} to {written_day(view.clocks.as_at)}, "
        f"{known(view)}. Choose another day at the side."
    )
    names = {view.metric(name).title: name for name in view.told(BRIDGED)}
    # The first that changed; the population, if none did.
    first = next((place for place, row in enumerate(table.rows()) if row[1] != row[-1]), 0)
    titles = list(names)
    chosen = choices.one(
        "Show the change in", titles, key="change", default=titles[first] if titles else None
    )
    if chosen:
        _one(view, names[chosen])


def _steps(view: View, name: str) -> pl.DataFrame:
    return steps_of(view.bridge(name), view.before, view.clocks)


def _one(view: View, name: str) -> None:
    metric, bridge = view.metric(name), view.bridge(name)
    st.markdown(plain(message(metric, bridge, view.before, view.clocks)))
    if not bridge.steps:
        return
    chart = changes(metric, bridge, view.before, view.clocks, chart_card.colours())
    offer = export_button.of_table(view, f"Changes of {metric.title.lower()}", partial(_steps, name=name))
    chart_card.show(chart, key=f"change_{name}", offer=offer)
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(drill.NOT_ROWS)
        return
    with st.expander(f"Rows: {plain(metric.title.lower())}", key=f"moved_{name}", on_change="rerun") as rows:
        if rows.open:
            moved = view.moved(name)
            st.markdown(f"**{counted(moved.height, 'row', 'rows')}** moved.")
            drill.show_rows(moved)
