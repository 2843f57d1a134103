"""What the inbox does with a file that was sent: guess a mapping, rehearse, and load once a person agreed."""

import logging
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

from access.settings import read_settings
from data.errors import UserError
from data.formatting import counted, listed_words
from data.intake.code_lists import new_codes
from data.intake.extract import folded
from data.intake.guess import guesses_of
from data.intake.load import Loaded, Option, Unconfirmed, load
from data.intake.mapping import Plan
from data.intake.sources import feeds_of, open_sources
from data.intake.suggest import mapping_of, remarks_of, terms_of
from data.record import Entry, Kind
from data.record import Outcome as Allowed
from data.review import TERMS, Review, open_review
from data.spool import ASKING, Earlier, FileColumn, Job, Outcome, Spool, State
from data.terms import fitted, read_terms
from data.terms_draft import amended, changes_in, current, drafted, extended, text_of, title_of
from service.arrivals import Arrivals, arrivals_of, write_entry
from service.commands import lowering

MOST_SHOWN, MOST_NAMED = 200, 20
LONGEST_MAPPING = 65_536
_log = logging.getLogger("candour")


def plan_of(mapping: str) -> Plan:
    """UserError: the text is no mapping."""
    if len(mapping) > LONGEST_MAPPING:
        raise UserError(f"The mapping has more than {LONGEST_MAPPING:,} characters.")
    try:
        return fitted(Plan, tomllib.loads(mapping), "The mapping")
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"The mapping is not valid TOML: {error}.") from None


def work(folder: Path, spool: Spool, arrivals: Arrivals | None = None) -> int:
    """Do what is asked of each waiting file, the oldest first, and return how many there were."""
    ready = arrivals.ready() if arrivals else []
    if not ready and not _waiting(spool):
        return 0
    with closing(open_review(folder)) as review:
        if arrivals:
            for file in ready:
                arrivals.take(review.record, file)
        waiting = _waiting(spool)
        for job in waiting:
            # A load may have changed the terms for the next.
            _do(replace(review, terms=read_terms(folder / TERMS)), spool, job)
    return len(waiting)


def _waiting(spool: Spool) -> list[Job]:
    return [job for job in reversed(spool.jobs()) if job.state in ASKING]


def _do(review: Review, spool: Spool, job: Job) -> None:
    steps: dict[State, Callable[[Review, Spool, Job], Job]]
    steps = {"sent": _guess, "rehearse": _rehearse, "load": _load}
    while job.state in ASKING:
        failed = {"state": "rehearsed" if job.state == "load" else "guessed", "by_itself": False}
        try:
            job = steps[job.state](review, spool, job)
        except UserError as refused:
            job = job.model_copy(update={**failed, "fault": str(refused)})
        except Exception:  # noqa: BLE001  # one file must not stop the others
            _log.exception("The inbox could not deal with a file.")
            sentence = "This did not work, and nothing was changed. The reason is in the log of the inbox."
            job = job.model_copy(update={**failed, "fault": sentence})
        spool.save(job)
    if job.state == "loaded":
        spool.end(job)


def _guess(review: Review, spool: Spool, job: Job) -> Job:
    file = str(spool.file(job))
    for earlier in spool.earlier():
        if columns := _columns(earlier, file):
            ready = {"state": "rehearse", "mapping": earlier.mapping, "known": True, "columns": columns}
            return job.model_copy(update={**ready, "recorded_on": review.today()})
    guesses = guesses_of(file)
    columns = (
        FileColumn(name=column.name, place=column.place + 1, kind=column.kind)
        for guess in guesses
        for column in guess.part.columns
    )
    remarks = [remark for guess in guesses for remark in remarks_of(guess)]
    guessed = {"mapping": mapping_of(guesses), "remarks": tuple(remarks), "columns": _once_each(columns)}
    done = job.model_copy(update={"state": "guessed", "by_itself": False, **guessed})
    if not _is_new(review):
        return done
    changes, taken = drafted(review.folder / TERMS, review.terms, changes_in("\n".join(terms_of(guesses))))
    return done.model_copy(update={"terms": text_of(changes), "taken": taken})


