"""Steps of decisions on both databases: what is stored and signed, and what counts once it was altered."""

import datetime as dt
from dataclasses import astuple
from pathlib import Path

import pytest
import sqlalchemy as sa

from access.audit import verify
from data.backup import backup, drill
from data.connection import changing, reading
from data.decision_step import Action, DecisionStep
from data.decisions import DecisionSteps, vouched
from data.erase import _guards_off, erase
from data.errors import UserError
from data.publishing.release import Person
from data.record import Signed
from tests.data.conftest import DAY, Loader, lines

ANN, BEN = Person("ann", "analyst"), Person("ben", "chief officer")
HARM, PROMISE = ("harm", ""), ("commitment", "C-1")
NOTE, FIGURES = "Refer it on Monday", (dt.date(2024, 1, 10), 3)
PLANTED = (
    "INSERT INTO decision_steps VALUES (1, 'harm', '', 'taken', '', 'Planted', 'eve', 'chief officer', "
    "'2024-01-11T00:00:00.000000+00:00', '2024-01-11', 9, '2024-01-11')"
)


class Clock:
    day = DAY

    def __call__(self) -> dt.date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def steps(on_both: Loader, clock: Clock) -> DecisionSteps:
    return DecisionSteps(on_both.review, clock)


def entries(desk: Loader) -> list[tuple[str, ...]]:
    with desk.review.record.reading() as rows:
        own = [row for row in rows if row.scope.startswith("decision step ")]
    return [
        (row.kind, row.who, row.role, row.scope.partition("; row ")[0], row.reason, row.outcome)
        for row in own
    ]


def test_a_step_is_stored_with_who_when_and_the_figures_it_rests_on(steps):
    step = steps.add(BEN, PROMISE, f"  {NOTE}\n at the latest ", figures=FIGURES, seen=0)
    moment = dt.datetime.fromisoformat(step.at)
    assert step == DecisionStep(
        1, *PROMISE, Action.TAKEN, "", f"{NOTE} at the latest", "ben", "chief officer", step.at, *FIGURES, DAY
    )
    assert moment.tzinfo == dt.UTC
    assert steps.all() == ([step], [])


def test_each_step_has_a_signed_entry_with_its_author_and_its_note(on_both, steps):
    steps.add(BEN, HARM, NOTE, "analyst", figures=FIGURES, seen=0)
    steps.add(ANN, PROMISE, "More staff come", figures=FIGURES, seen=1)
    assert entries(on_both) == [
        (
            "administration", "ben", "chief officer", "decision step 1: harm assigned analyst", NOTE, "allowed",
        ),
        (
            "administration", "ann", "analyst", "decision step 2: commitment C-1 taken", "More staff come",
            "allowed",
        ),
    ]  # fmt: skip
    assert verify(on_both.review.record).whole


def test_a_row_without_its_entry_does_not_count_and_is_named(on_both, steps):
    with changing(on_both.review.ledger.engine) as connection:
        connection.exec_driver_sql(PLANTED)
    wrong = "Step 1 of the decisions is not as the record has it."
    assert steps.all() == ([], [wrong])
    assert wrong in verify(on_both.review.record).findings
    step = steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    assert steps.all() == ([step], [wrong])


@pytest.mark.parametrize(
    "change",
    [
        "size = 99",
        "as_at = '2024-06-01'",
        "note = 'Another'",
        "kind = 'overdue'",
        "reference = 'C-2'",
        "who = 'eve'",
        "role = 'auditor'",
        "recorded_from = '2023-01-01'",
        "at = '2024-01-11'",
        "action = 'assigned', to_role = 'auditor'",
    ],
)
def test_a_row_that_was_altered_behind_the_guards_does_not_count(on_both, steps, change):
    steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    with (
        changing(on_both.review.ledger.engine) as connection,
        _guards_off(connection, ["decision_steps"]),
    ):
        connection.exec_driver_sql(f"UPDATE decision_steps SET {change}")
    counting, (wrong, gone) = steps.all()
    assert counting == []
    assert wrong == "Step 1 of the decisions is not as the record has it."
    assert gone.startswith("A step of the decisions is gone")


