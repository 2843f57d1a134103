from charts.palette import LIGHT
from charts.sample_bound import bounds
from metrics.chance.bounds import bound, growing


def test_the_curve_says_what_its_table_says_and_marks_the_sample_there_is():
    own = bound(0, 300, 2954)
    chart = bounds(own, growing(own, 280), "applications", LIGHT)
    rows = dict(chart.table.select("Applications checked", "Most failures still possible").rows())
    assert rows[300] == 27
    line, mark = chart.figure.data
    assert dict(zip(line.x.tolist(), line.y.tolist(), strict=True)).items() <= rows.items()
    assert (mark.x[0], mark.y[0]) == (300, 27)
    assert "the 300 checked so far leave up to 27" in chart.alt
    assert list(line.y) == sorted(line.y, reverse=True)


def test_without_a_sample_the_curve_stands_alone():
    own = bound(0, 0, 40)
    chart = bounds(own, growing(own, 20), "complaints", LIGHT)
    assert len(chart.figure.data) == 1
    assert "so far" not in chart.alt
