"""Sentences by which a hostile reader led the check astray: each is an example that it is built on."""

import datetime as dt

import pytest

from metrics.statement.checker import check
from tests.metrics.statement.published import FOUNDING, VOCABULARY, exact, release, told

DAY = dt.date(2024, 5, 30)


def marks(text: str, day: dt.date = DAY, releases=FOUNDING) -> list[str]:
    found = check(text, day, releases, VOCABULARY)
    return [
        f"{each.text}: {each.mark}"
        for each in (*found.claims, *found.cross_checks)
        if each.mark != "not a figure"
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
    ("A 26th failure was referred to the IOPC on 12 January.", ["26th: differs"]),
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
RIGHT = [
    ("Failures rose by 32% between January and May.", ["32%: matches"]),
    ("Failures rose by 23% between January and May.", ["23%: differs"]),
    ("Failures rose by 32% between October and January.", ["32%: cannot tell"]),
    ("Failures rose 32 per cent.", ["32 per cent: matches"]),
    (
        "Applications rose by 5.5 per cent to 3,778.",
        ["5.5 per cent: matches", "3,778: matches"],
    ),
    ("The review grew by 15.5%.", ["15.5%: cannot tell"]),
    ("Failures rose by almost a third, from 25 to 33.", ["a third: matches", "25: matches", "33: matches"]),
    ("Failures increased by two thirds since January.", ["two thirds: differs"]),
    (
        "Of 3,778 applications, 33 were found to have failed, which is 1 in 114.",
        ["3,778: matches", "33: cannot tell", "1 in 114: matches"],
    ),
    ("Less than two per cent of applications were failures.", ["two per cent: matches"]),
    ("About one in every hundred applications was a failure.", ["one in every hundred: matches"]),
    ("In 17 cases police should have disclosed and did not.", ["17: cannot tell"]),
    (
        "Of the 33 failures, 17 (52%) were service failures.",
        ["33: matches", "17: matches", "52%: matches"],
    ),
    (
        "Of the 33 failures, 17 (25%) were service failures.",
        ["33: matches", "17: matches", "25%: differs"],
    ),
    ("Two thirds of the failures were administrative.", ["Two thirds: differs"]),
    ("Three quarters of the failures were service failures.", ["Three quarters: differs"]),
    ("Call the helpline on 0808 2000 247.", []),
    ("The third failure was closed.", ["third: cannot tell"]),
]
MISSED = [
    ("Exactly 45 members of staff work in the review team.", ["45: not published"]),
    ("Nobody came to harm.", ["Nobody: differs"]),
    ("No one was harmed.", ["No one: differs"]),
    ("Some 3,745 applications had no failure.", ["3,745: cannot tell"]),
    (
        "Two failures involved harm, 14 were administrative and 16 were service failures, making 33 in all.",
        ["Two: matches", "14: matches", "16: differs", "33: matches", "33: does not add up"],
    ),
    (
        "The review looked at applications made from April 2014 to August 2023.",
        ["April 2014: differs"],
    ),
    (
        "The review looked at applications made between April 2015 and August 2024.",
        ["August 2024: differs"],
    ),
    ("The review looked at applications made between April 2015 and August 2023.", []),
]
# Lines that the dashboard offers to be sent.
SENT = [
    (
        "In January we reported 25 failures. Eight more have been found since; the total is 33.",
        ["25: matches", "Eight: matches", "33: matches"],
    ),
    (
        (
            "In January we reported 11 failures (administrative). Three more failures (administrative) have been "
            "found since; the total is 14."
        ),
        ["11: matches", "Three: matches", "14: matches"],
    ),
    (
        "In January we reported 11 administrative failures. Three more administrative failures have been found since; the total is 14.",
        ["11: matches", "Three: matches", "14: matches"],
    ),
    (
        (
            "In January we reported 3,582 applications in the review. 196 more applications were added following "
            "additional database checks; the total is 3,778."
        ),
        ["3,582: matches", "196: matches", "3,778: matches"],
    ),
    (
        "In January we reported 4 matters referred to the Office. One more matter has been referred since; the total is 5.",
        ["4: matches", "One: matches", "5: matches"],
    ),
    ("33 failures had been found by 22 May 2024.", ["33: matches"]),
    ("25 failures had been found by 22 May 2024.", ["25: differs"]),
    ("The review covers 3,778 applications (22 May 2024).", ["3,778: matches"]),
    ("The review covers 3,582 applications (22 May 2024).", ["3,582: another day"]),
    ("About 45 people were in the review team on 11 January 2024.", ["45: matches"]),
    (
        "Failures found by headline part, 22 May 2024: harm 2; administrative 14; service 17.",
        ["2: matches", "14: matches", "17: matches"],
    ),
]
EXAMPLES = [*EARLIER, *TWO_DAYS, *RIGHT, *MISSED, *SENT]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_a_sentence_is_marked(text, expected):
    assert marks(text) == expected
