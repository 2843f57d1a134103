"""Dated notes on both databases: what is kept, on which days it is known, and what is refused."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.backup import backup, drill
from data.connection import changing, reading
from data.erase import _guards_off
from data.errors import UserError
from data.notes import Note, Notes, unsigned
from data.publishing.release import Person
from tests.data.conftest import DAY, Loader, lines

ANN, BEN = Person("ann", "analyst"), Person("ben", "analyst")
CHRISTMAS = dt.date(2023, 12, 25)
WORDS = "Two teams were on leave"


class Clock:
    day = DAY

    def __call__(self) -> dt.date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes(on_both: Loader, clock: Clock) -> Notes:
    return Notes(on_both.review, clock)


def entries(desk: Loader) -> list[tuple[str, ...]]:
    with desk.review.record.reading() as rows:
        return [(row.kind, row.who, row.role, row.scope) for row in rows if row.scope.startswith("note ")]


def test_a_note_is_kept_as_it_was_written_with_its_author_s_role_and_the_day_it_became_known(notes):
    note = notes.add(ANN, CHRISTMAS, f"  {WORDS}\n in full ", ("headcount", "backlog", "headcount"))
    assert note == Note(1, 1, CHRISTMAS, f"{WORDS} in full", ("backlog", "headcount"), "analyst", DAY)
    assert notes.all() == [note]


def test_a_note_that_is_superseded_stays_and_is_known_until_the_day_of_the_new_one(notes, clock):
    first = notes.add(ANN, CHRISTMAS, WORDS)
    other = notes.add(BEN, DAY, "A team was trained")
    clock.day = dt.date(2024, 2, 1)
    second = notes.add(BEN, CHRISTMAS, "Three teams were on leave", ("headcount",), seen=first)
    old, new, third = notes.all()
    assert (old.note, old.version, old.words, old.recorded_to) == (1, 1, WORDS, clock.day)
    assert (new, third) == (second, other)
    assert (new.note, new.version, new.figures) == (1, 2, ("headcount",))
    known = {
        day: [note.version for note in (old, new) if note.known(day)]
        for day in (DAY, dt.date(2024, 1, 31), clock.day)
    }
    assert known == {DAY: [1], dt.date(2024, 1, 31): [1], clock.day: [2]}
    assert not old.known(DAY - dt.timedelta(days=1))


def test_a_note_superseded_on_its_own_day_was_known_on_none(notes):
    first = notes.add(ANN, CHRISTMAS, WORDS)
    notes.add(ANN, CHRISTMAS, "Three teams were on leave", seen=first)
    old, new = notes.all()
    assert (old.known(DAY), new.known(DAY)) == (False, True)


def test_a_clock_put_back_does_not_make_a_version_known_before_the_one_that_it_replaces(notes, clock):
    first = notes.add(ANN, CHRISTMAS, WORDS)
    clock.day = DAY - dt.timedelta(days=3)
    assert notes.add(ANN, CHRISTMAS, "Three teams were on leave", seen=first).recorded_from == DAY


def test_only_the_version_that_the_author_has_seen_can_be_superseded(notes):
    first = notes.add(ANN, CHRISTMAS, WORDS)
    notes.add(ANN, CHRISTMAS, "Three teams were on leave", seen=first)
    with pytest.raises(
        UserError, match=r"^This note has changed since you loaded the page: load it again\.$"
    ):
        notes.add(BEN, CHRISTMAS, "Four teams were on leave", seen=first)
    assert len(notes.all()) == 2


def test_each_version_has_a_signed_entry_with_its_author_and_a_digest(on_both, notes):
    first = notes.add(ANN, CHRISTMAS, WORDS)
    second = notes.add(BEN, CHRISTMAS, "Three teams were on leave", seen=first)
    assert entries(on_both) == [
        ("administration", "ann", "analyst", f"note 1 added: version 1; sha256 {first.digest}"),
        ("administration", "ben", "analyst", f"note 1 superseded: version 2; sha256 {second.digest}"),
    ]
    assert first.digest != second.digest


def test_a_row_that_the_record_does_not_have_is_found(on_both, notes):
    notes.add(ANN, CHRISTMAS, WORDS)
    ledger = on_both.review.ledger
    row = {
        "note": 2,
        "version": 1,
        "happened_on": CHRISTMAS,
        "words": "Planted",
        "figures": "",
        "role": "analyst",
        "recorded_from": DAY,
    }
    with reading(ledger.engine) as connection:
        assert unsigned(connection, ledger.tables) == []
    with changing(ledger.engine) as connection:
        connection.execute(ledger.tables.notes.insert(), row)
        assert unsigned(connection, ledger.tables) == ["Note 2, version 1, is not as the record has it."]


def test_a_note_that_was_taken_out_is_missed(on_both: Loader, notes: Notes) -> None:
    first = notes.add(ANN, CHRISTMAS, WORDS)
    notes.add(BEN, CHRISTMAS, "None was on leave", seen=first)
    tables = on_both.review.ledger.tables
    with changing(on_both.review.ledger.engine) as connection:
        with _guards_off(connection, ["notes"]):
            connection.execute(tables.notes.delete().where(tables.notes.c.version == 2))
        gone = "note 1 superseded: version 2"
        assert unsigned(connection, tables) == [f"A note is gone, of which the record says: {gone}."]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE notes SET words = 'Another'",
        "UPDATE notes SET recorded_from = '2020-01-01'",
        "DELETE FROM notes",
    ],
)
def test_the_database_refuses_every_change_of_a_note(on_both, notes, change):
    note = notes.add(ANN, CHRISTMAS, WORDS)
    with (
        pytest.raises(sa.exc.DatabaseError, match="append-only"),
        changing(on_both.review.ledger.engine) as connection,
    ):
        connection.exec_driver_sql(change)
    assert notes.all() == [note]


def test_sqlite_does_not_take_a_note_in_the_place_of_another(desk):
    note = Notes(desk.review, Clock()).add(ANN, CHRISTMAS, WORDS)
    statement = (
        "INSERT OR REPLACE INTO notes VALUES (1, 1, '2023-12-25', 'Another', '', 'analyst', '2024-01-11')"
    )
    with (
        pytest.raises(sa.exc.DatabaseError, match="append-only"),
        changing(desk.review.ledger.engine) as connection,
    ):
        connection.exec_driver_sql(statement)
    assert Notes(desk.review).all() == [note]


def test_a_note_is_in_a_backup_and_comes_back_from_it(on_both, notes, tmp_path: Path):
    on_both.take(lines("A-1,01/02/2020,right to ask,north,,"))
    notes.add(ANN, CHRISTMAS, WORDS)
    assert backup(on_both.review, tmp_path / "a.backup").tables["notes"] == 1
    assert drill(tmp_path / "a.backup").manifest.tables["notes"] == 1


def test_a_note_does_not_change_the_version_of_the_ledger(on_both, notes):
    before = on_both.review.ledger.stamp()
    notes.add(ANN, CHRISTMAS, WORDS)
    assert on_both.review.ledger.stamp() == before


@pytest.fixture
def small(desk: Loader) -> Notes:
    desk.take(lines("DV/22/02794,01/02/2020,right to ask,north,,"))
    return Notes(desk.review, Clock())


@pytest.mark.parametrize("words", ["", "   ", "x" * 121, "seen\u200bhidden", "turned \u202e round"])
def test_a_note_is_one_line_that_can_be_read(small, words):
    with pytest.raises(UserError, match=r"^Write the note as one line of at most 120 characters\.$"):
        small.add(ANN, CHRISTMAS, words)
    assert small.all() == []


@pytest.mark.parametrize("day", [dt.date(2015, 3, 31), DAY + dt.timedelta(days=1)])
def test_a_note_speaks_of_a_day_of_the_review_that_has_come(small, day):
    with pytest.raises(UserError) as refused:
        small.add(ANN, day, WORDS)
    assert str(refused.value) == "A note speaks of a day from 1 April 2015 to 11 January 2024."


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Jane Smith was on leave", "the name of a person"),
        ("Ask PC Patel", "the name of a person"),
        ("Write to a.b@example.org", "an e-mail address"),
        ("Ring 01380 735735", "a telephone number"),
        ("DV/22/02794, was opened again", "the reference of a case"),
    ],
)
def test_a_note_that_seems_to_hold_personal_data_is_refused_and_not_kept(small, words, what):
    with pytest.raises(UserError) as refused:
        small.add(ANN, CHRISTMAS, words)
    assert str(refused.value) == f"The note seems to hold {what}, which no note may: write it without."
    assert small.all() == []


def test_a_new_version_is_screened_as_the_first_was(small):
    first = small.add(ANN, CHRISTMAS, WORDS)
    with pytest.raises(UserError, match="the name of a person"):
        small.add(ANN, CHRISTMAS, "Jane Smith was on leave", seen=first)


def test_words_of_the_terms_are_no_names(small):
    assert small.add(ANN, CHRISTMAS, "The Office closed").words == "The Office closed"
