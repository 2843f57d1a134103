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

from pydantic import BaseModel, ValidationError

from data.errors import UserError
from data.intake.extract import safe_name
from data.intake.load import Option

State = Literal["sent", "guessed", "rehearse", "rehearsed", "load", "loaded", "dropped", "refused"]
ASKING: Final[tuple[State, ...]] = ("sent", "rehearse", "load")
"""States in which the inbox is to do something."""
WAITING: Final[tuple[State, ...]] = ("guessed", "rehearsed")
"""States in which a person is to decide."""
ENDED: Final[tuple[State, ...]] = ("loaded", "dropped", "refused")
MOST_OPEN, MOST_ENDED = 20, 20
INBOX = "inbox"  # of a review for one user, in its own folder
JOB, FILES, MAPPINGS, ARRIVED = "job.json", "files", "mappings", "arrived.txt"
PRIVATE = 0o660  # the folder says who may come in


class Outcome(BaseModel, frozen=True):
    """What came of the last rehearsal or load. doubts: options that a person must give, and why.

    rejected: `table, file, row, column, looks like, reason`. changed: `table, row, change, column, before,
    after`.
    """

    lines: tuple[str, ...] = ()
    counts: tuple[dict[str, str | int | None], ...] = ()
    rejected: tuple[dict[str, str | int | None], ...] = ()
    changed: tuple[dict[str, str | None], ...] = ()
    doubts: dict[str, str] = {}


class FileColumn(BaseModel, frozen=True):
    """place: from 1. kind: what its values look like, where they were looked at. new: since the last file."""

    name: str
    place: int
    kind: str = ""
    new: bool = False


class Earlier(BaseModel, frozen=True):
    """What a file was loaded with: the next one is compared with it. columns: all that the file had."""

    mapping: str
    name: str
    columns: tuple[FileColumn, ...] = ()


class Job(BaseModel, frozen=True):
    """fault: one sentence on why the last step did not succeed. digest: SHA-256 of a file that arrived.

    by_itself: load it without a person, if nothing of it is in doubt. terms: changes of the terms that the
    file suggests, as TOML; taken: names of those that the load is to write.
    """

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
    columns: tuple[FileColumn, ...] = ()
    digest: str = ""
    by_itself: bool = False
    terms: str = ""
    taken: tuple[str, ...] = ()
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

    @property
    def is_full(self) -> bool:
        return sum(job.state not in ENDED for job in self.jobs()) >= MOST_OPEN

    @contextmanager
    def receiving(
        self, name: str, who: str, role: str, *, digest: str = "", by_itself: bool = False
    ) -> Generator[IO[bytes]]:
        """Take a file in: it is a job once the whole of it has come, and nothing if it has not.

        UserError: too many wait already.
        """
        if self.is_full:
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
            now = dt.datetime.now(dt.UTC)
            job = Job(id=job_id, name=bare, who=who, role=role, sent_at=now, bytes=size, digest=digest)
            self.save(job.model_copy(update={"by_itself": by_itself}))
        except BaseException:
            shutil.rmtree(self.folder / job_id, ignore_errors=True)
            raise

    def refuse(self, name: str, who: str, role: str, fault: str) -> None:
        job = Job(
            id=uuid.uuid4().hex, name=_bare(name), who=who, role=role, sent_at=dt.datetime.now(dt.UTC),
            bytes=0, state="refused", fault=fault,
        )  # fmt: skip
        (self.folder / job.id).mkdir(mode=0o770, parents=True)
        self.end(job)

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
        ended = [old for old in self.jobs() if old.state in ENDED]
        for old in ended[MOST_ENDED:]:
            shutil.rmtree(self.folder / old.id, ignore_errors=True)

    def earlier(self) -> list[Earlier]:
        """Return what files were loaded with, the last first."""
        return [*self._earlier().values()]

    def remember(self, job: Job) -> None:
        folder = self.folder / MAPPINGS
        folder.mkdir(exist_ok=True)
        for path, earlier in self._earlier().items():
            if earlier.mapping == job.mapping:
                path.unlink()
        written = Earlier(mapping=job.mapping, name=job.name, columns=job.columns).model_dump_json()
        (folder / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}.json").write_text(written, encoding="utf-8")
        for path in [*self._earlier()][MOST_ENDED:]:
            path.unlink()

    def _earlier(self) -> dict[Path, Earlier]:
        paths = sorted((self.folder / MAPPINGS).glob("*.json"), reverse=True)
        return {path: Earlier.model_validate_json(path.read_bytes()) for path in paths}

    def has_arrived(self, digest: str) -> bool:
        """Whether a file with this digest was taken before; a job has it from its first moment on."""
        listed = self.folder / ARRIVED
        taken = listed.read_text(encoding="ascii").split() if listed.exists() else []
        return digest in taken or any(job.digest == digest for job in self.jobs())

    def note_arrival(self, digest: str) -> None:
        with (self.folder / ARRIVED).open("a", encoding="ascii") as listed:
            listed.write(f"{digest}\n")

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