def _is_new(review: Review) -> bool:
    return review.ledger.version() == 0


def _columns(earlier: Earlier, file: str) -> tuple[FileColumn, ...]:
    """Return the columns of a file that fits what an earlier one was loaded with; none if it does not fit."""
    plan = plan_of(earlier.mapping)
    try:
        feeds = feeds_of(open_sources(file, plan), plan)
    except UserError:
        return ()
    before = {folded(column.name) for column in earlier.columns}
    return _once_each(
        FileColumn(name=name, place=place, new=folded(name) not in before)
        for feed in feeds
        for place, name in enumerate(feed.header.names, start=1)
    )


def _once_each(columns: Iterable[FileColumn]) -> tuple[FileColumn, ...]:
    # Sheets of one workbook may share the names of columns.
    return tuple({folded(column.name) or str(column.place): column for column in columns}.values())


def _amended(review: Review, job: Job) -> tuple[Review, str]:
    """Return the review with the terms that its load would write, and their text; empty if it writes none."""
    changes = {name: setting for name, setting in changes_in(job.terms).items() if name in job.taken}
    if not changes:
        return review, ""
    text, terms = amended(review.folder / TERMS, changes, is_new=_is_new(review))
    return replace(review, terms=terms), text


def _rehearse(review: Review, spool: Spool, job: Job) -> Job:
    loaded = _loaded(review, spool, job, rehearsal=True)
    outcome, state = _outcome(loaded), "rehearsed"
    if loaded.quarantine.height:
        plan, (now, _) = plan_of(job.mapping), _amended(review, job)
        codes = new_codes(feeds_of(open_sources(str(spool.file(job)), plan), plan), plan, now.terms)
        lists = {f"lists.{closed}": list(own) for closed, own in codes.items()}
        named = [f"{title_of(name)} lacks: {listed_words(own[:MOST_NAMED])}." for name, own in lists.items()]
        outcome = outcome.model_copy(update={"lines": (*outcome.lines, *named)})
        # Never taken unasked, and what a person has edited stays.
        offered = {name: extended(current(now.terms, name), own) for name, own in lists.items()}
        job = job.model_copy(update={"terms": text_of({**offered, **changes_in(job.terms)})})
    if job.by_itself and (questions := list(_questions(spool, job, loaded))):
        outcome = outcome.model_copy(update={"lines": (*outcome.lines, *questions)})
    elif job.by_itself:
        state = "load"
        scope = f"extract that arrived: load of {job.digest} begun by the settings, with nothing in doubt"
        write_entry(review.record, scope)
    changed = {"state": state, "fault": "", "outcome": outcome, "by_itself": False}
    return job.model_copy(update=changed)


def _questions(spool: Spool, job: Job, loaded: Loaded) -> Iterator[str]:
    """Yield why a file that arrived waits for a person."""
    last = next(earlier for earlier in spool.earlier() if earlier.mapping == job.mapping)
    if new := [column.name or f"column {column.place}" for column in job.columns if column.new]:
        yield f"Not loaded by itself: new columns ({listed_words(new)})."
    if Path(last.name).suffix.casefold() != Path(job.name).suffix.casefold():
        yield "Not loaded by itself: the last file was of another format."
    if loaded.quarantine.height:
        yield f"Not loaded by itself: {counted(loaded.quarantine.height, 'rejected row', 'rejected rows')}."
    if removed := sum(receipt.removed for receipt in loaded.receipts):
        yield f"Not loaded by itself: {counted(removed, 'row', 'rows')} would be removed."
    if loaded.doubts:
        yield "Not loaded by itself: something must be confirmed."
    if loaded.lists:
        yield f"Not loaded by itself: it would fill lists of the terms ({listed_words(list(loaded.lists))})."


