"""Sentences by which a hostile reader led the check astray: each is an example that it is built on."""

import datetime as dt

import pytest

from metrics.statement.checker import check
from tests.metrics.statement.published import FOUNDING, VOCABULARY, exact, release, told

DAY = dt.date(2024, 5, 30)


def marks(text: str, day: dt.date = DAY, releases=FOUNDING) -> list[str]:
    found = check(text, day, releases, VOCABULARY)
    return [
        f"{each.text}: {each.mark}" for each in (*found.claims, *found.beside) if each.mark != "not a figure"
    ]


def test_a_statement_that_is_entered_late_is_not_the_last_word():
    late = release(8, dt.date(2024, 3, 1), told("referrals", exact(4)))
    assert marks("Five referrals have been made.", releases=(*FOUNDING, late)) == ["Five: matches"]
    assert marks("There is one more referral than in March.", releases=(*FOUNDING, late)) == ["one: matches"]


# A later figure put on an earlier day.
EARLIER = [
    ("All 3,778 applications were risk assessed by January.", ["3,778: differs"]),
    ("We can today confirm that all 3,778 applications were risk assessed by January.", ["3,778: differs"]),
    ("All 3,778 risk assessments were completed in January.", ["3,778: differs"]),
    (
        "At the start of the year we announced that 3,778 applications were risk assessed.",
        ["3,778: differs"],
    ),
    ("Four months ago we confirmed that 3,778 applications were risk assessed.", ["3,778: differs"]),
    ("Four months ago we confirmed that 3,582 applications were risk assessed.", ["3,582: matches"]),
    ("When we last spoke, we had risk assessed 3,778 applications.", ["3,778: cannot tell"]),
    ("In our last update we said that 33 failures had been found.", ["33: cannot tell"]),
    ("Since our last update nine further failings have been found.", ["nine: differs"]),
    ("Last week we said 25 failures had been found.", ["25: differs"]),
    ("Last month we said that 25 failures had been found.", ["25: another day"]),
    ("On 12 January 2024 we announced that 25 failures had been found.", ["25: another day"]),
    ("As of 28 February 2024, 25 failures had been found.", ["25: cannot tell"]),
    ("As of 29 May 2024, 33 failures had been found.", ["33: cannot tell"]),
    ("As of 22 May 2024, 33 failures had been found.", ["33: matches"]),
    ("We had 45 staff in the team in November.", ["45: differs"]),
]
# Two days in one sentence: each number is of the day of its own clause.
TWO_DAYS = [
    ("In January we said 3,582 applications and in May 3,778.", ["3,582: matches", "3,778: matches"]),
    ("In January we said 25 failures and in May 33.", ["25: matches", "33: matches"]),
    (
        "In January we had risk assessed 3,582 applications and in May 3,778.",
        ["3,582: matches", "3,778: matches"],
    ),
    ("In January there were 25 failures, in May 33.", ["25: matches", "33: matches"]),
    ("We reported 25 failures in January and 33 in May.", ["25: matches", "33: matches"]),
    ("In January 33 failures had been found and in May 25.", ["33: differs", "25: differs"]),
    ("In January we had made five referrals; in May we had made four.", ["five: differs", "four: differs"]),
    (
        "Fourteen administrative failures were found in January and 11 in May.",
        ["Fourteen: differs", "11: differs"],
    ),
    ("By January 25 failures had been found.", ["25: matches"]),
]
EXAMPLES = [*EARLIER, *TWO_DAYS]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_a_sentence_is_marked(text, expected):
    assert marks(text) == expected
