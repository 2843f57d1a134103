import os
import re
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Server, Visitor
from tests.browser.test_accessibility import SCREENS, violations

pytestmark = pytest.mark.browser


AREA = re.compile("^Area")
JANUARY_THEN = "As at 11 Jan 2024, as known then"


def test_an_analyst_starts_filters_drills_and_shares_the_link(visitor, browser, server):
    visitor.open()
    assert visitor.title() == "Overview"
    assert "The last detailed review was finished on" in visitor.text()
    visitor.go("Failures")
    visitor.menu("Filters")
    visitor.page.get_by_role("combobox", name=AREA).click()
    visitor.page.get_by_role("option", name="east").click()
    expect(visitor.page.get_by_text("Only area east.")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    visitor.page.keyboard.press("Escape")
    visitor.click_bar("Failures found by reason", 0)
    expect(visitor.page.get_by_text(re.compile("Only area east; reason "))).to_be_visible()
    expect(visitor.page).to_have_url(re.compile(r"area=east.*reason=(?!all)"))
    count = visitor.page.locator("dl.candour-figures dd.value").first.inner_text()
    link = visitor.page.url.removeprefix(server.address + "/")
    with browser.new_context() as other:
        colleague = Visitor(other, server).open(link)
        expect(colleague.page.get_by_text(re.compile("Only area east; reason "))).to_be_visible()
        assert colleague.page.locator("dl.candour-figures dd.value").first.inner_text() == count


def test_a_reader_goes_back_to_january_and_sees_both_clocks(visitor):
    visitor.open("?as_at=2024-01-11")
    assert "3,582 as reported at the time, 3,778 as known now" in visitor.text()
    visitor.menu("As at")
    visitor.page.get_by_text("then", exact=True).click()
    expect(visitor.page.get_by_text(JANUARY_THEN)).to_be_visible()
    visitor.page.keyboard.press("Escape")
    visitor.go("Progress")
    expect(visitor.page.get_by_text(JANUARY_THEN)).to_be_visible()
    assert "3,582" in visitor.page.locator("dl.candour-figures dd.value").first.inner_text()


def test_the_back_button_goes_back_to_what_was_chosen_before(visitor):
    visitor.open("failures?as_at=2024-01-11&area=east")
    visitor.menu("As at")
    visitor.page.get_by_text("then", exact=True).click()
    expect(visitor.page.get_by_text(JANUARY_THEN)).to_be_visible()
    expect(visitor.page).to_have_url(re.compile("known=then"))
    visitor.page.go_back()
    expect(visitor.page.get_by_text("As at 11 Jan 2024, as known now")).to_be_visible()
    expect(visitor.page.get_by_text("Only area east.")).to_be_visible()
    visitor.page.go_forward()
    expect(visitor.page.get_by_text(JANUARY_THEN)).to_be_visible()


@pytest.mark.parametrize("place", ["?area=nowhere&area=north", "failures?split=Nowhere&area=north"])
def test_a_link_to_what_is_not_there_says_so_and_is_shown_without_it_in_one_click(visitor, place):
    visitor.open(place)
    expect(visitor.page.get_by_text(re.compile("“[nN]owhere” is not there"))).to_be_visible()
    expect(visitor.page.locator(".candour-figures, [data-testid=stPlotlyChart]")).to_have_count(0)
    for theme, width in SCREENS:
        visitor.page.emulate_media(color_scheme=theme)
        visitor.page.set_viewport_size({"width": width, "height": 900})
        assert violations(visitor) == []
    visitor.page.set_viewport_size({"width": 1440, "height": 900})
    visitor.page.get_by_role("button", name="Show without it").click()
    expect(visitor.page.locator(".candour-figures").first).to_be_visible(timeout=30_000)
    expect(visitor.page.get_by_text("Only area north.")).to_be_visible()
    expect(visitor.page).not_to_have_url(re.compile("nowhere", re.IGNORECASE))


def test_a_link_to_another_page_carries_the_choices_into_a_new_tab(visitor, browser, server):
    visitor.open("?as_at=2024-01-11&area=east")
    link = visitor.page.locator(".st-key-card_needs a").first.get_attribute("href")
    with browser.new_context() as other:
        colleague = Visitor(other, server).open(str(link))
        expect(colleague.page.get_by_text("Only area east.")).to_be_visible()
        expect(colleague.page.get_by_text("As at 11 Jan 2024, as known now")).to_be_visible()


def test_a_day_can_be_typed_with_the_keyboard_alone(visitor):
    visitor.open().menu("As at")
    visitor.page.get_by_role("spinbutton", name="day, As at").focus()
    visitor.page.keyboard.type("11012024")
    # The day is taken when the field is left: past its calendar button.
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_text(re.compile("As at 11 Jan 2024"))).to_be_visible()


def test_the_address_to_share_holds_every_choice(visitor):
    visitor.open("failures?as_at=2024-01-11&area=east")
    visitor.menu("Share")
    shared = visitor.page.get_by_test_id("stCode").first
    expect(shared).to_contain_text("/failures?as_at=2024-01-11")
    expect(shared).to_contain_text("area=east")


def test_a_page_that_breaks_tells_the_reader_and_shows_nothing_of_the_inside(browser, untouched, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(untouched, folder)
    shutil.rmtree(folder / "snapshots")
    (folder / "snapshots").write_text("not a folder")
    server = Server(folder, tmp_path / "log.txt")
    try:
        with browser.new_context() as context:
            visitor = Visitor(context, server)
            visitor.page.goto(server.address)
            message = visitor.page.get_by_text("This page could not be shown.")
            expect(message).to_be_visible(timeout=30_000)
            assert "Traceback" not in visitor.page.content()
            assert str(folder) not in visitor.page.content()
            for theme, width in SCREENS:
                visitor.page.emulate_media(color_scheme=theme)
                visitor.page.set_viewport_size({"width": width, "height": 900})
                assert violations(visitor) == []
        assert "A page failed." in server.log.read_text()
    finally:
        server.stop()


def test_what_keeps_it_from_starting_is_told_in_one_sentence(server, demonstration, tmp_path):
    for port, folder, said in (
        (str(server.port), demonstration.folder, "is taken, perhaps by Candour itself"),
        ("abc", demonstration.folder, "it must be a number"),
        ("8599", tmp_path / "nothing", "There is no review in"),
    ):
        found = subprocess.run(
            [sys.executable, "dashboard.py"],
            cwd=ROOT,
            env=os.environ | {"CANDOUR_PORT": port, "CANDOUR_REVIEW": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 1
        assert said in found.stderr
        assert len(found.stderr.strip().splitlines()) == 1
