"""A process that loads, and is killed in the middle of it."""

import datetime as dt
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import event

from data.intake.load import load, silent
from data.review import open_review
from tests.data.conftest import applications, lines, plan_of

ROWS = 400
CHANGED = 40
FIRST = dt.date(2022, 1, 1)
PLAN = plan_of(applications())
INSIDE = ("inside", "committing")
# One process imports everything once; each that is to be killed is a fork of it.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


def process_of(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """A fork with the environment of now, which has imported most of what it needs."""
    return CONTEXT.Process(target=_work, args=({**os.environ}, work, *arguments))


def _work(known: dict[str, str], work: Callable[..., None], *arguments: object) -> None:
    os.environ.clear()
    os.environ.update(known)
    work(*arguments)


def extract(number: int) -> str:
    """Full extract number `number`: rows change their area, and each time one is gone and one is new."""
    where = ("north", "south")
    rows = range(number, number + ROWS)
    return lines(*(f"A-{row},01/02/2020,right to ask,{where[number * row // CHANGED % 2]},," for row in rows))


@dataclass(frozen=True)
class Plan:
    """What to load, and at which moment to be killed: waiting to be, or running on."""

    folder: Path
    ledger: str
    number: int
    moment: int = 0
    waiting: bool = False


def take(plan: Plan, progress=silent, listen=None) -> None:
    """Load the extract of a plan, on a day of its own."""
    os.environ["CANDOUR_LEDGER"] = plan.ledger
    review = open_review(plan.folder)
    if listen is not None:
        listen(review.ledger.engine)
    file = plan.folder.parent / "applications.csv"
    file.write_text(extract(plan.number))
    day = FIRST + dt.timedelta(days=plan.number)
    load(review, [str(file)], PLAN, recorded_on=day, confirm_removals=True, progress=progress)
    review.ledger.engine.dispose()


def loading(plan: Plan, to_parent: Connection) -> None:
    """Load, telling the parent of every moment; at the planned one wait to be killed, or run on."""
    moments = Moments(plan, to_parent)
    take(plan, moments.progress, moments.listen)
    to_parent.send((moments.number, "ended"))


class Moments:
    """The moments of a load, in their order: before, inside and after its transaction."""

    def __init__(self, plan: Plan, to_parent: Connection) -> None:
        self.plan = plan
        self.to_parent = to_parent
        self.number = 0
        self.where = "before"

    def listen(self, engine) -> None:
        event.listen(engine, "before_cursor_execute", lambda *_: self.come())
        event.listen(engine, "commit", self.commit)

    def progress(self, doing: str, *_: int) -> None:
        if doing.startswith("Storing"):
            self.where = "inside"
        if doing == "Done":
            self.where = "after"
        self.come()

    def commit(self, _) -> None:
        if self.where == "inside":
            self.where = "committing"
            self.come()

    def come(self) -> None:
        self.number += 1
        self.to_parent.send((self.number, self.where))
        if self.number == self.plan.moment and self.plan.waiting:
            signal.pause()


@dataclass(frozen=True)
class Death:
    """Where a load had come: the place of each of its moments."""

    seen: list[str]

    @property
    def last(self) -> str:
        return self.seen[-1] if self.seen else "before"


def killed(plan: Plan) -> Death:
    """Run a load, kill it at its moment, and return where it had come by then."""
    from_child, to_parent = CONTEXT.Pipe(duplex=False)
    child = CONTEXT.Process(target=loading, args=(plan, to_parent), daemon=True)
    child.start()
    to_parent.close()
    seen: list[str] = []
    try:
        while True:
            number, where = from_child.recv()
            seen.append(where)
            if number == plan.moment and "ended" not in seen:
                os.kill(child.pid, signal.SIGKILL)
    except EOFError:
        pass
    child.join()
    from_child.close()
    child.close()
    return Death(seen)
