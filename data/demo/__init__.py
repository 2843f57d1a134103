"""The demonstration review: made up, the same in every build, and plainly labelled.

A fictional register is played into a new review week by week, through the same intake as any
other. On each day of a public statement the review it follows comes out with the figures that
were published on that day, and the statements themselves are entered as published elsewhere.
"""

import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path

from data.demo.days import EXTRACTS
from data.demo.statements import enter_statements
from data.demo.weeks import fictional_register, note
from data.errors import UserError
from data.formatting import written_day
from data.intake.load import Progress, load
from data.intake.mapping import read_mapping
from data.review import TERMS, Review, new_review, open_review

EXAMPLE = Path(__file__).parents[1] / "examples" / "demonstration"
ABANDONED_SECONDS = 15 * 60


def build(folder: Path, *, progress: Progress | None = None) -> Review:
    """Build the demonstration review in `folder`, whole or not at all.

    Raises:
        UserError: the folder holds something already, or CANDOUR_LEDGER names a ledger for real data.
    """
    _refuse(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    making = folder.parent / f"{_prefix(folder)}{uuid.uuid4().hex}"
    try:
        _play(making, progress)
        _settle(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return open_review(folder)


def _refuse(folder: Path) -> None:
    if os.environ.get("CANDOUR_LEDGER"):
        raise UserError(
            "CANDOUR_LEDGER names a ledger, and demonstration data is kept only in its own folder; "
            "unset CANDOUR_LEDGER to build the demonstration."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            f"There is something in {folder} already; choose another folder for the demonstration."
        )


def _prefix(folder: Path) -> str:
    return f".{folder.name}-making-"


def _sweep(folder: Path) -> None:
    # A build that was killed cannot clear up; one that is under way is younger than this.
    for left in folder.parent.glob(f"{_prefix(folder)}*"):
        if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _play(making: Path, progress: Progress | None) -> None:
    review = new_review(making, EXAMPLE / TERMS)
    plan = read_mapping(EXAMPLE / "mapping.toml")
    register = fictional_register()
    again: set[str] = set()
    told = progress or _silent
    with tempfile.TemporaryDirectory(dir=making) as mail:
        for done, day in enumerate(EXTRACTS):
            told(f"Loading the extract of {written_day(day)}", done, len(EXTRACTS))
            files = [str(path) for path in register.extracts(plan, Path(mail), day, again)]
            outcome = load(review, files, plan, recorded_on=day, note=note(day), demonstration=True)
            # A row that was held back is sent again, mended or no longer alone, a week later.
            again = {receipt.table_name for receipt in outcome.receipts if receipt.quarantined}
    enter_statements(review, EXAMPLE / "statements.toml")
    told("Taking a snapshot", len(EXTRACTS), len(EXTRACTS))
    review.snapshot()
    # The last connection to go folds the ledger's journal into the ledger.
    review.ledger.engine.dispose()


def _silent(_what: str, _done: int, _of: int) -> None:
    pass


def _settle(making: Path, folder: Path) -> None:
    try:
        if folder.exists():
            folder.rmdir()
        making.rename(folder)
    except OSError:
        if not (folder / TERMS).exists():
            raise
        # Another process has just built it; every build is the same.
