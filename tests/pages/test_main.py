"""Every page through the entry, as a browser would come in, on the demonstration review."""

import datetime as dt
import itertools
import shutil
from typing import Any

import pytest
import streamlit as st
from streamlit.navigation.page import Page
from streamlit.testing.v1 import AppTest

from access.roles import Permission, Role
from access.services import services_of
from data.formatting import counted
from data.review import new_review, open_review
from pages.registry import open_to
from pages.shell import current_user
from pages.shell.address import NARROWED_BY
from tests.loading import sealed_loading
from tests.pages.conftest import MAIN, THERE, go_to, open_at, reader_of, sign_in
from tests.pages.reading import (
    answer,
    badges,
    captions,
    card,
    cards,
    days,
    headings,
    meanings,
    menus,
    now,
    one_enquiry,
    tables,
)  # fmt: skip

GROUPS = ("Monitor", "People", "Analyse", "Publish", "Data")


@pytest.mark.long
@pytest.mark.parametrize("entry", THERE, ids=lambda entry: entry.title)
def test_every_page_opens_with_its_title_its_day_its_mark_and_its_answer_first(app, entry):
    page = app(entry.path, role=reader_of(entry))
    assert [title.value for title in page.title] == [entry.title]
    assert badges(page)[:2] == ["OFFICIAL-SENSITIVE", "Demonstration"]
    dated = entry.dated and reader_of(entry) is Role.ANALYST
    assert days(page) == ("As at 30 May 2024, as known now" if dated else "")
    # Who may see no figures has no filters, and neither has a page without figures.
    assert any(widget.key in NARROWED_BY for widget in page.multiselect) == dated
    assert answer(page).endswith(".")
    levels = headings(page)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    titles = [title for title, _ in cards(page)]
    assert len(titles) == len(set(titles))
    assert bool(titles) == (entry.needs is Permission.FIGURES and entry.title != "Explore")


def test_the_menus_of_a_role_lead_to_its_pages(app, monkeypatch):
    drawn: list[dict[str, list[Page]]] = []
    navigation = st.navigation

    def draw(groups: dict[str, list[Page]], **how: Any) -> Page:
        drawn.append(groups)
        return navigation(groups, **how)

    monkeypatch.setattr(st, "navigation", draw)
    page = app("failures", role=Role.CHIEF_OFFICER)
    assert "chief officer" in menus(page)
    of_chiefs = {group: [page.title for page in pages] for group, pages in drawn[-1].items()}
    assert list(of_chiefs) == [*GROUPS, ""]
    assert of_chiefs["Monitor"] == ["Overview", "Progress", "Failures", "Referrals", "Staffing"]
    app(role=Role.PRESS_OFFICER)
    assert [group for group in drawn[-1] if group] == ["Publish", "Data"]
    # A page of no group, and the first by an address of its own, open without standing in a menu.
    assert {page.visibility for page in drawn[-1][""]} == {"hidden"}


def test_a_page_without_data_is_not_in_the_menu_and_its_address_says_why(
    demonstration, tmp_path, monkeypatch
):
    review = new_review(tmp_path / "one", demonstration.folder / "terms.toml")
    with sealed_loading(review, dt.date(2024, 6, 6)) as loading:
        loading.store(one_enquiry(dt.date(2024, 6, 4)))
    review.ledger.engine.dispose()
    page = opened(tmp_path / "one", monkeypatch, file="referrals")
    assert page.title[0].value == "Overview"
    assert page.info[0].value.startswith("This review has no data for Referrals.")


@pytest.mark.parametrize(
    ("day", "figures"),
    [
        ("2023-10-26", {"Failures with harm": "0", "Referrals to the oversight body": "1"}),
        (
            "2023-11-30",
            {
                "Applications in the review": "3,582",
                "Referrals to the oversight body": "4",
                "Staff in the review team": "36",
            },
        ),
        (
            "2024-01-11",
            {
                "Applications in the review": "3,582",
                "Failures found": "25",
                "Failures with harm": "2",
                "Referrals to the oversight body": "4",
                "Staff in the review team": "45",
            },
        ),
        (
            "2024-05-22",
            {
                "Applications in the review": "3,778",
                "Detailed reviews outstanding": "0",
                "Failures found": "33",
                "Failures with harm": "2",
                "Referrals to the oversight body": "5",
            },
        ),
    ],
)  # fmt: skip
def test_the_overview_shows_what_was_published_on_each_day_as_known_then(app, day, figures):
    page = app(as_at=day, known="then")
    assert {title: now(page, title) for title in figures} == figures


def test_as_known_now_january_is_restated_and_the_overview_says_so(app):
    page = app(as_at="2024-01-11")
    assert now(page, "Applications in the review") == "3,778"
    words = " ".join(element.value for element in page.markdown)
    assert (
        "**Applications risk assessed**, as at 11 January 2024: 3,582 as reported at the time, 3,778 as known now."
        in words
    )
    assert "**Failures found**, as at" not in words


