import datetime as dt
import re
import xml.etree.ElementTree as ET

import plotly.graph_objects as go
import polars as pl
import pytest

from charts.bars import bars, columns
from charts.chart import Chart, blank
from charts.fan import fan
from charts.lines import lines
from charts.palette import LIGHT
from charts.stacks import areas, stacks
from data.terms import Case
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import dimension
from metrics.metric import spoken
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


def filled(drawn: str, colour: str) -> float:
    """How high the area of a colour is."""
    (name,) = re.findall(rf'<use xlink:href="#(\w+)"[^>]*style="fill: {colour.lower()}', drawn)
    path = re.search(rf'<path id="{name}" d="([^"]*)"', drawn)[1]
    high = [float(y) for _, y in re.findall(rf"({NUMBER}) ({NUMBER})", path)]
    return max(high) - min(high)


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
    # The month of the day itself is not over, and paler.
    colours = (LIGHT.series[0], LIGHT.quiet) if every == "month" else (LIGHT.series[0],)
    heights = [high for colour in colours for _, high in boxes(drawn, colour)]
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


def test_areas_stand_on_each_other():
    days = [DAY - dt.timedelta(days=1), DAY]
    counts = pl.DataFrame({"day": days, "open": [2, 4], "closed": [6, 8]})
    made = areas("Areas", counts, ["open", "closed"], LIGHT, kinds=["open", "closed"], unit="referrals")
    drawn = svg(made)
    heights = [filled(drawn, each) for each in LIGHT.series[:2]]
    # From the foot to 4, and from 2, where the lower ends on the first day, to 12.
    assert heights[1] / heights[0] == pytest.approx(10 / 4, rel=1e-3)
    assert texts(drawn)[-2:] == ["open", "closed"]


def test_bars_between_days_begin_where_they_are_said_to():
    drawn = blank(LIGHT, height=200)
    drawn.add_bar(
        y=["one"], base=["2024-01-11"], x=[10 * 86_400_000], orientation="h", marker={"color": LIGHT.series[0]},
        text=["a status that has no room at all"], textposition="inside", insidetextfont={"color": "#ffffff"},
    )  # fmt: skip
    drawn.update_xaxes(type="date", range=["2024-01-01", "2024-01-31"])
    drawn.update_layout(uniformtext={"mode": "hide"}, barmode="overlay")
    made = svg(chart(drawn))
    ((wide, _),) = boxes(made, LIGHT.series[0])
    assert wide == pytest.approx(svg_width(made) / 3, rel=0.01)
    assert "a status that has no room at all" not in texts(made)


def svg_width(drawn: str) -> float:
    """How wide the room for the bars is, as it clips them."""
    return float(
        re.search(rf'<clipPath[^>]*>\s*<rect x="{NUMBER}" y="{NUMBER}" width="({NUMBER})"', drawn)[1]
    )


def test_a_second_series_stands_below_the_first_over_the_same_days():
    drawn = blank(LIGHT, height=400)
    drawn.add_scatter(x=[1, 2, 3], y=[1, 5, 1], mode="lines", line={"color": LIGHT.series[0]})
    drawn.add_scatter(x=[1, 2, 3], y=[2, 2, 4], yaxis="y2", mode="lines", line={"color": LIGHT.series[1]})
    drawn.update_layout(
        yaxis={"domain": [0.4, 1]},
        yaxis2=drawn.layout.yaxis.to_plotly_json() | {"domain": [0, 0.3], "range": [0, 5]},
    )
    drawn.add_shape(type="line", x0=2, x1=2, yref="paper", y0=0, y1=1, line={"color": LIGHT.series[2]})
    drawn.add_annotation(x=1, xref="paper", y=0.3, yref="paper", text="below", showarrow=False)
    made = svg(chart(drawn))
    above, below = line(made, LIGHT.series[0]), line(made, LIGHT.series[1])
    assert [x for x, _ in above] == pytest.approx([x for x, _ in below])
    assert max(y for _, y in above) < min(y for _, y in below)
    assert made.lower().count(f"stroke: {LIGHT.series[2].lower()}") == 2
    assert "below" in texts(made)


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
    "a second axis": lambda drawn: drawn.add_scatter(y=[1], yaxis="y2").update_layout(yaxis2={"overlaying": "y"}),
    "two axes beside each other": lambda drawn: drawn.add_scatter(y=[1], yaxis="y2").update_layout(yaxis2={"nticks": 3}),
    "a second level axis": lambda drawn: drawn.add_scatter(y=[1], xaxis="x2").update_layout(xaxis2={"nticks": 3}),
    "what nobody thought of": lambda drawn: drawn.add_scatter(y=[1], yhoverformat=",").update_layout(bargroupgap=0.5),
    "another pattern": lambda drawn: drawn.add_bar(y=[1], marker={"color": "red", "pattern": {"shape": "x"}}),
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


def test_a_line_across_the_picture_that_is_named_is_named_on_paper_too():
    remained = pl.DataFrame({"day": [DAY, DAY + dt.timedelta(days=1)], "numerator": [9, 0]})
    promised = dt.date(2024, 5, 31)
    told = texts(svg(fan("What remains", remained, None, LIGHT, unit="cases", promised=promised)))
    assert "promised 31 May 2024" in told
