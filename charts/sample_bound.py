"""Bounds: how many failures a sample leaves possible, by how many are drawn."""

from collections.abc import Sequence

import polars as pl

from charts.chart import Chart, blank, font, literal, packed
from charts.palette import Palette
from data.formatting import capitalised, written_count
from metrics.sample_bounds import Bound

TITLE = "What a sample leaves possible"


def bounds(reviewed: Bound, others: Sequence[Bound], many: str, palette: Palette) -> Chart:
    """Draw the most failures that samples of several sizes leave possible, and where the review's own stands.

    others: bounds of the same population, by growing samples, each with as many found as `reviewed`.
    many: what the review calls its cases.
    """
    figure = blank(palette, height=320)
    drawn = pl.Series("drawn", [bound.sample for bound in others], pl.Int64)
    most = pl.Series("most", [bound.most for bound in others], pl.Int64)
    figure.add_scatter(
        x=packed(drawn),
        y=packed(most),
        mode="lines",
        line={"color": palette.series[0], "width": 3},
        hovertemplate="%{x:,} checked: up to %{y:,}<extra></extra>",
    )
    if reviewed.sample:
        figure.add_scatter(
            x=[reviewed.sample],
            y=[reviewed.most],
            mode="markers",
            marker={"color": palette.series[2], "size": 12},
            hovertemplate="%{x:,} checked so far: up to %{y:,}<extra></extra>",
        )
        figure.add_annotation(
            x=reviewed.sample, y=reviewed.most, ax=24, ay=-40, xanchor="left",
            arrowcolor=palette.text, arrowwidth=1,
            text=f"<b>{written_count(reviewed.sample)} checked: up to {written_count(reviewed.most)}</b>",
            font=font(palette),
        )  # fmt: skip
    counts = {"rangemode": "tozero", "tickformat": ",", "nticks": 6, "title_font_size": 14}
    figure.update_xaxes(counts, showgrid=False, title_text=f"{literal(many)} checked")
    figure.update_yaxes(counts, title_text="most failures still possible")
    return Chart(TITLE, figure, _message(reviewed, others, many), _table(reviewed, others, many))


def _message(reviewed: Bound, others: Sequence[Bound], many: str) -> str:
    found = f"{written_count(reviewed.found) if reviewed.found else 'none'} found"
    parts = [
        f"{written_count(bound.sample)} checked up to {written_count(bound.most)}" for bound in _some(others)
    ]
    here = f"; the {written_count(reviewed.sample)} checked so far leave up to {written_count(reviewed.most)}"
    return (
        f"{TITLE}, of {written_count(reviewed.population)} {many} not sent on, with {found}: "
        f"{', '.join(parts)}{here if reviewed.sample else ''}."
    )


def _some(others: Sequence[Bound]) -> list[Bound]:
    step = max(len(others) // 4, 1)
    return [*others[::step][:4], others[-1]] if others else []


def _table(reviewed: Bound, others: Sequence[Bound], many: str) -> pl.DataFrame:
    rows = sorted({(bound.sample, bound.most) for bound in [*others, reviewed]})
    return pl.DataFrame(
        {
            f"{capitalised(many)} checked": [sample for sample, _ in rows],
            f"{capitalised(many)} not sent on": [reviewed.population for _ in rows],
            "Found": [reviewed.found for _ in rows],
            "Most failures still possible": [most for _, most in rows],
        }
    )
