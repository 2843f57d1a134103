import datetime as dt
import re
import xml.etree.ElementTree as ET

import plotly.graph_objects as go
import polars as pl
import pytest

from charts.bars import bars, columns
from charts.chart import Chart, blank
from charts.lines import lines
from charts.palette import LIGHT
from charts.stacks import stacks
from data.terms import Case
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import dimension
from metrics.words import spoken
from reports.pictures.picture import svg

DAY = dt.date(2024, 5, 22)
CLOCKS = Clocks(DAY, DAY)
NUMBER = r"-?[\d.]+"


def figure(name):
    return spoken(catalogue.metric(name), Case())


def counts(**columns):
    nothing = pl.lit(None, pl.Float64)
    return pl.DataFrame(columns).with_columns(
        denominator=pl.lit(None, pl.Int64), value=pl.col("numerator").cast(float), low=nothing, high=nothing
    )


def texts(drawn: str) -> list[str]:
    root = ET.fromstring(drawn)
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


def boxes(drawn: str, colour: str) -> list[tuple[float, float]]:
    """How wide and how high each box of a colour is."""
    found = []
    for path, style in re.findall(r'<path d="([^"]*)"[^>]*style="([^"]*)"', drawn):
        if f"fill: {colour.lower()}" in style:
            points = [(float(x), float(y)) for x, y in re.findall(rf"({NUMBER}) ({NUMBER})", path)]
            wide, high = ([point[each] for point in points] for each in (0, 1))
            found.append((max(wide) - min(wide), max(high) - min(high)))
    return found


def line(drawn: str, colour: str) -> list[tuple[float, float]]:
    """The corners of the one line of a colour."""
    (path,) = [
        path
        for path, style in re.findall(r'<path d="([^"]*)"[^>]*style="([^"]*)"', drawn)
        if f"stroke: {colour.lower()}" in style and "fill: none" in style
    ]
    return [(float(x), float(y)) for x, y in re.findall(rf"({NUMBER}) ({NUMBER})", path)]


def chart(drawn: go.Figure) -> Chart:
    return Chart("Title", drawn, "Alt.", pl.DataFrame())


def test_each_bar_is_as_long_as_its_number_and_bears_it():
    found = counts(area=["north", "south", None], numerator=[15, 3, 0])
    made = bars(figure("failures"), found, dimension("area"), CLOCKS, LIGHT)
    drawn = svg(made)
    assert texts(drawn) == ["north", "south", "not recorded", "15", "3", "0"]
    long, short, none = [wide for wide, _ in boxes(drawn, LIGHT.series[0])]
    assert long == pytest.approx(5 * short, rel=1e-4)
    assert none == pytest.approx(0)


def test_each_share_bears_its_interval():
    shares = pl.DataFrame(
        {
            "area": ["north", "south"], "numerator": [15, 0], "denominator": [700, 900],
            "value": [0.02, 0.0], "low": [0.01, 0.0], "high": [0.04, 0.01],
        }
    )  # fmt: skip
    drawn = svg(bars(figure("failure_rate"), shares, dimension("area"), CLOCKS, LIGHT))
    said = ["0.0%", "1.0%", "2.0%", "3.0%", "4.0%", "north", "2.00% (15 of 700)", "south", "0% (0 of 900)"]
    assert texts(drawn) == said
    bar, _ = [wide for wide, _ in boxes(drawn, LIGHT.series[0])]
    whiskers = re.findall(
        rf'd="M ({NUMBER}) {NUMBER} \nL ({NUMBER}) {NUMBER} \n"[^>]*stroke: {LIGHT.quiet}', drawn
    )
    reach = [float(end) - float(begin) for begin, end in whiskers if float(end) > float(begin)]
    assert reach == pytest.approx([bar * 3 / 2, bar / 2], rel=1e-4)


@pytest.mark.parametrize(
    ("every", "first", "said"),
    [("month", dt.date(2023, 12, 1), "Dec"), ("week", dt.date(2023, 12, 4), "1 Jan")],
)
def test_columns_are_as_high_as_their_numbers_over_the_days_they_speak_of(every, first, said):
    step = 31 if every == "month" else 7
    days = [(first + dt.timedelta(days=step * number)) for number in range(6)]
    days = [day.replace(day=1) for day in days] if every == "month" else days
    found = pl.DataFrame({"period": days, "numerator": [1, 4, 5, 0, 8, 2]})
    drawn = svg(columns(figure("failures"), found, CLOCKS, LIGHT, every=every))
    heights = [high for _, high in boxes(drawn, LIGHT.series[0])]
    assert [high / heights[0] for high in heights] == pytest.approx([1, 4, 5, 0, 8, 2], rel=1e-4)
    assert said in texts(drawn)
    assert "2024" in texts(drawn)


