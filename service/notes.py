"""Dated notes on figures: who may write one, and those that a view knows."""

import datetime as dt
from collections.abc import Sequence

from access.roles import Permission
from data.errors import UserError
from data.notes import Note, Notes
from data.publishing.release import Person
from service import results
from service.view import Source, View


def notes(view: View) -> list[Note]:
    """Return the notes known on the view's day, by the day they speak of."""
    day = view.clocks.known_at
    # As known now, those written since the last load are known too.
    now = day >= view.source.last_day
    every = view.source.dated_notes()
    known = (note for note in every if (note.recorded_to is None if now else note.known(day)))
    return sorted(known, key=lambda note: (note.happened_on, note.note))


def add(source: Source, day: dt.date, words: str, figures: Sequence[str] = ()) -> Note:
    """figures: names, empty for all. UserError: what is wrong with the note."""
    store, by = _writing(source, figures)
    return store.add(by, day, words, figures)


def supersede(source: Source, seen: Note, day: dt.date, words: str, figures: Sequence[str] = ()) -> Note:
    """seen: the version that the author has seen. UserError: it stands no more, or what is wrong."""
    store, by = _writing(source, figures)
    return store.add(by, day, words, figures, seen=seen)


def _writing(source: Source, figures: Sequence[str]) -> tuple[Notes, Person]:
    # What is written here is for good, and the page may have computed for seconds since its run began.
    source.visit.refresh()
    session = source.visit.require(Permission.NOTES, "write a note")
    if not set(figures) <= {metric.name for metric in source.catalogue()}:
        raise UserError("One of the figures of this note is not in the catalogue: choose again.")
    source.run.clear()
    return Notes(results.review_at(source.place)), Person(session.who, session.role)
