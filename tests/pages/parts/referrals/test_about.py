"""What is said of failures and referrals, from figures made up for the purpose and on the demonstration."""

import pytest

from pages.parts.referrals.about import sentence
from tests.pages.reading import answer
from tests.service.sentences.test_lines import Made


def made(*whole, found=0, referred=0, harm=0, unsent=0, referrals=0, alone=0):
    return Made(
        *whole,
        failures=found,
        failures_referred=referred,
        failures_with_harm=harm,
        harm_not_referred=unsent,
        referrals=referrals,
        referrals_without_failure=alone,
    )


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, "No failure has been found. No referral has been made."),
        (
            {"referrals": 1, "alone": 1},
            (
                "No failure has been found. The one referral is about no single failure, but about a person or the "
                "body itself."
            ),
        ),
        (
            {"found": 4, "harm": 1, "unsent": 1, "referrals": 3, "alone": 1},
            (
                "Of 4 failures found, none has a referral; 1 with harm has none. Of 3 referrals, 1 is about no "
                "single failure, but about a person or the body itself."
            ),
        ),
        (
            {"found": 1, "referred": 1, "harm": 1, "referrals": 1},
            (
                "The one failure found has a referral; every failure with harm has one. The one referral is about a "
                "failure."
            ),
        ),
        (
            {"found": 3, "referred": 1, "referrals": 2},
            "Of 3 failures found, 1 has a referral. Each of 2 referrals is about a failure.",
        ),
    ],
)
def test_nothing_is_said_of_harm_or_of_a_link_where_there_is_none(figures, said):
    assert sentence(made(**figures)) == said


def test_narrowed_the_page_says_which_numbers_are_of_the_whole_review(app):
    page = app("referrals.py", area="headquarters")
    assert answer(page).startswith("In the whole review, of 5 referrals to the Independent Office")
    assert any(
        each.value
        == "The one failure found has no referral. Of 5 referrals in the whole review, 2 are about no single "
        "failure, but about a person or the body itself."
        for each in page.markdown
    )
    assert "Referrals about no single failure in the whole review: 2" in [
        each.label for each in page.expander
    ]
