"""The Headlines page of the demonstration, as its readers see it: every number is one that was published."""

import re
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from data.publishing.release import Person
from data.releases import Releases
from data.review import new_review, open_review
from pages import headlines as figures
from pages.headlines import sayings
from service import cache
from service.releases.current_release import ALL_WITHDRAWN, NOTHING
from service.releases.publishing import Press
from service.view import open_source
from tests.pages.conftest import MAIN, open_at, sign_in
from tests.pages.reading import answer, captions, one_enquiry

JANUARY = "Release 3, 11 January 2024"
# What was published, from the public statements themselves.
PUBLISHED = {"population": ("3,582", "3,778"), "failures": ("25", "33"), "referrals": ("4", "5")}


def lines(page):
    return [each.value for each in page.code]


def text(page):
    return "\n".join(each.value for part in (page.markdown, page.caption) for each in part)


def test_a_press_officer_answers_what_was_said_in_january_what_is_said_now_and_why(app):
    page = app(role=Role.PRESS_OFFICER)
    assert [title.value for title in page.title] == ["Headlines"]
    assert answer(page) == (
        "Latest published figures: Release 4, 22 May 2024. Since January: 5 of 7 changed."
    )
    assert page.selectbox(key="since").value == JANUARY
    # What is unchanged is closed, and tells its number all the same.
    assert "**Failures with harm**: 2, unchanged" in [each.label for each in page.expander]
    # What was said then, what is said now, why, and a sentence ready to send.
    assert f"**3,582** in {JANUARY}; **3,778** now, up by 196 (5.5%)." in text(page)
    assert (
        "Why: 196 more applications were added, most of them following additional database checks."
        in text(page)
    )
    assert (
        "In January we reported 3,582 applications in the review. 196 more applications were added, most of them "
        "following additional database checks; the total is 3,778." in "\n".join(lines(page)).splitlines()
    )
    for before, now in PUBLISHED.values():
        assert f"**{before}** in {JANUARY}; **{now}** now" in text(page)


def test_each_figure_is_a_line_to_copy_with_its_unit_day_status_and_definition(app):
    page = app(role=Role.PRESS_OFFICER)
    assert "33 failures had been found by 22 May 2024." in lines(page)
    assert "Failures found by headline part, 22 May 2024: harm 2; administrative 14; service 17." in lines(
        page
    )
    about = [each for each in captions(page) if "final. Entered from the published statement." in each]
    assert any(
        each.startswith("Candour's definition, not part of the published statement: Failures in the scope")
        for each in about
    )
    order = "Each failure is counted once, in the first part that it fits: with harm, then administrative"
    assert any(order in each for each in about)


def test_the_press_sees_published_numbers_and_no_true_step(app):
    page = app("headlines", role=Role.PRESS_OFFICER)
    assert not page.sidebar.date_input
    assert "Not for the public" not in text(page)
    assert "24" not in re.findall(r"\b\d+\b", " ".join(captions(page)))
    assert figures.UNEXPLAINED in captions(page)


def test_an_analyst_sees_the_true_steps_marked_as_not_for_the_public(app):
    page = app("headlines", role=Role.ANALYST)
    assert "Not for the public, as counted: 3,582 + 196 added to the register = 3,778." in captions(page)
    assert "Not for the public, as counted: Administrative: 11 + 3 new = 14." in captions(page)


def test_any_release_can_be_compared_with_by_a_link(app):
    page = app(
        "headlines",
        role=Role.PRESS_OFFICER,
        since="Release 1, 26 October 2023",
        of="Referrals to the oversight body",
    )
    assert "**more than 3,500** in Release 1, 26 October 2023; **3,778** now." in text(page)
    # Of the few that were removed a number that is only bounded tells nothing, and neither do we.
    added = "some more applications were added, most of them following additional database checks"
    assert f"Why: {added}.  \n" in text(page)
    assert f"{JANUARY}, does not tell" not in text(page)
    assert "Release 1, 26 October 2023, does not tell this figure." in text(page)
    said = page.table[0].value
    assert said["Published figure"].tolist() == ["1", "4", "4", "5"]
    assert said["Status"].tolist() == ["provisional", "provisional", "provisional", "final"]


