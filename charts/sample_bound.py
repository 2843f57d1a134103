from collections.abc import Sequence
from typing import Any

import polars as pl

from charts.chart import COUNTS, Chart, font, literal, packed, picture
from charts.palette import Palette
from data.formatting import capitalised, written_count
from metrics.chance.bounds import Bound

TITLE = "What a sample leaves possible"
MOST = "most failures still possible"


def bounds(reviewed: Bound, others: Sequence[Bound], many: str, palette: Palette) -> Chart:
    """Draw the most failures that samples of several sizes leave possible, and the review's own.

    others: of the same population, by growing samples, with as many failures. many: what cases are called.
    """
    colours, hover = palette.series, "%{x:,} checked: up to %{y:,}<extra></extra>"
    samples = packed(pl.Series([bound.sample for bound in others], dtype=pl.Int64))
    most = packed(pl.Series([bound.most for bound in others], dtype=pl.Int64))
    line: dict[str, Any] = {"mode": "lines", "line": {"color": colours[0], "width": 3}}
    traces = [{"x": samples, "y": most, "hovertemplate": hover, **line}]
    if reviewed.sample:
        mark = {"x": [reviewed.sample], "y": [reviewed.most], "mode": "markers"}
        hover = hover.replace("checked", "checked so far")
        traces.append({**mark, "marker": {"color": colours[2], "size": 12}, "hovertemplate": hover})
    text = f"<b>{written_count(reviewed.sample)} checked: up to {written_count(reviewed.most)}</b>"
    note = {"x": reviewed.sample, "y": reviewed.most, "ax": 24, "ay": -40, "xanchor": "left", "text": text}
    note |= {"font": font(palette), "arrowcolor": palette.text, "arrowwidth": 1}
    x, y = ({"text": text, "font": {"size": 14}} for text in (f"{literal(many)} checked", MOST))
    axis, notes = {**COUNTS, "nticks": 6}, [note] if reviewed.sample else []
    traces = [{"type": "scatter", **trace} for trace in traces]
    x, y = {**axis, "showgrid": False, "title": x}, {**axis, "title": y}
    figure = picture(palette, 300, traces, x, y, annotations=notes)
    return Chart(TITLE, figure, _message(reviewed, others, many), _table(reviewed, others, many))


def _message(reviewed: Bound, others: Sequence[Bound], many: str) -> str:
    failures = f"{written_count(reviewed.found) if reviewed.found else 'none'} found"
    step = max(len(others) // 4, 1)
    some = [*others[::step][:4], *others[-1:]]
    parts = [f"{written_count(bound.sample)} checked up to {written_count(bound.most)}" for bound in some]
    here = f"; the {written_count(reviewed.sample)} checked so far leave up to {written_count(reviewed.most)}"
    return (
        f"{TITLE}, of {written_count(reviewed.population)} {many} not sent for detailed review, with "
        f"{failures}: "
        f"{', '.join(parts)}{here if reviewed.sample else ''}."
    )


def _table(reviewed: Bound, others: Sequence[Bound], many: str) -> pl.DataFrame:
    rows = sorted({(bound.sample, bound.most) for bound in [*others, reviewed]})
    return pl.DataFrame(
        {
            f"{capitalised(many)} checked": [sample for sample, _ in rows],
            f"{capitalised(many)} not sent for detailed review": [reviewed.population for _ in rows],
            "Found": [reviewed.found for _ in rows],
            capitalised(MOST): [most for _, most in rows],
        }
    )
