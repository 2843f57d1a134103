import datetime as dt

import pytest

from metrics.statement.date_mentions import anchors
from metrics.statement.text import sentences

DAY = dt.date(2024, 5, 23)  # a Thursday


def read(text: str, day: dt.date = DAY) -> list[tuple[str, str, str]]:
    (sentence,) = sentences(text)
    return [(str(each.begins), str(each.ends), each.how) for each in anchors(sentence, day)]


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("In January we said so", "2024-01-01", "2024-01-31"),
        ("In June we said so", "2023-06-01", "2023-06-30"),
        ("last October we said so", "2023-10-01", "2023-10-31"),
        ("in October last year", "2023-10-01", "2023-10-31"),
        ("last May we said so", "2023-05-01", "2023-05-31"),
        ("in May we said so", "2024-05-01", "2024-05-31"),
        ("in October 2023", "2023-10-01", "2023-10-31"),
        ("on 11 January 2024", "2024-01-11", "2024-01-11"),
        ("on the 11th January", "2024-01-11", "2024-01-11"),
        ("on January 11, 2024", "2024-01-11", "2024-01-11"),
        ("on 11/01/2024", "2024-01-11", "2024-01-11"),
        ("on 2024-01-11", "2024-01-11", "2024-01-11"),
        ("on Wednesday it was said", "2024-05-22", "2024-05-22"),
        ("on Thursday it was said", "2024-05-23", "2024-05-23"),
        ("it was said yesterday", "2024-05-22", "2024-05-22"),
        ("it was said last week", "2024-05-13", "2024-05-19"),
        ("it was said last month", "2024-04-01", "2024-04-30"),
        ("it was said last year", "2023-01-01", "2023-12-31"),
    ],
)
def test_a_day_is_told_from_the_day_of_the_statement(text, begins, ends):
    assert read(text) == [(begins, ends, "in")]


@pytest.mark.parametrize(
    "text",
    [
        "it may have been so",
        "May we say so",
        "they march on",
        "on 31 February 2024",
        "in 3,778 cases",
    ],
)
def test_what_is_no_day_is_not_taken_for_one(text):
    assert not any(begins == ends for begins, ends, _ in read(text))


def test_a_day_that_only_dates_something_else_is_put_aside():
    assert [how for *_, how in read("requests received between April 2015 and August 2023")] == [
        "aside",
        "aside",
    ]
    assert [how for *_, how in read("the review that began last October")] == ["aside"]
    assert [how for *_, how in read("the work goes on until December 2024")] == ["aside"]
    assert [how for *_, how in read("eight have been found since January")] == ["since"]
