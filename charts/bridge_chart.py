"""Changes: the steps from one figure to a later one, each a bar to the right or the left of none."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.chart import FRAME_HEIGHT, ROW_HEIGHT, Chart, blank, font, literal, literals
from charts.palette import Palette
from data.formatting import capitalised, listed_words, signed, written_count, written_day
from metrics.as_at import Clocks
from metrics.bridge import Bridge
from metrics.metric import AnyMetric

STEP_HEIGHT = ROW_HEIGHT + 18
ROOM_FOR_WORDS = 1.2


def changes(metric: AnyMetric, bridge: Bridge, opening: Clocks, closing: Clocks, palette: Palette) -> Chart:
    """Draw the steps of a bridge from zero: what adds to the right, what takes away to the left."""
    figure = blank(palette, height=FRAME_HEIGHT + STEP_HEIGHT * max(len(bridge.steps), 1))
    sizes = [change for _, change in bridge.steps]
    names = [capitalised(why) for why, _ in bridge.steps]
    # The same reason may both add and take away: its two bars stand at places of their own.
    figure.add_bar(
        x=sizes,
        y=list(range(len(sizes))),
        orientation="h",
        marker={"color": [palette.series[0] if size > 0 else palette.series[3] for size in sizes]},
        text=[signed(size) for size in sizes],
        textposition="outside",
        textfont=font(palette),
        cliponaxis=False,
        hovertext=literals(names),
        hovertemplate="%{hovertext}: %{text}<extra></extra>",
    )
    _lay_out(figure, names, sizes)
    title = f"{metric.title}: from {written_count(bridge.opening)} to {written_count(bridge.closing)}"
    return Chart(title, figure, message(metric, bridge, opening, closing), steps_of(bridge, opening, closing))


def message(metric: AnyMetric, bridge: Bridge, opening: Clocks, closing: Clocks) -> str:
    days = f"{written_day(opening.as_at)} and {written_day(closing.as_at)}"
    if not bridge.steps:
        return f"{metric.title}, between {days}: nothing changed; {written_count(bridge.closing)}."
    steps = listed_words([f"{signed(change)} {why}" for why, change in bridge.steps])
    return (
        f"{metric.title}, between {days}: {written_count(bridge.opening)} became "
        f"{written_count(bridge.closing)}: {steps}."
    )


def steps_of(bridge: Bridge, opening: Clocks, closing: Clocks) -> pl.DataFrame:
    lines = [
        (f"As at {written_day(opening.as_at)}", bridge.opening),
        *((capitalised(why), change) for why, change in bridge.steps),
        (f"As at {written_day(closing.as_at)}", bridge.closing),
    ]
    return pl.DataFrame(lines, schema={"Step": pl.String, "Number": pl.Int64}, orient="row")


def _lay_out(figure: go.Figure, names: Sequence[str], sizes: Sequence[int]) -> None:
    least, most = min(0, *sizes, 0) * ROOM_FOR_WORDS, max(0, *sizes, 0) * ROOM_FOR_WORDS
    # A side without bars keeps room for the words of the other.
    figure.update_xaxes(
        range=[least or -most / 50, most or -least / 50], showticklabels=False, zeroline=True, showgrid=False
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[literal(name).replace(", ", ",<br>") for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        ticklabelstandoff=6,
    )
