import datetime as dt

import pytest

from data.formatting import counted, listed_words, named, short_day, written_count, written_day, written_share


def test_a_day_is_written_as_people_write_it():
    assert written_day(dt.date(2024, 1, 5)) == "5 January 2024"
    assert short_day(dt.date(2024, 1, 5)) == "5 Jan 2024"


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (3778, "3,778"), (20.5, "20.5"), (9.0, "9")])
def test_a_count_is_written_with_its_thousands_apart(count, words):
    assert written_count(count) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(33 / 3778, "0.87%"), (0.5, "50.0%"), (1.0, "100%"), (0.0, "0%"), (0.9999, "over 99.9%"), (0.00001, "under 0.01%"), (0.0001, "0.01%"), (0.999, "99.9%"), (None, "no share (none of none)")],
)  # fmt: skip
def test_a_share_is_written_as_a_percentage(share, words):
    assert written_share(share) == words


def test_a_count_is_written_with_its_noun():
    assert [counted(each, "failure", "failures") for each in (0, 1, 33)] == [
        "no failures",
        "1 failure",
        "33 failures",
    ]


def test_a_body_is_written_with_one_article():
    assert named("Independent Office") == named("The Independent Office") == "the Independent Office"


def test_a_list_is_written_with_an_and():
    assert listed_words(["one"]) == "one"
    assert listed_words(["one", "two", "three"]) == "one, two and three"


def test_a_list_of_nothing_is_written_as_none() -> None:
    assert listed_words([]) == "none"
