"""Areas: counts over time, one stacked on the other by kind."""

from collections.abc import Sequence

import polars as pl

from charts.chart import Chart, blank, literal, packed
from charts.lines import DAY
from charts.palette import Palette, fills
from data.formatting import listed_words, short_day, written_count, written_day


def areas(
    title: str,
    counts: pl.DataFrame,
    parts: Sequence[str],
    palette: Palette,
    *,
    kinds: Sequence[str],
    unit: str,
) -> Chart:
    """Draw counts on even-spaced days as stacked steps, the first part at the bottom.

    counts: `day` and one column of counts for each of `parts`. kinds: every kind a part can be, in the order
    of their colours; past the palette's colours they are hatched.
    """
    filled = fills(palette, kinds)
    figure = blank(palette, height=380)
    days = counts["day"]
    step = 1 if len(days) == 1 else (days[1] - days[0]).days
    hatching = {"shape": "/", "fillmode": "overlay", "fgcolor": palette.background}
    for part in parts:
        figure.add_scatter(
            x0=days[0].isoformat(),
            dx=DAY * step,
            y=packed(counts[part]),
            mode="lines",
            stackgroup="one",
            fillcolor=filled[part].colour,
            fillpattern=hatching if filled[part].hatched else None,
            line={"color": palette.background, "width": 1, "shape": "hv"},
            name=literal(part),
            hovertemplate="%{fullData.name}, %{x|%-d %B %Y}: %{y:,}<extra></extra>",
        )
    legend = {"orientation": "h", "font": {"color": palette.text, "size": 14}, "x": 0, "y": 1.02}
    figure.update_layout(showlegend=True, legend={**legend, "yanchor": "bottom", "traceorder": "normal"})
    figure.update_xaxes(type="date", showgrid=False, tickformat="%-d %b<br>%Y", nticks=6)
    figure.update_yaxes(rangemode="tozero", tickformat=",d", nticks=6)
    return Chart(title, figure, _message(title, counts, parts, unit), table(counts, parts))


def table(counts: pl.DataFrame, parts: Sequence[str]) -> pl.DataFrame:
    """Counts of each part on each day, as a reader sees them."""
    return counts.select(pl.Series("Day", [short_day(day) for day in counts["day"]], pl.String), *parts)


def _message(title: str, counts: pl.DataFrame, parts: Sequence[str], unit: str) -> str:
    first, last = counts["day"][0], counts["day"][-1]
    span = f"from {written_day(first)} to {written_day(last)}"
    told = [
        f"{part} from {written_count(counts[part][0])} to {written_count(counts[part][-1])}" for part in parts
    ]
    return f"{title}, in {unit}, {span}: {listed_words(told)}."