def test_what_was_said_of_the_population_when_is_told_whole(app):
    said = app("headlines", role=Role.PRESS_OFFICER).table[0].value
    assert said["Published figure"].tolist() == ["more than 3,500", "3,582", "3,582", "3,778"]
    assert said["Published"].tolist() == ["26 Oct 2023", "30 Nov 2023", "11 Jan 2024", "22 May 2024"]


@pytest.fixture
def shown(untouched, tmp_path, monkeypatch):
    """The page of a review whose last releases were withdrawn."""

    def page(withdrawn: int) -> AppTest:
        folder = shutil.copytree(untouched, tmp_path / "review")
        review = open_review(folder)
        releases = Releases(review.ledger, review.record)
        for each in releases.all()[-withdrawn:] if withdrawn else []:
            releases.withdrawn(
                each.id, Person("ann", "release approver"), "Its failures were miscounted.", seen=each.seen
            )
        review.ledger.engine.dispose()
        return opened(folder, monkeypatch)

    return page


def opened(folder, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    cache.clear()
    sign_in(folder, monkeypatch, Role.PRESS_OFFICER)
    page = AppTest.from_file(MAIN, default_timeout=60)
    open_at(page, "headlines")
    assert not page.exception
    return page


def test_a_withdrawn_release_is_not_to_be_repeated_and_the_one_before_it_stands(shown):
    page = shown(1)
    assert answer(page).startswith("Latest published figures: Release 3, 11 January 2024.")
    warning = (
        "Release 4, 22 May 2024 (withdrawn): do not repeat its figures. Reason: Its failures were miscounted."
    )
    assert warning in [each.value for each in page.warning]
    assert "Release 4, 22 May 2024 (withdrawn)" in page.selectbox(key="since").options
    assert page.selectbox(key="since").value == "Release 2, 30 November 2023"
    assert page.table[0].value["Status"].tolist()[-1] == "withdrawn"
    assert not [each for each in lines(page) if each.startswith("33 failures")]


def test_when_every_release_is_withdrawn_no_figure_may_be_repeated(shown):
    page = shown(4)
    assert answer(page) == ALL_WITHDRAWN
    assert lines(page) == []


def test_before_the_first_release_the_page_says_so(demonstration, tmp_path, monkeypatch):
    review = new_review(tmp_path / "new", demonstration.folder / "terms.toml")
    with review.ledger.loading(demonstration.terms.began_on) as loading:
        loading.store(one_enquiry(demonstration.terms.began_on))
    review.ledger.engine.dispose()
    assert NOTHING in [each.value for each in opened(tmp_path / "new", monkeypatch).info]


@pytest.fixture
def public(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    desk = services_of(demonstration.folder)
    visit = desk.visit(desk.welcome("reader", (Role.PRESS_OFFICER,), "test"))
    return Press(open_source(visit, "M")).public()


def told(public, demonstration, *figure):
    return [(each.release, each.words, each.number) for each in sayings(public, demonstration.terms, *figure)]


def test_a_figure_is_told_in_the_releases_that_have_it_first_to_last(public, demonstration):
    assert told(public, demonstration, "headcount", (), ()) == [
        ("Release 2", "36", 36), ("Release 3", "about 45", 45), ("Release 4", "about 45", 45),
    ]  # fmt: skip


def test_a_part_of_a_figure_has_its_own_history(public, demonstration):
    found = told(public, demonstration, "failures", ("part",), ("administrative",))
    assert found == [("Release 3", "11", 11), ("Release 4", "14", 14)]
    assert told(public, demonstration, "failures", ("part",), ("nothing",)) == []
