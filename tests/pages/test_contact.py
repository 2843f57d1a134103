"""The Contact page on the demonstration: every number counted anew in its tables."""

import datetime as dt

import polars as pl
import pytest

from access.roles import Role
from tests.pages.reading import answer, captions, cards, headlines, tables

DAY = dt.date(2024, 2, 8)
REACHED = ("contacted", "contacted through another agency")


@pytest.fixture(scope="module")
def states(demonstration):
    """State of each person on the day, as it was known then."""
    rows = demonstration.snapshot().scan("contact_states")
    known = rows.filter(pl.col("recorded_from") <= DAY, pl.col("recorded_to") > DAY, pl.col("from_on") <= DAY)
    return known.collect().sort("from_on").group_by("person_ref").last()


def test_who_is_reached_and_who_waits_is_what_the_register_says(app, states):
    page = app("contact", as_at="2024-02-08", known="then", role=Role.CHIEF_OFFICER)
    count = dict(states["state"].cast(pl.String).value_counts().iter_rows())
    reached, waiting = sum(count[each] for each in REACHED), count["planned"] + count["attempted"]
    needed = states.height - count["no contact needed"]
    assert answer(page) == f"{reached} of {needed} people reached; {waiting} wait."
    assert cards(page)[1:] == [
        ("Waiting", str(waiting)),
        ("Could not be reached", str(count["unable to contact"])),
        ("Not safe", str(count["not safe or appropriate"])),
    ]
    assert "No contact decisions are overdue for review." in [each.value for each in page.markdown]
    waits = next(frame for frame in tables(page) if "Days waiting" in frame.columns)
    assert waits.height == min(waiting, 15)
    assert waits["Days waiting"].to_list() == sorted(waits["Days waiting"], reverse=True)


def test_who_must_not_be_contacted_and_why_is_what_the_register_says(app, states):
    page = app("contact", as_at="2024-02-08", known="then", role=Role.CHIEF_OFFICER)
    told = next(frame for frame in tables(page) if "Look again on" in frame.columns)
    guarded = states.filter(pl.col("state") == "not safe or appropriate").sort("look_again_on", "person_ref")
    assert told["Person"].to_list() == guarded["person_ref"].to_list()
    assert told["Approved by"].to_list() == guarded["approved_by_ref"].to_list()
    assert told["Reason not to contact"].to_list() == guarded["unsafe_reason"].cast(pl.String).to_list()
    assert not any("overdue" in str(frame.rows()) for frame in tables(page))


def test_who_approved_is_shown_only_to_those_who_may_see_names(app):
    page = app("contact")
    told = next(frame for frame in tables(page) if "Look again on" in frame.columns)
    assert "Approved by" not in told.columns
    assert "AP-0" not in str(told.rows())
    assert told.height == 3
    assert "Each was approved; by whom is shown to those who may see names." in captions(page)


def test_where_nobody_waits_the_page_says_so_and_draws_no_bars(app):
    page = app("contact")
    assert "Nobody waits to be reached" in headlines(page)
    assert any(each.value.startswith("Nobody waits to be reached on 30 May 2024.") for each in page.markdown)
    assert not [frame for frame in tables(page) if "Days waiting" in frame.columns]


def test_the_states_over_time_end_at_how_many_there_are(app, states):
    page = app("contact", as_at="2024-02-08", known="then")
    page.session_state["form_states"] = "Table"
    page.run()
    table = next(frame for frame in tables(page) if "Day" in frame.columns)
    last = table.row(-1, named=True)
    assert last.pop("Day") == "8 Feb 2024"
    count = dict(states["state"].cast(pl.String).value_counts().iter_rows())
    assert last.pop("waiting to be reached") == count["planned"] + count["attempted"]
    assert last == {state: count[state] for state in last}
    assert sum(count.values()) == sum(last.values()) + count["planned"] + count["attempted"]


def test_the_rows_behind_a_state_are_as_many_as_its_bar_says_and_never_name_staff(app):
    page = app("contact", behind_state="unable to contact")
    assert any(each.value.startswith("**4 people** behind “unable to contact”") for each in page.markdown)
    behind = next(frame for frame in tables(page) if "Contact ref" in frame.columns)
    assert behind.height == 4


@pytest.mark.parametrize(
    ("behind", "figure"),
    [("behind_came_of_it", "contact_attempts"), ("behind_method", "share_of_attempts_reaching")],
)
def test_an_address_that_asks_for_attempts_opens_their_tab(app, behind, figure):
    page = app("contact", as_at="2024-01-11", tab="Attempts")
    label = page.selectbox(key=behind).options[0]
    again = app("contact", as_at="2024-01-11", **{behind: label})
    assert any(f"behind “{label}”" in each.value for each in again.markdown), figure


def test_a_reader_who_may_see_no_rows_has_the_charts_and_no_person(app):
    for tab in ("Not safe to contact", "By state", "Who waits", "Attempts", "Outside the scope", "Method"):
        page = app("contact", role=Role.RELEASE_APPROVER, as_at="2024-01-11", tab=tab)
        assert len(page.get("plotly_chart")) >= 2
        assert "PC-0" not in str([frame.rows() for frame in tables(page)])


def test_before_anybody_was_identified_the_page_says_so(app):
    page = app("contact", as_at="2023-10-05", known="then", role=Role.RELEASE_APPROVER)
    assert answer(page) == "Nobody had been identified to contact by this day."
