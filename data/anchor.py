import errno
import os
from pathlib import Path

from data.errors import UserError


class Anchor:
    """A file that grows by one line `number digest` after each entry of the record is committed.

    After, so that a crash leaves it behind the record and never ahead. Lines of entries written at
    once may change places. A line that a full disk cut short stays, and the next begins a line of its own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def made(self) -> bool:
        return self.path.exists()

    def make(self) -> None:
        self.path.touch(mode=0o640)

    def expect(self) -> None:
        if not os.access(self.path, os.R_OK | os.W_OK):
            raise UserError(
                f"The anchor of the record, {self.path}, is missing or may not be written to: put back your "
                "copy of it, or, if there is none, make an empty file there and tell the auditor."
            )

    def add(self, number: int, digest: str) -> None:
        try:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND)
            try:
                _append(file, f"{number} {digest}\n".encode())
            finally:
                os.close(file)
        except OSError as error:
            raise UserError(
                f"This is done and recorded, but its line could not be added to {self.path} "
                f"({error.strerror}): see that the file can grow, and do not do it again."
            ) from error

    def lines(self) -> list[str]:
        """Return every line; the last one only if it was written whole."""
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return text.split("\n")[:-1]


def _append(file: int, line: bytes) -> None:
    # One write to the end: lines of several processes never mix.
    whole = line if _ends_a_line(file) else b"\n" + line
    if os.write(file, whole) < len(whole):
        raise OSError(errno.ENOSPC, "only a part of it was written")
    os.fsync(file)


def _ends_a_line(file: int) -> bool:
    if not os.fstat(file).st_size:
        return True
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1) == b"\n"
