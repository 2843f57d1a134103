"""A chart as a card: what it shows, its measure, the chart or its table, and one menu."""

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
DOTS = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAyNCAyNCIgZmlsbD0iIzc2ODM5MCI+PGNpcmNsZSBjeD0iNSIgY3k9IjEyIiByPSIyIi8+PGNpcmNsZSBjeD0iMTIiIGN5PSIxMiIgcj0iMiIvPjxjaXJjbGUgY3g9IjE5IiBjeT0iMTIiIHI9IjIiLz48L3N2Zz4="
PICTURE, TABLE = "Chart", "Table"


def colours() -> Palette:
    return palette(st.context.theme.type)


def show(
    chart: Chart,
    *,
    key: str,
    headline: str = "",
    measure: str = "",
    offer: Offer | None = None,
    chosen: str = "",
    method: str = "",
    compact: bool = False,
) -> None:
    """headline: what the chart shows; else its title. measure: what is drawn, its unit and day.

    chosen: the widget that a click on a bar sets. compact: whether the choice of a table is in the menu.
    """
    with frame(key):
        body = partial(_body, chart, key, headline or chart.title, measure, offer, chosen, method, compact)
        # A click on a bar changes other parts of the page: then the whole page runs again.
        (body if chosen else st.fragment(body))()


def frame(key: str) -> Any:  # noqa: ANN401  # a container
    return st.container(border=True, key=f"card_{key}", gap="xxsmall", height="stretch")


def head(headline: str, measure: str = "") -> None:
    with st.container(gap=None):
        st.subheader(headline, anchor=False)
        if measure:
            st.caption(measure)


def _body(
    chart: Chart,
    key: str,
    headline: str,
    measure: str,
    offer: Offer | None,
    chosen: str,
    method: str,
    compact: bool,  # noqa: FBT001  # passed by place to a fragment
) -> None:
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
        head(headline, measure)
        form = None if compact else _form(key, headline)
        with st.popover(f"![Menu: {plain(headline)}]({DOTS})", type="tertiary", key=f"menu_{key}"):
            form = form or _form(key, headline)
            if offer is not None:
                offer.form(key=key)
            if method:
                st.markdown(plain(method, lines=True))
    if form == TABLE:
        st.dataframe(chart.table, hide_index=True)
        return
    clicks: dict[str, Any] = {}
    if chosen:
        clicks = {"on_select": partial(_choose_bar, chart, key, chosen), "selection_mode": "points"}
    st.plotly_chart(chart.figure, theme=None, config=CONFIG, key=key, alt=chart.alt, **clicks)


def _form(key: str, headline: str) -> str:
    return st.segmented_control(
        f"Show as: {headline}",
        [PICTURE, TABLE],
        default=PICTURE,
        required=True,
        key=f"form_{key}",
        label_visibility="collapsed",
    )


def _choose_bar(chart: Chart, key: str, chosen: str) -> None:
    if points := st.session_state[key]["selection"]["points"]:
        st.session_state[chosen] = chart.labels[points[0]["point_index"]]


def draw(
    view: View,
    make: Callable[[View, Palette], Chart],
    *,
    key: str,
    empty: str = "",
    **how: Any,  # noqa: ANN401  # of `show`
) -> None:
    """empty: what is shown where nothing can be drawn. A table fetched as a file is made anew."""
    chart = make(view, colours())
    if empty and chart.table.is_empty():
        st.info(empty)
        return
    offer = of_table(view, chart.title, lambda view: make(view, LIGHT).table)
    show(chart, key=key, offer=offer, **how)


def present(value: Value | None) -> Value:
    """Return what a table is made anew from; UserError: it is no longer there."""
    if value is None:
        raise UserError("What this table showed is no longer in the register: load the page again.")
    return value


def side_by_side(*drawings: Callable[[], object], widths: int | Sequence[int] | None = None) -> None:
    for column, drawing in zip(st.columns(widths or len(drawings), gap="small"), drawings, strict=True):
        with column:
            drawing()
