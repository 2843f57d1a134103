"""Bounds: how many failures a sample leaves possible, by how many are drawn."""

from collections.abc import Sequence

import polars as pl

from charts.chart import Chart, blank, literal, packed
from charts.palette import Palette
from data.formatting import written_count
from metrics.finite import Bound

TITLE = "What a sample leaves possible"


def bounds(held: Bound, others: Sequence[Bound], many: str, palette: Palette) -> Chart:
    """Draw the most failures that samples of several sizes leave possible, and where the review's own stands.

    others: bounds of the same population, by growing samples, each with as many found as `held`.
    many: what the review calls its cases.
    """
    figure = blank(palette, height=320)
    drawn = pl.Series("drawn", [each.sample for each in others], pl.Int64)
    most = pl.Series("most", [each.most for each in others], pl.Int64)
    figure.add_scatter(
        x=packed(drawn),
        y=packed(most),
        mode="lines",
        line={"color": palette.series[0], "width": 3},
        hovertemplate="%{x:,} checked: up to %{y:,}<extra></extra>",
    )
    if held.sample:
        figure.add_scatter(
            x=[held.sample],
            y=[held.most],
            mode="markers",
            marker={"color": palette.series[2], "size": 12},
            hovertemplate="%{x:,} checked so far: up to %{y:,}<extra></extra>",
        )
        figure.add_annotation(
            x=held.sample, y=held.most, ax=24, ay=-40, xanchor="left", arrowcolor=palette.text, arrowwidth=1,
            text=f"<b>{written_count(held.sample)} checked: up to {written_count(held.most)}</b>",
            font={"color": palette.text, "size": 14},
        )  # fmt: skip
    counts = {"rangemode": "tozero", "tickformat": ",", "nticks": 6, "title_font_size": 14}
    figure.update_xaxes(counts, showgrid=False, title_text=f"{literal(many)} checked")
    figure.update_yaxes(counts, title_text="most failures still possible")
    return Chart(TITLE, figure, _message(held, others, many), _table(held, others, many))


def _message(held: Bound, others: Sequence[Bound], many: str) -> str:
    found = f"{written_count(held.found) if held.found else 'none'} found"
    parts = [
        f"{written_count(each.sample)} checked up to {written_count(each.most)}" for each in _some(others)
    ]
    here = f"; the {written_count(held.sample)} checked so far leave up to {written_count(held.most)}"
    return (
        f"{TITLE}, of {written_count(held.population)} {many} not sent on, with {found}: "
        f"{', '.join(parts)}{here if held.sample else ''}."
    )


def _some(others: Sequence[Bound]) -> list[Bound]:
    step = max(len(others) // 4, 1)
    return [*others[::step][:4], others[-1]] if others else []


def _table(held: Bound, others: Sequence[Bound], many: str) -> pl.DataFrame:
    rows = sorted({(each.sample, each.most) for each in [*others, held]})
    return pl.DataFrame(
        {
            f"{many[:1].upper()}{many[1:]} checked": [sample for sample, _ in rows],
            f"{many[:1].upper()}{many[1:]} not sent on": [held.population for _ in rows],
            "Found": [held.found for _ in rows],
            "Most failures still possible": [most for _, most in rows],
        }
    )
