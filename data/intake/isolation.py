"""Have foreign files parsed by a child process that may die, and check what it hands over."""

import json
import os
import re
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import polars as pl
import pyarrow as pa

from data.errors import UserError
from data.intake import child
from data.intake.extract import Source
from data.intake.typed_values import KIND

# The limit on a child's own time should end it first; this one also ends a child that only waits.
MOST_SECONDS = child.SECONDS + 20
MOST_IN_A_BATCH = 1 << 30
# All that a child may know of this process's environment: what some systems need to start a program.
ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH")
# A program whose memory the system refuses ends itself; one that goes astray in a bad file is ended by these.
ASTRAY = {signal.SIGSEGV, signal.SIGILL, signal.SIGFPE, getattr(signal, "SIGBUS", signal.SIGSEGV)}
OUT = "rows.arrow"
ODD = " odd"
PLACE = re.compile(rf"\d+({ODD})?")
# What the child's last words hold where a limit stopped it, or a library met what it has no key for.
OF_LIMITS = (b"MemoryError", b"File too large")
OF_KEYS = (b"Cannot decrypt",)


class ParsedSource(Source):
    """damaged, too_much: what is said of it, and what to do, where the child fails or comes to a limit."""

    damaged: str
    too_much: str

    def __init__(self) -> None:
        self.file = TemporaryFile()  # noqa: SIM115 (it goes with its owner, or with this process)
        weakref.finalize(self, self.file.close)

    def ask(self, task: str, *arguments: str) -> dict[str, Any]:
        with TemporaryDirectory() as folder:
            return self._run(Path(folder), task, *arguments)

    def rows(self, task: str, *arguments: str) -> tuple[dict[str, Any], pl.DataFrame, pl.DataFrame]:
        """The child's output; columns of text, "0" and so on; kinds of odd cells, null for all others."""
        with TemporaryDirectory() as folder:
            output = self._run(Path(folder), task, *arguments, OUT)
            try:
                frame = pl.concat(_batches(Path(folder) / OUT))
            except (pa.ArrowException, OSError, ValueError):
                raise self._refused(self.damaged) from None
        kinds = [column for column in frame.iter_columns() if column.name.endswith(ODD)]
        return (
            output,
            frame.drop(kind.name for kind in kinds),
            pl.DataFrame(
                KIND.categories.gather(kind).cast(KIND).alias(kind.name.removesuffix(ODD))
                for kind in kinds
                if kind.null_count() < kind.len()
            ),
        )

    def _run(self, folder: Path, task: str, *arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-I", child.__file__, task, *arguments]
        known = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        output, complaint = folder / "output", folder / "complaint"
        self.file.seek(0)
        try:
            with output.open("wb") as stdout, complaint.open("wb") as stderr:
                streams: dict[str, Any] = {"stdin": self.file, "stdout": stdout, "stderr": stderr}
                options: dict[str, Any] = {"cwd": folder, "env": known, "timeout": MOST_SECONDS}
                code = subprocess.run(command, check=False, **streams, **options).returncode
        except subprocess.TimeoutExpired:
            raise self._refused(self.too_much) from None
        vast = output.stat().st_size > child.MOST_ANSWERED
        if code and _speaks(complaint, OF_KEYS):
            raise self._refused("is encrypted, or a part of it is: export it without encryption")
        if vast or (code < 0 and -code not in ASTRAY) or (code and _speaks(complaint, OF_LIMITS)):
            raise self._refused(self.too_much)
        values: Any = None
        with suppress(ValueError):
            values = json.loads(b"" if code else output.read_bytes())
        if not isinstance(values, dict):
            raise self._refused(self.damaged)
        if "refused" in values:
            raise self._refused(values["refused"])
        return values

    def _refused(self, why: str) -> UserError:
        return UserError(f"{self.name} {why}.")


def _speaks(complaint: Path, words: tuple[bytes, ...]) -> bool:
    with complaint.open("rb") as file:
        file.seek(max(0, complaint.stat().st_size - (1 << 20)))
        end = file.read()
    return any(word in end for word in words)


def _batches(path: Path) -> Iterator[pl.DataFrame]:
    """Frames of an Arrow stream, whole and valid; a ValueError or pa.ArrowException where it is not."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
        schema = stream.schema
        if not all(map(PLACE.fullmatch, schema.names)) or len(set(schema.names)) < len(schema.names):
            raise ValueError("The columns are not numbered.")
        for name, kind in zip(schema.names, schema.types, strict=True):
            if kind not in ((pa.int8(),) if ODD in name else (pa.string(), pa.large_string())):
                raise ValueError("A column is no text.")
        yield pl.DataFrame(pl.from_arrow(schema.empty_table()))
        for batch in stream:
            if batch.nbytes > MOST_IN_A_BATCH:
                raise ValueError("A batch is too large.")
            batch.validate(full=True)
            yield pl.DataFrame(pl.from_arrow(batch))