def test_a_step_that_was_taken_out_is_missed(on_both, steps):
    first = steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    steps.add(BEN, HARM, NOTE, "analyst", figures=FIGURES, seen=1)
    with (
        changing(on_both.review.ledger.engine) as connection,
        _guards_off(connection, ["decision_steps"]),
    ):
        connection.exec_driver_sql("DELETE FROM decision_steps WHERE step = 2")
    counting, (gone,) = steps.all()
    assert counting == [first]
    assert gone.startswith(
        "A step of the decisions is gone, of which the record says: decision step 2: harm assigned analyst; "
    )
    assert gone in verify(on_both.review.record).findings


def test_where_the_record_is_not_whole_no_step_counts(on_both, steps):
    steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    ledger = on_both.review.ledger
    with reading(ledger.engine) as connection:
        signed = on_both.review.record.signed(connection)
        counting, wrong = vouched(connection, ledger.tables, Signed(signed.entries, "the anchor is missing"))
    assert (counting, wrong) == ([], ["No step of a decision counts, since the anchor is missing."])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decision_steps SET size = 4",
        "UPDATE decision_steps SET recorded_from = '2020-01-01'",
        "DELETE FROM decision_steps",
        PLANTED.replace("VALUES (1,", "VALUES (7,"),
    ],
)
def test_the_database_refuses_every_change_of_a_step_and_any_but_the_next(on_both, steps, change):
    step = steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    with (
        pytest.raises(sa.exc.DatabaseError, match="append-only"),
        changing(on_both.review.ledger.engine) as connection,
    ):
        connection.exec_driver_sql(change)
    assert steps.all() == ([step], [])


def test_sqlite_does_not_take_a_step_in_the_place_of_another(desk):
    steps = DecisionSteps(desk.review, Clock())
    step = steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    with (
        pytest.raises(sa.exc.DatabaseError, match="append-only"),
        changing(desk.review.ledger.engine) as connection,
    ):
        connection.exec_driver_sql(PLANTED.replace("INSERT", "INSERT OR REPLACE"))
    assert steps.all() == ([step], [])


def test_only_what_the_author_has_seen_can_be_followed(steps):
    steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    with pytest.raises(
        UserError, match=r"^A decision has changed since you loaded the page: load it again\.$"
    ):
        steps.add(ANN, HARM, "Another", figures=FIGURES, seen=0)
    assert len(steps.all()[0]) == 1


def test_a_clock_put_back_does_not_make_a_step_known_before_the_one_that_it_follows(steps, clock):
    steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    clock.day = DAY - dt.timedelta(days=3)
    assert steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=1).recorded_from == DAY


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        ("", "Write the note as one line of at most 120 characters."),
        ("x" * 121, "Write the note as one line of at most 120 characters."),
        (
            "Jane Smith decides",
            "The note seems to hold the name of a person, which no note may: write it without.",
        ),
        (
            "Refer A-12345",
            "The note seems to hold the reference of a case, which no note may: write it without.",
        ),
    ],
)
def test_a_note_that_does_not_fit_or_names_somebody_is_refused_and_not_stored(desk, note, sentence):
    desk.take(lines("A-12345,01/02/2020,right to ask,north,,"))
    steps = DecisionSteps(desk.review, Clock())
    with pytest.raises(UserError) as refused:
        steps.add(BEN, HARM, note, figures=FIGURES, seen=0)
    assert str(refused.value) == sentence
    assert steps.all() == ([], [])


def test_a_step_is_in_a_backup_and_comes_back_from_it(on_both, steps, tmp_path: Path):
    on_both.take(lines("A-1,01/02/2020,right to ask,north,,"))
    steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    assert backup(on_both.review, tmp_path / "a.backup").tables["decision_steps"] == 1
    assert drill(tmp_path / "a.backup").manifest.tables["decision_steps"] == 1


def test_an_erasure_leaves_the_steps_which_name_nobody(on_both, steps):
    on_both.take(lines("A-1,01/02/2020,right to ask,north,,"))
    step = steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    erase(on_both.review, "applications", "A-1", "order of the court of 3 May")
    assert astuple(*steps.all()[0]) == astuple(step)


def test_a_step_does_not_change_the_version_of_the_ledger(on_both, steps):
    before = on_both.review.ledger.stamp()
    steps.add(BEN, HARM, NOTE, figures=FIGURES, seen=0)
    assert on_both.review.ledger.stamp() == before
