"""What the inbox does with a file that was sent: guess a mapping, rehearse, and load once a person agreed."""

import logging
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event

from access.settings import read_settings
from data.errors import UserError
from data.intake.load import Loaded, Option, Unconfirmed, load
from data.intake.mapping import Plan
from data.intake.sources import feeds_of, open_sources
from data.intake.suggest import suggest
from data.review import Review, open_review
from data.spool import ASKING, Job, Outcome, Spool, State
from data.terms import fitted
from service.commands import lowering

MOST_SHOWN = 200
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


def work(folder: Path, spool: Spool) -> int:
    """Do what is asked of each waiting file, the oldest first, and return how many there were."""
    waiting = [job for job in reversed(spool.jobs()) if job.state in ASKING]
    if waiting:
        review = open_review(folder)
        try:
            for job in waiting:
                _do(review, spool, job)
        finally:
            review.ledger.engine.dispose()
    return len(waiting)


def _do(review: Review, spool: Spool, job: Job) -> None:
    steps: dict[State, Callable[[Review, Spool, Job], Job]]
    steps = {"sent": _guess, "rehearse": _rehearse, "load": _load}
    before = "rehearsed" if job.state == "load" else "guessed"
    try:
        done = steps[job.state](review, spool, job)
    except UserError as refused:
        done = job.model_copy(update={"state": before, "fault": str(refused)})
    except Exception:  # noqa: BLE001  # one file must not stop the others
        _log.exception("The inbox could not deal with a file.")
        sentence = "This did not work, and nothing was changed. The reason is in the log of the inbox."
        done = job.model_copy(update={"state": before, "fault": sentence})
    if done.state == "loaded":
        spool.end(done)
    else:
        spool.save(done)


def _guess(review: Review, spool: Spool, job: Job) -> Job:
    file = str(spool.file(job))
    for mapping in spool.mappings():
        if _fits(mapping, file):
            ready = {"state": "rehearse", "mapping": mapping, "known": True, "recorded_on": review.today()}
            return _rehearse(review, spool, job.model_copy(update=ready))
    guess = suggest(file)
    return job.model_copy(update={"state": "guessed", "mapping": guess.mapping, "remarks": guess.remarks})


def _fits(mapping: str, file: str) -> bool:
    plan = plan_of(mapping)
    try:
        return bool(feeds_of(open_sources(file, plan), plan))
    except UserError:
        return False


def _rehearse(review: Review, spool: Spool, job: Job) -> Job:
    loaded = _loaded(review, spool, job, rehearsal=True)
    outcome = _outcome(loaded)
    return job.model_copy(update={"state": "rehearsed", "fault": "", "outcome": outcome})


def _load(review: Review, spool: Spool, job: Job) -> Job:
    try:
        loaded = _loaded(review, spool, job, rehearsal=False)
    except Unconfirmed as unconfirmed:
        doubts = job.outcome.model_copy(update={"doubts": _doubts(unconfirmed.doubts)})
        return job.model_copy(update={"state": "rehearsed", "fault": str(unconfirmed), "outcome": doubts})
    spool.remember(job.mapping)
    return job.model_copy(update={"state": "loaded", "fault": "", "outcome": _outcome(loaded)})


def _loaded(review: Review, spool: Spool, job: Job, *, rehearsal: bool) -> Loaded:
    return load(
        review,
        [str(spool.file(job))],
        plan_of(job.mapping),
        recorded_on=job.recorded_on or review.today(),
        note=job.note,
        rehearsal=rehearsal,
        checks=[lowering(review)],
        who=job.who,
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
    review = open_review(folder)
    demonstration = review.terms.demonstration
    review.ledger.engine.dispose()
    inbox = read_settings(folder).inbox_of(folder, demonstration=demonstration)
    if inbox is None:
        raise UserError(
            'No inbox is set up: write inbox = "FOLDER" into settings.toml (see deploy/README.md).'
        )
    if once:
        work(folder, Spool(inbox))
    else:
        run(folder, Spool(inbox), Event())


def run(folder: Path, spool: Spool, stop: Event, *, every: float = 1.0) -> None:
    """Work until `stop` is set. every: seconds between two looks."""
    while not stop.wait(every):
        try:
            work(folder, spool)
        except Exception:  # noqa: BLE001  # a ledger that is busy or being migrated is free again later
            _log.exception("The inbox could not work.")
