"""The demonstration: a fictional register loaded week by week, through the same intake as any other."""

import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path

from data.demo.dates import EXTRACTS
from data.demo.register import NOTES, REMARKS, fictional_register
from data.errors import UserError
from data.formatting import written_day
from data.intake.load import Progress, load, silent
from data.intake.mapping import read_mapping
from data.notes import Notes
from data.publishing.external_statements import read_statements
from data.publishing.release import Person
from data.releases import Releases
from data.review import TERMS, Review, new_review, open_review

EXAMPLE = Path(__file__).parents[1] / "examples" / "demonstration"
ABANDONED_SECONDS = 15 * 60
TYPIST = Person("demonstration press officer", "press officer")
ANALYST = Person("demonstration analyst", "analyst")
CONFIRMS = Person("demonstration release approver", "release approver")


def build(folder: Path, *, progress: Progress = silent) -> Review:
    """Build it in an empty `folder`, whole or not at all."""
    if os.environ.get("CANDOUR_LEDGER"):
        raise UserError(
            "CANDOUR_LEDGER names a ledger, and demonstration data is kept only in its own folder; "
            "unset CANDOUR_LEDGER to build the demonstration."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            f"There is something in {folder} already; choose another folder for the demonstration."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{folder.name}-making-"
    # A build that was killed cannot clear up; one that is under way is younger than this.
    for abandoned in folder.parent.glob(f"{prefix}*"):
        if time.time() - abandoned.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(abandoned, ignore_errors=True)
    unfinished = folder.parent / f"{prefix}{uuid.uuid4().hex}"
    try:
        _play(unfinished, progress)
        _settle(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return open_review(folder)


def _play(folder: Path, progress: Progress) -> None:
    review = new_review(folder, EXAMPLE / TERMS)
    plan = read_mapping(EXAMPLE / "mapping.toml")
    register = fictional_register()
    again: set[str] = set()
    with tempfile.TemporaryDirectory(dir=folder) as mail:
        for done, day in enumerate(EXTRACTS):
            progress(f"Loading the extract of {written_day(day)}", done, len(EXTRACTS))
            files = [str(path) for path in register.extracts(plan, Path(mail), day, again)]
            note = NOTES.get(day, "Weekly extract")
            outcome = load(review, files, plan, recorded_on=day, note=note, demonstration=True)
            # A rejected row is sent again, mended or no longer alone, a week later.
            again = {receipt.table_name for receipt in outcome.receipts if receipt.quarantined}
    releases = Releases(review.ledger, review.record)
    for statement, published_at in read_statements(EXAMPLE / "statements.toml", review.terms):
        release = releases.entered(TYPIST, statement, published_at)
        releases.confirmed(release.id, CONFIRMS, seen=release.seen)
    for recorded_from, happened_on, words, figures in REMARKS:
        Notes(review, lambda day=recorded_from: day).add(ANALYST, happened_on, words, figures)
    progress("Taking a snapshot", len(EXTRACTS), len(EXTRACTS))
    review.snapshot()
    # The last connection to go folds the ledger's journal into the ledger.
    review.ledger.engine.dispose()


def _settle(unfinished: Path, folder: Path) -> None:
    try:
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except OSError:
        if not (folder / TERMS).exists():
            raise
        # Another process has just built it; every build is the same.
