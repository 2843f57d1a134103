import polars as pl
import pytest

from data.formatting import written_share
from data.terms import USUAL_WORDS
from metrics.chance.bounds import bound
from pages.assurance import claim, conditions, missed_title, overturned_title, sampled
from tests.pages.reading import answer, captions, card, cards, headlines, tables


def test_a_sample_that_found_nothing_still_says_how_much_it_leaves_possible():
    assert sampled(bound(0, 300, 2954), USUAL_WORDS) == (
        "300 checks found nothing missed; at most 27 of 2,954 could have been (95% confidence)."
    )
    assert sampled(bound(3, 300, 2954), USUAL_WORDS).startswith(
        "300 checks found 3 missed failures; at most "
    )
    assert sampled(bound(3, 300, 2954), USUAL_WORDS).endswith(" of 2,954 could have one (95% confidence).")
    assert sampled(bound(1, 1, 2), USUAL_WORDS) == (
        "1 check found 1 missed failure; at most 2 of 2 could have one (95% confidence)."
    )
    assert "random sample" in conditions(bound(0, 300, 2954), USUAL_WORDS)
    assert "judgement" in conditions(bound(0, 300, 2954), USUAL_WORDS)


def test_a_sample_of_none_of_all_and_of_nobody_is_told_in_words():
    assert sampled(bound(0, 0, 50), USUAL_WORDS) == (
        "None of the 50 applications not sent for detailed review has been checked."
    )
    assert sampled(bound(2, 50, 50), USUAL_WORDS) == (
        "All 50 applications not sent for detailed review were checked, and 2 failures found."
    )
    assert sampled(bound(1, 1, 1), USUAL_WORDS) == (
        "The one application not sent for detailed review was checked, and 1 failure found."
    )
    assert sampled(bound(0, 0, 0), USUAL_WORDS) == (
        "No application is risk assessed but not sent for detailed review."
    )


def test_a_claim_is_supported_or_needs_so_many_more_checks_or_is_refuted():
    # 0 of 300 leaves 27 of 2,954 possible: fewer than the 29 that 10 in 1,000 are.
    assert claim(bound(0, 300, 2954), 10, USUAL_WORDS) == (
        "The 300 checks made support the claim of at most 10 in 1,000 (29 of 2,954) with 95% confidence."
    )
    assert (
        "(14 of 2,954) with 95% confidence, check 534 and find no failure. That is 234 more checks than the 300"
        in (claim(bound(0, 300, 2954), 5, USUAL_WORDS))
    )
    assert "fails: 3 have been found already" in claim(bound(3, 300, 2954), 1, USUAL_WORDS)


def test_the_page_counts_second_looks_and_sample_checks_from_the_register(app, demonstration):
    known = {
        table: demonstration.snapshot().scan(table).filter(pl.col("closed_by").is_null()).collect().to_dicts()
        for table in ("applications", "reviews", "risk_assessments")
    }
    scope = {row["application_ref"] for row in known["applications"] if row["in_scope"]}
    sent = {row["application_ref"] for row in known["risk_assessments"] if row["sent_on"]}
    graded = {row["application_ref"] for row in known["risk_assessments"]} & scope
    first = {row["application_ref"]: row for row in known["reviews"] if row["kind"] == "first"}
    second = [row for row in known["reviews"] if row["kind"] == "second"]
    overturned = [row for row in second if row["outcome"] != first[row["application_ref"]]["outcome"]]
    sample = {row["application_ref"] for row in known["reviews"] if row["kind"] == "sample"} & scope - sent

    page = app("assurance", claim="5")
    most = bound(0, len(sample), len(graded - sent))
    assert dict(cards(page)) == {
        "Not sent for review": f"{len(graded - sent):,}",
        "Sample checks": str(len(sample)),
        "Found by them": "0",
        "Second looks": str(len(second)),
        "Overturned": written_share(len(overturned) / len(second)),
        "Under way": card(page, "Under way"),
    }
    assert answer(page) == sampled(most, USUAL_WORDS)
    assert f"At most {most.most} missed" in headlines(page)
    page.session_state["form_overturned_by_team"] = "Table"
    page.run()
    by_team = dict(tables(page)[0].select("Team of the first review", "Second looks completed").rows())
    assert by_team == {
        team: sum(first[row["application_ref"]]["team"] == team for row in second)
        for team in ("team 1", "team 2", "team 3", "team 4")
    }
    said = [each.value for each in page.markdown]
    assert any("No sign that the teams differ" in each for each in said)
    assert claim(most, 5, USUAL_WORDS) in said


def test_the_rows_behind_a_team_are_its_outcomes_overturned(app):
    page = app("assurance", tab="Second looks")
    label = page.selectbox(key="behind_team").options[0]
    again = app("assurance", behind_team=label)
    assert any(f"behind “{label}”" in each.value for each in again.markdown)


def test_who_was_drawn_is_told_by_what_cases_are_split_by(app):
    page = app("assurance", drawn_by="Route")
    page.session_state["form_drawn_by_route"] = "Table"
    page.run()
    table = next(each for each in tables(page) if "Route" in each.columns)
    assert table.height == 2
    assert any("the groups by route" in each for each in captions(page))


def test_before_any_sample_the_page_says_so_and_what_one_could_rule_out(app):
    page = app("assurance", as_at="2024-01-11")
    assert answer(page) == "None of the 2,962 applications not sent for detailed review has been checked."
    assert "What a sample could rule out" in headlines(page)
    assert len(page.get("plotly_chart")) == 2


def test_before_a_second_look_no_team_is_drawn(app):
    page = app("assurance", as_at="2023-10-12", known="then")
    assert "No second look has been completed yet." in [each.value for each in page.markdown]


@pytest.mark.parametrize(
    ("sample", "title"),
    [
        (bound(0, 0, 50), "What a sample could rule out"),
        (bound(0, 300, 2954), "At most 27 missed"),
        (bound(2, 50, 50), "2 failures missed"),
        (bound(0, 50, 50), "None missed"),
    ],
)
def test_a_sample_is_titled_by_what_it_leaves_possible(sample, title):
    assert missed_title(sample, USUAL_WORDS) == title


def test_the_title_says_none_in_words():
    assert overturned_title(0, 15) == "None of 15 outcomes overturned"
    assert overturned_title(2, 82) == "2 of 82 outcomes overturned"
