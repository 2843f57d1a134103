import polars as pl

from charts.chart import FRAME_HEIGHT, ROW_HEIGHT, Chart, at_ends, level_bars, literal, literals, picture
from charts.palette import Palette
from data.formatting import capitalised, signed, written_count, written_day
from metrics.as_at import Clocks
from metrics.bridge import Bridge
from metrics.metric import AnyMetric

STEP_HEIGHT = ROW_HEIGHT + 18
ROOM_FOR_WORDS = 1.2


def changes(metric: AnyMetric, bridge: Bridge, opening: Clocks, closing: Clocks, palette: Palette) -> Chart:
    sizes = [change for _, change in bridge.steps]
    names = [capitalised(why) for why, _ in bridge.steps]
    colours = [palette.series[0] if size > 0 else palette.series[3] for size in sizes]
    # The same reason may both add and take away: its two bars stand at places of their own.
    bar = level_bars(names, sizes, colours, "%{hovertext}: %{text}", hovertext=literals(names))
    bar |= {"y": list(range(len(sizes))), **at_ends([signed(size) for size in sizes], palette)}
    least, most = min([0, *sizes]) * ROOM_FOR_WORDS, max([0, *sizes]) * ROOM_FOR_WORDS
    # A side without bars keeps room for the words of the other.
    x = {"range": [least or -most / 50, most or -least / 50], "showticklabels": False, "zeroline": True}
    broken = [literal(name).replace(", ", ",<br>") for name in names]
    y = {"tickvals": list(range(len(names))), "ticktext": broken, "range": [len(names) - 0.5, -0.5]}
    y |= {"showgrid": False, "zeroline": False, "ticklabelstandoff": 6}
    height = FRAME_HEIGHT + STEP_HEIGHT * max(len(bridge.steps), 1)
    figure = picture(palette, height, [bar], {**x, "showgrid": False}, y)
    title = f"{metric.title}: from {written_count(bridge.opening)} to {written_count(bridge.closing)}"
    return Chart(title, figure, message(metric, bridge, opening, closing), steps_of(bridge, opening, closing))


def message(metric: AnyMetric, bridge: Bridge, opening: Clocks, closing: Clocks) -> str:
    days = [written_day(clocks.as_at) for clocks in (opening, closing)]
    if not bridge.steps:
        return f"{metric.title}: no change between {' and '.join(days)} ({written_count(bridge.closing)})."
    numbers = [written_count(number) for number in (bridge.opening, bridge.closing)]
    ends = ", ".join(f"{number} on {day}" for number, day in zip(numbers, days, strict=True))
    return f"{metric.title}: {ends}. {steps_in_words(bridge)}"


def steps_in_words(bridge: Bridge) -> str:
    """As in "17 new; 3 earlier ones recorded late."."""
    steps = [f"{signed(change).removeprefix('+')} {why}" for why, change in bridge.steps]
    return f"{'; '.join(steps)}."


def steps_of(bridge: Bridge, opening: Clocks, closing: Clocks) -> pl.DataFrame:
    lines = [
        (f"As at {written_day(opening.as_at)}", bridge.opening),
        *((capitalised(why), change) for why, change in bridge.steps),
        (f"As at {written_day(closing.as_at)}", bridge.closing),
    ]
    return pl.DataFrame(lines, schema={"Step": pl.String, "Number": pl.Int64}, orient="row")