def test_on_the_last_day_nothing_is_restated(app):
    assert not [element for element in app().markdown if "as known then" in element.value]


def test_the_overview_shows_how_bad_it_is_and_what_is_open(app, demonstration):
    shown = dict(cards(app()))
    assert list(shown) == [
        "Outstanding", "Reviewed", "Failures", "Failure rate", "With harm", "Referrals open", "Staff",
    ]  # fmt: skip
    referrals = demonstration.snapshot().scan("referrals").filter("in_scope").collect()
    assert int(shown["Referrals open"]) <= referrals["referral_ref"].n_unique()


def test_what_cannot_be_narrowed_says_that_it_is_of_the_whole_review(app):
    whole = [title for title, meaning in meanings(app(area="west")).items() if "whole review" in meaning]
    assert whole == ["Referrals open", "Staff"]
    assert not [meaning for meaning in meanings(app()).values() if "not filtered" in meaning]


def test_a_day_before_anything_was_known_is_said_to_be_one(app):
    assert answer(app(as_at="2015-06-01", known="then")) == "No applications that fit were known by this day."
    assert not app(as_at="2015-06-01", known="then").exception


def test_staff_are_known_on_the_days_between_two_extracts(app):
    assert card(app(as_at="2024-01-09", known="then"), "Staff") != "0"


def test_a_filter_in_the_address_narrows_every_figure(app):
    whole, east = app("failures"), app("failures", area="east")
    assert card(east, "Failures found") == "15"
    assert int(card(whole, "Failures found")) > 15
    assert "Only area east." in captions(east)


def test_a_change_of_page_keeps_the_day_and_the_filters(app):
    page = app(as_at="2024-01-11", area="east")
    go_to(page, "headlines")
    assert not page.multiselect
    go_to(page, "failures")
    assert days(page) == "As at 11 Jan 2024, as known now"
    assert "Only area east." in captions(page)
    assert "Filters (1)" in menus(page)


def test_reset_clears_the_filters_and_keeps_the_day(app):
    page = app(as_at="2024-01-11", area="east", grade="high")
    assert "Filters (2)" in menus(page)
    page.button(key="reset_filters").click().run()
    assert "Filters" in menus(page)
    assert page.query_params["area"] == page.query_params["grade"] == "all"
    assert days(page) == "As at 11 Jan 2024, as known now"


def test_known_on_a_day_between_shows_what_had_been_recorded_by_it(app):
    page = app(as_at="2024-01-11", known="on a day", known_on="2024-02-10")
    assert days(page) == "As at 11 Jan 2024, as known on 10 Feb 2024"
    assert now(page, "Applications in the review") == "3,656"


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["area", "route", "grade", "year", "reason", "type", "harm", "part", "month_found"]
)
def test_the_rows_of_every_value_are_as_many_as_the_page_says_and_all_of_them_together(app, name):
    page, total = app("failures"), 0
    for value in page.multiselect(key=name).options:
        page.multiselect(key=name).set_value([value]).run()
        count = int(card(page, "Failures found"))
        assert f"**{counted(count, 'failure', 'failures')}**" in [each.value for each in page.markdown], value
        assert count in [each.height for each in tables(page)] or not count
        total += count
    assert total == 33


def burn_up(page):
    page.segmented_control(key="form_burn_up").set_value("Table").run()
    return next(each for each in tables(page) if "in review" in each.columns)


def test_the_lines_of_progress_end_at_the_figures_above_them(app):
    page = app("progress", as_at="2024-01-11", known="then")
    last, shown = burn_up(page).row(-1, named=True), dict(cards(page))
    assert last["in review"] == last["assessed"] == 3582
    assert shown["In review"] == "3,582"
    assert str(last["sent for review"]) == shown["Sent for review"]
    assert last["sent for review"] - last["reviewed"] == int(shown["Outstanding"])
    now = app("progress", as_at="2024-01-11")
    assert burn_up(now).row(-1, named=True)["in review"] == 3778


def test_progress_counts_those_still_in_a_stage(app):
    page = app("progress", as_at="2024-01-11", known="then", below="Stages")
    stages = next(table for table in tables(page) if "Still in it" in table.columns)
    left, entered = (
        stages["Left"].str.replace_all(",", "").cast(int),
        stages["Entered"].str.replace_all(",", "").cast(int),
    )
    still = stages["Still in it"].str.replace_all(",", "").cast(int)
    assert (left + still == entered).all()
    assert still.sum() > 0


def test_the_data_page_accounts_for_every_row_of_every_load(app):
    page = app("data")
    loads = tables(page)[0]
    assert loads.height == 35
    assert answer(page).endswith("had no rejected rows.")
    receipt = tables(page)[1]
    parts = receipt["Accepted"] + receipt["Rejected"] + receipt["Repeated"] + receipt["Ignored"]
    assert (receipt["Read"] == parts).all()


