import datetime as dt
import math
from dataclasses import replace

import polars as pl
import pytest

from charts.control_chart import MOST_DRAWN, Subject, control, listed_marks, marks, often, table
from charts.palette import LIGHT
from metrics.chance.control import between, counts, rare, shares
from tests.charts.reading import plotted
from tests.metrics.chance.test_control import VECTOR
from tests.metrics.world import D

DAY = D(2024, 3, 1)
COUNTS = Subject(title="Failures found by week", unit="week", what="Failures")
SHARES = Subject(title="Failure rate by month", unit="month", what="Share with a failure", share=True)
GAPS = Subject(title="Reviews between failures", unit="failure", what="Reviews", centre="median")


def weekly(values, first=None):
    weeks = [D(2023, 10, 2) + dt.timedelta(weeks=number) for number in range(len(values))]
    return counts(pl.DataFrame({"period": weeks, "value": values}), first)


FOUND = weekly(VECTOR)
CHART = control(FOUND, COUNTS, DAY, LIGHT)


def test_every_value_is_a_point_and_what_chance_does_not_explain_has_a_shape_of_its_own():
    values = next(trace for trace in plotted(CHART).data if trace.mode == "lines+markers")
    assert [float(value) for value in values.y] == VECTOR
    assert [place for place, mark in enumerate(values.marker.symbol) if mark == "diamond"] == [4]


def test_the_lower_limit_of_a_count_is_drawn_at_nothing_and_told_as_it_is():
    lower = plotted(CHART).data[2]
    assert {float(value) for value in lower.y} == {0.0}
    assert set(CHART.table["Lower limit"]) == {"-7.16"}
    assert "lower limit -7.16" in CHART.alt


def test_the_text_alternative_says_the_limits_and_the_special_causes():
    assert CHART.alt == (
        "Failures found by week, as at 1 March 2024, 18 weeks, 2 Oct 2023 to 29 Jan 2024: mean 19.44, upper limit "
        "46.04, lower limit -7.16; above the upper limit (30 Oct 2023). More than chance. More failures in the week "
        "of 30 Oct 2023."
    )


def test_the_table_has_the_numbers_of_the_picture_and_names_each_cause():
    assert CHART.table.columns == [
        "Week of", "Failures", "Moving range", "Mean", "Lower limit", "Upper limit", "Mark",
    ]  # fmt: skip
    assert CHART.table.equals(table(FOUND, COUNTS))
    assert CHART.table.row(4) == (
        "30 Oct 2023",
        "100",
        "80",
        "19.44",
        "-7.16",
        "46.04",
        "above the upper limit",
    )
    assert CHART.table["Mark"].to_list().count("") == 17


def test_moving_ranges_are_drawn_below_with_their_own_limit():
    ranges = next(trace for trace in plotted(CHART).data if trace.yaxis == "y2")
    assert [float(value) for value in ranges.y[1:5]] == [10, 10, 10, 80]
    assert " limit 32.67" in [note.text for note in plotted(CHART).layout.annotations]


def test_limits_that_are_locked_say_until_where_they_come_from():
    words = [
        note.text for note in plotted(control(weekly(VECTOR, 12), COUNTS, DAY, LIGHT)).layout.annotations
    ]
    assert "limits from the 12 weeks until here" in words
    assert not [note.text for note in plotted(CHART).layout.annotations if "until here" in note.text]


def test_limits_of_few_points_are_told_to_be_a_trial():
    assert "(trial limits)" in control(weekly(VECTOR[:8]), COUNTS, DAY, LIGHT).alt
    assert "trial" not in CHART.alt


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5, 6] * 6, "no point is marked"),
        (
            [9, 1] * 3 + [6, 7] * 4 + [9, 1, 1, 3, 1, 1],
            "a run of 9 weeks above the mean (13 Nov 2023 to 8 Jan 2024)",
        ),
        (
            [1, 9, 1, 9, 1, 2, 3, 4, 5, 6, 9, 1],
            "7 weeks rising one after the other (30 Oct 2023 to 11 Dec 2023)",
        ),
    ],
)
def test_every_special_cause_is_named_with_its_weeks(values, expected):
    series = weekly([10 * value for value in values])
    assert listed_marks(series, COUNTS) == expected
    assert any(marks(series, "mean")) == bool(series.causes)


def test_of_many_marks_the_first_three_are_named_and_the_rest_counted():
    series = weekly([50, 51, 49, 50, 52, 50, 49] * 6 + [90, 50, 80, 50, 70, 51, 95, 50, 90, 50])
    assert len(series.causes) > 3
    words = listed_marks(series, COUNTS)
    assert words.count("(") == 3
    assert words.endswith(f"and {len(series.causes) - 3} more")


