"""The Enquiries page on the demonstration: counted from its tables, and the file that one click gives."""

import datetime as dt

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from pages.enquiries import first_sentence
from reports.exports import export, make
from service.sentences.figure import TRUE
from service.view import open_source
from tests.pages.reading import answer, card, tables
from tests.service.sentences.test_status import MadeUp

LAST = dt.date(2024, 5, 30)


@pytest.fixture(scope="module")
def known(demonstration):
    snapshot = demonstration.snapshot()
    rows = {
        name: snapshot.scan(name).filter(pl.col("closed_by").is_null())
        for name in ("applications", "enquiries")
    }
    return {name: frame.collect().to_dicts() for name, frame in rows.items()}


@pytest.fixture
def page(app):
    return app("enquiries")


def as_table(page, key):
    page.session_state[f"form_{key}"] = "Table"
    page.run()
    assert not page.exception
    return tables(page)


def test_the_inbox_is_counted_from_the_register(page, known):
    rows = [row for row in known["enquiries"] if row["received_on"] <= LAST]
    open_ = [row for row in rows if row["answered_on"] is None or row["answered_on"] > LAST]
    share = card(page, "Answered in time")
    assert answer(page) == f"{share} answered within ten working days (target: all); {len(open_)} wait."
    assert card(page, "Received") == str(len(rows))
    assert card(page, "Answered") == str(len(rows) - len(open_))
    weekly = next(each for each in as_table(page, "weekly") if "Week of" in each.columns)
    assert weekly.select("Received", "Answered").sum().row(0) == (len(rows), len(rows) - len(open_))


def test_who_waits_is_listed_the_longest_first_and_the_rest_is_behind(page, known):
    waiting = sorted(
        (row["received_on"], row["enquiry_ref"])
        for row in known["enquiries"]
        if row["received_on"] <= LAST and (row["answered_on"] is None or row["answered_on"] > LAST)
    )
    listed = next(each for each in tables(page) if "Enquiry" in each.columns)
    assert listed["Enquiry"].to_list() == [ref for _, ref in waiting[:15]]
    every = next(each for each in tables(page) if "Enquiry ref" in each.columns)
    assert every.height == len(waiting) > 15


def test_those_who_wait_are_counted_by_topic_and_week(page):
    cells = next(
        each for each in as_table(page, "waiting") if "Topic" in each.columns and "Week" in each.columns
    )
    assert cells[cells.columns[-1]].sum() == int(card(page, "Waiting"))


def test_received_by_topic_is_counted_from_the_register(app, known):
    page = app("enquiries", tab="By topic")
    rows = [row["topic"] for row in known["enquiries"] if row["received_on"] <= LAST]
    shown = next(each for each in as_table(page, "by_topic") if "Enquiries received" in each.columns)
    assert dict(shown.select("Topic", "Enquiries received").rows()) == {
        topic: rows.count(topic) for topic in set(rows)
    }


def test_a_reader_who_may_see_no_rows_is_shown_no_enquiry(app):
    page = app("enquiries", role=Role.RELEASE_APPROVER)
    assert len(page.get("plotly_chart")) >= 2
    assert "EN-0" not in str([frame.rows() for frame in tables(page)])


@pytest.fixture
def disclosures(app):
    return app("enquiries", tab="Disclosures")


def test_the_table_of_requests_is_counted_from_the_register(disclosures, known):
    page = disclosures
    told = [row for row in known["applications"] if row["in_scope"] and row["disclosed_on"]]
    table = next(each for each in tables(page) if "Share in time" in each.columns)
    last = table.row(-1, named=True)
    days = [(row["disclosed_on"] - row["received_on"]).days for row in told]
    limits = [28 if row["received_on"] >= dt.date(2023, 4, 1) else 35 for row in told]
    in_time = sum(each <= limit for each, limit in zip(days, limits, strict=True))
    assert (last["Route"], last["Year received"]) == ("all routes", "all years")
    assert last["Received"] == sum(row["in_scope"] for row in known["applications"])
    assert (last["Disclosed"], last["In time"]) == (len(told), in_time)
    assert (last["After 28 days"], last["After 35 days"]) == (
        sum(each > 28 for each in days),
        sum(each > 35 for each in days),
    )
    assert last["Longest, days"] == max(days)
    assert last["Share in time"] == f"{100 * in_time / len(told):.1f}%"
    assert [each.value for each in page.warning][-1] == TRUE


def test_one_click_gives_the_same_numbers_with_what_each_column_means(disclosures, demonstration):
    page = disclosures
    link = page.get("link_button")[-1]
    desk = services_of(demonstration.folder)
    asked = desk.tickets.requests[link.proto.url.removeprefix("/export/")][1]
    visit = desk.visit(desk.welcome("reader", (Role.ANALYST,), "test"))
    content = asked.content(open_source(visit, "OFFICIAL-SENSITIVE"))
    shown = next(each for each in tables(page) if "Share in time" in each.columns)
    counts = [name for name in shown.columns if "Share" not in name]
    assert content.table.rows.select(counts).rows() == shown.select(counts).rows()
    assert TRUE in content.table.subtitle
    notes = dict(content.table.notes)
    assert notes.keys() >= {"Received", "No decision", "Disclosed", "Share disclosed", "After 28 days"}
    assert "in force when the application was received" in notes["Share in time"]
    assert make(export(asked.export), content, asked.format).name.endswith(".xlsx")


def test_who_may_take_no_figures_away_is_offered_no_link(app):
    assert not app("enquiries", role=Role.RELEASE_APPROVER, tab="Disclosures").get("link_button")


def test_narrowed_to_an_area_the_table_is_of_that_area_and_the_inbox_of_the_whole_review(app, known):
    page = app("enquiries", area="east", tab="Disclosures")
    arrived = sum(row["received_on"] <= LAST for row in known["enquiries"])
    assert answer(page).startswith("In the whole review, ")
    assert card(page, "Received") == str(arrived)
    table = tables(page)[-1]
    east = sum(row["in_scope"] and row["area"] == "east" for row in known["applications"])
    assert table.row(-1, named=True)["Received"] == east


def test_the_same_file_is_in_the_menu_of_exports(page):
    menu = [each.label for each in page.expander]
    assert "Disclosures by route and year, for requests for information" in menu


def test_an_address_that_asks_for_a_year_opens_the_disclosures(app):
    page = app("enquiries", behind_in_time="2019")
    assert any("behind “2019”" in each.value for each in page.markdown)


@pytest.mark.parametrize(
    ("received", "waiting", "overdue", "share", "words", "attention"),
    [
        (0, 0, 0, None, "No enquiry had arrived by this day.", False),
        (3, 3, 0, None, "3 enquiries have arrived; 3 wait.", False),
        (400, 19, 0, 0.94, "94.0% answered within ten working days (target: all); 19 wait.", False),
        (400, 1, 1, 0.5, "50.0% answered within ten working days (target: all); 1 waits, 1 too long.", True),
        (4, 0, 0, 1.0, "100% answered within ten working days (target: all); none waits.", False),
    ],
)
def test_enquiries_are_told_against_the_target_and_need_attention_when_overdue(  # noqa: PLR0917
    received, waiting, overdue, share, words, attention
):
    shares = {"answered_in_time": (received, share)}
    view = MadeUp(enquiries=received, enquiries_open=waiting, enquiries_overdue=overdue, shares=shares)
    assert first_sentence(view) == (words, attention)
    assert len(words.split()) <= 20
