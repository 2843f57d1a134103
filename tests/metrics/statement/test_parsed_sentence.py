"""A total is never "as published" for a sentence that says "all", "each" or "only" of it."""

import datetime as dt

import pytest

from metrics.statement.checker import check
from metrics.statement.published import Mark
from tests.metrics.statement.published import FOUNDING, VOCABULARY

DAY = dt.date(2024, 5, 23)


def marks(text: str) -> dict[str, Mark]:
    return {claim.text: claim.mark for claim in check(text, DAY, FOUNDING, VOCABULARY).claims}


@pytest.mark.parametrize(
    "text",
    [
        "All 33 failures were administrative.",
        "All of the 33 failures were referred to the watchdog.",
        "The 33 failures were all avoidable.",
        "Every one of the 33 failures was avoidable.",
        "All failures were avoidable, and there were 33 failures.",
        "Each of the 3,778 had a detailed review.",
        "Each of the 3,778 applications was reviewed in detail.",
        "All 3,778 applications were approved.",
        "The entire 3,778 applications were approved.",
        "The 3,778 applications were each read by two officers.",
        "Both of the 2 failures with harm were referred.",
        "All five referrals were upheld.",
        "The 33 failures were found only in the north.",
        "Only administrative failures were found, 33 of them.",
        "The 17 service failures were only delays.",
    ],
)
def test_more_than_the_total_is_not_as_published(text):
    assert Mark.MATCHES not in marks(text).values()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("All 3,778 applications were risk assessed.", "3,778"),
        ("Each of the 3,778 applications has been risk assessed.", "3,778"),
        ("The 3,778 applications have all been risk assessed.", "3,778"),
        ("Only 33 failures were found.", "33"),
        ("Only two of the 33 failures led to harm.", "two"),
        ("Only two of the 33 failures led to harm.", "33"),
        ("We found 33 failures in all.", "33"),
        ("We looked at every application, totalling 3,778 applications.", "3,778"),
    ],
)
def test_what_the_published_figure_does_say_is_as_published(text, number):
    assert marks(text)[number] is Mark.MATCHES


def test_only_needs_a_number_that_was_published_exactly():
    assert marks("Only 45 staff work in the review team.")["45"] is Mark.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "Failures rose to 33; 32 per cent were service failures.",
        "Failures rose by eight, 32 per cent of them service failures.",
        "A further 32 per cent of the failures were service failures.",
        "As numbers rose, 32 per cent of failures were service failures.",
        "Another 32 per cent of the failures were administrative.",
        "A third of the failures, 33 per cent, were service failures.",
    ],
)
def test_a_share_is_never_matched_to_a_growth(text):
    assert all(
        mark is not Mark.MATCHES
        for words, mark in marks(text).items()
        if "per cent" in words or "third" in words
    )


@pytest.mark.parametrize(
    "text",
    [
        "Failures rose by 32 per cent.",
        "Failures are 32 per cent more than in January.",
        "There was a rise of nearly a third in failures since January.",
        "Failures rose by eight, 32 per cent.",
    ],
)
def test_a_growth_is_still_read_as_one(text):
    assert Mark.MATCHES in marks(text).values()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("We logged 33 breaches.", "33"),
        ("14 lapses were administrative.", "14"),
        ("Inspectors visited 17 stations.", "17"),
        ("The force has sent 5 letters.", "5"),
        ("There were 25 grievances in January.", "25"),
        ("3,778 widgets were examined.", "3,778"),
    ],
)
def test_a_noun_that_the_terms_do_not_know_is_cannot_tell(text, number):
    assert marks(text)[number] is Mark.UNCLEAR
