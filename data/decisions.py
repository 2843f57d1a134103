"""Steps of decisions: each is a row and an entry in the record, without which it does not count."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from data.connection import changing, reading
from data.decision_step import Action, DecisionStep
from data.errors import UserError
from data.notes import screened
from data.publishing.release import Person
from data.publishing.seal import sealed
from data.publishing.states import written_moment
from data.record import Entry, Kind, Outcome, Signed
from data.review import Review
from data.tables import Tables

# Neither the lock of a load, of the record, of a release nor of notes.
DECISIONS_LOCK = 3778_0015
ABOUT = "decision step "


class DecisionSteps:
    def __init__(self, review: Review, today: Callable[[], dt.date] | None = None) -> None:
        self._review = review
        self._today = today or review.today

    def all(self) -> tuple[list[DecisionStep], list[str]]:
        """Return the steps that count, first to last, and what is wrong with the others."""
        with reading(self._review.ledger.engine) as connection:
            return self._vouched(connection)

    def add(
        self,
        by: Person,
        about: tuple[str, str],
        note: str,
        to_role: str = "",
        *,
        figures: tuple[dt.date, int],
        seen: int,
    ) -> DecisionStep:
        """about: kind and reference. to_role: empty where it is taken. figures: their day, and how many wait.
        seen: the last step that its author has seen. UserError: another followed, or the note does not fit.
        """
        ledger = self._review.ledger
        with changing(ledger.engine, DECISIONS_LOCK) as connection:
            text, (steps, _) = screened(connection, self._review, note), self._vouched(connection)
            if seen != (steps[-1].step if steps else 0):
                raise UserError("A decision has changed since you loaded the page: load it again.")
            table = ledger.tables.decision_steps
            number = (connection.scalar(sa.select(sa.func.max(table.c.step))) or 0) + 1
            # A clock that was put back must not have it known before the step that it follows.
            today = max([self._today(), *(step.recorded_from for step in steps[-1:])])
            action, at = Action.ASSIGNED if to_role else Action.TAKEN, written_moment(dt.datetime.now(dt.UTC))
            own = (number, *about, action, to_role, text, by.who, by.role, at, *figures, today)
            step = DecisionStep(*own)
            connection.execute(table.insert(), vars(step))
            entry = Entry(Kind.ADMINISTRATION, by.who, by.role, _scope(table, step), text, Outcome.ALLOWED)
            head = self._review.record.append(connection, entry)
        self._review.record.committed([head])
        return step

    def _vouched(self, connection: sa.Connection) -> tuple[list[DecisionStep], list[str]]:
        tables = self._review.ledger.tables
        # Where no step was ever taken, the record need not be read.
        if connection.execute(sa.select(tables.decision_steps.c.step).limit(1)).first() is None:
            return [], []
        return vouched(connection, tables, self._review.record.signed(connection))


def vouched(
    connection: sa.Connection, tables: Tables, signed: Signed
) -> tuple[list[DecisionStep], list[str]]:
    """Return the steps that the record vouches for, first to last, and what is not as it has it."""
    table = tables.decision_steps
    entries = {
        entry.scope: (entry.who, entry.role, entry.reason)
        for entry in signed.entries
        if entry.kind == Kind.ADMINISTRATION and entry.scope.startswith(ABOUT)
    }
    steps, wrong = list[DecisionStep](), list[str]()
    for row in connection.execute(sa.select(table).order_by(table.c.step)).mappings():
        step = DecisionStep(**row)
        if entries.pop(_scope(table, step), None) == (step.who, step.role, step.note):
            steps.append(step)
        else:
            wrong.append(f"Step {step.step} of the decisions is not as the record has it.")
    wrong += [f"A step of the decisions is gone, of which the record says: {scope}." for scope in entries]
    if signed.fault and (steps or wrong):
        return [], [f"No step of a decision counts, since {signed.fault}.", *wrong]
    return steps, wrong


def _scope(table: sa.Table, step: DecisionStep) -> str:
    what = " ".join(filter(None, (step.kind, step.reference, step.action, step.to_role)))
    return sealed(f"{ABOUT}{step.step}: {what}", table, vars(step))
