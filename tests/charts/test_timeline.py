import datetime as dt

import polars as pl

from charts.palette import LIGHT
from charts.timeline import Line, timeline

BEGAN, MOVED, AS_AT = dt.date(2024, 1, 1), dt.date(2024, 1, 11), dt.date(2024, 2, 1)
PARTS = pl.DataFrame(
    [("R-1", "referred", BEGAN, MOVED), ("R-1", "under investigation", MOVED, AS_AT), ("R-2", "referred", MOVED, AS_AT)],
    schema=["name", "status", "begins", "ends"],
    orient="row",
)  # fmt: skip
LINES = (
    Line("R-1", "31 days · F-1", "R-1 under investigation since 11 January 2024"),
    Line("R-2", "21 days · no failure", "R-2 referred since 11 January 2024"),
)
STATUSES = ("referred", "under investigation", "closed")
TABLE = pl.DataFrame({"Referral": ["R-1", "R-2"]})


def drawn(lines=LINES, parts=PARTS):
    return timeline(
        "Lives", lines, parts, LIGHT, statuses=STATUSES, kinds=STATUSES[::-1], as_at=AS_AT, table=TABLE
    )


def test_each_status_is_a_segment_from_its_day_to_the_next():
    referred, investigated = drawn().figure.data
    days = 86_400_000
    assert (referred.name, list(referred.y), list(referred.base)) == (
        "referred", ["R-1", "R-2"], ["2024-01-01", "2024-01-11"],
    )  # fmt: skip
    assert list(referred.x) == [10 * days, 21 * days]
    assert (investigated.name, list(investigated.x)) == ("under investigation", [21 * days])


def test_a_segment_bears_the_name_of_its_status_in_a_colour_of_its_own():
    referred, investigated = drawn().figure.data
    assert list(referred.text) == ["referred", "referred"]
    assert (referred.marker.color, investigated.marker.color) == (LIGHT.series[2], LIGHT.series[1])


def test_each_line_is_named_with_what_stands_below_it():
    axis = drawn().figure.layout.yaxis
    assert list(axis.ticktext) == ["<b>R-1</b><br>31 days · F-1", "<b>R-2</b><br>21 days · no failure"]


def test_the_text_alternative_says_how_each_stands():
    assert drawn().alt == (
        "Lives, as at 1 February 2024: R-1 under investigation since 11 January 2024 and R-2 referred since "
        "11 January 2024."
    )
    assert drawn((), PARTS.clear()).alt == "Lives: none by 1 February 2024."
    assert not drawn((), PARTS.clear()).figure.data
