"""Every number of a release as the public is told it, beside the true figure for those who may see it."""

from collections.abc import Iterator

import polars as pl
import streamlit as st

from data.formatting import written_count, written_share
from data.publishing.content import Cell, Published, PublishedCell, PublishedFigure, ReleaseInputs
from metrics.clauses import titled, unit_of
from metrics.disclosure.rule import behind, grouped
from service.markdown import plain
from service.releases.publishing import Press

TRUE = "True figure, not for publication"
TALLEST = 640


def draw(press: Press, told: Published, frozen: ReleaseInputs | None, *, public: bool) -> None:
    """List every number of a release.

    frozen: what it was made from, for those who may see figures; None where there is none, or they may not.
    """
    st.markdown("**What it tells the public**" if public else "**What it would tell the public**")
    beside = press.inside and frozen is not None
    rows = list(_rows(told, frozen if beside else None))
    st.dataframe(pl.DataFrame(rows), hide_index=True, height=min(36 * (len(rows) + 1), TALLEST))
    if told.rule:
        st.caption(told.rule)
    if beside:
        st.caption(f"“{TRUE}” is for those who may see figures: never copy it into anything that leaves.")
    if told.note:
        st.markdown(f"**What changed, in its own words:** {plain(told.note, lines=True)}")
    for each in told.changes:
        st.markdown(f"- {plain(each.sentence)}")


def _rows(told: Published, frozen: ReleaseInputs | None) -> Iterator[dict[str, str]]:
    for figure in told.figures:
        true = _true(figure, frozen)
        for cell in figure.cells:
            row = {
                "Figure": titled(figure),
                "Of": ", ".join(cell.where),
                "The public is told": _told(figure, cell),
                "How": ". ".join(filter(None, (cell.treatment, figure.rule))),
            }
            yield row if frozen is None else {**row, TRUE: true.get(cell.where, "")}


def _told(figure: PublishedFigure, cell: PublishedCell) -> str:
    # A typed number bears its qualifier in its own words.
    shown = cell.shown
    if cell.qualifier and not shown.startswith(cell.qualifier):
        shown = f"{cell.qualifier} {shown}"
    return shown if cell.number is None or figure.kind == "share" else _with_unit(shown, figure)


def _with_unit(shown: str, figure: PublishedFigure) -> str:
    return f"{shown} {unit_of(figure, 1 if shown == '1' else None)}"


def _true(figure: PublishedFigure, frozen: ReleaseInputs | None) -> dict[tuple[str, ...], str]:
    made_from = None if frozen is None else behind(frozen, figure)
    if made_from is None:
        return {}
    return {said.where: _counted(figure, whole) for said, whole, _ in grouped(made_from, figure)}


def _counted(figure: PublishedFigure, cell: Cell) -> str:
    if figure.kind == "count":
        return _with_unit(written_count(cell.numerator), figure)
    if figure.kind == "share":
        of = f"{written_count(cell.numerator)} of {written_count(cell.denominator or 0)}"
        return f"{of} ({written_share(cell.value)})" if cell.value is not None else of
    return "none" if cell.value is None else _with_unit(written_count(cell.value), figure)
