"""What happened in the demonstration, on either clock; counted from its statements, promises and loads."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.notes import Notes
from data.publishing.release import Person
from metrics.as_at import Clocks
from service.events import events
from service.releases.publishing import Press
from service.view import View, open_source

JANUARY, LAST = dt.date(2024, 1, 11), dt.date(2024, 5, 30)
OCTOBER, NOVEMBER, MAY, PROMISED = (dt.date(2023, 10, 26), dt.date(2023, 11, 30), dt.date(2024, 5, 22), dt.date(2024, 5, 31))  # fmt: skip
CHRISTMAS = dt.date(2023, 12, 25)
BY_JANUARY = [
    (OCTOBER, "Release 1 published", "release"),
    (OCTOBER, "Promised: refer all failures", "promise"),
    (OCTOBER, "Promised: answer enquiries", "promise"),
    (NOVEMBER, "Release 2 published", "release"),
    (NOVEMBER, "Promised: finish by 31 May 2024", "promise"),
    (JANUARY, "Release 3 published", "release"),
    (JANUARY, "Promised: keep staffing until 31 May 2024", "promise"),
]
SCOPE = [
    (dt.date(2024, 2, 8), "Scope: 74 applications added", "scope"),
    (dt.date(2024, 2, 22), "Scope: 81 applications added", "scope"),
    (dt.date(2024, 3, 7), "Scope: 40 applications added", "scope"),
]
DUE = (PROMISED, "Day promised", "promise")


@pytest.fixture(scope="module")
def folder(untouched: Path, tmp_path_factory) -> Path:
    folder = Path(shutil.copytree(untouched, tmp_path_factory.mktemp("events") / "review"))
    review = services_of(folder).review
    by = Person("ann", "analyst")
    Notes(review, lambda: JANUARY).add(by, CHRISTMAS, "Three <b>teams</b> were on leave", ["headcount"])
    Notes(review, lambda: LAST).add(by, dt.date(2024, 4, 2), "A new system began")
    return folder


@pytest.fixture
def view(folder, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    desk = services_of(folder)

    def of(clocks, role=Role.ANALYST, **narrowing) -> View:
        return open_source(desk.visit(desk.welcome("reader", (role,), "test")), "M").view(clocks, narrowing)

    return of


def happened(view: View, *names: str, kinds=("release", "promise", "scope")):
    return [(event.day, event.words, event.kind) for event in events(view, names) if event.kind in kinds]


def noted(view: View, *names: str):
    own = ("Three <b>teams</b> were on leave", "A new system began")
    return [words for _, words, _ in happened(view, *names, kinds=("note",)) if words in own]


def test_releases_promises_and_their_days_are_events_by_day(view):
    assert happened(view(Clocks(JANUARY, LAST))) == [*BY_JANUARY, DUE]
    assert happened(view(Clocks.then(JANUARY))) == [*BY_JANUARY, DUE]


def test_a_change_of_the_scope_after_all_were_assessed_is_an_event(view):
    assert happened(view(Clocks(LAST, LAST))) == [
        *BY_JANUARY,
        *SCOPE,
        (MAY, "Release 4 published", "release"),
        DUE,
    ]


def test_what_is_later_than_the_view_s_day_is_not_told(view):
    day = dt.date(2023, 11, 1)
    assert happened(view(Clocks.then(day))) == BY_JANUARY[:3]
    assert happened(view(Clocks(day, LAST))) == BY_JANUARY[:3]
    assert happened(view(Clocks(LAST, NOVEMBER)))[-2:] == [BY_JANUARY[4], DUE]


def test_events_are_numbered_from_one_in_order_of_their_days(view):
    listed = events(view(Clocks(LAST, LAST)))
    assert [event.number for event in listed] == list(range(1, len(listed) + 1))
    assert [event.day for event in listed] == sorted(event.day for event in listed)


def test_notes_on_the_figures_drawn_and_on_all_are_events(view):
    latest = view(Clocks(LAST, LAST))
    both = ["Three <b>teams</b> were on leave", "A new system began"]
    assert noted(latest) == noted(latest, "headcount", "backlog") == both
    assert noted(latest, "backlog") == both[1:]
    # A note on another day than the view's, and one that was not known then.
    assert noted(view(Clocks(JANUARY, LAST))) == noted(view(Clocks.then(JANUARY))) == both[:1]
    assert noted(view(Clocks(LAST, LAST - dt.timedelta(days=1)))) == both[:1]


def test_a_narrowed_view_has_the_same_events(view):
    clocks = Clocks(LAST, LAST)
    assert happened(view(clocks, area=["east"])) == happened(view(clocks))


def test_a_withdrawn_promise_has_no_day_and_two_for_one_day_have_one(view, monkeypatch):
    latest = view(Clocks(LAST, LAST))
    promises = latest.promises()
    assert sum(event.words == "Day promised" for event in events(latest)) == 1 < promises["due_on"].count()
    withdrawn = promises.with_columns(withdrawn_on=pl.lit(LAST))
    monkeypatch.setattr(View, "promises", lambda view: withdrawn)
    assert "Day promised" not in [event.words for event in events(view(Clocks(LAST, LAST)))]


def test_a_promise_of_another_kind_is_told_without_its_words(view, monkeypatch):
    other = view(Clocks(LAST, LAST)).promises().head(1).with_columns(kind=pl.lit("other"))
    monkeypatch.setattr(View, "promises", lambda view: other)
    assert "Promise made" in [event.words for event in events(view(Clocks(LAST, LAST)))]


def test_a_review_without_risk_assessments_has_no_change_of_scope(view, monkeypatch):
    monkeypatch.setattr(View, "loaded", lambda view, names: [])
    assert not [event for event in events(view(Clocks(LAST, LAST))) if event.kind == "scope"]


def test_events_are_computed_once_in_a_run(view, monkeypatch):
    latest = view(Clocks(LAST, LAST))
    first = events(latest, ["backlog"])
    monkeypatch.setattr(Press, "public", lambda press: pytest.fail("asked again"))
    assert events(latest, ["backlog"]) is first
    assert events(replace(latest, filters=(("area", ("east",)),)), ["backlog"]) is first


@pytest.mark.parametrize("role", [Role.PRESS_OFFICER, Role.DATA_STEWARD, Role.AUDITOR])
def test_events_are_for_those_who_see_figures(view, role):
    with pytest.raises(Refused):
        events(view(Clocks(LAST, LAST), role))
