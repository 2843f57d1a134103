"""The Referrals page on the demonstration: every number counted anew in its tables."""

import datetime as dt

import polars as pl
import pytest

from access.roles import Role
from pages.referrals import harm_sentence
from pages.widgets.rows import NOT_ROWS
from tests.pages.reading import answer, captions, card, cards, tables
from tests.service.sentences.test_status import MadeUp

DAY = dt.date(2024, 5, 30)


@pytest.fixture(scope="module")
def known(demonstration):
    def at(name):
        rows = demonstration.snapshot().scan(name)
        return rows.filter(pl.col("recorded_from") <= DAY, pl.col("recorded_to") > DAY).collect()

    return at


def told_with(page, column):
    return next(frame for frame in tables(page) if column in frame.columns)


def as_table(page, key):
    """Turn a chart's card to its table."""
    page.session_state[f"form_{key}"] = "Table"
    page.run()
    assert not page.exception
    return page


def said(page):
    return [each.value for each in page.markdown]


def test_the_answer_and_the_lives_are_what_the_register_says(app, known):
    page = app("referrals", role=Role.CHIEF_OFFICER)
    ours = known("referrals").filter("in_scope").sort("referred_on", "referral_ref")
    days = [(DAY - on).days for on in ours["referred_on"]]
    assert answer(page) == "▲ 4 of 5 open referrals have had no event for 28 days."
    assert cards(page) == [
        ("Referred", "5"), ("Open", "5"), ("Quiet for 28 days", "4"), ("People investigated", "3"),
    ]  # fmt: skip

    lives = told_with(as_table(page, "lives_True"), "Days open")
    assert lives.select("Referral", "Days open").rows() == list(zip(ours["referral_ref"], days, strict=True))
    about = dict(known("referral_failures").select("referral_ref", "failure_ref").rows())
    assert lives["Failures"].to_list() == [about.get(ref, "none") for ref in ours["referral_ref"]]
    assert dict(lives.select("Referral", "Follows").rows())["R-2023-4"] == "R-2019-1, R-2020-1"


def test_what_is_due_is_listed_with_its_day_and_the_people_investigated(app, known):
    due = {row["recommendation_ref"]: row for row in known("recommendations").iter_rows(named=True)}
    assert due["LR-04"]["made_on"] + dt.timedelta(days=55) == dt.date(2024, 6, 11)
    page = app("referrals", role=Role.CHIEF_OFFICER)
    assert "- **LR-04** due 11 Jun 2024 (12 days left)" in said(page)
    assert any(each.startswith("3 people under investigation (full duties: 1; ") for each in said(page))


def test_an_answer_that_is_overdue_is_said_first_and_marked_in_the_list(app):
    page = app("referrals", role=Role.CHIEF_OFFICER, as_at="2024-03-21")
    assert answer(page).endswith(" 1 answer is overdue.")
    assert any("- **LR-01** ▲ overdue 19 Mar 2024 (2 days late)" in each for each in said(page))


def test_the_recommendations_are_listed_with_how_each_stands(app):
    page = app("referrals", role=Role.CHIEF_OFFICER, tab="Recommendations")
    assert card(page, "Due within 14 days") == "1"
    owed = told_with(page, "Recommendation")
    assert owed["Recommendation"][0] == "LR-04"
    assert owed.select("Answer due", "Standing").row(0) == ("11 Jun 2024", "due within 14 days, 12 days left")


def test_referrals_outside_the_scope_are_told_apart(app):
    page = app("referrals", role=Role.CHIEF_OFFICER, tab="Outside the scope")
    assert any(each.startswith("3 referrals are recorded outside the scope") for each in said(page))
    outside = told_with(as_table(page, "lives_False"), "Days open")
    assert dict(outside.select("Referral", "Mode of investigation").rows()) == {
        "R-2019-1": "supervised", "R-2020-1": "local", "R-2024-1": "returned to force",
    }  # fmt: skip


def test_each_link_to_a_failure_is_a_row_and_counted_in_words(app, known):
    page = app("referrals", role=Role.CHIEF_OFFICER)
    links = told_with(page, "Failure")
    assert links.select("Referral", "Failure").sort("Referral", "Failure").rows() == sorted(
        known("referral_failures").select("referral_ref", "failure_ref").rows()
    )
    assert "R-2023-4 follows from R-2019-1 and R-2020-1." in captions(page)
    assert "Every failure with harm has a referral." in said(page)
    assert [each.label for each in page.expander if "referral" in each.label.lower()] == [
        "Failures with a referral: 3",
        "Failures without a referral: 30",
        "Referrals about no single failure: 2",
    ]


def test_statuses_over_time_end_at_the_number_of_referrals(app):
    page = as_table(app("referrals"), "statuses")
    table = told_with(page, "Day")
    last = table.row(-1, named=True)
    assert last.pop("Day") == "30 May 2024"
    assert sum(last.values()) == int(card(page, "Referred"))


def test_the_rows_behind_a_mode_are_as_many_as_it_says(app):
    page = app("referrals", behind_mode="independent")
    assert "**5 referrals** behind “independent”." in said(page)


def test_who_is_investigated_is_named_only_to_those_who_may_see_names(app):
    def expanders(role):
        return [each.label for each in app("referrals", role=role, tab="People investigated").expander]

    assert "Who they are, by pseudonym" in expanders(Role.CHIEF_OFFICER)
    assert "Who they are, by pseudonym" not in expanders(Role.ANALYST)


def test_a_reader_who_may_see_no_rows_has_two_charts_and_counts_alone(app):
    page = app("referrals", role=Role.RELEASE_APPROVER)
    assert len(page.get("plotly_chart")) >= 2
    for tab in [each.label for each in page.tabs]:
        page = app("referrals", role=Role.RELEASE_APPROVER, tab=tab)
        assert "R-2023" not in str([frame.rows() for frame in tables(page)])
        assert "LR-0" not in str(said(page))
    assert NOT_ROWS in captions(app("referrals", role=Role.RELEASE_APPROVER, tab="Outside the scope"))
    assert any("3 people under investigation" in each for each in said(page))


def test_before_the_first_referral_the_page_says_that_there_was_none(app):
    page = app("referrals", as_at="2023-10-03", known="then")
    assert answer(page) == "No matters have been referred to the Independent Office for Police Conduct."


@pytest.mark.parametrize(
    ("harm", "unsent", "words"),
    [
        (0, 0, ""),
        (1, 1, "1 failure with harm has no referral."),
        (3, 2, "2 failures with harm have no referral."),
        (1, 0, "Every failure with harm has a referral."),
    ],
)
def test_nothing_is_said_of_harm_where_there_is_none(harm, unsent, words):
    assert harm_sentence(MadeUp(failures_with_harm=harm, harm_not_referred=unsent)) == words


def test_narrowed_the_page_says_which_numbers_are_of_the_whole_review(app):
    page = app("referrals", area="headquarters")
    assert answer(page) == "▲ In the whole review, 4 of 5 open referrals have had no event for 28 days."
    labels = [each.label for each in page.expander]
    assert {"Failures with a referral: 0", "Failures without a referral: 1"} <= set(labels)
    assert "Referrals about no single failure in the whole review: 2" in [
        each.label for each in page.expander
    ]
