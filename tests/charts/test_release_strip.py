import datetime as dt

import polars as pl

from charts.palette import LIGHT
from charts.release_strip import MOST, SYMBOLS, Course, release_strip

D = dt.date
GONE = Course(
    "Release <2>", "withdrawn", ((D(2024, 1, 2), "drafted"), (D(2024, 1, 9), "published"), (D(2024, 2, 1), "withdrawn"))
)  # fmt: skip
FIRST = Course("Release 1", "published", ((D(2023, 12, 1), "published"),))


def strip(*courses):
    return release_strip("Releases", courses, pl.DataFrame({"Release": ["Release 1"]}), LIGHT)


def test_each_release_has_a_line_with_a_mark_on_each_day_that_something_happened():
    gone, first = strip(GONE, FIRST).figure.data
    assert list(gone.x) == ["2024-01-02", "2024-01-09", "2024-02-01"]
    assert list(gone.marker.symbol) == [SYMBOLS["drafted"], SYMBOLS["published"], SYMBOLS["withdrawn"]]
    assert list(gone.customdata) == [
        "Release &lt;2&gt;: drafted 2 January 2024",
        "Release &lt;2&gt;: published 9 January 2024",
        "Release &lt;2&gt;: withdrawn 1 February 2024",
    ]
    assert list(first.y) == ["Release 1"]


def test_only_what_was_corrected_or_withdrawn_has_the_colour_of_attention():
    gone, _ = strip(GONE, FIRST).figure.data
    assert list(gone.marker.color) == [LIGHT.series[0], LIGHT.series[0], LIGHT.mark]


def test_its_state_and_day_are_written_at_its_end():
    notes = [note.text for note in strip(GONE, FIRST).figure.layout.annotations]
    assert notes == ["Withdrawn, 1 Feb 2024", "Published, 1 Dec 2023"]


def test_the_message_has_every_day_and_the_picture_the_latest_releases():
    chart = strip(*[GONE] * MOST, FIRST)
    assert len(chart.figure.data) == MOST
    assert chart.alt.startswith(
        "Releases: Release <2> drafted on 2 January 2024, published on 9 January 2024 and withdrawn on 1 February 2024; "
    )
    assert chart.alt.endswith("; Release 1 published on 1 December 2023.")


def test_each_happening_has_a_symbol_of_its_own():
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