def shared(rows):
    weeks = [D(2023, 1, 2) + dt.timedelta(weeks=number) for number in range(len(rows))]
    frame = pl.DataFrame(rows, schema=["numerator", "denominator"], orient="row")
    return frame.with_columns(period=pl.Series(weeks), value=pl.col("numerator") / pl.col("denominator"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [(0, 50)] * 12 + [(20, 50)],
            (
                "**More than chance**. Higher in the week of 27 Mar 2023: 40.0% (20 of 50), "
                "against 0% (0 of 600)."
            ),
        ),
        (
            [(2, 50)] * 8 + [(15, 50)] * 8,
            (
                "**More than chance**. Higher from 27 Feb 2023 on: 30.0% (120 of 400), "
                "against 4.00% (16 of 400)."
            ),
        ),
        ([(2, 50), (3, 50)] * 8, "**Chance explains it**: no point is marked."),
        ([(0, 50)] * 9 + [(3, 50)], "No verdict: this series needs 5 failures and has 3."),
    ],
)
def test_a_verdict_says_where_a_share_changed_and_by_how_much(rows, expected):
    assert replace(SHARES, unit="week").verdict(shares(shared(rows))) == expected


def test_marks_without_a_verdict_are_told_with_how_often_chance_makes_them():
    series = counts(shared([(value, 50) for value in [9, 8, 7, 8, 9, 6, 7] * 3 + [9] * 7]).with_columns(
        value=pl.col("numerator")
    ))  # fmt: skip
    assert series.causes
    assert COUNTS.verdict(series) == (
        f"**Chance explains it**. Marks like these appear by chance in {often(series.marks_by_chance)} series like "
        "this."
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "fewer than 1 of 100"), (0.02, "1 of 50"), (0.11, "1 of 9"), (0.18, "1 of 5"), (0.79, "4 of 5"),
        (0.5, "1 of 2"), (0.97, "nearly all"), (1, "nearly all")],
)  # fmt: skip
def test_how_often_is_written_as_people_say_it(share, words):
    assert often(share) == words


def test_a_period_without_a_value_breaks_the_line_and_one_that_is_not_over_is_hollow_and_told():
    rows = shared([(2, 50), (3, 50), (0, 0), (2, 50), (1, 50), (2, 50), (1, 50), (9, 10)])
    rows = rows.with_columns(whole=pl.int_range(pl.len()) < 7, value=rows["value"].fill_nan(None))
    chart = control(shares(rows), replace(SHARES, unit="week"), DAY, LIGHT)
    line = next(trace for trace in plotted(chart).data if trace.mode == "lines+markers")
    assert [float(value) for value in line.y[:2]] == pytest.approx([0.04, 0.06])
    assert math.isnan(line.y[2])
    assert not line.connectgaps
    assert list(line.marker.symbol)[-2:] == ["circle", "circle-open"]
    assert chart.table["Week of"].to_list()[-2:] == ["13 Feb 2023", "20 Feb 2023 (not over)"]
    assert chart.table["Share with a failure"][2] == "-"
    assert "The last week is not over and is not judged." in chart.alt


@pytest.mark.parametrize(
    "rows", [[(0, 50)] * 9, [(50, 50)] * 9, [(0, 1)] * 9, [(1, 1)] * 9, [(1, 2), (0, 1)] * 6]
)
def test_a_share_of_none_or_all_or_few_is_drawn(rows):
    for first in (None, 5):
        assert control(shares(shared(rows), first), replace(SHARES, unit="week"), DAY, LIGHT).alt


def test_of_very_many_points_the_last_are_drawn_and_all_are_in_the_table():
    chart = control(weekly([5, 6, 4] * 150, 8), COUNTS, DAY, LIGHT)
    assert {len(trace.y) for trace in plotted(chart).data} == {MOST_DRAWN}
    assert chart.table.height == 450
    assert "the last 300 drawn" in chart.alt
    assert len(chart.labels) == MOST_DRAWN


def test_a_share_has_a_limit_for_each_size_and_is_written_as_one():
    rows = pl.DataFrame(
        {
            "period": [D(2023, month, 1) for month in range(1, 7)],
            "numerator": [3, 2, 4, 0, 1, 20],
            "denominator": [100, 50, 80, 30, 20, 100],
        }
    )
    chart = control(
        shares(rows.with_columns(value=pl.col("numerator") / pl.col("denominator"))), SHARES, DAY, LIGHT
    )
    assert chart.table.row(0)[:4] == ("Jan 2023", 3, 100, "3.00%")
    assert chart.table["Lower limit"].to_list()[3] == "-"
    assert chart.table["Mark"].to_list()[5] == "above the upper limit"
    assert "lower limit, where there is one, 0.67%" in chart.alt
    assert " to " in chart.alt.split("upper limit ")[1].split(",")[0]


def test_reviews_between_failures_are_drawn_in_their_order_with_a_median():
    days = [D(2024, 1, day) for day in range(1, 8)]
    one = pl.DataFrame({"period": days, "numerator": [1] * 7})
    ten = pl.DataFrame({"period": days, "numerator": [10] * 7})
    chart = control(rare(between(one, ten)), GAPS, DAY, LIGHT)
    assert chart.labels[0] == "1, found 1 Jan 2024"
    assert list(plotted(chart).data[-1].x) == [1, 2, 3, 4, 5, 6, 7]
    assert chart.table["Median"].unique().to_list() == ["7"]
    assert "7 failures" in chart.alt
    assert "no lower limit" in chart.alt
