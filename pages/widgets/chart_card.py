"""A chart as a card: what it shows, its measure, the chart or its table, and one menu."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, NamedTuple, TypeVar

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.lines import data_address, lines, panels
from charts.palette import LIGHT, Palette, palette
from data.errors import UserError
from pages.framework import Unchecked
from pages.widgets.export_button import Offer, of_table, of_view
from pages.widgets.menu import menu
from service.events import events
from service.markdown import plain
from service.over_time import courses
from service.view import View

Value = TypeVar("Value")
CONFIG = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False, "scrollZoom": False}
DOTS = data_address(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="#768390">'
    '<circle cx="5" cy="12" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="19" cy="12" r="2"/></svg>'
)
LEAST_HEIGHT = 236
PICTURE, TABLE = "Chart", "Table"


def colours() -> Palette:
    return palette(st.context.theme.type)


class Card(NamedTuple):
    """headline: what the chart shows. measure: what is drawn, its unit and day. method: how it is made.
    chosen: the widget that a click on a bar sets. filters: what the view is narrowed by with a click. drag:
    whether by dragging over points instead, since Plotly takes one or the other. brushed: called with the
    boxes that were dragged. compact: whether the choice of a table is in the menu. ask: draws a choice."""

    headline: str = ""
    measure: str = ""
    method: str = ""
    chosen: str = ""
    filters: tuple[str, ...] = ()
    drag: bool = False
    compact: bool = False
    brushed: Callable[[Sequence[Any]], None] | None = None
    ask: Callable[[], object] | None = None


def show(chart: Chart, *, key: str, offer: Offer | None = None, **how: Any) -> None:  # noqa: ANN401  # of `Card`
    card = Card(**how)
    with frame(key):
        body = partial(_body, chart, card, key, offer)
        # A click on a bar changes other parts of the page: then the whole page runs again.
        (body if card.chosen or card.filters or card.brushed else st.fragment(body))()


def frame(key: str, headline: str = "", measure: str = "") -> Any:  # noqa: ANN401  # a container
    card = st.container(border=True, key=f"card_{key}", gap="xxsmall", height="stretch")
    if headline:
        with card:
            head(headline, measure)
    return card


def head(headline: str, measure: str = "") -> None:
    below = f"<p>{escape(measure)}</p>" if measure else ""
    st.html(f'<div class="candour-head"><h3>{escape(headline)}</h3>{below}</div>')


def words(
    key: str, headline: str, *texts: str, measure: str = "", ask: Callable[[], object] | None = None
) -> None:
    with frame(key):
        if ask is not None:
            ask()
        head(headline, measure)
        if texts:
            st.markdown("  \n".join(map(plain, texts)))


def _body(chart: Chart, card: Card, key: str, offer: Offer | None) -> None:
    headline = card.headline or chart.title
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
        head(headline, card.measure)
        if card.ask is not None:
            card.ask()
        form = form_of(headline, card, key, offer)
    picture(chart, card, key, form)


def form_of(headline: str, card: Card, key: str, offer: Offer | None = None) -> str:
    name = f"form_{key}"
    # Streamlit forgets what no widget shows.
    st.session_state[name] = st.session_state.get(name, PICTURE)
    if not card.compact:
        _form(name, headline)

    def draw() -> None:
        if card.compact:
            _form(name, headline)
        if offer is not None:
            offer.form(key=key)
        if card.method:
            st.markdown(plain(card.method, lines=True))

    card_menu(headline, draw, key)
    return st.session_state[name]


def card_menu(headline: str, draw: Callable[[], object], key: str) -> None:
    menu(f"![Menu: {plain(headline)}]({DOTS})", draw, key=f"menu_{key}")


def picture(chart: Chart, card: Card, key: str, form: str) -> None:
    if form == TABLE:
        st.dataframe(chart.table, hide_index=True)
        return
    layout = chart.sent["layout"]
    # A lower one is cut off by the room that a card keeps for its chart.
    layout = {**layout, "height": max(layout["height"], LEAST_HEIGHT)}
    clicks: dict[str, Any] = {}
    if card.chosen:
        clicks = {"on_select": partial(_choose_bar, chart, key, card.chosen), "selection_mode": "points"}
    elif card.brushed:
        layout |= {"dragmode": "select", "selectdirection": "h"}
        clicks = {"on_select": partial(_brush, key, card.brushed), "selection_mode": "box"}
    elif card.filters:
        modes = ("points", "box") if card.drag else "points"
        clicks = {"on_select": partial(_narrow, chart, key, card.filters), "selection_mode": modes}
        if card.drag:
            layout["dragmode"] = "select"
    figure = Unchecked({**chart.sent, "layout": layout})
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=chart.alt, **clicks)


def _form(name: str, headline: str) -> None:
    forms, label = [PICTURE, TABLE], f"Show as: {headline}"
    st.segmented_control(label, forms, required=True, key=name, label_visibility="collapsed")


def _choose_bar(chart: Chart, key: str, chosen: str) -> None:
    if points := st.session_state[key]["selection"]["points"]:
        st.session_state[chosen] = chart.labels[points[0]["point_index"]]


def _brush(key: str, brushed: Callable[[Sequence[Any]], None]) -> None:
    brushed(st.session_state[key]["selection"]["box"])


def _narrow(chart: Chart, key: str, filters: Sequence[str]) -> None:
    """Set filters to the values that were picked; picked again, or nothing picked, they are cleared."""
    points = st.session_state[key]["selection"]["points"]
    labels = [chart.labels[point["point_index"]] for point in points]
    cells = [(label,) if isinstance(label, str) else label for label in labels]
    picked = [list(dict.fromkeys(cell[place] for cell in cells)) for place in range(len(filters))]
    if picked == [list(st.session_state.get(name, [])) for name in filters]:
        picked = [[] for _ in filters]
    for name, values in zip(filters, picked, strict=True):
        st.session_state[name] = values


def draw(
    view: View,
    make: Callable[[View, Palette], Chart],
    *,
    key: str,
    instead: Sequence[str] = (),
    offer: Offer | None = None,
    **how: Any,  # noqa: ANN401  # of `Card`
) -> None:
    """instead: lines of words in its place. offer: of its own table, made anew, unless another is given."""
    if instead:
        words(key, how["headline"], *instead, measure=how.get("measure", ""), ask=how.get("ask"))
        return
    chart = drawn(view, make)
    offer = offer or of_table(view, chart.title, lambda view: make(view, LIGHT).table)
    show(chart, key=key, offer=offer, **how)


def drawn(view: View, make: Callable[[View, Palette], Chart]) -> Chart:
    """make: its chart depends on the view, the colours, the events and notes of this run, and what it closes
    over."""
    palette, notes = colours(), len(view.source.dated_notes())
    return view.once("chart", lambda: make(view, palette), make, palette, events(view), notes)


def draw_courses(
    view: View,
    title: str,
    above: Mapping[str, str],
    below: Mapping[str, str],
    *,
    unit: str,
    then: bool,
    **how: Any,  # noqa: ANN401  # of `Card`
) -> None:
    """Draw figures over time, by what they are called, in two panels or in one. then: see `View.course`."""

    def make(view: View, palette: Palette) -> Chart:
        first, second = (courses(view, figures, then=then) for figures in (above, below))
        if second:
            return panels(title, first, second, palette, unit=unit, events=events(view))
        return lines(title, first, unit, palette, events(view))

    offer = of_view(view, "figures", figures=(*above.values(), *below.values()), then=then)
    show(drawn(view, make), offer=offer, compact=True, **how)


def draw_table(view: View, title: str, make: Callable[[View], pl.DataFrame], *, key: str) -> None:
    st.dataframe(make(view), hide_index=True)
    of_table(view, title, make).draw(key=key)


def present(value: Value | None) -> Value:
    """Return what a table is made anew from; UserError: it is no longer there."""
    if value is None:
        raise UserError("What this table showed is no longer in the register: load the page again.")
    return value


def side_by_side(*drawings: Callable[[], object] | None, widths: Sequence[int] | None = None) -> None:
    """None: the others take its place."""
    shares = widths or [1] * len(drawings)
    drawn = [(drawing, share) for drawing, share in zip(drawings, shares, strict=True) if drawing is not None]
    if drawn:
        columns = st.columns([share for _, share in drawn], gap="small")
        for column, (drawing, _) in zip(columns, drawn, strict=True):
            with column:
                drawing()
