"""The Referrals page on the demonstration: every number counted anew in its tables."""

import datetime as dt

import polars as pl
import pytest

from access.roles import Role
from pages.referrals import linked_sentence as sentence
from pages.widgets.rows import NOT_ROWS
from tests.pages.reading import answer, captions, card, tables
from tests.service.sentences.test_page_answers import Made

DAY = dt.date(2024, 5, 30)


@pytest.fixture(scope="module")
def known(demonstration):
    def at(name):
        rows = demonstration.snapshot().scan(name)
        return rows.filter(pl.col("recorded_from") <= DAY, pl.col("recorded_to") > DAY).collect()

    return at


def told_with(page, column):
    return next(frame for frame in tables(page) if column in frame.columns)


def test_the_answer_and_every_table_are_what_the_register_says(app, known):
    page = app("referrals", role=Role.CHIEF_OFFICER)
    ours = known("referrals").filter("in_scope").sort("referred_on", "referral_ref")
    days = [(DAY - on).days for on in ours["referred_on"]]
    assert answer(page) == (
        f"Of 5 referrals to the Independent Office for Police Conduct, all are open, the longest for "
        f"{max(days)} days, half of them for {sorted(days)[2]} days or longer. 4 have had no event for 28 days."
    )
    assert card(page, "Referrals open") == "5"
    assert card(page, "Recommendations due within 14 days") == "1"

    lives = told_with(page, "Days open")
    assert lives.select("Referral", "Days open").rows() == list(zip(ours["referral_ref"], days, strict=True))
    about = dict(known("referral_failures").select("referral_ref", "failure_ref").rows())
    assert lives["Failures"].to_list() == [about.get(ref, "none") for ref in ours["referral_ref"]]
    assert dict(lives.select("Referral", "Follows").rows())["R-2023-4"] == "R-2019-1, R-2020-1"
    assert "R-2023-4 follows from R-2019-1 and R-2020-1." in captions(page)

    owed = told_with(page, "Recommendation")
    due = {row["recommendation_ref"]: row for row in known("recommendations").iter_rows(named=True)}
    assert owed["Recommendation"][0] == "LR-04"
    assert due["LR-04"]["made_on"] + dt.timedelta(days=55) == dt.date(2024, 6, 11)
    assert owed.select("Answer due", "Standing").row(0) == ("11 Jun 2024", "due within 14 days, 12 days left")

    outside = [frame for frame in tables(page) if "Days open" in frame.columns][1]
    assert dict(outside.select("Referral", "Mode of investigation").rows()) == {
        "R-2019-1": "supervised", "R-2020-1": "local", "R-2024-1": "returned to force",
    }  # fmt: skip
    assert any(
        each.value
        == "Of 33 failures found, 3 have a referral; every failure with harm has one. Of 5 referrals, "
        "2 are about no single failure, but about a person or the body itself."
        for each in page.markdown
    )


def test_who_is_investigated_is_named_only_to_those_who_may_see_names(app):
    def expanders(role):
        return [each.label for each in app("referrals", role=role).expander]

    assert "Who they are, by pseudonym" in expanders(Role.CHIEF_OFFICER)
    assert "Who they are, by pseudonym" not in expanders(Role.ANALYST)


def test_a_reader_who_may_see_no_rows_is_shown_counts_alone(app):
    page = app("referrals", role=Role.RELEASE_APPROVER)
    assert NOT_ROWS in captions(page)
    assert "R-2023" not in str([frame.rows() for frame in tables(page)])
    assert any("3 people are under investigation" in each.value for each in page.markdown)


def test_before_the_first_referral_the_page_says_that_there_was_none(app):
    page = app("referrals", as_at="2023-10-03", known="then")
    assert answer(page) == (
        "No matter had been referred to the Independent Office for Police Conduct by this day."
    )


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
    page = app("referrals", area="headquarters")
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