def test_a_line_goes_where_its_numbers_go_in_steps_and_says_where_it_ends():
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=number) for number in range(3)]
    grown = pl.DataFrame({"day": days, "numerator": [10, 40, 20]})
    flat = pl.DataFrame({"day": days, "numerator": [0, 0, 0]})
    drawn = svg(lines("Lines", {"Grown": grown, "Flat": flat}, "applications", LIGHT))
    assert {"Grown 20", "Flat 0"} <= set(texts(drawn))
    (_, nought), *_ = line(drawn, LIGHT.series[1])
    heights = [nought - up for _, up in line(drawn, LIGHT.series[0])]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 1, 4, 4, 2], rel=1e-4)
    assert heights[0] > 0


def test_stacked_columns_stand_on_each_other_and_are_named():
    found = pl.DataFrame({"day": [DAY, DAY], "part": ["a", "b"], "count": [3, 6]})
    drawn = svg(stacks("Stacks", found, ["a", "b"], (DAY, DAY), LIGHT, unit="entries"))
    # The second box of a colour is its sample beside its name.
    below, above = (boxes(drawn, each)[0][1] for each in LIGHT.series[:2])
    assert above == pytest.approx(2 * below, rel=1e-4)
    assert texts(drawn)[-2:] == ["a", "b"]


def test_a_band_points_marks_and_notes_are_drawn():
    drawn = blank(LIGHT, height=300)
    drawn.add_scatter(x=[1, 2, 3], y=[1, 1, 1], mode="lines", line={"width": 0})
    drawn.add_scatter(
        x=[1, 2, 3], y=[3, 3, 3], fill="tonexty", fillcolor="rgba(18, 67, 109, 0.25)", mode="none"
    )
    drawn.add_scatter(
        x=[2], y=[2], mode="markers+text", text=["<b>out</b>"], textposition="top center",
        marker={"color": LIGHT.series[2], "size": 9, "symbol": "diamond"}, textfont={"color": LIGHT.text},
    )  # fmt: skip
    drawn.add_hline(y=2.5, line={"color": LIGHT.quiet, "dash": "dash"})
    drawn.add_annotation(x=1, y=1, xref="paper", yref="paper", text="Limit<br>2.5", showarrow=False)
    made = svg(chart(drawn))
    assert {"out", "Limit", "2.5"} <= set(texts(made))
    assert "fill: #12436d; fill-opacity: 0.25" in made
    assert "stroke-dasharray" in made
    assert LIGHT.series[2].lower() in made


def test_the_same_chart_makes_the_same_picture_and_tells_nothing_of_the_machine():
    found = counts(area=["$x$", "a & <i>"], numerator=[1, 2])
    made = bars(figure("failures"), found, dimension("area"), CLOCKS, LIGHT)
    drawn = svg(made)
    assert drawn == svg(made)
    assert {"$x$", "a & <i>"} <= set(texts(drawn))
    assert "metadata" not in drawn
    assert str(dt.datetime.now(dt.UTC).year) not in drawn


UNKNOWN = {
    "a pie": lambda drawn: drawn.add_pie(values=[1]),
    "a filled area to another": lambda drawn: drawn.add_scatter(y=[1], fill="tonextx", fillcolor="red"),
    "a band without a colour": lambda drawn: drawn.add_scatter(y=[1], fill="tozeroy"),
    "a curve": lambda drawn: drawn.add_scatter(y=[1, 2], line={"shape": "spline"}),
    "a symbol": lambda drawn: drawn.add_scatter(y=[1], mode="markers", marker={"symbol": "star"}),
    "a circle": lambda drawn: drawn.add_shape(type="circle", x0=0, x1=1, y0=0, y1=1),
    "a second axis": lambda drawn: drawn.add_scatter(y=[1], yaxis="y2").update_layout(yaxis2={"side": "right"}),
    "powers of ten": lambda drawn: drawn.add_scatter(y=[1]).update_yaxes(type="log"),
    "names of names": lambda drawn: drawn.add_bar(y=[1]).update_xaxes(type="multicategory"),
    "bars without a colour": lambda drawn: drawn.add_bar(y=[1]),
    "words at a shape": lambda drawn: drawn.add_hline(y=1, label={"text": "here"}),
    "words in a bar where there is room": lambda drawn: drawn.add_bar(y=[1], text=["1"], textposition="auto", marker={"color": "red"}),
}  # fmt: skip


@pytest.mark.parametrize("add", UNKNOWN.values(), ids=UNKNOWN)
def test_what_cannot_be_drawn_is_refused_and_not_left_out(add):
    drawn = blank(LIGHT, height=300)
    add(drawn)
    with pytest.raises(TypeError, match="a picture"):
        svg(chart(drawn))
