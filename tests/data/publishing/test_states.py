"""Moments by the clocks of a place, on ordinary days and on those when the clocks change."""

import datetime as dt

import pytest

from data.errors import UserError
from data.publishing.states import moment_of, read_time, spoken_moment, which_of

LONDON = "Europe/London"
FORWARD, BACK, ORDINARY = dt.date(2024, 3, 31), dt.date(2024, 10, 27), dt.date(2024, 1, 11)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "time", "which", "moment", "spoken"),
    [
        (ORDINARY, "09:30", "", utc(2024, 1, 11, 9, 30), "09:30:00 GMT on 11 January 2024"),
        (ORDINARY, "9.30", "first", utc(2024, 1, 11, 9, 30), "09:30:00 GMT on 11 January 2024"),
        (dt.date(2024, 7, 1), "00:00:01", "", utc(2024, 6, 30, 23, 0, 1), "00:00:01 BST on 1 July 2024"),
        (FORWARD, "00:59:59", "", utc(2024, 3, 31, 0, 59, 59), "00:59:59 GMT on 31 March 2024"),
        (FORWARD, "02:00:00", "", utc(2024, 3, 31, 1), "02:00:00 BST on 31 March 2024"),
        (BACK, "00:59:59", "", utc(2024, 10, 26, 23, 59, 59), "00:59:59 BST on 27 October 2024"),
        (BACK, "01:30", "first", utc(2024, 10, 27, 0, 30), "01:30:00 BST on 27 October 2024"),
        (BACK, "01:30", "second", utc(2024, 10, 27, 1, 30), "01:30:00 GMT on 27 October 2024"),
        (BACK, "02:00", "", utc(2024, 10, 27, 2), "02:00:00 GMT on 27 October 2024"),
    ],
)
def test_a_time_by_the_clocks_is_one_moment_and_is_written_back_with_its_zone(
    day, time, which, moment, spoken
):
    found = moment_of(day, read_time(time), LONDON, which)
    assert found == moment
    assert found.tzinfo is dt.UTC
    assert spoken_moment(found, LONDON) == spoken
    assert which_of(found, LONDON) == (which if day == BACK else "")


@pytest.mark.parametrize("which", ["", "first", "second"])
@pytest.mark.parametrize("time", ["01:00:00", "01:30", "01:59:59"])
def test_a_time_that_the_clocks_go_forward_over_is_refused(time, which):
    with pytest.raises(UserError, match=rf"There is no {time}.* on 31 March 2024: the clocks go forward"):
        moment_of(FORWARD, read_time(time), LONDON, which)


@pytest.mark.parametrize("time", ["01:00:00", "01:30", "01:59:59"])
def test_a_time_that_comes_twice_is_refused_until_one_of_the_two_is_chosen(time):
    with pytest.raises(UserError, match=rf"two moments of {time}.* on 27 October 2024.*first.*or the second"):
        moment_of(BACK, read_time(time), LONDON)
    first, second = (moment_of(BACK, read_time(time), LONDON, which) for which in ("first", "second"))
    assert second - first == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    "text", ["", "24:00", "9", "09:60", "09:30:61", "half past nine", "09:30:00.5", "+9:30"]
)
def test_what_is_no_time_is_refused_in_one_sentence(text):
    with pytest.raises(UserError, match="is not a time: write it as 09:30"):
        read_time(text)
