"""The Enquiries page on the demonstration: counted from its tables, and the file that one click gives."""

import datetime as dt

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from reports.exports import export, make
from service.sentences.clocks import TRUE
from service.view import open_source
from tests.pages.reading import answer, card, tables

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


def test_the_inbox_is_counted_from_the_register(page, known):
    rows = [row for row in known["enquiries"] if row["received_on"] <= LAST]
    open_ = [row for row in rows if row["answered_on"] is None or row["answered_on"] > LAST]
    assert answer(page).startswith(f"{len(rows)} enquiries have arrived and {len(open_)} wait for an answer")
    assert card(page, "Enquiries answered") == str(len(rows) - len(open_))
    weekly = tables(page)[0]
    assert weekly.drop("Week of").sum_horizontal().sum() == len(rows)
    topics = {row["topic"] for row in rows}
    assert dict(tables(page)[1].select("Topic", "Enquiries received").rows()) == {
        topic: sum(row["topic"] == topic for row in rows) for topic in topics
    }


def test_the_table_of_requests_is_counted_from_the_register(page, known):
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


def test_one_click_gives_the_same_numbers_with_what_each_column_means(page, demonstration):
    (link,) = page.get("link_button")
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
    assert "The limit is the one in force when" in notes["Share in time"]
    assert make(export(asked.export), content, asked.format).name.endswith(".xlsx")


def test_who_may_take_no_figures_away_is_offered_no_link(app):
    assert not app("enquiries", role=Role.RELEASE_APPROVER).get("link_button")


def test_narrowed_to_an_area_the_table_is_of_that_area_and_the_inbox_of_the_whole_review(app, known):
    page = app("enquiries", area="east")
    arrived = sum(row["received_on"] <= LAST for row in known["enquiries"])
    assert answer(page).startswith(f"In the whole review, {arrived} enquiries have arrived")
    table = tables(page)[-1]
    east = sum(row["in_scope"] and row["area"] == "east" for row in known["applications"])
    assert table.row(-1, named=True)["Received"] == east
