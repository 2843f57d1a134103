"""What was said of one figure when: in every release that the public has been told, first to last."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from charts.published_history import Saying, history
from data.formatting import capitalised
from data.publishing.content import PublishedCell, PublishedFigure
from data.publishing.states import State
from data.terms import Terms
from metrics.clauses import spoken
from pages.shell import choices
from pages.widgets import chart_card
from service.markdown import plain
from service.releases.publishing import Public


def draw(public: Sequence[Public], terms: Terms) -> None:
    """Ask for a figure, and draw what was said of it in each release: as a picture and as a table."""
    st.header("What did we say when?")
    names = {title: key for key, title in _figures(public).items()}
    chosen = choices.one("Of", list(names), key="of")
    if not chosen:
        return
    found = sayings(public, terms, *names[chosen])
    chart = history(chosen, found, chart_card.colours())
    st.plotly_chart(chart.figure, theme=None, config=chart_card.CONFIG, key="said", alt=chart.alt)
    # A table draws Markdown in its cells.
    written = chart.table.with_columns(pl.all().map_elements(plain, return_dtype=pl.String))
    st.table(written, border="horizontal", hide_index=True)


def sayings(
    public: Sequence[Public], terms: Terms, figure: str, by: tuple[str, ...], where: tuple[str, ...]
) -> list[Saying]:
    """Return what each release said of one number, in the order in which they were published."""
    zone = ZoneInfo(terms.time_zone)
    return [
        Saying(
            day=each.published_at.astimezone(zone).date(),
            release=each.told.name,
            words=spoken(cell),
            number=cell.number,
            stands=each.state is State.PUBLISHED,
            standing=each.told.status if each.state is State.PUBLISHED else str(each.state),
            as_at=each.told.as_at,
        )
        for each in public
        if (cell := _cell(each, figure, by, where)) is not None
    ]


def _cell(public: Public, figure: str, by: tuple[str, ...], where: tuple[str, ...]) -> PublishedCell | None:
    told = public.told.told(figure, by)
    return None if told is None else next((each for each in told.cells if each.where == where), None)


def _figures(public: Sequence[Public]) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], str]:
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], str] = {}
    for each in public:
        for told in each.told.figures:
            for cell in told.cells:
                found[told.figure, told.by, cell.where] = _title(told, cell)
    return found


def _title(told: PublishedFigure, cell: PublishedCell) -> str:
    return capitalised(f"{told.title}, {' and '.join(cell.where)}" if cell.where else told.title)
