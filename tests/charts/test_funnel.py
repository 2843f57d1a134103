import pytest

from charts.funnel import funnel, sentence, table
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.chance.groups import funnel as placed
from metrics.dimensions import dimension
from tests.metrics.chance.test_groups import AREAS, RATE, areas
from tests.metrics.world import D

RATES, AREA = metric("failure_rate"), dimension("area")


def intervals(rows):
    return rows.with_columns(low=rows["value"] / 2, high=rows["value"] * 2)


FOUND = placed(intervals(AREAS), RATE)
CHART = funnel(RATES, FOUND, AREA, Clocks.then(D(2024, 5, 30)), LIGHT)


def points():
    return CHART.figure.data[-1]


def test_every_group_is_a_point_at_its_size_and_its_share():
    assert list(points().x) == [869, 457, 676, 765, 819, 192]
    assert [round(float(value), 6) for value in points().y] == [round(value, 6) for value in AREAS["value"]]
    assert CHART.labels == ("north", "east", "south", "west", "central", "headquarters")


def test_who_differs_by_more_than_chance_is_told_by_shape_and_by_a_bold_name():
    marks = dict(zip(CHART.labels, points().marker.symbol, strict=True))
    assert [area for area, mark in marks.items() if mark == "diamond"] == ["east"]
    assert [text for text in points().text if text.startswith("<b>")] == ["<b>east</b>"]


def test_the_sentence_says_who_differs_and_that_chance_explains_the_rest():
    assert sentence(FOUND, AREA, RATES.title) == (
        "East's rate (3.28%) is higher than chance explains. Chance explains the other 5."
    )
    assert CHART.alt.endswith(sentence(FOUND, AREA, RATES.title))
    alike = placed(areas(("north", 5, 500), ("east", 4, 400)), 0.01)
    assert sentence(alike, AREA, RATES.title) == ("Chance explains how the failure rate differs by area.")


def test_of_too_few_no_area_is_named():
    few = placed(areas(("north", 4, 500), ("east", 0, 4_000)), 0.001)
    words = "Too few were counted to compare the failure rate by area."
    assert sentence(few, AREA, RATES.title) == sentence(FOUND, AREA, RATES.title, few=True) == words


def test_of_many_that_differ_three_are_named_and_the_others_counted():
    many = placed(areas(*[(f"area {number}", 90 if number < 5 else 1, 100) for number in range(10)]), 0.455)
    words = sentence(many, AREA, RATES.title)
    assert words.count("than chance explains") == 3
    assert f"{many.odd.height - 3} more differ: see the table." in words


def test_the_table_has_the_numbers_of_the_picture():
    rows = table(RATES, FOUND, AREA)
    assert rows.equals(CHART.table)
    east = rows.row(1, named=True)
    assert list(east.values())[1:3] == [15, 457]
    assert (east["Share"], east["95% limits"], east["99.8% limits"]) == (
        "3.28%", "0.03% to 1.92%", "0% to 2.59%",
    )  # fmt: skip
    assert east["Where it lies"] == "above the 99.8% limit"
    assert rows["Where it lies"].to_list().count("within the limits") == 4
    assert rows["More than chance"].to_list() == ["", "higher", "", "", "", ""]


@pytest.mark.parametrize("count", [3, 9, 40])
def test_no_name_lies_on_another(count):
    many = intervals(areas(*[(f"group {number}", 1, 100 + number) for number in range(count)]))
    chart = funnel(RATES, placed(many, 0.01), AREA, Clocks.then(D(2024, 5, 30)), LIGHT)
    named = [text for text in chart.figure.data[-1].text if text]
    assert 1 <= len(named) < max(count, 4)
