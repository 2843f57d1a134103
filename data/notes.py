"""Dated notes on figures: each version is a row and an entry in the record; nothing changes later."""

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from data.connection import changing, reading
from data.errors import UserError
from data.formatting import written_day
from data.intake.privacy import personal_in
from data.publishing.release import Person
from data.record import Entry, Kind, Outcome
from data.review import Review
from data.schema import LISTS
from data.tables import LONGEST_NOTE, Tables, has_reference

# Neither the lock of a load, of the record nor of a release.
NOTES_LOCK = 3778_0013
SHORTEST_REFERENCE = 5


@dataclass(frozen=True)
class Note:
    """figures: names of metrics, empty for all. recorded_to: the first day of the next version."""

    note: int
    version: int
    happened_on: dt.date
    words: str
    figures: tuple[str, ...]
    role: str
    recorded_from: dt.date
    recorded_to: dt.date | None = None

    def known(self, day: dt.date) -> bool:
        return self.recorded_from <= day and (self.recorded_to is None or day < self.recorded_to)

    def speaks_of(self, figures: Sequence[str]) -> bool:
        """figures: empty for all."""
        return not self.figures or not figures or not set(self.figures).isdisjoint(figures)

    @property
    def digest(self) -> str:
        values = [str(value) for name, value in vars(self).items() if name not in ("figures", "recorded_to")]
        return hashlib.sha256(json.dumps([*values, *self.figures]).encode()).hexdigest()


class Notes:
    def __init__(self, review: Review, today: Callable[[], dt.date] | None = None) -> None:
        self._review = review
        self._table = review.ledger.tables.notes
        self._today = today or review.today

    def all(self) -> list[Note]:
        with reading(self._review.ledger.engine) as connection:
            return _read(connection, self._table)

    def add(
        self, by: Person, day: dt.date, words: str, figures: Sequence[str] = (), *, seen: Note | None = None
    ) -> Note:
        """seen: the version that this one takes the place of, as its author has seen it.

        UserError: that version has changed, the day is outside the review, or the words are too long or seem
        to name somebody.
        """
        today = self._today()
        begins = self._review.terms.period.begins
        if not begins <= day <= today:
            raise UserError(f"A note speaks of a day from {written_day(begins)} to {written_day(today)}.")
        with changing(self._review.ledger.engine, NOTES_LOCK) as connection:
            text = screened(connection, self._review, words)
            rows = _read(connection, self._table)
            number = max((row.note for row in rows), default=0) + 1
            note = Note(number, 1, day, text, tuple(sorted(set(figures))), by.role, today)
            if seen is not None:
                if seen.recorded_to is not None or seen not in rows:
                    raise UserError("This note has changed since you loaded the page: load it again.")
                # A clock that was put back must not have it known before the version it takes the place of.
                recorded_from = max(today, seen.recorded_from)
                note = replace(note, note=seen.note, version=seen.version + 1, recorded_from=recorded_from)
            row = {name: value for name, value in vars(note).items() if name != "recorded_to"}
            connection.execute(self._table.insert(), {**row, "figures": " ".join(note.figures)})
            step = "added" if seen is None else "superseded"
            scope = f"note {note.note} {step}: version {note.version}; sha256 {note.digest}"
            entry = Entry(Kind.ADMINISTRATION, by.who, by.role, scope, "", Outcome.ALLOWED)
            head = self._review.record.append(connection, entry)
        self._review.record.committed([head])
        return note


def unsigned(connection: sa.Connection, tables: Tables) -> list[str]:
    scope = tables.record.c.scope
    query = sa.select(scope).where(scope.startswith("note "), tables.record.c.kind == Kind.ADMINISTRATION)
    signed = dict(text.rpartition("; sha256 ")[::-2] for text in connection.scalars(query))
    notes = {note.digest: note for note in _read(connection, tables.notes)}
    put_in = [note for digest, note in notes.items() if digest not in signed]
    wrong = [f"Note {note.note}, version {note.version}, is not as the record has it." for note in put_in]
    gone = [scope for digest, scope in signed.items() if digest not in notes]
    return wrong + [f"A note is gone, of which the record says: {scope}." for scope in gone]


def _read(connection: sa.Connection, table: sa.Table) -> list[Note]:
    rows = connection.execute(sa.select(table).order_by(table.c.note, table.c.version)).mappings().all()
    ends = {
        (one["note"], one["version"]): other["recorded_from"]
        for one, other in pairwise(rows)
        if one["note"] == other["note"]
    }
    notes: list[Note] = []
    for row in rows:
        own: dict[str, Any] = {**row, "figures": tuple(row["figures"].split())}
        notes.append(Note(**own, recorded_to=ends.get((row["note"], row["version"]))))
    return notes


def screened(connection: sa.Connection, review: Review, words: str) -> str:
    """Return a note as it is stored; UserError: it is too long, or seems to name somebody or a case."""
    terms, text = review.terms, unicodedata.normalize("NFC", " ".join(words.split()))
    if not 0 < len(text) <= LONGEST_NOTE or not text.isprintable():
        raise UserError(f"Write the note as one line of at most {LONGEST_NOTE} characters.")
    own = [terms.name, terms.body, terms.oversight_body, terms.scheme]
    own += [code for name in LISTS for code in terms.codes(name)]
    what = personal_in(text, own=" ".join(own))
    if not what and _names_a_case(connection, review.ledger.tables, text):
        what = "the reference of a case"
    if what:
        raise UserError(f"The note seems to hold {what}, which no note may: write it without.")
    return text


def _names_a_case(connection: sa.Connection, tables: Tables, text: str) -> bool:
    words = [word.strip(".,;:!?()'\"") for word in text.split()]
    # Shorter ones, such as a year or a count, may be a reference by chance.
    could = [word for word in words if len(word) >= SHORTEST_REFERENCE and re.search(r"\d", word)]
    return has_reference(connection, tables, could)
