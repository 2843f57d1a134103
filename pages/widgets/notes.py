"""Dated notes on figures: the current ones, a form for a new one, and one for new words of an old one."""

import datetime as dt
from zoneinfo import ZoneInfo

import streamlit as st

from access.roles import Permission
from data.errors import UserError
from data.formatting import listed_words, short_day
from data.notes import Note
from data.tables import LONGEST_NOTE
from service import events
from service.markdown import plain
from service.view import View

DONE = "notes_done"
ALL = "All figures"


def draw(view: View) -> None:
    if done := st.session_state.pop(DONE, None):
        st.success(done)
    rows = events.notes(view)
    if rows:
        st.markdown("\n".join(f"- {line}" for line in _lines(view, rows)))
    else:
        st.caption("There are no notes yet.")
    if not view.source.visit.may(Permission.NOTES):
        return
    # Anew after each note: what was typed for one is not sent for another.
    key = f"note_{len(view.source.dated_notes())}"
    options = [None, *(note for note in rows if note.recorded_to is None)]
    chosen = st.selectbox("Write", options, format_func=_called, key=f"{key}_chosen") if rows else None
    _form(view, chosen, f"{key}_{chosen.note if chosen else 'new'}")


def _called(note: Note | None) -> str:
    return f"Supersede {short_day(note.happened_on)}: {note.words}" if note else "A new note"


def _form(view: View, note: Note | None, key: str) -> None:
    source = view.source
    titles = {metric.name: metric.title for metric in source.catalogue() if view.loaded([metric.name])}
    begins = source.terms.period.begins
    today = dt.datetime.now(ZoneInfo(source.terms.time_zone)).date()
    day = note.happened_on if note else view.clocks.known_until
    with st.form(key, border=False):
        day = st.date_input(
            "Day", min(max(day, begins), today), min_value=begins, max_value=today, format="DD/MM/YYYY",
            key=f"{key}_day",
        )  # fmt: skip
        words = st.text_input(
            "Note", note.words if note else "", max_chars=LONGEST_NOTE, key=f"{key}_words",
            help="One short sentence that names nobody.",
        )  # fmt: skip
        chosen = [name for name in note.figures if name in titles] if note else None
        figures = st.multiselect(
            "Figures", list(titles), chosen, format_func=titles.__getitem__, placeholder=ALL,
            key=f"{key}_figures",
        )  # fmt: skip
        if not st.form_submit_button("Supersede" if note else "Save"):
            return
    try:
        events.write_note(source, day, words, figures, seen=note)
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    st.session_state[DONE] = f"The note is {'superseded' if note else 'saved'}."
    st.rerun()


def _lines(view: View, rows: list[Note]) -> list[str]:
    titles = {metric.name: metric.title for metric in view.source.catalogue()}
    lines = list[str]()
    for note in rows:
        figures = listed_words([titles.get(name, name) for name in note.figures]) if note.figures else ALL
        about = f"{figures}; {note.role}, known from {short_day(note.recorded_from)}"
        lines.append(f"{plain(f'{short_day(note.happened_on)}: {note.words}')}  \n  {plain(f'({about})')}")
    return lines
