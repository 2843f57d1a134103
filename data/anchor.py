"""Where the record's head is written down outside the database."""

import os
from pathlib import Path

from data.faults import Fault


class Anchor:
    """A file that grows by one line `number digest` after each entry of the record is committed.

    After, so that a crash leaves it behind the record and never ahead. Lines of entries written at
    once may change places.
    """

    def __init__(self, path: Path) -> None:
        """Read and write the lines in `path`; nothing is opened until it is needed."""
        self.path = path

    def made(self) -> bool:
        """Whether there is an anchor file."""
        return self.path.exists()

    def make(self) -> None:
        """Make an empty file; one that is there is left alone."""
        self.path.touch(mode=0o640)

    def expect(self) -> None:
        """Go on only if the file is there to be written to.

        Raises:
            Fault: it is missing or closed. It is never made anew: nobody would see that it was gone.
        """
        if not os.access(self.path, os.W_OK):
            raise Fault(
                f"The anchor of the record, {self.path}, is missing or may not be written to: put back your "
                "copy of it, or, if there is none, make an empty file there and tell the auditor."
            )

    def add(self, number: int, digest: str) -> None:
        """Write down one entry that was committed.

        Raises:
            Fault: the file cannot be written.
        """
        try:
            # One write to the end: lines of several processes never mix.
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND)
            try:
                os.write(file, f"{number} {digest}\n".encode())
            finally:
                os.close(file)
        except OSError as error:
            raise Fault(
                f"This is done and recorded, but its line could not be added to {self.path} "
                f"({error.strerror}): see that the file can grow, and do not do it again."
            ) from error

    def lines(self) -> list[str]:
        """Return every line; the last one only if it was written whole."""
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return text.split("\n")[:-1]
