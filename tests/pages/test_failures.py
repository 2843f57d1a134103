"""What the page on failures says first, against what is counted by hand in the demonstration's rows."""

import polars as pl

from data.interval import STILL
from service.sentences.failures import IN_ORDER
from tests.pages.reading import answer, cards


def told(page):
    """The line for each question."""
    text = next(each.value for each in page.markdown if each.value.startswith("- **Which**"))
    return dict(line.removeprefix("- **").split("**: ", 1) for line in text.splitlines())


def counts(demonstration, column):
    rows = demonstration.snapshot().scan("failures").filter(pl.col("recorded_to") == STILL, "in_scope")
    return dict(rows.group_by(pl.col(column).cast(pl.String)).len().collect().rows())


def test_the_first_screen_answers_the_analysts_questions(app, demonstration):
    page = app("failures.py")
    assert answer(page).startswith("33 failures have been found, 2 with harm")
    lines = told(page)
    reasons = counts(demonstration, "reason")
    assert lines["Which"] == "service (17), administrative (14) and with harm (2)."
    assert lines["Where"] == (
        "East: the failure rate is higher than chance explains, 3.28% (15 of 457). "
        "Chance explains how the other 5 differ. "
        "No year received stands out: chance explains how the failure rate differs."
    )
    most = sorted(reasons.values(), reverse=True)
    assert lines["Why"] == (
        f"should have disclosed ({reasons['should have disclosed']}), record-keeping error "
        f"({reasons['record-keeping error']}), incomplete system checks ({reasons['incomplete system checks']}), "
        f"and {sum(most[3:])} for {len(most) - 3} other reasons."
    )
    assert lines["Since when"] == "found from 13 October 2023 to 9 April 2024, most in November 2023 (9)."
    assert lines["Chance or change"].startswith("more than chance. Failures came more often")
    assert lines["Chance or change"].endswith(IN_ORDER)
    assert lines["Harm"] == (
        "2 failures with harm, after 21 detailed reviews, then after 9 more; 794 detailed reviews have found none "
        "since. Too few failures with harm to tell chance from change: that needs 5, and there are 2."
    )


def test_of_few_failures_it_says_what_can_be_said_and_no_more(app):
    lines = told(app("failures.py", area="headquarters"))
    assert lines["Which"] == "service (1)."
    assert lines["Since when"] == "found on 27 March 2024."
    assert lines["Chance or change"] == (
        "too few failures to tell chance from change: that needs 5, and there is 1."
    )
    assert "Harm" not in lines
    assert lines["Where"] == (
        "Too few were counted to tell whether the failure rate differs by year received."
    )


def test_before_any_failure_it_says_so_and_asks_nothing(app):
    page = app("failures.py", as_at="2023-10-12", known="then")
    assert answer(page).startswith("No failure has been found: 0 of 4 applications")
    assert not [each for each in page.markdown if each.value.startswith("- **Which**")]
    assert dict(cards(page))["Failures found"] == "0"
    assert any("too few failures to tell" in each.value for each in page.info)
