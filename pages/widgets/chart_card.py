"""A chart on a page: the picture, its message for those who cannot see it, its table one click away."""

import streamlit as st

from charts.chart import Chart
from charts.palette import Palette, palette
from pages.widgets.export_button import Offer
from service.markdown import plain

CONFIG = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False, "scrollZoom": False}


def colours() -> Palette:
    return palette(st.context.theme.type)


def show(chart: Chart, *, key: str, offer: Offer | None = None) -> None:
    st.subheader(chart.title)
    st.plotly_chart(chart.figure, theme=None, config=CONFIG, key=key, alt=chart.alt)
    _table(chart, offer, key=key)


def show_to_click(chart: Chart, *, key: str, chosen: str, offer: Offer | None = None) -> None:

    def choose_bar() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            st.session_state[chosen] = chart.labels[points[0]["point_index"]]

    st.subheader(chart.title)
    st.plotly_chart(
        chart.figure,
        theme=None,
        config=CONFIG,
        key=key,
        alt=chart.alt,
        on_select=choose_bar,
        selection_mode="points",
    )
    _table(chart, offer, key=key)


def _table(chart: Chart, offer: Offer | None, *, key: str) -> None:
    with st.expander(plain(f"Table: {chart.title[:1].lower()}{chart.title[1:]}")):
        st.dataframe(chart.table, hide_index=True)
        if offer is not None:
            offer.draw(key=key)
