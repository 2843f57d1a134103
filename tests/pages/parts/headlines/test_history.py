import pytest

from access.roles import Role
from access.services import services_of
from pages.parts.headlines.history import sayings
from service.releases.publishing import Press
from service.view import open_source


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
