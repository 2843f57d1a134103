"""What happened in the demonstration, on either clock, and notes as a view knows them."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.errors import UserError
from data.notes import Notes
from data.publishing.release import Person
from metrics.as_at import Clocks
from service import cache
from service.events import events, notes, write_note
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
TRAINED = dt.date(2024, 2, 5)
WORDS = "Two teams were on leave"


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


@pytest.mark.usefixtures("forgotten")
def test_a_withdrawn_promise_has_no_day_and_two_for_one_day_have_one(view, monkeypatch):
    latest = view(Clocks(LAST, LAST))
    promises = latest.promises()
    assert sum(event.words == "Day promised" for event in events(latest)) == 1 < promises["due_on"].count()
    withdrawn = promises.with_columns(withdrawn_on=pl.lit(LAST))
    monkeypatch.setattr(View, "promises", lambda view: withdrawn)
    cache.clear()
    assert "Day promised" not in [event.words for event in events(view(Clocks(LAST, LAST)))]


@pytest.mark.usefixtures("forgotten")
def test_a_promise_of_another_kind_is_told_without_its_words(view, monkeypatch):
    other = view(Clocks(LAST, LAST)).promises().head(1).with_columns(kind=pl.lit("other"))
    monkeypatch.setattr(View, "promises", lambda view: other)
    assert "Promise made" in [event.words for event in events(view(Clocks(LAST, LAST)))]


@pytest.mark.usefixtures("forgotten")
def test_a_review_without_risk_assessments_has_no_change_of_scope(view, monkeypatch):
    monkeypatch.setattr(View, "loaded", lambda view, names: [])
    cache.clear()
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


@pytest.fixture
def empty_folder(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched, tmp_path / "review"))


@pytest.fixture
def opened(empty_folder, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(empty_folder))
    desk = services_of(empty_folder)
    already = {note.note for note in Notes(desk.review).all()}

    class Opened:
        """A source for each run, as a page has it, and the words of the notes of this test."""

        def source(self, role=Role.ANALYST):
            return open_source(desk.visit(desk.welcome("reader", (role,), "test")), "M")

        def words(self, clocks, role=Role.ANALYST):
            view = self.source(role).view(clocks, {})
            return [note.words for note in notes(view) if note.note not in already]

        def recorded(self, day, *args, seen=None):
            store, by = Notes(desk.review, lambda: day), Person("ann", "analyst")
            return store.add(by, *args, seen=seen)

        def scopes(self, outcome):
            with desk.review.record.reading() as rows:
                return [(row.who, row.scope) for row in rows if row.outcome == outcome]

    return Opened()


def test_a_note_stands_from_the_next_run_on_without_a_load(opened):
    before = opened.source()
    view = before.view(Clocks(LAST, LAST), {})
    count = len(notes(view))
    note = write_note(opened.source(), CHRISTMAS, WORDS, ["headcount"])
    # A run sees one state from its beginning to its end, but for what it writes itself.
    assert len(notes(view)) == count
    assert opened.words(Clocks(LAST, LAST)) == [WORDS]
    assert (note.role, note.figures) == ("analyst", ("headcount",))
    own = opened.source()
    assert len(notes(own.view(Clocks(LAST, LAST), {}))) == count + 1
    write_note(own, CHRISTMAS, "Three teams were on leave", seen=note)
    assert "Three teams were on leave" in [row.words for row in notes(own.view(Clocks(LAST, LAST), {}))]


def test_a_note_is_known_from_the_day_on_which_it_was_recorded(opened):
    opened.recorded(JANUARY, CHRISTMAS, WORDS)
    assert opened.words(Clocks.then(JANUARY - dt.timedelta(days=1))) == []
    assert opened.words(Clocks.then(JANUARY)) == [WORDS]
    assert opened.words(Clocks(CHRISTMAS, JANUARY)) == [WORDS]


def test_a_superseded_note_is_known_as_it_was_on_the_days_before(opened):
    first = opened.recorded(JANUARY, CHRISTMAS, WORDS)
    opened.recorded(TRAINED, CHRISTMAS, "Three teams were on leave", seen=first)
    assert opened.words(Clocks(CHRISTMAS, TRAINED - dt.timedelta(days=1))) == [WORDS]
    assert opened.words(Clocks(CHRISTMAS, TRAINED)) == ["Three teams were on leave"]
    assert opened.words(Clocks(CHRISTMAS, LAST)) == ["Three teams were on leave"]


def test_notes_written_since_the_last_load_are_known_now_and_in_order_of_the_day_they_speak_of(opened):
    since = LAST + dt.timedelta(days=30)
    opened.recorded(since, TRAINED, "A team was trained")
    opened.recorded(since, CHRISTMAS, WORDS)
    assert opened.words(Clocks(LAST, LAST)) == [WORDS, "A team was trained"]
    assert opened.words(Clocks(LAST, LAST - dt.timedelta(days=1))) == []


@pytest.mark.parametrize("role", Role)
def test_notes_are_read_by_who_sees_figures_and_written_by_analysts(opened, role):
    if role in (Role.CHIEF_OFFICER, Role.ANALYST, Role.RELEASE_APPROVER):
        assert opened.words(Clocks(LAST, LAST), role) == []
    else:
        with pytest.raises(Refused):
            opened.words(Clocks(LAST, LAST), role)
    if role is Role.ANALYST:
        note = write_note(opened.source(role), CHRISTMAS, WORDS)
        assert write_note(opened.source(role), CHRISTMAS, "Three teams were on leave", seen=note).version == 2
        return
    with pytest.raises(Refused):
        write_note(opened.source(role), CHRISTMAS, WORDS)
    assert ("reader", "write a note") in opened.scopes("refused")
    assert opened.words(Clocks(LAST, LAST)) == []


def test_what_is_written_is_in_the_record_under_the_reader_s_own_name(opened):
    note = write_note(opened.source(), CHRISTMAS, WORDS)
    scope = f"note {note.note} added: version 1; sha256 {note.digest}"
    assert opened.scopes("allowed")[-1] == ("reader", scope)


def test_a_note_on_a_figure_that_is_not_there_is_refused_in_one_sentence(opened):
    with pytest.raises(UserError) as refused:
        write_note(opened.source(), CHRISTMAS, WORDS, ["headcount", "no such figure"])
    assert str(refused.value) == "One of the figures of this note is not in the catalogue: choose again."


def test_the_service_says_in_one_sentence_why_a_note_is_refused(opened):
    for words in ("Jane Smith was away", "x" * 200):
        with pytest.raises(UserError) as refused:
            write_note(opened.source(), CHRISTMAS, words)
        assert str(refused.value).count(".") == 1
