"""Notes as a view knows them: on which clocks, to whom, and from which run on."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.errors import UserError
from data.notes import Notes
from data.publishing.release import Person
from metrics.as_at import Clocks
from service.notes import add, notes, supersede
from service.view import open_source

JANUARY, LAST = dt.date(2024, 1, 11), dt.date(2024, 5, 30)
CHRISTMAS, TRAINED = dt.date(2023, 12, 25), dt.date(2024, 2, 5)
WORDS = "Two teams were on leave"


@pytest.fixture
def folder(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched, tmp_path / "review"))


@pytest.fixture
def opened(folder, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    desk = services_of(folder)
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
    note = add(opened.source(), CHRISTMAS, WORDS, ["headcount"])
    # A run sees one state from its beginning to its end, but for what it writes itself.
    assert len(notes(view)) == count
    assert opened.words(Clocks(LAST, LAST)) == [WORDS]
    assert (note.role, note.figures) == ("analyst", ("headcount",))
    own = opened.source()
    assert len(notes(own.view(Clocks(LAST, LAST), {}))) == count + 1
    supersede(own, note, CHRISTMAS, "Three teams were on leave")
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
        note = add(opened.source(role), CHRISTMAS, WORDS)
        assert supersede(opened.source(role), note, CHRISTMAS, "Three teams were on leave").version == 2
        return
    with pytest.raises(Refused):
        add(opened.source(role), CHRISTMAS, WORDS)
    assert ("reader", "write a note") in opened.scopes("refused")
    assert opened.words(Clocks(LAST, LAST)) == []


def test_what_is_written_is_in_the_record_under_the_reader_s_own_name(opened):
    note = add(opened.source(), CHRISTMAS, WORDS)
    scope = f"note {note.note} added: version 1; sha256 {note.digest}"
    assert opened.scopes("allowed")[-1] == ("reader", scope)


def test_a_note_on_a_figure_that_is_not_there_is_refused_in_one_sentence(opened):
    with pytest.raises(UserError) as refused:
        add(opened.source(), CHRISTMAS, WORDS, ["headcount", "no such figure"])
    assert str(refused.value) == "One of the figures of this note is not in the catalogue: choose again."


def test_the_service_says_in_one_sentence_why_a_note_is_refused(opened):
    for words in ("Jane Smith was away", "x" * 200):
        with pytest.raises(UserError) as refused:
            add(opened.source(), CHRISTMAS, words)
        assert str(refused.value).count(".") == 1
