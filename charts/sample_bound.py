from collections.abc import Sequence

import polars as pl

from charts.chart import COUNTS, Canvas, Chart, literal, packed
from charts.palette import Palette
from data.formatting import capitalised, written_count
from metrics.chance.bounds import Bound

TITLE = "What a sample leaves possible"
MOST = "most failures still possible"


def bounds(reviewed: Bound, others: Sequence[Bound], many: str, palette: Palette) -> Chart:
    """Draw the most failures that samples of several sizes leave possible, and the review's own. others: of
    the same population, by growing samples, with as many failures. many: what cases are called."""
    canvas, hover = Canvas(palette), "%{x:,} checked: up to %{y:,}"
    rows = pl.DataFrame(
        [(bound.sample, bound.most) for bound in others], {"x": pl.Int64, "y": pl.Int64}, orient="row"
    )
    line = {"color": palette.series[0], "width": 3}
    canvas.add("scatter", hover, x=packed(rows["x"]), y=packed(rows["y"]), mode="lines", line=line)
    if reviewed.sample:
        marker, hover = {"color": palette.series[2], "size": 12}, hover.replace("checked", "checked so far")
        canvas.add("scatter", hover, x=[reviewed.sample], y=[reviewed.most], mode="markers", marker=marker)
        words = f"<b>{written_count(reviewed.sample)} checked: up to {written_count(reviewed.most)}</b>"
        arrow = {"showarrow": True, "arrowcolor": palette.text, "arrowwidth": 1, "ax": 24, "ay": -40}
        canvas.note(words, x=reviewed.sample, y=reviewed.most, xref="x", **arrow)
    x, y = (
        {**COUNTS, "nticks": 6, "title": {"text": words, "font": {"size": 14}}}
        for words in (f"{literal(many)} checked", MOST)
    )
    figure = canvas.figure(300, {}, {**x, "showgrid": False}, y)
    return Chart(TITLE, figure, _message(reviewed, others, many), _table(reviewed, others, many))


def _message(reviewed: Bound, others: Sequence[Bound], many: str) -> str:
    failures = f"{written_count(reviewed.found) if reviewed.found else 'none'} found"
    some = [*others[:: max(len(others) // 4, 1)][:4], *others[-1:]]
    parts = [f"{written_count(bound.sample)} checked up to {written_count(bound.most)}" for bound in some]
    here = f"; the {written_count(reviewed.sample)} checked so far leave up to {written_count(reviewed.most)}"
    population = f"{written_count(reviewed.population)} {many} not sent for detailed review"
    return f"{TITLE}, of {population}, with {failures}: {', '.join(parts)}{here if reviewed.sample else ''}."


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
