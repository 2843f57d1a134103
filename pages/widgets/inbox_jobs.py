"""Files that were sent to be loaded: the guess, what it would change, and the word that loads it."""

from collections.abc import Callable, Mapping

import polars as pl
import streamlit as st

from access.roles import Permission
from access.visit import Visit
from data.errors import UserError
from data.formatting import counted, written_count
from data.record import Kind
from data.spool import ASKING, WAITING, Job, Spool
from data.terms import Terms
from data.terms_draft import changes_in, current, read_as, text_of, title_of, written
from pages.shell.current_user import services
from service.inbox import plan_of
from service.mapping_table import LEFT_OUT, MappingTable
from service.markdown import plain
from service.results import shown
from service.view import Source

SEND = "/send"
LOOK = 2  # seconds between two looks at what the inbox has done
PATIENCE = 120  # seconds until a reader is told that it does not
WORDS = {
    "sent": "being read", "guessed": "waits for its mapping", "rehearse": "being rehearsed",
    "rehearsed": "waits for your word", "load": "being loaded", "loaded": "loaded", "dropped": "dropped",
    "refused": "not taken",
}  # fmt: skip
SETTING, NOW, FROM_FILE, TAKE = "Setting", "In the terms now", "From this file", "Write it"
COLUMNS = THEIRS, BECOMES, FORMAT, NOTE = ("Their column", "Becomes", "Format of days", "Why, and more")


def available(source: Source) -> bool:
    return source.visit.may(Permission.SEND_EXTRACTS) and services().spool is not None


def draw(source: Source) -> None:
    source.visit.require(Permission.SEND_EXTRACTS, "files to load")
    spool = services().spool
    if spool is None:
        return
    st.html(f'<p><a class="candour-button" href="{SEND}" target="_self">Send a file</a></p>')
    jobs = spool.jobs()
    if not jobs:
        st.caption("No file waits. Send one, and see what it would change before anything is loaded.")
        return
    # By its id: two files may have one name in one minute.
    titles = {job.id: f"{job.name}, {WORDS[job.state]} ({job.sent_at:%-d %b %H:%M} UTC)" for job in jobs}
    job_id = st.selectbox("File", [*titles], format_func=titles.__getitem__, key="inbox_file")
    _watched(source, spool, job_id)


@st.fragment
def _watched(source: Source, spool: Spool, job_id: str) -> None:
    job = spool.job(job_id)
    if job is None:
        st.caption("This file is gone.")
        return
    if job.state in ASKING:
        _wait(spool, job)
        return
    if job.fault:
        st.error(plain(job.fault))
    for line in job.outcome.lines:
        st.markdown(plain(line))
    if job.state in WAITING:
        _mapping(source, spool, job)
    _outcome(job)
    if job.state == "rehearsed":
        _confirm(source.visit, spool, job)
    if job.state in WAITING:
        _drop(source.visit, spool, job)


def _wait(spool: Spool, job: Job) -> None:
    if spool.waited(job) > PATIENCE:
        st.warning(
            "The inbox has not acted for two minutes. Ask whoever runs Candour whether it runs.", icon=None
        )
        return

    @st.fragment(run_every=LOOK)
    def look() -> None:
        now = spool.job(job.id)
        if now is None or now.state != job.state:
            st.rerun()
        st.caption(f"{job.name} is {WORDS[job.state]}.")

    look()


def _mapping(source: Source, spool: Spool, job: Job) -> None:
    known = "the mapping of an earlier load" if job.known else "a guess: look at every line"
    st.markdown(f"**Mapping** ({known})")
    for remark in () if job.outcome.counts else job.remarks:
        st.caption(plain(remark))
    ways = [*(["New columns"] if job.known else []), "All columns", "As text"]
    way = st.segmented_control("Show", ways, default=ways[0], key=f"way_{job.id}") or ways[0]
    with st.form(f"mapping_{job.id}", border=False):
        read = _text(job) if way == "As text" else _table(job, only_new=way == "New columns")
        read_terms = _terms_text(job) if way == "As text" else _terms_table(source.terms, job)
        day = st.date_input("Day of the extract", job.recorded_on or "today", format="DD/MM/YYYY")
        if st.form_submit_button("Rehearse", type="primary"):
            try:
                text, (terms, taken) = read(), read_terms()
                plan_of(text)
            except UserError as wrong:
                st.error(plain(str(wrong)))
                return
            change = {"state": "rehearse", "mapping": text, "recorded_on": day, "confirmed": (), "fault": ""}
            _ask(source.visit, spool, job, {**change, "terms": terms, "taken": taken}, "rehearsal")


def _text(job: Job) -> Callable[[], str]:
    text = st.text_area("Edit the mapping (see docs/mapping.md)", job.mapping, height=240)
    return lambda: text


