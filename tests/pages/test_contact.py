"""The Contact page on the demonstration: every number counted anew in its tables."""

import datetime as dt

import polars as pl
import pytest

from access.roles import Role
from tests.pages.reading import answer, captions, card, tables

DAY = dt.date(2024, 2, 8)
REACHED = ("contacted", "contacted through another agency")


@pytest.fixture(scope="module")
def states(demonstration):
    """State of each person on the day, as it was known then."""
    rows = demonstration.snapshot().scan("contact_states")
    known = rows.filter(pl.col("recorded_from") <= DAY, pl.col("recorded_to") > DAY, pl.col("from_on") <= DAY)
    return known.collect().sort("from_on").group_by("person_ref").last()


def test_who_is_reached_who_waits_and_who_must_not_be_contacted_is_what_the_register_says(app, states):
    page = app("contact", as_at="2024-02-08", known="then", role=Role.CHIEF_OFFICER)
    count = dict(states["state"].cast(pl.String).value_counts().iter_rows())
    reached, waiting = sum(count[each] for each in REACHED), count["planned"] + count["attempted"]
    needed = states.height - count["no contact needed"]
    unable, unsafe = count["unable to contact"], count["not safe or appropriate"]
    assert answer(page) == (
        f"{reached} of {needed} people who may need to be reached have been reached. {waiting} are waiting, "
        f"{unable} could not be reached and contact is not safe or appropriate for {unsafe}."
    )
    assert card(page, "People waiting to be reached") == str(waiting)
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
    assert any(each.value.startswith("Nobody waits to be reached on 30 May 2024.") for each in page.markdown)


def test_the_rows_behind_a_state_are_as_many_as_its_bar_says_and_never_name_staff(app):
    page = app("contact", behind_state="unable to contact")
    assert any(each.value.startswith("**4 people** behind “unable to contact”") for each in page.markdown)
    behind = next(frame for frame in tables(page) if "Contact ref" in frame.columns)
    assert behind.height == 4


def test_before_anybody_was_identified_the_page_says_so(app):
    page = app("contact", as_at="2023-10-05", known="then", role=Role.RELEASE_APPROVER)
    assert answer(page) == "Nobody had been identified to contact by this day."
