import datetime as dt
import re
import xml.etree.ElementTree as ET

import plotly.graph_objects as go
import polars as pl
import pytest

from charts.bars import bars
from charts.chart import Canvas, Chart
from charts.events import Event
from charts.fan import fan
from charts.lines import lines
from charts.palette import LIGHT
from data.terms import USUAL_WORDS
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import dimension
from metrics.metric import spoken
from reports.briefing_sections import sections
from reports.paper_charts import svg
from tests.charts.reading import plotted
from tests.reports.test_briefing_sections import view_of

DAY = dt.date(2024, 5, 22)
CLOCKS = Clocks(DAY, DAY)
NUMBER = r"-?[\d.]+"


def figure(name):
    return spoken(catalogue.metric(name), USUAL_WORDS)


def counts(**columns):
    nothing = pl.lit(None, pl.Float64)
    return pl.DataFrame(columns).with_columns(
        denominator=pl.lit(None, pl.Int64), value=pl.col("numerator").cast(float), low=nothing, high=nothing
    )


def texts(drawn: str) -> list[str]:
    root = ET.fromstring(drawn)
    return ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]


def boxes(drawn: str, colour: str) -> list[tuple[float, float]]:
    """How wide and how high each box of a colour is."""
    result = []
    for path, style in re.findall(r'<path d="([^"]*)"[^>]*style="([^"]*)"', drawn):
        if f"fill: {colour.lower()}" in style:
            points = [(float(x), float(y)) for x, y in re.findall(rf"({NUMBER}) ({NUMBER})", path)]
            wide, high = ([point[number] for point in points] for number in (0, 1))
            result.append((max(wide) - min(wide), max(high) - min(high)))
    return result


def lines_of(drawn: str, colour: str) -> list[list[tuple[float, float]]]:
    """The corners of each line of a colour."""
    return [
        [(float(x), float(y)) for x, y in re.findall(rf"({NUMBER}) ({NUMBER})", path)]
        for path, style in re.findall(r'<path d="([^"]*)"[^>]*style="([^"]*)"', drawn)
        if f"stroke: {colour.lower()}" in style and "fill: none" in style
    ]


def line(drawn: str, colour: str) -> list[tuple[float, float]]:
    """The corners of the one line of a colour."""
    (corners,) = lines_of(drawn, colour)
    return corners


def chart(drawn: go.Figure) -> Chart:
    return Chart("Title", drawn.to_plotly_json(), "Alt.", pl.DataFrame())


def test_each_bar_is_as_long_as_its_number_and_bears_it():
    result = counts(area=["north", "south", None], numerator=[15, 3, 0])
    picture = bars(figure("failures"), result, dimension("area"), CLOCKS, LIGHT)
    drawn = svg(picture)
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
    expected = [
        "0.0%",
        "1.0%",
        "2.0%",
        "3.0%",
        "4.0%",
        "north",
        "2.00% (15 of 700)",
        "south",
        "0% (0 of 900)",
    ]
    assert texts(drawn) == expected
    bar, _ = [wide for wide, _ in boxes(drawn, LIGHT.series[0])]
    whiskers = re.findall(
        rf'd="M ({NUMBER}) {NUMBER} \nL ({NUMBER}) {NUMBER} \n"[^>]*stroke: {LIGHT.quiet.lower()}', drawn
    )
    reach = [float(end) - float(begin) for begin, end in whiskers if float(end) > float(begin)]
    assert reach == pytest.approx([bar * 3 / 2, bar / 2], rel=1e-4)


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


def test_the_same_chart_makes_the_same_picture_and_tells_nothing_of_the_machine():
    result = counts(area=["$x$", "a & <i>"], numerator=[1, 2])
    picture = bars(figure("failures"), result, dimension("area"), CLOCKS, LIGHT)
    drawn = svg(picture)
    assert drawn == svg(picture)
    assert {"$x$", "a & <i>"} <= set(texts(drawn))
    assert "metadata" not in drawn
    assert str(dt.datetime.now(dt.UTC).year) not in drawn


@pytest.mark.parametrize("day", [dt.date(2024, 1, 11), DAY])
def test_every_picture_of_a_briefing_is_drawn_with_every_number_it_bears(demonstration, monkeypatch, day):
    view = view_of(demonstration, monkeypatch, day)
    charts = [picture for section in sections(view) for picture in section.charts]
    assert len(charts) >= 2
    for picture in charts:
        drawn = set(texts(svg(picture)))
        for trace in plotted(picture).data:
            if trace.type == "bar":
                assert {*trace.text, *trace.y} <= drawn
        for note in plotted(picture).layout.annotations:
            assert {re.sub("<[^>]*>", "", line) for line in note.text.split("<br>")} <= drawn
        assert_marked(svg(picture), plotted(picture))


def assert_marked(drawn: str, figure: go.Figure) -> None:
    """Each upright line and each band of days is there, once, in its colour and from its first day on."""
    shapes = figure.layout.shapes
    for colour in {shape.line.color for shape in shapes if shape.type == "line"}:
        upright = [corners for corners in lines_of(drawn, colour) if len({x for x, _ in corners}) == 1]
        assert len(upright) == len([shape for shape in shapes if shape.line.color == colour])
    bands = boxes(drawn, LIGHT.grid)
    days = [(to_day(shape.x1) - to_day(shape.x0)).days for shape in shapes if shape.type == "rect"]
    assert len(bands) == len(days)
    for (wide, _), length in zip(bands, days, strict=True):
        assert wide / bands[0][0] == pytest.approx(length / days[0], rel=1e-3)


