"""The child that parses foreign files: run by `parsed_sources` alone, without secrets, network or programs.

It writes JSON, {"refused": why} where it knows why it cannot read, and rows as an Arrow stream to a file:

    child.py workbook_heads ROWS                first rows of every visible sheet
    child.py workbook_rows SHEET OUT            one sheet whole, as text
    child.py parquet_names                      names of the columns
    child.py parquet_rows PLACES BYTES OUT      some columns whole, as text
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import NoReturn

MOST_IN_A_CELL = 1 << 20
MEMORY = 4 << 30
SECONDS = 180
MOST_WRITTEN = 2 << 30
MOST_ANSWERED = 32 << 20
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system")
INPUT = Path("/dev/fd/0")


class Refusal(Exception):
    """Why something is not read, to be said after its name."""


def vast_cell(row: int) -> Refusal:
    return Refusal(
        f"has a cell of over {MOST_IN_A_CELL:,} characters in row {row}, which no column of a review "
        "takes: leave the cell out"
    )


def confine() -> None:
    sys.addaudithook(_refuse_to_reach_out)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse_to_reach_out(event: str, arguments: tuple[object, ...]) -> None:
    del arguments
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"A reader of foreign files does no {event}.")


def main() -> NoReturn:
    # Each kind needs libraries that take long to start.
    kind = "workbook_child" if sys.argv[1].startswith("workbook") else "columnar_child"
    # As the tasks import it: this file itself runs as a script.
    refused: type[Refusal] = importlib.import_module("data.intake.child").Refusal
    task = importlib.import_module(f"data.intake.{kind}").TASKS[sys.argv[1]]
    confine()
    given = INPUT
    if not given.exists():
        given = Path("input")
        given.write_bytes(sys.stdin.buffer.read())
    try:
        output = json.dumps(task(str(given), *sys.argv[2:]))
    except refused as refusal:
        output = json.dumps({"refused": str(refusal)})
    if len(output) > MOST_ANSWERED:
        raise MemoryError
    sys.stdout.write(output)
    sys.stdout.flush()
    sys.exit()


if __name__ == "__main__":
    # Nothing here needs NumPy, and PyArrow starts in a third of the time where it cannot import it.
    sys.modules["numpy"] = None  # pyright: ignore[reportArgumentType]
    # Threads would share one limit on memory, and nothing here is quicker with them.
    os.environ["POLARS_MAX_THREADS"] = "1"
    sys.path.append(str(Path(__file__).parents[2]))
    main()
