"""A folder in which extracts arrive: each is taken once, when nobody writes to it, and is never changed."""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from access.settings import Settings
from data.errors import UserError
from data.intake.extract import safe_name
from data.record import STEWARD, Entry, Kind, Outcome, Record
from data.spool import Spool
from data.stable_file import Changed, StableFile, open_no_link, stamp_of

WHO = "the folder of arrivals"
EVERY = 10.0  # seconds between two looks: a share may tell the size of a file some seconds late
UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp")
Stamp = tuple[int, int, int]


@dataclass
class Arrivals:
    """by_itself: whether a file is loaded without a person, if nothing of it is in doubt.

    last: how each file was at the last look. settled: how it was when it was taken or refused.
    """

    folder: Path
    spool: Spool
    by_itself: bool = False
    every: float = EVERY
    last: dict[str, Stamp] = field(default_factory=dict[str, Stamp])
    settled: dict[str, Stamp] = field(default_factory=dict[str, Stamp])
    _looked_at: float = -EVERY

    def ready(self) -> list[Path]:
        """Return what is new and as it was at the last look, oldest first; nothing if that was just now."""
        if time.monotonic() - self._looked_at < self.every:
            return []
        self._looked_at = time.monotonic()
        try:
            stamps = dict(self._stamps())
            self.settled.pop("", None)
        except OSError:
            # It is refused by its empty name, once, until it can be read again.
            stamps = {"": (0, 0, 0)}
        before, self.last = self.last, stamps
        names = [
            name for name, stamp in stamps.items() if before.get(name) == stamp != self.settled.get(name)
        ]
        return [self.folder / name for name in sorted(names, key=lambda name: stamps[name][1])]

    def take(self, record: Record, file: Path) -> None:
        """Copy a file into the spool, as a job; or refuse it, which the spool and the record say."""
        name = "" if file == self.folder else file.name
        if self.spool.is_full and name:
            # It is ready at the next look again.
            return
        try:
            digest = _digest(file)
        except (OSError, UserError) as fault:
            why = f"It cannot be read: {fault.strerror}." if isinstance(fault, OSError) else str(fault)
            scope = f"extract in the folder of arrivals not taken: {why}"
            write_entry(record, scope, Outcome.REFUSED)
            self.spool.refuse(name or WHO, WHO, STEWARD, why)
        else:
            if not (self.spool.has_arrived(digest) or self._copied(record, file, digest)):
                return
        self.settled[name] = self.last[name]

    def _stamps(self) -> Iterator[tuple[str, Stamp]]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                is_named = not entry.name.startswith((".", "~")) and not entry.name.endswith(UNFINISHED)
                # Nothing has been written into an empty file yet.
                if is_named and status.st_size and not stat.S_ISDIR(status.st_mode):
                    yield entry.name, stamp_of(status)

    def _copied(self, record: Record, path: Path, digest: str) -> bool:
        """Return whether the file is a job now; it is not if it was written meanwhile."""
        given = StableFile(path, safe_name(path.name), open_no_link)
        waiting = self.spool.receiving(path.name, WHO, STEWARD, digest=digest, by_itself=self.by_itself)
        try:
            with waiting as copy:
                given.copy(copy)
                if given.digest != digest or stamp_of(path.lstat()) != self.last[path.name]:
                    raise Changed
                # Written down before the job can be seen, so that none is there without its entry.
                size = f"{copy.tell():,} bytes"
                write_entry(record, f"extract of {size} taken from the folder of arrivals, SHA-256 {digest}")
        except Changed:
            return False
        self.spool.note_arrival(digest)
        return True


def _digest(path: Path) -> str:
    """UserError: it is no file."""
    if path.is_symlink():
        raise UserError("It is a link, and no link is followed.")
    with open(path, "rb", opener=open_no_link) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UserError("It is no file.")
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_entry(record: Record, scope: str, outcome: Outcome = Outcome.ALLOWED) -> None:
    record.write(Entry(Kind.ADMINISTRATION, WHO, STEWARD, scope, "", outcome))


def arrivals_of(settings: Settings, spool: Spool) -> Arrivals | None:
    """UserError: files arrive where those wait that were sent."""
    if not settings.arrivals:
        return None
    folder = Path(settings.arrivals)
    if folder.resolve() == spool.folder.resolve():
        raise UserError(
            "arrivals and inbox are the same folder in settings.toml: files arrive in another one."
        )
    return Arrivals(folder, spool, settings.load_arrivals)
