"""A file taken away in a real browser, opened, and held against the numbers on the page."""

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, expect

from access.roles import Role
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

WHY = "To check the failures of one area with its staff."


@pytest.fixture
def analyst(browser, server):
    with browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True) as context:
        yield Visitor(context, server, Role.ANALYST)


def fetched(analyst: Visitor) -> Download:
    found: list[Download] = []

    def keep(file: Download) -> None:
        found.append(file)

    # The link opens a tab of its own, which closes when it turns out to be a file.
    analyst.page.context.on("page", lambda page: page.on("download", keep))
    analyst.page.on("download", keep)
    analyst.page.get_by_role("link", name="Fetch the file").click()
    for _ in range(200):
        if found:
            return found[0]
        analyst.page.wait_for_timeout(100)
    raise AssertionError("no file came")


def test_the_rows_behind_a_bar_leave_with_a_reason_and_are_those_on_the_page(analyst):
    analyst.open("failures?area=east")
    expect(analyst.page.get_by_text("15 failures", exact=True)).to_be_visible()
    analyst.page.get_by_role("button", name="Download case rows").first.click()
    analyst.page.get_by_role("textbox", name="Why do you need these rows outside Candour?").fill(WHY)
    analyst.page.get_by_role("button", name="Make a link").locator("visible=true").click()
    file = fetched(analyst)
    assert file.suggested_filename.endswith("OFFICIAL-SENSITIVE-DEMONSTRATION-DATA.xlsx")
    about, page = load_workbook(io.BytesIO(Path(file.path()).read_bytes())).worksheets
    rows = list(page.iter_rows(min_row=4, values_only=True))
    assert page["A1"].value == "OFFICIAL-SENSITIVE · DEMONSTRATION DATA"
    assert len(rows) - 1 == 15
    assert {row[rows[0].index("Area")] for row in rows[1:]} == {"east"}
    assert WHY in [cell.value for cell in about["C"]]


def test_the_table_of_a_chart_leaves_as_its_numbers_are_shown(analyst):
    analyst.open("failures")
    menu = analyst.page.locator(".st-key-card_failures_by_reason").get_by_role(
        "button", name=re.compile("^Menu")
    )
    menu.click()
    analyst.page.get_by_role("combobox", name="As", exact=True).locator("visible=true").click()
    analyst.page.get_by_role("option", name="CSV").click()
    analyst.page.get_by_role("button", name="Make a link").locator("visible=true").click()
    text = Path(fetched(analyst).path()).read_text(encoding="utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(text)) if len(line) == 2 and line[1].isdigit()]
    assert ["record-keeping error", "8"] in lines
    assert sum(int(number) for _, number in lines) == 33