def to_day(day: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(str(day)[:10])


UNKNOWN = {
    "columns": lambda drawn: drawn.add_bar(x=[1], y=[1], marker={"color": "red"}),
    "a stack of areas": lambda drawn: drawn.add_scatter(y=[1], stackgroup="one"),
    "points": lambda drawn: drawn.add_scatter(y=[1], mode="markers"),
    "bars of two figures": lambda drawn: drawn.add_bar(x=[1], y=["a"]).add_bar(x=[1], y=["a"]),
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
    "names of lines": lambda drawn: drawn.add_scatter(y=[1], name="one").update_layout(showlegend=True),
    "a place that is not known": lambda drawn: drawn.add_annotation(text="here", x=1, y=1, xref="x domain", showarrow=False),
    "bars without a colour": lambda drawn: drawn.add_bar(y=[1]),
    "words at a shape": lambda drawn: drawn.add_hline(y=1, label={"text": "here"}),
    "words in a bar where there is room": lambda drawn: drawn.add_bar(y=[1], text=["1"], textposition="auto", marker={"color": "red"}),
}  # fmt: skip


@pytest.mark.parametrize("add", UNKNOWN.values(), ids=UNKNOWN)
def test_what_cannot_be_drawn_is_refused_and_not_left_out(add):
    drawn = go.Figure(Canvas(LIGHT).figure(300))
    add(drawn)
    with pytest.raises(TypeError, match="a picture"):
        svg(chart(drawn))


def test_a_band_is_drawn_from_the_least_to_the_most_that_may_remain():
    days = [DAY - dt.timedelta(days=1), DAY]
    ahead = [DAY + dt.timedelta(days=number) for number in (1, 2)]
    remained = pl.DataFrame({"day": days, "numerator": [40, 20]})
    band = pl.DataFrame({"day": ahead, "low": [10.0, 0.0], "middle": [14.0, 4.0], "high": [18.0, 12.0]})
    finishes = (ahead[-1], ahead[-1] + dt.timedelta(days=3))
    drawn = svg(fan("What remains", remained, band, LIGHT, unit="cases", finishes=finishes))
    assert "fill: #12436d; fill-opacity: 0.14" in drawn
    assert drawn.count("stroke-dasharray") >= 2
    assert {"20 now", "Even chance by 24 May"} <= set(texts(drawn))
    (known,) = [corners for corners in lines_of(drawn, LIGHT.series[0]) if len(corners) == 3]
    (path,) = re.findall(r'<path id="\w+" d="([^"]*)"', drawn[drawn.index("FillBetween") :])[:1]
    heights = [float(y) for _, y in re.findall(rf"({NUMBER}) ({NUMBER})", path)]
    # The line falls by 20; the band is 20 high where it begins, and ends at none.
    assert (max(heights) - min(heights)) / (known[-1][1] - known[0][1]) == pytest.approx(1, rel=1e-3)


def test_a_line_across_the_picture_that_is_named_is_named_on_paper_too():
    remained = pl.DataFrame({"day": [DAY, DAY + dt.timedelta(days=1)], "numerator": [9, 0]})
    promised = dt.date(2024, 5, 31)
    words = texts(svg(fan("What remains", remained, None, LIGHT, unit="cases", promised=promised)))
    assert {"9 on 22 May 2024", "Promised 31 May"} <= {*words}


def test_words_go_line_by_line_each_in_its_colour_and_squares_are_filled():
    remained = pl.DataFrame({"day": [DAY, DAY + dt.timedelta(days=9)], "numerator": [9, 5]})
    events = [Event(DAY + dt.timedelta(days=4), "Scope", 1, "scope")]
    finishes = (dt.date(2024, 6, 3), None)
    promised = dt.date(2024, 6, 7)
    picture = fan(
        "Left", remained, None, LIGHT, unit="cases", promised=promised, finishes=finishes, events=events
    )
    drawn = svg(picture)
    styles = {
        words: style for style, words in re.findall(r'<text style="([^"]*)"[^>]*>([^<]*)</text>', drawn)
    }
    assert f"fill: {LIGHT.alarm.lower()}" in styles["Promised 7 Jun"]
    assert f"fill: {LIGHT.text.lower()}" in styles["Even chance by 3 Jun"]
    assert "font-weight: 700" in styles["Promised 7 Jun"]
    assert "font-weight" not in styles["Even chance by 3 Jun"]
    places = {
        words: (float(x), float(y))
        for x, y, words in re.findall(rf'<text [^>]*x="({NUMBER})" y="({NUMBER})"[^>]*>([^<]*)</text>', drawn)
    }
    (even,) = [corners for corners in lines_of(drawn, LIGHT.series[0]) if len({x for x, _ in corners}) == 1]
    line_at, top, bottom = even[0][0], min(y for _, y in even), max(y for _, y in even)
    for words in ("Promised 7 Jun", "Even chance by 3 Jun"):
        x, y = places[words]
        assert x < line_at < x + 5
        assert top < y < (top + bottom) / 2
    assert places["Promised 7 Jun"][1] + 8 < places["Even chance by 3 Jun"][1]
    assert places["1"][1] < top
    assert places["5 now"][1] > top
    assert "fill: #ffffff" in styles["1"]
    assert len(boxes(drawn, LIGHT.quiet)) == 1
    assert_marked(drawn, plotted(picture))


def test_each_month_is_named_once_with_the_year_where_it_begins():
    days = [dt.date(2023, 11, 20) + dt.timedelta(days=number) for number in range(60)]
    drawn = svg(
        lines("Lines", {"Grown": pl.DataFrame({"day": days, "numerator": range(60)})}, "cases", LIGHT)
    )
    named = texts(drawn)
    assert named[: named.index("0")] == ["Nov", "2023", "Dec", "Jan", "2024"]
