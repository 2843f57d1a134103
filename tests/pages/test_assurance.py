import polars as pl

from data.terms import Case
from metrics.sample_bounds import bound
from service.sentences.assurance import claim, conditions, sampled
from tests.pages.reading import answer, captions, card, tables

CASE = Case()


def test_a_sample_that_found_nothing_still_says_how_much_it_leaves_possible():
    assert sampled(bound(0, 300, 2954), CASE) == (
        "300 checks found nothing missed; at most 27 of 2,954 could have been (95% confidence)."
    )
    assert sampled(bound(3, 300, 2954), CASE).startswith("300 checks found 3 missed failures; at most ")
    assert sampled(bound(3, 300, 2954), CASE).endswith(" of 2,954 could have one (95% confidence).")
    assert sampled(bound(1, 1, 2), CASE) == (
        "1 check found 1 missed failure; at most 2 of 2 could have one (95% confidence)."
    )
    assert "random sample" in conditions(bound(0, 300, 2954))
    assert "judgement" in conditions(bound(0, 300, 2954))


def test_a_sample_of_none_of_all_and_of_nobody_is_told_in_words():
    assert sampled(bound(0, 0, 50), CASE) == (
        "None of the 50 applications not sent for detailed review has been checked."
    )
    assert sampled(bound(2, 50, 50), CASE) == (
        "All 50 applications not sent for detailed review were checked, and 2 failures found."
    )
    assert sampled(bound(1, 1, 1), CASE) == (
        "The one application not sent for detailed review was checked, and 1 failure found."
    )
    assert sampled(bound(0, 0, 0), CASE) == (
        "No application is risk assessed but not sent for detailed review."
    )


def test_a_claim_is_supported_or_needs_so_many_more_checks_or_is_refuted():
    # 0 of 300 leaves 27 of 2,954 possible: fewer than the 29 that 10 in 1,000 are.
    assert claim(bound(0, 300, 2954), 10) == (
        "The 300 checks made support the claim of at most 10 in 1,000 (29 of 2,954) with 95% confidence."
    )
    assert (
        "(14 of 2,954) with 95% confidence, check 534 and find no failure. That is 234 more checks than the 300"
        in (claim(bound(0, 300, 2954), 5))
    )
    assert "fails: 3 have been found already" in claim(bound(3, 300, 2954), 1)


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
    assert card(page, "Second looks completed") == str(len(second))
    assert card(page, "Applications not sent for detailed review") == f"{len(graded - sent):,}"
    assert card(page, "Sample checks completed") == str(len(sample))
    assert answer(page).startswith(f"{len(overturned)} of {len(second)} second looks overturned")
    assert answer(page).endswith(sampled(bound(0, len(sample), len(graded - sent)), CASE))
    by_team = dict(tables(page)[0].select("Team of the first review", "Second looks completed").rows())
    assert by_team == {
        team: sum(first[row["application_ref"]]["team"] == team for row in second)
        for team in ("team 1", "team 2", "team 3", "team 4")
    }
    assert any("No sign that the teams differ" in each for each in captions(page))
    assert any(each.value == claim(bound(0, len(sample), len(graded - sent)), 5) for each in page.markdown)
