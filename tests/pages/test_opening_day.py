"""The demonstration opens on a day on which questions are open, and offers its last day."""

import datetime as dt
import shutil

import pytest

from tests.pages.reading import days
from tests.pages.test_main import opened


def test_the_demonstration_opens_on_the_eleventh_of_january_as_known_now(delivered, monkeypatch):
    page = opened(delivered, monkeypatch)
    assert days(page) == "As at 11 Jan 2024, as known now"
    assert page.query_params["as_at"] == "2024-01-11"
    assert page.query_params["known_on"] == "2024-05-30"


def test_one_click_leads_to_the_last_day(delivered, monkeypatch):
    page = opened(delivered, monkeypatch)
    page.button(key="last_day").click().run()
    assert days(page) == "As at 30 May 2024, as known now"
    assert "last_day" not in [button.key for button in page.button]


def test_an_address_of_another_day_opens_on_that_day(delivered, monkeypatch):
    assert days(opened(delivered, monkeypatch, as_at="2023-11-30")).startswith("As at 30 Nov 2023")


@pytest.mark.long
@pytest.mark.parametrize("day", [dt.date(2030, 1, 1), dt.date(1999, 1, 1)])
def test_a_day_outside_the_register_is_its_last(delivered, tmp_path, monkeypatch, day):
    folder = tmp_path / "copy"
    shutil.copytree(delivered, folder)
    terms = folder / "terms.toml"
    terms.write_text(terms.read_text().replace("opens_on = 2024-01-11", f"opens_on = {day}"))
    assert days(opened(folder, monkeypatch)).startswith("As at 30 May 2024")