def _load(review: Review, spool: Spool, job: Job) -> Job:
    try:
        loaded = _loaded(review, spool, job, rehearsal=False)
    except Unconfirmed as unconfirmed:
        doubts = job.outcome.model_copy(update={"doubts": _doubts(unconfirmed.doubts)})
        return job.model_copy(update={"state": "rehearsed", "fault": str(unconfirmed), "outcome": doubts})
    columns = _columns(Earlier(mapping=job.mapping, name=job.name), str(spool.file(job)))
    spool.remember(job.model_copy(update={"columns": columns}))
    return job.model_copy(update={"state": "loaded", "fault": "", "outcome": _outcome(loaded)})


def _loaded(review: Review, spool: Spool, job: Job, *, rehearsal: bool) -> Loaded:
    review, terms = _amended(review, job)
    if terms and not rehearsal:
        names = ", ".join(job.taken)[:MOST_SHOWN]
        scope = f"extract that was sent: its load is to write into the terms of reference: {names}"
        review.record.write(Entry(Kind.ADMINISTRATION, job.who, job.role, scope, "", Allowed.ALLOWED))
    return load(
        review,
        [str(spool.file(job))],
        plan_of(job.mapping),
        recorded_on=job.recorded_on or review.today(),
        note=job.note,
        rehearsal=rehearsal,
        checks=[lowering(review)],
        who=job.who,
        terms=terms,
        confirm_removals="--confirm-removals" in job.confirmed,
        confirm_corrections="--confirm-corrections" in job.confirmed,
        confirm_day="--confirm-day" in job.confirmed,
    )


def _outcome(loaded: Loaded) -> Outcome:
    counts: list[dict[str, str | int | None]] = [
        {
            "table": receipt.table_name, "read": receipt.read, "accepted": receipt.accepted,
            "rejected": receipt.quarantined, "left out": receipt.left_out or 0,
            "combined": receipt.combined or 0, "repeated": receipt.repeated, "blank": receipt.ignored,
            "new": receipt.new, "changed": receipt.changed, "removed": receipt.removed,
        }
        for receipt in loaded.receipts
    ]  # fmt: skip
    lines = [receipt.warnings for receipt in loaded.receipts if receipt.warnings]
    if loaded.kept:
        lines.append(f"Loaded as load {loaded.version}.")
    elif loaded.first is not None:
        lines.append(f"Load {loaded.first} took this file already, and nothing has changed since.")
    changes = loaded.changes.head(MOST_SHOWN)
    named = {"table_name": "table", "row_number": "row", "column_name": "column", "shape": "looks like"}
    return Outcome(
        lines=tuple(lines),
        counts=tuple(counts),
        rejected=tuple(loaded.quarantine.head(MOST_SHOWN).rename(named).to_dicts()),
        changed=tuple(changes.rename({"table_name": "table"}, strict=False).to_dicts()),
        doubts=_doubts(loaded.doubts),
    )


def _doubts(doubts: Iterable[tuple[Option, str]]) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for option, why in doubts:
        sentences[option] = f"{sentences.get(option, '')} {why}".strip()
    return sentences


def serve(folder: Path, *, once: bool) -> None:
    """Work in the inbox that the settings name; UserError: they name none."""
    with closing(open_review(folder)) as review:
        demonstration = review.terms.demonstration
    settings = read_settings(folder)
    inbox = settings.inbox_of(folder, demonstration=demonstration)
    if inbox is None:
        raise UserError(
            'No inbox is set up: write inbox = "FOLDER" into settings.toml (see deploy/README.md).'
        )
    spool = Spool(inbox)
    arrivals = arrivals_of(settings, spool)
    if not once:
        run(folder, spool, Event(), arrivals)
    if arrivals:
        # What is the same at two looks is written to no longer.
        arrivals.ready()
        time.sleep(arrivals.every)
    work(folder, spool, arrivals)


def run(
    folder: Path, spool: Spool, stop: Event, arrivals: Arrivals | None = None, *, every: float = 1.0
) -> None:
    """Work until `stop` is set. every: seconds between two looks."""
    while not stop.wait(every):
        try:
            work(folder, spool, arrivals)
        except Exception:  # noqa: BLE001  # a ledger that is busy or being migrated is free again later
            _log.exception("The inbox could not work.")