def _table(job: Job, *, only_new: bool) -> Callable[[], str]:
    """Return what reads the edited table as a mapping."""
    try:
        table = MappingTable(job.mapping, job.columns, only_new=only_new)
    except UserError as wrong:
        st.warning(plain(str(wrong)), icon=None)
        return lambda: job.mapping
    for remark in table.remarks:
        st.caption(plain(remark))
    if not table.lines:
        st.caption("No column is new in this file.")
        return lambda: job.mapping
    cells = [
        (line.title, table.label(line), line.formats, "new in this file" if line.new else line.note)
        for line in table.lines
    ]
    edited = st.data_editor(
        pl.DataFrame(cells, schema=dict.fromkeys(COLUMNS, pl.String), orient="row"),
        key=f"table_{job.id}_{only_new}",
        hide_index=True,
        disabled=[THEIRS, NOTE],
        column_config={
            BECOMES: st.column_config.SelectboxColumn(options=[LEFT_OUT, *table.fields], required=True),
            FORMAT: st.column_config.TextColumn(help="As %d/%m/%Y; several with | between them"),
        },
    )
    # The browser can change what is locked too: only the two columns that may be edited are read.
    choices = [
        (str(label or LEFT_OUT), str(form or "")) for label, form in edited.select(BECOMES, FORMAT).rows()
    ]
    return lambda: table.edited(choices)


def _terms_text(job: Job) -> Callable[[], tuple[str, tuple[str, ...]]]:
    """Return what reads changes of the terms, and the names of those that are wanted: here all."""
    text = st.text_area("Changes of the terms of reference, all written with the load", job.terms, height=160)
    return lambda: (text, tuple(changes_in(text)))


def _terms_table(terms: Terms, job: Job) -> Callable[[], tuple[str, tuple[str, ...]]]:
    changes = changes_in(job.terms)
    if not changes:
        return lambda: ("", ())
    st.markdown("**Terms of reference** (what is ticked is written with the load)")
    cells = [
        (title_of(name), written(current(terms, name)), written(setting), name in job.taken)
        for name, setting in changes.items()
    ]
    schema = {**dict.fromkeys((SETTING, NOW, FROM_FILE), pl.String), TAKE: pl.Boolean}
    edited = st.data_editor(
        pl.DataFrame(cells, schema=schema, orient="row"),
        key=f"terms_{job.id}",
        hide_index=True,
        disabled=[SETTING, NOW],
        column_config={FROM_FILE: st.column_config.TextColumn(help="Several with | between them")},
    )
    rows = edited.select(FROM_FILE, TAKE).rows()

    def read() -> tuple[str, tuple[str, ...]]:
        pairs = zip(changes.items(), rows, strict=True)
        anew = {name: read_as(setting, str(typed or "")) for (name, setting), (typed, _) in pairs}
        ticked = tuple(name for name, (_, take) in zip(changes, rows, strict=True) if take is True)
        return text_of(anew), ticked

    return read


def _outcome(job: Job) -> None:
    outcome = job.outcome
    if outcome.counts:
        st.markdown("**What was read**" if job.state == "loaded" else "**What would be loaded**")
        counts = pl.DataFrame(outcome.counts)
        there = [name for name in counts.columns if name == "table" or counts[name].sum()]
        st.dataframe(shown(counts.select(there)), hide_index=True)
    for title, lines in (("Rejected rows", outcome.rejected), ("What would change", outcome.changed)):
        if lines:
            st.markdown(f"**{title}**")
            st.dataframe(shown(pl.DataFrame(lines, infer_schema_length=None)), hide_index=True, height=240)


def _confirm(visit: Visit, spool: Spool, job: Job) -> None:
    removed = sum(int(count.get("removed") or 0) for count in job.outcome.counts)
    if removed:
        st.markdown(f"{counted(removed, 'row', 'rows')} would be removed.")
    doubts = job.outcome.doubts
    with st.form(f"confirm_{job.id}", border=False):
        boxes = {option: st.checkbox(plain(why), key=f"{job.id}{option}") for option, why in doubts.items()}
        note = st.text_input("Note, kept beside the load (names nobody)", job.note, max_chars=500)
        loads = st.form_submit_button("Load it", type="primary")
    given = tuple(option for option, ticked in boxes.items() if ticked)
    accepted = sum(int(count.get("accepted") or 0) for count in job.outcome.counts)
    if loads and len(given) < len(doubts):
        st.error("Confirm each line above first, or drop the file.")
    elif loads:
        change = {"state": "load", "note": note, "confirmed": given, "fault": ""}
        _ask(visit, spool, job, change, f"load of {written_count(accepted)} rows")


def _drop(visit: Visit, spool: Spool, job: Job) -> None:
    if st.button("Drop the file", key=f"drop_{job.id}"):
        visit.require(Permission.SEND_EXTRACTS, "a file to drop")
        visit.note(Kind.ADMINISTRATION, "extract dropped before it was loaded")
        spool.end(job.model_copy(update={"state": "dropped"}))
        st.rerun()


def _ask(visit: Visit, spool: Spool, job: Job, change: Mapping[str, object], what: str) -> None:
    """Have the inbox act, unless the file has gone on meanwhile."""
    now = spool.job(job.id)
    if now is None or now.state != job.state:
        st.rerun()
        return
    visit.require(Permission.SEND_EXTRACTS, what)
    # Never in the words by which a load says that it began.
    visit.note(Kind.ADMINISTRATION, f"extract that was sent: {what} asked for")
    spool.save(Job.model_validate({**job.model_dump(), **change, "who": visit.session.who}))
    st.rerun()
