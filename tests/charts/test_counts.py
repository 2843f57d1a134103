import polars as pl
import pytest

from charts.counts import MOST, counts
from charts.palette import DARK, LIGHT

ROWS = pl.DataFrame({"label": ["<b>amina</b>", "ben"], "count": [5, 3], "marked": [0, 2]})
HOW = {"named": "reader", "unit": "entries", "word": "refused"}


@pytest.mark.parametrize("level", [False, True])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_marked_part_has_its_colour_and_its_word(palette, level):
    chart = counts("Entries", ROWS, palette, level=level, **HOW)
    rest, part = chart.figure.data
    sizes = [(bar.x if level else bar.y).tolist() for bar in (rest, part)]
    assert sizes == [[5, 1], [0, 2]]
    assert (rest.marker.color, part.marker.color) == (palette.other, palette.mark)
    assert list(part.text) == ["", "2 refused"]
    assert "&lt;b&gt;" in str(rest.y if level else rest.x)


def test_the_message_and_the_table_have_the_numbers_of_the_picture():
    chart = counts("Entries", ROWS, LIGHT, **HOW)
    assert chart.alt == "Entries: 8 entries, 2 refused; the most, 5, for <b>amina</b>."
    assert chart.table.columns == ["Reader", "Entries", "Refused"]
    assert chart.table.rows() == ROWS.rows()


def test_level_bars_are_the_first_twelve_and_the_table_has_all():
    rows = pl.DataFrame({"label": [str(number) for number in range(30)], "count": 1, "marked": 0})
    chart = counts("Entries", rows, LIGHT, level=True, **HOW)
    assert len(chart.figure.data[0].y) == MOST
    assert chart.table.height == 30


def test_nothing_is_said_to_be_nothing():
    assert counts("Entries", ROWS.clear(), LIGHT, level=True, **HOW).alt == "Entries: no entries."
