import datetime as dt

import pytest

from metrics.statement.mentions import Quantity, anchors, quantities
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


def read_numbers(text: str) -> list[tuple[str, str, float, str]]:
    (sentence,) = sentences(text)
    return [
        (" ".join(sentence.words[each.first : each.last + 1]), each.kind, each.value, each.firm)
        for each in quantities(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33 of 3,778", [("33", "count", 33, ""), ("3,778", "count", 3778, "")]),
        ("thirty-three failures", [("thirty - three", "count", 33, "")]),
        ("three thousand, seven hundred and six", [("three thousand , seven hundred and six", "count", 3706, "")]),
        ("two hundred, three", [("two hundred", "count", 200, ""), ("three", "count", 3, "")]),
        ("in excess of 3,500", [("3,500", "count", 3500, "more than")]),
        ("no more than 40", [("40", "count", 40, "at most")]),
        ("no fewer than 40", [("40", "count", 40, "at least")]),
        ("30 or more", [("30 or more", "count", 30, "at least")]),
        ("between 30 and 40", [("30 and 40", "count", 30, "between")]),
        ("30-40 failures", [("30 - 40", "count", 30, "between")]),
        ("just under 1%", [("1 %", "share", 0.01, "nearly")]),
        ("less than one per cent", [("one per cent", "share", 0.01, "less than")]),
        ("one in every ten", [("one in every ten", "share", 0.1, "")]),
        ("a third of them", [("a third", "share", 1 / 3, "")]),
        ("£2 million", [("2 million", "count", 2_000_000, "")]),
        ("half a dozen, a dozen, a couple of",
         [("dozen", "count", 6, ""), ("dozen", "count", 12, ""), ("couple", "count", 2, "")]),
        ("the 26th and the twenty-sixth", [("26th", "ordinal", 26, ""), ("twenty - sixth", "ordinal", 26, "")]),
        ("it doubled", [("doubled", "times", 2, "")]),
        ("hundreds of letters, the number of letters", [("hundreds of", "vague", 0, "")]),
        ("no failures", [("no", "count", 0, "")]),
    ],
)  # fmt: skip
def test_a_number_is_read_with_what_says_how_firm_it_is(text, expected):
    assert read_numbers(text) == expected


@pytest.mark.parametrize(
    ("kind", "value", "firm", "right", "wrong"),
    [
        ("count", 33, "", (33,), (32, 34)),
        ("count", 3500, "more than", (3501, 3778, 4000), (3500, 3499, 9000)),
        ("count", 2, "at least", (2, 3), (1, 9)),
        ("count", 40, "less than", (39, 33), (40, 41, 3)),
        ("count", 3800, "about", (3778, 3750, 3900), (3500, 4100)),
        ("count", 45, "about", (45, 44), (36, 60)),
        ("count", 3800, "nearly", (3778,), (3800, 3300)),
        ("count", 3700, "just over", (3778,), (3700, 4100)),
        ("share", 0.01, "less than", (0.0087,), (0.01, 0.02, 0.001)),
    ],
)
def test_a_firm_number_is_right_of_what_it_says_and_says_enough(kind, value, firm, right, wrong):
    quantity = Quantity(0, 0, kind, value, firm)
    assert all(quantity.agrees(number) for number in right)
    assert not any(quantity.agrees(number) for number in wrong)


def test_a_percentage_is_right_to_the_places_it_is_written_with():
    assert Quantity(0, 0, "share", 0.0087, places=2).agrees(33 / 3778)
    assert Quantity(0, 0, "share", 0.009, places=1).agrees(33 / 3778)
    assert Quantity(0, 0, "share", 0.01).agrees(33 / 3778)
    assert not Quantity(0, 0, "share", 0.0088, places=2).agrees(33 / 3778)
    assert not Quantity(0, 0, "share", 0.02).agrees(33 / 3778)