def test_the_data_page_shows_what_was_rejected_and_why_but_no_value(app, demonstration):
    held = demonstration.ledger.quarantine()
    load = held["load"][0]
    page = app("data", load=str(load), load_part="Rejected rows")
    table = next(each for each in tables(page) if "Reason" in each.columns)
    assert table.height == held.filter(load=load).height
    assert set(table.columns) == {"Table", "File", "Row", "Column", "Shape of the value", "Reason"}


def test_the_data_page_shows_what_a_load_changed(app, demonstration):
    receipts = demonstration.ledger.receipts()
    row = receipts.filter(receipts["changed"] > 0, receipts["table_name"] == "applications").row(
        0, named=True
    )
    page = app("data", load=str(row["load"]), table="applications")
    changed = tables(page)[-1]
    assert changed.filter(changed["Change"] == "changed")["Application ref"].n_unique() == row["changed"]


@pytest.mark.long
def test_a_review_of_one_table_shows_that_and_nothing_else(demonstration, tmp_path, monkeypatch):
    review = new_review(tmp_path / "one", demonstration.folder / "terms.toml")
    with sealed_loading(review, dt.date(2024, 6, 6)) as loading:
        loading.store(one_enquiry(dt.date(2024, 6, 4)))
    review.ledger.engine.dispose()
    for entry in open_to(Role.ANALYST):
        page = opened(tmp_path / "one", monkeypatch, file=entry.path)
        assert bool(cards(page)) == (entry.title == "Enquiries")
        if entry.title == "Definitions":
            assert "Failure rate" not in page.selectbox(key="term").options


@pytest.mark.long
def test_terms_that_were_changed_are_read_at_the_next_run(untouched, tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    page = opened(folder, monkeypatch)
    terms = folder / "terms.toml"
    terms.write_text(terms.read_text().replace('body = "Demonstration Police"', 'body = "Another Force"'))
    page.run()
    assert any("Another Force" in element.proto.body for element in page.get("html"))


def test_terms_that_lost_a_code_are_told_in_one_sentence(untouched, tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    terms = folder / "terms.toml"
    terms.write_text(terms.read_text().replace('"north", ', ""))
    page = opened(folder, monkeypatch)
    assert "which the list 'areas' in terms.toml no longer has; put it back" in page.error[0].value


def test_a_review_without_loads_says_what_to_do(demonstration, tmp_path, monkeypatch):
    new_review(tmp_path / "empty", demonstration.folder / "terms.toml")
    page = opened(tmp_path / "empty", monkeypatch)
    assert page.info[0].value.startswith("Nothing has been loaded into ")
    assert f"--review {tmp_path / 'empty'} load FILE" in page.info[0].value


def test_a_folder_without_a_review_says_so_in_one_sentence(tmp_path, monkeypatch):
    page = opened(tmp_path / "nothing", monkeypatch)
    assert "There is no review in" in page.error[0].value


@pytest.mark.long
def test_a_load_is_known_to_the_page_at_the_next_run_and_does_not_move_the_readers_day(
    untouched, tmp_path, monkeypatch
):
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    page = opened(folder, monkeypatch)
    assert days(page) == "As at 30 May 2024, as known now"
    with sealed_loading(open_review(folder), dt.date(2024, 6, 6)) as loading:
        loading.store(one_enquiry(dt.date(2024, 6, 4)))
    page.run()
    assert days(page) == "As at 30 May 2024, as known now"
    assert days(opened(folder, monkeypatch)) == "As at 6 Jun 2024, as known now"


def opened(folder, monkeypatch, role=Role.ANALYST, file="", **query) -> AppTest:
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    if (folder / "terms.toml").exists():
        sign_in(folder, monkeypatch, role)
    page = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    open_at(page, file)
    assert not page.exception
    return page


def test_nothing_of_the_review_is_drawn_before_the_look_is_written_down(untouched, tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    page = opened(folder, monkeypatch)
    assert page.multiselect
    (folder / "record.keys").unlink()
    page.multiselect(key="area").set_value(["east"]).run()
    assert page.error
    assert not cards(page)
    services_of(folder).recent.entries.clear()
    page.run()
    assert page.error
    assert not page.multiselect


def test_where_people_sign_in_they_are_told_nothing_of_the_inside(untouched, tmp_path, monkeypatch, caplog):
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    page = opened(folder, monkeypatch)
    monkeypatch.setattr(current_user, "alone", lambda: False)
    (folder / "record.keys").unlink()
    services_of(folder).recent.entries.clear()
    page.run()
    assert page.error[0].value.startswith("Candour cannot show this now.")
    assert str(folder) in caplog.text
