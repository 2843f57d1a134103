"""Files that data stewards send to be loaded: the dashboard puts them here, and the inbox loads them.

The dashboard has no right to load. Each file is a job in a folder of its own: the file, and `job.json`, which
says what is to be done. Only the inbox acts on a state that asks it to; only the dashboard on one that waits
for a person.
"""

import datetime as dt
import shutil
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from data.errors import UserError
from data.intake.extract import safe_name
from data.intake.load import Option

State = Literal["sent", "guessed", "rehearse", "rehearsed", "load", "loaded", "dropped"]
ASKING: Final[tuple[State, ...]] = ("sent", "rehearse", "load")
"""States in which the inbox is to do something."""
WAITING: Final[tuple[State, ...]] = ("guessed", "rehearsed")
"""States in which a person is to decide."""
MOST_OPEN, MOST_ENDED = 20, 20
INBOX = "inbox"  # of a review for one user, in its own folder
JOB, FILES, MAPPINGS = "job.json", "files", "mappings"
PRIVATE = 0o660  # the folder says who may come in


class Outcome(BaseModel):
    """What came of the last rehearsal or load. doubts: options that a person must give, and why.

    rejected: `table, file, row, column, looks like, reason`. changed: `table, row, change, column, before,
    after`.
    """

    model_config = ConfigDict(frozen=True)

    lines: tuple[str, ...] = ()
    counts: tuple[dict[str, str | int | None], ...] = ()
    rejected: tuple[dict[str, str | int | None], ...] = ()
    changed: tuple[dict[str, str | None], ...] = ()
    doubts: dict[str, str] = {}


class Job(BaseModel):
    """fault: one sentence on why the last step did not succeed."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    who: str
    role: str
    sent_at: dt.datetime
    bytes: int
    state: State = "sent"
    mapping: str = ""
    remarks: tuple[str, ...] = ()
    known: bool = False  # whether the mapping is one that was loaded with before
    recorded_on: dt.date | None = None
    note: str = ""
    confirmed: tuple[Option, ...] = ()
    fault: str = ""
    outcome: Outcome = Outcome()


class Spool:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def jobs(self) -> list[Job]:
        """Return the jobs, the newest first."""
        jobs = (self._read(path) for path in self.folder.glob(f"*/{JOB}"))
        return sorted((job for job in jobs if job), key=lambda job: job.sent_at, reverse=True)

    def job(self, job_id: str) -> Job | None:
        return next((job for job in self.jobs() if job.id == job_id), None)

    def file(self, job: Job) -> Path:
        """UserError: it is not there, or is no file of this folder."""
        path = self.folder / job.id / FILES / job.name
        if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            raise UserError(f"The file {job.name} is not there any more: send it again.")
        return path

    def waited(self, job: Job) -> float:
        """Return the seconds since the job was last written; 0 if it is gone."""
        with suppress(FileNotFoundError):
            return time.time() - (self.folder / job.id / JOB).stat().st_mtime
        return 0.0

    @contextmanager
    def receiving(self, name: str, who: str, role: str) -> Generator[IO[bytes]]:
        """Take a file in: it is a job once the whole of it has come, and nothing if it has not.

        UserError: too many wait already.
        """
        if sum(job.state not in ("loaded", "dropped") for job in self.jobs()) >= MOST_OPEN:
            raise UserError(f"{MOST_OPEN} files wait already: load or drop one of them first.")
        bare = _bare(name)
        job_id = uuid.uuid4().hex
        files = self.folder / job_id / FILES
        self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        files.mkdir(mode=0o770, parents=True)
        try:
            with (files / bare).open("xb") as file:
                yield file
                size = file.tell()
            (files / bare).chmod(PRIVATE)
            sent_at = dt.datetime.now(dt.UTC)
            self.save(Job(id=job_id, name=bare, who=who, role=role, sent_at=sent_at, bytes=size))
        except BaseException:
            shutil.rmtree(self.folder / job_id, ignore_errors=True)
            raise

    def save(self, job: Job) -> None:
        """Write a job whole, or leave it as it was."""
        path = self.folder / job.id / JOB
        written = path.with_suffix(".new")
        written.write_text(job.model_dump_json(), encoding="utf-8")
        written.chmod(PRIVATE)
        written.replace(path)

    def end(self, job: Job) -> None:
        """Delete the file of a job that is over, and with it all cells; its last sentences stay."""
        bare = job.outcome.model_copy(update={"rejected": (), "changed": ()})
        self.save(job.model_copy(update={"outcome": bare}))
        shutil.rmtree(self.folder / job.id / FILES, ignore_errors=True)
        ended = [old for old in self.jobs() if old.state in ("loaded", "dropped")]
        for old in ended[MOST_ENDED:]:
            shutil.rmtree(self.folder / old.id, ignore_errors=True)

    def mappings(self) -> list[str]:
        """Return the mappings that files were loaded with, the last first."""
        paths = sorted((self.folder / MAPPINGS).glob("*.toml"), reverse=True)
        return [path.read_text(encoding="utf-8") for path in paths]

    def remember(self, mapping: str) -> None:
        """Keep a mapping for the next extract."""
        folder = self.folder / MAPPINGS
        folder.mkdir(exist_ok=True)
        for path in folder.glob("*.toml"):
            if path.read_text(encoding="utf-8") == mapping:
                path.unlink()
        (folder / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}.toml").write_text(mapping, encoding="utf-8")
        for path in sorted(folder.glob("*.toml"), reverse=True)[MOST_ENDED:]:
            path.unlink()

    @staticmethod
    def _read(path: Path) -> Job | None:
        # A job that is being written or deleted is read at the next look.
        with suppress(FileNotFoundError, ValidationError):
            job = Job.model_validate_json(path.read_bytes())
            # Whoever can write here must not be able to name a file elsewhere.
            if job.id == path.parent.name and job.name == _bare(job.name):
                return job
        return None


def _bare(name: str) -> str:
    return safe_name(name).lstrip(".") or "unnamed"
