"""The Definitions page: one table, a search, and one definition in full."""

import re

from access.roles import Role
from data.terms import USUAL_WORDS
from metrics.catalogue import CATALOGUE
from tests.pages.conftest import NOT_THERE
from tests.pages.reading import answer, headlines, tables


def titles(page) -> list[str]:
    return tables(page)[0]["Figure"].to_list()


def detail(page) -> str:
    return "\n".join(each.value for each in page.markdown)


def test_every_figure_that_the_register_can_count_is_in_the_table_with_its_unit_and_group(app):
    page = app("definitions", as_at="2024-05-30", term="Failures found")
    there = [each for each in CATALOGUE if each.name not in NOT_THERE]
    for each in there:
        assert USUAL_WORDS(each.title) in titles(page)
    assert answer(page).startswith(f"{len(there)} figures, each defined once")
    (row,) = (row for row in tables(page)[0].rows() if row[0] == "Failures found")
    assert row == ("Failures found", "failures", "Failures")
    assert "the last day loaded: 33." in detail(page)
    assert not re.search(r"[{}]", detail(page) + str(tables(page)[0].rows()))


def test_a_share_is_shown_with_what_it_counts_and_out_of_how_many(app):
    page = app("definitions", term="Failure rate")
    assert headlines(page)[0] == "Failure rate"
    for label in ("Definition", "Counts", "Out of", "Why it matters"):
        assert f"**{label}:** " in detail(page)
    assert re.search(r"\d+ of [\d,]+ applications", detail(page))


def test_the_terms_of_reference_and_the_parts_are_defined_too(app):
    page = app("definitions", term="Timescale")
    assert "35 days from 8 March 2014" in detail(page)
    page.selectbox(key="term").set_value("Failures, service").run()
    assert "counts in the first part that it fits" in detail(page)


def test_a_search_narrows_the_table_and_is_in_the_address(app):
    page = app("definitions")
    page.text_input(key="search").set_value("HARM failures").run()
    found = titles(page)
    assert "Failures with harm" in found
    assert "Staff in the review team" not in found
    assert answer(page) == f"{len(found)} definitions have “HARM failures”."
    assert page.query_params["search"] == "HARM failures"
    again = app("definitions", search="HARM failures", term="Failures with harm")
    assert titles(again) == found
    assert headlines(again)[0] == "Failures with harm"


def test_a_search_without_a_match_says_so(app):
    page = app("definitions", search="zebra")
    assert answer(page) == "No definitions have “zebra”."
    assert page.info[0].value == "Search for fewer or other words."
    assert not tables(page)


def test_a_reader_who_may_see_no_figure_reads_the_same_definitions_without_a_number(app):
    page = app("definitions", role=Role.PRESS_OFFICER, term="Failure rate")
    assert "**Counts:** " in detail(page)
    assert not re.search(r"\d+ of [\d,]+ applications", detail(page))
