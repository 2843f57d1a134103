"""A chart on a page: the picture, its message for those who cannot see it, its table one click away."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from charts.chart import Chart
from charts.palette import LIGHT, Palette, palette
from data.errors import UserError
from pages.widgets.export_button import Offer, of_table
from service.markdown import plain
from service.view import View

Value = TypeVar("Value")
CONFIG = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False, "scrollZoom": False}


def colours() -> Palette:
    return palette(st.context.theme.type)


def show(chart: Chart, *, key: str, offer: Offer | None = None, chosen: str = "") -> None:
    clicks: dict[str, Any] = {}
    if chosen:
        clicks = {"on_select": partial(_choose_bar, chart, key, chosen), "selection_mode": "points"}
    st.subheader(chart.title)
    st.plotly_chart(chart.figure, theme=None, config=CONFIG, key=key, alt=chart.alt, **clicks)
    _table(chart, offer, key=key)


def _choose_bar(chart: Chart, key: str, chosen: str) -> None:
    if points := st.session_state[key]["selection"]["points"]:
        st.session_state[chosen] = chart.labels[points[0]["point_index"]]


def draw(
    view: View, make: Callable[[View, Palette], Chart], *, key: str, chosen: str = "", empty: str = ""
) -> None:
    """empty: what is said where nothing can be drawn. A table fetched as a file is made anew."""
    chart = make(view, colours())
    if empty and chart.table.is_empty():
        st.info(empty)
        return
    offer = of_table(view, chart.title, lambda view: make(view, LIGHT).table)
    show(chart, key=key, offer=offer, chosen=chosen)


def present(value: Value | None) -> Value:
    """Return what a table is made anew from; UserError: it is no longer there."""
    if value is None:
        raise UserError("What this table showed is no longer in the register: load the page again.")
    return value


def side_by_side(*drawings: Callable[[], object], widths: int | Sequence[int] = 2) -> None:
    for column, drawing in zip(st.columns(widths, gap="large"), drawings, strict=True):
        with column:
            drawing()


def _table(chart: Chart, offer: Offer | None, *, key: str) -> None:
    with st.expander(plain(f"Table: {chart.title[:1].lower()}{chart.title[1:]}")):
        st.dataframe(chart.table, hide_index=True)
        if offer is not None:
            offer.draw(key=key)
