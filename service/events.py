"""What happened in the review, to be marked on its charts: releases, promises, scope and dated notes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from access.roles import Permission
from charts.events import Event, Kind
from data.errors import UserError
from data.formatting import counted, written_day
from data.notes import Note, Notes
from data.publishing.release import Person
from metrics.decisions import KINDS
from service import results
from service.cache import of_view
from service.over_time import scope_since_whole
from service.releases.publishing import Press
from service.view import Source, View

LEAST_OF_SCOPE = 0.01  # of the scope: a smaller change is no event
Happened = tuple[dt.date, str, Kind]
PROMISED = {"finish by a day": "Promised: finish by", "keep staffing": "Promised: keep {staffing} until"}
UNDATED = {"other": "Promise made"}


def events(view: View, names: Sequence[str] = ()) -> list[Event]:
    """Return, by day and numbered from 1, what the view's clocks know; of notes, those on the named figures.
    names: none for all. Only a day promised may be after the view's own."""
    view.source.visit.require(Permission.FIGURES, "events")
    key = ("events", view.clocks, tuple(names))
    if key not in view.source.run:
        whole = replace(view, filters=(), against=None)
        happened = dict.fromkeys([*_releases(view), *_promises(whole), *_scope(whole), *_notes(view, names)])
        ordered = enumerate(sorted(happened, key=lambda event: event[0]), 1)
        view.source.run[key] = [Event(day, words, number, kind) for number, (day, words, kind) in ordered]
    return view.source.run[key]


def _releases(view: View) -> Iterator[Happened]:
    source = view.source
    for release in Press(source).public() if source.visit.may(Permission.RELEASES) else ():
        if (day := source.terms.day_of(release.published_at)) <= view.clocks.known_until:
            yield day, f"{release.published.name} published", "release"


@of_view
def _promises(view: View) -> list[Happened]:
    happened = list[Happened]()
    for row in view.promises().sort("made_on", "commitment_ref").iter_rows(named=True):
        kind, due, withdrawn = row["kind"], row["due_on"], row["withdrawn_on"]
        words = UNDATED.get(kind) or f"Promised: {KINDS.get(kind, kind)}"
        if due and kind in PROMISED:
            words = f"{PROMISED[kind]} {written_day(due)}"
        happened.append((row["made_on"], view.words(words), "promise"))
        if due and (withdrawn is None or withdrawn > view.clocks.as_at):
            happened.append((due, "Day promised", "promise"))
    return happened


@of_view
def _scope(view: View) -> list[Happened]:
    """Changes of the scope, as was known on each day, once all that was in it had been risk assessed."""
    scope = scope_since_whole(view).with_columns(change=pl.col("size").diff())
    notable = scope.filter(pl.col("change").abs() >= LEAST_OF_SCOPE * pl.col("size"))
    case, happened = view.source.terms.case, list[Happened]()
    for day, change in notable.select("day", "change").iter_rows():
        many = counted(abs(change), case.one, case.many)
        happened.append((day, f"Scope: {many} {'added' if change > 0 else 'removed'}", "scope"))
    return happened


def _notes(view: View, names: Sequence[str]) -> Iterator[Happened]:
    for note in notes(view):
        if note.happened_on <= view.clocks.as_at and note.speaks_of(names):
            yield note.happened_on, note.words, "note"


def notes(view: View) -> list[Note]:
    """Return the notes known on the view's day, by the day they speak of."""
    day = view.clocks.known_at
    # As known now, those written since the last load are known too.
    now = day >= view.source.last_day
    every = view.source.dated_notes()
    known = (note for note in every if (note.recorded_to is None if now else note.known(day)))
    return sorted(known, key=lambda note: (note.happened_on, note.note))


def write_note(
    source: Source, day: dt.date, words: str, figures: Sequence[str] = (), *, seen: Note | None = None
) -> Note:
    """figures: names, empty for all. seen: the version to supersede. UserError: it stands no more, or what is
    wrong with the note."""
    # What is written here is for good, and the page may have computed for seconds since its run began.
    source.visit.refresh()
    session = source.visit.require(Permission.NOTES, "write a note")
    if not set(figures) <= {metric.name for metric in source.catalogue()}:
        raise UserError("One of the figures of this note is not in the catalogue: choose again.")
    source.run.clear()
    store, by = Notes(results.review_at(source.place)), Person(session.who, session.role)
    return store.add(by, day, words, figures, seen=seen)
