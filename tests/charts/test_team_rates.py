import polars as pl
import pytest

from charts.palette import LIGHT
from charts.team_rates import team_rates

FOUND = pl.DataFrame({
    "team": ["one", "<b>two"], "done": [10, 4], "weeks": [2.5, 2.0], "rate": [4.0, 2.0],
    "low": [1.92, 0.54], "high": [7.36, 5.12],
})  # fmt: skip


def drawn():
    return team_rates("Rates", FOUND, LIGHT, done="Done", worked="Weeks", unit="done a week")


def test_a_rate_has_its_interval_in_the_picture_the_words_and_the_table():
    (dots,) = drawn().figure.data
    assert (dots.mode, list(dots.x)) == ("markers", [4.0, 2.0])
    assert list(dots.error_x.array) == pytest.approx([3.36, 3.12])
    assert list(dots.error_x.arrayminus) == pytest.approx([2.08, 1.46])
    assert drawn().alt == "Rates, in done a week: one 4.00 (1.92 to 7.36) and <b>two 2.00 (0.54 to 5.12)."
    assert drawn().table.rows()[0] == ("one", 10, 2.5, 4.0, "1.92 to 7.36")


def test_teams_stay_in_their_order_and_their_names_are_no_markup():
    (dots,) = drawn().figure.data
    assert list(dots.y) == ["one", "&lt;b&gt;two"]
    assert drawn().labels == ("one", "<b>two")


def test_the_rate_of_all_teams_is_a_line():
    figure = drawn().figure
    (line,) = figure.layout.shapes
    assert line.x0 == pytest.approx(14 / 4.5)
    assert figure.layout.annotations[-1].text == "all 3.11"
    assert [each.text for each in figure.layout.annotations[:2]] == ["<b>4.00</b>", "<b>2.00</b>"]
