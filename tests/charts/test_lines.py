import datetime as dt

from charts.events import Event
from charts.lines import lines
from charts.palette import LIGHT
from metrics.catalogue import metric
from metrics.evaluate import course
from tests.metrics.test_evaluate import build
from tests.metrics.world import BY_HAND, D

BUILT = build(BY_HAND)
DAYS = [D(2023, 10, 1) + dt.timedelta(days=each) for each in range(80)]


def courses(*names):
    return {name: course(metric(name), BUILT["cases"], DAYS) for name in names}


def test_a_line_has_a_point_for_each_day_and_is_labelled_at_its_end():
    found = courses("population", "risk_assessed")
    chart = lines("Over time", found, "applications", LIGHT)
    for trace, (name, numbers) in zip(chart.figure.data, found.items(), strict=True):
        assert list(trace.y) == numbers["numerator"].to_list()
        assert (trace.x0, trace.dx) == ("2023-10-01", 86_400_000)
        assert trace.name == name
    words = [each.text for each in chart.figure.layout.annotations]
    assert sorted(words) == ["<b>population 8</b>", "<b>risk_assessed 7</b>"]


def test_labels_of_lines_that_end_together_do_not_lie_on_each_other():
    found = courses("population")
    chart = lines(
        "Over time", {"One": found["population"], "Two": found["population"]}, "applications", LIGHT
    )
    places = [each.y for each in chart.figure.layout.annotations]
    assert abs(places[0] - places[1]) > 0.05 * max(places)


def test_a_single_line_is_labelled_where_it_is_highest():
    chart = lines("Over time", courses("population"), "applications", LIGHT)
    (label,) = chart.figure.layout.annotations
    assert (label.y, label.x) == (9, D(2023, 11, 2))


def test_the_axis_ends_with_the_days_drawn_and_not_with_the_words():
    figure = lines("Over time", courses("population"), "applications", LIGHT).figure
    assert figure.layout.xaxis.range == ("2023-10-01", "2023-12-19")
    one = lines("Over time", {"One": courses("population")["population"].head(1)}, "applications", LIGHT)
    assert one.figure.layout.xaxis.range == ("2023-10-01", "2023-10-01")


def test_events_are_marked():
    figure = lines(
        "Over time",
        courses("population"),
        "applications",
        LIGHT,
        [Event(D(2023, 11, 1), "Statement", 1, "release")],
    ).figure
    assert [each.hovertext for each in figure.layout.annotations if each.hovertext] == [
        "1 Nov 2023: Statement"
    ]


def test_the_text_alternative_says_from_what_to_what_and_when():
    chart = lines("Over time", courses("population"), "applications", LIGHT)
    assert chart.alt == (
        "Over time, in applications, from 1 October 2023 to 19 December 2023: population from 0 to 8."
    )


def test_the_table_holds_every_day():
    chart = lines("Over time", courses("population", "risk_assessed"), "applications", LIGHT)
    assert chart.table.height == len(DAYS)
    assert chart.table.columns == ["Day", "population", "risk_assessed"]


def test_a_course_of_one_day_can_be_drawn():
    found = {"population": course(metric("population"), BUILT["cases"], DAYS[:1])}
    assert list(lines("Over time", found, "applications", LIGHT).figure.data[0].y) == [0]
