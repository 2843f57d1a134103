import pytest

from charts.palette import LIGHT
from charts.slopes import Slope, slopes

ROSE = Slope("Failures", "25", "33", "+8", 25, 33)
SAME = Slope("Staff", "about 45", "about 45", "no change", 45, 45)
BOUND = Slope("In <review>", "more than 3,500", "3,778", "not comparable")
NEW = Slope("With harm", "", "2", "not in Release 3")
NAMES = ("Release 3", "Release 4")


def drawn(*numbers):
    return slopes("Published numbers", numbers, LIGHT, NAMES)


def notes(chart) -> list[str]:
    return [note.text for note in chart.figure.layout.annotations]


def test_every_number_is_written_as_it_was_published_with_its_change():
    chart = drawn(ROSE, SAME, BOUND, NEW)
    assert notes(chart) == [
        "<b>Failures</b>", "25", "<b>33</b>", "+8",
        "<b>Staff</b>", "about 45", "<b>about 45</b>", "no change",
        "<b>In &lt;review&gt;</b>", "more than 3,500", "<b>3,778</b>", "not comparable",
        "<b>With harm</b>", "<b>2</b>", "not in Release 3",
    ]  # fmt: skip
    assert chart.table.rows() == [
        ("Failures", "25", "33", "+8"),
        ("Staff", "about 45", "about 45", "no change"),
        ("In <review>", "more than 3,500", "3,778", "not comparable"),
        ("With harm", "", "2", "not in Release 3"),
    ]
    assert chart.table.columns == ["Figure", *NAMES, "Change"]
    assert chart.alt == (
        "Published numbers: Failures 25, then 33, Staff about 45, then about 45, In <review> more than 3,500, "
        "then 3,778 and With harm 2."
    )


def test_what_cannot_be_compared_has_no_line():
    assert len(drawn(ROSE, SAME, BOUND, NEW).figure.data) == 2


def test_lines_are_on_one_scale_from_zero_relative_to_the_larger_of_the_two():
    fell, none = Slope("Backlog", "100", "50", "-50", 100, 50), Slope("Open", "0", "0", "no change", 0, 0)
    rose, flat, down, zero = (list(trace.y) for trace in drawn(ROSE, SAME, fell, none).figure.data)
    base = zero[0]
    assert (rose[0] - base) / (rose[1] - base) == pytest.approx(25 / 33)
    assert flat == [down[0], rose[1]]
    assert (down[1] - base) / (down[0] - base) == pytest.approx(0.5)


def test_only_what_changed_has_the_colour_of_what_is_meant():
    rose, same = drawn(ROSE, SAME).figure.data
    assert (rose.line.color, same.line.color) == (LIGHT.series[0], LIGHT.other)


def test_more_than_nine_numbers_take_another_row():
    one, two = drawn(*[ROSE] * 9).figure, drawn(*[ROSE] * 10).figure
    assert (one.layout.yaxis.range[1], two.layout.yaxis.range[1]) == (1, 2)
    assert two.layout.height > one.layout.height
    assert two.data[9].x[0] == two.data[0].x[0]
    assert two.data[9].y[0] == pytest.approx(two.data[0].y[0] - 1)
